//! Submissions that a broken gate holds.

use prism_store::records::State;
use prism_store::{Ended, Retry};

use super::*;

/// A submission that is held because this gate broke, after its last attempt.
fn held(house: &House, content: &[u8], digest: &str) -> String {
    let claim = house.claim(content);
    // Words of its own, so that each verdict is a file of its own.
    let fault = GateFault::Trap(format!("unreachable at {content:?}"));
    let broken = run("a", digest, Some(fault));
    let verdict = verdict(vec![run("b", "fine", None), broken]);
    house.record_verdict(&claim, &verdict).unwrap();
    let retry = house
        .retry(&claim, reason(ReasonCode::GateFault), &policy())
        .unwrap();
    assert_eq!(retry, Retry::Held);
    claim.submission.id
}

fn states(house: &House, ids: &[&String]) -> Vec<State> {
    ids.iter()
        .map(|id| house.submission(id).unwrap().unwrap().state)
        .collect()
}

#[test]
fn what_a_broken_gate_holds_goes_back_by_its_digest_and_nothing_else_does() {
    let mut house = House::new();
    let one = held(&house, b"1", "bad");
    let other = held(&house, b"2", "worse");
    let also = held(&house, b"3", "bad");
    let judged = house.claim(b"4");
    let ended = Ended::Held(reason(ReasonCode::GateHeld));
    let judged = house.finish(&judged, ended).unwrap().id;
    let lost = house.claim(b"5");
    house
        .retry(&lost, reason(ReasonCode::Infrastructure), &policy())
        .unwrap();
    let lost = lost.submission.id;
    house.reopen();

    assert!(
        house
            .requeue_held(Some("fine"), "bob", "")
            .unwrap()
            .is_empty()
    );
    let back = house
        .requeue_held(Some("bad"), "bob", "fixed in 1.1")
        .unwrap();
    assert_eq!(back, [one.clone(), also.clone()]);
    use State::{Held, Pending};
    assert_eq!(
        states(&house, &[&one, &other, &also, &judged, &lost]),
        [Pending, Held, Pending, Held, Held]
    );
    let submission = house.submission(&one).unwrap().unwrap();
    assert_eq!(submission.attempts, 0);
    assert_eq!(submission.reason.unwrap().code, ReasonCode::Requeued);
    let last = house.history(&one).unwrap().pop().unwrap();
    assert_eq!(last.kind, "submission.requeued");
    assert_eq!(
        (&last.detail["by"], &last.detail["why"]),
        (&json!("bob"), &json!("fixed in 1.1"))
    );

    assert_eq!(
        house.requeue_held(None, "bob", "").unwrap(),
        std::slice::from_ref(&other)
    );
    assert!(house.requeue_held(None, "bob", "").unwrap().is_empty());
    assert_eq!(states(&house, &[&judged, &lost]), [Held, Held]);
    let pending = house.pending().unwrap();
    let order: Vec<_> = pending.iter().map(|submission| &submission.id).collect();
    assert_eq!(
        order,
        [&one, &other, &also],
        "each has its old place in the queue"
    );
}

#[test]
fn the_last_verdict_says_which_gate_broke() {
    let house = House::new();
    let id = held(&house, b"1", "bad");
    house.requeue(&id, "bob", "again").unwrap();
    let claim = house.store().claim(&policy()).unwrap().unwrap();
    let broken = run("a", "other", Some(GateFault::OutOfFuel));
    house
        .record_verdict(&claim, &verdict(vec![broken]))
        .unwrap();
    house
        .retry(&claim, reason(ReasonCode::GateFault), &policy())
        .unwrap();
    assert!(
        house
            .requeue_held(Some("bad"), "bob", "")
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        house.requeue_held(Some("other"), "bob", "").unwrap(),
        std::slice::from_ref(&id)
    );
    assert!(matches!(
        house.requeue(&id, "bob", ""),
        Err(StoreError::WrongState { .. })
    ));
}

#[test]
fn one_unreadable_verdict_does_not_keep_the_others_waiting() {
    let house = House::new();
    let damaged = held(&house, b"1", "bad");
    let readable = held(&house, b"2", "bad");
    let blob = house.verdict(&damaged).unwrap().unwrap().0.blob;
    let (shard, rest) = blob.as_str().split_at(2);
    let path = house.folder.path().join("blobs").join(shard).join(rest);
    std::fs::write(path, b"{").unwrap();
    assert_eq!(
        house.requeue_held(Some("bad"), "bob", "").unwrap(),
        [readable]
    );
    let all = house.requeue_held(None, "bob", "whatever broke").unwrap();
    assert_eq!(all, [damaged]);
}

#[test]
fn concurrent_requeues_put_each_back_once() {
    let house = House::new();
    let ids: Vec<String> = (0..40).map(|n| held(&house, &[n], "bad")).collect();
    let store = house.store();
    // All of them have looked before the first one writes.
    let together = std::sync::Barrier::new(4);
    let mut back: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    together.wait();
                    store.requeue_held(Some("bad"), "bob", "").unwrap()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    back.sort();
    let mut ids = ids;
    ids.sort();
    assert_eq!(back, ids);
}
