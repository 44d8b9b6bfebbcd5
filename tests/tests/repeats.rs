//! The same bundle, seed and course on a CPU: the same stream of charges, bit for bit, however often.
//!
//! Ten designs of the honest battery, each three times in the jail, take some minutes: the ordinary suite runs two of
//! them twice, `PRISM_ALL=1 cargo test --test repeats` all of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::path::Path;
use std::sync::Arc;

use prism_bundle::Bundle;
use prism_executor::{Cancel, Executor, Job, LocalExecutor};
use prism_host::config::ContextConfig;
use prism_host::context;
use prism_tests::{home, job};
use serde_json::Value;
use tokio::sync::mpsc;

/// Whatever could be summed in another order, without the slow loops over time. Their batches fit the smallest bound, so a
/// short course has steps enough.
const DESIGNS: [&str; 10] = [
    "design-moe-topk",
    "design-llama-gqa",
    "design-alibi",
    "design-differential",
    "design-hyper-connections",
    "design-ngram-hash",
    "design-megabyte",
    "design-mixture-of-depths",
    "design-ngpt",
    "design-parallel-blocks",
];

const COURSE_BYTES: u64 = 24_576;

async fn manifest(executor: &LocalExecutor, design: &str, attempt: usize) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("batteries/honest");
    let bundle = Bundle::open(&folder.join(design).join("bundle")).unwrap();
    let job = Job {
        run_id: format!("repeat-{design}-{attempt}"),
        files: bundle.files().clone(),
        context: context::run_context(&ContextConfig::default(), &bundle),
        ..job("example-small", COURSE_BYTES)
    };
    let (events, mut received) = mpsc::channel(64);
    let listener = tokio::spawn(async move { while received.recv().await.is_some() {} });
    let result = executor.run(job, events, Cancel::never()).await.unwrap();
    listener.await.unwrap();
    assert_eq!(
        result.manifest.value.pointer("/outcome/status"),
        Some(&Value::from("completed")),
        "{design}: {:?}\n{}",
        result.outcome,
        result.log_tail
    );
    result.manifest.value
}

#[tokio::test]
async fn a_run_repeated_on_the_cpu_gives_the_same_stream() {
    let all = std::env::var_os("PRISM_ALL").is_some();
    let (designs, times) = if all { (10, 3) } else { (2, 2) };
    let executor = LocalExecutor::start(Arc::new(home())).await.unwrap();
    let mut streams = Vec::new();
    for design in &DESIGNS[..designs] {
        let mut runs = Vec::new();
        for attempt in 0..times {
            runs.push(manifest(&executor, design, attempt).await);
        }
        let stream = |run: &Value| run.pointer("/metrics/stream_sha256").cloned().unwrap();
        let first = stream(&runs[0]);
        assert_eq!(first.as_str().unwrap().len(), 64);
        for run in &runs[1..] {
            assert_eq!(stream(run), first, "{design}");
            // Not the digest alone: every number of it.
            for name in ["sum_neg_log2_likelihood_bits", "online_loss", "step0_loss"] {
                let pointer = format!("/metrics/{name}");
                assert_eq!(run.pointer(&pointer), runs[0].pointer(&pointer), "{design}");
            }
        }
        println!("{design}: {times} x {first}");
        streams.push(first);
    }
    streams.sort_by_key(Value::to_string);
    streams.dedup();
    assert_eq!(streams.len(), designs, "designs give streams of their own");
}
