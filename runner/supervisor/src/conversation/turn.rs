//! Saying and hearing one message, and what it means when there is none.

use std::time::{Duration, Instant};

use prism_protocol::outcome::FailReason;
use prism_protocol::wire::{FromWorker, ToWorker};

use super::Conversation;
use crate::death;
use crate::failure::Stop;
use crate::fault;
use crate::link::Lost;

impl Conversation<'_> {
    pub(super) fn say(&mut self, message: &ToWorker) -> Result<(), Stop> {
        match self.link.send(message, self.patience()) {
            Ok(()) => Ok(()),
            // What it said before it left tells more than that it left.
            Err(Lost::Closed) => self.hear().and(Err(Stop::violation(
                "the worker spoke out of turn and left",
            ))),
            Err(lost) => Err(self.lost(lost)),
        }
    }

    /// The next message; an exception in the worker is the end of the run.
    pub(super) fn hear(&mut self) -> Result<FromWorker, Stop> {
        match self.link.receive(self.patience()) {
            Ok(FromWorker::Raised(raised)) => {
                Err(fault::raised(&raised, self.text_was_sent, self.lines))
            }
            Ok(message) => Ok(message),
            Err(lost) => Err(self.lost(lost)),
        }
    }

    pub(super) fn lost(&mut self, lost: Lost) -> Stop {
        match lost {
            Lost::Closed => death::reason(&mut self.witness, self.notices),
            Lost::Silent if self.clock_ran_out() => Stop::SafetyClock,
            Lost::Silent => Stop::failed(
                FailReason::Stall,
                format!(
                    "no answer within {} seconds",
                    self.spec.limits.stall_seconds
                ),
            ),
            Lost::OverQuota(quota) => death::over_quota(&quota),
            Lost::Cancelled(why) => Stop::infrastructure(why),
            Lost::Broken(text) => Stop::violation(text),
        }
    }

    pub(super) fn patience(&self) -> Duration {
        Duration::from_secs(self.spec.limits.stall_seconds)
    }

    pub(super) fn clock_ran_out(&self) -> bool {
        self.clock.is_some_and(|end| Instant::now() >= end)
    }
}

/// The worker said something else than what was due.
pub(super) fn unexpected(message: &FromWorker, due: &str) -> Stop {
    let got = match message {
        FromWorker::Hello { .. } => "hello",
        FromWorker::Open { .. } => "open",
        FromWorker::Predicted { .. } => "predicted",
        FromWorker::BadOutput { .. } => "bad_output",
        FromWorker::Trained { .. } => "trained",
        FromWorker::Finished {} => "finished",
        FromWorker::Answered { .. } => "answered",
        FromWorker::Built {} => "built",
        FromWorker::Next {} => "next",
        FromWorker::Loaded {} => "loaded",
        FromWorker::State(_) => "state",
        FromWorker::StateChunk { .. } => "state_chunk",
        FromWorker::StateEnd {} => "state_end",
        FromWorker::Raised(_) => "raised",
    };
    Stop::violation(format!(
        "the worker answered `{got}` out of turn or for another step; `{due}` was due"
    ))
}
