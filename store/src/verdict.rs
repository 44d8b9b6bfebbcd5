//! The vocabulary of a verdict: decisions, evidence, facts and the report of each gate.
//!
//! These are record types, written into the store and shown in the API, `prism check --json` and the
//! documentation with the very same words. How a verdict is reached lives in the engine.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a gate, or the whole pipeline, decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Nothing stands against the bundle.
    Allow,
    /// A person, or a later retry, must decide.
    Hold,
    /// The bundle is at fault.
    Reject,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably a mistake.
    Warning,
    /// A violated rule.
    Error,
}

/// One finding that a miner can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Rule id, for example `prism:no-process`.
    pub rule: String,
    /// Bundle path; null when the finding is about the whole bundle.
    pub path: Option<String>,
    /// 1-based line.
    pub line: Option<u32>,
    /// 1-based column, in characters.
    pub column: Option<u32>,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong and what to write instead.
    pub message: String,
    /// Lowercase hex SHA-256 of the source line, without its line end.
    pub snippet_hash: Option<String>,
}

/// Named facts; `null` is undecided.
pub type Facts = BTreeMap<String, serde_json::Value>;

/// Why a gate gave no report of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "detail")]
pub enum GateFault {
    /// The component trapped.
    Trap(String),
    /// The fuel budget was spent.
    OutOfFuel,
    /// The wall-clock backstop fired.
    TimedOut,
    /// Memory, table or instance limit reached.
    OutOfMemory,
    /// The call stack is used up.
    OutOfStack,
    /// The report broke a limit of the contract (size, count, unknown rule).
    BadReport(String),
    /// A capability the gate needs was down.
    CapabilityDown(String),
    /// The component could not be compiled or instantiated.
    CannotLoad(String),
}

/// What one gate said of one bundle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateRun {
    /// Gate id, for example `static-analysis`.
    pub gate: String,
    /// The gate's semantic version.
    pub version: String,
    /// Lowercase hex SHA-256 of the component.
    pub digest: String,
    /// The gate's decision; `hold` when the gate itself broke.
    pub verdict: Decision,
    /// One sentence; empty for a plain allow.
    pub reason: String,
    /// Set when the gate itself broke.
    pub fault: Option<GateFault>,
    /// Fuel spent, in wasmtime fuel units; equal on every machine.
    pub fuel: u64,
    /// Wall-clock time of instantiation and call, in microseconds.
    pub micros: u64,
    /// The findings.
    pub evidence: Vec<Evidence>,
    /// The facts it produced.
    pub facts: Facts,
}

/// Why a configured gate did not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotEvaluated {
    /// Gate id.
    pub gate: String,
    /// For example `mode is off` or `an earlier gate rejected`.
    pub reason: String,
}

/// The pipeline's verdict on one bundle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The combined decision: reject > hold > allow.
    pub verdict: Decision,
    /// SHA-256 of the bundle's canonical content, lowercase hex.
    pub bundle: String,
    /// Pipeline revision number this was decided under; null in a local check.
    pub revision: Option<u64>,
    /// All facts, those of later gates replacing those of earlier ones.
    pub facts: Facts,
    /// Gates and stages that did not run, and why.
    pub not_evaluated: Vec<NotEvaluated>,
    /// One entry per gate that ran, in order. The closed-bundle check of the host is the first,
    /// under the gate id `bundle`.
    pub gates: Vec<GateRun>,
    /// Gates in shadow mode: evaluated and recorded, their facts and decisions count for nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shadow: Vec<GateRun>,
}
