//! What the local executor does around a run, with the stand-ins of `fixture/` for supervisor and launcher.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test"
)]

mod stage;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use prism_executor::{Cancel, Executor, ExecutorError, Job, RunResult};
use prism_protocol::event::Event;
use prism_protocol::outcome::{FailReason, Outcome, Stopped};
use stage::Stage;
use tokio::sync::mpsc;

impl Stage {
    async fn run(
        &self,
        manner: &str,
        training: &str,
    ) -> (Result<RunResult, ExecutorError>, Vec<Event>) {
        let (events, mut received) = mpsc::channel(16);
        let result = self
            .executor
            .run(self.job(manner, training), events, Cancel::never())
            .await;
        let mut heard = Vec::new();
        while let Some(event) = received.recv().await {
            heard.push(event);
        }
        (result, heard)
    }

    async fn notices(&self, training: &str) -> (RunResult, Vec<serde_json::Value>) {
        let result = self.run("notices", training).await.0.unwrap();
        let notices = result.manifest.value["notices"].as_array().unwrap().clone();
        (result, notices)
    }
}

const SLEEP: &str = "import time; time.sleep(60)";

#[tokio::test]
async fn a_run_ends_when_the_supervisor_says_so_whatever_the_worker_does() {
    let stage = Stage::new().await;
    let started = Instant::now();
    let (result, events) = stage.run("finish", SLEEP).await;
    let result = result.unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "the worker's sleep was waited for"
    );
    assert_eq!(
        result.outcome,
        Outcome::Completed {
            stopped: Stopped::CourseEnd
        }
    );
    assert_eq!(events[..2], [Event::Listening, Event::Connected]);
    assert!(matches!(events[2], Event::Finished { .. }));

    let manifest = &result.manifest.value;
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&result.manifest.bytes).unwrap(),
        *manifest
    );
    // The socket was reached by the user the specification names, and by nobody else.
    assert_eq!(serde_json::json!([manifest["uid"]]), manifest["expected"]);
    assert_eq!(
        manifest["spec"]["isolation"],
        stage.executor.isolation().level.name()
    );
    let worker: serde_json::Value =
        serde_json::from_str(manifest["worker"].as_str().unwrap()).unwrap();
    assert_ne!(worker["uid"], 0);
    let names: Vec<_> = worker["environment"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        names,
        [
            "CUBLAS_WORKSPACE_CONFIG",
            "HOME",
            "LANG",
            "OMP_NUM_THREADS",
            "PRISM_BUNDLE",
            "PRISM_SCRATCH",
            "PRISM_SOCKET",
            "PWD",
            "PYTHONDONTWRITEBYTECODE",
            "PYTHONHASHSEED",
            "PYTHONPATH",
            "TMPDIR",
        ]
    );
    // What the supervisor wrote lies there for as long as somebody may want it, and then nothing is left.
    let out = PathBuf::from(manifest["spec"]["out_dir"].as_str().unwrap());
    assert_eq!(result.files.path(""), out.join(""));
    drop(result);
    assert!(!out.parent().unwrap().exists());
}

#[tokio::test]
async fn the_public_sample_lies_in_the_data_folder_and_can_only_be_read() {
    let stage = Stage::new().await;
    let sample = stage.folder.path().join("courses/sample");
    fs::create_dir_all(&sample).unwrap();
    fs::write(sample.join("sample.jsonl"), "text").unwrap();
    let (result, _) = stage
        .notices(
            "import os
data = os.environ['PRISM_DATA_DIR']
print(data, os.listdir(data), open(data + '/sample.jsonl').read())
try: open(data + '/x', 'w')
except OSError as error: print(error.strerror)",
        )
        .await;
    assert_eq!(
        result.log_tail.trim(),
        "/data ['sample.jsonl'] text\nRead-only file system"
    );
}

#[tokio::test]
async fn the_supervisor_is_told_how_the_jail_ended() {
    let stage = Stage::new().await;
    let (result, notices) = stage.notices("print('bye'); raise SystemExit(7)").await;
    assert!(matches!(
        result.outcome,
        Outcome::Failed {
            reason: FailReason::Killed,
            ..
        }
    ));
    assert_eq!(result.log_tail.trim(), "bye");
    assert_eq!(
        notices,
        [
            serde_json::json!({"notice": "worker_exited", "code": 7, "signal": null, "out_of_memory": false})
        ]
    );
    let (_, notices) = stage.notices("import os; os.kill(os.getpid(), 9)").await;
    assert_eq!(notices[0]["signal"], 9);
}

#[tokio::test]
async fn a_quota_is_named_before_the_end() {
    let stage = Stage::new().await;
    let (result, notices) = stage.notices("while True: print('x' * 1000)").await;
    assert_eq!(
        notices[0],
        serde_json::json!({"notice": "quota_exceeded", "quota": "output (100000 bytes of output)"})
    );
    assert_eq!(
        (&notices[1]["notice"], &notices[1]["signal"]),
        (&"worker_exited".into(), &9.into())
    );
    assert!(result.log_tail.len() <= prism_executor::local::LOG_TAIL_BYTES);
}

#[tokio::test]
async fn a_supervisor_that_fails_is_a_fault_of_the_machine() {
    let stage = Stage::new().await;
    for (manner, words) in [
        ("die-early", "the course is broken"),
        ("die-late", "out of luck"),
        ("nonsense", "not an event"),
        ("no-manifest", "manifest"),
        ("swapped-manifest", "not what the supervisor wrote"),
    ] {
        let error = stage.run(manner, SLEEP).await.0.unwrap_err();
        assert!(
            matches!(
                error,
                ExecutorError::Supervisor(_) | ExecutorError::Manifest(_)
            ),
            "{manner}: {error}"
        );
        assert!(error.to_string().contains(words), "{manner}: {error}");
    }
}

#[tokio::test]
async fn cancelling_ends_both() {
    let stage = Stage::new().await;
    let (handle, cancel) = Cancel::pair();
    let (events, mut received) = mpsc::channel(16);
    let started = Instant::now();
    let run = stage.executor.run(stage.job("wait", SLEEP), events, cancel);
    let canceller = async {
        while received.recv().await != Some(Event::Connected) {}
        handle.cancel();
    };
    let (result, ()) = tokio::join!(run, canceller);
    assert!(
        matches!(result, Err(ExecutorError::Cancelled)),
        "{result:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(20));
    let heard = fs::read_to_string(stage.course().with_extension("heard")).unwrap();
    assert!(heard.contains("cancel"), "{heard}");
}

#[tokio::test]
async fn a_job_nobody_should_have_built_is_refused() {
    let stage = Stage::new().await;
    let bad = |change: fn(&mut Job)| {
        let mut job = stage.job("finish", "");
        change(&mut job);
        job
    };
    for job in [
        bad(|job| job.run_id = "../x".into()),
        bad(|job| job.run_id.clear()),
        bad(|job| job.course = "course".into()),
        bad(|job| job.files = Arc::default()),
        bad(|job| job.files = Arc::new(BTreeMap::from([("../x".into(), Vec::new())]))),
    ] {
        let result = stage
            .executor
            .run(job, mpsc::channel(1).0, Cancel::never())
            .await;
        assert!(
            matches!(result, Err(ExecutorError::BadJob(_))),
            "{result:?}"
        );
    }
}
