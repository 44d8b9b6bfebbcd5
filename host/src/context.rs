//! The context of a bundle: what its declared tokenizer and the settings make of `ctx`, the same for gates,
//! command line and run.

use prism_bundle::Bundle;
use prism_engine::{GateContext, Submission};
use prism_manifest::Manifest;
use prism_protocol::spec::Context;

use crate::config::ContextConfig;

/// The run's context. A bundle without a valid manifest gets the defaults: the contract gate rejects it.
#[must_use]
pub fn run_context(config: &ContextConfig, bundle: &Bundle) -> Context {
    let manifest = bundle.manifest().unwrap_or_else(|_| Manifest::default());
    Context {
        // A tokenizer without a known vocabulary is not served yet: the contract gate rejects it too.
        vocab_size: manifest
            .tokenizer
            .vocab_size()
            .unwrap_or(prism_tokenizer::BYTES_VOCAB),
        sequence_length: config.sequence_length,
        max_layers: config.max_layers,
        max_parameters: config.max_parameters,
        seed: config.seed,
        tokenizer: manifest.tokenizer.name().to_owned(),
        separator: prism_tokenizer::BYTES_SEPARATOR,
        architecture_entrypoint: manifest.architecture.entrypoint,
        build_model_symbol: manifest.architecture.symbol,
        training_entrypoint: manifest.training.entrypoint,
        train_symbol: manifest.training.symbol,
    }
}

/// What gates are told. `python_version` is that of the interpreter which will run the bundle.
#[must_use]
pub fn submission(context: &Context, python_version: &str, id: &str, hotkey: &str) -> Submission {
    Submission {
        id: id.to_owned(),
        hotkey: hotkey.to_owned(),
        context: GateContext {
            vocab_size: context.vocab_size,
            sequence_length: context.sequence_length,
            max_layers: context.max_layers,
            max_parameters: context.max_parameters,
            seed: context.seed,
            tokenizer: context.tokenizer.clone(),
            python_version: python_version.to_owned(),
        },
    }
}
