//! Executors: where a run happens, and which isolation level holds there.
//!
//! An executor takes one closed bundle and one course, starts a trusted supervisor and an untrusted worker,
//! and comes back with how the run ended and the manifest the supervisor wrote. [`local`] does it on this
//! machine. What a protection is and whether it holds is said by [`isolation`]; the walls themselves are in
//! [`jail`]. No scoring, no queue and no Python code of miners live here.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use prism_protocol::event::Event;
use prism_protocol::outcome::Outcome;
use prism_protocol::spec::{Context, CourseFile, Limits, Task};
use tokio::sync::{mpsc, watch};

pub mod home;
pub mod isolation;
pub mod jail;
pub mod local;
pub mod preflight;
mod temporary;

pub use home::{Home, HomeError};
pub use isolation::{IsolationLevel, IsolationReport};
pub use jail::limits::JailLimits;
pub use local::{LocalExecutor, RunFiles};
pub use preflight::{Preflight, PreflightJob, PreflightSettings};

/// One run to do.
#[derive(Clone, Debug)]
pub struct Job {
    /// Run id, unique per attempt: 1 to 64 of `[A-Za-z0-9_-]`, because folders are named after it.
    pub run_id: String,
    /// What this run of the bundle is for.
    pub task: Task,
    /// Submission id; empty in a local run.
    pub submission_id: String,
    /// The closed bundle: relative path with `/` to content. Written to a folder the jail sees read-only.
    pub files: Arc<BTreeMap<String, Vec<u8>>>,
    /// The course file, opened by the supervisor only.
    pub course: PathBuf,
    /// File with the key of a sealed course, opened by the supervisor only.
    pub course_key: Option<PathBuf>,
    /// Text that follows the cut in cut questions; without any, random ids do.
    pub decoys: Option<CourseFile>,
    /// The vocabulary of a tokenizer that is not built in, as `prism-tokenizer` writes it.
    pub vocabulary: Option<Arc<[u8]>>,
    /// Serve only about this many bytes of the course; `None` for all.
    pub course_bytes: Option<u64>,
    /// The values of `PrismContext`.
    pub context: Context,
    /// Clocks and quotas the supervisor enforces.
    pub limits: Limits,
    /// Limits the jail enforces.
    pub jail: JailLimits,
}

/// What a run left behind. The manifest is the supervisor's word; nothing in it is authored by the worker.
#[derive(Clone, Debug)]
pub struct RunResult {
    /// How it ended.
    pub outcome: Outcome,
    /// The manifest.
    pub manifest: ManifestFile,
    /// The last part of what the worker printed, at most [`local::LOG_TAIL_BYTES`] bytes, control characters
    /// replaced. It is hostile text and may hold course text: for the operator, never for the public. Of a worker that
    /// examined a state nothing is kept: it has seen validation text.
    pub log_tail: String,
    /// What else the supervisor wrote.
    pub files: RunFiles,
}

/// `prism_run_manifest.v2.json` as it lay on disk.
#[derive(Clone, Debug)]
pub struct ManifestFile {
    /// The exact bytes, for the blob store and for signatures.
    pub bytes: Vec<u8>,
    /// The same, parsed.
    pub value: serde_json::Value,
}

/// Cancels a run. Dropping it doesn't.
#[derive(Clone, Debug)]
pub struct CancelHandle(watch::Sender<bool>);

impl CancelHandle {
    /// Asks the run to end. Doing it twice is fine.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
}

/// The run's side of a [`CancelHandle`].
#[derive(Clone, Debug)]
pub struct Cancel(watch::Receiver<bool>);

impl Cancel {
    /// A handle and what it cancels.
    pub fn pair() -> (CancelHandle, Self) {
        let (sender, receiver) = watch::channel(false);
        (CancelHandle(sender), Self(receiver))
    }

    /// A run that nobody can cancel.
    pub fn never() -> Self {
        Self::pair().1
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns once it is cancelled; never when nobody can cancel it any more.
    pub async fn cancelled(&mut self) {
        if self.0.wait_for(|cancelled| *cancelled).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Where a run happens.
#[async_trait]
pub trait Executor: Send + Sync {
    /// What the self-test found at start-up.
    fn isolation(&self) -> &IsolationReport;

    /// Does one run. Events are passed on as the supervisor sends them; a receiver that is gone or full loses
    /// events, never the run.
    ///
    /// # Errors
    ///
    /// Every error is a fault outside the jail (the submission goes back to pending), but
    /// [`ExecutorError::Cancelled`], which the caller asked for, and [`ExecutorError::BadJob`].
    async fn run(
        &self,
        job: Job,
        events: mpsc::Sender<Event>,
        cancel: Cancel,
    ) -> Result<RunResult, ExecutorError>;

    /// Makes a jail ready in which the next preflight begins at once. A service does that whenever one was used; who
    /// looks at a single bundle needn't.
    async fn warm(&self, settings: &PreflightSettings);

    /// Looks at one bundle under real torch. Phases are passed on as they begin.
    ///
    /// # Errors
    ///
    /// As for [`Executor::run`]: whatever the bundle did is in the answer.
    async fn preflight(
        &self,
        job: PreflightJob,
        settings: &PreflightSettings,
        phases: mpsc::Sender<preflight::Phase>,
        cancel: Cancel,
    ) -> Result<Preflight, ExecutorError>;
}

/// Why an executor could not do a run. None of these is the bundle's fault.
#[derive(Debug, thiserror::Error)]
pub enum ExecutorError {
    /// The installation is not complete.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// A job that no caller should have built.
    #[error("the job is not valid: {0}")]
    BadJob(String),
    /// The jail can't be built on this machine.
    #[error("the jail could not be started: {0}")]
    Jail(#[from] jail::JailError),
    /// The machine failed us.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// The supervisor died, went silent or spoke nonsense.
    #[error("the supervisor failed: {0}")]
    Supervisor(String),
    /// The process of a preflight failed before it had a bundle.
    #[error("the preflight failed: {0}")]
    Preflight(String),
    /// The supervisor said it was done, and its manifest is missing, not JSON or not the one it wrote.
    #[error("the run manifest is unusable: {0}")]
    Manifest(String),
    /// The caller cancelled the run.
    #[error("the run was cancelled")]
    Cancelled,
}

impl ExecutorError {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
