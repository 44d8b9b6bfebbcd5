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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

/// Why a gate gave no report of its own. One reason a limit; the words are those of the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "detail")]
pub enum GateFault {
    /// The component trapped.
    Trap(String),
    /// The fuel budget was spent.
    OutOfFuel,
    /// The wall-clock backstop fired while the gate was computing.
    TimedOut,
    /// The wall-clock backstop fired while this host call was under way.
    HostCallStalled(String),
    /// The limit of linear memory was reached.
    OutOfMemory,
    /// The limit of table elements was reached.
    OutOfTable,
    /// The call stack is used up.
    OutOfStack,
    /// More resource handles than a gate may hold.
    TooManyHandles,
    /// More calls of the log than a gate may make.
    LogFlood,
    /// More bytes copied between gate and host than one evaluation may.
    CopiedTooMuch,
    /// The report, or a text in it, is larger than the contract allows.
    ReportTooLarge(String),
    /// The report names what the descriptor does not, or a value that is none.
    BadReport(String),
    /// A capability the gate needs was down.
    CapabilityDown(String),
    /// The component could not be instantiated.
    CannotLoad(String),
}

impl GateFault {
    /// The word of the fault, as it stands in JSON.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Trap(_) => "trap",
            Self::OutOfFuel => "out_of_fuel",
            Self::TimedOut => "timed_out",
            Self::HostCallStalled(_) => "host_call_stalled",
            Self::OutOfMemory => "out_of_memory",
            Self::OutOfTable => "out_of_table",
            Self::OutOfStack => "out_of_stack",
            Self::TooManyHandles => "too_many_handles",
            Self::LogFlood => "log_flood",
            Self::CopiedTooMuch => "copied_too_much",
            Self::ReportTooLarge(_) => "report_too_large",
            Self::BadReport(_) => "bad_report",
            Self::CapabilityDown(_) => "capability_down",
            Self::CannotLoad(_) => "cannot_load",
        }
    }

    /// Whether the fault lies with this machine or with what a capability depends on, so that the same gate may
    /// well judge the same bundle later. Every other fault would come again.
    #[must_use]
    pub fn is_infrastructure(&self) -> bool {
        matches!(
            self,
            Self::TimedOut
                | Self::HostCallStalled(_)
                | Self::CapabilityDown(_)
                | Self::CannotLoad(_)
        )
    }

    /// Whether a budget was spent by what the gate, or the bundle inside it, did.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        matches!(
            self,
            Self::OutOfFuel
                | Self::TimedOut
                | Self::OutOfMemory
                | Self::OutOfTable
                | Self::OutOfStack
        )
    }
}

/// One answered call of a capability, kept so that the verdict can be reached again without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostCall {
    /// For example `llm.complete`.
    pub function: String,
    /// Lowercase hex SHA-256 of the request as compact JSON with sorted keys, the delimiter of the evaluation left out
    /// of it; null for a call without one, and in a hand-written recording that answers whatever is asked.
    #[serde(default)]
    pub request_hash: Option<String>,
    /// The request itself where it is small and worth keeping (`corpus.nearest`), else null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<serde_json::Value>,
    /// What came back: `{"ok": ...}` or `{"error": ...}`.
    pub answer: serde_json::Value,
    /// Whether an earlier call's answer was remembered, so that nobody was asked.
    #[serde(default, skip_serializing_if = "is_false")]
    pub remembered: bool,
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
    /// Most linear memory it had, in bytes; equal on every machine.
    #[serde(default)]
    pub memory_bytes: u64,
    /// The findings.
    pub evidence: Vec<Evidence>,
    /// The facts it produced.
    pub facts: Facts,
    /// Lines it logged beyond those that are kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub log_dropped: u64,
    /// The capability calls it made, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub host_calls: Vec<HostCall>,
}

impl GateRun {
    /// The finding to show first: the gravest, and of those the earliest.
    #[must_use]
    pub fn deciding(&self) -> Option<&Evidence> {
        let rank = |evidence: &&Evidence| std::cmp::Reverse(evidence.severity);
        self.evidence.iter().min_by_key(rank)
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_false(truth: &bool) -> bool {
    !truth
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Why a configured gate did not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotEvaluated {
    /// Gate id.
    pub gate: String,
    /// For example `mode is off` or `an earlier gate rejected`.
    pub reason: String,
}

/// The scored run's context, as far as gates are told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateContext {
    /// From the declared tokenizer.
    pub vocab_size: u32,
    /// Columns of a row unless the miner asks for another number, in tokens.
    pub sequence_length: u32,
    /// Told to miners, not enforced.
    pub max_layers: u32,
    /// Parameter cap, in parameters.
    pub max_parameters: u64,
    /// The forced seed.
    pub seed: u64,
    /// The tokenizer's name.
    pub tokenizer: String,
    /// The Python that will run the bundle, as `major.minor`: its grammar is the one that counts.
    pub python_version: String,
}

impl Default for GateContext {
    /// The published values, with the `bytes` tokenizer.
    fn default() -> Self {
        Self {
            vocab_size: 257,
            sequence_length: 128,
            max_layers: 96,
            max_parameters: 150_000_000,
            seed: 1337,
            tokenizer: "bytes".into(),
            python_version: "3.11".into(),
        }
    }
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
    /// What the gates were told of the run; null in verdicts made before it was kept, and for a bundle that is not
    /// closed.
    #[serde(default)]
    pub context: Option<GateContext>,
    /// All facts, those of later gates replacing those of earlier ones.
    pub facts: Facts,
    /// Gates and stages that did not run, and why.
    pub not_evaluated: Vec<NotEvaluated>,
    /// One entry per gate that ran, in order. The closed-bundle check of the host is the first,
    /// under the gate id `bundle`.
    pub gates: Vec<GateRun>,
}
