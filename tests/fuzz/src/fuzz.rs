//! What the fuzz targets share: how one input says several files, and how a gate is given them.
//!
//! An input is text in which a line `=== path` begins a file; what comes before the first such line is
//! `architecture.py`. So a mutation moves, joins and splits files as easily as it changes a letter, and a seed is made
//! from a bundle by writing its files one after the other (`seeds.py`).

use std::collections::BTreeMap;

use prism_gate_sdk::{Bundle, Gate, Input, MAX_EVIDENCE, Report};

pub mod worst;

/// Begins a file; the rest of the line is its path.
const HEAD: &[u8] = b"=== ";

/// The files of an input.
#[must_use]
pub fn files(data: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut path = "architecture.py".to_owned();
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for line in data.split_inclusive(|byte| *byte == b'\n') {
        if let Some(name) = line.strip_prefix(HEAD) {
            path = String::from_utf8_lossy(name.trim_ascii()).into_owned();
        } else {
            files.entry(path.clone()).or_default().extend(line);
        }
    }
    files
}

/// The files as a gate is given them, under the grammar of one of the supported Pythons.
#[must_use]
pub fn input(files: BTreeMap<String, Vec<u8>>) -> Input {
    let pythons = ["3.11", "3.12", "3.13"];
    let total: usize = files.values().map(Vec::len).sum();
    let mut input = Input {
        bundle: Bundle::new(files),
        ..Input::default()
    };
    input.submission.context.python_version = pythons[total % pythons.len()].to_owned();
    input
}

/// Gives an input to a gate with its default configuration and checks what every report must keep.
pub fn judge<G: Gate>(data: &[u8]) {
    let input = input(files(data));
    let report = prism_gate_sdk::judge::<G>(&input, "{}");
    assert!(report.evidence.len() <= MAX_EVIDENCE);
    check::<G>(&report);
}

/// Every finding is of a rule that the gate announces.
pub fn check<G: Gate>(report: &Report) {
    let described = G::describe();
    for one in &report.evidence {
        assert!(
            described.rules.iter().any(|rule| rule.id == one.rule),
            "the gate never announced the rule {}",
            one.rule
        );
    }
}
