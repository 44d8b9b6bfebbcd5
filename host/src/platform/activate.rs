//! From a wish to the active revision: plan, prove, record, swap; and back.
//!
//! Everything that can go wrong goes wrong before the swap: trust, grants, configuration, loading and the gates'
//! own self-test cases. Only a list that passed all of it is written to the store, and only what is written there
//! is swapped in. After a crash between the two the next start loads what was written.

use std::sync::Arc;

use prism_engine::{Case, Entry, Gate, Limits, Pipeline};
use prism_registry::Purpose;
use prism_store::QueuePolicy;
use prism_store::records::{CrashPolicy, GateMode, PipelineRevision, RevisionEntry};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::change::{ChangeRequest, Difference, differences};
use super::{INSTALLATION, Platform, PlatformError, lock};

/// What a change would do.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    /// The active revision.
    pub active: Option<u64>,
    /// What would differ from it; empty when nothing would.
    pub differences: Vec<Difference>,
    /// The gates' self-test cases, which all passed.
    pub self_tests: Vec<SelfTest>,
    /// The whole list as it would be.
    pub entries: Vec<RevisionEntry>,
}

/// The self-test of one gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SelfTest {
    /// Gate id.
    pub gate: String,
    /// Its version.
    pub version: String,
    /// Cases that passed: all it carries.
    pub cases: usize,
    /// True when they passed earlier in this process under the same limits and were not run again.
    pub earlier: bool,
}

/// What a change did.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Activation {
    /// The revision that judges now.
    pub revision: u64,
    /// The one before it.
    pub previous: Option<u64>,
    /// False when that very list was active already.
    pub changed: bool,
    /// What differs.
    pub differences: Vec<Difference>,
    /// The gates' self-tests.
    pub self_tests: Vec<SelfTest>,
    /// Revisions that still finish what they began.
    pub draining: Vec<Draining>,
    /// Submissions put back into the queue that a broken gate had held.
    pub requeued: Vec<String>,
}

/// A revision that was replaced while it judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Draining {
    /// Its number.
    pub revision: u64,
    /// Evaluations it still has under way.
    pub evaluations: usize,
}

/// A list of gates that passed every check.
struct Proven {
    entries: Vec<Entry>,
    self_tests: Vec<SelfTest>,
}

impl Platform {
    /// What a change would do, with every check that activating it would make.
    ///
    /// # Errors
    /// The first check that fails.
    pub async fn plan(&self, request: &ChangeRequest) -> Result<Plan, PlatformError> {
        let active = self.ask(|store| store.active_pipeline()).await?;
        let old = active
            .as_ref()
            .map_or_else(Vec::new, |active| active.entries.clone());
        let entries = self.apply(old.clone(), &request.steps).await?;
        let proven = self.prove(&entries).await?;
        Ok(Plan {
            active: active.map(|active| active.number),
            differences: differences(&old, &entries),
            self_tests: proven.self_tests,
            entries,
        })
    }

    /// Makes the change. `requeue`: submissions that a broken gate holds go back into the queue.
    ///
    /// # Errors
    /// The first check that fails; the active revision then stays.
    pub async fn activate(
        &self,
        request: &ChangeRequest,
        requeue: bool,
        by: &str,
    ) -> Result<Activation, PlatformError> {
        let _changing = self.changing.lock().await;
        let active = self.ask(|store| store.active_pipeline()).await?;
        if let (Some(expected), Some(active)) = (request.based_on, &active)
            && expected != active.number
        {
            return Err(PlatformError::Outdated {
                active: active.number,
                expected,
            });
        }
        let old = active
            .as_ref()
            .map_or_else(Vec::new, |active| active.entries.clone());
        let entries = self.apply(old, &request.steps).await?;
        self.swap(active, entries, requeue, by, &request.reason)
            .await
    }

    /// Makes a list the active revision; whoever calls holds the lock on changes.
    pub(super) async fn swap(
        &self,
        active: Option<PipelineRevision>,
        entries: Vec<RevisionEntry>,
        requeue: bool,
        by: &str,
        why: &str,
    ) -> Result<Activation, PlatformError> {
        let proven = self.prove(&entries).await?;
        let (who, reason) = (by.to_owned(), why.to_owned());
        let revision = self
            .ask(move |store| store.activate_pipeline(entries, &who, &reason))
            .await?;
        self.turn(active, revision, proven, requeue, by, why).await
    }

    /// Makes an older revision the active one: the one before, or `to`.
    ///
    /// # Errors
    /// When there is none, or when it no longer passes its checks (a key was revoked, a grant withdrawn).
    pub async fn roll_back(
        &self,
        to: Option<u64>,
        requeue: bool,
        by: &str,
        why: &str,
    ) -> Result<Activation, PlatformError> {
        let _changing = self.changing.lock().await;
        self.go_back(to, requeue, by, why).await
    }

    /// Goes back if this revision is still the active one: of several alarms about it only the first does.
    pub(super) async fn roll_back_from(
        &self,
        revision: Option<u64>,
        by: &str,
        why: &str,
    ) -> Result<Option<Activation>, PlatformError> {
        let _changing = self.changing.lock().await;
        if self.pipeline().revision() != revision {
            return Ok(None);
        }
        self.go_back(None, true, by, why).await.map(Some)
    }

    /// Whoever calls holds the lock on changes.
    async fn go_back(
        &self,
        to: Option<u64>,
        requeue: bool,
        by: &str,
        why: &str,
    ) -> Result<Activation, PlatformError> {
        let active = self.ask(|store| store.active_pipeline()).await?;
        let target = self
            .ask(move |store| match to {
                Some(number) => store.revision(number),
                None => store.previous_pipeline(),
            })
            .await?
            .ok_or_else(|| {
                PlatformError::NotFound(match to {
                    Some(number) => {
                        format!("there is no revision {number}; `prism gate revisions` lists them")
                    }
                    None => "there is no revision before the active one".to_owned(),
                })
            })?;
        let proven = self.prove(&target.entries).await?;
        let (number, who, reason) = (target.number, by.to_owned(), why.to_owned());
        let revision = self
            .ask(move |store| store.activate_revision(number, &who, &reason))
            .await?;
        self.turn(active, revision, proven, requeue, by, why).await
    }

    /// The swap itself, once the store knows.
    async fn turn(
        &self,
        old: Option<PipelineRevision>,
        revision: PipelineRevision,
        proven: Proven,
        requeue: bool,
        by: &str,
        why: &str,
    ) -> Result<Activation, PlatformError> {
        let previous = old.as_ref().map(|old| old.number);
        let changed = previous != Some(revision.number) || self.pipeline().revision() != previous;
        if changed {
            let pipeline = Pipeline::new(
                Arc::clone(&self.runtime),
                Some(revision.number),
                proven.entries,
            );
            self.breaker.begin(revision.number);
            self.put(pipeline);
            tracing::info!(
                revision = revision.number,
                by,
                why,
                "another pipeline revision judges"
            );
        }
        let requeued = if requeue {
            let (who, reason) = (by.to_owned(), why.to_owned());
            self.ask(move |store| store.requeue_held(None, &who, &reason))
                .await?
        } else {
            Vec::new()
        };
        let differences = differences(
            old.as_ref().map_or(&[][..], |old| &old.entries),
            &revision.entries,
        );
        Ok(Activation {
            revision: revision.number,
            previous,
            changed,
            differences,
            self_tests: proven.self_tests,
            draining: self.draining(),
            requeued,
        })
    }

    /// Turns the pointer. What judges by the old pipeline keeps it to its end.
    pub(super) fn put(&self, pipeline: Pipeline) {
        let old = self.active.swap(Arc::new(pipeline));
        let mut retiring = lock(&self.retiring);
        retiring.retain(|pipeline| pipeline.strong_count() > 0);
        retiring.push(Arc::downgrade(&old));
    }

    /// Revisions that still finish what they began.
    pub(super) fn draining(&self) -> Vec<Draining> {
        let mut retiring = lock(&self.retiring);
        retiring.retain(|pipeline| pipeline.strong_count() > 0);
        retiring
            .iter()
            .filter_map(|weak| {
                let pipeline = weak.upgrade()?;
                Some(Draining {
                    revision: pipeline.revision()?,
                    // Not counting the one just taken.
                    evaluations: Arc::strong_count(&pipeline).saturating_sub(1),
                })
            })
            .filter(|draining| draining.evaluations > 0)
            .collect()
    }

    /// Checks a list from trust to self-test; nothing of it is in use yet.
    async fn prove(&self, entries: &[RevisionEntry]) -> Result<Proven, PlatformError> {
        let keys = self.keys()?;
        let mut proven = Proven {
            entries: Vec::new(),
            self_tests: Vec::new(),
        };
        for settings in entries {
            let digest = settings.digest.clone();
            let record = self.ask(move |store| store.gate(&digest)).await?;
            let record = record.ok_or_else(|| {
                PlatformError::NotFound(format!(
                    "the gate {}@{} ({}) is not installed",
                    settings.gate, settings.version, settings.digest
                ))
            })?;
            if record.origin != INSTALLATION {
                keys.check(&record.digest, &record.signatures, Purpose::Use)?;
            }
            check_limits(settings, self.runtime.max_memory_bytes())?;
            if settings.mode == GateMode::Off {
                proven.entries.push(Entry {
                    gate: None,
                    settings: settings.clone(),
                    why_off: Some(self.why_off(&record)),
                });
                continue;
            }
            let gate = self.gate(&record).await?;
            prism_engine::check_config(gate.descriptor(), &settings.config).map_err(|source| {
                PlatformError::Config {
                    gate: settings.gate.clone(),
                    source,
                }
            })?;
            proven
                .self_tests
                .push(self.self_test(&gate, &record, settings).await?);
            proven.entries.push(Entry {
                gate: Some(gate),
                settings: settings.clone(),
                why_off: None,
            });
        }
        Ok(proven)
    }

    /// Why a gate whose mode is off is off.
    pub(super) fn why_off(&self, record: &prism_store::records::Gate) -> String {
        let asks_model = record.grants.iter().any(|name| name == "llm");
        if asks_model && self.capabilities.model.is_none() {
            "no language model is configured".to_owned()
        } else {
            "its mode is off".to_owned()
        }
    }

    /// Runs the cases a gate carries, under the limits it will have; those that passed earlier are not read again.
    async fn self_test(
        &self,
        gate: &Arc<Gate>,
        record: &prism_store::records::Gate,
        settings: &RevisionEntry,
    ) -> Result<SelfTest, PlatformError> {
        let limits = Limits::from(&settings.limits);
        let key = (gate.digest().to_owned(), limits);
        let mut test = SelfTest {
            gate: gate.id().to_owned(),
            version: gate.version().to_owned(),
            cases: usize::try_from(record.cases).unwrap_or(usize::MAX),
            earlier: lock(&self.proven).contains(&key),
        };
        if test.earlier {
            return Ok(test);
        }
        let name = format!("{}@{}", gate.id(), gate.version());
        let digest = settings.digest.clone();
        let component = self.ask(move |store| store.gate_component(&digest)).await?;
        let wrong = |reason: String| PlatformError::Cases {
            gate: name.clone(),
            reason,
        };
        let files = prism_component::cases::extract(&component)
            .map_err(|error| wrong(error.to_string()))?;
        let cases = Case::all(&files).map_err(|error| wrong(error.to_string()))?;
        test.cases = cases.len();
        let mut failures = Vec::new();
        for case in &cases {
            let outcome = gate.try_case(&self.runtime, case, &limits).await?;
            if let Some(first) = outcome.differences.first() {
                failures.push(format!("{}: {first}", outcome.name));
            }
        }
        if let Some(first) = failures.first() {
            return Err(PlatformError::SelfTest {
                gate: name,
                failed: failures.len(),
                cases: cases.len(),
                first: first.clone(),
            });
        }
        lock(&self.proven).insert(key);
        Ok(test)
    }
}

fn check_limits(settings: &RevisionEntry, most_memory: usize) -> Result<(), PlatformError> {
    let limits = &settings.limits;
    let wrong = |text: String| Err(PlatformError::Invalid(format!("{}: {text}", settings.gate)));
    if limits.fuel == 0 || limits.timeout_ms == 0 || limits.memory_bytes == 0 {
        return wrong("fuel, memory_bytes and timeout_ms must be above 0".to_owned());
    }
    if limits.memory_bytes > most_memory as u64 {
        return wrong(format!(
            "memory_bytes is {}; this service gives a gate at most {most_memory}",
            limits.memory_bytes
        ));
    }
    if let CrashPolicy::RetryThenHold { retries } = settings.on_crash {
        // The queue holds a submission after that many attempts whatever a gate's policy says.
        let most = QueuePolicy::default().max_attempts.saturating_sub(1);
        if !(1..=most).contains(&retries) {
            return wrong(format!(
                "on_crash asks for {retries} further attempts; it can be 1 to {most}"
            ));
        }
    }
    if !settings.config.is_object() {
        return wrong("config must be a JSON object".to_owned());
    }
    Ok(())
}
