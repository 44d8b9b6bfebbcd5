//! The pipeline: gates in order, and one verdict out of what they say.

pub(crate) mod standard;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use prism_bundle::{Bundle, Refusal};
use prism_store::records::{CrashPolicy, GateMode, RevisionEntry};
use prism_store::verdict::{Decision, Evidence, Facts, GateFault, GateRun, NotEvaluated, Verdict};
use serde::Deserialize as _;
use serde_json::Value;

use crate::Submission;
use crate::capabilities::{Capabilities, LLM_COMPLETE};
use crate::evaluation::Call;
use crate::fault::in_words;
use crate::gate::Gate;
use crate::llm::ChatResponse;
use crate::runtime::{Busy, Limits, Runtime};

/// The gate id under which the host reports its own closed-bundle check.
const BUNDLE: &str = "bundle";

/// One gate's place in the pipeline.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The gate; none when it is off, or can't be loaded: what it should judge is held then.
    pub gate: Option<Arc<Gate>>,
    /// Everything that decides how it is asked and what its answer counts for.
    pub settings: RevisionEntry,
    /// Why it is off or can't be loaded, when that was not simply the operator's wish.
    pub why_off: Option<String>,
}

impl Entry {
    /// Why it is not asked at all; none when it may be.
    fn off(&self) -> Option<String> {
        let why = || {
            self.why_off
                .clone()
                .unwrap_or_else(|| "mode is off".to_owned())
        };
        (self.settings.mode == GateMode::Off).then(why)
    }

    /// The run of a gate that is not there.
    fn missing(&self) -> GateRun {
        let why = self.why_off.clone();
        let fault =
            GateFault::CannotLoad(why.unwrap_or_else(|| "no component is installed".to_owned()));
        GateRun {
            gate: self.settings.gate.clone(),
            version: self.settings.version.clone(),
            digest: self.settings.digest.clone(),
            verdict: Decision::Hold,
            reason: format!("the gate itself broke: {}", in_words(&fault)),
            fault: Some(fault),
            fuel: 0,
            micros: 0,
            memory_bytes: 0,
            evidence: Vec::new(),
            facts: Facts::new(),
            log_dropped: 0,
            host_calls: Vec::new(),
        }
    }
}

/// An ordered, immutable list of gates.
#[derive(Debug)]
pub struct Pipeline {
    runtime: Arc<Runtime>,
    entries: Vec<Entry>,
    revision: Option<u64>,
}

impl Pipeline {
    /// A pipeline of these entries. `revision` is its number in the store, none in a local check.
    #[must_use]
    pub fn new(runtime: Arc<Runtime>, revision: Option<u64>, entries: Vec<Entry>) -> Self {
        Self {
            runtime,
            entries,
            revision,
        }
    }

    /// The entries, in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Its number in the store; none in a local check.
    #[must_use]
    pub fn revision(&self) -> Option<u64> {
        self.revision
    }

    /// Judges a closed bundle by the enforced gates. `closed_in` is how long the host's own check of it took.
    ///
    /// # Errors
    /// [`Busy`] when no place came free in time: there is no verdict, and the submission is not to blame.
    pub async fn judge(
        &self,
        submission: &Submission,
        bundle: &Bundle,
        capabilities: &Capabilities,
        closed_in: Duration,
    ) -> Result<Verdict, Busy> {
        let mut verdict = Verdict {
            verdict: Decision::Allow,
            bundle: bundle.digest().to_owned(),
            revision: self.revision,
            context: Some(submission.context.clone()),
            facts: Facts::new(),
            not_evaluated: Vec::new(),
            gates: vec![bundle_run(Vec::new(), closed_in)],
        };
        for entry in &self.entries {
            if entry.settings.mode == GateMode::Shadow {
                continue;
            }
            let spared = entry.settings.only_if_not_rejected && verdict.verdict == Decision::Reject;
            let skipped = entry
                .off()
                .or_else(|| spared.then(|| "an earlier gate rejected".to_owned()));
            if let Some(reason) = skipped {
                verdict.not_evaluated.push(NotEvaluated {
                    gate: entry.settings.gate.clone(),
                    reason,
                });
                continue;
            }
            let run = self
                .ask(entry, submission, bundle, capabilities, &verdict.facts)
                .await?;
            // The order of the enum is the order of precedence: reject > hold > allow.
            verdict.verdict = verdict.verdict.max(run.verdict);
            verdict.facts.extend(run.facts.clone());
            verdict.gates.push(run);
        }
        Ok(verdict)
    }

    /// What the shadow gates would say of a bundle that got this verdict. Each sees the facts its enforced sibling
    /// of the same id saw; one without a sibling those of the gates before its place. One that finds no place is
    /// left out: a shadow never holds anything up.
    pub async fn shadow(
        &self,
        submission: &Submission,
        bundle: &Bundle,
        capabilities: &Capabilities,
        verdict: &Verdict,
    ) -> Vec<GateRun> {
        let mut runs = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            if entry.settings.mode != GateMode::Shadow {
                continue;
            }
            let earlier = self.enforced_before(at, &entry.settings.gate);
            let earlier: Vec<_> = verdict
                .gates
                .iter()
                .filter(|run| earlier.contains(run.gate.as_str()))
                .collect();
            let rejected = earlier.iter().any(|run| run.verdict == Decision::Reject);
            if entry.settings.only_if_not_rejected && rejected {
                continue;
            }
            let facts: Facts = earlier
                .into_iter()
                .flat_map(|run| run.facts.clone())
                .collect();
            match self
                .ask(entry, submission, bundle, capabilities, &facts)
                .await
            {
                Ok(run) => runs.push(run),
                Err(busy) => tracing::info!(
                    gate = entry.settings.gate,
                    digest = entry.settings.digest,
                    submission = submission.id,
                    %busy,
                    "a shadow gate was not asked"
                ),
            }
        }
        runs
    }

    /// Ids of the enforced gates before the enforced gate of this id, else before this place.
    fn enforced_before(&self, place: usize, id: &str) -> BTreeSet<&str> {
        let enforced = |entry: &&Entry| entry.settings.mode == GateMode::Enforce;
        let end = self
            .entries
            .iter()
            .position(|entry| enforced(&entry) && entry.settings.gate == id)
            .unwrap_or(place);
        let before = self.entries.iter().take(end).filter(enforced);
        before.map(|entry| entry.settings.gate.as_str()).collect()
    }

    async fn ask(
        &self,
        entry: &Entry,
        submission: &Submission,
        bundle: &Bundle,
        capabilities: &Capabilities,
        facts: &Facts,
    ) -> Result<GateRun, Busy> {
        let Some(gate) = &entry.gate else {
            return Ok(entry.missing());
        };
        let call = Call {
            submission,
            bundle,
            config: &entry.settings.config.to_string(),
            facts,
            limits: &Limits::from(&entry.settings.limits),
            capabilities,
        };
        let run = gate.evaluate(&self.runtime, &call).await?;
        let run = settled(run, &entry.settings);
        remember(&run, capabilities).await;
        Ok(run)
    }

    /// The verdict on a bundle that is not closed: no gate sees it.
    #[must_use]
    pub fn refuse(&self, refusal: &Refusal, closed_in: Duration) -> Verdict {
        let asked = |entry: &&Entry| entry.settings.mode != GateMode::Shadow;
        let not_evaluated = self.entries.iter().filter(asked).map(|entry| NotEvaluated {
            gate: entry.settings.gate.clone(),
            reason: entry
                .off()
                .unwrap_or_else(|| "the bundle is not closed".to_owned()),
        });
        Verdict {
            verdict: Decision::Reject,
            bundle: String::new(),
            revision: self.revision,
            context: None,
            facts: Facts::new(),
            not_evaluated: not_evaluated.collect(),
            gates: vec![bundle_run(refusal.evidence.clone(), closed_in)],
        }
    }
}

/// What a broken gate means where it stands. A budget spent by the bundle's own code says allow with the fact
/// undecided, where the entry names one; a fault that would come again says reject, where the entry says so.
#[must_use]
pub fn settled(mut run: GateRun, settings: &RevisionEntry) -> GateRun {
    let Some(fault) = &run.fault else {
        return run;
    };
    if let (true, Some(fact)) = (fault.is_exhausted(), &settings.undecided_fact) {
        run.verdict = Decision::Allow;
        run.reason = format!("undecided, a later stage decides: {}", run.reason);
        run.facts.insert(fact.clone(), Value::Null);
    } else if settings.on_crash == CrashPolicy::Reject && !fault.is_infrastructure() {
        run.verdict = Decision::Reject;
        run.reason = format!(
            "rejected because of the gate's crash policy: {}",
            run.reason
        );
    }
    run
}

/// Remembers what the language model said where the gate decided by it.
async fn remember(run: &GateRun, capabilities: &Capabilities) {
    let (Some(model), Some(ledger)) = (&capabilities.model, &capabilities.ledger) else {
        return;
    };
    if run.verdict == Decision::Hold || run.fault.is_some() {
        return;
    }
    for call in &run.host_calls {
        let fresh = call.function == LLM_COMPLETE && !call.remembered;
        let answer = call.answer.get("ok").filter(|_| fresh);
        let response = answer.and_then(|answer| ChatResponse::deserialize(answer).ok());
        if let (Some(response), Some(hash)) = (response, &call.request_hash) {
            ledger.remember(model.name(), hash, &response).await;
        }
    }
}

/// The host's own check, in the form of a gate's.
fn bundle_run(evidence: Vec<Evidence>, took: Duration) -> GateRun {
    let closed = evidence.is_empty();
    GateRun {
        gate: BUNDLE.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        digest: "host".into(),
        verdict: if closed {
            Decision::Allow
        } else {
            Decision::Reject
        },
        reason: if closed {
            String::new()
        } else {
            "the bundle is not closed".into()
        },
        fault: None,
        fuel: 0,
        micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        memory_bytes: 0,
        evidence,
        facts: Facts::new(),
        log_dropped: 0,
        host_calls: Vec::new(),
    }
}
