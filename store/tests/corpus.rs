//! The corpus of earlier submissions: who is found, who never is, and what a question costs.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test"
)]

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Instant;

use prism_store::records::{CodeForm, Reason, ReasonCode};
use prism_store::verdict::{Decision, GateRun, HostCall, Verdict};
use prism_store::{
    BlobId, CorpusNeighbour, Ended, NewSubmission, QueuePolicy, SKETCH_VALUES, Store, StoreError,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

const SCHEME: &str = "functions-1";

/// Output `n` of the splitmix64 generator (Steele, Lea and Flood 2014) with this seed.
fn splitmix(seed: u64, n: u64) -> u64 {
    let mut z = seed.wrapping_add(n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The min-hash sketch of a set of features.
fn sketch(features: impl IntoIterator<Item = u64> + Clone) -> Vec<u64> {
    (0..SKETCH_VALUES as u64)
        .map(|function| {
            let hashes = features.clone().into_iter();
            let hashes = hashes.map(|feature| splitmix(splitmix(0, feature), function));
            hashes.min().unwrap_or(u64::MAX)
        })
        .collect()
}

fn call(scheme: &str, sketch: &[u64], note: &str) -> HostCall {
    let fingerprint = json!({ "scheme": scheme, "sketch": sketch, "note": note });
    asking(json!({ "fingerprint": fingerprint, "limit": 8 }))
}

fn asking(request: Value) -> HostCall {
    HostCall {
        function: "corpus.nearest".into(),
        request_hash: None,
        remembered: false,
        request: Some(request),
        answer: json!({ "ok": [] }),
    }
}

fn verdict(runs: Vec<Vec<HostCall>>) -> Verdict {
    let gates = runs.into_iter().map(|host_calls| GateRun {
        gate: "duplicate-review".into(),
        version: "1.0.0".into(),
        digest: "d".into(),
        verdict: Decision::Allow,
        reason: String::new(),
        fault: None,
        fuel: 1,
        micros: 1,
        memory_bytes: 1,
        evidence: vec![],
        facts: [].into(),
        log_dropped: 0,
        host_calls,
    });
    Verdict {
        verdict: Decision::Allow,
        bundle: "b".repeat(64),
        revision: Some(1),
        context: None,
        facts: [].into(),
        not_evaluated: vec![],
        gates: gates.collect(),
    }
}

struct House {
    folder: TempDir,
    store: Store,
    taken_in: Cell<u64>,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &QueuePolicy::default()).unwrap();
        Self {
            folder,
            store,
            taken_in: Cell::new(0),
        }
    }

    fn reopen(self) -> Self {
        let Self {
            folder,
            store,
            taken_in,
        } = self;
        drop(store);
        let store = Store::open(folder.path(), &QueuePolicy::default()).unwrap();
        Self {
            folder,
            store,
            taken_in,
        }
    }

    fn submit(&self) -> String {
        let number = self.taken_in.replace(self.taken_in.get() + 1);
        let new = NewSubmission {
            hotkey: format!("miner-{number}"),
            uid: None,
            filename: "bundle.zip".into(),
            form: CodeForm::Archive,
            content: b"bundle".to_vec(),
            code_hash: BlobId::of(b"bundle").as_str().into(),
            metadata: Map::new(),
        };
        self.store.accept(new, 21_600).unwrap().id
    }

    /// Judges the oldest waiting submission.
    fn judge_next(&self, verdicts: &[Verdict]) -> String {
        let claim = self.store.claim(&QueuePolicy::default()).unwrap().unwrap();
        for verdict in verdicts {
            self.store.record_verdict(&claim, verdict).unwrap();
        }
        let reason = Reason {
            code: ReasonCode::GateRejected,
            detail: "it is enough".into(),
        };
        let ended = Ended::Rejected(reason);
        self.store.finish(&claim, ended).unwrap().id
    }

    /// Submits and judges with these calls of one gate.
    fn judged(&self, calls: Vec<HostCall>) -> String {
        let id = self.submit();
        assert_eq!(self.judge_next(&[verdict(vec![calls])]), id);
        id
    }

    fn nearest(&self, id: &str, sketch: &[u64]) -> Vec<CorpusNeighbour> {
        self.store.corpus_nearest(id, SCHEME, sketch, 64).unwrap()
    }
}

fn ids(neighbours: &[CorpusNeighbour]) -> Vec<&str> {
    let ids = neighbours.iter().map(|one| one.submission_id.as_str());
    ids.collect()
}

#[test]
fn the_most_similar_come_first_of_equals_the_earliest_and_never_the_asker() {
    let house = House::new();
    let shares = [60u64, 100, 80, 100, 90];
    let judged: Vec<String> = shares
        .iter()
        .map(|share| {
            // So many of the first hundred features, and others in place of the rest.
            let features = (0..*share).chain(1000 + share..1100);
            house.judged(vec![call(
                SCHEME,
                &sketch(features),
                &format!("shares {share}"),
            )])
        })
        .collect();
    let asked = sketch(0..100);
    let asker = house.judged(vec![call(SCHEME, &asked, "mine")]);
    let found = house.nearest(&asker, &asked);
    assert_eq!(found.len(), 5, "{found:?}");
    assert_eq!(ids(&found)[..3], [&judged[1], &judged[3], &judged[4]]);
    assert_eq!((found[0].similarity, found[1].similarity), (1.0, 1.0));
    assert_eq!(
        (found[0].hotkey.as_str(), found[0].note.as_str()),
        ("miner-1", "shares 100")
    );
    let falls = found.is_sorted_by(|a, b| a.similarity >= b.similarity);
    assert!(falls, "{found:?}");
    let two = house.store.corpus_nearest(&asker, SCHEME, &asked, 2);
    assert_eq!(two.unwrap(), found[..2]);
    let none = house.store.corpus_nearest(&asker, SCHEME, &asked, 0);
    assert!(none.unwrap().is_empty());
    let elsewhere = house.store.corpus_nearest(&asker, "functions-2", &asked, 9);
    assert!(elsewhere.unwrap().is_empty());
}

#[test]
fn a_question_asked_again_later_sees_the_corpus_as_of_then() {
    let mut house = House::new();
    let copied = sketch(0..50);
    let mine = || vec![call(SCHEME, &copied, "")];
    let first = house.judged(mine());
    let second = house.judged(mine());
    assert_eq!(ids(&house.nearest(&second, &copied)), [&first]);
    for _ in 0..5 {
        house.judged(mine());
    }
    house = house.reopen();
    assert!(house.nearest(&first, &copied).is_empty());
    assert_eq!(ids(&house.nearest(&second, &copied)), [&first]);
}

#[test]
fn intake_counts_and_not_when_a_submission_was_judged() {
    let house = House::new();
    let (early, late) = (house.submit(), house.submit());
    let same = sketch(0..50);
    let same = || verdict(vec![vec![call(SCHEME, &same, "")]]);
    assert_eq!(house.judge_next(&[same()]), early);
    assert_eq!(house.judge_next(&[same()]), late);
    assert!(house.nearest(&early, &sketch(0..50)).is_empty());
    assert_eq!(ids(&house.nearest(&late, &sketch(0..50))), [&early]);
}

#[test]
fn a_later_verdict_replaces_the_fingerprint_and_the_last_of_a_scheme_counts() {
    let house = House::new().reopen();
    let [old, passed_over, new] = [0, 1000, 2000].map(|from| sketch(from..from + 50));
    let other_scheme = sketch(9000..9050);
    house.submit();
    let judged = house.judge_next(&[
        verdict(vec![vec![
            call(SCHEME, &old, "old"),
            call("lines-1", &other_scheme, "stays"),
        ]]),
        verdict(vec![
            vec![call(SCHEME, &passed_over, "")],
            vec![call(SCHEME, &new, "new")],
        ]),
    ]);
    let asker = house.submit();
    let house = house.reopen();
    assert!(house.nearest(&asker, &old).is_empty());
    assert!(house.nearest(&asker, &passed_over).is_empty());
    let found = house.nearest(&asker, &new);
    assert_eq!(
        (ids(&found), found[0].note.as_str()),
        (vec![judged.as_str()], "new")
    );
    let lines = house
        .store
        .corpus_nearest(&asker, "lines-1", &other_scheme, 9);
    assert_eq!(lines.unwrap()[0].note, "stays");
}

#[test]
fn what_breaks_the_contract_is_not_kept_and_the_verdict_is() {
    let house = House::new();
    let good = sketch(0..50);
    let fingerprint = |scheme: &str, sketch: Value, note: &str| {
        asking(
            json!({"fingerprint": {"scheme": scheme, "sketch": sketch, "note": note}, "limit": 1}),
        )
    };
    let mut negative = json!(good);
    negative[3] = json!(-1);
    let mut calls = vec![
        asking(json!(null)),
        asking(json!([])),
        asking(json!({"limit": 1})),
        asking(json!({"fingerprint": "functions-1"})),
        fingerprint(SCHEME, json!(good[1..]), ""),
        fingerprint(SCHEME, json!([good.clone(), vec![1]].concat()), ""),
        fingerprint(SCHEME, json!([]), ""),
        fingerprint(SCHEME, negative, ""),
        fingerprint(SCHEME, json!("128 values"), ""),
        fingerprint(SCHEME, json!(good), &"n".repeat((64 << 10) + 1)),
        fingerprint("", json!(good), ""),
        fingerprint("Functions_1", json!(good), ""),
        fingerprint(&"s".repeat(65), json!(good), ""),
    ];
    calls.push(HostCall {
        request: None,
        ..asking(json!(null))
    });
    calls.push(HostCall {
        function: "llm.complete".into(),
        ..call(SCHEME, &good, "")
    });
    let judged = house.judged(calls);
    assert!(house.store.verdict(&judged).unwrap().is_some());
    let asker = house.judged(vec![]);
    for scheme in [SCHEME, "", "Functions_1", &"s".repeat(65)] {
        let found = house.store.corpus_nearest(&asker, scheme, &good, 9);
        assert!(found.unwrap().is_empty(), "{scheme}");
    }
    let largest = house.judged(vec![call(SCHEME, &good, &"n".repeat(64 << 10))]);
    let asker = house.submit();
    let found = house.nearest(&asker, &good);
    assert_eq!(ids(&found), [&largest]);
    assert_eq!(found[0].note.len(), 64 << 10);
}

#[test]
fn a_question_that_can_not_be_answered_says_why() {
    let house = House::new();
    let asker = house.submit();
    let good = sketch(0..9);
    for unknown in ["", "nobody"] {
        let error = house.store.corpus_nearest(unknown, SCHEME, &good, 1);
        assert!(matches!(error, Err(StoreError::NotFound { .. })));
    }
    for wrong in [&good[1..], &[]] {
        let error = house.store.corpus_nearest(&asker, SCHEME, wrong, 1);
        assert!(matches!(error, Err(StoreError::Invalid(_))));
    }
}

#[test]
fn a_flood_of_look_alikes_hides_neither_the_first_nor_a_better_match_and_costs_no_more() {
    let house = House::new();
    // All of the flood have the sketch of the empty set: every one shares every band with every other.
    let empty = sketch([]);
    let first = house.judged(vec![call(SCHEME, &empty, "first")]);
    let mut own = empty.clone();
    own[90..].copy_from_slice(&sketch(0..50)[90..]);
    for n in 0..300 {
        house.judged(vec![call(SCHEME, &empty, &format!("{n}"))]);
    }
    // Taken in behind more look-alikes than are looked at in a band: found by the bands that it has for itself.
    let late = house.judged(vec![call(SCHEME, &own, "late")]);
    let asker = house.submit();

    let begun = Instant::now();
    let flooded = house.nearest(&asker, &empty);
    eprintln!("{:?} in a flood of 300", begun.elapsed());
    assert_eq!(flooded.len(), 64, "no more than the contract allows");
    assert_eq!(flooded[0].submission_id, first);
    assert!(flooded.iter().all(|one| one.similarity == 1.0));

    let found = house.nearest(&asker, &own);
    assert_eq!(
        (found[0].submission_id.as_str(), found[0].similarity),
        (late.as_str(), 1.0)
    );
    assert!(found[1].similarity < 1.0);
    assert_eq!(found[1].submission_id, first);
}

#[test]
fn the_best_match_is_found_behind_more_partial_ones_than_are_compared() {
    let house = House::new();
    let asked = sketch(0..50);
    // Each third shares other bands, few enough of them to be seen by each band, too many to be all compared.
    for n in 0..300usize {
        let mut partial = sketch([1_000_000 + n as u64]);
        let from = n % 3 * 30;
        partial[from..from + 30].copy_from_slice(&asked[from..from + 30]);
        house.judged(vec![call(SCHEME, &partial, "")]);
    }
    let mut best = sketch([2_000_000]);
    best[..100].copy_from_slice(&asked[..100]);
    let best = house.judged(vec![call(SCHEME, &best, "best")]);
    let asker = house.submit();
    let found = house.nearest(&asker, &asked);
    assert_eq!(found[0].submission_id, best);
    assert_eq!(found[0].similarity, 100.0 / 128.0);
}

#[test]
fn the_similarity_estimates_the_jaccard_index_and_whatever_is_alike_is_found() {
    let house = House::new();
    let number = Cell::new(0);
    let mut runner = TestRunner::new(Config {
        cases: 96,
        failure_persistence: None,
        ..Config::default()
    });
    // Two sets with so many features in common, and so many of their own.
    let sizes = (0u64..400, 0u64..150, 0u64..150, any::<u64>());
    let outcome = runner.run(&sizes, |(common, mine, theirs, seed)| {
        let set = |own: u64, salt: u64| -> BTreeSet<u64> {
            let shared = (0..common).map(|n| splitmix(seed, n));
            let own = (0..own).map(|n| splitmix(seed ^ salt, n));
            shared.chain(own).collect()
        };
        let (a, b) = (set(mine, 1), set(theirs, 2));
        let union = a.union(&b).count();
        let exact = match union {
            0 => 1.0,
            _ => a.intersection(&b).count() as f64 / union as f64,
        };
        // A scheme for each case keeps the cases apart.
        let scheme = format!("case-{}", number.replace(number.get() + 1));
        let earlier = house.judged(vec![call(&scheme, &sketch(a), "")]);
        let asker = house.judged(vec![]);
        let found = house.store.corpus_nearest(&asker, &scheme, &sketch(b), 9);
        match &found.unwrap()[..] {
            // A miss is that unlikely at 0.6: (1 - 0.6^3)^42 = 4e-5.
            [] => prop_assert!(exact < 0.6, "missed at {exact}"),
            [one] => {
                prop_assert_eq!(&one.submission_id, &earlier);
                let deviation = (exact * (1.0 - exact) / SKETCH_VALUES as f64).sqrt();
                let error = (one.similarity - exact).abs();
                // Five standard errors, and what one value weighs.
                prop_assert!(
                    error <= 5.0 * deviation + 0.01,
                    "{} is {exact}",
                    one.similarity
                );
            }
            more => prop_assert!(false, "{more:?}"),
        }
        Ok(())
    });
    outcome.unwrap();
}
