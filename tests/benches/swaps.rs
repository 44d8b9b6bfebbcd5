//! Latency of a verdict over HTTP for eight clients, at rest and while the gate is swapped without pause.
//!
//! `cargo bench --profile dev --bench swaps` (the profile of the tests, so that nothing is compiled anew).

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "benchmark")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use prism_tests::swapping::{Arena, CLIENTS, VERSIONS, percentile};

const PHASE: Duration = Duration::from_secs(15);

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let arena = Arc::new(Arena::new(folder.path()));
        arena
            .under_load(tokio::time::sleep(Duration::from_secs(2)))
            .await;
        let (rest, ()) = arena.under_load(tokio::time::sleep(PHASE)).await;
        let swapping = async {
            let (started, mut swaps) = (Instant::now(), 0_usize);
            while started.elapsed() < PHASE {
                arena.swap(VERSIONS[(swaps + 1) % 2]).await;
                swaps += 1;
            }
            swaps
        };
        let (swapped, swaps) = arena.under_load(swapping).await;
        let seconds = PHASE.as_secs_f64();
        println!("{CLIENTS} clients, one trivial gate, {seconds} s each");
        for (name, answers) in [("at rest", &rest), ("while swapping", &swapped)] {
            println!(
                "{name:<16} {:>6.0} verdicts/s  p50 {:>6.2} ms  p99 {:>6.2} ms  failed {}",
                answers.len() as f64 / seconds,
                percentile(answers, 50).as_secs_f64() * 1e3,
                percentile(answers, 99).as_secs_f64() * 1e3,
                answers.iter().filter(|answer| answer.status != 200).count(),
            );
        }
        println!(
            "{swaps} swaps, {:.0} a second; p99 while swapping is {:.2} times that at rest",
            swaps as f64 / seconds,
            percentile(&swapped, 99).as_secs_f64() / percentile(&rest, 99).as_secs_f64()
        );
    });
}
