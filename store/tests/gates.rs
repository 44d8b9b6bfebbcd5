//! Installed gates, revisions, shadow results, the corpus and what a broken gate holds.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test"
)]

use std::collections::BTreeSet;

use prism_store::records::{
    CodeForm, CrashPolicy, Descriptor, Gate, GateLimits, GateMode, GateRunSummary, Reason,
    ReasonCode, RevisionEntry, ShadowResult, State,
};
use prism_store::verdict::{Decision, Facts, GateFault, GateRun, HostCall, Verdict};
use prism_store::{Ended, NewGate, NewSubmission, QueuePolicy, Store, StoreError, Timestamp};
use serde_json::{Map, json};

fn open(folder: &tempfile::TempDir) -> Store {
    Store::open(folder.path(), &QueuePolicy::default()).unwrap()
}

fn descriptor(id: &str, version: &str) -> Descriptor {
    Descriptor {
        id: id.into(),
        version: version.into(),
        summary: String::new(),
        rules: vec![],
        facts: vec![],
        capabilities: vec![],
        config_schema: json!({}),
    }
}

fn install(store: &Store, id: &str, version: &str, bytes: &[u8], origin: &str) -> Result<Gate, StoreError> {
    let new = NewGate {
        component: bytes,
        contract: "1.0.0",
        descriptor: descriptor(id, version),
        grants: vec!["llm".into()],
        signatures: vec![],
        origin,
        cases: 0,
    };
    store.install_gate(new, "alice", "test")
}

fn entry(gate: &Gate, mode: GateMode) -> RevisionEntry {
    RevisionEntry {
        gate: gate.descriptor.id.clone(),
        version: gate.descriptor.version.clone(),
        digest: gate.digest.clone(),
        mode,
        config: json!({}),
        limits: GateLimits {
            fuel: 1,
            memory_bytes: 1,
            timeout_ms: 1,
        },
        on_crash: CrashPolicy::Hold,
        undecided_fact: None,
        only_if_not_rejected: false,
    }
}

fn run(gate: &str, digest: &str, fault: Option<GateFault>) -> GateRun {
    GateRun {
        gate: gate.into(),
        version: "1.0.0".into(),
        digest: digest.into(),
        verdict: if fault.is_some() { Decision::Hold } else { Decision::Allow },
        reason: String::new(),
        fault,
        fuel: 1,
        micros: 1,
        memory_bytes: 1,
        evidence: vec![],
        facts: Facts::new(),
        log_dropped: 0,
        host_calls: vec![],
    }
}

fn verdict(run: GateRun) -> Verdict {
    Verdict {
        verdict: run.verdict,
        bundle: "ab".into(),
        revision: Some(1),
        context: None,
        facts: Facts::new(),
        not_evaluated: vec![],
        gates: vec![run],
    }
}

/// Takes a submission in, has it judged so, and holds it.
fn judged(store: &Store, hotkey: &str, run: GateRun, code: ReasonCode) -> String {
    let new = NewSubmission {
        hotkey: hotkey.into(),
        uid: None,
        filename: "b.zip".into(),
        form: CodeForm::Archive,
        code_hash: String::new(),
        content: hotkey.as_bytes().to_vec(),
        metadata: Map::new(),
    };
    let id = store.accept(new, 21_600).unwrap().id;
    let claim = store.claim(&QueuePolicy::default()).unwrap().unwrap();
    store.record_verdict(&claim, &verdict(run)).unwrap();
    let reason = Reason {
        code,
        detail: "test".into(),
    };
    store.finish(&claim, Ended::Held(reason)).unwrap();
    id
}

#[test]
fn a_gate_is_found_by_name_version_digest_and_the_beginning_of_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let old = install(&store, "threads", "1.0.0", b"one", "file").unwrap();
    let new = install(&store, "threads", "1.1.0", b"two", "file").unwrap();
    for (reference, gate) in [
        ("threads@1.0.0", &old),
        ("threads", &new),
        (old.digest.as_str(), &old),
        (&old.digest[..8], &old),
        (&format!("sha256:{}", new.digest), &new),
    ] {
        assert_eq!(&store.find_gate(reference).unwrap(), gate, "{reference}");
    }
    for wrong in ["", "thread", "threads@2.0.0", &old.digest[..7], "\u{1b}[31m"] {
        let error = store.find_gate(wrong).unwrap_err().to_string();
        assert!(error.contains("threads@1.0.0") && !error.contains('\u{1b}'), "{error}");
    }
    assert_eq!(store.gate_component(&old.digest).unwrap(), b"one");
}

#[test]
fn one_version_is_one_component_and_grants_change_only_on_purpose() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let gate = install(&store, "threads", "1.0.0", b"one", "file").unwrap();
    assert_eq!(install(&store, "threads", "1.0.0", b"one", "file").unwrap(), gate);
    let error = install(&store, "threads", "1.0.0", b"two", "file").unwrap_err();
    assert!(error.to_string().contains("raise the version"), "{error}");
    // A rebuilt gate of the installation keeps its version.
    install(&store, "threads", "1.0.0", b"three", "installation").unwrap();
    let granted = store.grant_gate(&gate.digest, vec!["corpus".into()], "alice", "needed").unwrap();
    assert_eq!(granted.grants, ["corpus"]);
    let events = store.history("gates").unwrap();
    let last = events.last().unwrap();
    assert_eq!((last.kind.as_str(), &last.detail["by"]), ("gate.granted", &json!("alice")));
    drop(store);
    assert_eq!(open(&folder).gate(&gate.digest).unwrap().unwrap(), granted);
}

#[test]
fn revisions_are_numbered_and_rolling_back_never_ping_pongs() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let lists: Vec<_> = ["1.0.0", "1.1.0", "1.2.0"]
        .iter()
        .map(|version| {
            let gate = install(&store, "threads", version, version.as_bytes(), "file").unwrap();
            vec![entry(&gate, GateMode::Enforce)]
        })
        .collect();
    let number = |list: usize| {
        store.activate_pipeline(lists[list].clone(), "alice", "test").unwrap().number
    };
    assert_eq!((number(0), number(0), number(1), number(2)), (1, 1, 2, 3));
    let back = || {
        let before = store.previous_pipeline().unwrap().unwrap().number;
        store.activate_revision(before, "bob", "worse").unwrap().number
    };
    assert_eq!((back(), back()), (2, 1));
    assert!(store.previous_pipeline().unwrap().is_none());
    // Made while 1 was active: back from it goes to 1, not to 3, which was rolled back from.
    assert_eq!(number(2), 4);
    assert_eq!(back(), 1);
    drop(store);
    let store = open(&folder);
    assert_eq!(store.active_pipeline().unwrap().unwrap().number, 1);
    assert_eq!(store.revisions(2).unwrap()[0].number, 4);
}

#[test]
fn a_list_with_a_gate_twice_or_not_installed_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let gate = install(&store, "threads", "1.0.0", b"one", "file").unwrap();
    let place = |mode| entry(&gate, mode);
    let both = vec![place(GateMode::Enforce), place(GateMode::Shadow)];
    store.activate_pipeline(both, "alice", "test").unwrap();
    let twice = vec![place(GateMode::Enforce), place(GateMode::Off)];
    let mut unknown = place(GateMode::Enforce);
    unknown.digest = "0".repeat(64);
    for wrong in [twice, vec![unknown]] {
        assert!(store.activate_pipeline(wrong, "alice", "test").is_err());
    }
    assert_eq!(store.active_pipeline().unwrap().unwrap().number, 1);
}

#[test]
fn concurrent_activations_get_numbers_of_their_own_and_one_is_active() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let numbers: Vec<u64> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..8)
            .map(|worker| {
                let store = store.clone();
                scope.spawn(move || {
                    let version = format!("1.{worker}.0");
                    let gate = install(&store, "threads", &version, version.as_bytes(), "file").unwrap();
                    (0..10)
                        .map(|round| {
                            let mut place = entry(&gate, GateMode::Enforce);
                            place.limits.fuel = round;
                            store.activate_pipeline(vec![place], "alice", "test").unwrap().number
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let distinct: BTreeSet<_> = numbers.iter().collect();
    assert_eq!(distinct.len(), 80);
    assert_eq!(store.active_pipeline().unwrap().unwrap().number, 80);
}

#[test]
fn shadow_results_are_counted_paged_and_keep_both_reports() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    for number in 0..5 {
        let agrees = number % 2 == 0;
        let summary = GateRunSummary {
            decision: Decision::Allow,
            rules: vec![],
            fault: None,
        };
        let result = ShadowResult {
            submission_id: format!("s{number}"),
            at: Timestamp::now(),
            revision: Some(1),
            gate: "threads".into(),
            shadow_digest: "dd".into(),
            enforced_digest: None,
            agrees,
            enforced: None,
            shadow: summary,
            blob: None,
        };
        store.record_shadow(result, None, &run("threads", "dd", None)).unwrap();
    }
    let counts = store.shadow_counts("dd").unwrap();
    assert_eq!((counts.judged, counts.agreed, counts.disagreed, counts.broken), (5, 3, 2, 0));
    let mut after = None;
    let mut seen = Vec::new();
    loop {
        let page = store.shadow_results("dd", false, 2, after.as_deref()).unwrap();
        seen.extend(page.results.into_iter().map(|result| result.submission_id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["s4", "s3", "s2", "s1", "s0"]);
    let only = store.shadow_results("dd", true, 10, None).unwrap();
    assert_eq!(only.results.len(), 2);
    let reports = store.shadow_reports(&only.results[0]).unwrap().unwrap();
    assert_eq!(reports["shadow"]["gate"], "threads");
    assert!(store.shadow_results("dd", false, 2, Some("ff")).is_err());
    assert_eq!(store.shadow_counts("ee").unwrap().judged, 0);
}

fn asked(sketch: &[u64], note: &str) -> GateRun {
    let request = json!({"fingerprint": {"scheme": "s-1", "sketch": sketch, "note": note}, "limit": 5});
    GateRun {
        host_calls: vec![HostCall {
            function: "corpus.nearest".into(),
            request_hash: None,
            request: Some(request),
            answer: json!({"ok": []}),
        }],
        ..run("duplicates", "dd", None)
    }
}

/// A sketch that shares its last `equal` values with that of seed 0.
fn sketch(seed: u64, equal: usize) -> Vec<u64> {
    (0..128_u64)
        .map(|index| {
            let own = if index as usize >= 128 - equal { 0 } else { seed };
            (own * 1000 + index).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        })
        .collect()
}

#[test]
fn the_corpus_is_that_of_before_the_most_similar_and_earliest_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let held = ReasonCode::GateHeld;
    let first = judged(&store, "a", asked(&sketch(0, 128), "first"), held);
    let near = judged(&store, "b", asked(&sketch(1, 100), "near"), held);
    let copy = judged(&store, "c", asked(&sketch(0, 128), "copy"), held);
    judged(&store, "d", asked(&sketch(7, 0), "other"), held);
    let asker = judged(&store, "e", asked(&sketch(0, 128), "asker"), held);
    let ask = |id: &str| store.corpus_nearest(id, "s-1", &sketch(0, 128), 10).unwrap();
    let found: Vec<_> = ask(&asker).into_iter().map(|one| (one.submission_id, one.similarity)).collect();
    assert_eq!(found, [(first.clone(), 1.0), (copy.clone(), 1.0), (near.clone(), 100.0 / 128.0)]);
    // As of then: the copy saw the first and the near one, the first saw nobody, and nobody sees themselves.
    let seen: Vec<_> = ask(&copy).into_iter().map(|one| one.note).collect();
    assert_eq!(seen, ["first", "near"]);
    assert!(ask(&first).is_empty());
    assert!(store.corpus_nearest(&asker, "s-2", &sketch(0, 128), 10).unwrap().is_empty());
    assert!(store.corpus_nearest(&asker, "s-1", &[1, 2], 10).is_err());
    assert!(store.corpus_nearest("nobody", "s-1", &sketch(0, 128), 10).is_err());
}

#[test]
fn what_breaks_the_contract_of_the_corpus_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    judged(&store, "a", asked(&[1; 127], "short"), ReasonCode::GateHeld);
    let asker = judged(&store, "b", asked(&[1; 128], "b"), ReasonCode::GateHeld);
    assert!(store.corpus_nearest(&asker, "s-1", &[1; 128], 10).unwrap().is_empty());
}

#[test]
fn a_band_that_everybody_shares_finds_the_earliest() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let ids: Vec<_> = (0..600)
        .map(|_| judged(&store, "a", asked(&[5; 128], ""), ReasonCode::GateHeld))
        .collect();
    let found = store.corpus_nearest(&ids[599], "s-1", &[5; 128], 3).unwrap();
    let found: Vec<_> = found.into_iter().map(|one| one.submission_id).collect();
    assert_eq!(found, ids[..3]);
}

#[test]
fn only_what_a_broken_gate_holds_goes_back_into_the_queue() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let broke = |digest: &str| run("threads", digest, Some(GateFault::OutOfFuel));
    let ours = judged(&store, "a", broke("dd"), ReasonCode::GateFault);
    let theirs = judged(&store, "b", broke("ee"), ReasonCode::GateFault);
    let judgement = judged(&store, "c", run("threads", "dd", None), ReasonCode::GateHeld);
    assert_eq!(store.requeue_held(Some("dd"), "alice", "fixed").unwrap(), [ours.clone()]);
    assert_eq!(store.requeue_held(None, "alice", "fixed").unwrap(), [theirs]);
    assert!(store.requeue_held(None, "alice", "fixed").unwrap().is_empty());
    assert_eq!(store.submission(&judgement).unwrap().unwrap().state, State::Held);
    let event = store.history(&ours).unwrap().pop().unwrap();
    assert_eq!((event.kind.as_str(), &event.detail["by"]), ("submission.requeued", &json!("alice")));
}

#[test]
fn judged_submissions_are_paged_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let mut ids: Vec<_> = (0..5)
        .map(|_| judged(&store, "a", run("threads", "dd", None), ReasonCode::GateHeld))
        .collect();
    ids.reverse();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = store.judged(2, after.as_ref()).unwrap();
        seen.extend(page.entries.into_iter().map(|(submission, _)| submission.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ids);
}

#[test]
fn records_of_the_first_schema_are_brought_up_to_date_or_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&folder));
    {
        let database = sled::open(folder.path().join("db")).unwrap();
        let record = |value: serde_json::Value| {
            let mut bytes = vec![0];
            bytes.extend(serde_json::to_vec(&value).unwrap());
            bytes
        };
        let digest = "a".repeat(64);
        let mut gate = b"gates\0".to_vec();
        gate.extend(64_u32.to_be_bytes());
        gate.extend(digest.as_bytes());
        let seen = json!({"digest": digest, "id": "contract", "version": "0.1.0", "first_seen": 1});
        database.insert(gate, record(seen)).unwrap();
        let mut revision = b"pipeline_revisions\0".to_vec();
        revision.extend(1_u64.to_be_bytes());
        let settings = json!({"config": "{\"a\":1}", "fuel": 7, "memory_bytes": 8, "timeout_seconds": 9}).to_string();
        let old = json!({"number": 1, "created_at": 1, "entries": [
            {"gate": "param-cap", "version": "0.1.0", "digest": digest, "mode": "enforce", "settings": settings},
            {"gate": "llm-review", "version": "", "digest": "", "mode": "off", "settings": settings},
        ]});
        database.insert(revision, record(old)).unwrap();
        database.flush().unwrap();
    }
    let store = open(&folder);
    assert!(store.gates().unwrap().is_empty());
    let revision = store.revision(1).unwrap().unwrap();
    let [entry] = revision.entries.as_slice() else {
        panic!("{revision:?}")
    };
    assert_eq!(entry.limits, GateLimits { fuel: 7, memory_bytes: 8, timeout_ms: 9000 });
    assert_eq!((entry.mode, &entry.config), (GateMode::Enforce, &json!({"a": 1})));
    assert_eq!(entry.undecided_fact.as_deref(), Some("param_count"));
}
