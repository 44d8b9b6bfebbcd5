//! Submissions, their sources and the jobs done for them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::blobs::BlobId;
use crate::record::Record;
use crate::timestamp::Timestamp;

/// One uploaded bundle on its way from the bridge to the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// UUID, version 4.
    pub id: String,
    /// Who submitted.
    pub hotkey: String,
    /// Epoch of the intake; a submission keeps it.
    pub epoch_id: u64,
    /// Intake.
    pub created_at: Timestamp,
    /// Last change of state.
    pub updated_at: Timestamp,
    /// Where it is.
    pub state: State,
    /// Why it is there; null for a plain pending, running or completed one.
    pub reason: Option<Reason>,
    /// Lowercase hex SHA-256 of the `code` text: for an archive its base64 text, not its bytes.
    pub code_hash: String,
    /// Claims so far that neither ended nor were given back: what infrastructure retries are counted by.
    pub attempts: u32,
    /// Not claimed before.
    pub not_before: Timestamp,
    /// Who holds it; null unless running.
    pub lease: Option<Lease>,
}

impl Record for Submission {
    const TABLE: &'static str = "submissions";
}

/// The states of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// In the queue.
    Pending,
    /// Claimed: gates, preflight or run.
    Running,
    /// Has a score.
    Completed,
    /// The run failed by the bundle's own fault.
    Failed,
    /// The bundle was refused before a run.
    Rejected,
    /// Waits for a person.
    Held,
}

impl State {
    /// The word of the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
            Self::Held => "held",
        }
    }

    /// Whether nothing will change it any more by itself.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Rejected)
    }
}

/// Why a submission is in its state: a word for programs, a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The word.
    pub code: ReasonCode,
    /// The sentence.
    pub detail: String,
}

/// The machine-readable reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    /// Not a closed bundle, or against the lexical rules.
    BundleRefused,
    /// A gate rejected it.
    GateRejected,
    /// Preflight rejected it.
    PreflightRejected,
    /// A gate wants a person to decide.
    GateHeld,
    /// A gate broke; nothing is known about the bundle.
    GateFault,
    /// Executor, node, disk or service failed.
    Infrastructure,
    /// Its claim ran out or its process ended.
    LeaseExpired,
    /// The service was stopped while it ran.
    Shutdown,
    /// An operator put it back into the queue.
    Requeued,
    /// The run: non-finite or wrongly shaped output, or an id out of range.
    BadOutput,
    /// The run: `build_model` or `train` raised.
    MinerException,
    /// The run: `train(ctx)` never asked for a batch.
    NoBatches,
    /// The run: killed, or a non-zero exit status.
    Killed,
    /// The run: memory limit.
    OutOfMemory,
    /// The run: silent beyond the watchdog's limit.
    Stall,
    /// The run: scratch, output or state quota.
    Quota,
    /// The run: forbidden system call.
    ForbiddenSystemCall,
    /// The run: the worker broke the protocol.
    ProtocolViolation,
    /// The run: bits per byte above 64.
    BpbOutOfBand,
    /// The run: the model sees ahead.
    NotCausal,
    /// Verification: the captured charges are too low.
    CapturedTooLow,
    /// Verification: the second run did not go as the first.
    NotRepeated,
    /// Verification: the exported state is not what was measured.
    StateMismatch,
}

/// Who works on a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Unique per claim; whoever presents it holds the submission.
    pub token: String,
    /// Taken at.
    pub claimed_at: Timestamp,
    /// Without a heartbeat until then, it is over.
    pub expires_at: Timestamp,
}

/// What was uploaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubmissionSource {
    /// The submission.
    pub submission_id: String,
    /// Its file name.
    pub filename: String,
    /// What the blob holds.
    pub form: CodeForm,
    /// The content.
    pub blob: BlobId,
    /// Bytes of the content.
    pub bytes: u64,
    /// What the miner said beside it. Recorded; nothing in it is obeyed.
    pub metadata: Map<String, Value>,
}

impl Record for SubmissionSource {
    const TABLE: &'static str = "submission_sources";
}

/// What the blob of a source holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeForm {
    /// The bytes of an archive.
    Archive,
    /// The `code` text as it came: Python source, or what claims to be base64 and isn't.
    Text,
}

/// One stage of work on a submission, for `/v1/health/eval-jobs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvalJob {
    /// UUID, version 4.
    pub id: String,
    /// The submission.
    pub submission_id: String,
    /// `l1` for the gates, else the executor's name.
    pub level: String,
    /// How far it is.
    pub status: JobStatus,
    /// Which attempt of this level it is; 0 before the first.
    pub attempts: u32,
    /// Made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Why it failed.
    pub error: Option<String>,
}

impl Record for EvalJob {
    const TABLE: &'static str = "eval_jobs";
}

/// The states of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Not begun.
    Pending,
    /// At work.
    Running,
    /// Done.
    Completed,
    /// A fault outside the jail; will be tried again.
    InfraFailed,
    /// The bundle's fault.
    Failed,
}
