//! Code lengths from float32 logits: -log2 of the softmax at the true token.
//!
//! Two passes over each column: the largest logit and whether all are finite, then the sum of the
//! exponentials in float64. Nothing is stored between them, so the memory taken does not depend on the vocabulary. A sum is made in
//! a fixed number of lanes, so a column costs the same to the last bit on every machine, whatever its vector
//! registers, and whoever computes which rows.
//! No torch here: how logits come out of a tensor is the capture's part, and the supervisor normalises in
//! torch, by another hand.

use std::f64::consts::{LN_2, LOG2_E};

use thiserror::Error;

/// Lanes of the sums.
const LANES: usize = 8;

/// Why logits have no charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChargeFault {
    /// A logit is infinite or not a number.
    #[error("a logit is infinite or not a number")]
    NotFinite,
    /// A true token is no id of the vocabulary.
    #[error("a true token is no id of the vocabulary")]
    Target,
    /// The logits are no whole number of columns.
    #[error("the logits are no whole number of columns")]
    Size,
}

/// Appends the charges of some columns, in bits, to `bits`; the answer is the largest magnitude among the logits.
///
/// `logits` holds `vocab_size` values for each column. `targets` has the true token of each; where it is shorter, the
/// last columns are about nothing and only have to be finite.
///
/// # Errors
/// [`ChargeFault`]; what `bits` has gained by then means nothing.
pub fn charge(
    logits: &[f32],
    targets: &[i64],
    vocab_size: usize,
    bits: &mut Vec<f64>,
) -> Result<f32, ChargeFault> {
    if vocab_size == 0 || !logits.len().is_multiple_of(vocab_size) {
        return Err(ChargeFault::Size);
    }
    let mut targets = targets.iter();
    let mut magnitude = 0f32;
    for column in logits.chunks_exact(vocab_size) {
        let (largest, reach) = extremes(column);
        if !reach.is_finite() {
            return Err(ChargeFault::NotFinite);
        }
        magnitude = magnitude.max(reach);
        let Some(target) = targets.next() else {
            continue;
        };
        let truth = usize::try_from(*target)
            .ok()
            .and_then(|id| column.get(id))
            .ok_or(ChargeFault::Target)?;
        let largest = f64::from(largest);
        let nats = exponentials(column, largest).ln() + (largest - f64::from(*truth));
        bits.push(nats / LN_2);
    }
    if targets.next().is_some() {
        return Err(ChargeFault::Size);
    }
    Ok(magnitude)
}

/// The largest value, and the largest magnitude, which is infinite or not a number if any value is.
fn extremes(column: &[f32]) -> (f32, f32) {
    let (mut largest, mut reach) = ([f32::NEG_INFINITY; LANES], [0i32; LANES]);
    let mut see = |values: &[f32]| {
        for (largest, value) in largest.iter_mut().zip(values) {
            *largest = if *value > *largest { *value } else { *largest };
        }
        // As whole numbers magnitudes are in the same order, and what is not finite is above all others.
        for (reach, value) in reach.iter_mut().zip(values) {
            *reach = value.abs().to_bits().cast_signed().max(*reach);
        }
    };
    let (whole, rest) = column.as_chunks::<LANES>();
    for values in whole {
        see(values);
    }
    see(rest);
    (
        largest.into_iter().fold(f32::NEG_INFINITY, f32::max),
        f32::from_bits(reach.into_iter().fold(0, i32::max).cast_unsigned()),
    )
}

/// The sum of e^(value - largest).
fn exponentials(column: &[f32], largest: f64) -> f64 {
    let mut sums = [0f64; LANES];
    let (whole, rest) = column.as_chunks::<LANES>();
    for values in whole {
        let powers = exp(values.map(|value| f64::from(value) - largest));
        for (sum, power) in sums.iter_mut().zip(powers) {
            *sum += power;
        }
    }
    // The lanes beyond the rest are so far below that they add nothing.
    let mut last = [2.0 * LEAST; LANES];
    for (lane, value) in last.iter_mut().zip(rest) {
        *lane = f64::from(*value) - largest;
    }
    sums.into_iter().chain(exp(last)).sum()
}

/// Below this an exponential is nothing beside the 1 that is in every sum; 2^k stays a normal number.
const LEAST: f64 = -700.0;

/// Added and taken away again, it rounds to a whole number, which then stands in the lowest bits: 1.5 x 2^52.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// The upper bits of ln 2, so that a whole number times it is exact, and the rest.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// 1/n! from the 11th power down.
const TAYLOR: [f64; 12] = [
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    1.0 / 2.0,
    1.0,
    1.0,
];

/// e^x for each x up to 0, to about 1e-14 of its value: 2^k times a Taylor polynomial within half of ln 2. Without
/// branches and calls, and lane by lane, so that the compiler makes vector instructions of it.
#[inline]
fn exp(x: [f64; LANES]) -> [f64; LANES] {
    let x = x.map(|x| if x > LEAST { x } else { LEAST });
    let rounded = x.map(|x| x * LOG2_E + ROUNDER);
    let mut rest = x;
    for (rest, rounded) in rest.iter_mut().zip(&rounded) {
        let k = rounded - ROUNDER;
        *rest = (*rest - k * LN_2_HIGH) - k * LN_2_LOW;
    }
    let mut power = [0.0; LANES];
    for factor in TAYLOR {
        for (power, rest) in power.iter_mut().zip(&rest) {
            *power = *power * rest + factor;
        }
    }
    for (power, rounded) in power.iter_mut().zip(&rounded) {
        *power *= f64::from_bits(rounded.to_bits().wrapping_add(1023) << 52);
    }
    power
}

#[cfg(test)]
mod tests;
