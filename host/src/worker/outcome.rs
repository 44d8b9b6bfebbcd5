//! What the words of gates, preflight and run mean for the queue.

use prism_engine::Pipeline;
use prism_protocol::outcome::FailReason;
use prism_store::Ended;
use prism_store::records::{CrashPolicy, Reason, ReasonCode};
use prism_store::verdict::{Decision, GateFault, GateRun, Verdict};

use crate::preflight::PREFLIGHT;

/// How the work on a claim ended, before the store is told.
pub(super) enum End {
    Finish(Ended),
    Retry(Reason),
    GiveBack,
}

/// What the verdict alone decides; none when the bundle goes on to a run. `attempts` counts this one.
pub(super) fn decided(
    verdict: &Verdict,
    pipeline: Option<&Pipeline>,
    attempts: u32,
) -> Option<End> {
    let run = verdict
        .gates
        .iter()
        .find(|run| run.verdict == verdict.verdict)?;
    let finding = run.deciding().map(|evidence| {
        let place = match (&evidence.path, evidence.line) {
            (Some(path), Some(line)) => format!("{path}:{line}: "),
            (Some(path), None) => format!("{path}: "),
            _ => String::new(),
        };
        format!("{place}{} [{}]", evidence.message, evidence.rule)
    });
    let detail = finding.unwrap_or_else(|| format!("{}: {}", run.gate, run.reason));
    match verdict.verdict {
        Decision::Allow => None,
        Decision::Reject => {
            let code = match run.gate.as_str() {
                "bundle" => ReasonCode::BundleRefused,
                PREFLIGHT => ReasonCode::PreflightRejected,
                _ => ReasonCode::GateRejected,
            };
            Some(End::Finish(Ended::Rejected(Reason { code, detail })))
        }
        Decision::Hold => Some(held(verdict, pipeline, attempts, detail)),
    }
}

/// A gate that judged, and wants a person, holds: also when another gate broke beside it. A gate that broke says
/// nothing of the bundle: a fault of the infrastructure is tried again, any other holds at once unless the gate's
/// crash policy gives it further attempts.
fn held(verdict: &Verdict, pipeline: Option<&Pipeline>, attempts: u32, detail: String) -> End {
    let holding = || {
        verdict
            .gates
            .iter()
            .filter(|run| run.verdict == Decision::Hold)
    };
    if holding().any(|run| run.fault.is_none()) {
        return End::Finish(Ended::Held(Reason {
            code: ReasonCode::GateHeld,
            detail,
        }));
    }
    let reason = Reason {
        code: ReasonCode::GateFault,
        detail,
    };
    let policy = |run: &GateRun| {
        pipeline?
            .entries()
            .iter()
            .find(|entry| entry.settings.digest == run.digest)
            .map(|entry| entry.settings.on_crash)
    };
    let again = holding().all(|run| {
        let outage = run.fault.as_ref().is_some_and(GateFault::is_infrastructure);
        match policy(run) {
            Some(CrashPolicy::RetryThenHold { retries }) => outage || attempts <= retries,
            _ => outage,
        }
    });
    if again {
        End::Retry(reason)
    } else {
        End::Finish(Ended::Held(reason))
    }
}

pub(super) fn infrastructure(error: &dyn std::fmt::Display) -> End {
    End::Retry(Reason {
        code: ReasonCode::Infrastructure,
        detail: error.to_string(),
    })
}

pub(super) fn code(reason: FailReason) -> ReasonCode {
    match reason {
        FailReason::BadOutput => ReasonCode::BadOutput,
        FailReason::MinerException => ReasonCode::MinerException,
        FailReason::NoBatches => ReasonCode::NoBatches,
        FailReason::Killed => ReasonCode::Killed,
        FailReason::OutOfMemory => ReasonCode::OutOfMemory,
        FailReason::Stall => ReasonCode::Stall,
        FailReason::Quota => ReasonCode::Quota,
        FailReason::ForbiddenSystemCall => ReasonCode::ForbiddenSystemCall,
        FailReason::ProtocolViolation => ReasonCode::ProtocolViolation,
        FailReason::NotCausal => ReasonCode::NotCausal,
        FailReason::BpbOutOfBand => ReasonCode::BpbOutOfBand,
    }
}

#[cfg(test)]
mod tests;
