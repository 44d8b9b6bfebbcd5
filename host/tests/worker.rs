//! The queue worker over a real store and a real platform without gates. What a run does is not the point here, so it
//! is scripted; whole runs are in the end-to-end tests.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_cmp,
    reason = "test"
)]

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use prism_engine::{Runtime, Settings};
use prism_executor::ManifestFile;
use prism_executor::preflight::{Ending, Phase};
use prism_executor::{
    Cancel, Executor, ExecutorError, IsolationLevel, IsolationReport, Job, Preflight, PreflightJob,
    PreflightSettings, RunFiles, RunResult,
};
use prism_host::config::Config;
use prism_host::platform::breaker::BreakerConfig;
use prism_host::platform::{Parts, Platform};
use prism_host::state::{Activity, AppState, Live};
use prism_host::verdict::{self, PAYLOAD_TYPE};
use prism_host::verification::Pools;
use prism_host::worker::Worker;
use prism_protocol::event::{Event, Progress};
use prism_protocol::outcome::{FailReason, Outcome, Ruling, Stopped};
use prism_protocol::spec::Task;
use prism_protocol::wire::Api;
use prism_registry::{Envelope, SecretKey};
use prism_store::records::{CodeForm, Level, ReasonCode, State, Submission};
use prism_store::{NewSubmission, QueuePolicy, Store};
use serde_json::{Map, Value, json};
use tokio::sync::{Semaphore, mpsc, watch};

/// What the scripted executor does with a job.
enum Act {
    Complete,
    Fail(FailReason),
    Fault,
    Break,
    Panic,
    UntilCancelled,
}

struct ScriptedExecutor {
    report: IsolationReport,
    script: Mutex<VecDeque<Act>>,
    /// What second runs find; that the score holds where nothing is left. None is a fault outside the jail.
    rulings: Mutex<VecDeque<Option<Ruling>>>,
    /// How preflights end; done where nothing is left.
    preflights: Mutex<VecDeque<Result<Ending, ExecutorError>>>,
}

#[async_trait]
impl Executor for ScriptedExecutor {
    fn isolation(&self) -> &IsolationReport {
        &self.report
    }

    async fn run(
        &self,
        job: Job,
        events: mpsc::Sender<Event>,
        mut cancel: Cancel,
    ) -> Result<RunResult, ExecutorError> {
        if !matches!(job.task, Task::Measure { .. }) {
            return self.check(&job, &events).await;
        }
        let act = self
            .script
            .lock()
            .unwrap()
            .pop_front()
            .unwrap_or(Act::Complete);
        let progress = Progress {
            api: Api::Fast,
            step: 1,
            steps: 2,
            bytes: 5,
            course_bytes: 10,
            bpb: 2.0,
            tokens_per_second: 1.0,
            peak_rss_bytes: None,
        };
        events.send(Event::Progress(progress)).await.unwrap();
        let outcome = match act {
            Act::Complete => Outcome::Completed {
                stopped: Stopped::CourseEnd,
            },
            Act::Fail(reason) => Outcome::Failed {
                reason,
                detail: "training.py:1".into(),
            },
            Act::Fault => return Err(ExecutorError::Supervisor("it died".into())),
            Act::Break => Outcome::Infrastructure {
                detail: "the disk is full".into(),
            },
            Act::Panic => panic!("scripted"),
            Act::UntilCancelled => {
                cancel.cancelled().await;
                return Err(ExecutorError::Cancelled);
            }
        };
        let value = manifest(&job, &outcome);
        let manifest = ManifestFile {
            bytes: serde_json::to_vec(&value).unwrap(),
            value,
        };
        Ok(RunResult {
            outcome,
            manifest,
            log_tail: String::new(),
            files: RunFiles::at("/nowhere"),
        })
    }

    async fn warm(&self, _: &PreflightSettings) {}

    async fn preflight(
        &self,
        _: PreflightJob,
        _: &PreflightSettings,
        phases: mpsc::Sender<Phase>,
        _: Cancel,
    ) -> Result<Preflight, ExecutorError> {
        phases.send(Phase::Build).await.unwrap();
        let ending = self.preflights.lock().unwrap().pop_front();
        ending.unwrap_or(Ok(Ending::Done)).map(preflight)
    }
}

impl ScriptedExecutor {
    /// A second run, or the examination of a state.
    async fn check(
        &self,
        job: &Job,
        events: &mpsc::Sender<Event>,
    ) -> Result<RunResult, ExecutorError> {
        let outcome = Outcome::Completed {
            stopped: Stopped::CourseEnd,
        };
        let mut value = manifest(job, &outcome);
        let seed = "7".repeat(64);
        if let Task::Examine(_) = &job.task {
            let event = Event::Examining {
                asked: 1,
                places: 2,
            };
            events.send(event).await.unwrap();
            value["examination"] = json!({
                "ruling": "verified", "detail": null, "seed": seed, "level": 1e-4, "margin_bpb": 0.1, "windows": null,
                "validation": {"fingerprint": "v", "bytes": 10, "state_bpb": 3.0, "standard_error_bpb": 0.0,
                    "twin_bpb": 8.0, "delta": 5.0, "gap": 0.25},
            });
        } else {
            let ruling = self.rulings.lock().unwrap().pop_front();
            let Some(ruling) = ruling.unwrap_or(Some(Ruling::Verified)) else {
                return Err(ExecutorError::Supervisor("it died".into()));
            };
            let detail = (ruling != Ruling::Verified).then_some("charged too little");
            value["parts"]["bpb"] = json!(3.5);
            value["parts"]["code_bits"] = json!(35.0);
            value["verification"] = json!({
                "ruling": ruling, "detail": detail, "seed": seed, "level": 1e-4, "margin_bpb": 0.002,
                "captured_bpb": 3.0, "first_stream_sha256": "", "repeat_difference_bits": 0.0, "asking_seconds": 0.1,
                "correction": {"verified_bpb": 3.5, "bpb": 0.5, "standard_error_bpb": 0.01, "lower_bound_bpb": 0.4,
                    "estimate": {"draws": 64, "places": 64, "correction_bits": 5.0, "standard_error_bits": 0.1,
                        "lower_bound_bits": 4.0, "p_value": 0.001, "largest_difference_bits": 1.0}},
            });
        }
        Ok(RunResult {
            outcome,
            manifest: ManifestFile {
                bytes: serde_json::to_vec(&value).unwrap(),
                value,
            },
            log_tail: String::new(),
            files: RunFiles::at("/nowhere"),
        })
    }
}

fn preflight(ending: Ending) -> Preflight {
    Preflight {
        ending,
        phase: Some(Phase::Build),
        findings: vec![],
        counts: None,
        facts: Map::new(),
        versions: serde_json::from_value(json!({"python": "3.11.7", "torch": "2.11.0"})).unwrap(),
        took: Duration::from_millis(5),
    }
}

fn manifest(job: &Job, outcome: &Outcome) -> Value {
    let completed = matches!(outcome, Outcome::Completed { .. });
    let score = json!({"schema": "prism_score.v3", "primary_metric": "prequential_bpb", "lower_is_better": true,
        "prequential_bpb": 3.0, "bits_per_byte": 3.0});
    let parts = json!({"code_bits": 30.0, "unread_bytes": 0, "bundle_bits": 0, "bundle_compressed_bytes": 100, "bpb": 3.0});
    json!({
        "schema_version": "prism_run_manifest.v2", "submission_id": job.submission_id, "run_id": job.run_id,
        "level": "provisional", "isolation": "local-full", "outcome": outcome,
        "run": {"seed": 1337, "forced_init": true, "deterministic_algorithms": "error", "world_size": 1,
            "nproc_per_node": 1, "device": "cpu", "batch_size": 1, "seq_len": 8, "started_at": 1},
        "compute": {"schema": "prism_compute.v1", "gpu_count": 0, "world_size": 1, "nproc_per_node": 1, "device": "cpu",
            "model_params": 5, "wall_clock_seconds": 1.0, "peak_rss_bytes": null, "estimated_flops": null},
        "data": {"tokenizer": "bytes", "single_pass": true, "random_token_fallback": false, "consumed_batches": 2,
            "steps": 2, "covered_bytes": 10, "unread_bytes": 0},
        "course": {"id": "c", "fingerprint": "course", "bytes": 10, "documents": 1, "shortened": false},
        "metrics": {"sum_neg_log2_likelihood_bits": 30.0, "sum_neg_log_likelihood_nats": 20.8, "predicted_tokens": 10,
            "covered_bytes": 10, "step0_loss": 5.5, "online_loss": [5.5, 2.0], "covered_bytes_cumulative": [5, 10],
            "random_init_baseline_nats": 5.549, "model_params": 5},
        "score": if completed { score } else { Value::Null },
        "parts": if completed { parts } else { Value::Null },
        "anti_cheat": {"step0_recomputed": false, "step0_difference_bits": null},
        "artifacts": {"state": {"file": "state.bin", "index": "state.json", "bytes": 20, "tensors": 1, "sha256": ""}},
        "signals": {"schema": "prism_signals.v1", "tokens_per_second": null, "loss_roughness": null,
            "predict_seconds": 0.1, "train_seconds": 0.1},
        "versions": {"prism": "0.1.0", "protocol": 1, "scoring": "prism_scoring.v1", "tch": "0.24", "zstd": "1.5",
            "python": null, "worker_torch": null},
        "miner_reported_ignored": true,
    })
}

struct Service {
    state: Arc<AppState>,
    stop: watch::Sender<bool>,
    workers: Vec<tokio::task::JoinHandle<()>>,
    folder: tempfile::TempDir,
}

fn policy() -> QueuePolicy {
    QueuePolicy {
        lease: Duration::from_millis(800),
        max_attempts: 2,
        backoff_first: Duration::from_millis(50),
        backoff_max: Duration::from_millis(50),
        cooldown: Duration::ZERO,
    }
}

async fn start(script: Vec<Act>) -> Service {
    start_in(tempfile::tempdir().unwrap(), script, vec![]).await
}

async fn start_in(
    folder: tempfile::TempDir,
    script: Vec<Act>,
    preflights: Vec<Result<Ending, ExecutorError>>,
) -> Service {
    start_with(folder, script, preflights, vec![]).await
}

/// With a board, so that there is something to change; second runs find this.
async fn start_with_board(script: Vec<Act>, rulings: Vec<Option<Ruling>>) -> Service {
    let service = start_with(tempfile::tempdir().unwrap(), script, vec![], rulings).await;
    service.state.store.use_course("course", "c", 10).unwrap();
    service
}

async fn start_with(
    folder: tempfile::TempDir,
    script: Vec<Act>,
    preflights: Vec<Result<Ending, ExecutorError>>,
    rulings: Vec<Option<Ruling>>,
) -> Service {
    let store = Store::open(folder.path(), &policy()).unwrap();
    let state = Arc::new(AppState {
        config: Config::default(),
        store,
        live: Live::default(),
        python_version: "3.11".into(),
    });
    let runtime = Arc::new(Runtime::start(&Settings::default()).unwrap());
    let parts = Parts {
        store: state.store.clone(),
        runtime,
        model: None,
        key_set: folder.path().join("gate-keys.toml"),
        gates: None,
        breaker: BreakerConfig::default(),
    };
    let platform = Platform::start(parts).await.unwrap();
    let report = IsolationReport {
        level: IsolationLevel::LocalFull,
        mechanism: "scripted".into(),
        protections: vec![],
    };
    let (stop, stopping) = watch::channel(false);
    let worker = Worker {
        state: Arc::clone(&state),
        platform,
        executor: Arc::new(ScriptedExecutor {
            report,
            script: Mutex::new(script.into()),
            rulings: Mutex::new(rulings.into()),
            preflights: Mutex::new(preflights.into()),
        }),
        course: "/nowhere.course".into(),
        pools: Pools::default(),
        verdict_key: Arc::new(SecretKey::generate("verdicts-test".parse().unwrap()).unwrap()),
        max_cells: 1024,
        policy: policy(),
        gates: Arc::new(Semaphore::new(2)),
        preflights: Arc::new(Semaphore::new(1)),
        runs: Arc::new(Semaphore::new(1)),
        stopping,
    };
    let workers = (0..4)
        .map(|_| tokio::spawn(worker.clone().work()))
        .collect();
    Service {
        state,
        stop,
        workers,
        folder,
    }
}

impl Service {
    fn submit(&self, content: Vec<u8>) -> String {
        let new = NewSubmission {
            hotkey: "hot".into(),
            uid: None,
            filename: "b.zip".into(),
            form: CodeForm::Archive,
            code_hash: String::new(),
            content,
            metadata: Map::new(),
        };
        self.state.store.accept(new, 21_600).unwrap().id
    }

    async fn until(&self, id: &str, reached: impl Fn(&Submission) -> bool) -> Submission {
        let begun = Instant::now();
        loop {
            let submission = self.state.store.submission(id).unwrap().unwrap();
            if reached(&submission) {
                return submission;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "still {submission:?}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn stop(self) -> tempfile::TempDir {
        self.stop.send_replace(true);
        for worker in self.workers {
            worker.await.unwrap();
        }
        self.folder
    }
}

fn bundle() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        (
            "architecture.py",
            "def build_model(ctx):\n    return None\n",
        ),
        ("training.py", "def train(ctx):\n    return None\n"),
    ] {
        archive
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn ended(submission: &Submission) -> bool {
    submission.state.is_terminal() || submission.state == State::Held
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_becomes_a_score_and_its_manifest_is_kept() {
    let service = start(vec![Act::Complete]).await;
    let id = service.submit(bundle());
    let submission = service.until(&id, ended).await;
    assert_eq!(
        (submission.state, submission.reason),
        (State::Completed, None)
    );
    let score = service.state.store.score(&id).unwrap().unwrap();
    assert_eq!(
        (score.bpb, score.base, score.final_score),
        (3.0, 0.25, 0.25)
    );
    assert!(service.state.store.manifest(&id).unwrap().is_some());
    assert!(service.state.store.verdict(&id).unwrap().is_some());
    assert_eq!(service.state.live.of(&id), None);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_score_that_would_change_the_board_is_verified_and_its_verdict_signed() {
    let service = start_with_board(vec![Act::Complete], vec![]).await;
    let id = service.submit(bundle());
    let submission = service.until(&id, ended).await;
    assert_eq!(
        (submission.state, submission.reason),
        (State::Completed, None)
    );
    let store = &service.state.store;
    let score = store.score(&id).unwrap().unwrap();
    // The bits per byte are those of the second run, and the held-out step gives the tie-break.
    assert_eq!(
        (score.level, score.bpb, score.penalty),
        (Level::Verified, 3.5, 1.0)
    );
    assert!(score.tie_break > 0.0 && score.final_score > score.base);
    let found = score.verification.unwrap();
    assert_eq!((found.captured_bpb, found.places), (3.0, 64));
    assert_eq!(found.held_out.unwrap().gap, 0.25);
    let second = store.blobs().get(&found.second_run).unwrap();
    let examined = store.blobs().get(&found.examination.unwrap()).unwrap();

    let signed = store.verdict_bundle(&id).unwrap().unwrap();
    let envelope = Envelope::parse(&signed, PAYLOAD_TYPE).unwrap();
    let read = verdict::read(envelope.payload()).unwrap();
    assert_eq!(read.changed, []);
    let runs = &read.document.runs;
    assert_eq!(runs.verify.as_ref().unwrap().text.as_bytes(), second);
    assert_eq!(runs.examine.as_ref().unwrap().text.as_bytes(), examined);
    assert_eq!(
        runs.measure.text.as_bytes(),
        store.manifest(&id).unwrap().unwrap()
    );
    assert_eq!(read.document.score.final_score, score.final_score);
    assert_eq!(read.document.submission.unwrap().id, id);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_charged_too_little_is_void_and_worth_nothing() {
    let service = start_with_board(vec![Act::Complete], vec![Some(Ruling::CapturedTooLow)]).await;
    let id = service.submit(bundle());
    let submission = service.until(&id, ended).await;
    let reason = submission.reason.unwrap();
    assert_eq!(
        (submission.state, reason.code, reason.detail.as_str()),
        (
            State::Completed,
            ReasonCode::CapturedTooLow,
            "charged too little"
        )
    );
    let score = service.state.store.score(&id).unwrap().unwrap();
    assert_eq!(
        (score.level, score.anti_cheat_multiplier, score.final_score),
        (Level::Void, 0.0, 0.0)
    );
    assert_eq!(score.bpb, 3.5);
    assert!(score.verification.unwrap().examination.is_none());
    assert!(service.state.store.verdict_bundle(&id).unwrap().is_some());
    let long = QueuePolicy {
        cooldown: Duration::from_secs(60),
        ..policy()
    };
    assert!(
        service
            .state
            .store
            .cooldown("hot", &long)
            .unwrap()
            .is_some()
    );
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_while_verifying_is_tried_again_from_the_start_and_scored_once() {
    let service = start_with_board(vec![], vec![None]).await;
    let id = service.submit(bundle());
    let submission = service.until(&id, ended).await;
    assert_eq!(
        (submission.state, submission.attempts),
        (State::Completed, 2)
    );
    let score = service.state.store.score(&id).unwrap().unwrap();
    assert_eq!(score.level, Level::Verified);
    let events = service.state.store.history(&id).unwrap();
    let scored = events
        .iter()
        .filter(|event| event.kind == "submission.scored");
    assert_eq!(scored.count(), 1);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_no_board_stays_provisional() {
    // Without a course nothing ranks, and nothing is worth a second run.
    let service = start(vec![]).await;
    let id = service.submit(bundle());
    service.until(&id, ended).await;
    let score = service.state.store.score(&id).unwrap().unwrap();
    assert_eq!(
        (score.level, score.verification),
        (Level::Provisional, None)
    );
    assert!(service.state.store.verdict_bundle(&id).unwrap().is_some());
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bundles_own_faults_end_it_and_say_why() {
    let service = start(vec![Act::Fail(FailReason::BadOutput)]).await;
    let run = service.submit(bundle());
    let failed = service.until(&run, ended).await;
    assert_eq!(
        (failed.state, failed.reason.unwrap().code),
        (State::Failed, ReasonCode::BadOutput)
    );
    assert!(service.state.store.manifest(&run).unwrap().is_some());
    let refused = service.submit(b"no archive".to_vec());
    let rejected = service.until(&refused, ended).await;
    assert_eq!(
        (rejected.state, rejected.reason.unwrap().code),
        (State::Rejected, ReasonCode::BundleRefused)
    );
    assert!(service.state.store.scores().unwrap().is_empty());
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_outside_the_jail_are_tried_again_and_held_after_the_cap() {
    let service = start(vec![Act::Fault, Act::Complete]).await;
    let id = service.submit(bundle());
    assert_eq!(service.until(&id, ended).await.state, State::Completed);
    service.stop().await;

    let service = start(vec![Act::Fault, Act::Break]).await;
    let id = service.submit(bundle());
    let held = service.until(&id, ended).await;
    assert_eq!(
        (held.state, held.attempts, held.reason.clone().unwrap().code),
        (State::Held, 2, ReasonCode::Infrastructure)
    );
    assert!(held.reason.unwrap().detail.contains("the disk is full"));
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_preflight_rejects_never_runs_and_its_own_faults_are_tried_again() {
    let preflights = vec![
        Ok(Ending::TimedOut(30)),
        Err(ExecutorError::Preflight("torch is gone".into())),
        Ok(Ending::Done),
    ];
    let service = start_in(tempfile::tempdir().unwrap(), vec![], preflights).await;
    let endless = service.submit(bundle());
    let rejected = service.until(&endless, ended).await;
    let reason = rejected.reason.unwrap();
    assert_eq!(
        (rejected.state, reason.code),
        (State::Rejected, ReasonCode::PreflightRejected)
    );
    assert!(
        reason.detail.contains("no answer within 30 s"),
        "{}",
        reason.detail
    );
    assert!(service.state.store.manifest(&endless).unwrap().is_none());
    let (_, verdict) = service.state.store.verdict(&endless).unwrap().unwrap();
    assert_eq!(verdict.gates.last().unwrap().gate, "preflight");

    let next = service.submit(bundle());
    let completed = service.until(&next, ended).await;
    assert_eq!((completed.state, completed.attempts), (State::Completed, 2));
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_costs_an_attempt_and_neither_the_worker_nor_the_submission() {
    let service = start(vec![Act::Panic, Act::Complete]).await;
    let id = service.submit(bundle());
    let submission = service.until(&id, ended).await;
    assert_eq!(
        (submission.state, submission.attempts),
        (State::Completed, 2)
    );
    let next = service.submit(bundle());
    assert_eq!(service.until(&next, ended).await.state, State::Completed);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_does_not_wait_for_the_run_before_it() {
    let service = start(vec![Act::UntilCancelled]).await;
    let long = service.submit(bundle());
    service
        .until(&long, |submission| submission.state == State::Running)
        .await;
    let also = service.submit(bundle());
    service
        .until(&also, |submission| submission.state == State::Running)
        .await;
    let refused = service.submit(b"no archive".to_vec());
    assert_eq!(service.until(&refused, ended).await.state, State::Rejected);
    let begun = Instant::now();
    while !matches!(service.state.live.of(&long), Some(Activity::Running(_))) {
        assert!(begun.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(service.state.live.of(&also), Some(Activity::Waiting));
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_gives_running_work_back_and_the_next_start_finishes_it() {
    let service = start(vec![Act::UntilCancelled]).await;
    let id = service.submit(bundle());
    service
        .until(&id, |submission| submission.state == State::Running)
        .await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let state = Arc::clone(&service.state);
    let folder = tokio::time::timeout(Duration::from_secs(10), service.stop())
        .await
        .unwrap();
    let back = state.store.submission(&id).unwrap().unwrap();
    assert_eq!(
        (back.state, back.attempts, back.reason.unwrap().code),
        (State::Pending, 0, ReasonCode::Shutdown)
    );
    drop(state);
    let service = start_in(folder, vec![], vec![]).await;
    assert_eq!(service.until(&id, ended).await.state, State::Completed);
    service.stop().await;
}
