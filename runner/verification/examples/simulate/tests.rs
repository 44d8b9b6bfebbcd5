//! The quick form: what must hold whatever the numbers are in detail.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use super::kinds::{forgers, honest, inflation, peeking};
use super::luck::{Draw, Forger, SURVIVALS};
use super::probes::stopped;
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
fn no_forgery_gains_on_average_and_what_is_scored_is_never_less_than_the_correction() {
    for layout in LAYOUTS {
        let world = World::new(layout);
        for kind in forgers(&world) {
            let trials = Bench::new(&world, &kind).trials(1_024, TIMES);
            let (mean, deviation) = moments(trials.iter().map(|trial| trial.unclipped));
            let error = deviation / (TIMES as f64).sqrt();
            assert!(
                mean > -4.0 * error - 1e-9,
                "{}, {}: {mean} +- {error}",
                layout.name,
                kind.name
            );
            assert_eq!(
                share(&trials, |trial| trial.excess < trial.unclipped),
                0.0,
                "{}, {}",
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
                "sees ahead, saves 50%",
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
        let world = World::new(layout);
        let [uniform, naive, suspicion] =
            [Draw::Uniform, Draw::Naive, Draw::Suspicion].map(|draw| Forger::new(&world, draw));
        for places in PLACES {
            for survival in SURVIVALS {
                let best = suspicion.best(places, survival);
                assert!(
                    uniform.best(places, survival) > 1.2 * best,
                    "{}, {places}, {survival}: {best}",
                    layout.name
                );
                assert!(naive.best(places, survival) <= best);
            }
        }
    }
}

#[test]
fn early_probes_stop_who_sees_ahead_and_no_honest_run() {
    for layout in LAYOUTS {
        let world = World::new(layout);
        let often = |kind: &_| {
            (0..200)
                .filter(|number| stopped(&world, kind, *number))
                .count()
        };
        for kind in honest() {
            assert_eq!(often(&kind), 0, "{}, {}", layout.name, kind.name);
        }
        assert!(often(&peeking(0.9)) > 180, "{}", layout.name);
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
