//! The gate engine: components, limits, precompiled cache, pipeline and verdict.
//!
//! In reading order: [`Runtime`] owns wasmtime, its settings and its clock; [`Gate`] is one component, checked,
//! compiled and linked; an evaluation gives it a fresh store with [`Limits`] and answers its host calls
//! ([`LanguageModel`] for the dear one); [`Pipeline`] asks the gates in order and combines what they say into a
//! verdict. This crate and `gates-wit` are the only ones that name wasmtime.

mod cache;
mod evaluation;
mod gate;
mod guest;
mod imports;
mod llm;
mod pipeline;
mod report;
mod runtime;

pub use gate::{Gate, LoadError, RuleInfo};
pub use llm::{ChatRequest, ChatResponse, LanguageModel, ModelError, OpenAiModel, OpenAiSettings};
pub use pipeline::{Entry, Mode, OnExhausted, Pipeline, PipelineError};
pub use runtime::{Limits, Runtime, RuntimeError, Settings};

/// What the host knows of a submission beside its bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Submission id; empty in a local check.
    pub id: String,
    /// The miner's hotkey; empty in a local check.
    pub hotkey: String,
    /// The values `build_model(ctx)` will get.
    pub context: GateContext,
}

/// The scored run's context, as far as gates need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateContext {
    /// From the declared tokenizer.
    pub vocab_size: u32,
    /// Columns of a row unless the miner asks for another number, in tokens.
    pub sequence_length: u32,
    /// Told to miners, not enforced.
    pub max_layers: u32,
    /// Parameter cap, in parameters.
    pub max_parameters: u64,
    /// The forced seed.
    pub seed: u64,
    /// The tokenizer's name.
    pub tokenizer: String,
}
