//! What a gate in shadow mode said.

use serde::{Deserialize, Serialize};

use crate::blobs::BlobId;
use crate::record::Record;
use crate::timestamp::Timestamp;
use crate::verdict::{Decision, GateFault};

/// A gate's report in short: what two reports are compared by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateRunSummary {
    /// The decision.
    pub decision: Decision,
    /// Rule, path and line of each finding, sorted.
    pub rules: Vec<String>,
    /// How the gate broke, when it did.
    pub fault: Option<GateFault>,
}

/// What a gate in shadow mode said of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShadowResult {
    /// The submission.
    pub submission_id: String,
    /// When.
    pub at: Timestamp,
    /// The revision it was in.
    pub revision: Option<u64>,
    /// Gate id.
    pub gate: String,
    /// SHA-256 of the shadow's component.
    pub shadow_digest: String,
    /// That of the enforced gate of the same id, when there is one.
    pub enforced_digest: Option<String>,
    /// Whether it said what the enforced gate said.
    pub agrees: bool,
    /// The enforced gate's report.
    pub enforced: Option<GateRunSummary>,
    /// The shadow's.
    pub shadow: GateRunSummary,
    /// Both whole reports as JSON; set by the store.
    pub blob: Option<BlobId>,
}

impl Record for ShadowResult {
    const TABLE: &'static str = "shadow_results";
}

/// How often a shadow agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ShadowCounts {
    /// Submissions it judged.
    pub judged: u64,
    /// Of these, judged as the enforced gate did.
    pub agreed: u64,
    /// Of these, otherwise.
    pub disagreed: u64,
    /// Of these, it broke.
    pub broken: u64,
}

impl Record for ShadowCounts {
    const TABLE: &'static str = "shadow_counts";
}
