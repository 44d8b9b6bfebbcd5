//! Memory after hostile guests. A binary of its own: other tests in the same process would take memory meanwhile.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test"
)]

#[allow(
    dead_code,
    reason = "shared with the tests of the engine, which need more of it"
)]
#[path = "engine/guests.rs"]
mod guests;

use guests::{LIMITS, evaluate, gate, runtime};

/// Resident memory of this process, in bytes.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = text.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_returns_to_its_level_after_every_hostile_guest() {
    let runtime = runtime();
    let mut gates = Vec::new();
    for name in [
        "grows",
        "widens",
        "traps",
        "recurses",
        "hoards",
        "shouts",
        "reads",
        "logs",
        "floods",
        "rambles",
        "many-findings",
        "long-winded",
        "verbose",
        "points-outside",
        "keeps",
    ] {
        gates.push(gate(&runtime, name).await);
    }
    let round = async || {
        for gate in &gates {
            let run = evaluate(&runtime, gate, &LIMITS).await;
            assert!(run.fault.is_some());
        }
    };
    for _ in 0..5 {
        round().await;
    }
    let level = resident();
    for _ in 0..20 {
        round().await;
    }
    // A single leaked linear memory would be 64 MiB or more, a leaked table or report far more over 20 rounds.
    let grown = resident().saturating_sub(level);
    assert!(grown < 48 << 20, "{grown} bytes more than before");
}
