//! What a held verdict means for the queue.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test")]

use std::sync::Arc;

use prism_engine::{Entry, Runtime, Settings};
use prism_store::records::{GateLimits, GateMode, RevisionEntry};
use prism_store::verdict::Facts;
use serde_json::json;

use super::*;

fn pipeline(on_crash: CrashPolicy) -> Pipeline {
    let settings = RevisionEntry {
        gate: "a".into(),
        version: "1.0.0".into(),
        digest: "d".into(),
        mode: GateMode::Enforce,
        config: json!({}),
        limits: GateLimits {
            fuel: 1,
            memory_bytes: 1,
            timeout_ms: 1,
        },
        on_crash,
        undecided_fact: None,
        only_if_not_rejected: false,
    };
    let entry = Entry {
        gate: None,
        settings,
        why_off: None,
    };
    let runtime = Runtime::start(&Settings::default()).unwrap();
    Pipeline::new(Arc::new(runtime), Some(1), vec![entry])
}

fn held_by(faults: &[Option<GateFault>]) -> Verdict {
    let run = |fault: &Option<GateFault>| GateRun {
        gate: "a".into(),
        version: "1.0.0".into(),
        digest: "d".into(),
        verdict: Decision::Hold,
        reason: "why".into(),
        fault: fault.clone(),
        fuel: 0,
        micros: 0,
        memory_bytes: 0,
        evidence: Vec::new(),
        facts: Facts::new(),
        log_dropped: 0,
        host_calls: Vec::new(),
    };
    Verdict {
        verdict: Decision::Hold,
        bundle: "b".into(),
        revision: Some(1),
        context: None,
        facts: Facts::new(),
        not_evaluated: Vec::new(),
        gates: faults.iter().map(run).collect(),
    }
}

/// What the worker tells the store, in a word.
fn told(faults: &[Option<GateFault>], policy: CrashPolicy, attempts: u32) -> &'static str {
    match decided(&held_by(faults), Some(&pipeline(policy)), attempts) {
        Some(End::Retry(_)) => "again",
        Some(End::Finish(Ended::Held(reason))) => match reason.code {
            ReasonCode::GateFault => "held, broken",
            ReasonCode::GateHeld => "held, judged",
            other => panic!("{other:?}"),
        },
        _ => panic!("a hold must hold"),
    }
}

#[test]
fn what_a_crash_means_is_the_gates_policy_and_an_outage_is_tried_again() {
    let trap = || Some(GateFault::OutOfFuel);
    let outage = || Some(GateFault::CapabilityDown("down".into()));
    let retry = CrashPolicy::RetryThenHold { retries: 2 };
    for (faults, policy, attempts, expected) in [
        (vec![trap()], CrashPolicy::Hold, 1, "held, broken"),
        (vec![outage()], CrashPolicy::Hold, 1, "again"),
        (vec![trap()], retry, 1, "again"),
        (vec![trap()], retry, 2, "again"),
        (vec![trap()], retry, 3, "held, broken"),
        (vec![outage()], retry, 9, "again"),
        (vec![trap(), outage()], CrashPolicy::Hold, 1, "held, broken"),
        (vec![None], CrashPolicy::Hold, 1, "held, judged"),
        (vec![None, trap()], retry, 1, "held, judged"),
    ] {
        assert_eq!(
            told(&faults, policy, attempts),
            expected,
            "{faults:?} {policy:?} {attempts}"
        );
    }
}
