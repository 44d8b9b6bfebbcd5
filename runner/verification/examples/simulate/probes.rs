//! The early probes of a first run, made as the supervisor makes them.

use prism_verification::mean_test;

use crate::kinds::{Kind, Repeat, honest, peeking};
use crate::markdown::{Table, percent};
use crate::trials::LEVEL;
use crate::world::{Chance, World};

/// Steps that are asked about, and what the lower bound must be above, in bits a token.
const STEPS: usize = 8;
const CLEAR_BITS: f64 = 0.1;

/// Whether a first run is stopped: at some steps one place of every row is asked about, all columns alike likely, and after
/// each of these steps all differences so far are tested.
pub fn stopped(world: &World, kind: &Kind, number: u64) -> bool {
    let mut chance = Chance::new(number);
    let layout = &world.layout;
    let repeat = Repeat::new(kind.second, world, &mut chance);
    let mut below = |count: usize| (chance.uniform() * count as f64) as usize;
    let mut places = Vec::new();
    for _ in 0..STEPS {
        let step = below(layout.steps);
        places.push(
            (0..layout.rows)
                .map(|row| (step * layout.rows + row) * layout.cols + below(layout.cols))
                .collect::<Vec<usize>>(),
        );
    }
    places.sort();
    let mut differences = Vec::new();
    places.into_iter().any(|places| {
        for index in places {
            if let Some(token) = world.tokens.get(index) {
                let difference = repeat.charge(index, &mut chance) - (kind.first)(token);
                differences.push((difference, 1));
            }
        }
        mean_test(&differences, LEVEL).lower_bound > CLEAR_BITS
    })
}

/// How often first runs are stopped.
pub fn table(worlds: &[World], times: usize) -> String {
    let mut columns = vec!["design".to_owned()];
    columns.extend(worlds.iter().map(|world| {
        format!(
            "{} ({} places): stopped, %",
            world.layout.name,
            STEPS * world.layout.rows
        )
    }));
    let mut table = Table::new(&columns);
    let kinds = honest()
        .into_iter()
        .chain([0.05, 0.1, 0.2, 0.5, 0.9].map(peeking));
    for kind in kinds {
        let mut row = vec![kind.name.clone()];
        row.extend(worlds.iter().map(|world| {
            let stopped = (0..times as u64)
                .filter(|number| stopped(world, &kind, *number))
                .count();
            percent(stopped as f64 / times.max(1) as f64)
        }));
        table.row(&row);
    }
    table.0
}
