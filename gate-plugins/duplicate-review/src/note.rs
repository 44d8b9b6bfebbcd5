//! What is kept with a fingerprint: enough to say later which function is which, and nothing of the text.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use prism_fingerprint::FEATURE_BITS;
use serde::{Deserialize, Serialize};

use crate::bundle_code::{BundleCode, OwnUnit, PARTS, place};

/// Version of the note and of the features in it.
const VERSION: u32 = 1;

/// Bytes at most, as the contract has it.
const MOST_BYTES: usize = 64 << 10;

/// Features at most; of more the smallest are kept, which is a fair sample because they are hashes.
const MOST_FEATURES: usize = 5000;

/// Functions at most that keep their name; the features of the others are kept together.
const MOST_UNITS: usize = 300;

/// Characters of a name and of a path.
const NAME: usize = 80;

const BYTES: usize = FEATURE_BITS as usize / 8;

/// The note of one bundle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Note {
    version: u32,
    /// Of the features only those below this are kept.
    pub(crate) below: u64,
    /// The contract gate's hashes.
    pub(crate) hashes: Option<[String; 2]>,
    pub(crate) parts: [NotedPart; 2],
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NotedPart {
    /// The hotkey of the first who submitted it, as far as it was known.
    pub(crate) owner: String,
    pub(crate) units: Vec<NotedUnit>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NotedUnit {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) line: u32,
    /// Base64 of the features.
    features: String,
}

impl Note {
    /// The note of a bundle whose parts belong to these hotkeys.
    pub(crate) fn of(code: &BundleCode, owners: &[String; 2]) -> String {
        let (mut features, mut units) = (MOST_FEATURES, MOST_UNITS);
        loop {
            let note = Self::within(code, owners, features, units);
            let text = serde_json::to_string(&note).unwrap_or_default();
            if text.len() <= MOST_BYTES || features == 0 {
                return text;
            }
            (features, units) = (features / 2, units / 2);
        }
    }

    fn within(code: &BundleCode, owners: &[String; 2], features: usize, units: usize) -> Self {
        let mut all: Vec<u64> = PARTS
            .iter()
            .flat_map(|part| code.own(*part))
            .copied()
            .collect();
        all.sort_unstable();
        let below = all.get(features).copied().unwrap_or(1 << FEATURE_BITS);
        let parts = PARTS.map(|part| NotedPart {
            owner: owners.get(place(part)).cloned().unwrap_or_default(),
            units: noted(
                code.units.iter().filter(|unit| unit.part == part),
                units,
                below,
            ),
        });
        Self {
            version: VERSION,
            below,
            hashes: code.hashes.clone(),
            parts,
        }
    }

    /// Reads a note; nothing when another version wrote it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let note: Self = serde_json::from_str(text).ok()?;
        (note.version == VERSION).then_some(note)
    }
}

impl NotedPart {
    /// All that the part has of its own.
    pub(crate) fn features(&self) -> BTreeSet<u64> {
        self.units.iter().flat_map(NotedUnit::features).collect()
    }
}

impl NotedUnit {
    pub(crate) fn features(&self) -> Vec<u64> {
        let bytes = STANDARD_NO_PAD.decode(&self.features).unwrap_or_default();
        let number = |bytes: &[u8]| {
            bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
        };
        bytes.chunks_exact(BYTES).map(number).collect()
    }
}

fn noted<'a>(units: impl Iterator<Item = &'a OwnUnit>, most: usize, below: u64) -> Vec<NotedUnit> {
    let mut units: Vec<&OwnUnit> = units.collect();
    units.sort_by_key(|unit| std::cmp::Reverse(unit.features.len()));
    let rest = units.split_off(units.len().min(most));
    let kept = |features: &mut dyn Iterator<Item = u64>| {
        let bytes: Vec<u8> = features
            .filter(|feature| *feature < below)
            .flat_map(|feature| feature.to_be_bytes().into_iter().skip(8 - BYTES))
            .collect();
        STANDARD_NO_PAD.encode(bytes)
    };
    let short = |text: &str| text.chars().take(NAME).collect::<String>();
    let mut noted: Vec<NotedUnit> = units
        .into_iter()
        .map(|unit| NotedUnit {
            name: short(&unit.name),
            path: short(&unit.path),
            line: unit.line,
            features: kept(&mut unit.features.iter().copied()),
        })
        .collect();
    if let Some(first) = rest.first() {
        let features: BTreeSet<u64> = rest
            .iter()
            .flat_map(|unit| &unit.features)
            .copied()
            .collect();
        noted.push(NotedUnit {
            name: "other functions".to_owned(),
            path: short(&first.path),
            line: first.line,
            features: kept(&mut features.into_iter()),
        });
    }
    noted
}
