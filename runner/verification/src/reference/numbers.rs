//! The logistic function, its inverse, the logarithm and the mixing of predictions, in whole numbers, so that no
//! machine computes them otherwise. Scales are those of lpaq.

/// The probability 1. Probabilities that are used lie strictly between 0 and this.
pub(super) const ONE: i32 = 1 << 12;

/// The weight 1.
pub(super) const WEIGHT: i32 = 1 << 16;

/// No weight grows beyond this, so that its product with an input fits 32 bits. More than any that helps.
const MOST: i32 = 15 * WEIGHT;

/// A prediction is at most this far from 0 in the logistic domain: 8, in units of 1/256.
const FARTHEST: i32 = 2047;

/// 4096 / (1 + e^-x) for x from -8 to 8 in steps of 1/2, within 1 to 4095.
const LOGISTIC: [i32; 33] = [
    1, 2, 4, 6, 10, 17, 27, 45, 74, 120, 194, 311, 488, 747, 1102, 1546, 2048, 2550, 2994, 3349,
    3608, 3785, 3902, 3976, 4022, 4051, 4069, 4079, 4086, 4090, 4092, 4094, 4095,
];

/// The bits of a cost after the point.
const COST_BITS: u32 = 16;

/// A cell that has seen this many bits forgets as fast as it learns: text changes.
pub(super) const MEMORY: u32 = 250;

/// Tables of the functions.
pub(super) struct Numbers {
    stretch: Vec<i32>,
    cost: Vec<u32>,
    rate: Vec<u32>,
}

impl Numbers {
    pub(super) fn new() -> Self {
        let mut stretch = Vec::new();
        for x in -FARTHEST..=FARTHEST {
            // Every probability up to this one has its x by now.
            let known = usize::try_from(squash(x) + 1).unwrap_or(0);
            stretch.resize(known.max(stretch.len()), x);
        }
        stretch.resize(1 << 12, FARTHEST);
        Self {
            stretch,
            cost: (0..1u32 << 12)
                .map(|p| (12 << COST_BITS) - log2(p.max(1)))
                .collect(),
            // 1 / (n + 3/2): the estimate of Krichevsky and Trofimov comes out.
            rate: (0..=MEMORY)
                .map(|seen| (2 << 16) / (2 * seen + 3))
                .collect(),
        }
    }

    /// ln(p / (1 - p)) x 256.
    pub(super) fn stretch(&self, probability: usize) -> i32 {
        self.stretch.get(probability).copied().unwrap_or(0)
    }

    /// -log2 of a probability, in units of 2^-16 bits.
    pub(super) fn cost(&self, probability: i32) -> u64 {
        let probability = usize::try_from(probability).unwrap_or(0);
        self.cost
            .get(probability)
            .map_or(0, |cost| u64::from(*cost))
    }

    /// How far a cell that has seen so many bits goes towards the next, in units of 2^-16.
    pub(super) fn rate(&self, seen: u32) -> u32 {
        self.rate.get(seen as usize).copied().unwrap_or(0)
    }
}

/// The cost in bits: exact, for a cost of less than 2^37 bits.
pub(super) fn bits(cost: u64) -> f64 {
    cost as f64 / f64::from(1u32 << COST_BITS)
}

/// 4096 / (1 + e^(-x / 256)), between the points of [`LOGISTIC`] on straight lines.
fn squash(x: i32) -> i32 {
    let from_left = x.clamp(-FARTHEST, FARTHEST) + 2048;
    let left = usize::try_from(from_left >> 7).unwrap_or(0);
    let part = from_left & 127;
    match (LOGISTIC.get(left), LOGISTIC.get(left + 1)) {
        (Some(low), Some(high)) => (low * (128 - part) + high * part + 64) >> 7,
        _ => ONE - 1,
    }
}

/// log2 of a number from 1 to 4,096, in units of 2^-16, cut: each squaring brings the next bit out.
fn log2(number: u32) -> u32 {
    let whole = number.ilog2();
    // In 1 to 2, with 31 bits after the point.
    let mut rest = u64::from(number) << (31 - whole);
    let mut log = whole;
    for _ in 0..COST_BITS {
        rest = (rest * rest) >> 31;
        let bit = u32::from(rest >> 32 != 0);
        rest >>= bit;
        log = log << 1 | bit;
    }
    log
}

/// The probability that weighted predictions give together.
pub(super) fn mix<const N: usize>(inputs: &[i32; N], weights: &[i32; N]) -> i32 {
    let sum: i32 = (inputs.iter().zip(weights))
        .map(|(input, weight)| (input * weight) >> 8)
        .sum();
    squash(sum >> 8)
}

/// Moves weights against an error of the probability: the gradient of its cost.
pub(super) fn correct<const N: usize>(weights: &mut [i32; N], inputs: &[i32; N], error: i32) {
    for (weight, input) in weights.iter_mut().zip(inputs) {
        let step = (input * error + (1 << 15)) >> 16;
        *weight = (*weight + step).clamp(-MOST, MOST);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "test")]

    use super::*;

    #[test]
    fn the_tables_are_the_functions_they_stand_for() {
        for (x, value) in (-16i32..=16).zip(LOGISTIC) {
            let exact = 4096.0 / (1.0 + (-f64::from(x) / 2.0).exp());
            assert!(
                (f64::from(value) - exact).abs() <= 1.0,
                "{x}: {value}, {exact}"
            );
        }
        let numbers = Numbers::new();
        for probability in 1..ONE {
            let exact = -(f64::from(probability) / 4096.0).log2();
            let cost = bits(numbers.cost(probability));
            assert!(
                cost >= exact - 1e-12 && cost < exact + 2e-5,
                "{probability}: {cost}, {exact}"
            );
        }
        for x in -FARTHEST..=FARTHEST {
            let back = numbers.stretch(usize::try_from(squash(x)).unwrap_or(0));
            assert!(
                back <= x && squash(back) == squash(x),
                "{x} comes back as {back}"
            );
        }
    }

    #[test]
    fn the_extremes_neither_overflow_nor_are_certain() {
        let numbers = Numbers::new();
        for input in [-FARTHEST, FARTHEST] {
            for weight in [-MOST, MOST] {
                let mut weights = [weight; 8];
                let probability = mix(&[input; 8], &weights);
                assert!(probability > 0 && probability < ONE);
                correct(&mut weights, &[input; 8], -ONE * 10);
                correct(&mut weights, &[input; 8], ONE * 10);
                assert!(weights.iter().all(|weight| weight.abs() <= MOST));
            }
        }
        assert!(numbers.cost(1) <= 12 << COST_BITS && numbers.cost(ONE - 1) > 0);
        assert_eq!(squash(i32::MAX), squash(FARTHEST));
        assert_eq!(squash(i32::MIN), squash(-FARTHEST));
    }
}
