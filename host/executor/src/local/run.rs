//! One run from start to end: supervisor first, then the jail, then whatever ends first.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use prism_protocol::event::{Event, Notice};
use prism_protocol::manifest::FILE_NAME;
use prism_protocol::outcome::Outcome;
use prism_protocol::spec::{RunSpec, Task};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::folder::RunFolder;
use super::supervisor::Supervisor;
use super::{LOG_TAIL_BYTES, launcher};
use crate::jail::output::tail;
use crate::jail::{JailEnd, JailLimits, RunningJail};
use crate::{Cancel, ExecutorError, Home, IsolationLevel, Job, ManifestFile, RunResult};

/// How long the supervisor may take to open its socket, and the bytes of the course's file that give it a second more:
/// it reads the course through first, and has every document encoded.
const LISTEN: Duration = Duration::from_secs(120);
const LISTEN_BYTES: u64 = 256 << 10;
/// How long it may take to write the manifest once the jail has ended.
const CONCLUDE: Duration = Duration::from_secs(120);
/// Largest manifest that is taken.
const MANIFEST_BYTES: u64 = 64 << 20;

pub(super) async fn run(
    home: &Home,
    level: IsolationLevel,
    job: Job,
    events: mpsc::Sender<Event>,
    mut cancel: Cancel,
) -> Result<RunResult, ExecutorError> {
    check(&job)?;
    let runtime = home.runtime()?;
    let folder = RunFolder::create(&job.files)?;
    let jail = launcher::jail(home, &runtime, job.jail.clone())?
        .show(folder.bundle(), launcher::bundle_place())
        .socket(folder.socket());
    let spec = RunSpec {
        task: job.task.clone(),
        run_id: job.run_id.clone(),
        submission_id: job.submission_id.clone(),
        bundle_dir: folder.bundle(),
        course: job.course.clone(),
        course_key: job.course_key.clone(),
        decoys: job.decoys.clone(),
        tokenizer_file: folder.vocabulary(job.vocabulary.as_deref())?,
        course_bytes: job.course_bytes,
        socket: folder.socket(),
        out_dir: folder.out(),
        peer_uids: vec![jail.identity().host_uid()],
        context: job.context.clone(),
        limits: job.limits.clone(),
        isolation: level.name().into(),
        device: "cpu".into(),
    };

    let bytes = std::fs::metadata(&job.course).map_or(0, |file| file.len());
    let patience = LISTEN + Duration::from_secs(bytes / LISTEN_BYTES);
    let mut supervisor = Supervisor::start(&home.supervisor(), &runtime.libtorch, &spec).await?;
    tokio::select! {
        listening = timeout(patience, listening(&mut supervisor, &events)) => {
            listening.map_err(|_| ExecutorError::Supervisor("it did not open its socket in time".into()))??;
        }
        () = cancel.cancelled() => return Err(cancelled(supervisor).await),
    }
    folder.open_socket(jail.identity())?;
    let worker = jail.start(launcher::command(&runtime)).await?;
    let mut watch = Watch {
        worker,
        supervisor,
        limits: job.jail.clone(),
        end: None,
    };

    let outcome = tokio::select! {
        outcome = watch.until_finished(&events) => outcome,
        () = cancel.cancelled() => {
            watch.worker.kill();
            let error = cancelled(watch.supervisor).await;
            let _ = watch.worker.wait().await;
            return Err(error);
        }
    };
    // The jail is over whatever the answer was; with it ends what the worker could still do.
    watch.worker.kill();
    let end = match watch.end.take() {
        Some(end) => Ok(end),
        None => watch.worker.wait().await,
    };
    let ((outcome, sha256), end) = (outcome?, end?);
    let manifest = read_manifest(&folder.out().join(FILE_NAME), &sha256);
    watch.supervisor.leave().await;
    match (manifest, outcome) {
        (Ok(manifest), outcome) => {
            let log_tail = match job.task {
                Task::Examine(_) => String::new(),
                _ => tail(&end.output, LOG_TAIL_BYTES).to_owned(),
            };
            Ok(RunResult {
                outcome,
                manifest,
                log_tail,
                files: folder.into(),
            })
        }
        (Err(_), Outcome::Infrastructure { detail }) => Err(ExecutorError::Supervisor(detail)),
        (Err(error), _) => Err(error),
    }
}

/// The two siblings.
struct Watch {
    worker: RunningJail,
    supervisor: Supervisor,
    limits: JailLimits,
    end: Option<JailEnd>,
}

impl Watch {
    /// Passes events on until the supervisor says how it ended and what its manifest's bytes hash to; tells it when the jail ends before.
    async fn until_finished(
        &mut self,
        events: &mpsc::Sender<Event>,
    ) -> Result<(Outcome, String), ExecutorError> {
        let mut conclude = None;
        loop {
            let late = async {
                match conclude {
                    Some(deadline) => tokio::time::sleep_until(deadline).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                // The supervisor's word first: a worker that has said everything leaves at once.
                biased;
                event = self.supervisor.event() => {
                    let event = event?;
                    let _ = events.try_send(event.clone());
                    if let Event::Finished { outcome, sha256, .. } = event {
                        return Ok((outcome, sha256));
                    }
                }
                end = self.worker.wait(), if self.end.is_none() => {
                    // A jail that never stood is this machine's fault.
                    let end = end?;
                    conclude = Some(Instant::now() + CONCLUDE);
                    self.tell(&end).await;
                    self.end = Some(end);
                }
                () = late => {
                    return Err(ExecutorError::Supervisor("it did not conclude after the jail had ended".into()));
                }
            }
        }
    }

    async fn tell(&mut self, end: &JailEnd) {
        if let Some(quota) = end.quota {
            self.supervisor
                .notify(&Notice::QuotaExceeded {
                    quota: quota.words(&self.limits),
                })
                .await;
        }
        let signal = launcher::hinted_signal(end);
        let code = if signal.is_some() { None } else { end.code };
        tracing::debug!(?code, ?signal, out_of_memory = end.out_of_memory, quota = ?end.quota, "the jail has ended");
        self.supervisor
            .notify(&Notice::WorkerExited {
                code,
                signal,
                out_of_memory: end.out_of_memory,
            })
            .await;
    }
}

fn check(job: &Job) -> Result<(), ExecutorError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !(1..=64).contains(&job.run_id.len()) || !job.run_id.chars().all(plain) {
        return Err(ExecutorError::BadJob(format!(
            "run id {:?}: 1 to 64 of [A-Za-z0-9_-]",
            job.run_id
        )));
    }
    if !job.course.is_absolute() {
        return Err(ExecutorError::BadJob(format!(
            "course {} is not an absolute path",
            job.course.display()
        )));
    }
    if job.files.is_empty() {
        return Err(ExecutorError::BadJob("the bundle has no file".into()));
    }
    Ok(())
}

async fn listening(
    supervisor: &mut Supervisor,
    events: &mpsc::Sender<Event>,
) -> Result<(), ExecutorError> {
    let event = supervisor.event().await?;
    let _ = events.try_send(event.clone());
    match event {
        Event::Listening => Ok(()),
        // A course it can't read, for example.
        Event::Finished {
            outcome: Outcome::Infrastructure { detail },
            ..
        } => Err(ExecutorError::Supervisor(detail)),
        other => Err(ExecutorError::Supervisor(format!(
            "it said {other:?} before it listened"
        ))),
    }
}

async fn cancelled(mut supervisor: Supervisor) -> ExecutorError {
    supervisor.notify(&Notice::Cancel).await;
    supervisor.leave().await;
    ExecutorError::Cancelled
}

/// Reads the manifest, and refuses bytes that are not those the supervisor has written.
fn read_manifest(path: &Path, sha256: &str) -> Result<ManifestFile, ExecutorError> {
    let unusable =
        |error: std::io::Error| ExecutorError::Manifest(format!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MANIFEST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(unusable)?;
    if bytes.len() as u64 > MANIFEST_BYTES {
        return Err(ExecutorError::Manifest(format!(
            "larger than {MANIFEST_BYTES} bytes"
        )));
    }
    if hex::encode(Sha256::digest(&bytes)) != sha256 {
        return Err(ExecutorError::Manifest(
            "it is not what the supervisor wrote: its bytes have another SHA-256".into(),
        ));
    }
    let value = serde_json::from_slice(&bytes)
        .map_err(|error| ExecutorError::Manifest(error.to_string()))?;
    Ok(ManifestFile { bytes, value })
}
