//! Replay: a candidate judges stored submissions again, and what it would change is listed.
//!
//! Host calls are answered from what was recorded with each verdict, the corpus as of each submission's intake, so
//! that a replay needs no network and gives the same twice. A question that nobody has asked before has no answer
//! and holds, unless live calls are allowed. Finished replays are kept in memory, the last few.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use futures::StreamExt;
use prism_engine::{Call, Capabilities, Gate, Limits, Recording, Submission, settled};
use prism_store::records::RevisionEntry;
use prism_store::verdict::{Facts, GateRun, Verdict};
use serde_json::json;

use super::change::{SetGate, Step};
use super::shadow::{agrees, sibling, summary};
use super::{Platform, PlatformError, lock};
use crate::stored;

mod report;

pub use report::{Estimate, ReplayDifference, ReplayReport, ReplayRequest, ReplayState};

/// Replays that are remembered.
const REMEMBERED: usize = 16;

/// Differences that are listed; further ones are counted.
const LISTED: usize = 1000;

/// Submissions read from the store at one time.
const PAGE: usize = 256;

struct Replay {
    id: u64,
    by: String,
    gate: Arc<Gate>,
    settings: RevisionEntry,
    live_llm: bool,
    total: AtomicU64,
    done: AtomicU64,
    same: AtomicU64,
    broken: AtomicU64,
    unreadable: AtomicU64,
    fuel: AtomicU64,
    stop: AtomicBool,
    started: Instant,
    found: Mutex<Found>,
}

struct Found {
    state: ReplayState,
    different: u64,
    listed: Vec<ReplayDifference>,
    seconds: Option<f64>,
}

/// The replays of this process.
#[derive(Default)]
pub(super) struct Replays {
    known: Mutex<VecDeque<Arc<Replay>>>,
    next: AtomicU64,
}

impl Platform {
    /// Starts a replay in the background; its report tells how far it is.
    ///
    /// # Errors
    /// When the candidate is unknown or can't be used, or as many replays are running as are remembered.
    pub async fn replay(
        self: &Arc<Self>,
        request: ReplayRequest,
        by: &str,
    ) -> Result<ReplayReport, PlatformError> {
        let replay = self.prepare(&request, by).await?;
        {
            let mut known = lock(&self.replays.known);
            if known.len() >= REMEMBERED {
                let done = known
                    .iter()
                    .position(|other| lock(&other.found).state != ReplayState::Running);
                let Some(done) = done else {
                    return Err(PlatformError::Invalid(format!(
                        "{REMEMBERED} replays are running; wait for one or cancel it"
                    )));
                };
                known.remove(done);
            }
            known.push_back(Arc::clone(&replay));
        }
        let (platform, running) = (Arc::clone(self), Arc::clone(&replay));
        let last = request.last;
        tokio::spawn(async move { platform.run_replay(running, last).await });
        Ok(replay.report())
    }

    async fn prepare(
        &self,
        request: &ReplayRequest,
        by: &str,
    ) -> Result<Arc<Replay>, PlatformError> {
        // The same defaults as for putting it into the pipeline.
        let step = Step::Set(SetGate {
            gate: request.gate.clone(),
            config: request.config.clone(),
            fuel: request.fuel,
            ..SetGate::default()
        });
        let active = self.ask(|store| store.active_pipeline()).await?;
        let entries = self
            .apply(
                active.map_or_else(Vec::new, |active| active.entries),
                &[step],
            )
            .await?;
        let reference = request.gate.clone();
        let record = self.ask(move |store| store.find_gate(&reference)).await?;
        let settings = entries
            .iter()
            .find(|entry| entry.digest == record.digest)
            .ok_or_else(|| {
                PlatformError::NotFound(format!("the gate {} has no place", request.gate))
            })?;
        let gate = self.gate(&record).await?;
        prism_engine::check_config(gate.descriptor(), &settings.config).map_err(|source| {
            PlatformError::Config {
                gate: settings.gate.clone(),
                source,
            }
        })?;
        Ok(Arc::new(Replay {
            id: self.replays.next.fetch_add(1, Ordering::Relaxed) + 1,
            by: by.to_owned(),
            gate,
            settings: settings.clone(),
            live_llm: request.live_llm,
            total: AtomicU64::new(0),
            done: AtomicU64::new(0),
            same: AtomicU64::new(0),
            broken: AtomicU64::new(0),
            unreadable: AtomicU64::new(0),
            fuel: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            started: Instant::now(),
            found: Mutex::new(Found {
                state: ReplayState::Running,
                different: 0,
                listed: Vec::new(),
                seconds: None,
            }),
        }))
    }

    /// What live calls would cost at most.
    ///
    /// # Errors
    /// When the state can't be read.
    pub async fn estimate(&self, request: &ReplayRequest) -> Result<Estimate, PlatformError> {
        let mut estimate = Estimate::default();
        for id in self.stored_ids(request.last).await? {
            estimate.submissions += 1;
            let found = self
                .ask(move |store| Ok((store.verdict(&id)?, store.source(&id)?.bytes)))
                .await?;
            let (Some((_, verdict)), bytes) = found else {
                continue;
            };
            let answered = verdict
                .gates
                .iter()
                .flat_map(|run| &run.host_calls)
                .any(|call| call.function == "llm.complete");
            if !answered {
                estimate.without_answer += 1;
                estimate.bundle_bytes += bytes;
            }
        }
        estimate.prompt_tokens = estimate.bundle_bytes.div_ceil(4);
        Ok(estimate)
    }

    async fn stored_ids(&self, last: u64) -> Result<Vec<String>, PlatformError> {
        let mut ids = Vec::new();
        let mut after = None;
        while (ids.len() as u64) < last {
            let page = self
                .ask(move |store| store.judged(PAGE, after.as_ref()))
                .await?;
            ids.extend(
                page.entries
                    .into_iter()
                    .map(|(submission, _)| submission.id),
            );
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        ids.truncate(usize::try_from(last).unwrap_or(usize::MAX));
        Ok(ids)
    }

    async fn run_replay(self: Arc<Self>, replay: Arc<Replay>, last: u64) {
        let state = match self.stored_ids(last).await {
            Ok(ids) => {
                replay.total.store(ids.len() as u64, Ordering::Relaxed);
                // As many at one time as there are processors; the engine's pool bounds it as well.
                let width = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
                futures::stream::iter(ids)
                    .take_while(|_| {
                        let going = !replay.stop.load(Ordering::Relaxed);
                        async move { going }
                    })
                    .map(|id| {
                        let (platform, replay) = (Arc::clone(&self), Arc::clone(&replay));
                        tokio::spawn(async move { platform.again(&replay, id).await })
                    })
                    .buffer_unordered(width)
                    .for_each(|ended| async move {
                        if let Err(error) = ended {
                            tracing::error!(%error, "a replayed evaluation broke");
                        }
                    })
                    .await;
                if replay.stop.load(Ordering::Relaxed) {
                    ReplayState::Cancelled
                } else {
                    ReplayState::Finished
                }
            }
            Err(error) => {
                tracing::error!(%error, "a replay could not read the submissions");
                ReplayState::Failed
            }
        };
        {
            let mut found = lock(&replay.found);
            found.state = state;
            found.seconds = Some(replay.started.elapsed().as_secs_f64());
        }
        let report = replay.report();
        let detail = json!({
            "replay": report.id, "gate": report.gate, "digest": report.digest, "state": report.state,
            "by": report.by, "judged": report.done, "different": report.different, "broken": report.broken,
        });
        if let Err(error) = self
            .ask(move |store| store.note("pipeline", "gate.replayed", detail))
            .await
        {
            tracing::error!(%error, "the end of a replay could not be stored");
        }
    }

    /// Judges one stored submission again.
    async fn again(&self, replay: &Replay, id: String) {
        let asked = id.clone();
        let found = self
            .ask(move |store| {
                let verdict = store.verdict(&asked)?;
                let submission = store.submission(&asked)?;
                let bundle = stored::bundle(store, &asked)?;
                Ok(verdict.zip(submission).zip(bundle.ok()))
            })
            .await;
        let Ok(Some((((_, verdict), submission), bundle))) = found else {
            replay.unreadable.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let was = sibling(&verdict, replay.gate.id());
        let recorded = was.map(|run| run.host_calls.clone()).unwrap_or_default();
        let capabilities = Capabilities {
            model: self.capabilities.model.clone().filter(|_| replay.live_llm),
            ledger: self.capabilities.ledger.clone(),
            corpus: self.capabilities.corpus.clone(),
            recorded: Some(Recording::from(recorded)),
        };
        let facts = facts_before(&verdict, replay.gate.id());
        let mut asks = Submission::new(&submission.id, &submission.hotkey, &bundle);
        if let Some(context) = verdict.context.clone() {
            asks.context = context;
        }
        let call = Call {
            submission: &asks,
            bundle: &bundle,
            config: &replay.settings.config.to_string(),
            facts: &facts,
            limits: &Limits::from(&replay.settings.limits),
            capabilities: &capabilities,
        };
        // A full pool is waited for: nobody is kept waiting by a replay that is slow.
        let run = loop {
            match replay.gate.evaluate(&self.runtime, &call).await {
                Ok(run) => break settled(run, &replay.settings),
                Err(busy) if replay.stop.load(Ordering::Relaxed) => {
                    tracing::debug!(%busy, "a replay was stopped while it waited");
                    return;
                }
                Err(_) => {}
            }
        };
        replay.count(&id, &verdict, was, &run);
    }

    /// Every replay that is remembered, the newest first.
    #[must_use]
    pub fn replays(&self) -> Vec<ReplayReport> {
        let known = lock(&self.replays.known);
        known.iter().rev().map(|replay| replay.report()).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn replay_report(&self, id: u64) -> Result<ReplayReport, PlatformError> {
        self.known_replay(id).map(|replay| replay.report())
    }

    /// Stops one; what it found so far stays.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn cancel_replay(&self, id: u64) -> Result<ReplayReport, PlatformError> {
        let replay = self.known_replay(id)?;
        replay.stop.store(true, Ordering::Relaxed);
        Ok(replay.report())
    }

    fn known_replay(&self, id: u64) -> Result<Arc<Replay>, PlatformError> {
        let known = lock(&self.replays.known);
        known
            .iter()
            .find(|replay| replay.id == id)
            .cloned()
            .ok_or_else(|| {
                PlatformError::NotFound(format!(
                    "there is no replay {id}; the last {REMEMBERED} since the start are remembered"
                ))
            })
    }
}

impl Replay {
    fn count(&self, id: &str, verdict: &Verdict, was: Option<&GateRun>, run: &GateRun) {
        let now = summary(run);
        let was = was.map(summary);
        self.fuel.fetch_add(run.fuel, Ordering::Relaxed);
        if run.fault.is_some() {
            self.broken.fetch_add(1, Ordering::Relaxed);
        }
        if agrees(was.as_ref(), &now) {
            self.same.fetch_add(1, Ordering::Relaxed);
        } else {
            let others = verdict.gates.iter().filter(|other| other.gate != run.gate);
            let verdict_now = others
                .map(|other| other.verdict)
                .fold(run.verdict, Ord::max);
            let mut found = lock(&self.found);
            found.different += 1;
            if found.listed.len() < LISTED {
                found.listed.push(ReplayDifference {
                    submission_id: id.to_owned(),
                    was,
                    now,
                    reason: run.reason.clone(),
                    verdict_was: verdict.verdict,
                    verdict_now,
                });
            }
        }
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    fn report(&self) -> ReplayReport {
        let found = lock(&self.found);
        let done = self.done.load(Ordering::Relaxed);
        let seconds = found
            .seconds
            .unwrap_or_else(|| self.started.elapsed().as_secs_f64());
        ReplayReport {
            id: self.id,
            state: found.state,
            by: self.by.clone(),
            gate: self.gate.id().to_owned(),
            version: self.gate.version().to_owned(),
            digest: self.gate.digest().to_owned(),
            total: self.total.load(Ordering::Relaxed),
            done,
            same: self.same.load(Ordering::Relaxed),
            different: found.different,
            broken: self.broken.load(Ordering::Relaxed),
            unreadable: self.unreadable.load(Ordering::Relaxed),
            per_second: if seconds > 0.0 {
                done as f64 / seconds
            } else {
                0.0
            },
            fuel: self.fuel.load(Ordering::Relaxed),
            differences: found.listed.clone(),
        }
    }
}

/// The facts that a gate of this id got: those of the gates before it.
fn facts_before(verdict: &Verdict, gate: &str) -> Facts {
    let mut facts = Facts::new();
    for run in verdict.gates.iter().take_while(|run| run.gate != gate) {
        facts.extend(run.facts.clone());
    }
    facts
}
