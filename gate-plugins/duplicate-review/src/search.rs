//! Which earlier submissions are worth a closer look.
//!
//! The index finds what has at least about half of its features in common. A padded copy has not, so each piece of a
//! part that could be somebody's whole part is looked for as well. Of each scheme the host keeps the last
//! fingerprint, therefore the whole part comes last.

use std::collections::{BTreeMap, BTreeSet};

use prism_fingerprint::Part;
use prism_gate_sdk::corpus::{Corpus, CorpusError, Fingerprint, Neighbour, Sketch, feature};

use crate::bundle_code::{BundleCode, PARTS};
use crate::note::Note;
use crate::settings::Config;

/// Neighbours of a whole part and of a piece of it.
const NEIGHBOURS: u32 = 12;

/// The contract allows 16 calls: at most 9 for pieces, 3 for what is kept, and those 3 once more for [`keep`].
fn pieces(part: Part) -> usize {
    match part {
        Part::Architecture => 7,
        Part::Training => 2,
    }
}

fn scheme(part: Part) -> &'static str {
    match part {
        Part::Architecture => "architecture-1",
        Part::Training => "training-1",
    }
}

const VERBATIM: &str = "verbatim-1";

/// The neighbours of a bundle by id, each with its note; keeps the bundle's fingerprints as a whole of its owner's.
pub(crate) fn neighbours(
    corpus: &impl Corpus,
    code: &BundleCode,
    owner: &str,
    config: &Config,
) -> Result<BTreeMap<String, Neighbour>, CorpusError> {
    let mut found = BTreeMap::new();
    let mut add = |neighbours: Vec<Neighbour>| {
        for one in neighbours {
            found.entry(one.submission.clone()).or_insert(one);
        }
    };
    for part in PARTS {
        for piece in code.pieces(part, config.min_features, pieces(part)) {
            add(ask(corpus, scheme(part), piece, "")?);
        }
    }
    let note = Note::of(code, &[owner.to_owned(), owner.to_owned()]);
    for (scheme, features) in wholes(code) {
        add(ask(corpus, scheme, features, &note)?);
    }
    Ok(found)
}

/// Keeps the fingerprints once more, with the owners that the review found.
pub(crate) fn keep(
    corpus: &impl Corpus,
    code: &BundleCode,
    owners: &[String; 2],
) -> Result<(), CorpusError> {
    let note = Note::of(code, owners);
    for (scheme, features) in wholes(code) {
        ask(corpus, scheme, features, &note)?;
    }
    Ok(())
}

fn wholes(code: &BundleCode) -> Vec<(&'static str, BTreeSet<u64>)> {
    let parts = PARTS.map(|part| (scheme(part), code.own(part).clone()));
    let verbatim = code
        .hashes
        .iter()
        .flatten()
        .zip(["architecture ", "training "]);
    let verbatim = verbatim.map(|(hash, side)| feature(format!("{side}{hash}").as_bytes()));
    parts
        .into_iter()
        .chain([(VERBATIM, verbatim.collect())])
        .collect()
}

fn ask(
    corpus: &impl Corpus,
    scheme: &str,
    features: BTreeSet<u64>,
    note: &str,
) -> Result<Vec<Neighbour>, CorpusError> {
    // Two empty sets say nothing about their bundles.
    let Some(sketch) = Sketch::of(features) else {
        return Ok(Vec::new());
    };
    let fingerprint = Fingerprint {
        scheme: scheme.to_owned(),
        sketch,
        note: note.to_owned(),
    };
    corpus.nearest(&fingerprint, NEIGHBOURS)
}
