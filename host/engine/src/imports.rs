//! What a component asks for, read before it is compiled.

use wasmparser::{BinaryReaderError, Parser, Payload};

/// Interfaces every gate may import.
const GRANTED: [&str; 3] = ["prism:gate/types@", "prism:gate/bundle@", "prism:gate/log@"];

/// The interface of the language-model capability.
pub(crate) const LLM: &str = "prism:gate/llm@";

/// Versions of `prism:gate` that this host serves.
const VERSIONS: [&str; 1] = ["0.1.0"];

/// Why a component's imports are refused.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Not WebAssembly, or broken.
    #[error("it is not a valid WebAssembly component: {0}")]
    Malformed(#[from] BinaryReaderError),
    /// A core module.
    #[error("it is a core module, not a component: turn it into one with `prism-componentize`")]
    NotComponent,
    /// An interface no gate can have.
    #[error(
        "it imports {0}, which is not part of the gate contract; a gate has no file, network, clock or WASI"
    )]
    Foreign(String),
    /// A capability the operator did not grant.
    #[error("it asks for the capability `{0}`, which was not granted")]
    Ungranted(&'static str),
    /// A version of the contract that is not served.
    #[error("it was built for {0}; this host serves prism:gate {versions}", versions = VERSIONS.join(", "))]
    UnknownVersion(String),
    /// Nothing to call.
    #[error("it does not export prism:gate/gate")]
    NoGate,
}

/// Refuses, by name, what a gate may not import.
pub(crate) fn check(component: &[u8], llm: bool) -> Result<(), ImportError> {
    if !Parser::is_component(component) {
        return Err(if Parser::is_core_wasm(component) {
            ImportError::NotComponent
        } else {
            // The parser's own words for what is wrong with it.
            Parser::new(0)
                .parse_all(component)
                .find_map(Result::err)
                .map_or(ImportError::NotComponent, ImportError::Malformed)
        });
    }
    let mut depth = 0_usize;
    let mut gate = false;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            // What is nested is satisfied inside the component.
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    check_import(import?.name.name, llm)?;
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let name = export?.name.name;
                    if name.starts_with("prism:gate/gate@") {
                        check_version(name)?;
                        gate = true;
                    }
                }
            }
            _ => {}
        }
    }
    if gate {
        Ok(())
    } else {
        Err(ImportError::NoGate)
    }
}

fn check_import(name: &str, llm: bool) -> Result<(), ImportError> {
    if name.starts_with(LLM) {
        return if llm {
            check_version(name)
        } else {
            Err(ImportError::Ungranted("llm"))
        };
    }
    if GRANTED.iter().any(|granted| name.starts_with(granted)) {
        return check_version(name);
    }
    Err(ImportError::Foreign(name.to_owned()))
}

fn check_version(name: &str) -> Result<(), ImportError> {
    let version = name.rsplit('@').next().unwrap_or_default();
    if VERSIONS.contains(&version) {
        Ok(())
    } else {
        Err(ImportError::UnknownVersion(name.to_owned()))
    }
}
