//! The gate platform: which gates judge right now, and how that is changed without a restart.
//!
//! The active pipeline is one immutable value behind one pointer. An evaluation takes the pointer once and keeps
//! that pipeline to its end, so a verdict never mixes revisions; a change makes a new pipeline beside the old one,
//! proves it, writes it to the store and only then turns the pointer. In reading order: [`install`] brings
//! components in, [`change`] says what an operator asks for, [`activate`] proves and swaps, [`breaker`] watches
//! crashes, [`shadow`] and [`replay`] try candidates on live and on stored submissions, [`status`] tells.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use prism_bundle::{Bundle, Refusal};
use prism_engine::{
    Busy, Capabilities, Gate, LanguageModel, Ledger, Limits, Pipeline, Runtime, Submission,
};
pub use prism_store::INSTALLATION;
use prism_store::records::LlmUsage;
use prism_store::verdict::Verdict;
use prism_store::{Store, StoreError};

pub mod activate;
pub mod breaker;
pub mod change;
mod corpus;
mod error;
pub mod install;
mod ledger;
pub mod replay;
pub mod shadow;
mod standard;
pub mod status;

pub use corpus::StoreCorpus;
pub use error::PlatformError;
pub use ledger::LlmTerms;

use breaker::{Breaker, BreakerConfig};
use ledger::StoreLedger;
use replay::Replays;
use shadow::Shadows;

/// Gates kept ready although no pipeline uses them: going back to one takes no loading.
const KEPT: usize = 16;

/// What the platform is made of.
pub struct Platform {
    store: Store,
    runtime: Arc<Runtime>,
    capabilities: Capabilities,
    key_set: PathBuf,
    active: ArcSwap<Pipeline>,
    /// Pipelines that were replaced and may still be judging.
    retiring: Mutex<Vec<Weak<Pipeline>>>,
    /// One change at a time.
    changing: tokio::sync::Mutex<()>,
    kept: Mutex<Vec<Arc<Gate>>>,
    /// Digests and limits whose self-test cases have passed in this process: verdicts are deterministic.
    proven: Mutex<HashSet<(String, Limits)>>,
    breaker: Breaker,
    shadows: Shadows,
    replays: Replays,
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Platform")
            .field("revision", &self.active.load().revision())
            .finish_non_exhaustive()
    }
}

/// What the platform needs to start.
pub struct Parts {
    /// State.
    pub store: Store,
    /// The engine.
    pub runtime: Arc<Runtime>,
    /// The language model, when one is configured, and the terms under which it is asked.
    pub model: Option<(Arc<dyn LanguageModel>, LlmTerms)>,
    /// File with the keys whose signatures count.
    pub key_set: PathBuf,
    /// Folder of the gates that came with the installation. Without one there is no standard pipeline, and until an
    /// operator activates a revision nothing is judged but the closed bundle.
    pub gates: Option<PathBuf>,
    /// When a crashing gate raises the alarm.
    pub breaker: BreakerConfig,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Parts").finish_non_exhaustive()
    }
}

impl Platform {
    /// Loads the active revision; makes the installation's standard pipeline the first one. As long as nobody but
    /// the installation has chosen a revision, an upgrade of it brings its new gates along.
    ///
    /// A gate of the active revision that can't be loaded does not stop the service: what it should judge waits,
    /// and the status says why.
    ///
    /// # Errors
    /// When the state can't be read, or there is no revision and the standard gates can't be made one.
    pub async fn start(parts: Parts) -> Result<Arc<Self>, PlatformError> {
        let corpus = StoreCorpus(parts.store.clone());
        let (model, terms) = parts.model.unzip();
        let ledger = terms.map(|terms| -> Arc<dyn Ledger> {
            let store = parts.store.clone();
            Arc::new(StoreLedger { store, terms })
        });
        let platform = Arc::new(Self {
            capabilities: Capabilities {
                model,
                ledger,
                corpus: Some(Arc::new(corpus)),
                recorded: None,
            },
            active: ArcSwap::from_pointee(Pipeline::new(
                Arc::clone(&parts.runtime),
                None,
                Vec::new(),
            )),
            store: parts.store,
            runtime: parts.runtime,
            key_set: parts.key_set,
            retiring: Mutex::default(),
            changing: tokio::sync::Mutex::default(),
            kept: Mutex::default(),
            proven: Mutex::default(),
            breaker: Breaker::new(parts.breaker),
            shadows: Shadows::default(),
            replays: Replays::default(),
        });
        platform.seed(parts.gates.as_deref()).await?;
        Ok(platform)
    }

    /// The pipeline that judges now. Whoever holds it keeps it.
    #[must_use]
    pub fn pipeline(&self) -> Arc<Pipeline> {
        self.active.load_full()
    }

    /// Judges by the active revision and says which pipeline that was.
    ///
    /// # Errors
    /// [`Busy`] when no place came free in time.
    pub async fn judge(
        &self,
        submission: &Submission,
        bundle: &Bundle,
        closed_in: Duration,
    ) -> Result<(Verdict, Arc<Pipeline>), Busy> {
        let pipeline = self.pipeline();
        let verdict = pipeline
            .judge(submission, bundle, &self.capabilities, closed_in)
            .await?;
        Ok((verdict, pipeline))
    }

    /// The verdict on a bundle that is not closed.
    #[must_use]
    pub fn refuse(&self, refusal: &Refusal, closed_in: Duration) -> Verdict {
        self.pipeline().refuse(refusal, closed_in)
    }

    /// Takes a recorded verdict into account: the breaker counts it, shadows judge the bundle in the background.
    pub fn judged(
        self: &Arc<Self>,
        pipeline: Arc<Pipeline>,
        submission: Submission,
        bundle: Bundle,
        verdict: Verdict,
    ) {
        if let Some(trip) = self.breaker.observe(&verdict) {
            let platform = Arc::clone(self);
            tokio::spawn(async move { platform.tripped(trip).await });
        }
        self.shadow(pipeline, submission, bundle, verdict);
    }

    /// What the language model was asked in the latest days, today included, the newest first.
    ///
    /// # Errors
    /// When the state can't be read.
    pub async fn llm_usage(&self, days: u64) -> Result<Vec<LlmUsage>, PlatformError> {
        self.ask(move |store| store.llm_usage(days)).await
    }

    /// Asks the store on a thread that may wait for the disk.
    async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, PlatformError> {
        let store = self.store.clone();
        match tokio::task::spawn_blocking(move || ask(&store)).await {
            Ok(answer) => answer.map_err(PlatformError::from),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// A gate that is ready, from those at hand or loaded anew.
    async fn gate(&self, record: &prism_store::records::Gate) -> Result<Arc<Gate>, PlatformError> {
        let at_hand = lock(&self.kept)
            .iter()
            .find(|gate| gate.digest() == record.digest)
            .cloned();
        if let Some(gate) = at_hand {
            return Ok(gate);
        }
        let digest = record.digest.clone();
        let component = self.ask(move |store| store.gate_component(&digest)).await?;
        let grants = record
            .grants
            .iter()
            .filter_map(|name| name.parse().ok())
            .collect();
        let name = format!("{}@{}", record.descriptor.id, record.descriptor.version);
        let gate = self.load(name, component, grants).await?;
        self.keep(&gate);
        Ok(gate)
    }

    /// Loading hashes and maps megabytes: not on a thread of the async runtime.
    async fn load(
        &self,
        name: String,
        component: Vec<u8>,
        grants: BTreeSet<prism_component::Capability>,
    ) -> Result<Arc<Gate>, PlatformError> {
        let runtime = Arc::clone(&self.runtime);
        let loading = tokio::task::spawn_blocking(move || {
            tokio::runtime::Handle::current()
                .block_on(Gate::load(&runtime, &name, &component, &grants))
        });
        match loading.await {
            Ok(gate) => Ok(Arc::new(gate?)),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    fn keep(&self, gate: &Arc<Gate>) {
        let mut kept = lock(&self.kept);
        kept.retain(|other| other.digest() != gate.digest());
        kept.push(Arc::clone(gate));
        let surplus = kept.len().saturating_sub(KEPT);
        kept.drain(..surplus);
    }

    /// A gate whose grants changed must be loaded with the new ones.
    fn forget(&self, digest: &str) {
        lock(&self.kept).retain(|gate| gate.digest() != digest);
    }
}

/// What is behind these locks is whole after every single operation, so a panic elsewhere does no harm.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
