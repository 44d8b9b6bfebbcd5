//! Runs on this machine: a trusted supervisor as an ordinary child, and beside it, never below it, the worker in
//! a jail. They share one Unix socket and nothing else.

use std::sync::Arc;

use async_trait::async_trait;
use prism_protocol::event::Event;
use tokio::sync::mpsc;

use crate::preflight::{Phase, Preflight, PreflightJob, PreflightSettings, Preflights};
use crate::{Cancel, Executor, ExecutorError, Home, IsolationReport, Job, RunResult};

pub(crate) mod folder;
pub use folder::RunFiles;
pub(crate) mod launcher;
mod run;
mod supervisor;

/// Most bytes of worker output kept in [`RunResult::log_tail`].
pub const LOG_TAIL_BYTES: usize = 16 << 10;

/// Runs jobs on this machine.
#[derive(Debug)]
pub struct LocalExecutor {
    home: Arc<Home>,
    report: IsolationReport,
    preflights: Preflights,
}

impl LocalExecutor {
    /// Checks the installation, removes what killed hosts left behind, and tries every protection once. Whether
    /// the level that comes out is enough is the caller's policy.
    ///
    /// # Errors
    ///
    /// When the installation is not complete or no jail can be started at all.
    pub async fn start(home: Arc<Home>) -> Result<Self, ExecutorError> {
        home.runtime()?;
        crate::temporary::sweep();
        let report = crate::isolation::self_test(&home).await?;
        let preflights = Preflights::new(Arc::clone(&home));
        Ok(Self {
            home,
            report,
            preflights,
        })
    }
}

#[async_trait]
impl Executor for LocalExecutor {
    fn isolation(&self) -> &IsolationReport {
        &self.report
    }

    async fn run(
        &self,
        job: Job,
        events: mpsc::Sender<Event>,
        cancel: Cancel,
    ) -> Result<RunResult, ExecutorError> {
        run::run(&self.home, self.report.level, job, events, cancel).await
    }

    async fn warm(&self, settings: &PreflightSettings) {
        self.preflights.warm(settings).await;
    }

    async fn preflight(
        &self,
        job: PreflightJob,
        settings: &PreflightSettings,
        phases: mpsc::Sender<Phase>,
        cancel: Cancel,
    ) -> Result<Preflight, ExecutorError> {
        self.preflights.look(&job, settings, &phases, cancel).await
    }
}
