//! The quick form: what must hold whatever the numbers are in detail.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use super::kinds::{forgers, honest, inflation};
use super::luck::Ways;
use super::replace;
use super::tables::PLACES;
use super::trials::{Bench, distance_from_uniform, moments, share};
use super::world::{LAYOUTS, World};

const TIMES: usize = 40;

#[test]
fn honest_runs_are_never_void_and_their_p_values_are_uniform() {
    for layout in LAYOUTS {
        let world = World::new(layout);
        for kind in honest() {
            let trials = Bench::new(&world, &kind).trials(1_024, TIMES);
            assert_eq!(share(&trials, |trial| trial.void), 0.0, "{}", kind.name);
            let distance = distance_from_uniform(trials.iter().map(|trial| trial.estimate.p_value));
            // Above 1.95 / sqrt(n) with probability 0.001.
            assert!(
                distance < 1.95 / (TIMES as f64).sqrt(),
                "{}, {}: {distance}",
                layout.name,
                kind.name
            );
        }
    }
}

#[test]
fn code_that_repeats_keeps_its_score() {
    let world = World::new(LAYOUTS[0]);
    let honest = honest();
    for kind in &honest[..2] {
        for trial in Bench::new(&world, kind).trials(1_024, TIMES) {
            assert!(
                (0.0..1e-5).contains(&trial.excess),
                "{}: {}",
                kind.name,
                trial.excess
            );
        }
    }
}

#[test]
fn no_forgery_gains_on_average() {
    for layout in LAYOUTS {
        let world = World::new(layout);
        for kind in forgers(&world) {
            let trials = Bench::new(&world, &kind).trials(1_024, TIMES);
            let (mean, deviation) = moments(trials.iter().map(|trial| trial.excess));
            let error = deviation / (TIMES as f64).sqrt();
            assert!(
                mean > -4.0 * error - 1e-9,
                "{}, {}: {mean} +- {error}",
                layout.name,
                kind.name
            );
        }
    }
}

#[test]
fn plain_forgeries_are_void() {
    for layout in LAYOUTS {
        let world = World::new(layout);
        for kind in forgers(&world) {
            let plain = [
                "all charges 5% lower",
                "hardest 10% of tokens forged",
                "peeks in run 1, honest in run 2",
            ];
            if plain.contains(&kind.name.as_str()) {
                let trials = Bench::new(&world, &kind).trials(4_096, TIMES / 8);
                assert_eq!(
                    share(&trials, |trial| trial.void),
                    1.0,
                    "{}, {}",
                    layout.name,
                    kind.name
                );
            }
        }
    }
}

#[test]
fn inflated_charges_are_a_lottery_only_if_negative_corrections_count() {
    let world = World::new(LAYOUTS[0]);
    let kind = inflation();
    let trials = Bench::new(&world, &kind).trials(1_024, TIMES);
    assert!(share(&trials, |trial| trial.unclipped < -0.1) > 0.1);
    assert_eq!(share(&trials, |trial| trial.excess < 0.0), 0.0);
}

#[test]
fn suspicion_leaves_less_to_luck_than_uniform_places() {
    for layout in LAYOUTS {
        let ways = Ways::new(&World::new(layout));
        for places in PLACES {
            for survival in [0.5, 0.1, 0.01] {
                let (gains, luck) = ways.gains(places / layout.rows, survival);
                assert!(
                    luck.uniform > 1.2 * luck.suspicion,
                    "{}, {places}, {survival}: {gains:?}",
                    layout.name
                );
            }
        }
    }
}

#[test]
fn a_table_takes_its_place_in_the_document_and_only_there() {
    let text = "a\n<!-- simulate: x -->\nold\n<!-- end -->\nb <!-- end -->\n";
    let once = replace(text, "x", "| new |\n").unwrap();
    assert_eq!(
        once,
        "a\n<!-- simulate: x -->\n\n| new |\n\n<!-- end -->\nb <!-- end -->\n"
    );
    assert_eq!(replace(&once, "x", "| new |\n").unwrap(), once);
    assert!(replace(text, "y", "").unwrap_err().contains("simulate: y"));
    assert!(replace("<!-- simulate: x -->\n", "x", "").is_err());
}
