#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use std::collections::BTreeMap;
use std::path::Path;

use super::*;

/// English prose: the documentation of this repository.
fn prose() -> Vec<u8> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let mut paths: Vec<_> = (std::fs::read_dir(docs).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    paths
        .iter()
        .flat_map(|path| std::fs::read(path).unwrap())
        .collect()
}

/// Bits a byte of the text's own byte frequencies: no order-0 code that knew them beforehand is shorter.
fn entropy(text: &[u8]) -> f64 {
    let mut counts: BTreeMap<u8, f64> = BTreeMap::new();
    for byte in text {
        *counts.entry(*byte).or_default() += 1.0;
    }
    let size = text.len() as f64;
    counts
        .values()
        .map(|count| -count / size * (count / size).log2())
        .sum()
}

/// Bits a byte, the text dealt to lanes in pieces as a run's windows are.
fn cost(text: &[u8], lanes: usize, piece: usize) -> f64 {
    let mut reference = Reference::new(lanes);
    let share = text.len().div_ceil(lanes);
    let mut parts: Vec<_> = text.chunks(share).map(|lane| lane.chunks(piece)).collect();
    let mut bits = 0.0;
    loop {
        let before = bits;
        for (lane, pieces) in parts.iter_mut().enumerate() {
            bits += pieces
                .next()
                .map_or(0.0, |piece| reference.charge(lane, piece));
        }
        if bits == before {
            return bits / text.len() as f64;
        }
    }
}

#[test]
fn prose_costs_far_less_than_its_byte_frequencies() {
    let text = prose();
    let (entropy, one, many) = (entropy(&text), cost(&text, 1, 1), cost(&text, 16, 4));
    println!(
        "{} bytes: order 0 {entropy:.3}, one lane {one:.3}, 16 lanes {many:.3}",
        text.len()
    );
    assert!(one < 0.6 * entropy, "{one} of {entropy}");
    assert!(many < 0.6 * entropy, "{many} of {entropy}");
}
