//! What the worst bundle for every limit costs the reader and the gates, natively: milliseconds of one core.
//!
//! `cargo run --release --manifest-path tests/fuzz/Cargo.toml --example worst`. Processor time as Linux counts it for the
//! thread, so that a busy machine doesn't show; results are in `docs/benchmarks.md`.

use prism_bundle::Bundle;
use prism_fuzz::worst::{Files, cases, refused};
use prism_gate_contract::Contract;
use prism_gate_sdk::{Decision, Gate, judge};
use prism_gate_static_analysis::StaticAnalysis;

/// The goal for each.
const MOST_MS: f64 = 200.0;

/// Milliseconds that this thread was on a processor.
fn spent() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: u64 = text
        .split(' ')
        .next()
        .and_then(|first| first.parse().ok())
        .unwrap_or(0);
    nanoseconds as f64 / 1e6
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let before = spent();
    let result = work();
    (spent() - before, result)
}

fn gate<G: Gate>(files: &Files) -> (f64, Decision) {
    let input = prism_fuzz::input(files.clone());
    let (time, report) = timed(|| judge::<G>(&input, "{}"));
    (time, report.decision)
}

fn main() {
    let mut over = Vec::new();
    println!("| The bundle | reader | contract | static-analysis |\n|---|---|---|---|");
    for (what, files) in refused() {
        let (reader, result) = timed(|| Bundle::from_files(files));
        assert!(result.is_err(), "{what} should be refused by the reader");
        println!("| {what} | {reader:.0} ms | | |");
        over.extend((reader > MOST_MS).then_some(what));
    }
    for (what, files) in cases() {
        let (reader, result) = timed(|| Bundle::from_files(files.clone()));
        assert!(
            result.is_ok(),
            "{what} should be within the limits: {}",
            result.unwrap_err().summary()
        );
        let (contract, _) = gate::<Contract>(&files);
        let (analysis, _) = gate::<StaticAnalysis>(&files);
        println!("| {what} | {reader:.0} ms | {contract:.0} ms | {analysis:.0} ms |");
        over.extend((reader.max(contract).max(analysis) > MOST_MS).then_some(what));
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or("VmHWM: unknown");
    println!("\nMemory at most, of all: {peak}\nAbove {MOST_MS} ms: {over:?}");
}
