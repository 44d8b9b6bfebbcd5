//! The host's end of a preflight, with a stand-in for the program inside: what hostile and broken ones may say, the
//! clocks, and that no two bundles ever meet. The real program is in `tests/tests/preflight.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test"
)]

mod stage;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use prism_executor::jail::Quota;
use prism_executor::preflight::{Device, Ending, Phase, Rule, Severity};
use prism_executor::{Cancel, Executor, ExecutorError, Preflight, PreflightJob, PreflightSettings};
use stage::Stage;
use tokio::sync::mpsc;

fn settings() -> PreflightSettings {
    PreflightSettings {
        device: Device::Cpu,
        memory_bytes: 256 << 20,
        import_seconds: 20,
        build_seconds: 2,
        total_seconds: 20,
    }
}

fn job(stage: &Stage, manner: &str) -> PreflightJob {
    PreflightJob {
        files: Arc::new(BTreeMap::from([(
            "manner.py".to_owned(),
            manner.as_bytes().to_vec(),
        )])),
        context: stage.job("", "").context,
        state_buffer_bytes: 5,
        max_cells: 6,
    }
}

async fn look(stage: &Stage, manner: &str) -> Preflight {
    look_within(stage, manner, settings()).await
}

async fn look_within(stage: &Stage, manner: &str, settings: PreflightSettings) -> Preflight {
    let (phases, _) = mpsc::channel(1);
    let job = job(stage, manner);
    let looking = stage
        .executor
        .preflight(job, &settings, phases, Cancel::never());
    looking.await.unwrap()
}

#[tokio::test]
async fn what_it_says_comes_back_in_order_and_without_control_characters() {
    let stage = Stage::new().await;
    let program = r#"
say({"phase": "import"}); say({"phase": "build"})
say({"finding": {"rule": "prism:param-cap", "severity": "error", "path": "manner.py", "line": 3, "message": "a\u001b[31mb"}})
counts = dict(parameters=7, parameters_built=5, buffers=1, held_elements=2, state_bytes=32, held_bytes=8, lazy=[],
    largest=[{"name": "w", "shape": [7], "elements": 7}], kinds={"Linear": 7})
say({"counts": counts}); say({"phase": "causality"})
done(cap=request["context"]["max_parameters"], device=request["device"], buffer=request["state_buffer_bytes"],
     cells=request["max_cells"])
"#;
    let found = look(&stage, program).await;
    assert_eq!(
        (found.ending, found.phase),
        (Ending::Done, Some(Phase::Causality))
    );
    let finding = &found.findings[0];
    assert_eq!(
        (finding.rule, finding.severity, finding.message.as_str()),
        (Rule::ParamCap, Severity::Error, "a[31mb")
    );
    assert_eq!(found.counts.unwrap().parameters, 7);
    assert_eq!(
        serde_json::Value::from(found.facts),
        serde_json::json!({"cap": 1000, "device": "cpu", "buffer": 5, "cells": 6})
    );
    assert_eq!(found.versions.torch, "2");
}

#[tokio::test]
async fn a_count_with_more_names_than_are_kept_is_cut_and_no_fault() {
    let stage = Stage::new().await;
    let program = r#"
counts = dict(parameters=7, parameters_built=5, buffers=1, held_elements=2, state_bytes=32, held_bytes=8,
    lazy=[f"layers.{n}.weight" for n in range(1000)], largest=[{"name": "w" * 9000, "shape": [1] * 64, "elements": 1}] * 99,
    kinds={f"K{n}\u001b": n for n in range(5000)})
say({"phase": "build"}); say({"counts": counts})
done()
"#;
    let found = look(&stage, program).await;
    assert_eq!(found.ending, Ending::Done);
    let counts = found.counts.unwrap();
    assert_eq!(
        (counts.lazy.len(), counts.largest.len(), counts.kinds.len()),
        (64, 16, 256)
    );
    assert_eq!(
        (counts.largest[0].name.len(), counts.largest[0].shape.len()),
        (512, 16)
    );
    assert_eq!(counts.kinds.first_key_value().unwrap().0, "K0");
}

#[tokio::test]
async fn a_line_the_harness_never_says_ends_it() {
    let stage = Stage::new().await;
    let finding = r#"{"rule": "prism:param-cap", "severity": "info", "path": None, "line": None, "message": "m"}"#;
    let rows = [
        ("sock.sendall(b'x' * (2 << 20))", "without an end"),
        ("sock.sendall(b'x\\n')", "no message"),
        ("sock.sendall(b'\\xff\\n')", "no message"),
        (
            "say({'finding': {'rule': 'prism:own-rule', 'severity': 'error', 'message': ''}})",
            "own-rule",
        ),
        ("say({'phase': 'victory'})", "victory"),
        (
            "say({'ready': {'python': '3', 'torch': '2'}})",
            "said twice",
        ),
        (
            "for _ in range(300): say({'phase': 'build'})",
            "more than 256 lines",
        ),
        (
            &format!("for _ in range(40): say({{'finding': {finding}}})"),
            "more than 32 findings",
        ),
        ("sock.sendall(b'[' * 100000 + b'\\n')", "no message"),
    ];
    for (says, words) in rows {
        let found = look(&stage, &format!("{says}\ntime.sleep(60)")).await;
        let Ending::Nonsense(what) = &found.ending else {
            panic!("{says}: {:?}", found.ending)
        };
        assert!(what.contains(words), "{says}: {what}");
    }
}

#[tokio::test]
async fn how_it_died_is_known_and_what_was_said_before_is_kept() {
    let stage = Stage::new().await;
    let rows = [
        ("os._exit(3)", Ending::Left(3)),
        ("os._exit(0)", Ending::Left(0)),
        ("os.kill(os.getpid(), 11)", Ending::Signal(11)),
        ("import ctypes; ctypes.string_at(0)", Ending::Signal(11)),
        (
            "while True: print('x' * 1000000)",
            Ending::Quota(Quota::Output),
        ),
        ("sock.sendall(b'{\"phase\"'); os._exit(4)", Ending::Left(4)),
    ];
    for (does, ending) in rows {
        let found = look(&stage, &format!("say({{'phase': 'build'}})\n{does}")).await;
        assert_eq!(
            (found.ending, found.phase),
            (ending, Some(Phase::Build)),
            "{does}"
        );
    }
    // One that closes its connection and lives on is ended.
    let found = look(&stage, "sock.shutdown(2); time.sleep(60)").await;
    assert_eq!(found.ending, Ending::Signal(9));
}

#[tokio::test]
async fn each_phase_has_its_clock() {
    let stage = Stage::new().await;
    let begun = Instant::now();
    let found = look(&stage, "say({'phase': 'build'}); time.sleep(60)").await;
    assert!(matches!(found.ending, Ending::TimedOut(2..)), "{found:?}");
    assert!(begun.elapsed() < Duration::from_secs(20));
    // Saying it again and again does not help for ever: the whole has a clock too, and lines are counted.
    let program = "while True: say({'phase': 'build'}); time.sleep(0.5)";
    let short = PreflightSettings {
        total_seconds: 3,
        ..settings()
    };
    let found = look_within(&stage, program, short).await;
    assert!(matches!(found.ending, Ending::TimedOut(_)), "{found:?}");
}

#[tokio::test]
async fn memory_beyond_the_limit_ends_it_typed() {
    let stage = Stage::new().await;
    let program = "say({'phase': 'build'})\nx = []\nwhile True: x.append(b'x' * (1 << 20))";
    let found = look(&stage, program).await;
    // Without a control group the interpreter is refused the memory, and leaves with an exception.
    let without_group = found.ending == Ending::Left(1);
    assert!(
        found.ending == Ending::OutOfMemory || without_group,
        "{found:?}"
    );
}

#[tokio::test]
async fn two_bundles_never_meet() {
    let stage = Stage::new().await;
    let program = "
left = [one for place in ('/scratch', '/dev/shm') for one in os.listdir(place)]
open('/scratch/left', 'w').write('x')
for name in ('/scratch/left', '/dev/shm/left'):
    open(name, 'w').write('x')
import subprocess
subprocess.Popen(['sleep', '50'])
done(early=early, left=left, processes=sum(one.isdigit() for one in os.listdir('/proc')))";
    for _ in 0..3 {
        // A spare that waited for its bundle saw nothing of it before, and nothing of the one before.
        stage.executor.warm(&settings()).await;
        let found = look(&stage, program).await;
        assert_eq!(found.ending, Ending::Done, "{found:?}");
        assert_eq!(found.facts["early"], serde_json::json!([]));
        assert_eq!(found.facts["left"], serde_json::json!([]));
        assert!(found.facts["processes"].as_u64().unwrap() <= 4, "{found:?}");
    }
}

#[tokio::test]
async fn a_spare_that_died_while_it_waited_is_replaced() {
    let stage = Stage::new().await;
    // Seen by this stage's jails only: those of other tests must live.
    std::fs::write(stage.folder.path().join("runner/spare"), "").unwrap();
    stage.executor.warm(&settings()).await;
    let marker = "prism_challenge.preflight";
    let begun = Instant::now();
    let mut killed = false;
    while !killed && begun.elapsed() < Duration::from_secs(20) {
        tokio::time::sleep(Duration::from_millis(300)).await;
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let arguments: Vec<_> = line.split(|byte| *byte == 0).collect();
            let inside = entry.path().join("root/runner/spare");
            if arguments.get(1) == Some(&b"-m".as_slice())
                && arguments.get(2) == Some(&marker.as_bytes())
                && inside.is_file()
            {
                let pid = entry.file_name().into_string().unwrap();
                killed |= std::process::Command::new("kill")
                    .args(["-9", &pid])
                    .status()
                    .unwrap()
                    .success();
            }
        }
    }
    assert!(killed, "no spare was found");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(look(&stage, "done()").await.ending, Ending::Done);
}

#[tokio::test]
async fn one_that_fails_before_it_has_a_bundle_is_this_machines_fault() {
    let stage = Stage::new().await;
    let program = stage
        .folder
        .path()
        .join("runner/prism_challenge/preflight/__main__.py");
    for (text, words) in [
        ("raise ImportError('no torch here')", "no torch here"),
        ("import os; os._exit(0)", "before any bundle"),
    ] {
        std::fs::write(&program, text).unwrap();
        let (phases, _) = mpsc::channel(1);
        let job = job(&stage, "done()");
        let error = stage
            .executor
            .preflight(job, &settings(), phases, Cancel::never())
            .await
            .unwrap_err();
        assert!(matches!(error, ExecutorError::Preflight(_)), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_gpu_that_is_not_there_is_named() {
    if std::path::Path::new("/dev/nvidia0").exists() {
        return;
    }
    let stage = Stage::new().await;
    let (phases, _) = mpsc::channel(1);
    let settings = PreflightSettings {
        device: Device::Cuda,
        ..settings()
    };
    let looking =
        stage
            .executor
            .preflight(job(&stage, "done()"), &settings, phases, Cancel::never());
    let error = looking.await.unwrap_err().to_string();
    assert!(error.contains("set preflight.device to cpu"), "{error}");
}

#[tokio::test]
async fn a_cancelled_one_leaves_nothing_behind() {
    let stage = Stage::new().await;
    let (phases, mut begun) = mpsc::channel(1);
    let (handle, cancel) = Cancel::pair();
    let job = job(&stage, "say({'phase': 'import'}); time.sleep(4321)");
    let settings = settings();
    let looking = stage.executor.preflight(job, &settings, phases, cancel);
    let cancelling = async {
        assert_eq!(begun.recv().await, Some(Phase::Import));
        handle.cancel();
    };
    let (result, ()) = tokio::join!(looking, cancelling);
    assert!(matches!(result, Err(ExecutorError::Cancelled)));
}
