//! More evaluations than places.

use std::sync::Arc;
use std::time::Duration;

use prism_engine::{Call, Capabilities, Gate, Limits, Runtime, Settings, Submission};
use prism_store::verdict::{Facts, GateFault};

use crate::guests::{LIMITS, bundle, evaluate, gate, runtime};

#[tokio::test(flavor = "multi_thread")]
async fn fifty_times_more_evaluations_than_places_wait_and_one_slow_one_harms_no_other() {
    let runtime = Arc::new(runtime());
    let honest = Arc::new(gate(&runtime, "allows").await);
    let slow = Arc::new(gate(&runtime, "fills").await);
    let short = Limits {
        fuel: u64::MAX / 4,
        timeout: Duration::from_millis(500),
        ..LIMITS
    };
    let spawn = |gate: &Arc<Gate>, limits: Limits| {
        let (runtime, gate) = (Arc::clone(&runtime), Arc::clone(gate));
        tokio::spawn(async move { evaluate(&runtime, &gate, &limits).await })
    };
    let slow = spawn(&slow, short);
    let honest: Vec<_> = (0..200).map(|_| spawn(&honest, LIMITS)).collect();
    for task in honest {
        assert_eq!(task.await.unwrap().fault, None);
    }
    assert_eq!(slow.await.unwrap().fault, Some(GateFault::TimedOut));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_no_place_in_time_is_told_so_and_a_gate_can_still_be_loaded() {
    let settings = Settings {
        concurrency: 1,
        queue_timeout: Duration::from_millis(20),
        ..Settings::default()
    };
    let runtime = Arc::new(Runtime::start(&settings).unwrap());
    let slow = Arc::new(gate(&runtime, "fills").await);
    let (other_runtime, other_gate) = (Arc::clone(&runtime), Arc::clone(&slow));
    let taken = tokio::spawn(async move {
        let limits = Limits {
            fuel: u64::MAX / 4,
            timeout: Duration::from_secs(3),
            ..LIMITS
        };
        evaluate(&other_runtime, &other_gate, &limits).await
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    // Describing has places of its own.
    let honest = gate(&runtime, "allows").await;
    let bundle = bundle();
    let call = Call {
        submission: &Submission::local(&bundle),
        bundle: &bundle,
        config: "{}",
        facts: &Facts::new(),
        limits: &LIMITS,
        capabilities: &Capabilities::default(),
    };
    let busy = honest.evaluate(&runtime, &call).await.unwrap_err();
    assert!(busy.to_string().contains("all 1 places"), "{busy}");
    assert_eq!(taken.await.unwrap().fault, Some(GateFault::TimedOut));
    let run = honest.evaluate(&runtime, &call).await.unwrap();
    assert_eq!(run.fault, None);
}
