#![allow(clippy::indexing_slicing, clippy::panic, reason = "test")]

use proptest::prelude::*;

use super::*;
use crate::seed::{Purpose, Seed};

const CHALLENGE: Challenge = Challenge {
    margin_bpb: 0.01,
    level: 0.05,
    max_rounds: 8,
};

/// About normal values: sums of twelve uniform ones, less 6.
fn normal(seed: u8) -> impl Iterator<Item = f64> {
    use rand::Rng;
    let mut random = Seed::from([seed; 32]).stream(Purpose::Places);
    std::iter::from_fn(move || Some((0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0))
}

/// Plays challenges to their end: the share that is won and the rounds each takes on average.
fn play(true_difference: f64, deviation: f64) -> (f64, f64) {
    let (mut won, mut rounds) = (0, 0);
    let mut noise = normal(7);
    const TIMES: i32 = 4_000;
    for _ in 0..TIMES {
        let mut differences = Vec::new();
        loop {
            differences.extend(
                noise
                    .next()
                    .map(|noise| true_difference + deviation * noise),
            );
            match CHALLENGE.look(&differences).answer {
                Answer::Better => won += 1,
                Answer::NotBetter => {}
                Answer::NotYet { .. } => continue,
            }
            break;
        }
        rounds += differences.len();
    }
    (
        f64::from(won) / f64::from(TIMES),
        rounds as f64 / f64::from(TIMES),
    )
}

#[test]
fn one_that_is_better_by_just_the_margin_wins_no_more_often_than_stated() {
    let (won, _) = play(0.01, 0.02);
    assert!(
        won <= 0.05 + 3.0 * (0.05f64 * 0.95 / 4_000.0).sqrt(),
        "{won}"
    );
}

#[test]
fn one_that_is_clearly_better_wins_and_early() {
    let (won, rounds) = play(0.05, 0.01);
    assert!(won > 0.95, "{won}");
    assert!(rounds < 6.0, "{rounds}");
}

#[test]
fn one_that_is_clearly_worse_is_given_up_early() {
    let (won, rounds) = play(-0.05, 0.01);
    assert!(won == 0.0 && rounds < 6.0, "{won} {rounds}");
}

#[test]
fn a_single_round_decides_nothing_and_the_last_one_decides() {
    assert!(matches!(
        CHALLENGE.look(&[]).answer,
        Answer::NotYet { more_rounds: 1..=8 }
    ));
    assert!(matches!(
        CHALLENGE.look(&[5.0]).answer,
        Answer::NotYet { more_rounds: 1..=7 }
    ));
    assert_eq!(
        CHALLENGE
            .look(&[0.03, -0.02, 0.03, -0.02, 0.03, -0.02, 0.03, -0.02])
            .answer,
        Answer::NotBetter
    );
    let once = Challenge {
        max_rounds: 1,
        ..CHALLENGE
    };
    assert_eq!(once.look(&[5.0]).answer, Answer::NotBetter);
}

#[test]
fn equal_differences_above_the_margin_are_better_and_at_it_are_not() {
    assert_eq!(CHALLENGE.look(&[0.02, 0.02]).answer, Answer::Better);
    assert!(matches!(
        CHALLENGE.look(&[0.01, 0.01]).answer,
        Answer::NotYet { .. }
    ));
    assert_eq!(CHALLENGE.look(&[0.0, 0.0]).answer, Answer::NotBetter);
}

#[test]
fn rounds_beyond_those_agreed_do_not_count() {
    let mut differences = vec![0.0, 0.02, 0.0, 0.02, 0.0, 0.02, 0.0, 0.02];
    let look = CHALLENGE.look(&differences);
    differences.extend([5.0; 100]);
    assert_eq!(CHALLENGE.look(&differences), look);
}

#[test]
fn the_rounds_it_asks_for_are_those_that_would_do() {
    // Mean and standard deviation stay 0.021 and 0.01 at every even number of rounds.
    let rounds = |count: usize| -> Vec<f64> {
        let swing = 0.01 * ((count - 1) as f64 / count as f64).sqrt();
        [0.021 + swing, 0.021 - swing].repeat(count / 2)
    };
    let challenge = Challenge {
        max_rounds: 100,
        ..CHALLENGE
    };
    let Answer::NotYet { more_rounds } = challenge.look(&rounds(4)).answer else {
        panic!("decided too early");
    };
    let enough = (4 + more_rounds as usize).next_multiple_of(2);
    assert_eq!(challenge.look(&rounds(enough)).answer, Answer::Better);
    assert!(matches!(
        challenge.look(&rounds(enough - 2)).answer,
        Answer::NotYet { .. }
    ));
}

#[test]
fn the_margin_of_noise_is_passed_as_often_as_stated() {
    let mut noise_of = normal(9);
    let runs: Vec<f64> = noise_of
        .by_ref()
        .take(200)
        .map(|noise| 2.0 + 0.01 * noise)
        .collect();
    let margin = noise(&runs, 0.05).map_or(f64::NAN, |noise| noise.margin_bpb);
    let pairs: Vec<f64> = noise_of.take(4_000).map(|noise| 0.01 * noise).collect();
    let passed = pairs
        .chunks(2)
        .filter(|pair| pair[0] - pair[1] > margin)
        .count() as f64
        / 2_000.0;
    assert!((0.03..0.07).contains(&passed), "{passed} above {margin}");
    assert_eq!(noise(&[], 0.05), None);
    assert_eq!(noise(&[1.0], 0.05), None);
    assert_eq!(
        noise(&[1.0, 1.0], 0.05).map(|noise| noise.margin_bpb),
        Some(0.0)
    );
}

proptest! {
    #[test]
    fn no_differences_make_a_look_that_panics(
        differences in prop::collection::vec(prop::num::f64::ANY, 0..12),
        margin_bpb in prop::num::f64::ANY,
        level in prop::num::f64::ANY,
        max_rounds in 0u32..12,
    ) {
        let challenge = Challenge { margin_bpb, level, max_rounds };
        let look = challenge.look(&differences);
        if differences.iter().take(max_rounds as usize).any(|difference| !difference.is_finite()) {
            prop_assert_eq!(look.answer, Answer::NotBetter);
        }
        if let Answer::NotYet { more_rounds } = look.answer {
            prop_assert!(more_rounds >= 1 && more_rounds as usize + differences.len() <= max_rounds as usize);
        }
    }
}
