//! Who stands where: which scores count, in which order submissions rank, and what families they form.
//!
//! Everything here is a pure function of the stored scores and the operator's policy, so that a change of policy
//! changes the boards at once and nothing has to be recomputed and stored.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use prism_protocol::manifest::SCORING;
use prism_store::Timestamp;
use prism_store::records::{Course, Level, Score};

use crate::config::Rank;
use crate::weights::{Pools, two_tier};

/// Scores closer than this are equal and the earlier submission goes first (contracts/base.md 5.7).
const RESOLUTION: f64 = 1e-9;

/// Entries of the public leaderboard (contracts/base.md 2.1).
pub const LENGTH: usize = 50;

/// The device class of the board. Runs of other classes don't compare with it.
const DEVICE: &str = "cpu";

/// Which scores count: those of one course, one scoring version and one device class, at a level the operator
/// trusts. A void score never counts.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Levels that rank.
    pub rank: Rank,
    /// Fingerprint of the course in use; without one nothing ranks.
    pub course: Option<String>,
}

impl Policy {
    /// The policy of a service with this setting and course.
    #[must_use]
    pub fn new(rank: Rank, course: Option<Course>) -> Self {
        Self {
            rank,
            course: course.map(|course| course.fingerprint),
        }
    }

    /// Whether a score ranks and earns weight.
    #[must_use]
    pub fn admits(&self, score: &Score) -> bool {
        let trusted = match score.level {
            Level::Verified => true,
            Level::Provisional => self.rank == Rank::Provisional,
            Level::Void => false,
        };
        let comparable = self.course.as_ref() == Some(&score.course) && score.scoring == SCORING;
        trusted && comparable && score.device == DEVICE && score.final_score.is_finite()
    }
}

/// The order of the leaderboard: (-floor(score / 1e-9 + 0.5), intake, submission id), best first.
#[must_use]
pub fn order(left: &Score, right: &Score) -> Ordering {
    bucket(right.final_score)
        .total_cmp(&bucket(left.final_score))
        .then_with(|| left.created_at.cmp(&right.created_at))
        .then_with(|| left.submission_id.cmp(&right.submission_id))
}

fn bucket(score: f64) -> f64 {
    if score.is_finite() {
        (score / RESOLUTION + 0.5).floor()
    } else {
        0.0
    }
}

/// The best score of each hotkey, in order. Ranks are positions, from 1.
#[must_use]
pub fn ranked(policy: &Policy, scores: Vec<Score>) -> Vec<Score> {
    let mut best: BTreeMap<String, Score> = BTreeMap::new();
    for score in scores.into_iter().filter(|score| policy.admits(score)) {
        match best.get(&score.hotkey) {
            Some(known) if order(known, &score) != Ordering::Greater => {}
            _ => {
                best.insert(score.hotkey.clone(), score);
            }
        }
    }
    let mut ranked: Vec<Score> = best.into_values().collect();
    ranked.sort_by(order);
    ranked
}

/// An architecture with everything that was scored on it.
#[derive(Clone, Debug)]
pub struct Family {
    /// The contract gate's fingerprint.
    pub arch_hash: String,
    /// Display name its first scorer gave it.
    pub name: Option<String>,
    /// Its first scorer.
    pub owner_hotkey: String,
    /// When it was scored first.
    pub created_at: Timestamp,
    /// When its best last changed.
    pub updated_at: Timestamp,
    /// Its best score; the earlier one of equals.
    pub best: Score,
    /// Its training variants, best first.
    pub variants: Vec<Variant>,
    /// Number of scored submissions.
    pub submissions: usize,
}

/// A training recipe for an architecture.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The contract gate's fingerprint.
    pub training_hash: String,
    /// When it was scored first.
    pub created_at: Timestamp,
    /// Its best score, whose submitter owns it; the earlier one of equals.
    pub best: Score,
}

/// All families, best first: (best score descending, first scored ascending, hash ascending). Owner and name are
/// those of the first score that counts: who was first with a score that doesn't, founded nothing.
#[must_use]
pub fn families(policy: &Policy, scores: Vec<Score>) -> Vec<Family> {
    let mut groups: BTreeMap<String, Vec<Score>> = BTreeMap::new();
    for score in scores.into_iter().filter(|score| policy.admits(score)) {
        if let Some(arch_hash) = score.arch_hash.clone() {
            groups.entry(arch_hash).or_default().push(score);
        }
    }
    let mut families: Vec<Family> = groups
        .into_iter()
        .filter_map(|(arch_hash, scores)| family(arch_hash, scores))
        .collect();
    families.sort_by(|left, right| {
        (right.best.final_score.total_cmp(&left.best.final_score))
            .then_with(|| left.created_at.cmp(&right.created_at))
            .then_with(|| left.arch_hash.cmp(&right.arch_hash))
    });
    families
}

fn family(arch_hash: String, mut scores: Vec<Score>) -> Option<Family> {
    scores.sort_by_key(|score| score.scored_sequence);
    let first = scores.first()?.clone();
    let best = best(&scores)?;
    let mut groups: BTreeMap<String, Vec<Score>> = BTreeMap::new();
    for score in &scores {
        if let Some(training_hash) = score.training_hash.clone() {
            groups.entry(training_hash).or_default().push(score.clone());
        }
    }
    let mut variants: Vec<Variant> = groups
        .into_iter()
        .filter_map(|(training_hash, scores)| {
            Some(Variant {
                training_hash,
                created_at: scores.first()?.scored_at,
                best: self::best(&scores)?,
            })
        })
        .collect();
    variants.sort_by(|left, right| {
        (right.best.final_score.total_cmp(&left.best.final_score))
            .then_with(|| left.created_at.cmp(&right.created_at))
            .then_with(|| left.training_hash.cmp(&right.training_hash))
    });
    Some(Family {
        arch_hash,
        name: first.architecture_name,
        owner_hotkey: first.hotkey,
        created_at: first.scored_at,
        updated_at: best.scored_at,
        submissions: scores.len(),
        best,
        variants,
    })
}

/// Whether the boards or the weights would be others if `candidate`, which is not among `scores`, were verified: only then
/// is it worth a second run. The leaderboard is that of its epoch.
#[must_use]
pub fn would_change(policy: &Policy, scores: &[Score], candidate: &Score, pools: Pools) -> bool {
    let mut candidate = candidate.clone();
    candidate.level = Level::Verified;
    // The store gives the number when it writes the score: the newest.
    candidate.scored_sequence = u64::MAX;
    let boards = |scores: Vec<Score>| {
        let epoch = scores
            .iter()
            .filter(|score| score.epoch_id == candidate.epoch_id);
        let ranked = ranked(policy, epoch.cloned().collect());
        let ranks: Vec<_> = ranked
            .into_iter()
            .take(LENGTH)
            .map(|score| score.submission_id)
            .collect();
        let families = families(policy, scores);
        let weights = two_tier(&families, pools);
        let standing: Vec<_> = families
            .into_iter()
            .map(|family| {
                let variants = family.variants.into_iter();
                let variants: Vec<_> = variants
                    .map(|variant| (variant.training_hash, variant.best.submission_id))
                    .collect();
                let best = family.best.submission_id;
                (family.arch_hash, family.owner_hotkey, best, variants)
            })
            .collect();
        (ranks, standing, weights)
    };
    let with = scores.iter().cloned().chain([candidate.clone()]).collect();
    boards(scores.to_vec()) != boards(with)
}

/// The highest of scores in the order they were made: only a strictly higher one replaces an earlier one.
fn best(scores: &[Score]) -> Option<Score> {
    let higher = |best: Option<Score>, score: &Score| match best {
        Some(best) if score.final_score <= best.final_score => Some(best),
        _ => Some(score.clone()),
    };
    scores.iter().fold(None, higher)
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

    use prism_store::BlobId;
    use prism_store::records::Parts;

    use super::*;

    /// A score that counts under [`open`], submitted and scored at second `at`.
    pub(crate) fn score(
        hotkey: &str,
        at: u64,
        final_score: f64,
        arch: &str,
        training: &str,
    ) -> Score {
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
}
