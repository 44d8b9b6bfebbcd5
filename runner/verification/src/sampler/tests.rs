use std::collections::BTreeMap;

use super::*;

fn candidate(row: u32, col: u32, captured: f64, reference: f64) -> Candidate {
    Candidate {
        place: Place { row, col },
        bytes: 1,
        captured,
        reference,
    }
}

const TAKES: [Take; 2] = [Take::One, Take::EveryRow];

fn plan(seed: u8, draws: u32, take: Take, steps: &[Vec<Candidate>]) -> Plan {
    let mut sampler = Sampler::new(Seed::from([seed; 32]), draws, take);
    for (step, candidates) in (0..).zip(steps) {
        sampler.offer(step, candidates);
    }
    sampler.finish()
}

/// Three steps of unequal shape: full, with a row missing and a single token; weights 1 to 9.
fn run() -> Vec<Vec<Candidate>> {
    vec![
        vec![
            candidate(0, 1, 2.0, 1.0),
            candidate(0, 2, 1.0, 3.0),
            candidate(1, 1, 0.0, 8.0),
            candidate(1, 2, 5.0, 5.0),
        ],
        vec![candidate(1, 1, 1.0, 1.0), candidate(1, 3, 0.0, 2.0)],
        vec![candidate(0, 2, 4.0, 4.5)],
    ]
}

#[test]
fn places_are_drawn_in_proportion_to_their_weights() {
    let draws = 40_000;
    let steps = run();
    let weight = |step: &[Candidate]| step.iter().map(Candidate::weight).sum::<f64>();
    let total: f64 = steps.iter().map(|step| weight(step)).sum();
    for take in TAKES {
        let plan = plan(1, draws, take, &steps);
        let mut seen: BTreeMap<(u64, Place), f64> = BTreeMap::new();
        for draw in plan.draws() {
            for picked in &draw.picked {
                *seen.entry((draw.step, picked.place)).or_default() += 1.0;
            }
        }
        let mut squares = 0.0;
        let mut places = 0;
        for (number, step) in (0..).zip(&steps) {
            for row in step.chunk_by(|one, next| one.place.row == next.place.row) {
                for candidate in row {
                    let chance = match take {
                        Take::One => candidate.weight() / total,
                        Take::EveryRow => weight(step) / total * candidate.weight() / weight(row),
                    };
                    let expected = chance * f64::from(draws);
                    let seen = seen.get(&(number, candidate.place)).copied().unwrap_or(0.0);
                    squares += (seen - expected).powi(2) / (expected * (1.0 - chance));
                    places += 1;
                }
            }
        }
        // Squares of about normal deviations, dependent: 7 expected, 30 a chance of less than 1 in 1,000.
        assert!(squares < 30.0, "{take:?}: {squares} over {places} places");
    }
}

#[test]
fn a_draw_takes_one_place_of_its_step_or_one_in_each_of_its_rows() {
    let steps = run();
    for draw in plan(3, 200, Take::One, &steps).draws() {
        assert_eq!(draw.picked.len(), 1);
    }
    for draw in plan(3, 200, Take::EveryRow, &steps).draws() {
        let rows: Vec<u32> = draw.picked.iter().map(|picked| picked.place.row).collect();
        let expected: &[u32] = match draw.step {
            0 => &[0, 1],
            1 => &[1],
            _ => &[0],
        };
        assert_eq!(rows, expected, "step {}", draw.step);
    }
}

#[test]
fn the_same_seed_draws_the_same_places_and_another_seed_others() {
    let questions = |seed| {
        let plan = plan(
            seed,
            50,
            Take::One,
            &vec![
                (0..500)
                    .map(|col| candidate(0, col + 1, 1.0, 1.0))
                    .collect();
                3
            ],
        );
        (0..3).map(|step| plan.questions(step)).collect::<Vec<_>>()
    };
    assert_eq!(questions(1), questions(1));
    assert_ne!(questions(1), questions(2));
}

#[test]
fn the_places_of_a_seed_are_for_ever() {
    // A verdict is replayed from its seed: these may only change together with the scoring version.
    let asked = |take| -> Vec<(u64, u32, u32)> {
        let plan = plan(7, 3, take, &run());
        (0..3)
            .flat_map(|step| {
                (plan.questions(step).into_iter().flatten())
                    .map(move |place| (step, place.row, place.col))
                    .collect::<Vec<_>>()
            })
            .collect()
    };
    assert_eq!(asked(Take::EveryRow), [(0, 0, 1), (0, 1, 1), (0, 0, 2)]);
    assert_eq!(asked(Take::One), [(0, 0, 2), (2, 0, 2)]);
}

#[test]
fn where_nothing_is_offered_or_wanted_nothing_is_drawn() {
    for take in TAKES {
        let places = |draws, steps: &[Vec<Candidate>]| plan(1, draws, take, steps).places();
        assert_eq!(places(0, &run()), 0);
        assert_eq!(places(8, &[]), 0);
        assert_eq!(places(8, &[vec![], vec![]]), 0);
        assert_eq!(places(8, &[vec![], vec![candidate(3, 1, 1.0, 1.0)]]), 1);
    }
}

#[test]
fn an_absurd_charge_keeps_its_weight_within_bounds() {
    for captured in [-1e308, 1e308, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for reference in [-1e308, 1e308, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let weight = candidate(0, 1, captured, reference).weight();
            assert!(
                (1.0..=1.0 + MOST_SUSPICION).contains(&weight),
                "{captured} {reference} {weight}"
            );
        }
    }
}
