//! Honest designs are verified: nothing is void, the correction is rounding, and the p-values of "no correction" are uniform.
//!
//! Ten designs with three seeds each, three jails a run, take half an hour: the ordinary suite does two, one of them through the
//! fast interface, `PRISM_ALL=1 cargo test --test verified -- --nocapture` all of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::path::Path;
use std::sync::Arc;

use prism_bundle::Bundle;
use prism_executor::{Cancel, Executor, Job, LocalExecutor, RunResult};
use prism_host::config::{Config, ContextConfig};
use prism_host::context;
use prism_host::verification::{Pools, Seeds, Verified, verify};
use prism_protocol::manifest::Correction;
use prism_protocol::outcome::{Outcome, Ruling};
use prism_tests::{home, job};
use tokio::sync::mpsc;

/// With dropout, sparse experts, hashed tables, patches, gathered tokens; `tests/bundles/example-fast` trains through the fast
/// interface.
const DESIGNS: [&str; 10] = [
    "../../bundles/example-fast",
    "design-moe-topk",
    "design-llama-gqa",
    "design-alibi",
    "design-differential",
    "design-hyper-connections",
    "design-ngram-hash",
    "design-mixture-of-depths",
    "design-ngpt",
    "design-parallel-blocks",
];

const SEEDS: [u64; 3] = [1337, 7, 2026];

const COURSE_BYTES: u64 = 24_576;

/// What rounding may do, in bits per byte.
const ROUNDING: f64 = 1e-6;

async fn run(executor: &LocalExecutor, job: &Job) -> RunResult {
    let (events, mut received) = mpsc::channel(64);
    let listener = tokio::spawn(async move { while received.recv().await.is_some() {} });
    let result = executor.run(job.clone(), events, Cancel::never()).await;
    listener.await.unwrap();
    result.unwrap()
}

async fn verified(executor: &LocalExecutor, design: &str, seed: u64) -> Verified {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("batteries/honest");
    let bundle = folder.join(design).join("bundle");
    let bundle = match bundle.is_dir() {
        true => bundle,
        false => folder.join(design),
    };
    let bundle = Bundle::open(&bundle).unwrap();
    let config = Config::default();
    let name = design.rsplit('/').next().unwrap();
    let mut job = Job {
        run_id: format!("verified-{name}-{seed}"),
        files: bundle.files().clone(),
        context: context::run_context(&ContextConfig::default(), &bundle),
        ..job("example-small", COURSE_BYTES)
    };
    job.context.seed = seed;
    let pools = Pools::of(&config, &home(), &job.course).unwrap();
    assert!(pools.decoys.is_some() && pools.validation.is_some());
    job.decoys.clone_from(&pools.decoys);
    let first = run(executor, &job).await;
    assert!(
        matches!(first.outcome, Outcome::Completed { .. }),
        "{name}: {:?}\n{}",
        first.outcome,
        first.log_tail
    );
    let (events, mut received) = mpsc::channel(64);
    let listener = tokio::spawn(async move { while received.recv().await.is_some() {} });
    let how = (&config.verification, &pools, Seeds::fresh());
    let verified = verify(executor, &job, &first, how, events, Cancel::never()).await;
    listener.await.unwrap();
    verified.unwrap()
}

#[tokio::test]
async fn honest_designs_are_verified_and_corrected_by_rounding_alone() {
    let all = std::env::var_os("PRISM_ALL").is_some();
    let (designs, seeds) = if all { (10, 3) } else { (2, 1) };
    let executor = LocalExecutor::start(Arc::new(home())).await.unwrap();
    let mut p_values = Vec::new();
    for design in DESIGNS.iter().take(designs) {
        for seed in SEEDS.iter().take(seeds) {
            let verified = verified(&executor, design, *seed).await;
            let found = verified.second_manifest.verification.clone().unwrap();
            let Correction {
                bpb,
                verified_bpb,
                estimate,
                ..
            } = found.correction.clone().unwrap();
            println!(
                "| {design} | {seed} | {verified_bpb:.4} | {bpb:+.1e} | {:.1e} | {} | {:.3} | {:.2} | {:+.2} |",
                estimate.largest_difference_bits,
                estimate.places,
                estimate.p_value,
                verified.held_out.unwrap().delta,
                verified.held_out.unwrap().gap,
            );
            assert_eq!(
                verified.ruling,
                Ruling::Verified,
                "{design}: {:?}",
                verified.detail
            );
            assert!(bpb.abs() < ROUNDING, "{design}: {found:?}");
            assert!((verified_bpb - found.captured_bpb).abs() < ROUNDING);
            // Seen from outside: on a CPU the second run is the first.
            assert_eq!(found.repeat_difference_bits, Some(0.0), "{design}");
            p_values.push(estimate.p_value);
        }
    }
    let distance = distance_to_uniform(&mut p_values);
    println!("pooled p-values: {p_values:.3?}, at most {distance:.3} from uniform");
    // Kolmogorov's bound at level 1e-4; of two values it says little, of thirty that they are no constant.
    assert!(distance < 2.225 / (p_values.len() as f64).sqrt());
}

/// The distance of Kolmogorov and Smirnov.
fn distance_to_uniform(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let count = values.len() as f64;
    let sides = values.iter().enumerate().map(|(rank, value)| {
        let (below, up_to) = (rank as f64 / count, (rank as f64 + 1.0) / count);
        (value - below).abs().max((up_to - value).abs())
    });
    sides.fold(0.0, f64::max)
}
