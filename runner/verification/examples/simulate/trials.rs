//! Runs that are measured, drawn from, repeated and judged, many times over.

use prism_verification::{Candidate, Estimate, Sampler, Take};

use crate::kinds::{Kind, Repeat};
use crate::world::{Chance, World};

/// The settings that are simulated: those of the service.
pub const MARGIN_BPB: f64 = 0.002;
pub const LEVEL: f64 = 1e-4;

/// One verified run.
pub struct Trial {
    pub estimate: Estimate,
    /// The run is void: the correction is above the margin, proven.
    pub void: bool,
    /// Verified less true code length, in bits per byte, as it is scored.
    pub excess: f64,
    /// The same if the correction were added as it is, whatever its sign.
    pub unclipped: f64,
}

/// A kind on a world: its first run, ready to be verified over and over.
pub struct Bench<'a> {
    world: &'a World,
    kind: &'a Kind,
    steps: Vec<Vec<Candidate>>,
    captured_bits: f64,
    /// What the first run claims too little, in bits per byte.
    pub gain: f64,
}

impl<'a> Bench<'a> {
    pub fn new(world: &'a World, kind: &'a Kind) -> Self {
        let captured = kind.captured(world);
        let captured_bits: f64 = captured.iter().sum();
        Self {
            world,
            kind,
            steps: world.candidates(&captured),
            captured_bits,
            gain: (world.bits - captured_bits) / world.bytes,
        }
    }

    /// Verifies the run with so many places, each a draw of its own.
    pub fn trial(&self, places: usize, number: u64) -> Trial {
        let mut chance = Chance::new(number);
        let mut sampler = Sampler::new(chance.seed(), places as u32, Take::One);
        for (step, candidates) in (0..).zip(&self.steps) {
            sampler.offer(step, candidates);
        }
        let mut plan = sampler.finish();
        let repeat = Repeat::new(self.kind.second, self.world, &mut chance);
        for step in 0..self.steps.len() as u64 {
            for place in plan.questions(step).into_iter().flatten() {
                let bits = repeat.charge(self.world.index(step, place), &mut chance);
                plan.answer(step, place, bits);
            }
        }
        let estimate = plan.estimate(LEVEL);
        let bytes = self.world.bytes;
        let excess = |correction: f64| (self.captured_bits + correction - self.world.bits) / bytes;
        Trial {
            void: estimate.lower_bound_bits > MARGIN_BPB * bytes,
            excess: excess(estimate.added_bits()),
            unclipped: excess(estimate.correction_bits),
            estimate,
        }
    }

    pub fn trials(&self, places: usize, times: usize) -> Vec<Trial> {
        (0..times as u64)
            .map(|number| self.trial(places, number))
            .collect()
    }
}

/// The share of trials of which something holds.
pub fn share(trials: &[Trial], holds: impl Fn(&Trial) -> bool) -> f64 {
    trials.iter().filter(|trial| holds(trial)).count() as f64 / trials.len().max(1) as f64
}

/// Mean and standard deviation.
pub fn moments(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let values: Vec<f64> = values.collect();
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0).max(1.0)).sqrt())
}

/// The value that a share of all values is below.
pub fn quantile(values: impl Iterator<Item = f64>, share: f64) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let rank = (share * values.len() as f64) as usize;
    values.get(rank).copied().unwrap_or(f64::NAN)
}

/// The largest distance of values' distribution from the uniform one (Kolmogorov and Smirnov).
pub fn distance_from_uniform(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let count = values.len().max(1) as f64;
    (values.iter().enumerate())
        .map(|(rank, value)| (value - rank as f64 / count).max((rank + 1) as f64 / count - value))
        .fold(0.0, f64::max)
}
