//! The tables of docs/verification.md.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use prism_verification::{Reference, mean_test};

use crate::kinds::{Kind, Second, forgers, honest, inflation};
use crate::markdown::{Table, bpb, percent};
use crate::trials::{
    Bench, LEVEL, MARGIN_BPB, Trial, distance_from_uniform, moments, quantile, share,
};
use crate::world::{Chance, LAYOUTS, Token, World};

/// The numbers of places that are compared.
pub const PLACES: [usize; 3] = [256, 1_024, 4_096];

fn kinds(world: &World) -> Vec<Kind> {
    let mut kinds = honest();
    kinds.extend(forgers(world));
    kinds
}

/// How often a run is void.
pub fn power(worlds: &[World], times: usize) -> String {
    let mut columns = vec!["design".to_owned(), "forged, bpb".to_owned()];
    for world in worlds {
        for places in PLACES {
            columns.push(format!("{}: {places}", world.layout.name));
        }
    }
    let mut table = Table::new(&columns);
    let benches: Vec<Vec<Kind>> = worlds.iter().map(kinds).collect();
    for number in 0..benches.first().map_or(0, Vec::len) {
        let mut row = Vec::new();
        for (world, kinds) in worlds.iter().zip(&benches) {
            let Some(kind) = kinds.get(number) else {
                continue;
            };
            let bench = Bench::new(world, kind);
            if row.is_empty() {
                row = vec![kind.name.clone(), bpb(bench.gain)];
            }
            for places in PLACES {
                row.push(percent(share(&bench.trials(places, times), |trial| {
                    trial.void
                })));
            }
        }
        table.row(&row);
    }
    table.0
}

/// What the verified score is beside the true one.
pub fn excess(world: &World, places: usize, times: usize) -> String {
    let mut table = Table::new(&[
        "design",
        "forged, bpb",
        "mean of D_hat alone",
        "mean",
        "standard deviation",
        "luckiest 1%",
        "keeps over 0.002 bpb and isn't void, %",
        "the same of D_hat alone, %",
        "a place differs by over 0.01 bits, %",
    ]);
    for kind in kinds(world) {
        let bench = Bench::new(world, &kind);
        let trials = bench.trials(places, times);
        let (mean, deviation) = moments(trials.iter().map(|trial| trial.excess));
        table.row(&[
            kind.name.clone(),
            bpb(bench.gain),
            bpb(moments(trials.iter().map(|trial| trial.unclipped)).0),
            bpb(mean),
            bpb(deviation),
            bpb(quantile(trials.iter().map(|trial| trial.excess), 0.01)),
            percent(share(&trials, |trial| {
                !trial.void && trial.excess < -MARGIN_BPB
            })),
            percent(share(&trials, |trial| {
                !trial.void && trial.unclipped < -MARGIN_BPB
            })),
            percent(share(&trials, |trial| {
                trial.estimate.largest_difference_bits > 0.01
            })),
        ]);
    }
    table.0
}

/// The lottery of inflated charges, with and without negative corrections.
pub fn lottery(world: &World, times: usize) -> String {
    let mut table = Table::new(&[
        "places",
        "correction",
        "mean",
        "luckiest 10%",
        "luckiest 1%",
        "better than the truth, %",
    ]);
    let kind = inflation();
    let bench = Bench::new(world, &kind);
    for places in PLACES {
        let trials = bench.trials(places, times);
        let mut row = |name: &str, of: fn(&Trial) -> f64| {
            table.row(&[
                places.to_string(),
                name.to_owned(),
                bpb(moments(trials.iter().map(of)).0),
                bpb(quantile(trials.iter().map(of), 0.1)),
                bpb(quantile(trials.iter().map(of), 0.01)),
                percent(share(&trials, |trial| of(trial) < 0.0)),
            ]);
        };
        row("D_hat", |trial| trial.unclipped);
        row("as scored", |trial| trial.excess);
    }
    table.0
}

/// How far a device's drift is tolerated.
pub fn drift(world: &World, times: usize) -> String {
    let mut table = Table::new(&[
        "drift between runs, bpb",
        "256 places: void, %",
        "1,024",
        "4,096",
        "256 places: mean of verified - claimed",
        "1,024",
        "4,096",
    ]);
    for deviation in [0.0002, 0.0005, 0.001, 0.002, 0.005] {
        let kind = Kind {
            name: String::new(),
            first: Box::new(|token| token.truth),
            second: Second::Device(deviation),
        };
        let bench = Bench::new(world, &kind);
        let mut row = vec![bpb(deviation)];
        let trials = PLACES.map(|places| bench.trials(places, times));
        row.extend(
            trials
                .iter()
                .map(|trials| percent(share(trials, |trial| trial.void))),
        );
        row.extend(
            trials
                .iter()
                .map(|trials| bpb(moments(trials.iter().map(|trial| trial.excess)).0)),
        );
        table.row(&row);
    }
    table.0
}

/// How many places prove a forgery of the margin and 0.001 bits per byte more, in 99% of verifications.
pub fn resolution(world: &World, times: usize) -> String {
    let mut table = Table::new(&[
        "what is forged, 0.003 bpb in all",
        "error of one place, bpb",
        "places",
        "void with these, %",
    ]);
    let gain = (MARGIN_BPB + 0.001) * world.bytes;
    let middle = world.layout.steps / 2;
    let forged: [(&str, Box<dyn Fn(&Token) -> bool>); 5] = [
        ("all tokens", Box::new(|_| true)),
        (
            "second half of the run",
            Box::new(move |token| token.step >= middle),
        ),
        (
            "one token in 10",
            Box::new(|token| token.number().is_multiple_of(10)),
        ),
        (
            "one token in 100",
            Box::new(|token| token.number().is_multiple_of(100)),
        ),
        (
            "one token in 500",
            Box::new(|token| token.number().is_multiple_of(500)),
        ),
    ];
    for (name, forged) in forged {
        // By one factor, which leaves just the gain.
        let bits: f64 = (world.tokens.iter())
            .filter(|token| forged(token))
            .map(|token| token.truth)
            .sum();
        let factor = 1.0 - gain / bits;
        let kind = Kind {
            name: name.to_owned(),
            first: Box::new(move |token| {
                if forged(token) {
                    factor * token.truth
                } else {
                    token.truth
                }
            }),
            second: Second::Same,
        };
        let bench = Bench::new(world, &kind);
        // The spread of a place, from many.
        let pilot = bench.trial(65_536, 0).estimate;
        let spread = pilot.standard_error_bits * f64::from(pilot.draws).sqrt() / world.bytes;
        // Normal quantiles of the level and of 99%.
        let places = ((3.719 + 2.326) * spread / (bench.gain - MARGIN_BPB))
            .powi(2)
            .ceil() as usize;
        let void = if places <= 32_768 {
            percent(share(&bench.trials(places, times), |trial| trial.void))
        } else {
            "-".to_owned()
        };
        table.row(&[name.to_owned(), bpb(spread), places.to_string(), void]);
    }
    table.0
}

/// The distribution of honest p-values and the false alarms of the tests that are made.
pub fn honest_tests(world: &World, times: usize) -> String {
    let mut table = Table::new(&[
        "test",
        "honest design",
        "runs",
        "distance of p from uniform",
        "5% critical",
        "void or alarmed",
    ]);
    let honest = honest();
    let mut verified: Vec<(&Kind, usize, usize)> =
        honest.iter().map(|kind| (kind, 1_024, times)).collect();
    // Few places and many runs: the level itself.
    verified.extend(honest.last().map(|kind| (kind, 256, times * 5)));
    for (kind, places, runs) in verified {
        let trials = Bench::new(world, kind).trials(places, runs);
        let void = trials.iter().filter(|trial| trial.void).count();
        table.row(&[
            format!("captured_too_low, {places} places"),
            kind.name.clone(),
            runs.to_string(),
            format!(
                "{:.3}",
                distance_from_uniform(trials.iter().map(|trial| trial.estimate.p_value))
            ),
            format!("{:.3}", 1.358 / (runs as f64).sqrt()),
            format!("{void} (at most {} expected)", LEVEL * runs as f64),
        ]);
    }
    // Rows of 8 places, with what the places of a row have in common.
    for level in [0.01, LEVEL] {
        let runs = times * 20;
        let mut chance = Chance::new(5);
        let alarms = (0..runs)
            .filter(|_| {
                let clusters: Vec<(f64, u32)> = (0..64)
                    .map(|_| {
                        let common = chance.normal();
                        ((0..8).map(|_| 0.05 * (common + chance.normal())).sum(), 8)
                    })
                    .collect();
                mean_test(&clusters, level).lower_bound > 0.0
            })
            .count();
        table.row(&[
            format!("mean of clusters, level {level}, no margin"),
            "symmetric noise, half of it common to a row".to_owned(),
            runs.to_string(),
            "-".to_owned(),
            "-".to_owned(),
            format!("{alarms} ({} expected)", level * runs as f64),
        ]);
    }
    table.0
}

/// What the reference charges for the practice text and for bytes without order, beside what their own frequencies would.
pub fn reference(root: &Path) -> Result<String, std::io::Error> {
    let prose = zstd::decode_all(File::open(root.join("runner/data/kjv/chapters.jsonl.zst"))?)?;
    let mut chance = Chance::new(9);
    let noise: Vec<u8> = (0..1_000_000)
        .map(|_| (chance.uniform() * 256.0) as u8)
        .collect();
    let mut table = Table::new(&[
        "text",
        "bytes",
        "byte frequencies",
        "reference, 1 lane",
        "16 lanes",
    ]);
    for (name, text) in [("King James Bible", prose), ("random bytes", noise)] {
        table.row(&[
            name.to_owned(),
            text.len().to_string(),
            bpb(entropy(&text)),
            bpb(reference_cost(&text, 1)),
            bpb(reference_cost(&text, 16)),
        ]);
    }
    Ok(table.0)
}

/// Bits a byte of the best code that knew the frequencies of bytes beforehand.
fn entropy(text: &[u8]) -> f64 {
    let mut counts = BTreeMap::new();
    for byte in text {
        *counts.entry(*byte).or_insert(0.0) += 1.0 / text.len() as f64;
    }
    counts
        .values()
        .map(|share: &f64| -share * share.log2())
        .sum()
}

/// Bits a byte of the reference, a byte of each lane in turn.
fn reference_cost(text: &[u8], lanes: usize) -> f64 {
    let mut reference = Reference::new(lanes);
    let parts: Vec<&[u8]> = text.chunks(text.len().div_ceil(lanes)).collect();
    let mut bits = 0.0;
    for position in 0..parts.first().map_or(0, |part| part.len()) {
        for (lane, part) in parts.iter().enumerate() {
            bits += part
                .get(position)
                .map_or(0.0, |byte| reference.charge(lane, &[*byte]));
        }
    }
    bits / text.len() as f64
}

/// The worlds that are simulated.
pub fn worlds() -> Vec<World> {
    LAYOUTS.into_iter().map(World::new).collect()
}
