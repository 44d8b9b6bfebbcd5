//! The pipeline: gates in order, and one verdict out of what they say.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use prism_bundle::{Bundle, Refusal};
use prism_store::verdict::{Decision, Evidence, Facts, GateFault, GateRun, NotEvaluated, Verdict};
use serde_json::Value;

use crate::Submission;
use crate::gate::{Gate, LoadError};
use crate::llm::LanguageModel;
use crate::runtime::{Limits, Runtime};

/// The gate id under which the host reports its own closed-bundle check.
const BUNDLE: &str = "bundle";

/// What an entry's answer counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It decides.
    Enforce,
    /// It is evaluated and recorded, and never decides.
    Shadow,
    /// It is not evaluated; the text says why.
    Off(&'static str),
}

/// What it means when a gate's own budget is spent by what the bundle does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnExhausted {
    /// Hold, as for any other fault.
    Hold,
    /// Allow with this fact undecided: a later stage with real limits decides.
    Undecided(&'static str),
}

/// One gate's place in the pipeline.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The gate; none only when it is off.
    pub gate: Option<Arc<Gate>>,
    /// Its id.
    pub id: String,
    /// Its configuration, a JSON object.
    pub config: String,
    /// What its answer counts for.
    pub mode: Mode,
    /// What one evaluation may use.
    pub limits: Limits,
    /// What a spent budget means.
    pub on_exhausted: OnExhausted,
    /// A dear gate is asked only when no gate before it rejects.
    pub only_if_not_rejected: bool,
}

/// The pipeline could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// A gate can't be loaded.
    #[error(transparent)]
    Gate(#[from] LoadError),
    /// A component says it is another gate than its file name does.
    #[error("the file {file} holds the gate {id}")]
    Misnamed {
        /// The file.
        file: String,
        /// What it says it is.
        id: String,
    },
}

/// An ordered, immutable list of gates.
#[derive(Clone, Debug)]
pub struct Pipeline {
    runtime: Arc<Runtime>,
    entries: Arc<[Entry]>,
    revision: Option<u64>,
}

impl Pipeline {
    /// A pipeline of these entries. `revision` is its number in the store, none in a local check.
    #[must_use]
    pub fn new(runtime: Arc<Runtime>, entries: Vec<Entry>, revision: Option<u64>) -> Self {
        Self {
            runtime,
            entries: entries.into(),
            revision,
        }
    }

    /// The standard gates out of a folder of components: `contract`, `static-analysis`, `param-cap`, `llm-review`.
    /// `python_version` is the runner's, for example `3.11`: its grammar is the one that counts.
    ///
    /// # Errors
    /// Names the gate that can't be loaded and why.
    pub async fn standard(
        runtime: Arc<Runtime>,
        folder: &Path,
        python_version: &str,
        model: Option<Arc<dyn LanguageModel>>,
    ) -> Result<Self, PipelineError> {
        let load = |id: &'static str, model: Option<Arc<dyn LanguageModel>>| {
            let (runtime, path) = (Arc::clone(&runtime), folder.join(format!("{id}.wasm")));
            // Compiling and mapping are work for the processor: each gate on a thread of its own.
            tokio::task::spawn_blocking(move || {
                tokio::runtime::Handle::current().block_on(Gate::load(&runtime, &path, model))
            })
        };
        let loading = [
            load("contract", None),
            load("static-analysis", None),
            load("param-cap", None),
        ];
        let review = model.map(|model| load("llm-review", Some(model)));
        let mut entries = Vec::new();
        for (task, id) in loading
            .into_iter()
            .zip(["contract", "static-analysis", "param-cap"])
        {
            entries.push(entry(id, python_version, Some(loaded(task, id).await?)));
        }
        let review = match review {
            Some(task) => Some(loaded(task, "llm-review").await?),
            None => None,
        };
        entries.push(entry("llm-review", python_version, review));
        Ok(Self::new(runtime, entries, None))
    }

    /// The entries, in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The same pipeline under its number in the store.
    #[must_use]
    pub fn with_revision(self, number: u64) -> Self {
        Self {
            revision: Some(number),
            ..self
        }
    }

    /// Judges a closed bundle. `closed_in` is how long the host's own check of it took.
    pub async fn judge(
        &self,
        submission: &Submission,
        bundle: &Bundle,
        closed_in: Duration,
    ) -> Verdict {
        let mut verdict = Verdict {
            verdict: Decision::Allow,
            bundle: bundle.digest().to_owned(),
            revision: self.revision,
            facts: Facts::new(),
            not_evaluated: Vec::new(),
            gates: vec![bundle_run(Vec::new(), closed_in)],
            shadow: Vec::new(),
        };
        for entry in &*self.entries {
            let skipped = match (&entry.gate, entry.mode) {
                (_, Mode::Off(reason)) => Some(reason.to_owned()),
                (None, _) => Some("no component is installed".to_owned()),
                _ if entry.only_if_not_rejected && verdict.verdict == Decision::Reject => {
                    Some("an earlier gate rejected".to_owned())
                }
                _ => None,
            };
            if let Some(reason) = skipped {
                verdict.not_evaluated.push(NotEvaluated {
                    gate: entry.id.clone(),
                    reason,
                });
                continue;
            }
            let Some(gate) = &entry.gate else { continue };
            let run = gate
                .evaluate(
                    &self.runtime,
                    submission,
                    bundle,
                    &entry.config,
                    &verdict.facts,
                    &entry.limits,
                )
                .await;
            let run = exhausted(run, entry.on_exhausted);
            if entry.mode == Mode::Shadow {
                verdict.shadow.push(run);
                continue;
            }
            // The order of the enum is the order of precedence: reject > hold > allow.
            verdict.verdict = verdict.verdict.max(run.verdict);
            verdict.facts.extend(run.facts.clone());
            verdict.gates.push(run);
        }
        verdict
    }

    /// The verdict on a bundle that is not closed: no gate sees it.
    #[must_use]
    pub fn refuse(&self, refusal: &Refusal, closed_in: Duration) -> Verdict {
        let not_evaluated = self.entries.iter().map(|entry| NotEvaluated {
            gate: entry.id.clone(),
            reason: match entry.mode {
                Mode::Off(reason) => reason.to_owned(),
                _ => "the bundle is not closed".to_owned(),
            },
        });
        Verdict {
            verdict: Decision::Reject,
            bundle: String::new(),
            revision: self.revision,
            facts: Facts::new(),
            not_evaluated: not_evaluated.collect(),
            gates: vec![bundle_run(refusal.evidence.clone(), closed_in)],
            shadow: Vec::new(),
        }
    }
}

async fn loaded(
    task: tokio::task::JoinHandle<Result<Gate, LoadError>>,
    id: &str,
) -> Result<Arc<Gate>, PipelineError> {
    let gate = task.await.map_err(|error| LoadError::Compile {
        name: format!("{id}.wasm"),
        reason: format!("the compiler broke: {error}"),
    })??;
    if gate.id() != id {
        return Err(PipelineError::Misnamed {
            file: format!("{id}.wasm"),
            id: gate.id().to_owned(),
        });
    }
    Ok(Arc::new(gate))
}

/// The standard place of a gate. Budgets are some twenty times what the example bundles need.
fn entry(id: &str, python_version: &str, gate: Option<Arc<Gate>>) -> Entry {
    const MIB: usize = 1 << 20;
    let limits = |fuel, memory_bytes, seconds| Limits {
        fuel,
        memory_bytes,
        timeout: Duration::from_secs(seconds),
    };
    Entry {
        config: match id {
            "contract" | "static-analysis" => {
                serde_json::json!({"python_version": python_version}).to_string()
            }
            _ => "{}".into(),
        },
        mode: if gate.is_some() {
            Mode::Enforce
        } else {
            Mode::Off("no language model is configured")
        },
        limits: match id {
            // Runs the bundle's own code on an interpreter inside the component.
            "param-cap" => limits(20_000_000_000, 768 * MIB, 60),
            // Waits for the model, retries included.
            "llm-review" => limits(2_000_000_000, 256 * MIB, 300),
            _ => limits(2_000_000_000, 256 * MIB, 20),
        },
        on_exhausted: if id == "param-cap" {
            OnExhausted::Undecided("param_count")
        } else {
            OnExhausted::Hold
        },
        only_if_not_rejected: id == "llm-review",
        id: id.to_owned(),
        gate,
    }
}

/// A budget spent by the bundle's own code says allow, with the fact undecided, where the entry says so.
fn exhausted(mut run: GateRun, policy: OnExhausted) -> GateRun {
    let spent = matches!(
        run.fault,
        Some(
            GateFault::OutOfFuel
                | GateFault::OutOfMemory
                | GateFault::OutOfStack
                | GateFault::TimedOut
        )
    );
    if let (true, OnExhausted::Undecided(fact)) = (spent, policy) {
        run.verdict = Decision::Allow;
        run.reason = format!("undecided, a later stage decides: {}", run.reason);
        run.facts.insert(fact.to_owned(), Value::Null);
    }
    run
}

/// The host's own check, in the form of a gate's.
fn bundle_run(evidence: Vec<Evidence>, took: Duration) -> GateRun {
    GateRun {
        gate: BUNDLE.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        digest: "host".into(),
        verdict: if evidence.is_empty() {
            Decision::Allow
        } else {
            Decision::Reject
        },
        reason: if evidence.is_empty() {
            String::new()
        } else {
            "the bundle is not closed".into()
        },
        fault: None,
        fuel: 0,
        micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        evidence,
        facts: Facts::new(),
    }
}
