//! The outcome table of a run: the one list that code, documentation and API share.

use serde::{Deserialize, Serialize};

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Outcome {
    /// The run has a score; unread bytes cost 8 bits each.
    Completed {
        /// Why the stream ended.
        stopped: Stopped,
    },
    /// The bundle's fault; no score, no retry.
    Failed {
        /// The machine-readable reason.
        reason: FailReason,
        /// One sentence for the miner; carries no course text after the first batch.
        detail: String,
    },
    /// A fault outside the jail; the submission goes back to pending.
    Infrastructure {
        /// One sentence for the operator.
        detail: String,
    },
}

/// Why a completed stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// The whole course was served.
    CourseEnd,
    /// `train(ctx)` returned before the end of the course.
    EarlyReturn,
    /// The safety clock of the device class ran out.
    SafetyClock,
}

/// Why a run failed by the bundle's own fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailReason {
    /// Non-finite or wrongly shaped output, or an id out of range.
    BadOutput,
    /// `build_model` or `train` raised.
    MinerException,
    /// `train(ctx)` returned without ever asking for a batch.
    NoBatches,
    /// The worker was killed by a signal or left with a non-zero exit status.
    Killed,
    /// Memory limit of the jail.
    OutOfMemory,
    /// No answer within the watchdog's limit.
    Stall,
    /// Scratch, output or exported-state quota.
    Quota,
    /// A system call the filter forbids.
    ForbiddenSystemCall,
    /// The worker broke the protocol.
    ProtocolViolation,
    /// bpb above 64.
    BpbOutOfBand,
    /// Predictions were clearly dearer where the text after them was another: the model sees ahead.
    NotCausal,
}

/// What verification makes of a completed run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// The score holds.
    Verified,
    /// The captured charges are significantly lower than what the model really predicts.
    CapturedTooLow,
    /// The second run of the same bundle on the same course and seed did not go as the first.
    NotRepeated,
    /// The exported state predicts significantly worse than the run did, or can't be loaded.
    StateMismatch,
}

impl Ruling {
    /// Its name in manifests, reports and messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::CapturedTooLow => "captured_too_low",
            Self::NotRepeated => "not_repeated",
            Self::StateMismatch => "state_mismatch",
        }
    }
}
