//! The context of a bundle: what its declared tokenizer and the settings make of `ctx`, the same for gates,
//! command line and run.

use std::path::Path;
use std::sync::Arc;

use prism_bundle::Bundle;
use prism_engine::{GateContext, Submission};
use prism_manifest::Tokenizer as Declared;
use prism_protocol::spec::Context;
use prism_tokenizer::{Codec, Tokenizer, TokenizerError};

use crate::config::ContextConfig;

/// The run's context. A bundle without a valid manifest gets the defaults: the contract gate rejects it.
#[must_use]
pub fn run_context(config: &ContextConfig, bundle: &Bundle) -> Context {
    let manifest = bundle.manifest().unwrap_or_default();
    let tokenizer = tokenizer(config, bundle).unwrap_or(Tokenizer::Bytes);
    Context {
        vocab_size: tokenizer.vocab_size(),
        sequence_length: config.sequence_length,
        max_layers: config.max_layers,
        max_parameters: config.max_parameters,
        seed: config.seed,
        tokenizer: manifest.tokenizer.name().to_owned(),
        separator: tokenizer.separator(),
        architecture_entrypoint: manifest.architecture.entrypoint,
        build_model_symbol: manifest.architecture.symbol,
        training_entrypoint: manifest.training.entrypoint,
        train_symbol: manifest.training.symbol,
    }
}

/// The vocabulary that the run of a bundle needs, where it is not built in.
#[must_use]
pub fn vocabulary(config: &ContextConfig, bundle: &Bundle) -> Option<Arc<[u8]>> {
    tokenizer(config, bundle)?.to_vocabulary().map(Into::into)
}

/// None for what isn't served, which the contract gate rejects.
fn tokenizer(config: &ContextConfig, bundle: &Bundle) -> Option<Tokenizer> {
    bundle.tokenizer().or_else(|| {
        let llama_wanted = bundle.manifest().ok()?.tokenizer == Declared::Llama;
        // A file that can't be used was said when the service started.
        llama(config.llama.as_deref().filter(|_| llama_wanted)?).ok()
    })
}

/// Reads the configured llama tokenizer.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn llama(path: &Path) -> Result<Tokenizer, LlamaError> {
    let text = std::fs::read(path).map_err(|source| LlamaError::Read {
        path: path.display().to_string(),
        source,
    })?;
    Tokenizer::from_sentencepiece(&text).map_err(|source| LlamaError::Model {
        path: path.display().to_string(),
        source,
    })
}

/// The configured llama tokenizer can't be used.
#[derive(Debug, thiserror::Error)]
pub enum LlamaError {
    /// The file can't be read.
    #[error("`context.llama` names {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is no tokenizer that is served.
    #[error("`context.llama` names {path}, which can't be used: {source}")]
    Model {
        /// The file.
        path: String,
        /// What is wrong with it.
        #[source]
        source: TokenizerError,
    },
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
