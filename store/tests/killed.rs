//! `kill -9` between any two writes: what was acknowledged is there, and a change is there whole or not at all.
//!
//! A binary of its own: a child has the locks of every folder that this process has open until it execs, and other
//! tests close and open theirs.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test"
)]

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use prism_store::records::{
    CodeForm, CrashPolicy, Descriptor, GateLimits, GateMode, GateRunSummary, Reason, ReasonCode,
    RevisionEntry, ShadowResult, State,
};
use prism_store::verdict::{Decision, GateRun, HostCall, Verdict};
use prism_store::{
    BlobId, Ended, NewGate, NewSubmission, QueuePolicy, SKETCH_VALUES, Store, Timestamp,
};
use serde_json::{Map, json};

const FOLDER: &str = "PRISM_STORE_TEST_PLATFORM_FOLDER";
const SHADOW: &str = "5d";

/// A sketch that no other submission has a value of.
fn sketch(submission_id: &str) -> Vec<u64> {
    (0..SKETCH_VALUES)
        .map(|n| {
            let id = BlobId::of(format!("{submission_id} {n}").as_bytes());
            u64::from_str_radix(&id.as_str()[..16], 16).unwrap()
        })
        .collect()
}

fn upload(content: &[u8]) -> NewSubmission {
    NewSubmission {
        hotkey: "miner".into(),
        uid: None,
        filename: "bundle.zip".into(),
        form: CodeForm::Archive,
        content: content.to_vec(),
        code_hash: BlobId::of(content).as_str().into(),
        metadata: Map::new(),
    }
}

/// A component named by its content.
fn new_gate(component: &str) -> NewGate<'_> {
    NewGate {
        component: component.as_bytes(),
        contract: "1.1.0",
        descriptor: Descriptor {
            id: "a".into(),
            version: component.into(),
            summary: "Looks.".into(),
            rules: vec![],
            facts: vec![],
            capabilities: vec![],
            config_schema: json!({}),
        },
        grants: vec![],
        signatures: vec![],
        origin: "a file",
        cases: 0,
    }
}

fn run(digest: &str) -> GateRun {
    GateRun {
        gate: "duplicate-review".into(),
        version: "1.0.0".into(),
        digest: digest.into(),
        verdict: Decision::Allow,
        reason: String::new(),
        fault: None,
        fuel: 1,
        micros: 1,
        memory_bytes: 1,
        evidence: vec![],
        facts: [].into(),
        log_dropped: 0,
        host_calls: vec![],
    }
}

fn asked(submission_id: &str) -> Verdict {
    let fingerprint = json!({
        "scheme": "functions-1", "sketch": sketch(submission_id), "note": submission_id,
    });
    let mut run = run("ef");
    run.host_calls.push(HostCall {
        function: "corpus.nearest".into(),
        request_hash: None,
        remembered: false,
        request: Some(json!({ "fingerprint": fingerprint, "limit": 8 })),
        answer: json!({ "ok": [] }),
    });
    Verdict {
        verdict: Decision::Allow,
        bundle: "b".repeat(64),
        revision: Some(1),
        context: None,
        facts: [].into(),
        not_evaluated: vec![],
        gates: vec![run],
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Not a test by itself: the process that gets killed. Swaps pipelines in one thread and judges in two.
#[test]
#[ignore = "started by the test of this file"]
fn child_works_until_killed() {
    let folder = env::var(FOLDER).unwrap();
    let store = Store::open(Path::new(&folder), &QueuePolicy::default()).unwrap();
    let store = &store;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for n in 0u64.. {
                let component = format!("{} {n}", std::process::id());
                let gate = store.install_gate(new_gate(&component), "alice", "");
                let list = vec![RevisionEntry {
                    gate: "a".into(),
                    version: component.clone(),
                    digest: gate.unwrap().digest,
                    mode: GateMode::Enforce,
                    config: json!({}),
                    limits: GateLimits {
                        fuel: 1,
                        memory_bytes: 1,
                        timeout_ms: 1,
                    },
                    on_crash: CrashPolicy::Hold,
                    undecided_fact: None,
                    only_if_not_rejected: false,
                }];
                let made = store.activate_pipeline(list, "alice", "").unwrap().number;
                say(&format!("active {made}"));
                if n % 3 == 2 {
                    let back = store.previous_pipeline().unwrap().unwrap().number;
                    store.activate_revision(back, "bob", "").unwrap();
                    say(&format!("active {back}"));
                }
            }
        });
        for thread in 0..2u8 {
            scope.spawn(move || {
                loop {
                    store.accept(upload(&[thread]), 21_600).unwrap();
                    let Some(claim) = store.claim(&QueuePolicy::default()).unwrap() else {
                        continue;
                    };
                    let id = &claim.submission.id;
                    store.record_verdict(&claim, &asked(id)).unwrap();
                    say(&format!("judged {id}"));
                    let shadow = run(SHADOW);
                    let result = ShadowResult {
                        submission_id: id.clone(),
                        at: Timestamp(0),
                        revision: Some(1),
                        gate: shadow.gate.clone(),
                        shadow_digest: SHADOW.into(),
                        enforced_digest: None,
                        agrees: id.as_bytes()[0].is_ascii_digit(),
                        enforced: None,
                        shadow: GateRunSummary {
                            decision: shadow.verdict,
                            rules: vec![],
                            fault: None,
                        },
                        blob: None,
                    };
                    store.record_shadow(result, None, &shadow).unwrap();
                    say(&format!("shadowed {id}"));
                    let reason = Reason {
                        code: ReasonCode::GateRejected,
                        detail: "it is enough".into(),
                    };
                    store.finish(&claim, Ended::Rejected(reason)).unwrap();
                }
            });
        }
    });
}

fn child(folder: &Path) -> Child {
    let arguments = [
        "--exact",
        "child_works_until_killed",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ];
    Command::new(env::current_exe().unwrap())
        .args(arguments)
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn whatever_was_acknowledged_is_there_whole_after_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let (mut judged, mut shadowed) = (Vec::new(), Vec::new());
    let mut active = 0u64;
    for round in 0..4 {
        let mut process = child(folder.path());
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut last = 0u64;
        let mut heard = 0;
        // Killed at another point of its work each round; what it had said before it died counts too.
        while let Some(Ok(line)) = lines.next() {
            match line.split_once(' ') {
                Some(("judged", id)) => judged.push(id.to_owned()),
                Some(("shadowed", id)) => shadowed.push(id.to_owned()),
                Some(("active", number)) => last = number.parse().unwrap(),
                _ => continue,
            }
            heard += 1;
            if heard == 12 + round * 17 {
                process.kill().unwrap();
            }
        }
        process.wait().unwrap();
        assert!(heard >= 12 && last > 0, "the child ended by itself");
        active = last;

        let store = open_again(folder.path());
        check_revisions(&store, active);
        check_submissions(&store, &judged, &shadowed);
    }
    assert!(active > 4);
}

fn open_again(folder: &Path) -> Store {
    // Attempts enough: each kill takes back what was running.
    let policy = QueuePolicy {
        max_attempts: 100,
        ..QueuePolicy::default()
    };
    Store::open(folder, &policy).unwrap()
}

fn check_revisions(store: &Store, acknowledged: u64) {
    let revisions = store.revisions(usize::MAX).unwrap();
    let numbers: Vec<u64> = revisions.iter().map(|revision| revision.number).collect();
    let expected: Vec<u64> = (1..=numbers.len() as u64).rev().collect();
    assert_eq!(numbers, expected);
    for revision in &revisions {
        let digest = &revision.entries[0].digest;
        assert!(!store.gate_component(digest).unwrap().is_empty());
    }
    let turns = store.history("pipeline").unwrap();
    let now = store.active_pipeline().unwrap().unwrap().number;
    assert_eq!(turns.last().unwrap().detail["to"], now);
    let mut said = turns.iter().rev().map(|turn| &turn.detail["to"]);
    assert!(said.any(|to| *to == acknowledged));
}

fn check_submissions(store: &Store, judged: &[String], shadowed: &[String]) {
    let last = store.accept(upload(b"asks"), 21_600).unwrap();
    let (mut with_verdict, mut results) = (0, 0);
    for submission in store.latest_submissions(usize::MAX).unwrap() {
        let id = &submission.id;
        assert_ne!(submission.state, State::Running);
        let sketch = sketch(id);
        let found = store.corpus_nearest(&last.id, "functions-1", &sketch, 9);
        let found: Vec<_> = found.unwrap().into_iter().map(|one| one.note).collect();
        let events = store.history(id).unwrap();
        let told = |kind: &str| events.iter().any(|event| event.kind.starts_with(kind));
        // Verdict, fingerprint and event are one change.
        let has_verdict = store.verdict(id).unwrap().is_some();
        assert_eq!(found.contains(id), has_verdict);
        assert_eq!(told("submission.judged"), has_verdict);
        assert!(has_verdict || !judged.contains(id), "{id} was lost");
        with_verdict += usize::from(has_verdict);
        assert!(
            told("gate.shadow_") || !shadowed.contains(id),
            "{id} was lost"
        );
        results += u64::from(told("gate.shadow_"));
    }
    let pages = |only| {
        let page = store.shadow_results(SHADOW, only, usize::MAX, None);
        page.unwrap().results.len() as u64
    };
    let counts = store.shadow_counts(SHADOW).unwrap();
    assert_eq!((counts.judged, pages(false)), (results, results));
    assert_eq!(counts.disagreed, pages(true));
    assert_eq!(
        store.judged(usize::MAX, None).unwrap().entries.len(),
        with_verdict
    );
    let all = store.events_after(0, usize::MAX).unwrap();
    let numbers = all.iter().map(|event| event.sequence);
    assert!(numbers.eq(1..=all.len() as u64), "the log has gaps");
}
