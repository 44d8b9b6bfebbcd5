//! Which gates judged, and what they said.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::blobs::BlobId;
use crate::record::{Record, Step};
use crate::timestamp::Timestamp;
use crate::verdict::Decision;

/// A verdict on a submission; the whole of it, with all evidence, is a blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredVerdict {
    /// The submission.
    pub submission_id: String,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// When.
    pub decided_at: Timestamp,
    /// The decision.
    pub decision: Decision,
    /// The pipeline revision it was decided under.
    pub revision: Option<u64>,
    /// SHA-256 of the bundle's canonical content; empty when there is no closed bundle.
    pub bundle: String,
    /// The verdict as JSON.
    pub blob: BlobId,
}

impl Record for StoredVerdict {
    const TABLE: &'static str = "gate_runs";
}

/// An installed gate component. The component itself is a blob; nothing here changes but the grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Lowercase hex SHA-256 of the component.
    pub digest: String,
    /// The component.
    pub blob: BlobId,
    /// Its size, in bytes.
    pub bytes: u64,
    /// Version of the contract it was built for, for example `1.0.0`.
    pub contract: String,
    /// What it says of itself.
    pub descriptor: Descriptor,
    /// Names of the capabilities the operator grants it, sorted.
    pub grants: Vec<String>,
    /// The signatures it came with that were valid at install.
    pub signatures: Vec<GateSignature>,
    /// Where it came from, for people: `installation`, a file's name, an OCI reference.
    pub origin: String,
    /// When it was installed.
    pub installed_at: Timestamp,
    /// Who installed it.
    pub installed_by: String,
    /// Number of self-test cases it carries.
    pub cases: u64,
}

impl Record for Gate {
    const TABLE: &'static str = "gates";
    const STEPS: &'static [Step] = &[forgotten];
}

/// There are none when the store is open: they are forgotten at that moment.
fn forgotten(_old: Value) -> Result<Value, String> {
    Err("it is of the first schema, which only noted digests".into())
}

/// What a gate says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Descriptor {
    /// Gate id.
    pub id: String,
    /// Semantic version.
    pub version: String,
    /// One sentence for people.
    pub summary: String,
    /// Every rule it can raise.
    pub rules: Vec<RuleInfo>,
    /// Every fact it can produce.
    pub facts: Vec<String>,
    /// Capabilities it asks for and why.
    pub capabilities: Vec<CapabilityRequest>,
    /// JSON Schema of its configuration.
    #[schema(value_type = Object)]
    pub config_schema: Value,
}

/// A rule a gate can raise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RuleInfo {
    /// Its id.
    pub id: String,
    /// What it forbids, in one sentence.
    pub summary: String,
}

/// A capability a gate asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CapabilityRequest {
    /// `llm` or `corpus`.
    pub name: String,
    /// What the gate does with it.
    pub reason: String,
}

/// A signature over a component's digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateSignature {
    /// Id of the key in the operator's key set.
    pub key_id: String,
    /// The ed25519 signature, base64.
    pub signature: String,
}

/// An immutable ordered list of gates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineRevision {
    /// From 1.
    pub number: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it: the name of a token, `installation` or `circuit-breaker`.
    pub created_by: String,
    /// Why, in their words.
    pub reason: String,
    /// The revision that was active when it was made.
    pub based_on: Option<u64>,
    /// The gates, in order.
    pub entries: Vec<RevisionEntry>,
}

impl Record for PipelineRevision {
    const TABLE: &'static str = "pipeline_revisions";
    const STEPS: &'static [Step] = &[type_entries];
}

/// One gate of a revision: what is judged by, with everything that decides how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevisionEntry {
    /// Gate id. A revision has each id at most once in mode `enforce` and at most once in mode `shadow`.
    pub gate: String,
    /// Gate version.
    pub version: String,
    /// Lowercase hex SHA-256 of the component.
    pub digest: String,
    /// What its answer counts for.
    pub mode: GateMode,
    /// Its configuration, a JSON object.
    #[schema(value_type = Object)]
    pub config: Value,
    /// What one evaluation may use.
    pub limits: GateLimits,
    /// What it means when the gate itself breaks.
    pub on_crash: CrashPolicy,
    /// A budget spent by the bundle's own code says allow with this fact undecided; null: it is a crash.
    pub undecided_fact: Option<String>,
    /// A dear gate is asked only when no gate before it rejects.
    pub only_if_not_rejected: bool,
}

/// What a gate's answer counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum GateMode {
    /// It decides.
    Enforce,
    /// It is evaluated and recorded, and never decides.
    Shadow,
    /// It is not evaluated.
    Off,
}

/// What one evaluation may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GateLimits {
    /// wasmtime fuel: bounds the work, the same on every machine.
    pub fuel: u64,
    /// Linear memory of the component, in bytes.
    pub memory_bytes: u64,
    /// Wall-clock backstop, host calls included, in milliseconds.
    pub timeout_ms: u64,
}

/// What it means when a gate itself breaks. It never means allow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "policy", deny_unknown_fields)]
pub enum CrashPolicy {
    /// The submission waits for an operator. Faults of the infrastructure are retried with back-off first.
    #[default]
    Hold,
    /// The submission is rejected, unless the fault is one of the infrastructure, which is retried.
    Reject,
    /// The submission is judged again with back-off, whatever the fault, then waits for an operator.
    RetryThenHold {
        /// Further attempts.
        retries: u32,
    },
}

/// Revisions of the first schema kept settings as text, and neither author nor reason.
fn type_entries(mut old: Value) -> Result<Value, String> {
    let entries = old
        .get_mut("entries")
        .and_then(Value::as_array_mut)
        .ok_or("it has no entries")?;
    entries.retain(|entry| {
        entry
            .get("digest")
            .and_then(Value::as_str)
            .is_some_and(|digest| !digest.is_empty())
    });
    for entry in entries {
        let text = |name: &str| {
            entry
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
                .ok_or(format!("an entry has no {name}"))
        };
        let gate = text("gate")?;
        let settings: Value =
            serde_json::from_str(&text("settings")?).map_err(|error| error.to_string())?;
        let number = |name: &str| settings.get(name).and_then(Value::as_u64).unwrap_or(0);
        let config = settings
            .get("config")
            .and_then(Value::as_str)
            .unwrap_or("{}");
        *entry = json!({
            "gate": gate, "version": text("version")?, "digest": text("digest")?, "mode": text("mode")?,
            "config": serde_json::from_str::<Value>(config).map_err(|error| error.to_string())?,
            "limits": {
                "fuel": number("fuel"), "memory_bytes": number("memory_bytes"),
                "timeout_ms": number("timeout_seconds").saturating_mul(1000),
            },
            "on_crash": {"policy": "hold"},
            "undecided_fact": (gate == "param-cap").then_some("param_count"),
            "only_if_not_rejected": gate == "llm-review",
        });
    }
    // The one before was active until then: the first schema knew no way back.
    let number = old.get("number").and_then(Value::as_u64).unwrap_or(0);
    let based_on = number.checked_sub(1).filter(|before| *before > 0);
    if let Some(record) = old.as_object_mut() {
        record.insert("created_by".into(), "installation".into());
        record.insert("reason".into(), "made before reasons were kept".into());
        record.insert("based_on".into(), json!(based_on));
    }
    Ok(old)
}

/// A course this service has run bundles on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Digest of its documents in order.
    pub fingerprint: String,
    /// Its id.
    pub id: String,
    /// Its bytes.
    pub bytes: u64,
    /// When it was first used.
    pub first_used: Timestamp,
}

impl Record for Course {
    const TABLE: &'static str = "courses";
}
