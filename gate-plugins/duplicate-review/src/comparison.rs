//! How much of a bundle is found in an earlier one.

use std::collections::BTreeSet;

use prism_fingerprint::Part;
use prism_gate_sdk::corpus::Neighbour;

use crate::bundle_code::{BundleCode, PARTS, place};
use crate::note::{Note, NotedPart};
use crate::settings::Config;

/// How alike one part of two bundles is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Likeness {
    /// Share of the common features in the smaller of both, 0 to 1: neither padding nor leaving out lowers it. 0 when
    /// the smaller is a sliver of the larger, or too small to say anything.
    pub(crate) overlap: f64,
    /// Share of the earlier part that is found in this one, 0 to 1.
    pub(crate) contained: f64,
    /// Common features over all features, 0 to 1.
    pub(crate) jaccard: f64,
}

/// An earlier submission beside this one.
#[derive(Clone, Debug)]
pub(crate) struct Earlier {
    pub(crate) submission: String,
    pub(crate) hotkey: String,
    pub(crate) note: Note,
    /// Architecture and training.
    pub(crate) parts: [Likeness; 2],
    /// The same text in both scripts, but for its layout.
    pub(crate) is_verbatim: bool,
}

impl Earlier {
    /// Compares; nothing when the note can't be read.
    pub(crate) fn of(code: &BundleCode, neighbour: Neighbour, config: &Config) -> Option<Self> {
        let note = Note::read(&neighbour.note)?;
        let parts = PARTS.map(|part| {
            note.parts
                .get(place(part))
                .map_or_else(Likeness::default, |earlier| {
                    likeness(code.own(part), earlier, note.below, config)
                })
        });
        let is_verbatim = code.hashes.is_some() && code.hashes == note.hashes;
        Some(Self {
            submission: neighbour.submission,
            hotkey: neighbour.hotkey,
            note,
            parts,
            is_verbatim,
        })
    }

    pub(crate) fn part(&self, part: Part) -> Likeness {
        self.parts.get(place(part)).copied().unwrap_or_default()
    }

    /// Who submitted a part first, as far as the earlier bundle's own review knew.
    pub(crate) fn owner(&self, part: Part) -> &str {
        self.note
            .parts
            .get(place(part))
            .map_or("", |part| &part.owner)
    }
}

fn likeness(ours: &BTreeSet<u64>, earlier: &NotedPart, below: u64, config: &Config) -> Likeness {
    let theirs = earlier.features();
    let ours: BTreeSet<u64> = ours.range(..below).copied().collect();
    let common = ours.intersection(&theirs).count();
    let all = ours.len() + theirs.len() - common;
    let (small, large) = (ours.len().min(theirs.len()), ours.len().max(theirs.len()));
    let share = |of: usize| {
        if of == 0 {
            0.0
        } else {
            common as f64 / of as f64
        }
    };
    let says_something = small >= config.min_features && share(large) >= config.min_share;
    Likeness {
        overlap: if says_something { share(small) } else { 0.0 },
        contained: share(theirs.len()),
        jaccard: share(all),
    }
}
