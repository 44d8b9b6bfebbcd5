//! Preflight: real torch on a bundle before it takes a run's place. One jail a bundle, used once.
//!
//! Importing torch takes seconds, so that a service keeps a *spare*: a jail whose interpreter has imported torch
//! and waits for its one bundle. Nothing is forked and nothing outlives a bundle, so there is no parent to reach
//! (`docs/decisions/007-preflight-jails.md`). What the process inside says is the claim of a hostile process; the
//! clocks, the memory limit and how it died are this side's own knowledge. No verdict is made here.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use prism_protocol::spec::Context;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

use crate::jail::{JailEnd, Quota};
use crate::{Cancel, ExecutorError, Home};

mod jail;
mod wire;

use jail::Waiting;
pub use wire::{Counts, Finding, LargestTensor, Phase, Ready, Rule, Severity};
use wire::{Message, Request};

/// A waiting jail older than this is replaced: a machine that slept or changed is met with a fresh one.
const SPARE_AGE: Duration = Duration::from_secs(6 * 60 * 60);

/// A bundle to look at.
#[derive(Clone, Debug)]
pub struct PreflightJob {
    /// The closed bundle: relative path with `/` to content.
    pub files: Arc<BTreeMap<String, Vec<u8>>>,
    /// The values of `PrismContext`.
    pub context: Context,
    /// Most bytes of exported state beyond 4 a parameter of the cap.
    pub state_buffer_bytes: u64,
    /// Most rows x columns of a batch on the course of the run.
    pub max_cells: u64,
}

/// Where a preflight happens and what it may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PreflightSettings {
    /// The device models are built on. Default `cpu`; `cuda` shows the jail the machine's first GPU, for bundles whose
    /// kernels need one.
    pub device: Device,
    /// Memory of the jail, in bytes. Default 8 GiB.
    pub memory_bytes: u64,
    /// Time for importing both scripts, in seconds. Default 30.
    pub import_seconds: u64,
    /// Time for one call of `build_model`, in seconds. Default 30.
    pub build_seconds: u64,
    /// Time for everything together, in seconds. Default 120.
    pub total_seconds: u64,
}

/// A device of torch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// The processor.
    Cpu,
    /// An NVIDIA GPU.
    Cuda,
}

impl Default for PreflightSettings {
    fn default() -> Self {
        Self {
            device: Device::Cpu,
            memory_bytes: 8 << 30,
            import_seconds: 30,
            build_seconds: 30,
            total_seconds: 120,
        }
    }
}

impl PreflightSettings {
    /// The clock of a phase: none but the whole's for those that are bounded by the harness's own choice of work.
    fn of(&self, phase: Phase) -> Option<Duration> {
        let seconds = match phase {
            Phase::Import => self.import_seconds,
            Phase::Build => self.build_seconds,
            _ => return None,
        };
        Some(Duration::from_secs(seconds))
    }
}

/// How the process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It said that it was done.
    Done,
    /// A clock ran out, after so many seconds.
    TimedOut(u64),
    /// The memory limit was hit.
    OutOfMemory,
    /// It went over a quota of the jail.
    Quota(Quota),
    /// It was killed by a signal.
    Signal(i32),
    /// It left by itself, before it was done, with this status.
    Left(i32),
    /// It said what the harness never says.
    Nonsense(String),
}

/// What came of a preflight.
#[derive(Clone, Debug)]
pub struct Preflight {
    /// How it ended.
    pub ending: Ending,
    /// The last phase that began; none when it never got that far.
    pub phase: Option<Phase>,
    /// What it found, in the order in which it did.
    pub findings: Vec<Finding>,
    /// The count, as far as it got.
    pub counts: Option<Counts>,
    /// Facts by name.
    pub facts: serde_json::Map<String, serde_json::Value>,
    /// The interpreter and torch that looked at it.
    pub versions: Ready,
    /// From the request to the end.
    pub took: Duration,
}

/// Looks at bundles, one jail each.
#[derive(Debug)]
pub(crate) struct Preflights {
    home: Arc<Home>,
    /// The next jail, being made ready or waiting.
    spare: Mutex<Option<Spare>>,
}

#[derive(Debug)]
struct Spare {
    since: Instant,
    settings: PreflightSettings,
    waiting: JoinHandle<Result<Waiting, ExecutorError>>,
}

impl Drop for Spare {
    fn drop(&mut self) {
        self.waiting.abort();
    }
}

impl Preflights {
    pub(crate) fn new(home: Arc<Home>) -> Self {
        Self {
            home,
            spare: Mutex::new(None),
        }
    }

    /// Makes a spare ready, unless there is one.
    pub(crate) async fn warm(&self, settings: &PreflightSettings) {
        let mut spare = self.spare.lock().await;
        if spare.is_none() {
            let (home, wanted) = (Arc::clone(&self.home), settings.clone());
            *spare = Some(Spare {
                since: Instant::now(),
                settings: settings.clone(),
                waiting: tokio::spawn(async move { Waiting::start(&home, &wanted).await }),
            });
        }
    }

    /// The spare if it is fit, else none.
    async fn take(&self, settings: &PreflightSettings) -> Option<Waiting> {
        let mut spare = self.spare.lock().await.take()?;
        if spare.since.elapsed() > SPARE_AGE || spare.settings != *settings {
            return None;
        }
        match (&mut spare.waiting).await {
            Ok(Ok(waiting)) => waiting.alive().then_some(waiting),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the spare jail of preflight was not to be had");
                None
            }
            Err(_) => None,
        }
    }

    /// Looks at one bundle. Phases are passed on as they begin; a receiver that is gone or full loses them.
    pub(crate) async fn look(
        &self,
        job: &PreflightJob,
        settings: &PreflightSettings,
        phases: &mpsc::Sender<Phase>,
        mut cancel: Cancel,
    ) -> Result<Preflight, ExecutorError> {
        let work = async {
            let waiting = match self.take(settings).await {
                Some(waiting) => waiting,
                None => Waiting::start(&self.home, settings).await?,
            };
            look(waiting, job, settings, phases).await
        };
        tokio::select! {
            // Dropping the work ends the jail.
            result = work => result,
            () = cancel.cancelled() => Err(ExecutorError::Cancelled),
        }
    }
}

async fn look(
    mut waiting: Waiting,
    job: &PreflightJob,
    settings: &PreflightSettings,
    phases: &mpsc::Sender<Phase>,
) -> Result<Preflight, ExecutorError> {
    waiting.bring(&job.files)?;
    waiting
        .ask(&Request {
            context: &job.context,
            device: settings.device,
            state_buffer_bytes: job.state_buffer_bytes,
            max_cells: job.max_cells,
        })
        .await?;
    let begun = Instant::now();
    let mut found = Preflight {
        ending: Ending::Done,
        phase: None,
        findings: Vec::new(),
        counts: None,
        facts: serde_json::Map::new(),
        versions: waiting.versions().clone(),
        took: Duration::ZERO,
    };
    let total = begun + Duration::from_secs(settings.total_seconds);
    let mut clock = total;
    let mut phase_begun = begun;
    let ending = loop {
        let message = match tokio::time::timeout_at(clock.into(), waiting.message()).await {
            Err(_) => break Ending::TimedOut(phase_begun.elapsed().as_secs()),
            Ok(Err(nonsense)) => break Ending::Nonsense(nonsense),
            Ok(Ok(None)) => break died(waiting.end().await?),
            Ok(Ok(Some(message))) => message,
        };
        match message {
            Message::Phase(phase) => {
                phase_begun = Instant::now();
                let own = settings.of(phase).map(|own| phase_begun + own);
                clock = own.map_or(total, |own| own.min(total));
                found.phase = Some(phase);
                let _ = phases.try_send(phase);
            }
            Message::Counts(counts) => found.counts = Some(counts),
            Message::Finding(finding) => found.findings.push(finding),
            Message::Done(done) => {
                found.facts = done.facts;
                break Ending::Done;
            }
            Message::Ready(_) => break Ending::Nonsense("it said twice that it was ready".into()),
        }
    };
    waiting.kill();
    found.ending = ending;
    found.took = begun.elapsed();
    Ok(found)
}

/// How a jail ended that nobody ended.
fn died(end: JailEnd) -> Ending {
    match end {
        _ if end.out_of_memory => Ending::OutOfMemory,
        JailEnd {
            quota: Some(quota), ..
        } => Ending::Quota(quota),
        JailEnd {
            signal: Some(signal),
            ..
        } => Ending::Signal(signal),
        JailEnd { code, .. } => Ending::Left(code.unwrap_or_default()),
    }
}
