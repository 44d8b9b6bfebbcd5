//! What is stored: one type a table, in the words the API and the documents use.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::{Record, Step};
use crate::timestamp::Timestamp;

mod llm;
mod pipeline;
mod score;
mod shadow;
mod submission;

pub use llm::{LlmReview, LlmUsage};
pub use pipeline::{
    CapabilityRequest, Course, CrashPolicy, Descriptor, Gate, GateLimits, GateMode, GateSignature,
    PipelineRevision, RevisionEntry, RuleInfo, StoredVerdict,
};
pub use score::{Family, HeldOut, Level, Parts, Ruling, Score, Variant, Verification};
pub use shadow::{GateRunSummary, ShadowCounts, ShadowResult};
pub use submission::{
    CodeForm, EvalJob, JobStatus, Lease, Reason, ReasonCode, State, Submission, SubmissionSource,
};

/// Someone who has submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Miner {
    /// Hotkey as the proxy verified it.
    pub hotkey: String,
    /// Uid at the last submission, when the proxy knew it.
    pub uid: Option<u64>,
    /// First submission.
    pub first_seen: Timestamp,
    /// Last submission.
    pub last_seen: Timestamp,
    /// Number of submissions.
    pub submissions: u64,
    /// When verification last found a run of theirs void.
    pub void_at: Option<Timestamp>,
}

impl Record for Miner {
    const TABLE: &'static str = "miners";
    // Version 1 knows void runs.
    const STEPS: &'static [Step] = &[|mut value| {
        let fields = value.as_object_mut().ok_or("not an object")?;
        fields.insert("void_at".into(), Value::Null);
        Ok(value)
    }];
}

/// An epoch of the challenge; exists once something was submitted in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch {
    /// Seconds since 1970 divided by the epoch's length.
    pub id: u64,
    /// First second.
    pub starts_at: Timestamp,
    /// First second of the next one.
    pub ends_at: Timestamp,
}

impl Record for Epoch {
    const TABLE: &'static str = "epochs";
}

/// One value of the runtime configuration. Later ones replace earlier ones from `effective_from` on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuntimeSetting {
    /// For example `reward_pools`.
    pub key: String,
    /// A JSON object.
    pub value: Value,
    /// From when on it counts.
    pub effective_from: Timestamp,
}

impl Record for RuntimeSetting {
    const TABLE: &'static str = "runtime_config";
}

/// One thing that happened. The log is only ever appended to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// 1 for the first; no gaps.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// What it happened to, for example a submission's id or `pipeline`.
    pub subject: String,
    /// For example `submission.claimed`.
    pub kind: String,
    /// What changed, with the values before and after.
    pub detail: Value,
}

impl Record for Event {
    const TABLE: &'static str = "events";
}
