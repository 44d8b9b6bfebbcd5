//! One evaluation: a fresh store, the gate's answer, and a typed reason when there is none.

use std::time::{Duration, Instant};

use prism_bundle::Bundle;
use prism_gates_wit::BundleFiles;
use prism_gates_wit::v1_1::prism::gate::types;
use prism_store::verdict::{Decision, Facts, GateFault, GateRun};
use wasmtime::Store;

use crate::Submission;
use crate::capabilities::Capabilities;
use crate::capabilities::corpus::Asker;
use crate::fault::{Broken, Stage, in_words};
use crate::gate::Gate;
use crate::guest::Guest;
use crate::report::{self, Report};
use crate::runtime::{Busy, Limits, Runtime};

/// What one evaluation is about.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// What is known beside the bundle.
    pub submission: &'a Submission,
    /// What is judged.
    pub bundle: &'a Bundle,
    /// The gate's configuration, a JSON object that conforms to its schema.
    pub config: &'a str,
    /// The facts of the gates before this one.
    pub facts: &'a Facts,
    /// What the evaluation may use.
    pub limits: &'a Limits,
    /// What its host calls are answered with.
    pub capabilities: &'a Capabilities,
}

impl Gate {
    /// Judges one bundle. Whatever the gate does, there is a [`GateRun`]: a broken gate holds, with its fault.
    ///
    /// # Errors
    /// [`Busy`] when no place came free within the runtime's queue timeout; the gate was not asked.
    pub async fn evaluate(&self, runtime: &Runtime, call: &Call<'_>) -> Result<GateRun, Busy> {
        // Waiting counts against nobody's clock.
        let _place = runtime.place().await?;
        let started = Instant::now();
        let asker = Asker {
            submission: call.submission.id.clone(),
            hotkey: call.submission.hotkey.clone(),
        };
        let guest = Guest::new(call.limits.memory_bytes, call.capabilities.clone(), asker);
        let mut store = runtime.store(guest, call.limits);
        let answer = self.ask(&mut store, call);
        let answer = match tokio::time::timeout(call.limits.timeout, answer).await {
            Ok(answer) => answer,
            Err(_) => Err(Broken::TimedOut),
        };
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let fuel = call
            .limits
            .fuel
            .saturating_sub(store.get_fuel().unwrap_or(0));
        let guest = store.into_data();
        let outcome = answer
            .map_err(|broken| broken.fault(&guest))
            .and_then(|report| report::checked(self, report));
        Ok(GateRun {
            fuel,
            micros,
            memory_bytes: guest.meter.used as u64,
            log_dropped: guest.log.dropped,
            host_calls: guest.calls.made,
            ..match outcome {
                Ok(report) => self.run(report, guest.calls.down),
                Err(fault) => self.broken(fault),
            }
        })
    }

    /// How long the host takes before a gate's first instruction: a store, and an instance in it.
    ///
    /// # Errors
    /// [`Busy`] as for an evaluation. A gate that can't be instantiated took the time all the same.
    pub async fn instantiate(&self, runtime: &Runtime, limits: &Limits) -> Result<Duration, Busy> {
        let _place = runtime.place().await?;
        let started = Instant::now();
        let nobody = Asker {
            submission: String::new(),
            hotkey: String::new(),
        };
        let guest = Guest::new(limits.memory_bytes, Capabilities::default(), nobody);
        let mut store = runtime.store(guest, limits);
        let instance = self.ready.instantiate(&mut store).await;
        let took = started.elapsed();
        drop(instance);
        Ok(took)
    }

    async fn ask(
        &self,
        store: &mut Store<Guest>,
        call: &Call<'_>,
    ) -> Result<types::Report, Broken> {
        let instantiating = |error| Broken::Ended(Stage::Instantiating, error);
        let instance = self.ready.instantiate(store).await.map_err(instantiating)?;
        let files = BundleFiles(call.bundle.files().clone());
        let handle = store
            .data_mut()
            .handles
            .push(files)
            .map_err(|error| instantiating(error.into()))?;
        let submission = for_guest(call.submission);
        let facts = report::for_guest(call.facts);
        instance
            .evaluate(store, &submission, handle, call.config, &facts)
            .await
            .map_err(|error| Broken::Ended(Stage::Calling, error))
    }

    fn run(&self, report: Report, capability_down: Option<String>) -> GateRun {
        // A gate that held because a capability was down is retried like any other outage.
        let fault = capability_down
            .filter(|_| report.decision == Decision::Hold)
            .map(GateFault::CapabilityDown);
        GateRun {
            verdict: report.decision,
            reason: report.reason,
            fault,
            evidence: report.evidence,
            facts: report.facts,
            ..self.empty()
        }
    }

    fn broken(&self, fault: GateFault) -> GateRun {
        GateRun {
            verdict: Decision::Hold,
            reason: format!("the gate itself broke: {}", in_words(&fault)),
            fault: Some(fault),
            ..self.empty()
        }
    }

    fn empty(&self) -> GateRun {
        GateRun {
            gate: self.id().to_owned(),
            version: self.version().to_owned(),
            digest: self.digest().to_owned(),
            verdict: Decision::Allow,
            reason: String::new(),
            fault: None,
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

fn for_guest(submission: &Submission) -> types::Submission {
    let context = &submission.context;
    types::Submission {
        id: submission.id.clone(),
        hotkey: submission.hotkey.clone(),
        context: types::Context {
            vocab_size: context.vocab_size,
            sequence_length: context.sequence_length,
            max_layers: context.max_layers,
            max_parameters: context.max_parameters,
            seed: context.seed,
            tokenizer: context.tokenizer.clone(),
            python_version: context.python_version.clone(),
        },
    }
}
