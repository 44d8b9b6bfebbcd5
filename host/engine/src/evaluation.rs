//! One evaluation: a fresh store, the gate's answer, and a typed reason when there is none.

use std::time::Instant;

use prism_bundle::Bundle;
use prism_gates_wit::BundleFiles;
use prism_gates_wit::v0_1::prism::gate::types;
use prism_store::verdict::{Decision, Facts, GateFault, GateRun};
use wasmtime::{Store, Trap, WasmBacktrace};

use crate::Submission;
use crate::gate::Gate;
use crate::guest::Guest;
use crate::report::{self, Report};
use crate::runtime::{Limits, Runtime};

impl Gate {
    /// Judges one bundle. Whatever the gate does, there is a [`GateRun`]: a broken gate holds, with its fault.
    ///
    /// `config` is a JSON object; `facts` are those of the gates before this one.
    pub async fn evaluate(
        &self,
        runtime: &Runtime,
        submission: &Submission,
        bundle: &Bundle,
        config: &str,
        facts: &Facts,
        limits: &Limits,
    ) -> GateRun {
        // A full pool makes evaluations wait, and waiting counts against nobody's clock.
        let _place = runtime.place().await;
        let started = Instant::now();
        let mut store = Store::new(
            &runtime.engine,
            Guest::new(limits.memory_bytes, self.model.clone()),
        );
        store.limiter(|guest| &mut guest.meter);
        let call = self.call(&mut store, submission, bundle, config, facts, limits);
        let answer = match tokio::time::timeout(limits.timeout, call).await {
            Ok(answer) => answer,
            Err(_) => Err(Broken::TimedOut),
        };
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let fuel = limits.fuel.saturating_sub(store.get_fuel().unwrap_or(0));
        let guest = store.data();
        let outcome = answer
            .map_err(|broken| broken.fault(guest))
            .and_then(|report| report::checked(self, report).map_err(GateFault::BadReport));
        let mut run = match outcome {
            Ok(report) => self.run(report, guest.capability_down.clone()),
            Err(fault) => self.broken(fault),
        };
        run.fuel = fuel;
        run.micros = micros;
        run
    }

    async fn call(
        &self,
        store: &mut Store<Guest>,
        submission: &Submission,
        bundle: &Bundle,
        config: &str,
        facts: &Facts,
        limits: &Limits,
    ) -> Result<types::Report, Broken> {
        Runtime::arm(store, limits).map_err(Broken::Load)?;
        let gate = self
            .ready
            .instantiate_async(&mut *store)
            .await
            .map_err(Broken::instantiate)?;
        let files = BundleFiles(bundle.files().clone());
        let handle = store
            .data_mut()
            .handles
            .push(files)
            .map_err(|error| Broken::Load(error.into()))?;
        let context = &submission.context;
        let submission = types::Submission {
            id: submission.id.clone(),
            hotkey: submission.hotkey.clone(),
            context: types::Context {
                vocab_size: context.vocab_size,
                sequence_length: context.sequence_length,
                max_layers: context.max_layers,
                max_parameters: context.max_parameters,
                seed: context.seed,
                tokenizer: context.tokenizer.clone(),
            },
        };
        let facts = report::for_guest(facts);
        gate.prism_gate_gate()
            .call_evaluate(store, &submission, handle, config, &facts)
            .await
            .map_err(Broken::Call)
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
            gate: self.id.clone(),
            version: self.version.clone(),
            digest: self.digest.clone(),
            verdict: Decision::Allow,
            reason: String::new(),
            fault: None,
            fuel: 0,
            micros: 0,
            evidence: Vec::new(),
            facts: Facts::new(),
        }
    }
}

/// Why a call gave no report, before it is put into the store's words.
enum Broken {
    Load(wasmtime::Error),
    Call(wasmtime::Error),
    TimedOut,
}

impl Broken {
    /// A trap in a start function is a trap; anything else at this point means it can't be loaded.
    fn instantiate(error: wasmtime::Error) -> Self {
        if error.is::<Trap>() {
            Self::Call(error)
        } else {
            Self::Load(error)
        }
    }

    fn fault(self, guest: &Guest) -> GateFault {
        match self {
            Self::TimedOut => GateFault::TimedOut,
            Self::Load(error) | Self::Call(error)
                if error.downcast_ref() == Some(&Trap::OutOfFuel) =>
            {
                GateFault::OutOfFuel
            }
            Self::Load(error) | Self::Call(error)
                if error.downcast_ref() == Some(&Trap::Interrupt) =>
            {
                GateFault::TimedOut
            }
            Self::Load(error) | Self::Call(error)
                if error.downcast_ref() == Some(&Trap::StackOverflow) =>
            {
                GateFault::OutOfStack
            }
            Self::Load(_) | Self::Call(_) if guest.meter.exceeded => GateFault::OutOfMemory,
            Self::Load(error) => GateFault::CannotLoad(format!("{error:#}")),
            // An error below guest code carries the guest's frames. Without them the gate had returned, and
            // what it returned could not be read.
            Self::Call(error) if !error.is::<Trap>() && !error.is::<WasmBacktrace>() => {
                GateFault::BadReport(error.root_cause().to_string())
            }
            Self::Call(error) => {
                let text = match error.downcast_ref::<Trap>() {
                    Some(trap) => trap.to_string(),
                    None => error.root_cause().to_string(),
                };
                // A panic says where and why in its last log line.
                GateFault::Trap(
                    guest
                        .log
                        .last()
                        .map_or(text.clone(), |line| format!("{text}: {line}")),
                )
            }
        }
    }
}

fn in_words(fault: &GateFault) -> String {
    match fault {
        GateFault::Trap(text) => text.clone(),
        GateFault::OutOfFuel => "its fuel budget is spent".into(),
        GateFault::TimedOut => "it ran out of time".into(),
        GateFault::OutOfMemory => "it reached its memory limit".into(),
        GateFault::OutOfStack => "its call stack is used up".into(),
        GateFault::BadReport(text) => format!("its report is not valid: {text}"),
        GateFault::CapabilityDown(text) | GateFault::CannotLoad(text) => text.clone(),
    }
}
