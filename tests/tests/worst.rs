//! The worst bundle for every limit, through the installed gates: none of them spends a gate's budget, and none makes
//! a gate need more than 256 MB. Work is measured in fuel, which is the same on every machine.
//!
//! `cargo test -q --test worst -- --nocapture` prints the table, with milliseconds of this machine beside it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use prism_bundle::Bundle;
use prism_store::{QueuePolicy, Store};
use prism_tests::batteries::{Arena, Model, SENDER};
use prism_tests::worst;

/// About 200 ms of a core, and all that a gate is given: a bundle within the limits never spends it.
const MOST_FUEL: u64 = 2_000_000_000;
const MOST_MEMORY: u64 = 256 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn the_worst_bundle_for_every_limit_stays_far_from_the_budgets() {
    let arena = Arena::open().await;
    let gates = [
        "contract",
        "static-analysis",
        "distributed-contract",
        "duplicate-review",
    ];
    println!("| The bundle | {} | memory |", gates.join(" | "));
    let mut over = Vec::new();
    for (what, files) in worst::cases() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &QueuePolicy::default()).unwrap();
        let bundle = Bundle::from_files(files);
        assert!(bundle.is_ok(), "{what} should be within the limits");
        let verdict = arena.submit(&store, SENDER, bundle, Model::content()).await;
        let mut row = format!("| {what} ");
        let mut memory = 0;
        for run in verdict
            .gates
            .iter()
            .filter(|run| gates.contains(&run.gate.as_str()))
        {
            row += &format!("| {} M, {} ms ", run.fuel / 1_000_000, run.micros / 1000);
            memory = memory.max(run.memory_bytes);
            if run.fault.is_some() || run.fuel > MOST_FUEL || run.memory_bytes > MOST_MEMORY {
                over.push(format!("{what}: {} {:?}", run.gate, run.fault));
            }
        }
        println!("{row}| {} MiB |", memory >> 20);
    }
    assert!(over.is_empty(), "{}", over.join("\n"));
}
