//! From a core module to a gate component.
//!
//! A gate written with the author kit is built as a core WebAssembly module with its WIT types in a
//! custom section; [`componentize`] wraps it into a component of the contract `prism:gate`. What
//! imports anything else is refused here, by name, long before an operator would meet it. Python
//! gates come out of their own compiler as components and pass through [`inspect`] only.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use thiserror::Error;
use wasmparser::{Parser, Payload};
use wit_component::ComponentEncoder;

/// The package that every import and export of a gate belongs to.
const CONTRACT: &str = "prism:gate/";

/// The interface that every gate exports.
const GATE_EXPORT: &str = "prism:gate/gate@";

/// Why a module is no gate.
#[derive(Debug, Error)]
pub enum ComponentizeError {
    /// Not WebAssembly, or broken.
    #[error("not a valid WebAssembly binary: {0}")]
    Malformed(#[from] wasmparser::BinaryReaderError),
    /// A component was given where a core module is wanted.
    #[error("this is a component already, not a core module")]
    AlreadyComponent,
    /// A core module was given where a component is wanted.
    #[error("this is a core module, not a component; turn it into one first")]
    NotComponent,
    /// Imports from outside the contract.
    #[error(
        "a gate may import only interfaces of prism:gate, but this one imports {}; the usual cause is a \
         dependency that wants the system clock, randomness, files or JavaScript glue",
        .0.join(", ")
    )]
    ForeignImports(Vec<String>),
    /// No `prism:gate/gate` among the exports.
    #[error("it does not export the interface prism:gate/gate; is `export_gate!` missing?")]
    NoGateExport,
    /// The encoder refused the module.
    #[error("cannot turn the module into a component: {0}")]
    Encode(String),
}

/// What a gate component asks for and offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Lowercase hex SHA-256 of the component.
    pub digest: String,
    /// Size in bytes.
    pub bytes: usize,
    /// Imported interfaces, sorted.
    pub imports: Vec<String>,
    /// Exported interfaces, sorted.
    pub exports: Vec<String>,
}

/// Turns a core module into a component and checks it.
///
/// # Errors
/// When the module is broken, imports anything outside `prism:gate`, or exports no gate.
pub fn componentize(module: &[u8]) -> Result<Vec<u8>, ComponentizeError> {
    if !Parser::is_core_wasm(module) {
        let component = Parser::is_component(module);
        return Err(if component {
            ComponentizeError::AlreadyComponent
        } else {
            malformed(module)
        });
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
    inspect(&component)?;
    Ok(component)
}

/// Reads a component's imports and exports and refuses what is no gate.
///
/// # Errors
/// As [`componentize`].
pub fn inspect(component: &[u8]) -> Result<Inspection, ComponentizeError> {
    if !Parser::is_component(component) {
        let core = Parser::is_core_wasm(component);
        return Err(if core {
            ComponentizeError::NotComponent
        } else {
            malformed(component)
        });
    }
    let (mut imports, mut exports) = (BTreeSet::new(), BTreeSet::new());
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            // Nested modules and components have imports of their own, satisfied inside.
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    imports.insert(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    exports.insert(export?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    let foreign: Vec<String> = imports
        .iter()
        .filter(|name| !name.starts_with(CONTRACT))
        .cloned()
        .collect();
    if !foreign.is_empty() {
        return Err(ComponentizeError::ForeignImports(foreign));
    }
    if !exports.iter().any(|name| name.starts_with(GATE_EXPORT)) {
        return Err(ComponentizeError::NoGateExport);
    }
    Ok(Inspection {
        digest: hex::encode(Sha256::digest(component)),
        bytes: component.len(),
        imports: imports.into_iter().collect(),
        exports: exports.into_iter().collect(),
    })
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

fn malformed(bytes: &[u8]) -> ComponentizeError {
    let first_error = Parser::new(0).parse_all(bytes).find_map(Result::err);
    first_error.map_or_else(
        || ComponentizeError::Encode("the file is empty".to_owned()),
        Into::into,
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;

    #[test]
    fn a_module_with_a_foreign_import_is_refused_by_name() {
        let module = wat::parse_str(
            r#"(module (import "wasi_snapshot_preview1" "clock_time_get" (func))
                       (import "prism:gate/log@0.1.0" "write" (func)))"#,
        )
        .unwrap();
        let error = componentize(&module).unwrap_err();
        let ComponentizeError::ForeignImports(names) = &error else {
            unreachable!("{error}")
        };
        assert_eq!(names, &["wasi_snapshot_preview1#clock_time_get"]);
    }

    #[test]
    fn a_component_with_a_foreign_import_is_refused_by_name() {
        let component =
            wat::parse_str(r#"(component (import "wasi:cli/environment@0.2.0" (instance)))"#)
                .unwrap();
        assert!(
            matches!(inspect(&component), Err(ComponentizeError::ForeignImports(names))
            if names == ["wasi:cli/environment@0.2.0"])
        );
    }

    #[test]
    fn imports_of_nested_modules_are_their_own_affair() {
        let component = wat::parse_str(
            r#"(component (core module (import "env" "f" (func)))
                 (component (import "inner" (instance)))
                 (instance $gate) (export "prism:gate/gate@0.1.0" (instance $gate)))"#,
        )
        .unwrap();
        let found = inspect(&component).unwrap();
        assert!(found.imports.is_empty());
        assert_eq!(found.exports, ["prism:gate/gate@0.1.0"]);
        assert_eq!(found.bytes, component.len());
    }

    #[test]
    fn what_exports_no_gate_is_no_gate() {
        let component = wat::parse_str("(component)").unwrap();
        assert!(matches!(
            inspect(&component),
            Err(ComponentizeError::NoGateExport)
        ));
    }

    #[test]
    fn the_wrong_kind_of_file_is_named() {
        let module = wat::parse_str("(module)").unwrap();
        let component = wat::parse_str("(component)").unwrap();
        assert!(matches!(
            inspect(&module),
            Err(ComponentizeError::NotComponent)
        ));
        assert!(matches!(
            componentize(&component),
            Err(ComponentizeError::AlreadyComponent)
        ));
        for junk in [&b""[..], b"\0asm", b"hello, world", &[0xff; 64]] {
            assert!(componentize(junk).is_err());
            assert!(inspect(junk).is_err());
        }
    }

    #[test]
    fn a_module_without_the_contract_is_refused() {
        let module = wat::parse_str("(module)").unwrap();
        assert!(componentize(&module).is_err());
    }
}
