//! The capability `corpus`, answered out of the store.

use async_trait::async_trait;
use prism_engine::{Asker, Corpus, CorpusError, Fingerprint, Neighbour};
use prism_store::Store;

/// Earlier submissions of this service. Since only those taken in before the asking one count, a replay months later
/// gets the corpus as of then.
pub struct StoreCorpus(pub Store);

impl std::fmt::Debug for StoreCorpus {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("StoreCorpus").finish_non_exhaustive()
    }
}

#[async_trait]
impl Corpus for StoreCorpus {
    async fn nearest(
        &self,
        asker: &Asker,
        fingerprint: &Fingerprint,
        limit: u32,
    ) -> Result<Vec<Neighbour>, CorpusError> {
        if asker.submission.is_empty() {
            return Ok(Vec::new());
        }
        let (store, id) = (self.0.clone(), asker.submission.clone());
        let (scheme, sketch) = (fingerprint.scheme.clone(), fingerprint.sketch.clone());
        let found = tokio::task::spawn_blocking(move || {
            store.corpus_nearest(&id, &scheme, &sketch, limit as usize)
        })
        .await;
        match found {
            Ok(Ok(neighbours)) => Ok(neighbours
                .into_iter()
                .map(|neighbour| Neighbour {
                    submission: neighbour.submission_id,
                    hotkey: neighbour.hotkey,
                    similarity: neighbour.similarity,
                    note: neighbour.note,
                })
                .collect()),
            Ok(Err(error)) => {
                tracing::error!(%error, "the corpus can't be read");
                Err(CorpusError::Unavailable("the corpus can't be read".into()))
            }
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}
