//! The contract between the host and its gates.
//!
//! `wit/gate.wit` (package `prism:gate`) is the contract; this crate holds the host's generated
//! bindings to it and nothing else. The engine that uses them lives in `host/engine`.

#![allow(
    missing_docs,
    reason = "the items are generated from WIT, where they are documented"
)]
#![allow(clippy::all, clippy::restriction, reason = "generated code")]

/// Bindings to `prism:gate` 0.1. The world with every capability is bound once; a gate that imports
/// less is served by the same linker.
pub mod v0_1 {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "llm-gate",
        imports: { default: async | trappable },
        exports: { default: async },
        with: { "prism:gate/bundle.bundle-files": crate::BundleFiles },
    });
}

/// The host's side of the `bundle-files` resource: the files of one closed bundle, shared, sorted by path.
#[derive(Clone, Debug)]
pub struct BundleFiles(pub std::sync::Arc<std::collections::BTreeMap<String, Vec<u8>>>);
