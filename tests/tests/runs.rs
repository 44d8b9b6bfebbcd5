//! Real runs through the local executor: torchrun and torch in the jail, the supervisor outside.
//!
//! One binary, so that the jail's self-test is made once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::Arc;

use prism_course::Course;
use prism_executor::{Cancel, Executor, Job, LocalExecutor, RunResult};
use prism_protocol::outcome::{FailReason, Outcome, Stopped};
use prism_tests::{home, job};
use tokio::sync::{OnceCell, mpsc};

static EXECUTOR: OnceCell<LocalExecutor> = OnceCell::const_new();

/// Small enough to be quick, large enough for several documents and lanes.
const COURSE_BYTES: u64 = 40_000;

async fn run(job: Job) -> RunResult {
    let executor = EXECUTOR
        .get_or_init(|| async { LocalExecutor::start(Arc::new(home())).await.unwrap() })
        .await;
    let (events, mut received) = mpsc::channel(64);
    let listener = tokio::spawn(async move { while received.recv().await.is_some() {} });
    let result = executor.run(job, events, Cancel::never()).await.unwrap();
    listener.await.unwrap();
    result
}

fn number(result: &RunResult, pointer: &str) -> f64 {
    result
        .manifest
        .value
        .pointer(pointer)
        .and_then(serde_json::Value::as_f64)
        .unwrap_or_else(|| {
            panic!(
                "no number at {pointer}: {}\n{}",
                result.manifest.value, result.log_tail
            )
        })
}

fn completed(result: &RunResult, why: Stopped) {
    assert_eq!(
        result.outcome,
        Outcome::Completed { stopped: why },
        "{}",
        result.log_tail
    );
}

fn failed(result: &RunResult) -> (FailReason, &str) {
    match &result.outcome {
        Outcome::Failed { reason, detail } => (*reason, detail),
        other => panic!("expected a failure, got {other:?}\n{}", result.log_tail),
    }
}

/// The bundle looked around, came to its end and lists what it could reach.
fn reached_nothing(result: &RunResult) {
    let (reason, detail) = failed(result);
    assert_eq!(reason, FailReason::MinerException, "{detail}");
    assert!(
        detail.contains("hostile: reached=[]"),
        "{detail}\n{}",
        result.log_tail
    );
}

#[tokio::test]
async fn a_uniform_model_costs_log2_of_the_vocabulary_for_every_charged_token() {
    let result = run(job("analytic-uniform", COURSE_BYTES)).await;
    completed(&result, Stopped::CourseEnd);
    let tokens = number(&result, "/metrics/predicted_tokens");
    let bytes = number(&result, "/course/bytes");
    // With the bytes tokenizer a charged token is one byte, and every byte is charged once.
    assert_eq!(tokens, bytes);
    let expected = tokens * 257_f64.log2() / bytes;
    assert!((number(&result, "/parts/bpb") - expected).abs() < 1e-6);
}

#[tokio::test]
async fn a_fixed_unigram_table_costs_its_cross_entropy_whatever_the_layout() {
    let result = run(job("analytic-unigram", COURSE_BYTES)).await;
    completed(&result, Stopped::CourseEnd);
    let course = Course::open(&home().default_course(), None)
        .unwrap()
        .take_bytes(COURSE_BYTES)
        .unwrap();
    // The bundle gives byte b the probability (1 + b mod 16) / 2192.
    let bits = |byte: u8| -(f64::from(1 + byte % 16) / 2192.0).log2();
    let expected: f64 = (0..course.documents())
        .flat_map(|place| course.document(place).unwrap().text.into_bytes())
        .map(bits)
        .sum();
    let bytes = course.bytes() as f64;
    assert_eq!(number(&result, "/metrics/predicted_tokens"), bytes);
    assert!((number(&result, "/parts/bpb") - expected / bytes).abs() < 1e-6);
    assert_eq!(number(&result, "/parts/unread_bytes"), 0.0);
}

#[tokio::test]
async fn returning_early_is_allowed_and_pays_eight_bits_for_every_byte_left() {
    let result = run(job("early-return", COURSE_BYTES)).await;
    completed(&result, Stopped::EarlyReturn);
    let parts = |name: &str| number(&result, &format!("/parts/{name}"));
    assert!(parts("unread_bytes") > 0.0);
    let bits = parts("code_bits") + 8.0 * parts("unread_bytes") + parts("bundle_bits");
    assert!((parts("bpb") - bits / number(&result, "/course/bytes")).abs() < 1e-9);
}

#[tokio::test]
async fn a_repeated_run_on_a_cpu_gives_the_very_same_stream() {
    let mut second = job("example-small", 70_000);
    second.run_id.push_str("-again");
    let first = run(job("example-small", 70_000)).await;
    let second = run(second).await;
    assert_eq!(
        first.manifest.value["metrics"]["online_loss"],
        second.manifest.value["metrics"]["online_loss"]
    );
    assert_eq!(
        first.manifest.value["parts"],
        second.manifest.value["parts"]
    );
}

#[tokio::test]
async fn opening_a_connection_is_stopped() {
    let result = run(job("hostile-socket", COURSE_BYTES)).await;
    reached_nothing(&result);
}

#[tokio::test]
async fn reading_the_course_or_seeing_the_supervisor_is_stopped() {
    let result = run(job("hostile-read-course", COURSE_BYTES)).await;
    reached_nothing(&result);
}

#[tokio::test]
async fn writing_outside_the_scratch_folder_is_stopped() {
    let result = run(job("hostile-write-outside", COURSE_BYTES)).await;
    reached_nothing(&result);
}

#[tokio::test]
async fn starting_a_program_is_a_forbidden_system_call() {
    let result = run(job("hostile-exec", COURSE_BYTES)).await;
    assert_eq!(failed(&result).0, FailReason::ForbiddenSystemCall);
}

#[tokio::test]
async fn taking_too_much_memory_is_the_bundles_fault() {
    let result = run(job("hostile-memory", COURSE_BYTES)).await;
    assert_eq!(failed(&result).0, FailReason::OutOfMemory);
}

#[tokio::test]
async fn going_silent_is_a_stall() {
    let mut silent = job("hostile-stall", COURSE_BYTES);
    silent.limits.stall_seconds = 5;
    assert_eq!(failed(&run(silent).await).0, FailReason::Stall);
}

#[tokio::test]
async fn leaving_the_process_early_gives_no_score() {
    let result = run(job("hostile-exit", COURSE_BYTES)).await;
    assert_eq!(failed(&result).0, FailReason::Killed);
    assert!(result.manifest.value["score"].is_null());
}

#[tokio::test]
async fn a_non_finite_output_gives_no_score() {
    let result = run(job("hostile-nan", COURSE_BYTES)).await;
    assert_eq!(failed(&result).0, FailReason::BadOutput);
    assert!(result.manifest.value["score"].is_null());
}
