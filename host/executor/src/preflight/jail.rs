//! One preflight's jail, from its start to its end.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::timeout;

use super::wire::{LINE_BYTES, LINES, Message, Ready, Request};
use super::{Device, PreflightSettings};
use crate::jail::output::tail;
use crate::jail::{Identity, JailEnd, JailLimits, RunningJail};
use crate::local::folder::RunFolder;
use crate::local::launcher;
use crate::{ExecutorError, Home};

/// What CUDA opens for one GPU.
const FIRST_GPU: [&str; 3] = ["/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia0"];
/// Importing torch from a cold disk, beside other work.
const READY: Duration = Duration::from_secs(180);
/// How long a process that has closed its connection may take to end.
const END: Duration = Duration::from_secs(10);
/// Behind the clocks of the phases and the age of a spare.
const WALL_SECONDS: u64 = 24 * 60 * 60;

/// A jail whose interpreter has imported torch and waits for its bundle. Dropping it ends everything inside.
#[derive(Debug)]
pub(super) struct Waiting {
    jail: RunningJail,
    folder: RunFolder,
    lines: BufReader<OwnedReadHalf>,
    answers: OwnedWriteHalf,
    versions: Ready,
    read: usize,
    findings: usize,
}

impl Waiting {
    /// Starts a jail and waits until torch is imported.
    ///
    /// # Errors
    /// Every one is this machine's fault: no code of a bundle has run.
    pub(super) async fn start(
        home: &Home,
        settings: &PreflightSettings,
    ) -> Result<Self, ExecutorError> {
        let runtime = home.runtime()?;
        let folder = RunFolder::create(&BTreeMap::new())?;
        let limits = JailLimits {
            memory_bytes: settings.memory_bytes,
            scratch_bytes: 64 << 20,
            // One, so that sums are added in one order and a verdict does not depend on the machine.
            cpu_threads: 1,
            wall_seconds: WALL_SECONDS,
            ..JailLimits::default()
        };
        let mut jail = launcher::jail(home, &runtime, limits)?
            .show(folder.bundle(), launcher::bundle_place())
            .socket(folder.socket());
        if settings.device == Device::Cuda {
            for device in FIRST_GPU.map(Path::new) {
                if !device.exists() {
                    let missing = format!(
                        "{} is missing: no NVIDIA GPU here, set preflight.device to cpu",
                        device.display()
                    );
                    return Err(ExecutorError::Preflight(missing));
                }
                jail = jail.device(device);
            }
        }
        let listener = UnixListener::bind(folder.socket())
            .map_err(ExecutorError::io("the socket of preflight"))?;
        let identity = jail.identity();
        folder.open_socket(identity)?;
        let mut jail = jail.start(launcher::preflight_command(&runtime)).await?;
        let connecting = timeout(READY, connected(&listener, identity));
        let stream = tokio::select! {
            stream = connecting => stream.map_err(|_| ExecutorError::Preflight("it did not import torch in time".into()))??,
            end = jail.wait() => return Err(ended_early(&end?)),
        };
        let (reading, answers) = stream.into_split();
        let mut waiting = Self {
            jail,
            folder,
            lines: BufReader::new(reading),
            answers,
            versions: Ready {
                python: String::new(),
                torch: String::new(),
            },
            read: 0,
            findings: 0,
        };
        match timeout(READY, waiting.message()).await {
            Ok(Ok(Some(Message::Ready(ready)))) => waiting.versions = ready,
            Ok(Ok(None)) => return Err(ended_early(&waiting.end().await?)),
            other => {
                let what = match other {
                    Err(_) => "it was not ready in time".to_owned(),
                    Ok(Err(nonsense)) => nonsense,
                    Ok(Ok(_)) => "it did not say that it was ready".to_owned(),
                };
                return Err(ExecutorError::Preflight(what));
            }
        }
        Ok(waiting)
    }

    /// Whether the process still waits: one that was killed meanwhile has closed its connection.
    pub(super) fn alive(&self) -> bool {
        let mut byte = [0];
        let closed = self.lines.get_ref().try_read(&mut byte);
        matches!(closed, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
    }

    pub(super) fn versions(&self) -> &Ready {
        &self.versions
    }

    /// Puts the bundle where the jail sees it.
    pub(super) fn bring(&self, files: &BTreeMap<String, Vec<u8>>) -> Result<(), ExecutorError> {
        if files.is_empty() {
            return Err(ExecutorError::BadJob("the bundle has no file".into()));
        }
        self.folder.fill(files)
    }

    /// Says what is asked. The process has not seen the bundle before, so that a failure is this machine's fault.
    pub(super) async fn ask(&mut self, request: &Request<'_>) -> Result<(), ExecutorError> {
        let failed = || ExecutorError::io("asking the preflight");
        let mut line = serde_json::to_vec(request).map_err(|error| failed()(error.into()))?;
        line.push(b'\n');
        self.answers.write_all(&line).await.map_err(failed())
    }

    /// The next line; none when the connection is closed.
    ///
    /// # Errors
    /// In words, when it is not one the harness says.
    pub(super) async fn message(&mut self) -> Result<Option<Message>, String> {
        let mut line = Vec::new();
        let mut lines = (&mut self.lines).take(LINE_BYTES as u64);
        match lines.read_until(b'\n', &mut line).await {
            Ok(0) => return Ok(None),
            // A line that a death cut short is no message; nor is what a reset connection lost.
            Ok(_) if line.last() != Some(&b'\n') && line.len() < LINE_BYTES => return Ok(None),
            Err(_) => return Ok(None),
            Ok(_) if line.last() != Some(&b'\n') => return Err("a line without an end".into()),
            Ok(_) => {}
        }
        self.read += 1;
        if self.read > LINES {
            return Err(format!("more than {LINES} lines"));
        }
        let message = Message::read(&line, self.findings)?;
        self.findings += usize::from(matches!(message, Message::Finding(_)));
        Ok(Some(message))
    }

    /// How it ended, once the connection is closed. A process that lives on without one is killed.
    pub(super) async fn end(&mut self) -> Result<JailEnd, ExecutorError> {
        match timeout(END, self.jail.wait()).await {
            Ok(end) => Ok(end?),
            Err(_) => {
                self.jail.kill();
                Ok(self.jail.wait().await?)
            }
        }
    }

    /// Ends everything inside.
    pub(super) fn kill(&self) {
        self.jail.kill();
    }
}

/// The one connection, from the jail's own user.
async fn connected(
    listener: &UnixListener,
    identity: Identity,
) -> Result<UnixStream, ExecutorError> {
    let failed = || ExecutorError::io("the socket of preflight");
    loop {
        let (stream, _) = listener.accept().await.map_err(failed())?;
        if stream.peer_cred().map_err(failed())?.uid() == identity.host_uid() {
            return Ok(stream);
        }
    }
}

fn ended_early(end: &JailEnd) -> ExecutorError {
    let said = tail(end.output.trim(), 2000);
    ExecutorError::Preflight(format!("it ended before any bundle was there: {said}"))
}
