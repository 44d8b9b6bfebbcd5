//! Which earlier submissions resemble one: min-hash sketches (Broder 1997) in a locality-sensitive index.
//!
//! A sketch has [`SKETCH_VALUES`] values; the share of equal values of two sketches estimates the Jaccard similarity
//! of the feature sets without bias, with a standard error of at most 0.045. For the index, 42 bands of 3 values
//! each are looked up: a submission with similarity s shares a band with probability 1 - (1 - s^3)^42, which is
//! above 0.996 for s = 0.5.
//!
//! Bands are ordered by intake, so "as of then" is a range: a question asked again months later sees what was taken
//! in before the asker and nothing else. What one question costs is bounded however crowded a band is: of each band
//! the earliest [`PER_BAND`] count, because whoever came first is the one that is copied, and of all those the
//! [`COMPARED`] that share the most bands are compared. So a flood of look-alikes hides only what came after it,
//! and only from those that share no other band with that. Empty feature sets all have one sketch and fill one
//! place in every band; of them, too, the earliest are found.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::blobs::BlobId;
use crate::change::Change;
use crate::error::StoreError;
use crate::key::Key;
use crate::record::Record;
use crate::records::Submission;
use crate::timestamp::Timestamp;
use crate::verdict::{HostCall, Verdict};
use crate::{Blobs, Store};

/// Values of a sketch.
pub const SKETCH_VALUES: usize = 128;

const BANDS: usize = 42;
const ROWS: usize = 3;

/// Entries of one band that are looked at.
const PER_BAND: usize = 128;

/// Candidates whose sketches are compared: those that share the most bands.
const COMPARED: usize = 256;

/// Neighbours of one answer, as the contract has it.
const NEIGHBOURS: usize = 64;

/// Bytes of a note, as the contract has it.
const NOTE_BYTES: usize = 64 << 10;

/// Bytes of a scheme's name, as the contract has it.
const SCHEME_BYTES: usize = 64;

/// The capability call whose fingerprints are kept.
const CALL: &str = "corpus.nearest";

/// An earlier submission that resembles the one asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct CorpusNeighbour {
    /// Its id.
    pub submission_id: String,
    /// Who submitted it.
    pub hotkey: String,
    /// Share of equal values, 0 to 1.
    pub similarity: f64,
    /// What the gate kept with it.
    pub note: String,
}

/// A fingerprint of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Fingerprint {
    submission_id: String,
    hotkey: String,
    created_at: Timestamp,
    /// Base64 of the values, little-endian.
    sketch: String,
    /// The note is read for the few that are answered with, not for each that is compared.
    note: BlobId,
}

impl Record for Fingerprint {
    const TABLE: &'static str = "corpus";
}

impl Store {
    /// The submissions taken in before this one that resemble the sketch most: the most similar first, of equally
    /// similar ones the earliest first; at most `limit`, and never more than 64. One with a similarity below 0.5
    /// may be missing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] unless there are [`SKETCH_VALUES`] values, [`StoreError::NotFound`] for an unknown
    /// submission; when database or blobs can't be read.
    pub fn corpus_nearest(
        &self,
        submission_id: &str,
        scheme: &str,
        sketch: &[u64],
        limit: usize,
    ) -> Result<Vec<CorpusNeighbour>, StoreError> {
        if sketch.len() != SKETCH_VALUES {
            return Err(StoreError::Invalid(format!(
                "a sketch has {SKETCH_VALUES} values, not {}",
                sketch.len()
            )));
        }
        let asker = self
            .submission(submission_id)?
            .ok_or_else(|| StoreError::NotFound {
                what: "submission",
                id: submission_id.to_owned(),
            })?;
        let mut found = Vec::new();
        for (created_at, id) in self.candidates(&asker, scheme, sketch)? {
            let Some(other) = self.read::<Fingerprint>(fingerprint_key(&id, scheme))? else {
                continue;
            };
            let values = decode(&other.sketch).ok_or_else(|| StoreError::Unreadable {
                table: Fingerprint::TABLE,
                reason: format!("the sketch of submission {id} is none"),
            })?;
            let equal = values.iter().zip(sketch).filter(|(a, b)| a == b).count();
            // Since the scan began it may have been judged again, and resemble this one no more.
            if equal > 0 {
                found.push((Reverse(equal), created_at, id, other));
            }
        }
        found.sort_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
        found.truncate(limit.min(NEIGHBOURS));
        found
            .into_iter()
            .map(|(Reverse(equal), _, submission_id, other)| {
                let note = self.blobs().get(&other.note)?;
                Ok(CorpusNeighbour {
                    submission_id,
                    hotkey: other.hotkey,
                    similarity: equal as f64 / SKETCH_VALUES as f64,
                    note: String::from_utf8_lossy(&note).into_owned(),
                })
            })
            .collect()
    }

    /// Intake and id of those that share the most bands with the sketch, among equals the earliest.
    fn candidates(
        &self,
        asker: &Submission,
        scheme: &str,
        sketch: &[u64],
    ) -> Result<Vec<(u64, String)>, StoreError> {
        let mut shared: HashMap<(u64, sled::IVec), usize> = HashMap::new();
        for (band, hash) in bands(sketch) {
            let first = band_key(scheme, band, hash);
            // The asker's own place: what is sorted before it was taken in before it.
            let end = place_in_band(first.clone(), asker.created_at, &asker.id);
            let first = first.into_bytes();
            let intake = first.len();
            for entry in self.0.tree.range(first..end.into_bytes()).take(PER_BAND) {
                let (key, id) = entry.map_err(StoreError::database("reading the corpus"))?;
                let created_at = key.get(intake..).and_then(|rest| rest.first_chunk::<8>());
                let created_at = created_at.map_or(0, |bytes| u64::from_be_bytes(*bytes));
                *shared.entry((created_at, id)).or_default() += 1;
            }
        }
        let mut candidates: Vec<_> = shared
            .into_iter()
            .map(|((created_at, id), bands)| (Reverse(bands), created_at, id))
            .collect();
        candidates.sort_unstable();
        Ok(candidates
            .into_iter()
            .take(COMPARED)
            .map(|(_, created_at, id)| (created_at, String::from_utf8_lossy(&id).into_owned()))
            .collect())
    }
}

/// A fingerprint on its way into the corpus, its note on disk already.
pub(crate) struct Asked {
    scheme: String,
    sketch: Vec<u64>,
    note: BlobId,
}

/// The fingerprints that the gates of a verdict asked with, the last of each scheme. Notes become blobs here, so
/// that nobody waits for the disk while the change is made.
///
/// # Errors
///
/// When the disk fails.
pub(crate) fn asked(blobs: &Blobs, verdict: &Verdict) -> Result<Vec<Asked>, StoreError> {
    let calls = verdict.gates.iter().flat_map(|run| &run.host_calls);
    let last: BTreeMap<_, _> = calls
        .filter(|call| call.function == CALL)
        .filter_map(fingerprint)
        .collect();
    last.into_iter()
        .map(|(scheme, (sketch, note))| {
            Ok(Asked {
                scheme: scheme.to_owned(),
                sketch,
                note: blobs.put(note.as_bytes())?,
            })
        })
        .collect()
}

/// What a call asked with; nothing when it breaks the contract, for then it was answered with an error.
fn fingerprint(call: &HostCall) -> Option<(&str, (Vec<u64>, &str))> {
    let fingerprint = call.request.as_ref()?.get("fingerprint")?;
    let scheme = fingerprint.get("scheme")?.as_str()?;
    let note = fingerprint.get("note")?.as_str()?;
    let sketch = fingerprint.get("sketch")?.as_array()?;
    let sketch: Vec<u64> = sketch.iter().map(Value::as_u64).collect::<Option<_>>()?;
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let keeps = (1..=SCHEME_BYTES).contains(&scheme.len())
        && scheme.bytes().all(plain)
        && sketch.len() == SKETCH_VALUES
        && note.len() <= NOTE_BYTES;
    keeps.then_some((scheme, (sketch, note)))
}

/// Makes these the fingerprints of the submission, in place of earlier ones of the same schemes.
pub(crate) fn keep(
    change: &mut Change<'_>,
    submission: &Submission,
    asked: Vec<Asked>,
) -> Result<(), StoreError> {
    for Asked {
        scheme,
        sketch,
        note,
    } in asked
    {
        let place = |band, hash| {
            let band = band_key(&scheme, band, hash);
            place_in_band(band, submission.created_at, &submission.id)
        };
        let key = || fingerprint_key(&submission.id, &scheme);
        let old = change.get::<Fingerprint>(key())?;
        if let Some(values) = old.and_then(|old| decode(&old.sketch)) {
            for (band, hash) in bands(&values) {
                change.remove(place(band, hash));
            }
        }
        for (band, hash) in bands(&sketch) {
            change.index(place(band, hash), submission.id.as_bytes());
        }
        let bytes: Vec<u8> = sketch
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let fingerprint = Fingerprint {
            submission_id: submission.id.clone(),
            hotkey: submission.hotkey.clone(),
            created_at: submission.created_at,
            sketch: STANDARD.encode(bytes),
            note,
        };
        change.put(key(), &fingerprint)?;
    }
    Ok(())
}

/// Number and hash of each band.
fn bands(sketch: &[u64]) -> impl Iterator<Item = (u64, u64)> {
    sketch
        .chunks_exact(ROWS)
        .take(BANDS)
        .zip(0..)
        .map(|(rows, band)| {
            // FNV-1a over the values: it only has to spread, for every candidate is compared value by value.
            let hash = rows.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, value| {
                (hash ^ value).wrapping_mul(0x0100_0000_01b3)
            });
            (band, hash)
        })
}

fn decode(sketch: &str) -> Option<Vec<u64>> {
    let bytes = STANDARD.decode(sketch).ok()?;
    let (values, rest) = bytes.as_chunks::<8>();
    (rest.is_empty() && values.len() == SKETCH_VALUES).then(|| {
        values
            .iter()
            .map(|value| u64::from_le_bytes(*value))
            .collect()
    })
}

fn band_key(scheme: &str, band: u64, hash: u64) -> Key {
    Key::of("corpus_bands")
        .text(scheme)
        .number(band)
        .number(hash)
}

fn place_in_band(band: Key, created_at: Timestamp, submission_id: &str) -> Key {
    band.number(created_at.0).text(submission_id)
}

fn fingerprint_key(submission_id: &str, scheme: &str) -> Key {
    Key::of(Fingerprint::TABLE).text(submission_id).text(scheme)
}
