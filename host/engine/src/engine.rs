//! The gate engine: components, limits, precompiled cache, pipeline and verdict.
//!
//! In reading order: [`Runtime`] owns wasmtime, its settings and its clock; [`Gate`] is one component, read,
//! compiled by a process of its own ([`Compiler`]), linked for its version of the contract and asked what it is;
//! an evaluation ([`Call`]) gives it a fresh store with [`Limits`] and answers its host calls out of
//! [`Capabilities`]; [`Pipeline`] asks the gates in order and combines what they say into a verdict. This crate
//! and `gates-wit` are the only ones that name wasmtime.

mod cache;
mod capabilities;
mod cases;
mod compiler;
mod config;
mod contract;
mod evaluation;
mod fault;
mod gate;
mod guest;
mod llm;
mod load_error;
mod pipeline;
mod recording;
mod report;
mod runtime;
mod submission;

pub use capabilities::corpus::{Asker, Corpus, CorpusError, Fingerprint, Neighbour};
pub use capabilities::{Capabilities, Ledger};
pub use cases::{Case, CaseError, CaseOutcome, read_folder};
pub use compiler::Compiler;
pub use compiler::child::compile_stdin_to_stdout;
pub use config::{ConfigError, check_config};
pub use evaluation::Call;
pub use gate::Gate;
pub use llm::{
    AnswerFormat, ChatRequest, ChatResponse, LanguageModel, ModelError, OpenAiModel, OpenAiSettings,
};
pub use load_error::{LoadError, LoadReason};
pub use pipeline::standard::{PipelineError, STANDARD_GATES, standard_entries};
pub use pipeline::{Entry, Pipeline, settled};
pub use prism_component::{Capability, ContractVersion};
pub use recording::Recording;
pub use runtime::{Busy, Limits, Runtime, RuntimeError, Settings};
pub use submission::{GateContext, Submission};
