//! Charges from raw logits, by the supervisor's own hand.
//!
//! The only module that names torch. Used where the captured charges of the worker must not be believed:
//! at step 0 of every run, and by verification.

use tch::{Kind, TchError, Tensor};

/// Raw logits that give no charges.
#[derive(Debug, thiserror::Error)]
pub enum NormaliseError {
    /// A value is infinite or not a number.
    #[error("the raw logits hold values that are infinite or not a number")]
    NotFinite,
    /// torch failed.
    #[error("normalising failed: {0}")]
    Torch(#[from] TchError),
}

/// -log2 of the softmax at the true token, row by row without the first column.
///
/// `logits` is rows x columns x `vocab_size` in float32, `tokens` at least rows x columns; the logits of a column are
/// about the token of the next. Everything is worked out in float64.
///
/// # Errors
/// When a logit is not finite, or torch fails (sizes that don't fit included).
pub fn charges(
    logits: &[f32],
    tokens: &[i64],
    rows: usize,
    cols: usize,
    vocab_size: usize,
) -> Result<Vec<f64>, NormaliseError> {
    if !logits.iter().all(|logit| logit.is_finite()) {
        return Err(NormaliseError::NotFinite);
    }
    let size = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
    let (rows, cols, vocab_size) = (size(rows), size(cols), size(vocab_size));
    tch::no_grad(|| {
        let logits = Tensor::f_from_slice(logits)?.f_reshape([rows, cols, vocab_size])?;
        let truth = Tensor::f_from_slice(tokens)?
            .f_narrow(0, 0, rows * cols)?
            .f_reshape([rows, cols])?
            .f_narrow(1, 1, cols - 1)?
            .f_unsqueeze(-1)?;
        let mut bits = Vec::new();
        // Row by row: of a large vocabulary all rows at once would take many times the logits' memory.
        for row in 0..rows {
            let nats = logits
                .f_select(0, row)?
                .f_narrow(0, 0, cols - 1)?
                .f_log_softmax(-1, Kind::Double)?
                .f_gather(-1, &truth.f_select(0, row)?, false)?
                .f_neg()?
                .f_contiguous()?;
            let mut values = vec![0f64; nats.numel()];
            let count = values.len();
            nats.f_copy_data(&mut values, count)?;
            bits.extend(values.into_iter().map(|nats| nats / std::f64::consts::LN_2));
        }
        Ok(bits)
    })
}

/// -log2 of the softmax at one true token for each row of logits.
///
/// `logits` is tokens x `vocab_size` in float32; everything is worked out in float64.
///
/// # Errors
/// As for [`charges`].
pub fn charges_at(
    logits: &[f32],
    tokens: &[i64],
    vocab_size: usize,
) -> Result<Vec<f64>, NormaliseError> {
    if !logits.iter().all(|logit| logit.is_finite()) {
        return Err(NormaliseError::NotFinite);
    }
    let size = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
    tch::no_grad(|| {
        let logits =
            Tensor::f_from_slice(logits)?.f_reshape([size(tokens.len()), size(vocab_size)])?;
        let truth = Tensor::f_from_slice(tokens)?.f_unsqueeze(-1)?;
        let nats = logits
            .f_log_softmax(-1, Kind::Double)?
            .f_gather(-1, &truth, false)?
            .f_neg()?
            .f_contiguous()?;
        let mut values = vec![0f64; nats.numel()];
        let count = values.len();
        nats.f_copy_data(&mut values, count)?;
        Ok(values
            .into_iter()
            .map(|nats| nats / std::f64::consts::LN_2)
            .collect())
    })
}

/// Keeps the supervisor from taking the cores the worker trains on.
pub fn stay_small() {
    tch::set_num_threads(1);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

    use super::{NormaliseError, charges, charges_at};

    #[test]
    fn equal_logits_cost_the_logarithm_of_their_number() {
        let bits = charges(&[3.0; 2 * 3 * 4], &[0, 1, 2, 3, 0, 1], 2, 3, 4).unwrap();
        assert_eq!(bits.len(), 4);
        assert!(bits.iter().all(|bits| (bits - 2.0).abs() < 1e-12));
    }

    #[test]
    fn a_column_is_about_the_next_token() {
        // Column 0 gives token 1 odds of 3 to 1 against token 0; the last column's logits are about nothing.
        let logits = [0.0, 3f32.ln(), 50.0, -50.0];
        let likely = charges(&logits, &[0, 1], 1, 2, 2).unwrap();
        let unlikely = charges(&logits, &[0, 0], 1, 2, 2).unwrap();
        assert!((likely[0] - (4f64 / 3.0).log2()).abs() < 1e-7);
        assert!((unlikely[0] - 2.0).abs() < 1e-7);
    }

    #[test]
    fn extreme_logits_stay_exact() {
        let bits = charges(&[3e38, -3e38, 0.0, 0.0], &[0, 1], 1, 2, 2).unwrap();
        assert!((bits[0] / (2.0 * 3e38 / std::f64::consts::LN_2) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_not_a_number_has_no_charge() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(matches!(
                charges(&[0.0, bad, 0.0, 0.0], &[0, 1], 1, 2, 2),
                Err(NormaliseError::NotFinite)
            ));
        }
    }

    #[test]
    fn the_worker_s_arithmetic_gives_the_same() {
        let (rows, cols, vocab) = (3, 5, 1_031);
        let mut state = 1u64;
        let mut random = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as f32 / (1u64 << 31) as f32
        };
        let logits: Vec<f32> = (0..rows * cols * vocab)
            .map(|_| 30.0 * random() - 15.0)
            .collect();
        let tokens: Vec<i64> = (0..rows * cols)
            .map(|_| (random() * 1_031.0) as i64)
            .collect();
        let ours = charges(&logits, &tokens, rows, cols, vocab).unwrap();
        let mut theirs = Vec::new();
        for (row, tokens) in logits.chunks(cols * vocab).zip(tokens.chunks(cols)) {
            prism_charges::charge(row, &tokens[1..], vocab, &mut theirs).unwrap();
        }
        assert_eq!(ours.len(), theirs.len());
        let far = ours
            .iter()
            .zip(&theirs)
            .map(|(left, right)| (left - right).abs());
        assert!(far.fold(0.0, f64::max) < 1e-11);
    }

    #[test]
    fn single_places_cost_what_they_cost_in_their_rows() {
        let (rows, cols, vocab) = (2usize, 4usize, 7usize);
        let logits: Vec<f32> = (0..rows * cols * vocab)
            .map(|at| (at * 37 % 11) as f32 - 5.0)
            .collect();
        let tokens: Vec<i64> = (0..rows * cols).map(|at| (at * 5 % vocab) as i64).collect();
        let whole = charges(&logits, &tokens, rows, cols, vocab).unwrap();
        // Row 1, column 2, of which the logits of column 1 tell.
        let cell = cols + 1;
        let one = charges_at(
            &logits[cell * vocab..(cell + 1) * vocab],
            &tokens[cell + 1..cell + 2],
            vocab,
        );
        assert_eq!(one.unwrap(), [whole[cols - 1 + 1]]);
        assert!(charges_at(&[f32::NAN, 0.0], &[0], 2).is_err());
        assert!(charges_at(&[0.0, 0.0], &[2], 2).is_err());
        assert!(charges_at(&[0.0; 3], &[0], 2).is_err());
    }

    #[test]
    fn sizes_and_ids_that_do_not_fit_are_errors() {
        assert!(charges(&[0.0; 5], &[0, 1], 1, 2, 2).is_err());
        assert!(charges(&[0.0; 4], &[0, 2], 1, 2, 2).is_err());
        assert!(charges(&[0.0; 4], &[0], 1, 2, 2).is_err());
        assert_eq!(charges(&[0.0; 4], &[0, 1, 1, 1], 1, 2, 2).unwrap(), [1.0]);
    }
}
