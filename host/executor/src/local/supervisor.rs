//! The supervisor as a child process: its specification and notices go in, its events come out.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prism_protocol::event::{Event, Notice};
use prism_protocol::spec::RunSpec;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::ExecutorError;
use crate::jail::output::{printable, tail};

/// Bytes kept of what it writes to standard error.
const ERRORS_KEPT: usize = 8 << 10;
/// How long it may take to leave once it has nothing more to do.
const LEAVE: Duration = Duration::from_secs(10);

/// A supervisor that runs. Dropping it kills it; closing its standard input alone tells it that nobody is
/// waiting any more.
#[derive(Debug)]
pub(super) struct Supervisor {
    child: Child,
    input: Option<ChildStdin>,
    events: Lines<BufReader<ChildStdout>>,
    errors: Arc<Mutex<Vec<u8>>>,
}

impl Supervisor {
    /// Starts it and hands it the specification.
    pub(super) async fn start(
        binary: &Path,
        libtorch: &Path,
        spec: &RunSpec,
    ) -> Result<Self, ExecutorError> {
        let mut command = Command::new(binary);
        command
            .env_clear()
            .env("LD_LIBRARY_PATH", libtorch)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .map_err(ExecutorError::io(format!("starting {}", binary.display())))?;
        let parts = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(output), Some(mut error_stream)) = parts else {
            return Err(ExecutorError::Supervisor(
                "it has no standard streams".into(),
            ));
        };
        let errors = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&errors);
        tokio::spawn(async move {
            let mut buffer = vec![0; 4096];
            while let Ok(count @ 1..) = error_stream.read(&mut buffer).await {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend_from_slice(buffer.get(..count).unwrap_or_default());
                let excess = kept.len().saturating_sub(ERRORS_KEPT);
                kept.drain(..excess);
            }
        });
        let events = BufReader::new(output).lines();
        let mut supervisor = Self {
            child,
            input: Some(input),
            events,
            errors,
        };
        let line = serde_json::to_string(spec)
            .map_err(|error| ExecutorError::BadJob(error.to_string()))?;
        supervisor.send(line).await;
        Ok(supervisor)
    }

    /// The next event; cancel-safe.
    ///
    /// # Errors
    ///
    /// When it left or spoke nonsense.
    pub(super) async fn event(&mut self) -> Result<Event, ExecutorError> {
        match self.events.next_line().await {
            Ok(Some(line)) => serde_json::from_str(&line).map_err(|error| {
                let line = printable(line.as_bytes());
                ExecutorError::Supervisor(format!("not an event ({error}): {}", tail(&line, 200)))
            }),
            Ok(None) => Err(self.died().await),
            Err(error) => Err(ExecutorError::Supervisor(format!(
                "reading its events: {error}"
            ))),
        }
    }

    /// Tells it something. One that is gone will show in its events.
    pub(super) async fn notify(&mut self, notice: &Notice) {
        if let Ok(line) = serde_json::to_string(notice) {
            self.send(line).await;
        }
    }

    async fn send(&mut self, mut line: String) {
        line.push('\n');
        if let Some(input) = &mut self.input
            && let Err(error) = input.write_all(line.as_bytes()).await
        {
            tracing::debug!(%error, "the supervisor no longer reads");
            self.input = None;
        }
    }

    /// Waits until it has left by itself, and kills it when it doesn't.
    pub(super) async fn leave(mut self) {
        self.input = None;
        if tokio::time::timeout(LEAVE, self.child.wait())
            .await
            .is_err()
        {
            tracing::warn!("the supervisor did not leave by itself");
            let _ = self.child.kill().await;
        }
    }

    async fn died(&mut self) -> ExecutorError {
        let status = match tokio::time::timeout(LEAVE, self.child.wait()).await {
            Ok(Ok(status)) => status.to_string(),
            _ => "no exit status".into(),
        };
        // Its last words may still be in the pipe.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let words = printable(&errors);
        ExecutorError::Supervisor(format!(
            "it left before the run was over ({status}): {}",
            tail(words.trim(), 2000)
        ))
    }
}
