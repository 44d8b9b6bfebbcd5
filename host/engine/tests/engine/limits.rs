//! Every limit of an evaluation, broken by a guest of its own.

use std::time::{Duration, Instant};

use prism_engine::{Limits, Runtime};
use prism_store::verdict::Decision;

use crate::guests::{LIMITS, evaluate, gate, on_demand, runtime};

const SHORT: Limits = Limits {
    fuel: u64::MAX / 4,
    timeout: Duration::from_millis(300),
    ..LIMITS
};

const HOSTILE: [(&str, Limits, &str); 20] = [
    ("loops", LIMITS, "OutOfFuel"),
    ("loops", SHORT, "TimedOut"),
    ("fills", SHORT, "TimedOut"),
    ("grows", LIMITS, "OutOfMemory"),
    ("widens", LIMITS, "OutOfTable"),
    ("traps", LIMITS, "Trap"),
    ("recurses", LIMITS, "OutOfStack"),
    ("hoards", LIMITS, "TooManyHandles"),
    ("shouts", LIMITS, "CopiedTooMuch"),
    ("reads", LIMITS, "CopiedTooMuch"),
    ("logs", LIMITS, "LogFlood"),
    ("floods", LIMITS, "ReportTooLarge"),
    ("rambles", LIMITS, "ReportTooLarge"),
    ("many-findings", LIMITS, "ReportTooLarge"),
    ("long-winded", LIMITS, "ReportTooLarge"),
    ("verbose", LIMITS, "ReportTooLarge"),
    ("points-outside", LIMITS, "BadReport"),
    ("unknown-rule", LIMITS, "BadReport"),
    ("unknown-fact", LIMITS, "BadReport"),
    ("keeps", LIMITS, "BadReport"),
];

async fn every_hostile_guest(runtime: &Runtime) {
    let honest = gate(runtime, "allows").await;
    for (name, limits, fault) in HOSTILE {
        let hostile = gate(runtime, name).await;
        let started = Instant::now();
        let run = evaluate(runtime, &hostile, &limits).await;
        let found = format!("{:?}", run.fault.clone());
        assert!(
            found.starts_with(&format!("Some({fault}")),
            "{name}: {found}"
        );
        assert_eq!(run.verdict, Decision::Hold, "{name}");
        assert!(run.facts.is_empty() && run.evidence.is_empty(), "{name}");
        assert!(run.reason.starts_with("the gate itself broke: "), "{name}");
        let took = started.elapsed();
        assert!(took < Duration::from_secs(10), "{name}: {took:?}");
        let after = evaluate(runtime, &honest, &LIMITS).await;
        let after = (after.verdict, after.fault);
        assert_eq!(after, (Decision::Allow, None), "after {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hostile_guest_gets_its_typed_fault_and_the_engine_serves_on() {
    every_hostile_guest(&runtime()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limits_hold_as_well_where_instances_are_made_on_demand() {
    every_hostile_guest(&on_demand()).await;
}

/// On one thread the guest shares the thread that would have to stop it.
#[tokio::test]
async fn an_endless_loop_is_stopped_on_a_runtime_of_one_thread() {
    let runtime = runtime();
    for (limits, fault) in [(LIMITS, "Some(OutOfFuel)"), (SHORT, "Some(TimedOut)")] {
        let run = evaluate(&runtime, &gate(&runtime, "loops").await, &limits).await;
        assert_eq!(format!("{:?}", run.fault), fault);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fuel_is_the_same_at_every_run() {
    let runtime = runtime();
    for name in ["allows", "chatters", "rejects", "traps", "resembles"] {
        let gate = gate(&runtime, name).await;
        let first = evaluate(&runtime, &gate, &LIMITS).await;
        assert!(first.fuel > 0, "{name}");
        for _ in 0..5 {
            let again = evaluate(&runtime, &gate, &LIMITS).await;
            assert_eq!(again.fuel, first.fuel, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn log_lines_beyond_those_that_are_kept_are_counted() {
    let runtime = runtime();
    let run = evaluate(&runtime, &gate(&runtime, "chatters").await, &LIMITS).await;
    assert_eq!((run.verdict, run.fault), (Decision::Allow, None));
    assert_eq!(run.log_dropped, 4_900);
}
