#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use proptest::prelude::*;

use super::*;
use crate::sampler::{Candidate, Sampler};

/// A run of one-byte tokens, captured and reference charge of each: steps of rows of tokens.
type Run = Vec<Vec<Vec<(f64, f64)>>>;

fn plan(seed: [u8; 32], draws: u32, run: &Run) -> Plan {
    plan_of(Take::EveryRow, seed, draws, run)
}

fn plan_of(take: Take, seed: [u8; 32], draws: u32, run: &Run) -> Plan {
    let mut sampler = Sampler::new(Seed::from(seed), draws, take);
    for (step, rows) in (0..).zip(run) {
        let mut candidates = Vec::new();
        for (row, tokens) in (0..).zip(rows) {
            for (col, (captured, reference)) in (1..).zip(tokens) {
                candidates.push(Candidate {
                    place: Place { row, col },
                    bytes: 1,
                    captured: *captured,
                    reference: *reference,
                });
            }
        }
        sampler.offer(step, &candidates);
    }
    sampler.finish()
}

/// Answers every question with `charge` of step, place and the captured charge.
fn answer(plan: &mut Plan, run: &Run, charge: impl Fn(u64, Place, f64) -> f64) {
    for step in 0..run.len() as u64 {
        for place in plan.questions(step).into_iter().flatten() {
            let captured = run[step as usize][place.row as usize][place.col as usize - 1].0;
            plan.answer(step, place, charge(step, place, captured));
        }
    }
}

/// A run of uneven charges; every third token is 3 bits below the reference.
fn run(steps: usize, rows: usize, cols: usize) -> Run {
    let token = |step: usize, row: usize, col: usize| {
        let captured = ((step * 31 + row * 17 + col * 7) % 13) as f64 / 2.0;
        let suspicion = if (step + row + col).is_multiple_of(3) {
            3.0
        } else {
            -1.0
        };
        (captured, captured + suspicion)
    };
    (0..steps)
        .map(|step| {
            (0..rows)
                .map(|row| (0..cols).map(|col| token(step, row, col)).collect())
                .collect()
        })
        .collect()
}

#[test]
fn a_run_that_repeats_to_the_bit_needs_no_correction() {
    let run = run(20, 4, 16);
    let mut plan = plan([1; 32], 64, &run);
    answer(&mut plan, &run, |_, _, captured| captured);
    let estimate = plan.estimate(1e-4);
    assert_eq!(estimate.draws, 64);
    assert_eq!(estimate.places as usize, plan.places());
    assert_eq!(estimate.correction_bits, 0.0);
    assert_eq!(estimate.standard_error_bits, 0.0);
    assert_eq!(estimate.lower_bound_bits, 0.0);
    assert_eq!(estimate.largest_difference_bits, 0.0);
    assert!((0.0..=1.0).contains(&estimate.p_value));
}

#[test]
fn the_p_value_of_an_honest_run_is_uniform_even_where_nothing_differs() {
    let run = run(20, 2, 8);
    for noise in [0.0, 1e-6] {
        let mut values: Vec<f64> = (0..200u8)
            .map(|seed| {
                let mut plan = plan([seed; 32], 32, &run);
                // Symmetric noise, fresh for each seed.
                answer(&mut plan, &run, |step, place, captured| {
                    let mix = (step * 7_919
                        + u64::from(place.row) * 104_729
                        + u64::from(place.col) * 1_299_709)
                        .wrapping_add(u64::from(seed) * 15_485_863)
                        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
                    captured + noise * ((mix >> 40) as f64 / f64::from(1 << 23) - 1.0)
                });
                plan.estimate(1e-4).p_value
            })
            .collect();
        values.sort_by(f64::total_cmp);
        let distance = (values.iter().enumerate())
            .map(|(rank, value)| (value - (rank as f64 + 0.5) / 200.0).abs())
            .fold(0.0, f64::max);
        // Kolmogorov and Smirnov: above 1.95 / sqrt(n) with probability 0.001.
        assert!(
            distance < 1.95 / 200f64.sqrt(),
            "noise {noise}: distance {distance}"
        );
    }
}

#[test]
fn a_p_value_is_the_share_of_flips_that_reach_what_was_seen() {
    // Three steps that all differ upward: one flip in eight leaves all three as they are, and ties with it are broken at random.
    let run: Run = vec![vec![vec![(1.0, 1.0)]]; 3];
    let values: Vec<f64> = (0..100u8)
        .map(|seed| {
            let mut plan = plan([seed; 32], 64, &run);
            answer(&mut plan, &run, |_, _, captured| captured + 0.5);
            plan.estimate(1e-4).p_value
        })
        .collect();
    let highest = values.iter().copied().fold(0.0, f64::max);
    assert!((0.11..0.14).contains(&highest), "{highest}");
    let mean = values.iter().sum::<f64>() / 100.0;
    assert!((mean - 0.0625).abs() < 0.015, "{mean}");
}

#[test]
fn the_estimate_is_unbiased_for_differences_of_any_size_and_place() {
    let run = run(12, 3, 8);
    // Large at one token in 48, negative at others, and along with the weights.
    let difference =
        |step: u64, place: Place, captured: f64| match (step + u64::from(place.col)) % 16 {
            0 if place.row == 0 => 40.0,
            1 => -2.0,
            _ => captured / 4.0,
        };
    let truth: f64 = (0..12u64)
        .flat_map(|step| {
            (0..3).flat_map(move |row| (1..=8).map(move |col| (step, Place { row, col })))
        })
        .map(|(step, place)| {
            difference(
                step,
                place,
                run[step as usize][place.row as usize][place.col as usize - 1].0,
            )
        })
        .sum();
    let estimates: Vec<f64> = (0..250u8)
        .map(|seed| {
            let mut plan = plan([seed; 32], 64, &run);
            answer(&mut plan, &run, |step, place, captured| {
                captured + difference(step, place, captured)
            });
            plan.estimate(1e-4).correction_bits
        })
        .collect();
    let moments = Moments::of(&estimates);
    assert!(
        (moments.mean - truth).abs() < 3.5 * moments.standard_error,
        "{moments:?}, truth {truth}"
    );
    assert!(
        moments.standard_error < truth.abs() / 10.0,
        "{moments:?}, truth {truth}"
    );
}

#[test]
fn the_standard_error_is_the_spread_of_the_estimates() {
    let run = run(40, 2, 16);
    let difference =
        |step: u64, place: Place| ((step * 5 + u64::from(place.col) * 3) % 7) as f64 - 2.0;
    let estimates: Vec<Estimate> = (0..250u8)
        .map(|seed| {
            let mut plan = plan([seed; 32], 48, &run);
            answer(&mut plan, &run, |step, place, captured| {
                captured + difference(step, place)
            });
            plan.estimate(1e-4)
        })
        .collect();
    let corrections: Vec<f64> = estimates
        .iter()
        .map(|estimate| estimate.correction_bits)
        .collect();
    let spread = Moments::of(&corrections).standard_error * 250f64.sqrt();
    let stated = estimates
        .iter()
        .map(|estimate| estimate.standard_error_bits)
        .sum::<f64>()
        / 250.0;
    assert!(
        (stated / spread - 1.0).abs() < 0.15,
        "stated {stated}, seen {spread}"
    );
}

#[test]
fn a_plain_forgery_is_proven() {
    let run = run(200, 4, 32);
    let mut plan = plan([3; 32], 256, &run);
    answer(&mut plan, &run, |_, _, captured| captured + 0.5);
    let estimate = plan.estimate(1e-4);
    let truth = 0.5 * 200.0 * 4.0 * 32.0;
    assert!(estimate.lower_bound_bits > 0.5 * truth, "{estimate:?}");
    assert!(estimate.p_value <= 2e-4, "{estimate:?}");
    assert_eq!(estimate.largest_difference_bits, 0.5);
}

#[test]
fn what_the_repeated_run_never_reached_costs_eight_bits_a_byte() {
    let run: Run = vec![vec![vec![(1.0, 1.0); 10]]; 10];
    let plan = plan([4; 32], 40, &run);
    let estimate = plan.estimate(1e-4);
    assert!(
        (estimate.correction_bits - 7.0 * 100.0).abs() < 1e-9,
        "{estimate:?}"
    );
    assert_eq!(estimate.largest_difference_bits, 7.0);
}

#[test]
fn an_answer_that_is_no_number_or_was_not_asked_for_is_none() {
    let run: Run = vec![vec![vec![(1.0, 1.0)]]; 2];
    let mut plan = plan([4; 32], 8, &run);
    let before = plan.estimate(1e-4);
    plan.answer(7, Place { row: 0, col: 1 }, 0.0);
    plan.answer(0, Place { row: 9, col: 1 }, 0.0);
    for bits in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        plan.answer(0, Place { row: 0, col: 1 }, bits);
        plan.answer(1, Place { row: 0, col: 1 }, bits);
    }
    assert_eq!(plan.estimate(1e-4), before);
}

#[test]
fn an_estimate_survives_its_text() {
    let run = run(3, 2, 4);
    for draws in [0, 1, 2, 16] {
        let estimate = plan([5; 32], draws, &run).estimate(1e-4);
        let text = serde_json::to_string(&estimate).unwrap();
        assert_eq!(serde_json::from_str::<Estimate>(&text).unwrap(), estimate);
    }
}

proptest! {
    #[test]
    fn questions_have_one_place_a_row_and_ascend(
        seed: [u8; 32], draws in 0u32..60, steps in 1usize..5, rows in 1usize..5, cols in 1usize..9,
    ) {
        let plan = plan(seed, draws, &run(steps, rows, cols));
        let mut asked = 0;
        for step in 0..steps as u64 {
            let mut last: BTreeMap<u32, u32> = BTreeMap::new();
            for question in plan.questions(step) {
                prop_assert!(!question.is_empty());
                prop_assert!(question.windows(2).all(|pair| pair[0].row < pair[1].row));
                for place in question {
                    asked += 1;
                    prop_assert!(place.col > last.insert(place.row, place.col).unwrap_or(0));
                }
            }
        }
        prop_assert_eq!(asked, plan.places());
        prop_assert!(plan.questions(steps as u64).is_empty());
        let per_step = cols * rows;
        prop_assert!(asked <= per_step * steps && (draws == 0 || asked >= rows));
    }

    #[test]
    fn no_charges_make_an_estimate_that_is_no_number(
        seed: [u8; 32],
        alone: bool,
        draws in 0u32..20,
        tokens in prop::collection::vec((prop::num::f64::ANY, prop::num::f64::ANY, prop::num::f64::ANY), 0..12),
        level in prop::num::f64::ANY,
    ) {
        let run: Run = tokens.chunks(4).map(|step| step.chunks(2)
            .map(|row| row.iter().map(|(captured, reference, _)| (*captured, *reference)).collect()).collect()).collect();
        let take = if alone { Take::One } else { Take::EveryRow };
        let mut plan = plan_of(take, seed, draws, &run);
        for step in 0..run.len() as u64 {
            for place in plan.questions(step).into_iter().flatten() {
                let index = step as usize * 4 + place.row as usize * 2 + place.col as usize - 1;
                plan.answer(step, place, tokens[index].2);
            }
        }
        let estimate = plan.estimate(level);
        prop_assert!(estimate.correction_bits.is_finite(), "{:?}", estimate);
        prop_assert!(estimate.standard_error_bits.is_finite(), "{:?}", estimate);
        prop_assert!(!estimate.lower_bound_bits.is_nan(), "{:?}", estimate);
        prop_assert!(estimate.p_value > 0.0 && estimate.p_value <= 1.0, "{:?}", estimate);
        prop_assert!(estimate.largest_difference_bits.is_finite(), "{:?}", estimate);
        let added = estimate.added_bits();
        prop_assert!(added.is_finite() && added >= estimate.correction_bits.max(0.0), "{:?}", estimate);
    }
}

#[test]
fn a_draw_of_one_place_asks_about_one_place_and_its_estimate_is_unbiased() {
    // Tokens of 6 steps x 3 rows x 4 columns, of which some were charged 2 bits too little.
    let candidates = |step: u64| -> Vec<Candidate> {
        (0..12u32)
            .map(|cell| Candidate {
                place: Place {
                    row: cell / 4,
                    col: cell % 4 + 1,
                },
                bytes: 1,
                captured: f64::from(cell % 5),
                reference: f64::from((cell * 7 + step as u32) % 9),
            })
            .collect()
    };
    let forged =
        |step: u64, place: Place| (step + u64::from(place.row + place.col)).is_multiple_of(4);
    let truth: f64 = (0..6)
        .flat_map(|step| {
            candidates(step)
                .into_iter()
                .map(move |one| (step, one.place))
        })
        .map(|(step, place)| if forged(step, place) { 2.0 } else { 0.0 })
        .sum();
    let mut mean = 0.0;
    let times = 400;
    for number in 0..times {
        let mut seed = [7; 32];
        seed[..4].copy_from_slice(&u32::to_le_bytes(number));
        let mut sampler = Sampler::new(Seed::from(seed), 20, Take::One);
        (0..6).for_each(|step| sampler.offer(step, &candidates(step)));
        let mut plan = sampler.finish();
        for step in 0..6 {
            let questions = plan.questions(step);
            assert!(questions.iter().all(|question| question.len() == 1));
            for place in questions.into_iter().flatten() {
                let captured = candidates(step)
                    .iter()
                    .find(|one| one.place == place)
                    .map_or(0.0, |one| one.captured);
                let cut = captured + if forged(step, place) { 2.0 } else { 0.0 };
                plan.answer(step, place, cut);
            }
        }
        mean += plan.estimate(1e-4).correction_bits / f64::from(times);
    }
    assert!((mean - truth).abs() < 0.05 * truth, "{mean} for {truth}");
}

#[test]
fn differences_of_rounding_are_none() {
    let mut sampler = Sampler::new(Seed::from([1; 32]), 64, Take::One);
    let place = Place { row: 0, col: 1 };
    let candidate = Candidate {
        place,
        bytes: 1,
        captured: 3.0,
        reference: 3.0,
    };
    (0..32).for_each(|step| sampler.offer(step, &[candidate]));
    let mut plan = sampler.finish();
    (0..32).for_each(|step| plan.answer(step, place, 3.0 + 4e-15));
    let estimate = plan.estimate(1e-4);
    assert_eq!(
        (estimate.correction_bits, estimate.added_bits()),
        (0.0, 0.0)
    );
    assert!(estimate.p_value > 1e-3, "a coin's, not a proof");
}
