//! Runs the self-test cases natively through the gate's own entry.
#![allow(clippy::unwrap_used, reason = "test")]

use prism_gate_distributed_contract::DistributedContract;
use prism_gate_sdk::{cases, judge};

#[test]
fn every_case_gets_its_expected_verdict_and_findings() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/cases");
    let run = cases::check(folder, |case| {
        judge::<DistributedContract>(&case.input, &case.config)
    });
    assert!(run.unwrap() >= 3);
}
