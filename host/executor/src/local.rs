//! Runs on this machine.

use std::sync::Arc;

use async_trait::async_trait;
use prism_protocol::event::Event;
use tokio::sync::mpsc;

use crate::{Cancel, Executor, ExecutorError, Home, IsolationReport, Job, RunResult};

/// Most bytes of worker output kept in [`RunResult::log_tail`].
pub const LOG_TAIL_BYTES: usize = 16 << 10;

/// Runs jobs on this machine: the supervisor as a child, the worker in a jail beside it.
#[derive(Debug)]
pub struct LocalExecutor {
    home: Arc<Home>,
    report: IsolationReport,
}

impl LocalExecutor {
    /// Checks the installation and tries every protection once.
    ///
    /// # Errors
    ///
    /// When the installation is not complete or no jail can be started at all.
    pub async fn start(home: Arc<Home>) -> Result<Self, ExecutorError> {
        home.runtime()?;
        let report = crate::isolation::self_test(&home).await?;
        Ok(Self { home, report })
    }
}

#[async_trait]
impl Executor for LocalExecutor {
    fn isolation(&self) -> &IsolationReport {
        &self.report
    }

    async fn run(&self, job: Job, events: mpsc::Sender<Event>, cancel: Cancel) -> Result<RunResult, ExecutorError> {
        let _ = (&self.home, job, events, cancel);
        Err(ExecutorError::Supervisor("this build has no local executor yet".into()))
    }
}
