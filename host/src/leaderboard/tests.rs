//! Scores that rank, and scores that don't.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use prism_store::BlobId;
use prism_store::records::Parts;

use super::*;

/// A score that counts under [`open`], submitted and scored at second `at`.
pub(crate) fn score(hotkey: &str, at: u64, final_score: f64, arch: &str, training: &str) -> Score {
    Score {
        submission_id: format!("{hotkey}-{at}"),
        hotkey: hotkey.into(),
        epoch_id: 0,
        created_at: Timestamp::from_seconds(at),
        scored_at: Timestamp::from_seconds(at + 1),
        scored_sequence: at,
        level: Level::Provisional,
        scoring: SCORING.into(),
        course: "course".into(),
        device: "cpu".into(),
        isolation: "local-full".into(),
        bpb: 1.0,
        parts: Parts {
            code_bits: 8.0,
            unread_bytes: 0,
            bundle_bits: 0,
            course_bytes: 8,
        },
        base: final_score,
        penalty: 1.0,
        tie_break: 0.0,
        anti_cheat_multiplier: 1.0,
        final_score,
        model_params: None,
        arch_hash: Some(arch.into()),
        training_hash: Some(training.into()),
        architecture_name: Some(format!("{arch} of {hotkey}")),
        manifest: BlobId::of(b""),
        verification: None,
        verdict: None,
    }
}

pub(crate) fn open() -> Policy {
    Policy {
        rank: Rank::Provisional,
        course: Some("course".into()),
    }
}

fn ids(scores: &[Score]) -> Vec<&str> {
    scores
        .iter()
        .map(|score| score.submission_id.as_str())
        .collect()
}

#[test]
fn the_better_goes_first_and_of_equals_the_earlier() {
    let board = ranked(
        &open(),
        vec![
            score("late", 9, 0.5, "a", "t"),
            score("best", 8, 0.6, "a", "t"),
            score("early", 1, 0.5, "a", "t"),
            // Less than half of 1e-9 better than `early`, and so equal to it.
            score("hair", 5, 0.5 + 2e-10, "a", "t"),
        ],
    );
    assert_eq!(ids(&board), ["best-8", "early-1", "hair-5", "late-9"]);
}

#[test]
fn a_hotkey_stands_once_with_its_best_and_earliest() {
    let scores = [(1, 0.4), (2, 0.7), (3, 0.7), (4, 0.1)];
    let board = ranked(
        &open(),
        scores
            .map(|(at, value)| score("a", at, value, "x", "t"))
            .into(),
    );
    assert_eq!(ids(&board), ["a-2"]);
}

#[test]
fn what_does_not_compare_or_is_not_trusted_does_not_rank() {
    let changed = |change: fn(&mut Score)| {
        let mut score = score("a", 1, 0.5, "x", "t");
        change(&mut score);
        score
    };
    let strict = Policy {
        rank: Rank::Verified,
        ..open()
    };
    let verified = changed(|score| score.level = Level::Verified);
    assert!(open().admits(&changed(|_| {})) && open().admits(&verified));
    assert!(strict.admits(&verified));
    assert!(!strict.admits(&changed(|_| {})));
    for excluded in [
        changed(|score| score.level = Level::Void),
        changed(|score| score.course = "another".into()),
        changed(|score| score.scoring = "another".into()),
        changed(|score| score.device = "cuda".into()),
        changed(|score| score.final_score = f64::NAN),
    ] {
        assert!(!open().admits(&excluded), "{excluded:?}");
    }
    assert!(
        !Policy {
            course: None,
            ..open()
        }
        .admits(&verified)
    );
}

#[test]
fn only_what_would_change_a_board_is_worth_a_second_run() {
    let strict = Policy {
        rank: Rank::Verified,
        ..open()
    };
    let verified = |hotkey: &str, value: f64| {
        let mut score = score(hotkey, 1, value, "x", "t");
        score.level = Level::Verified;
        score
    };
    let scores: Vec<_> = (0..LENGTH)
        .map(|place| verified(&format!("h{place:02}"), 0.9 - place as f64 / 100.0))
        .collect();
    let asked = |policy: &Policy, candidate: Score| {
        would_change(policy, &scores, &candidate, Pools::default())
    };
    for (candidate, change) in [
        // Below the last of a full board, in a family and a variant that have better.
        (score("new", 2, 0.1, "x", "t"), false),
        // Between two of the board.
        (score("new", 2, 0.555, "x", "t"), true),
        // At the top.
        (score("new", 2, 0.95, "x", "t"), true),
        // Worse than what its hotkey has.
        (score("h00", 2, 0.89, "x", "t"), false),
        // A family or a variant of its own, however bad.
        (score("new", 2, 0.1, "y", "t"), true),
        (score("new", 2, 0.1, "x", "u"), true),
    ] {
        assert_eq!(asked(&strict, candidate.clone()), change, "{candidate:?}");
        assert_eq!(asked(&open(), candidate.clone()), change, "{candidate:?}");
        // What can't compare is never worth it.
        let other = Score {
            course: "another".into(),
            ..candidate
        };
        assert!(!asked(&strict, other));
    }
}

#[test]
fn the_first_that_counts_owns_the_family_and_the_best_owns_the_variant() {
    let mut void = score("void", 1, 0.9, "x", "t1");
    void.level = Level::Void;
    let scores = vec![
        score("second", 3, 0.6, "x", "t1"),
        void,
        score("first", 2, 0.4, "x", "t1"),
        score("equal", 4, 0.6, "x", "t1"),
        score("other", 5, 0.5, "x", "t2"),
        score("elsewhere", 6, 0.3, "y", "t1"),
    ];
    let families = families(&open(), scores);
    let family = &families[0];
    assert_eq!(
        (family.arch_hash.as_str(), family.owner_hotkey.as_str()),
        ("x", "first")
    );
    assert_eq!(family.name.as_deref(), Some("x of first"));
    assert_eq!(
        (family.best.submission_id.as_str(), family.submissions),
        ("second-3", 4)
    );
    let variants: Vec<_> = family
        .variants
        .iter()
        .map(|variant| (variant.training_hash.as_str(), variant.best.hotkey.as_str()))
        .collect();
    assert_eq!(variants, [("t1", "second"), ("t2", "other")]);
    assert_eq!(families[1].arch_hash, "y");
}
