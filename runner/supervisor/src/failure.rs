//! How a run stops before its end: the reasons, with the one sentence that goes with each.

use prism_protocol::outcome::{FailReason, Outcome};

/// Why the serving stops early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The run has this outcome, whatever was charged so far.
    Outcome(Outcome),
    /// The safety clock ran out; what was charged so far counts.
    SafetyClock,
}

impl Stop {
    /// The bundle's fault.
    pub fn failed(reason: FailReason, detail: impl Into<String>) -> Self {
        Self::Outcome(Outcome::Failed {
            reason,
            detail: detail.into(),
        })
    }

    /// The worker broke the protocol.
    pub fn violation(detail: impl Into<String>) -> Self {
        Self::failed(FailReason::ProtocolViolation, detail)
    }

    /// A fault outside the jail.
    pub fn infrastructure(detail: impl std::fmt::Display) -> Self {
        Self::Outcome(Outcome::Infrastructure {
            detail: detail.to_string(),
        })
    }
}
