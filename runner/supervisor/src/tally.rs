//! The sums of a run: bits, tokens and bytes, a loss curve of bounded length, and a digest of every charge.

use std::f64::consts::LN_2;

use prism_course::Step;
use prism_protocol::manifest::Metrics;
use sha2::{Digest, Sha256};

/// How far below zero rounding may put a charge, in bits.
const ROUNDING: f64 = 1e-6;

/// Charges that can't be counted.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum ChargeFault {
    /// Infinite or not a number.
    #[error("a charge is infinite or not a number")]
    NotFinite,
    /// Below zero: a probability above 1.
    #[error("a charge is below zero")]
    Negative,
    /// More or fewer than the step has.
    #[error("there are {got} charges for {due} columns")]
    Count {
        /// How many there are.
        got: usize,
        /// How many are due.
        due: usize,
    },
}

/// What was charged so far.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Sum of -log2 p.
    pub bits: f64,
    /// Tokens charged.
    pub tokens: u64,
    /// Bytes they decode to.
    pub bytes: u64,
    /// Steps charged.
    pub steps: u64,
    step0_bits_per_token: Option<f64>,
    /// Of the charges so far, each a little-endian `f64`.
    digest: Sha256,
    curve: Curve,
}

impl Tally {
    /// Nothing charged yet; the curve keeps at most `curve_points` points.
    #[must_use]
    pub fn new(curve_points: u32) -> Self {
        let limit = usize::try_from(curve_points).unwrap_or(usize::MAX).max(2);
        Self {
            bits: 0.0,
            tokens: 0,
            bytes: 0,
            steps: 0,
            step0_bits_per_token: None,
            digest: Sha256::new(),
            curve: Curve {
                limit,
                stride: 1,
                open: None,
                points: Vec::new(),
            },
        }
    }

    /// Counts a step: one charge in bits for each column but the first, row by row, of which the charged
    /// ones are summed.
    ///
    /// # Errors
    /// [`ChargeFault`]; nothing is counted then.
    pub fn charge(&mut self, step: &Step, charges: &[f64]) -> Result<(), ChargeFault> {
        check(step, charges)?;
        let mut bits = 0.0;
        for charge in charged(step, charges) {
            bits += charge;
            self.digest.update(charge.to_le_bytes());
        }
        self.bits += bits;
        self.tokens += step.charged_tokens;
        self.bytes += step.charged_bytes;
        self.steps += 1;
        if step.index == 0 && step.charged_tokens > 0 {
            self.step0_bits_per_token = Some(bits / step.charged_tokens as f64);
        }
        self.curve.add(Point {
            bits,
            tokens: step.charged_tokens,
            bytes: self.bytes,
            digest: self.digest.clone().finalize().into(),
            steps: 1,
        });
        Ok(())
    }

    /// Bits per charged byte; 0 before the first.
    #[must_use]
    pub fn bpb(&self) -> f64 {
        if self.bytes == 0 {
            0.0
        } else {
            self.bits / self.bytes as f64
        }
    }

    /// The manifest's block.
    #[must_use]
    pub fn metrics(&self, vocab_size: u32, model_params: Option<u64>) -> Metrics {
        let points = self.curve.points();
        Metrics {
            sum_neg_log2_likelihood_bits: self.bits,
            sum_neg_log_likelihood_nats: self.bits * LN_2,
            predicted_tokens: self.tokens,
            covered_bytes: self.bytes,
            step0_loss: self.step0_bits_per_token.map(|bits| bits * LN_2),
            online_loss: points.iter().map(Point::nats).collect(),
            covered_bytes_cumulative: points.iter().map(|point| point.bytes).collect(),
            stream_sha256: hex::encode(self.digest.clone().finalize()),
            stream_digests: points.iter().map(Point::digits).collect(),
            random_init_baseline_nats: f64::from(vocab_size).ln(),
            model_params,
        }
    }
}

/// The charges of a step that count, none below zero.
#[must_use]
pub fn charged(step: &Step, charges: &[f64]) -> Vec<f64> {
    let counted = step.charged().zip(charges).filter(|(charged, _)| *charged);
    counted.map(|(_, charge)| charge.max(0.0)).collect()
}

/// Every charge is looked at, the ones of uncharged columns too: a worker that can't compute those can't be
/// trusted with the others.
fn check(step: &Step, charges: &[f64]) -> Result<(), ChargeFault> {
    if charges.len() != step.target_bytes.len() {
        return Err(ChargeFault::Count {
            got: charges.len(),
            due: step.target_bytes.len(),
        });
    }
    for bits in charges {
        if !bits.is_finite() {
            return Err(ChargeFault::NotFinite);
        }
        if *bits < -ROUNDING {
            return Err(ChargeFault::Negative);
        }
    }
    Ok(())
}

/// Mean absolute difference between two lists of charges over the charged columns of which both have one, in bits a token.
#[must_use]
pub fn difference(step: &Step, left: &[f64], right: &[f64]) -> f64 {
    let (mut sum, mut count) = (0.0, 0u64);
    for (charged, (left, right)) in step.charged().zip(left.iter().zip(right)) {
        if charged {
            sum += (left - right).abs();
            count += 1;
        }
    }
    sum / count.max(1) as f64
}

#[derive(Clone, Copy, Debug)]
struct Point {
    bits: f64,
    tokens: u64,
    /// Bytes charged up to its end.
    bytes: u64,
    /// Of all charges up to its end.
    digest: [u8; 32],
    steps: u64,
}

impl Point {
    /// The first 16 digits of the digest.
    fn digits(&self) -> String {
        hex::encode(self.digest.first_chunk::<8>().unwrap_or(&[0; 8]))
    }

    fn nats(&self) -> f64 {
        self.bits * LN_2 / self.tokens.max(1) as f64
    }

    fn merged(self, next: Self) -> Self {
        Self {
            bits: self.bits + next.bits,
            tokens: self.tokens + next.tokens,
            bytes: next.bytes,
            digest: next.digest,
            steps: self.steps + next.steps,
        }
    }
}

/// Neighbouring points are merged in pairs whenever there are too many, so every stretch of the run keeps
/// the same weight whatever its length.
#[derive(Clone, Debug)]
struct Curve {
    limit: usize,
    stride: u64,
    open: Option<Point>,
    points: Vec<Point>,
}

impl Curve {
    fn add(&mut self, step: Point) {
        let point = self.open.take().map_or(step, |open| open.merged(step));
        if point.steps < self.stride {
            self.open = Some(point);
            return;
        }
        self.points.push(point);
        if self.points.len() >= self.limit {
            self.stride *= 2;
            let mut merged = Vec::with_capacity(self.limit);
            let mut rest = self.points.drain(..);
            while let Some(first) = rest.next() {
                match rest.next() {
                    Some(second) => merged.push(first.merged(second)),
                    None => self.open = Some(first),
                }
            }
            drop(rest);
            self.points = merged;
        }
    }

    fn points(&self) -> Vec<Point> {
        self.points.iter().copied().chain(self.open).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

    use prism_course::Step;
    use sha2::{Digest, Sha256};

    use super::{ChargeFault, Tally, difference};

    fn step(index: u64, target_bytes: &[u32]) -> Step {
        Step {
            index,
            rows: 1,
            cols: u32::try_from(target_bytes.len()).unwrap() + 1,
            tokens: vec![0; target_bytes.len() + 1],
            target_bytes: target_bytes.to_vec(),
            charged_tokens: target_bytes.iter().filter(|bytes| **bytes > 0).count() as u64,
            charged_bytes: target_bytes.iter().map(|bytes| u64::from(*bytes)).sum(),
        }
    }

    #[test]
    fn only_charged_columns_count() {
        let mut tally = Tally::new(10);
        tally
            .charge(&step(0, &[1, 0, 3]), &[2.0, 100.0, 4.0])
            .unwrap();
        assert_eq!(
            (tally.bits, tally.tokens, tally.bytes, tally.steps),
            (6.0, 2, 4, 1)
        );
        assert!((tally.bpb() - 1.5).abs() < 1e-12);
    }

    #[test]
    fn a_charge_that_is_no_code_length_is_refused_wherever_it_stands() {
        for (charges, fault) in [
            (vec![1.0, f64::NAN, 1.0], ChargeFault::NotFinite),
            (vec![1.0, 1.0, f64::INFINITY], ChargeFault::NotFinite),
            (vec![1.0, -0.001, 1.0], ChargeFault::Negative),
            (vec![1.0, 1.0], ChargeFault::Count { got: 2, due: 3 }),
        ] {
            let mut tally = Tally::new(10);
            assert_eq!(tally.charge(&step(0, &[1, 0, 1]), &charges), Err(fault));
            assert_eq!(tally.steps, 0);
        }
    }

    #[test]
    fn rounding_below_zero_counts_as_nothing() {
        let mut tally = Tally::new(10);
        tally.charge(&step(0, &[1]), &[-1e-9]).unwrap();
        assert_eq!(tally.bits, 0.0);
    }

    #[test]
    fn the_curve_keeps_every_bit_in_a_bounded_number_of_points() {
        for steps in [1u64, 2, 7, 8, 9, 63, 1000] {
            let mut tally = Tally::new(8);
            for index in 0..steps {
                tally
                    .charge(&step(index, &[1, 1]), &[index as f64, 1.0])
                    .unwrap();
            }
            let metrics = tally.metrics(257, None);
            assert!(metrics.online_loss.len() <= 8, "{steps} steps");
            assert_eq!(
                metrics.online_loss.len(),
                metrics.covered_bytes_cumulative.len()
            );
            assert_eq!(metrics.covered_bytes_cumulative.last(), Some(&(2 * steps)));
            let mut last = 0;
            let nats: f64 = metrics
                .online_loss
                .iter()
                .zip(&metrics.covered_bytes_cumulative)
                .map(|(loss, bytes)| {
                    let tokens = bytes - std::mem::replace(&mut last, *bytes);
                    loss * tokens as f64
                })
                .sum();
            assert!(
                (nats - metrics.sum_neg_log_likelihood_nats).abs() < 1e-6,
                "{steps} steps"
            );
        }
    }

    #[test]
    fn the_digest_is_that_of_the_charges_in_order_and_says_where_two_runs_part() {
        let run = |odd: u64| {
            let mut tally = Tally::new(8);
            for index in 0..20u64 {
                let charge = if index == odd { 1.5 } else { 1.0 };
                tally
                    .charge(&step(index, &[1, 0]), &[charge, index as f64])
                    .unwrap();
            }
            tally.metrics(257, None)
        };
        let (same, late) = (run(99), run(13));
        let bytes: Vec<u8> = (0..20).flat_map(|_| 1f64.to_le_bytes()).collect();
        assert_eq!(same.stream_sha256, hex::encode(Sha256::digest(&bytes)));
        assert!(
            same.stream_sha256
                .starts_with(same.stream_digests.last().unwrap())
        );
        assert_eq!(same.stream_digests.len(), same.online_loss.len());
        let parted = same
            .stream_digests
            .iter()
            .zip(&late.stream_digests)
            .position(|(left, right)| left != right);
        let stretch = same
            .covered_bytes_cumulative
            .iter()
            .position(|end| *end > 13);
        assert_eq!(parted, stretch);
    }

    #[test]
    fn the_difference_is_over_charged_columns() {
        let step = step(0, &[1, 0, 1]);
        assert!((difference(&step, &[1.0, 9.0, 1.0], &[1.5, 0.0, 1.0]) - 0.25).abs() < 1e-12);
        assert!((difference(&step, &[1.0], &[1.5, 0.0, 1.0]) - 0.5).abs() < 1e-12);
    }
}
