//! The standard gates and their places.

use std::collections::BTreeSet;
use std::sync::Arc;

use prism_component::Capability;
use prism_store::records::{CrashPolicy, GateLimits, GateMode, RevisionEntry};
use serde_json::json;

use super::{Entry, Pipeline};
use crate::gate::Gate;
use crate::load_error::{LoadError, LoadReason};
use crate::runtime::Runtime;

/// Ids of the standard gates, in the order they are asked.
pub const STANDARD_GATES: [&str; 6] = [
    "contract",
    "static-analysis",
    "distributed-contract",
    "duplicate-review",
    "param-cap",
    "llm-review",
];

/// The pipeline could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// A gate can't be loaded.
    #[error(transparent)]
    Gate(#[from] LoadError),
    /// A component says it is another gate than its name does.
    #[error("the gate {name} says that it is {id}: install it under that name")]
    Misnamed {
        /// What it was called.
        name: String,
        /// What it says it is.
        id: String,
    },
}

/// The standard places of gates, given as id, version and digest: enforced, in the standard order, others after
/// them in the order given.
#[must_use]
pub fn standard_entries(gates: &[(&str, &str, &str)]) -> Vec<RevisionEntry> {
    let mut entries: Vec<_> = gates
        .iter()
        .map(|(id, version, digest)| entry(id, version, digest))
        .collect();
    // The sort is stable.
    entries.sort_by_key(|entry| {
        let standard = STANDARD_GATES.iter().position(|id| *id == entry.gate);
        standard.unwrap_or(STANDARD_GATES.len())
    });
    entries
}

/// Budgets are some twenty times what the example bundles need.
fn entry(id: &str, version: &str, digest: &str) -> RevisionEntry {
    let limits = |fuel, mebibytes: u64, seconds: u64| GateLimits {
        fuel,
        memory_bytes: mebibytes << 20,
        timeout_ms: seconds * 1000,
    };
    RevisionEntry {
        gate: id.to_owned(),
        version: version.to_owned(),
        digest: digest.to_owned(),
        mode: GateMode::Enforce,
        config: json!({}),
        limits: match id {
            // Runs the bundle's own code on an interpreter inside the component.
            "param-cap" => limits(20_000_000_000, 768, 60),
            // Waits for the model, retries included.
            "llm-review" => limits(2_000_000_000, 256, 300),
            _ => limits(2_000_000_000, 256, 20),
        },
        on_crash: CrashPolicy::Hold,
        undecided_fact: (id == "param-cap").then(|| "param_count".to_owned()),
        only_if_not_rejected: id == "llm-review",
    }
}

impl Pipeline {
    /// The gates of an installation, each given as id and component, in their standard places. Without a language
    /// model those that need one are off.
    ///
    /// # Errors
    /// Names the gate that can't be loaded and why.
    pub async fn standard(
        runtime: Arc<Runtime>,
        components: &[(String, Vec<u8>)],
        grants: &BTreeSet<Capability>,
        model_configured: bool,
    ) -> Result<Self, PipelineError> {
        let loading: Vec<_> = components
            .iter()
            .map(|(id, component)| {
                let (runtime, id) = (Arc::clone(&runtime), id.clone());
                let (component, grants) = (component.clone(), grants.clone());
                // Compiling and mapping are work for the processor: each gate on a thread of its own.
                tokio::task::spawn_blocking(move || {
                    tokio::runtime::Handle::current()
                        .block_on(Gate::load(&runtime, &id, &component, &grants))
                })
            })
            .collect();
        let mut gates = Vec::new();
        for ((id, _), task) in components.iter().zip(loading) {
            let gate = task.await.map_err(|error| LoadError {
                name: id.clone(),
                reason: LoadReason::CompileFailed(format!("the compiler broke: {error}")),
            })??;
            if gate.id() != id {
                return Err(PipelineError::Misnamed {
                    name: id.clone(),
                    id: gate.id().to_owned(),
                });
            }
            gates.push(Arc::new(gate));
        }
        let named: Vec<_> = gates
            .iter()
            .map(|gate| (gate.id(), gate.version(), gate.digest()))
            .collect();
        let entries = standard_entries(&named)
            .into_iter()
            .map(|mut settings| {
                let gate = gates.iter().find(|gate| gate.digest() == settings.digest);
                let dumb = !model_configured
                    && gate.is_some_and(|gate| gate.capabilities().contains(&Capability::Llm));
                if dumb {
                    settings.mode = GateMode::Off;
                }
                Entry {
                    gate: gate.cloned(),
                    settings,
                    why_off: dumb.then(|| "no language model is configured".to_owned()),
                }
            })
            .collect();
        Ok(Self::new(runtime, None, entries))
    }
}
