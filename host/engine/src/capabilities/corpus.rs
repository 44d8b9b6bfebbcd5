//! The capability `corpus`: which earlier submissions resemble this one.

use async_trait::async_trait;
use prism_gates_wit::v1_1::prism::gate::corpus;
use serde::{Deserialize, Serialize};
use serde_json::json;
use wasmtime::Result;

use super::{Answer, Failure};
use crate::guest::Guest;
use crate::recording::request_hash;

/// Calls in one evaluation.
pub(crate) const CALLS: u32 = 16;

/// Values of a sketch.
const SKETCH: usize = 128;

/// Characters of a scheme.
const SCHEME: usize = 64;

/// Bytes of a note.
const NOTE: usize = 64 << 10;

/// Neighbours of one answer.
const NEIGHBOURS: u32 = 64;

/// Something that knows the earlier submissions.
#[async_trait]
pub trait Corpus: Send + Sync {
    /// The submissions before the asker's whose fingerprint resembles this one most, the most similar first; at
    /// most `limit`, which is at most 64. The fingerprint keeps the limits of the contract.
    ///
    /// # Errors
    /// When the index can't be read: the gate then holds, and the submission is retried.
    async fn nearest(
        &self,
        asks: &Asker,
        fingerprint: &Fingerprint,
        limit: u32,
    ) -> Result<Vec<Neighbour>, CorpusError>;
}

/// Whose bundle is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The submission; empty in a local check.
    pub submission: String,
    /// Who submitted it; empty in a local check.
    pub hotkey: String,
}

/// What a gate makes of a bundle so that it can be compared with others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Kind and version, for example `functions-1`. Only fingerprints of one scheme are compared.
    pub scheme: String,
    /// A min-hash sketch of 128 values.
    pub sketch: Vec<u64>,
    /// What the gate wants to know of this bundle when a later one resembles it. At most 64 KiB.
    pub note: String,
}

/// An earlier submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Its id.
    pub submission: String,
    /// Who submitted it.
    pub hotkey: String,
    /// Share of equal values in both sketches, 0 to 1.
    pub similarity: f64,
    /// The note that was kept with it.
    pub note: String,
}

/// Why the corpus gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CorpusError {
    /// The index can't be read.
    #[error("the corpus of earlier submissions can't be read: {0}")]
    Unavailable(String),
}

impl corpus::Host for Guest {
    async fn nearest(
        &mut self,
        fingerprint: corpus::Fingerprint,
        limit: u32,
    ) -> Result<std::result::Result<Vec<corpus::Neighbour>, corpus::Error>> {
        self.copy(
            fingerprint.scheme.len() + fingerprint.note.len() + fingerprint.sketch.len() * 8,
        )?;
        let Some(left) = self.corpus_calls.checked_sub(1) else {
            return Ok(Err(corpus::Error::BudgetExhausted));
        };
        self.corpus_calls = left;
        if let Some(text) = malformed(&fingerprint) {
            return Ok(Err(corpus::Error::Malformed(text)));
        }
        let limit = limit.min(NEIGHBOURS);
        let fingerprint = Fingerprint {
            scheme: fingerprint.scheme,
            sketch: fingerprint.sketch,
            note: fingerprint.note,
        };
        let asked = json!({ "fingerprint": fingerprint, "limit": limit });
        let corpus = self.capabilities.corpus.clone();
        let asker = self.asker.clone();
        let can_ask = corpus.is_some() || !self.calls.is_replay();
        let live = can_ask.then_some(async move {
            let Some(corpus) = corpus else {
                return (Answer::Ok(Vec::new()), false);
            };
            let answer = match corpus.nearest(&asker, &fingerprint, limit).await {
                Ok(neighbours) => Answer::Ok(neighbours),
                Err(error) => Answer::Error(Failure::Unavailable(error.to_string())),
            };
            (answer, false)
        });
        let hash = request_hash(&asked);
        let answer: Answer<Vec<Neighbour>> = self
            .calls
            .answer("corpus.nearest", hash, Some(asked), live)
            .await;
        Ok(match answer {
            Answer::Ok(neighbours) => Ok(self.neighbours(neighbours, limit)?),
            Answer::Error(Failure::Unavailable(text) | Failure::Refused(text)) => {
                Err(corpus::Error::Unavailable(text))
            }
            Answer::Error(Failure::TimedOut) => Err(corpus::Error::Unavailable(
                "the corpus did not answer in time".into(),
            )),
            Answer::Error(Failure::BudgetExhausted) => Err(corpus::Error::BudgetExhausted),
        })
    }
}

impl Guest {
    fn neighbours(&mut self, found: Vec<Neighbour>, limit: u32) -> Result<Vec<corpus::Neighbour>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut out = Vec::new();
        for neighbour in found.into_iter().take(limit) {
            self.copy(neighbour.submission.len() + neighbour.hotkey.len() + neighbour.note.len())?;
            out.push(corpus::Neighbour {
                submission: neighbour.submission,
                hotkey: neighbour.hotkey,
                similarity: neighbour.similarity,
                note: neighbour.note,
            });
        }
        Ok(out)
    }
}

/// Which limit of the contract a fingerprint breaks.
fn malformed(fingerprint: &corpus::Fingerprint) -> Option<String> {
    let scheme = &fingerprint.scheme;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if scheme.is_empty() || scheme.len() > SCHEME || !scheme.bytes().all(plain) {
        return Some(format!("the scheme is not 1 to {SCHEME} of a-z, 0-9 and -"));
    }
    if fingerprint.sketch.len() != SKETCH {
        let found = fingerprint.sketch.len();
        return Some(format!("the sketch has {found} values, not {SKETCH}"));
    }
    if fingerprint.note.len() > NOTE {
        let found = fingerprint.note.len();
        return Some(format!("the note has {found} bytes; the limit is {NOTE}"));
    }
    None
}
