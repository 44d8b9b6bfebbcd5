#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use proptest::prelude::*;

use super::{ChargeFault, charge};

/// Textbook form, one column.
fn plainly(column: &[f32], target: usize) -> f64 {
    let largest = column
        .iter()
        .fold(f64::MIN, |most, value| most.max(f64::from(*value)));
    let sum: f64 = column
        .iter()
        .map(|value| (f64::from(*value) - largest).exp())
        .sum();
    (sum.ln() + largest - f64::from(column[target])).max(0.0) / std::f64::consts::LN_2
}

fn charged(logits: &[f32], targets: &[i64], vocab_size: usize) -> Result<Vec<f64>, ChargeFault> {
    let mut bits = Vec::new();
    charge(logits, targets, vocab_size, &mut bits).map(|_| bits)
}

proptest! {
    #[test]
    fn a_charge_is_the_textbook_s_whatever_the_scale_and_the_width(
        column in prop::collection::vec(-1f32..1.0, 1..300),
        scale in prop::sample::select(vec![1e-6f32, 1.0, 30.0, 1e3, 1e30]),
        at in any::<prop::sample::Index>(),
    ) {
        let column: Vec<f32> = column.iter().map(|value| value * scale).collect();
        let target = at.index(column.len());
        let bits = charged(&column, &[target as i64], column.len()).unwrap()[0];
        let plain = plainly(&column, target);
        prop_assert!((bits - plain).abs() <= 1e-11 + 1e-13 * plain, "{bits} {plain}");
    }

    #[test]
    fn what_is_not_finite_is_found_wherever_it_stands(
        columns in 1usize..5, vocab in 1usize..40, at in any::<prop::sample::Index>(),
        bad in prop::sample::select(vec![f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY]),
    ) {
        let mut logits = vec![0.5f32; columns * vocab];
        logits[at.index(columns * vocab)] = bad;
        // The last column is about nothing and is looked at all the same.
        prop_assert_eq!(charged(&logits, &vec![0; columns - 1], vocab), Err(ChargeFault::NotFinite));
    }

    #[test]
    fn columns_cost_the_same_alone_and_together(
        logits in prop::collection::vec(-9f32..9.0, 3 * 21), targets in prop::collection::vec(0i64..21, 3),
    ) {
        let alone: Vec<f64> = logits
            .chunks(21)
            .zip(&targets)
            .flat_map(|(column, target)| charged(column, &[*target], 21).unwrap())
            .collect();
        prop_assert_eq!(charged(&logits, &targets, 21).unwrap(), alone);
    }
}

#[test]
fn equal_logits_cost_the_logarithm_of_their_number() {
    for (level, vocab) in [(0f32, 257usize), (-3e38, 257), (3e38, 50_257), (88.0, 2)] {
        let bits = charged(&vec![level; vocab], &[1], vocab).unwrap()[0];
        assert!(
            (bits - (vocab as f64).log2()).abs() < 1e-11,
            "{level} {vocab}: {bits}"
        );
    }
}

#[test]
fn a_certain_token_costs_nothing_and_an_impossible_one_its_distance() {
    assert_eq!(charged(&[2e3, 0.0, 0.0], &[0], 3).unwrap(), [0.0]);
    let bits = charged(&[3e38, -3e38], &[1], 2).unwrap()[0];
    assert!((bits / (2.0 * f64::from(3e38f32) / std::f64::consts::LN_2) - 1.0).abs() < 1e-12);
}

#[test]
fn the_largest_magnitude_is_told_with_the_columns_that_are_about_nothing() {
    let mut bits = Vec::new();
    assert_eq!(
        charge(&[1.0, -2.5, 0.0, -7.25], &[0], 2, &mut bits),
        Ok(7.25)
    );
    assert_eq!(bits.len(), 1);
}

#[test]
fn sizes_and_ids_that_do_not_fit_are_refused() {
    for (logits, targets, vocab, fault) in [
        (&[0f32; 3][..], &[0i64][..], 2, ChargeFault::Size),
        (&[0.0; 4], &[0, 0, 0], 2, ChargeFault::Size),
        (&[], &[0], 2, ChargeFault::Size),
        (&[0.0; 2], &[0], 0, ChargeFault::Size),
        (&[0.0; 2], &[2], 2, ChargeFault::Target),
        (&[0.0; 2], &[-1], 2, ChargeFault::Target),
    ] {
        assert_eq!(charged(logits, targets, vocab), Err(fault));
    }
}
