//! What a replay is asked and what it tells.

use prism_store::records::GateRunSummary;
use prism_store::verdict::Decision;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What a replay is asked to do.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayRequest {
    /// The candidate: `id@version`, a digest or the beginning of one, or an id for its newest version.
    pub gate: String,
    /// Its configuration; that of the active gate of the same id otherwise.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub config: Option<Value>,
    /// Its fuel; that of the active gate otherwise.
    #[serde(default)]
    pub fuel: Option<u64>,
    /// How many submissions, the newest first.
    #[serde(default = "thousand")]
    pub last: u64,
    /// Ask the language model where no answer was recorded. Costs money: see `estimate`.
    #[serde(default)]
    pub live_llm: bool,
    /// Only say what it would cost.
    #[serde(default)]
    pub estimate: bool,
}

fn thousand() -> u64 {
    1000
}

/// What a replay with live calls may cost at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Estimate {
    /// Submissions that would be judged again.
    pub submissions: u64,
    /// Of these, those without any recorded answer to a language-model call.
    pub without_answer: u64,
    /// Bytes of their bundles: roughly four a token.
    pub bundle_bytes: u64,
    /// Tokens asked about, at four bytes each, in one call a submission.
    pub prompt_tokens: u64,
}

/// How a replay stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReplayState {
    /// Under way.
    Running,
    /// Done.
    Finished,
    /// Stopped by an operator.
    Cancelled,
    /// Stopped by a fault of ours.
    Failed,
}

/// A replay and what it has found so far.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReplayReport {
    /// Number of the replay.
    pub id: u64,
    /// How it stands.
    pub state: ReplayState,
    /// Who started it.
    pub by: String,
    /// The candidate's id.
    pub gate: String,
    /// Its version.
    pub version: String,
    /// Its digest.
    pub digest: String,
    /// Submissions to judge.
    pub total: u64,
    /// Of these, judged.
    pub done: u64,
    /// Of these, judged as before.
    pub same: u64,
    /// Of these, judged otherwise.
    pub different: u64,
    /// Of these, the candidate itself broke.
    pub broken: u64,
    /// Submissions that could not be read and were left out.
    pub unreadable: u64,
    /// Judged a second so far.
    pub per_second: f64,
    /// Fuel of all evaluations together.
    pub fuel: u64,
    /// What changed, at most 1,000 of them, in the order of finding.
    pub differences: Vec<ReplayDifference>,
}

/// A submission that the candidate judges otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReplayDifference {
    /// The submission.
    pub submission_id: String,
    /// What the gate said then; null when it did not judge then.
    #[schema(value_type = Option<Object>)]
    pub was: Option<GateRunSummary>,
    /// What the candidate says.
    #[schema(value_type = Object)]
    pub now: GateRunSummary,
    /// Its reason, or how it broke.
    pub reason: String,
    /// The verdict of the whole pipeline then.
    #[schema(value_type = String)]
    pub verdict_was: Decision,
    /// The verdict with the candidate in place.
    #[schema(value_type = String)]
    pub verdict_now: Decision,
}
