//! Earlier submissions that resemble this one, through the host. A gate takes [`Corpus`] so that its tests can
//! answer instead.

mod sketch;

use thiserror::Error;

pub use sketch::{SKETCH_VALUES, Sketch, feature};

/// What a gate makes of a bundle so that it can be compared with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Which kind of fingerprint this is, with its version, for example `functions-1`. Only fingerprints of one
    /// scheme are compared: change the name when the features change.
    pub scheme: String,
    /// The min-hash sketch of the bundle's features.
    pub sketch: Sketch,
    /// Whatever the gate wants to know of this bundle when a later one resembles it; 64 KiB at most.
    pub note: String,
}

/// An earlier submission.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// Its id.
    pub submission: String,
    /// Who submitted it.
    pub hotkey: String,
    /// Estimated Jaccard similarity of the two feature sets, 0 to 1, as [`Sketch::similarity`].
    pub similarity: f64,
    /// The note that was kept with it.
    pub note: String,
}

/// Why there is no answer. None of these is the bundle's fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CorpusError {
    /// The index can't be read.
    #[error("the corpus of earlier submissions is unavailable: {0}")]
    Unavailable(String),
    /// The fingerprint breaks a limit of the contract.
    #[error("the corpus refuses the fingerprint: {0}")]
    Malformed(String),
    /// The calls of this evaluation are spent.
    #[error("the calls to the corpus that one evaluation may make are spent")]
    BudgetExhausted,
}

/// Something that knows earlier submissions.
pub trait Corpus {
    /// The submissions taken in before this one that resemble it most, the most similar first; at most `limit`,
    /// and never more than 64. One with a similarity below 0.5 may be missing.
    ///
    /// # Errors
    /// When there is no answer.
    fn nearest(&self, fingerprint: &Fingerprint, limit: u32)
    -> Result<Vec<Neighbour>, CorpusError>;
}

/// The corpus behind the host's `corpus` capability; every call fails in a native build, where there is no host.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostCorpus;

#[cfg(target_arch = "wasm32")]
impl Corpus for HostCorpus {
    fn nearest(
        &self,
        fingerprint: &Fingerprint,
        limit: u32,
    ) -> Result<Vec<Neighbour>, CorpusError> {
        use crate::export::bindings::prism::gate::corpus;
        let asked = corpus::Fingerprint {
            scheme: fingerprint.scheme.clone(),
            sketch: fingerprint.sketch.values().to_vec(),
            note: fingerprint.note.clone(),
        };
        match corpus::nearest(&asked, limit) {
            Ok(found) => Ok(found
                .into_iter()
                .map(|one| Neighbour {
                    submission: one.submission,
                    hotkey: one.hotkey,
                    similarity: one.similarity,
                    note: one.note,
                })
                .collect()),
            Err(corpus::Error::Unavailable(why)) => Err(CorpusError::Unavailable(why)),
            Err(corpus::Error::Malformed(why)) => Err(CorpusError::Malformed(why)),
            Err(corpus::Error::BudgetExhausted) => Err(CorpusError::BudgetExhausted),
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Corpus for HostCorpus {
    fn nearest(
        &self,
        _fingerprint: &Fingerprint,
        _limit: u32,
    ) -> Result<Vec<Neighbour>, CorpusError> {
        Err(CorpusError::Unavailable(
            "there is no host in a native build".to_owned(),
        ))
    }
}
