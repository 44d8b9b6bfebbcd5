//! From a core module to a gate component.
//!
//! A gate written with the author kit is built as a core WebAssembly module with its WIT types in a
//! custom section; [`componentize`] wraps it into a component of the contract `prism:gate`. What
//! imports anything else is refused here, by name, long before an operator would meet it. Python
//! gates come out of their own compiler as components. [`cases`] reads the self-test cases that both
//! carry.

use std::collections::BTreeSet;

use prism_component::{Component, ComponentError};
use thiserror::Error;
use wasmparser::{Parser, Payload};
use wit_component::ComponentEncoder;

pub mod cases;

/// The package that every import of a gate belongs to.
const CONTRACT: &str = "prism:gate/";

/// Why a module is no gate.
#[derive(Debug, Error)]
pub enum ComponentizeError {
    /// Not WebAssembly, or broken.
    #[error("it is not a valid WebAssembly binary: {0}")]
    Malformed(#[from] wasmparser::BinaryReaderError),
    /// Not a core module.
    #[error(
        "it is no core module; build the gate's crate as a `cdylib` for wasm32-unknown-unknown"
    )]
    NotModule,
    /// Imports from outside the contract.
    #[error(
        "a gate may import only interfaces of prism:gate, but this one imports {}; the usual cause is a \
         dependency that wants the system clock, randomness, files or JavaScript glue",
        .0.join(", ")
    )]
    ForeignImports(Vec<String>),
    /// The encoder refused the module.
    #[error("it can't be turned into a component: {0}; is `export_gate!` missing?")]
    Encode(String),
    /// The component is no gate.
    #[error(transparent)]
    Component(#[from] ComponentError),
}

/// Turns a core module into a component and checks it.
///
/// # Errors
/// When the module is broken, imports anything outside `prism:gate`, or exports no gate.
pub fn componentize(module: &[u8]) -> Result<Vec<u8>, ComponentizeError> {
    if !Parser::is_core_wasm(module) {
        return Err(ComponentizeError::NotModule);
    }
    let foreign = foreign_module_imports(module)?;
    if !foreign.is_empty() {
        return Err(ComponentizeError::ForeignImports(foreign));
    }
    let encode = || {
        ComponentEncoder::default()
            .validate(true)
            .module(module)?
            .encode()
    };
    // The encoder's error type is a chain without a public shape; its text is all there is.
    let component = encode().map_err(|error| ComponentizeError::Encode(format!("{error:#}")))?;
    Component::read(&component)?;
    Ok(component)
}

/// Import modules of a core module that are neither the contract's nor the component model's own
/// (resource handles of exported interfaces are imported from `[export]...`).
fn foreign_module_imports(module: &[u8]) -> Result<Vec<String>, ComponentizeError> {
    let mut foreign = BTreeSet::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                let import = import?;
                let owner = import
                    .module
                    .strip_prefix("[export]")
                    .unwrap_or(import.module);
                if !owner.starts_with(CONTRACT) {
                    foreign.insert(format!("{}#{}", import.module, import.name));
                }
            }
        }
    }
    Ok(foreign.into_iter().collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;

    #[test]
    fn a_module_with_a_foreign_import_is_refused_by_name() {
        let module = wat::parse_str(
            r#"(module (import "wasi_snapshot_preview1" "clock_time_get" (func))
                       (import "prism:gate/log@1.0.0" "write" (func)))"#,
        )
        .unwrap();
        let error = componentize(&module).unwrap_err();
        let ComponentizeError::ForeignImports(names) = &error else {
            unreachable!("{error}")
        };
        assert_eq!(names, &["wasi_snapshot_preview1#clock_time_get"]);
    }

    #[test]
    fn the_wrong_kind_of_file_is_refused() {
        let component = wat::parse_str("(component)").unwrap();
        for wrong in [&component[..], b"", b"hello, world", &[0xff; 64]] {
            assert!(matches!(
                componentize(wrong),
                Err(ComponentizeError::NotModule)
            ));
        }
        let cut = b"\0asm\x01\0\0\0\x02\x7f";
        assert!(matches!(
            componentize(cut),
            Err(ComponentizeError::Malformed(_))
        ));
    }

    #[test]
    fn a_module_without_the_contract_is_refused_with_what_is_missing() {
        let module = wat::parse_str("(module)").unwrap();
        let error = componentize(&module).unwrap_err().to_string();
        assert!(error.contains("export_gate!"), "{error}");
    }
}
