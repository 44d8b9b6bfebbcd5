#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

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

#[test]
fn it_charges_the_same_on_every_machine() {
    let mut reference = Reference::new(2);
    let text = b"the quick brown fox jumps over the lazy dog, the quick brown fox jumps again";
    let costs = [
        reference.charge(0, text),
        reference.charge(1, text),
        reference.charge(0, text),
    ];
    // Whole numbers over 2^16: to the bit.
    assert_eq!(
        costs.map(|bits| bits * 65_536.0),
        [22_032_106.0, 1_922_477.0, 1_601_218.0]
    );
}

#[test]
fn how_bytes_are_cut_into_tokens_does_not_matter() {
    let text = &prose()[..20_000];
    for piece in [1, 3, 1_000] {
        let (cut, whole) = (cost(text, 1, piece), cost(text, 1, text.len()));
        assert!((cut - whole).abs() < 1e-12, "{piece}: {cut} {whole}");
    }
}

#[test]
fn a_lane_learns_from_the_others_but_has_its_own_context() {
    let mut reference = Reference::new(2);
    for _ in 0..50 {
        reference.charge(0, b"abcdefgh");
    }
    let (follows, strange) = (
        reference.charge(0, b"abcdefgh"),
        reference.charge(1, b"defgh"),
    );
    assert!(follows < 2.0, "{follows}");
    // Its first byte has no context; after it the others' text is known.
    assert!((1.0..20.0).contains(&strange), "{strange}");
    assert!(reference.charge(1, b"abcdefgh") < 2.0);
}

#[test]
fn after_a_boundary_the_text_before_counts_no_longer() {
    let mut reference = Reference::new(1);
    for _ in 0..50 {
        reference.charge(0, b"abcdefgh");
        reference.boundary(0);
        reference.charge(0, b"xyz");
        reference.boundary(0);
    }
    reference.charge(0, b"abcd");
    let within = reference.charge(0, b"e");
    reference.charge(0, b"fghabcd");
    reference.boundary(0);
    let without = reference.charge(0, b"e");
    assert!(without > within + 3.0, "{within} {without}");
}

#[test]
fn bytes_without_order_cost_little_more_than_eight_bits() {
    use rand::RngCore;
    let mut bytes = vec![0; 200_000];
    crate::seed::Seed::from([3; 32])
        .stream(crate::seed::Purpose::Places)
        .fill_bytes(&mut bytes);
    let bits = cost(&bytes, 4, 3);
    assert!((8.0..8.7).contains(&bits), "{bits}");
}

#[test]
fn a_surprise_after_certainty_has_a_price_and_certainty_is_not_free() {
    let mut reference = Reference::new(1);
    let long = reference.charge(0, &vec![0; 1 << 20]);
    assert!(long >= 0.002 * f64::from(1 << 20), "{long}");
    let certain = reference.charge(0, &[0]);
    assert!((0.002..0.02).contains(&certain), "{certain}");
    let surprise = reference.charge(0, &[255]);
    assert!((12.0..=96.0).contains(&surprise), "{surprise}");
    assert_eq!(reference.charge(0, &[]), 0.0);
}

proptest! {
    #[test]
    fn no_bytes_and_no_lanes_are_too_strange(
        pieces in prop::collection::vec((0usize..5, any::<bool>(), prop::collection::vec(any::<u8>(), 0..40)), 0..40),
        lanes in 0usize..4,
    ) {
        let mut reference = Reference::new(lanes);
        for (lane, boundary, bytes) in pieces {
            if boundary {
                reference.boundary(lane);
            }
            let bits = reference.charge(lane, &bytes);
            prop_assert!(bits >= 0.002 * bytes.len() as f64 && bits <= 96.0 * bytes.len() as f64);
        }
    }
}
