//! A bundle as this gate sees it: the units that run, with the features that are the bundle's own.

use std::collections::BTreeSet;

use prism_fingerprint::{Code, Entry, Part};
use prism_gate_sdk::python::Sources;
use prism_gate_sdk::{Facts, Input};
use prism_manifest::Manifest;

use crate::known;

/// Units whose reach is measured when parts of a part are looked for.
const STARTS: usize = 64;

/// The two parts, in the order in which they are kept.
pub(crate) const PARTS: [Part; 2] = [Part::Architecture, Part::Training];

/// A function with something of its own.
pub(crate) struct OwnUnit {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) line: u32,
    pub(crate) part: Part,
    /// Sorted and distinct.
    pub(crate) features: Vec<u64>,
}

pub(crate) struct BundleCode {
    code: Code,
    pub(crate) units: Vec<OwnUnit>,
    /// Per part: its own features.
    own: [BTreeSet<u64>; 2],
    /// The contract gate's hashes of the two scripts: equal only for the same text but for its layout.
    pub(crate) hashes: Option<[String; 2]>,
    /// All of it stands in the published examples.
    pub(crate) is_published: bool,
    /// Bundle path of the script that builds the model.
    pub(crate) entry: String,
}

/// Position of a part in lists of both.
pub(crate) fn place(part: Part) -> usize {
    match part {
        Part::Architecture => 0,
        Part::Training => 1,
    }
}

impl BundleCode {
    /// Reads a bundle. A file that is no Python is left out: other gates refuse it.
    pub(crate) fn read(input: &Input, sources: &Sources, manifest: &Manifest) -> Self {
        let declared = [&manifest.architecture, &manifest.training];
        let mut entries = Vec::new();
        for (part, declared) in PARTS.into_iter().zip(declared) {
            entries.push(Entry {
                part,
                path: &declared.entrypoint,
                symbol: Some(&declared.symbol),
            });
        }
        // Reserved names are refused before any gate, so none has two meanings.
        let search = manifest.import_folders();
        let code = Code::read(&sources.modules, &search, |_| false, &entries);
        let units = code.units().iter().map(|unit| OwnUnit {
            name: unit.name.clone(),
            path: unit.path.clone(),
            line: unit.line,
            part: unit.part,
            features: own(unit.features.iter().copied()).collect(),
        });
        let all = PARTS.map(|part| code.features(part));
        let both = all.iter().flatten().copied().collect();
        Self {
            units: units.filter(|unit| !unit.features.is_empty()).collect(),
            own: all.map(|features| own(features).collect()),
            hashes: hashes(&input.facts),
            is_published: known::is_published(&both),
            entry: manifest.architecture.entrypoint.clone(),
            code,
        }
    }

    /// What a part has of its own.
    pub(crate) fn own(&self, part: Part) -> &BTreeSet<u64> {
        let [architecture, training] = &self.own;
        match part {
            Part::Architecture => architecture,
            Part::Training => training,
        }
    }

    /// Pieces of a part that could be somebody's whole part, the largest first: what one function or class reaches.
    /// A copy that was padded is found by the piece that it is.
    pub(crate) fn pieces(&self, part: Part, at_least: usize, at_most: usize) -> Vec<BTreeSet<u64>> {
        let whole = self.own(part);
        let mut starts: Vec<(usize, usize)> = self
            .code
            .units()
            .iter()
            .enumerate()
            .filter(|(_, unit)| unit.part == part)
            .map(|(index, _)| (self.code.nearby(index), index))
            .collect();
        starts.sort_unstable_by_key(|(size, index)| (std::cmp::Reverse(*size), *index));
        let mut pieces: Vec<BTreeSet<u64>> = starts
            .into_iter()
            .take(STARTS)
            .map(|(_, index)| own(self.code.reached_from(index)).collect::<BTreeSet<_>>())
            // A piece that is nearly all finds nothing that the whole does not.
            .filter(|piece| piece.len() >= at_least && piece.len() * 4 <= whole.len() * 3)
            .collect();
        pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
        let mut picked: Vec<BTreeSet<u64>> = Vec::new();
        for piece in pieces {
            let same = |other: &BTreeSet<u64>| {
                let common = other.intersection(&piece).count();
                common * 10 > (other.len() + piece.len() - common) * 7
            };
            if picked.len() < at_most && !picked.iter().any(same) {
                picked.push(piece);
            }
        }
        picked
    }
}

fn own(features: impl IntoIterator<Item = u64>) -> impl Iterator<Item = u64> {
    features
        .into_iter()
        .filter(|feature| !known::is_common(*feature))
}

fn hashes(facts: &Facts) -> Option<[String; 2]> {
    let text = |name| facts.get(name)?.as_str().map(str::to_owned);
    Some([text("arch_hash")?, text("training_hash")?])
}
