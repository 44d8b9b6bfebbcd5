//! The queue's promises: order, leases, retries, and one score a submission.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test"
)]

use std::thread;
use std::time::Duration;

use prism_store::records::{
    CodeForm, JobStatus, Level, Parts, Reason, ReasonCode, Ruling, Score, State, Verification,
};
use prism_store::verdict::{Decision, Verdict};
use prism_store::{BlobId, Ended, NewSubmission, QueuePolicy, Retry, Store, StoreError, Timestamp};
use serde_json::{Map, json};

fn policy() -> QueuePolicy {
    QueuePolicy {
        lease: Duration::from_millis(150),
        max_attempts: 3,
        backoff_first: Duration::from_millis(120),
        backoff_max: Duration::from_secs(1),
        cooldown: Duration::ZERO,
    }
}

fn upload(hotkey: &str, content: &[u8]) -> NewSubmission {
    NewSubmission {
        hotkey: hotkey.into(),
        uid: None,
        filename: "bundle.zip".into(),
        form: CodeForm::Archive,
        content: content.to_vec(),
        code_hash: BlobId::of(content).as_str().into(),
        metadata: Map::new(),
    }
}

fn score(final_score: f64) -> Box<Score> {
    Box::new(Score {
        submission_id: String::new(),
        hotkey: "someone else".into(),
        epoch_id: 0,
        created_at: Timestamp(0),
        scored_at: Timestamp(0),
        scored_sequence: 0,
        level: Level::Provisional,
        scoring: "prism_scoring.v1".into(),
        course: "c".into(),
        device: "cpu".into(),
        isolation: "local-full".into(),
        bpb: 1.0 / final_score - 1.0,
        parts: Parts {
            code_bits: 1.0,
            unread_bytes: 0,
            bundle_bits: 0,
            course_bytes: 1,
        },
        base: final_score,
        penalty: 1.0,
        tie_break: 0.0,
        anti_cheat_multiplier: 1.0,
        final_score,
        model_params: None,
        arch_hash: Some("arch".into()),
        training_hash: Some("training".into()),
        architecture_name: Some("Name".into()),
        manifest: BlobId::of(b"manifest"),
        verification: None,
        verdict: None,
    })
}

fn reason(code: ReasonCode) -> Reason {
    Reason {
        code,
        detail: "because".into(),
    }
}

fn open(folder: &tempfile::TempDir) -> Store {
    Store::open(folder.path(), &policy()).unwrap()
}

#[test]
fn the_oldest_comes_first_and_is_claimed_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let ids: Vec<_> = (0..20)
        .map(|n| store.accept(upload("miner", &[n]), 100).unwrap().id)
        .collect();
    let claimed: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let take = || store.claim(&QueuePolicy::default()).unwrap();
                    std::iter::from_fn(take)
                        .map(|claim| claim.submission.id)
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    assert_eq!(claimed.len(), ids.len());
    for id in &ids {
        assert_eq!(claimed.iter().filter(|claimed| *claimed == id).count(), 1);
        assert_eq!(store.submission(id).unwrap().unwrap().state, State::Running);
    }
    assert!(store.pending().unwrap().is_empty());
    let order: Vec<_> = store
        .latest_submissions(100)
        .unwrap()
        .into_iter()
        .rev()
        .map(|s| s.id)
        .collect();
    assert_eq!(order, ids);
}

#[test]
fn a_failing_submission_waits_and_lets_others_pass_until_it_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let first = store.accept(upload("a", b"1"), 100).unwrap().id;
    let second = store.accept(upload("b", b"2"), 100).unwrap().id;

    let claim = store.claim(&policy()).unwrap().unwrap();
    assert_eq!(claim.submission.id, first);
    let Retry::At(due) = store
        .retry(&claim, reason(ReasonCode::Infrastructure), &policy())
        .unwrap()
    else {
        panic!("held at once");
    };
    assert!(due > Timestamp::now());
    assert_eq!(
        store.claim(&policy()).unwrap().unwrap().submission.id,
        second
    );
    assert!(store.claim(&policy()).unwrap().is_none());
    let waiting = store.submission(&first).unwrap().unwrap();
    assert_eq!(
        (waiting.state, waiting.reason.unwrap().code),
        (State::Pending, ReasonCode::Infrastructure)
    );

    let keep = QueuePolicy {
        lease: Duration::from_secs(60),
        ..policy()
    };
    let mut outcome = Retry::At(due);
    for _ in 0..2 {
        thread::sleep(Duration::from_millis(300));
        let claim = loop {
            match store.claim(&keep).unwrap() {
                Some(claim) if claim.submission.id == first => break claim,
                _ => thread::sleep(Duration::from_millis(10)),
            }
        };
        outcome = store
            .retry(&claim, reason(ReasonCode::GateFault), &keep)
            .unwrap();
    }
    assert_eq!(outcome, Retry::Held);
    let held = store.submission(&first).unwrap().unwrap();
    assert_eq!(
        (held.state, held.reason.unwrap().code),
        (State::Held, ReasonCode::GateFault),
        "what a broken gate holds must be found by that word"
    );

    assert_eq!(store.requeue(&first, "bob", "fixed").unwrap().attempts, 0);
    assert_eq!(store.claim(&keep).unwrap().unwrap().submission.id, first);
    assert!(matches!(
        store.requeue(&first, "bob", "fixed"),
        Err(StoreError::WrongState { .. })
    ));
    assert!(matches!(
        store.requeue("nobody", "bob", ""),
        Err(StoreError::NotFound { .. })
    ));
}

#[test]
fn who_lost_the_lease_can_finish_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let id = store.accept(upload("a", b"1"), 100).unwrap().id;
    let lost = store.claim(&policy()).unwrap().unwrap();
    for _ in 0..4 {
        thread::sleep(Duration::from_millis(60));
        store.heartbeat(&lost, &policy()).unwrap();
        assert!(
            store.claim(&policy()).unwrap().is_none(),
            "a live claim was taken"
        );
    }
    thread::sleep(Duration::from_millis(200));
    let held = store.claim(&policy()).unwrap().unwrap();
    assert_eq!(
        (held.submission.id.as_str(), held.submission.attempts),
        (id.as_str(), 2)
    );

    assert!(matches!(
        store.heartbeat(&lost, &policy()),
        Err(StoreError::ClaimLost(_))
    ));
    assert!(matches!(
        store.finish(&lost, Ended::Completed(score(0.9))),
        Err(StoreError::ClaimLost(_))
    ));
    assert!(matches!(
        store.give_back(&lost),
        Err(StoreError::ClaimLost(_))
    ));
    store.finish(&held, Ended::Completed(score(0.5))).unwrap();
    assert!(matches!(
        store.finish(&held, Ended::Completed(score(0.6))),
        Err(StoreError::ClaimLost(_))
    ));

    let scored = store.score(&id).unwrap().unwrap();
    assert_eq!((scored.final_score, scored.hotkey.as_str()), (0.5, "a"));
    assert_eq!(store.scores().unwrap().len(), 1);
    assert_eq!(
        store.scores_of_epoch(scored.epoch_id).unwrap(),
        vec![scored]
    );
    let families = store.families().unwrap();
    assert_eq!(
        (families.len(), families[0].owner_hotkey.as_str()),
        (1, "a")
    );
    assert_eq!(store.variants("arch").unwrap().len(), 1);
}

#[test]
fn the_first_scorer_keeps_the_family() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    for (hotkey, value) in [("first", 0.3), ("better", 0.6)] {
        store
            .accept(upload(hotkey, hotkey.as_bytes()), 100)
            .unwrap();
        let claim = store.claim(&policy()).unwrap().unwrap();
        store
            .finish(&claim, Ended::Completed(score(value)))
            .unwrap();
    }
    let families = store.families().unwrap();
    assert_eq!(
        (families.len(), families[0].owner_hotkey.as_str()),
        (1, "first")
    );
    assert_eq!(store.scores().unwrap().len(), 2);
}

#[test]
fn a_score_that_is_no_number_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let id = store.accept(upload("a", b"1"), 100).unwrap().id;
    let claim = store.claim(&policy()).unwrap().unwrap();
    let mut wrong = score(0.5);
    wrong.final_score = f64::NAN;
    assert!(matches!(
        store.finish(&claim, Ended::Completed(wrong)),
        Err(StoreError::Invalid(_))
    ));
    assert_eq!(
        store.submission(&id).unwrap().unwrap().state,
        State::Running
    );
    assert_eq!(store.scores().unwrap().len(), 0);
}

#[test]
fn running_work_is_picked_up_after_reopening_and_a_stopped_service_costs_no_attempt() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let id = store.accept(upload("a", b"1"), 100).unwrap().id;
    let long = QueuePolicy {
        lease: Duration::from_secs(3600),
        ..policy()
    };
    let claim = store.claim(&long).unwrap().unwrap();
    store.begin_run(&claim, "local").unwrap();
    assert_eq!(store.manifest(&id).unwrap(), None);
    store.record_manifest(&claim, b"{}").unwrap();
    assert_eq!(store.manifest(&id).unwrap().unwrap(), b"{}");
    store.give_back(&claim).unwrap();
    let back = store.submission(&id).unwrap().unwrap();
    assert_eq!(
        (back.state, back.attempts, back.reason.unwrap().code),
        (State::Pending, 0, ReasonCode::Shutdown)
    );

    store.claim(&long).unwrap().unwrap();
    drop(store);
    let store = open(&folder);
    let back = store.submission(&id).unwrap().unwrap();
    assert_eq!(
        (back.state, back.reason.unwrap().code),
        (State::Pending, ReasonCode::LeaseExpired)
    );
    assert!(back.lease.is_none());
    let claim = store.claim(&long).unwrap().unwrap();
    assert_eq!(claim.submission.attempts, 2);
    let jobs = store.latest_jobs(10).unwrap();
    let seen: Vec<_> = jobs
        .iter()
        .map(|job| (job.level.as_str(), job.status))
        .collect();
    assert_eq!(
        seen,
        [
            ("local", JobStatus::InfraFailed),
            ("l1", JobStatus::Running)
        ]
    );

    // A bundle that takes the process down each time is held in the end.
    drop(store);
    drop(open(&folder).claim(&long).unwrap().unwrap());
    let store = open(&folder);
    let held = store.submission(&id).unwrap().unwrap();
    assert_eq!(
        (held.state, held.reason.unwrap().code),
        (State::Held, ReasonCode::Infrastructure)
    );
}

#[test]
fn every_change_of_state_can_be_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let id = store.accept(upload("a", b"1"), 100).unwrap().id;
    let claim = store.claim(&policy()).unwrap().unwrap();
    let verdict = Verdict {
        verdict: Decision::Reject,
        bundle: "b".repeat(64),
        revision: Some(1),
        context: None,
        facts: [("param_count".to_owned(), json!(5))].into(),
        not_evaluated: vec![],
        gates: vec![],
    };
    store.record_verdict(&claim, &verdict).unwrap();
    store
        .finish(&claim, Ended::Rejected(reason(ReasonCode::GateRejected)))
        .unwrap();
    assert_eq!(store.verdict(&id).unwrap().unwrap().1, verdict);

    let events = store.history(&id).unwrap();
    let steps: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(
        steps,
        [
            "submission.accepted",
            "submission.claimed",
            "submission.judged",
            "submission.rejected"
        ]
    );
    assert_eq!(events[3].detail["from"], "running");
    assert_eq!(events[3].detail["to"], "rejected");
    assert_eq!(events[3].detail["reason"]["code"], "gate_rejected");
    let all = store.events_after(0, 100).unwrap();
    assert!(
        all.iter()
            .enumerate()
            .all(|(n, event)| event.sequence == n as u64 + 1),
        "gaps in {all:?}"
    );
    assert_eq!(store.events_after(2, 1).unwrap()[0].sequence, 3);
}

#[test]
fn the_course_in_use_is_the_last_one_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    assert_eq!(store.active_course().unwrap(), None);
    store.use_course("f", "practice", 10).unwrap();
    let short = store.use_course("f", "practice", 5).unwrap();
    assert_eq!(store.active_course().unwrap().unwrap(), short);
    let events = store.history("courses").unwrap().len();
    store.use_course("f", "practice", 5).unwrap();
    assert_eq!(store.history("courses").unwrap().len(), events);
    store.use_course("f", "practice", 10).unwrap();
    assert_eq!(store.active_course().unwrap().unwrap().bytes, 10);
}

#[test]
fn a_runtime_setting_counts_from_its_time_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    assert_eq!(store.runtime("reward_pools").unwrap(), None);
    store
        .set_runtime("reward_pools", json!({"architecture": 0.5}), Timestamp(1))
        .unwrap();
    let later = Timestamp::now().after(Duration::from_secs(3600));
    store
        .set_runtime("reward_pools", json!({"architecture": 0.9}), later)
        .unwrap();
    assert_eq!(
        store.runtime("reward_pools").unwrap(),
        Some(json!({"architecture": 0.5}))
    );
}

fn void() -> Box<Score> {
    let mut void = score(0.5);
    void.level = Level::Void;
    void.final_score = 0.0;
    void.verification = Some(Verification {
        ruling: Ruling::CapturedTooLow,
        detail: Some("the captured charges are too low".into()),
        captured_bpb: 1.0,
        correction_bpb: Some(0.5),
        standard_error_bpb: Some(0.01),
        lower_bound_bpb: Some(0.4),
        places: 1024,
        held_out: None,
        second_run: BlobId::of(b"second"),
        examination: None,
    });
    void
}

#[test]
fn after_a_void_run_others_go_first_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let cooling = QueuePolicy {
        cooldown: Duration::from_secs(3600),
        ..policy()
    };
    let store = Store::open(folder.path(), &cooling).unwrap();
    let accept =
        |hotkey: &str, content: &[u8]| store.accept(upload(hotkey, content), 60).unwrap().id;
    let (first, second) = (accept("cheat", b"1"), accept("cheat", b"2"));
    let other = accept("honest", b"3");
    let claim = store.claim(&cooling).unwrap().unwrap();
    assert_eq!(claim.submission.id, first);
    let ended = store.finish(&claim, Ended::Completed(void())).unwrap();
    // Completed, worth nothing, and the reason stands with it.
    let reason = ended.reason.unwrap();
    assert_eq!(
        (ended.state, reason.code),
        (State::Completed, ReasonCode::CapturedTooLow)
    );
    assert_eq!(reason.detail, "the captured charges are too low");

    let claim = store.claim(&cooling).unwrap().unwrap();
    assert_eq!(claim.submission.id, other);
    assert!(store.claim(&cooling).unwrap().is_none());
    let until = store.cooldown("cheat", &cooling).unwrap().unwrap();
    assert!(until > Timestamp::now().after(Duration::from_secs(3000)));
    assert_eq!(store.cooldown("honest", &cooling).unwrap(), None);
    // The next submission of theirs keeps the miner's record; after the time, or by another setting, it is begun.
    accept("cheat", b"4");
    assert!(store.cooldown("cheat", &cooling).unwrap().is_some());
    drop(claim);
    assert_eq!(
        store.claim(&policy()).unwrap().unwrap().submission.id,
        second
    );
}

#[test]
fn a_void_score_that_does_not_say_why_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &policy()).unwrap();
    store.accept(upload("a", b"1"), 60).unwrap();
    let claim = store.claim(&policy()).unwrap().unwrap();
    let mut score = void();
    score.verification = None;
    let refused = store.finish(&claim, Ended::Completed(score));
    assert!(
        matches!(refused, Err(StoreError::Invalid(_))),
        "{refused:?}"
    );
    assert!(store.finish(&claim, Ended::Completed(void())).is_ok());
}
