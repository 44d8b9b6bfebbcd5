//! What the host tells a gate of a submission beside its bundle.

use prism_bundle::Bundle;

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

impl Submission {
    /// A submission with the context that goes with the bundle's tokenizer. Where `prism.yaml` can't be read the
    /// context is that of the default tokenizer: the `contract` gate rejects such a bundle and says why.
    #[must_use]
    pub fn new(id: &str, hotkey: &str, bundle: &Bundle) -> Self {
        let tokenizer = bundle
            .manifest()
            .map(|manifest| manifest.tokenizer)
            .unwrap_or_default();
        Self {
            id: id.to_owned(),
            hotkey: hotkey.to_owned(),
            context: GateContext {
                vocab_size: tokenizer
                    .vocab_size()
                    .unwrap_or(GateContext::default().vocab_size),
                tokenizer: tokenizer.name().to_owned(),
                ..GateContext::default()
            },
        }
    }

    /// The submission of a local check: nobody's.
    #[must_use]
    pub fn local(bundle: &Bundle) -> Self {
        Self::new("", "", bundle)
    }
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
    /// The Python that will run the bundle, as `major.minor`: its grammar is the one that counts.
    pub python_version: String,
}

impl Default for GateContext {
    /// The published values, with the `bytes` tokenizer and Python 3.11.
    fn default() -> Self {
        Self {
            vocab_size: 257,
            sequence_length: 128,
            max_layers: 96,
            max_parameters: 150_000_000,
            seed: 1337,
            tokenizer: "bytes".into(),
            python_version: "3.11".into(),
        }
    }
}
