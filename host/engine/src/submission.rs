//! What the host tells a gate of a submission beside its bundle.

use prism_bundle::Bundle;
pub use prism_store::verdict::GateContext;
use prism_tokenizer::Codec;

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
        let tokenizer = bundle.manifest().unwrap_or_default().tokenizer;
        Self {
            id: id.to_owned(),
            hotkey: hotkey.to_owned(),
            context: GateContext {
                vocab_size: bundle.tokenizer().map_or_else(
                    || GateContext::default().vocab_size,
                    |tokenizer| tokenizer.vocab_size(),
                ),
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
