//! The contract between the host and its gates.
//!
//! `wit/` holds one folder a version of package `prism:gate`, each frozen; this crate holds the host's
//! generated bindings to them, one module of identical shape a version, and nothing else. The engine that
//! uses them lives in `host/engine`. An older version's interfaces are those of the newest one, so that the
//! host implements each once.

#![allow(
    missing_docs,
    reason = "the items are generated from WIT, where they are documented"
)]
#![allow(clippy::all, clippy::restriction, reason = "generated code")]

/// Bindings to `prism:gate` 1.0. The world with every capability is bound; a gate that imports less is
/// served by the same linker.
pub mod v1_0 {
    wasmtime::component::bindgen!({
        path: "wit/1.0",
        world: "llm-gate",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "prism:gate/types": crate::v1_1::prism::gate::types,
            "prism:gate/bundle": crate::v1_1::prism::gate::bundle,
            "prism:gate/log": crate::v1_1::prism::gate::log,
            "prism:gate/llm": crate::v1_1::prism::gate::llm,
        },
    });
}

/// Bindings to `prism:gate` 1.1, the newest.
pub mod v1_1 {
    wasmtime::component::bindgen!({
        path: "wit/1.1",
        world: "full-gate",
        imports: { default: async | trappable },
        exports: { default: async },
        with: { "prism:gate/bundle.bundle-files": crate::BundleFiles },
    });
}

/// The host's side of the `bundle-files` resource: the files of one closed bundle, shared, sorted by path.
#[derive(Clone, Debug)]
pub struct BundleFiles(pub std::sync::Arc<std::collections::BTreeMap<String, Vec<u8>>>);
