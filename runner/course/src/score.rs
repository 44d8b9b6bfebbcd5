//! The number: bits per byte with its parts.
//!
//! `bpb = (code_bits + 8 x unread_bytes + bundle_bits) / course_bytes`. While no served block costs above 8
//! bits a byte, reading less never scores better: every byte left out adds 8 bits, every byte read at most 8.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Bits that a byte of the course costs when it is never predicted.
pub const UNREAD_BITS_PER_BYTE: f64 = 8.0;

/// Bits per byte above which a run has failed rather than scored.
pub const MAX_BPB: f64 = 64.0;

/// Why there is no number.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum ScoreError {
    /// The course is empty.
    #[error("a course without bytes has no bits per byte")]
    EmptyCourse,
    /// More bytes were charged than the course has.
    #[error("{read_bytes} bytes were charged of a course of {course_bytes}")]
    TooManyBytes {
        /// Bytes charged.
        read_bytes: u64,
        /// Bytes of the course.
        course_bytes: u64,
    },
    /// The charges don't add up to a number of bits.
    #[error("the code length is {code_bits} bits; it must be finite and not negative")]
    CodeLength {
        /// What they add up to.
        code_bits: f64,
    },
}

/// Bits per byte and what they are made of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Sum of -log2 p over the charged tokens.
    pub code_bits: f64,
    /// Bytes of the course.
    pub course_bytes: u64,
    /// Bytes of the course never predicted.
    pub unread_bytes: u64,
    /// What the bundle costs, in bits.
    pub bundle_bits: u64,
    /// Bits per byte over the whole course.
    pub bpb: f64,
}

impl Score {
    /// Scores a pass that charged `code_bits` for `read_bytes` of a course of `course_bytes`.
    ///
    /// # Errors
    /// [`ScoreError`]. A result above [`MAX_BPB`] is no error here.
    pub fn new(
        code_bits: f64,
        read_bytes: u64,
        course_bytes: u64,
        bundle_bits: u64,
    ) -> Result<Self, ScoreError> {
        if course_bytes == 0 {
            return Err(ScoreError::EmptyCourse);
        }
        if !code_bits.is_finite() || code_bits < 0.0 {
            return Err(ScoreError::CodeLength { code_bits });
        }
        let unread_bytes =
            course_bytes
                .checked_sub(read_bytes)
                .ok_or(ScoreError::TooManyBytes {
                    read_bytes,
                    course_bytes,
                })?;
        let bits = code_bits + UNREAD_BITS_PER_BYTE * unread_bytes as f64 + bundle_bits as f64;
        Ok(Self {
            code_bits,
            course_bytes,
            unread_bytes,
            bundle_bits,
            bpb: bits / course_bytes as f64,
        })
    }

    /// Whether the number is too bad to stand as a score.
    #[must_use]
    pub fn out_of_band(&self) -> bool {
        self.bpb > MAX_BPB
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_cmp, reason = "test")]

    use proptest::prelude::*;

    use super::{Score, ScoreError};

    #[test]
    fn the_parts_add_up() {
        let score = Score::new(1000.0, 400, 500, 80).unwrap();
        assert_eq!(score.unread_bytes, 100);
        assert_eq!(score.bpb, (1000.0 + 800.0 + 80.0) / 500.0);
        assert!(!score.out_of_band());
        assert!(Score::new(64.1, 1, 1, 0).unwrap().out_of_band());
    }

    #[test]
    fn what_is_no_number_is_an_error() {
        assert_eq!(Score::new(0.0, 0, 0, 0), Err(ScoreError::EmptyCourse));
        assert!(matches!(
            Score::new(0.0, 2, 1, 0),
            Err(ScoreError::TooManyBytes { .. })
        ));
        for bits in [f64::NAN, f64::INFINITY, -1.0] {
            assert!(matches!(
                Score::new(bits, 1, 1, 0),
                Err(ScoreError::CodeLength { .. })
            ));
        }
    }

    proptest! {
        #[test]
        fn reading_less_never_scores_better(
            blocks in prop::collection::vec((1u64..2000, 0.0f64..=8.0), 1..60),
            bundle_bits in 0u64..100_000,
        ) {
            let course: u64 = blocks.iter().map(|(bytes, _)| bytes).sum();
            let mut last = Score::new(0.0, 0, course, bundle_bits).unwrap();
            let (mut bits, mut read) = (0.0, 0);
            for (bytes, bits_a_byte) in blocks {
                bits += bits_a_byte * bytes as f64;
                read += bytes;
                let more = Score::new(bits, read, course, bundle_bits).unwrap();
                prop_assert!(more.bpb <= last.bpb + 1e-9);
                last = more;
            }
        }
    }
}
