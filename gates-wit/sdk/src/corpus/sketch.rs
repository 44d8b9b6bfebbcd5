//! Min-hash sketches (Broder, "On the resemblance and containment of documents", 1997).
//!
//! A bundle is a set of features, 64 bits each. Hash function `i` is a permutation of the 64-bit numbers,
//!
//! ```text
//! h_i(x) = mix(k_i ^ mix(x)),    k_i = mix((i + 1) * 0x9e3779b97f4a7c15)
//! ```
//!
//! with `mix` the finalizer of SplitMix64 (Steele, Lea and Flood, 2014) and arithmetic modulo 2^64. Value `i` of the
//! sketch is the minimum of `h_i` over the set. Two sets agree in value `i` with a probability of their Jaccard
//! similarity J = |A and B| / |A or B|, so the share of equal values is an unbiased estimate of J with the standard
//! error sqrt(J (1 - J) / 128), 0.045 at most. The functions are fixed for good: sketches are kept for years.

use sha2::{Digest, Sha256};

/// Values of a sketch, as the contract has it.
pub const SKETCH_VALUES: usize = 128;

/// A min-hash sketch of a set of features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketch([u64; SKETCH_VALUES]);

impl Sketch {
    /// The sketch of a set of features; how often one occurs, and in which order, makes no difference. None when
    /// there is no feature: two empty sets would look the same, and that says nothing about their bundles.
    #[must_use]
    pub fn of(features: impl IntoIterator<Item = u64>) -> Option<Self> {
        let mut values = [u64::MAX; SKETCH_VALUES];
        let mut any = false;
        for feature in features {
            any = true;
            let mixed = mix(feature);
            for (value, key) in values.iter_mut().zip(keys()) {
                *value = (*value).min(mix(key ^ mixed));
            }
        }
        any.then_some(Self(values))
    }

    /// The values, in the order of the hash functions.
    #[must_use]
    pub fn values(&self) -> &[u64; SKETCH_VALUES] {
        &self.0
    }

    /// Share of equal values, 0 to 1: the estimated Jaccard similarity of the two sets.
    #[must_use]
    pub fn similarity(&self, other: &Self) -> f64 {
        let equal = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        // Both are at most 128.
        equal as f64 / SKETCH_VALUES as f64
    }
}

/// A feature out of bytes: the first eight of their SHA-256, big-endian.
#[must_use]
pub fn feature(bytes: &[u8]) -> u64 {
    let digest = Sha256::digest(bytes);
    digest
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn keys() -> impl Iterator<Item = u64> {
    (1_u64..).map(|number| mix(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;

    /// The values come from another implementation of the formula above.
    #[test]
    fn the_functions_are_pinned() {
        let sketch = Sketch::of([1, 2, 3]).unwrap();
        assert_eq!(sketch.values().first(), Some(&555_885_359_348_410_765));
        assert_eq!(sketch.values().last(), Some(&6_911_261_543_555_726_311));
        assert_eq!(feature(b""), 0xe3b0_c442_98fc_1c14);
    }

    #[test]
    fn order_and_repetition_make_no_difference_and_nothing_is_no_set() {
        assert_eq!(Sketch::of([1, 2, 3]), Sketch::of([3, 3, 1, 2, 1]));
        assert_eq!(Sketch::of([]), None);
    }

    /// 200 pairs at each similarity: the mean is within four standard errors of the mean, sequential features
    /// (the worst an author would give) or not.
    #[test]
    fn the_estimate_is_unbiased() {
        for (shared, own) in [(0, 50), (20, 40), (50, 25), (90, 5), (99, 1)] {
            let truth = f64::from(shared) / f64::from(shared + 2 * own);
            let pairs = 200_u64;
            let mut sum = 0.0;
            for pair in 0..pairs {
                let start = pair * 1000;
                let (shared, own) = (shared as u64, own as u64);
                let both = start..start + shared;
                let left = start + 300..start + 300 + own;
                let right = start + 600..start + 600 + own;
                let a = Sketch::of(both.clone().chain(left)).unwrap();
                let b = Sketch::of(both.chain(right)).unwrap();
                sum += a.similarity(&b);
            }
            let mean = sum / pairs as f64;
            let error = (truth * (1.0 - truth) / 128.0 / pairs as f64).sqrt();
            assert!(
                (mean - truth).abs() <= 4.0 * error + 1e-9,
                "{truth}: {mean}"
            );
        }
    }

    #[test]
    fn hostile_features_are_only_numbers() {
        let edge = Sketch::of([0, u64::MAX]).unwrap();
        assert!((edge.similarity(&edge) - 1.0).abs() < f64::EPSILON);
    }
}
