//! The places drawn, while the run is repeated, and what the answers there prove.
//!
//! The plan turns draws into questions a worker can be asked, takes the answers and makes the estimate. How places are drawn is
//! the sampler's part; how a question is asked, the supervisor's.

use std::collections::BTreeMap;

use rand::{Rng, RngCore};
use serde::{Deserialize, Serialize};

use crate::means::Moments;
use crate::sampler::{Place, Take};
use crate::seed::{Purpose, Seed};

/// One draw: a step and a place in each of its rows.
pub(crate) struct Drawn {
    pub(crate) step: u64,
    /// The weight of the step.
    pub(crate) weight: f64,
    pub(crate) picked: Vec<Picked>,
}

/// A place of a draw.
pub(crate) struct Picked {
    pub(crate) place: Place,
    pub(crate) bytes: u32,
    pub(crate) captured: f64,
    /// 1 / (probability of the place, given its step).
    pub(crate) factor: f64,
}

/// A place that is to be asked about, once, however often it was drawn.
struct Asked {
    bytes: u32,
    captured: f64,
    answer: Option<f64>,
}

impl Asked {
    /// What the repeated run charges there, less what the first one did, in bits.
    fn difference(&self) -> f64 {
        let unread = BITS_PER_BYTE * f64::from(self.bytes);
        let difference = self.answer.unwrap_or(unread) - self.captured;
        if difference.is_nan() {
            return LARGEST;
        }
        if difference.abs() < ROUNDING {
            return 0.0;
        }
        difference.clamp(-LARGEST, LARGEST)
    }
}

/// What a byte costs that was never predicted.
const BITS_PER_BYTE: f64 = 8.0;

/// Differences below this are those of two ways to add the same numbers, and count as none, in bits: they are all of one sign, and
/// would look like a tiny, certain fraud.
const ROUNDING: f64 = 1e-9;

/// Differences beyond this count as this, so that no sum of squares overflows; so does a captured charge that is no number. In bits.
const LARGEST: f64 = 1e100;

/// How often signs are flipped for the p-value.
const FLIPS: u32 = 9_999;

/// The places drawn from a run, and the answers got so far.
pub struct Plan {
    seed: Seed,
    take: Take,
    /// The weight of the whole run.
    total: f64,
    draws: Vec<Drawn>,
    steps: BTreeMap<u64, BTreeMap<Place, Asked>>,
}

/// What the repeated run says about the captured charges of the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The independent draws it rests on.
    pub draws: u32,
    /// The different places that were asked about.
    pub places: u32,
    /// Estimate of sum (cut charge - captured charge) over all charged tokens of the run, in bits. Unbiased.
    pub correction_bits: f64,
    /// Standard error of `correction_bits`.
    pub standard_error_bits: f64,
    /// The true correction is above this, one-sided, at the level asked for, by Student's t over the draws.
    pub lower_bound_bits: f64,
    /// How probable so high a correction is if repeated runs differ by symmetric noise alone: by flipping the
    /// signs of all differences of a step together, ties broken at random, so it is uniform for honest runs even
    /// where all differences are 0.
    pub p_value: f64,
    /// The largest difference at a place, either way.
    pub largest_difference_bits: f64,
}

impl Estimate {
    /// What is added to the captured bits: the correction and two of its standard errors where that raises them, never what lowers
    /// them. Forged tokens that few places hit would otherwise be kept more often than not, and a few huge charges would be a lottery; where a
    /// run repeats to the bit the error is 0.
    #[must_use]
    pub fn added_bits(&self) -> f64 {
        (self.correction_bits + 2.0 * self.standard_error_bits).max(0.0)
    }
}

impl Plan {
    pub(crate) fn new(seed: Seed, take: Take, total: f64, draws: Vec<Drawn>) -> Self {
        let mut steps: BTreeMap<u64, BTreeMap<Place, Asked>> = BTreeMap::new();
        for draw in &draws {
            let step = steps.entry(draw.step).or_default();
            for picked in &draw.picked {
                step.entry(picked.place).or_insert(Asked {
                    bytes: picked.bytes,
                    captured: picked.captured,
                    answer: None,
                });
            }
        }
        Self {
            seed,
            take,
            total,
            draws,
            steps,
        }
    }

    /// The draws, each by itself.
    #[cfg(test)]
    pub(crate) fn draws(&self) -> &[Drawn] {
        &self.draws
    }

    /// The questions of a step, to be asked one after another: each has one place, or at most one a row where a draw takes
    /// every row, and the places of a row ascend from question to question, since a question shows all tokens before its
    /// place. No questions if the step wasn't drawn.
    #[must_use]
    pub fn questions(&self, step: u64) -> Vec<Vec<Place>> {
        let places = self.steps.get(&step).into_iter().flat_map(BTreeMap::keys);
        if self.take == Take::One {
            return places.map(|place| vec![*place]).collect();
        }
        let mut questions: Vec<Vec<Place>> = Vec::new();
        let mut row = None;
        let mut turn = 0;
        for place in places {
            turn = if row == Some(place.row) { turn + 1 } else { 0 };
            row = Some(place.row);
            match questions.get_mut(turn) {
                Some(question) => question.push(*place),
                None => questions.push(vec![*place]),
            }
        }
        questions
    }

    /// Takes the answer at a place: what the repeated run charges there, in bits. A place that isn't in the plan is ignored, and
    /// what is no finite number is no answer.
    pub fn answer(&mut self, step: u64, place: Place, bits: f64) {
        let asked = self
            .steps
            .get_mut(&step)
            .and_then(|step| step.get_mut(&place));
        if let Some(asked) = asked
            && bits.is_finite()
        {
            asked.answer = Some(bits);
        }
    }

    /// The different places to be asked about.
    #[must_use]
    pub fn places(&self) -> usize {
        self.steps.values().map(BTreeMap::len).sum()
    }

    /// What the answers prove; `level` is the probability with which the lower bound may be wrong.
    ///
    /// Places without an answer (the repeated run ended early) cost 8 bits a byte. A single draw has no spread; its
    /// standard error is its own size, and its lower bound proves nothing.
    #[must_use]
    pub fn estimate(&self, level: f64) -> Estimate {
        let mut corrections = Vec::with_capacity(self.draws.len());
        let mut by_step: BTreeMap<u64, f64> = BTreeMap::new();
        for draw in &self.draws {
            let correction = self.correction(draw);
            corrections.push(correction);
            *by_step.entry(draw.step).or_default() += correction;
        }
        // What is 0 stays so when flipped.
        let steps: Vec<f64> = by_step.into_values().filter(|sum| *sum != 0.0).collect();
        let moments = Moments::of(&corrections);
        Estimate {
            draws: u32::try_from(self.draws.len()).unwrap_or(u32::MAX),
            places: u32::try_from(self.places()).unwrap_or(u32::MAX),
            correction_bits: moments.mean,
            standard_error_bits: moments.standard_error,
            lower_bound_bits: moments.lower_bound(level),
            p_value: self.p_value(&steps),
            largest_difference_bits: (self.steps.values().flat_map(BTreeMap::values))
                .map(|asked| asked.difference().abs())
                .fold(0.0, f64::max),
        }
    }

    /// The correction of the whole run as one draw alone estimates it (Hansen and Hurwitz 1943), in bits: each row's difference
    /// over the probability of its place, over the probability of the step.
    fn correction(&self, draw: &Drawn) -> f64 {
        let Some(step) = self.steps.get(&draw.step) else {
            return 0.0;
        };
        let rows: f64 = (draw.picked.iter())
            .filter_map(|picked| Some(step.get(&picked.place)?.difference() * picked.factor))
            .sum();
        rows * (self.total / draw.weight)
    }

    /// The share of sign flips that reach what was seen. A step's draws keep their signs together: they may share places, and
    /// always share the state of the model.
    fn p_value(&self, steps: &[f64]) -> f64 {
        let mut random = self.seed.stream(Purpose::Signs);
        let mut lanes: Vec<[f64; LANES]> = Vec::new();
        for values in steps.chunks(LANES) {
            let mut lane = [0.0; LANES];
            for (lane, value) in lane.iter_mut().zip(values) {
                *lane = *value;
            }
            lanes.push(lane);
        }
        let seen = sum_flipped(&lanes, || 0);
        let (mut above, mut equal) = (0u32, 0u32);
        for _ in 0..FLIPS {
            let flipped = sum_flipped(&lanes, || random.next_u64());
            above += u32::from(flipped > seen);
            equal += u32::from(flipped == seen);
        }
        let uniform = 1.0 - random.random::<f64>();
        (f64::from(above) + uniform * f64::from(equal + 1)) / f64::from(FLIPS + 1)
    }
}

/// Values are added in so many lanes, so that the compiler makes vector instructions of it.
const LANES: usize = 8;

/// The sum of values whose signs are flipped by random bits: the highest of each lane's word, then the next.
fn sum_flipped(lanes: &[[f64; LANES]], mut random: impl FnMut() -> u64) -> f64 {
    let mut sums = [0.0; LANES];
    for lanes in lanes.chunks(64) {
        let mut words = [0u64; LANES].map(|_| random());
        for values in lanes {
            for ((sum, value), word) in sums.iter_mut().zip(values).zip(&mut words) {
                *sum += f64::from_bits(value.to_bits() ^ (*word & (1 << 63)));
                *word <<= 1;
            }
        }
    }
    sums.into_iter().sum()
}

#[cfg(test)]
mod tests;
