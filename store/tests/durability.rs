//! What was acknowledged is there after `kill -9`, and a folder has one owner.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "test"
)]

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use prism_store::records::{CodeForm, State};
use prism_store::{BlobId, NewSubmission, QueuePolicy, Store, StoreError};
use serde_json::Map;

const FOLDER: &str = "PRISM_STORE_TEST_FOLDER";

fn upload(content: Vec<u8>) -> NewSubmission {
    NewSubmission {
        hotkey: "miner".into(),
        uid: Some(7),
        filename: "bundle.zip".into(),
        form: CodeForm::Archive,
        code_hash: BlobId::of(&content).as_str().into(),
        content,
        metadata: Map::new(),
    }
}

/// Not a test by itself: the process that gets killed. Accepts from four threads, claims in a fifth, and says
/// each acknowledged id on standard output.
#[test]
#[ignore = "started by the tests of this file"]
fn child_accepts_until_killed() {
    let folder = env::var(FOLDER).unwrap();
    let store = Store::open(Path::new(&folder), &QueuePolicy::default()).unwrap();
    thread::scope(|scope| {
        for thread in 0..4u8 {
            let store = &store;
            scope.spawn(move || {
                for n in 0u64.. {
                    let content = [&[thread][..], &n.to_be_bytes(), &[0; 3000]].concat();
                    let id = store.accept(upload(content), 21_600).unwrap().id;
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "accepted {id}").unwrap();
                    out.flush().unwrap();
                }
            });
        }
        scope.spawn(|| {
            loop {
                if store.claim(&QueuePolicy::default()).unwrap().is_none() {
                    thread::sleep(Duration::from_millis(5));
                }
            }
        });
    });
}

fn child(folder: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "child_accepts_until_killed",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn nothing_acknowledged_is_lost_by_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = Vec::new();
    for round in 0..4 {
        let mut process = child(folder.path());
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut here = 0;
        // Killed at another point of its work each round, in the middle of writes.
        while here < 7 + round * 13 {
            let line = lines.next().expect("the child ended by itself").unwrap();
            if let Some(id) = line.strip_prefix("accepted ") {
                acknowledged.push(id.to_owned());
                here += 1;
            }
        }
        process.kill().unwrap();
        // What it had already said before it died counts too.
        acknowledged.extend(
            lines
                .map_while(Result::ok)
                .filter_map(|line| Some(line.strip_prefix("accepted ")?.to_owned())),
        );
        process.wait().unwrap();
    }
    let store = Store::open(folder.path(), &QueuePolicy::default()).unwrap();
    for id in &acknowledged {
        let submission = store
            .submission(id)
            .unwrap()
            .unwrap_or_else(|| panic!("{id} was lost"));
        assert_eq!(
            submission.state,
            State::Pending,
            "running work was not picked up: {submission:?}"
        );
        let source = store.source(id).unwrap();
        let content = store.blobs().get(&source.blob).unwrap();
        assert_eq!(BlobId::of(&content).as_str(), submission.code_hash);
        let events = store.history(id).unwrap();
        assert_eq!(events[0].kind, "submission.accepted");
    }
    let pending = store.pending().unwrap();
    assert!(pending.len() >= acknowledged.len());
    let all = store.events_after(0, usize::MAX).unwrap();
    assert!(
        all.iter()
            .enumerate()
            .all(|(n, event)| event.sequence == n as u64 + 1),
        "the log has gaps"
    );
}

#[test]
fn two_processes_do_not_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = child(folder.path());
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let _ = lines
        .by_ref()
        .map_while(Result::ok)
        .find(|line| line.starts_with("accepted"))
        .unwrap();
    let error = Store::open(folder.path(), &QueuePolicy::default()).unwrap_err();
    let holder = process.id();
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(
        matches!(error, StoreError::Locked { holder: Some(pid), .. } if pid == holder),
        "{error}"
    );
    assert!(error.to_string().contains("in use"));
    Store::open(folder.path(), &QueuePolicy::default()).unwrap();
}

#[test]
fn an_owner_that_is_just_going_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let going = std::fs::File::create(folder.path().join("lock")).unwrap();
    going.try_lock().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(100));
            drop(going);
        });
        Store::open(folder.path(), &QueuePolicy::default()).unwrap();
    });
}

#[test]
fn one_flush_serves_many_writers() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &QueuePolicy::default()).unwrap();
    let begun = Instant::now();
    thread::scope(|scope| {
        for thread in 0..16u8 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..8u8 {
                    store.accept(upload(vec![thread, n]), 21_600).unwrap();
                }
            });
        }
    });
    let (flushes, writes) = store.flushes();
    eprintln!("{writes} writes, {flushes} flushes, {:?}", begun.elapsed());
    assert!(writes >= 128);
    assert!(flushes < writes, "{flushes} flushes for {writes} writes");
}
