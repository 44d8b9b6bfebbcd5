//! What the worker says of itself at a few steps: recorded, never scored, never believed.
//!
//! The steps are the supervisor's choice, so their number is bounded whatever the layout. What is said must be a
//! number that can be, and loses its lower digits: a manifest is read by others, and a worker could write text
//! of the course into sixteen digits.

use prism_protocol::manifest::{SIGNAL_SAMPLES, Sample, Told};

/// Memory is told in whole mebibytes, and less than this many.
const MEBIBYTES: u64 = 1 << 20;

/// Collects what is said.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    steps: u64,
    told: Told,
}

impl Signals {
    /// Signals of a course of so many steps.
    #[must_use]
    pub fn of(steps: u64) -> Self {
        Self {
            steps,
            told: Told::default(),
        }
    }

    /// Whether this step is one of those that are kept: at most [`SIGNAL_SAMPLES`], evenly spaced from the first on.
    #[must_use]
    pub fn wanted(&self, step: u64) -> bool {
        let place = |step: u64| u128::from(step) * u128::from(SIGNAL_SAMPLES.min(self.steps));
        let steps = u128::from(self.steps);
        step < self.steps && (step == 0 || place(step) / steps != place(step - 1) / steps)
    }

    /// A prediction was answered.
    pub fn predicted(&mut self, step: u64, largest_logit: Option<f64>) {
        if self.wanted(step) {
            self.told.samples.push(Sample {
                step,
                largest_logit: magnitude(largest_logit),
                gradient_norm: None,
            });
        }
    }

    /// The loop asked for the next batch.
    pub fn trained(&mut self, step: u64, gradient_norm: Option<f64>, cuda_peak_bytes: Option<u64>) {
        if !self.wanted(step) {
            return;
        }
        if let Some(sample) = self.told.samples.last_mut() {
            sample.gradient_norm = magnitude(gradient_norm);
        }
        let peak = cuda_peak_bytes
            .map(|bytes| bytes / MEBIBYTES)
            .filter(|mebibytes| *mebibytes < MEBIBYTES);
        self.told.cuda_peak_bytes = peak
            .map(|mebibytes| mebibytes * MEBIBYTES)
            .max(self.told.cuda_peak_bytes);
    }

    /// The manifest's block.
    #[must_use]
    pub fn told(&self) -> Told {
        self.told.clone()
    }
}

/// To four digits; none for what is no magnitude.
fn magnitude(said: Option<f64>) -> Option<f64> {
    let said = said.filter(|said| said.is_finite() && *said >= 0.0)?;
    format!("{said:.3e}").parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

    use prism_protocol::manifest::SIGNAL_SAMPLES;

    use super::Signals;

    #[test]
    fn a_bounded_number_of_steps_is_kept_evenly_spaced() {
        for (steps, kept) in [
            (1, 1),
            (5, 5),
            (64, 64),
            (65, 64),
            (1_000, 64),
            (u64::MAX, 64),
        ] {
            let signals = Signals::of(steps);
            assert!(signals.wanted(0) && !signals.wanted(steps), "{steps} steps");
            if steps <= 1_000 {
                let wanted: Vec<u64> = (0..steps).filter(|step| signals.wanted(*step)).collect();
                assert_eq!(wanted.len(), kept, "{steps} steps");
                let widest = wanted.windows(2).map(|pair| pair[1] - pair[0]).max();
                assert!(
                    widest.unwrap_or(1) <= steps.div_ceil(SIGNAL_SAMPLES),
                    "{steps} steps"
                );
            }
        }
        assert!(!Signals::default().wanted(0));
    }

    #[test]
    fn what_is_said_is_checked_and_loses_the_digits_that_could_carry_text() {
        let mut signals = Signals::of(3);
        for (step, said, kept) in [
            (0, Some(1.234_567_890_123), Some(1.235)),
            (1, Some(-1.0), None),
            (2, Some(f64::INFINITY), None),
        ] {
            signals.predicted(step, said);
            signals.trained(step, said, Some((7 << 20) + 12_345));
            let sample = *signals.told().samples.last().unwrap();
            assert_eq!(
                (sample.step, sample.largest_logit, sample.gradient_norm),
                (step, kept, kept)
            );
        }
        signals.predicted(3, Some(1.0));
        signals.trained(3, Some(1.0), Some(u64::MAX));
        assert_eq!(signals.told().samples.len(), 3);
        assert_eq!(signals.told().cuda_peak_bytes, Some(7 << 20));
    }
}
