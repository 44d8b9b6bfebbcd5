//! The paired challenge: is one design better than another by more than noise, over rounds on fresh courses?
//!
//! A round runs both on the same fresh course with the same seeds and the same places, so what the two have in
//! common cancels and the difference of their bits per byte is one value. Which rounds are run, and what a crown needs
//! beside them, is the caller's part.

use serde::{Deserialize, Serialize};

use crate::means::{Moments, t_quantile};

/// The rules of a challenge, fixed before its first round.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Challenge {
    /// By how much the challenger must be better, in bits per byte.
    pub margin_bpb: f64,
    /// The probability, over the whole challenge, that a challenger that is better by no more than the margin wins.
    pub level: f64,
    /// The most rounds there will be.
    pub max_rounds: u32,
}

/// What the rounds so far say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The challenger is better by more than the margin.
    Better,
    /// It isn't, or the rounds are used up without proof that it is.
    NotBetter,
    /// More rounds must tell.
    NotYet {
        /// How many would probably do, by the spread and the mean so far; at least 1, at most what is left.
        more_rounds: u32,
    },
}

/// A look at the rounds so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// What they say.
    pub answer: Answer,
    /// Mean difference, champion - challenger, in bits per byte: positive where the challenger is better.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The true mean is above this at this look's share of the level.
    pub lower: f64,
    /// The true mean is below this at this look's share of [`FUTILITY`].
    pub upper: f64,
}

/// The probability, over the whole challenge, that a challenger that is better by the margin is given up before its rounds are
/// used up.
pub const FUTILITY: f64 = 0.05;

impl Challenge {
    /// Looks at the differences so far, champion - challenger in bits per byte, one per round; after each round, or less
    /// often.
    ///
    /// Each look's bounds are Student's t at the level over `max_rounds`: by Bonferroni's inequality all looks
    /// together are wrong with probability `level` at most, whenever one stops. Rounds beyond `max_rounds` don't count, and a
    /// difference that is no finite number counts as no evidence for either: [`Answer::NotBetter`].
    #[must_use]
    pub fn look(&self, differences_bpb: &[f64]) -> Look {
        let most = usize::try_from(self.max_rounds).unwrap_or(usize::MAX);
        let rounds: Vec<f64> = differences_bpb.iter().copied().take(most).collect();
        let moments = Moments::of(&rounds);
        let looks = f64::from(self.max_rounds.max(1));
        let bounds = moments.lower_bound(self.level / looks)..moments.upper_bound(FUTILITY / looks);
        let answer = if !(moments.mean.is_finite() && moments.standard_error.is_finite()) {
            Answer::NotBetter
        } else if rounds.len() >= 2 && bounds.start > self.margin_bpb {
            Answer::Better
        } else if rounds.len() >= most || (rounds.len() >= 2 && bounds.end < self.margin_bpb) {
            Answer::NotBetter
        } else {
            Answer::NotYet {
                more_rounds: self.more_rounds(&moments, rounds.len()),
            }
        };
        Look {
            answer,
            mean: moments.mean,
            standard_error: moments.standard_error,
            lower: bounds.start,
            upper: bounds.end,
        }
    }

    /// The rounds after which either bound would pass the margin if mean and spread stay as they are.
    fn more_rounds(&self, moments: &Moments, done: usize) -> u32 {
        let left = self
            .max_rounds
            .saturating_sub(u32::try_from(done).unwrap_or(u32::MAX));
        let looks = f64::from(self.max_rounds.max(1));
        let distance = moments.mean - self.margin_bpb;
        let level = if distance > 0.0 { self.level } else { FUTILITY } / looks;
        let spread = moments.standard_error * (done.max(1) as f64).sqrt();
        let enough = |more: u32| {
            let rounds = done.saturating_add(more as usize);
            rounds >= 2
                && t_quantile(level, rounds - 1) * spread < distance.abs() * (rounds as f64).sqrt()
        };
        // The more, the better: a bisection between what is too few and what is left.
        let (mut few, mut many) = (0, left);
        while many - few > 1 {
            let more = few + (many - few) / 2;
            if enough(more) {
                many = more
            } else {
                few = more
            }
        }
        many
    }
}

/// How much the results of one design differ from run to run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noise {
    /// Standard deviation from run to run, in bits per byte.
    pub deviation: f64,
    /// A margin: of two runs of designs that are equally good, one is better by more than this with probability `level`.
    pub margin_bpb: f64,
}

/// The noise of one design from runs that differ in their seeds alone, in bits per byte; none of fewer than two runs.
///
/// The margin is t x deviation x sqrt(2): the difference of two runs has twice the variance of one.
#[must_use]
pub fn noise(bpb: &[f64], level: f64) -> Option<Noise> {
    let freedom = bpb.len().checked_sub(1).filter(|freedom| *freedom > 0)?;
    let deviation = Moments::of(bpb).standard_error * (bpb.len() as f64).sqrt();
    Some(Noise {
        deviation,
        margin_bpb: t_quantile(level, freedom) * deviation * std::f64::consts::SQRT_2,
    })
}

#[cfg(test)]
mod tests;
