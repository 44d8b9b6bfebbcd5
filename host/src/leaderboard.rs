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
pub(crate) mod tests;
