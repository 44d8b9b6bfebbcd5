//! What can be read off a gate component without compiling or running it.
//!
//! [`Component::read`] tells the contract version, the capabilities it asks for and its digest; [`cases`] packs
//! the gate's self-test cases into a custom section of the component, so that what is signed, shipped and pinned
//! by digest carries its own tests. Everything here works on bytes of strangers: bounded, and never a panic.

use std::collections::BTreeSet;
use std::fmt;

use sha2::{Digest as _, Sha256};
use wasmparser::{BinaryReaderError, Parser, Payload};

pub mod cases;

/// A component larger than this is not read, in bytes.
pub const MAX_COMPONENT_BYTES: usize = 64 << 20;

/// The package that every import and export of a gate belongs to.
const CONTRACT: &str = "prism:gate/";

/// Interfaces that every gate may import without asking.
const ALWAYS_GRANTED: [&str; 3] = ["types", "bundle", "log"];

/// A version of the contract that this host serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContractVersion {
    /// 1.0.0.
    V1_0,
    /// 1.1.0: adds the capability `corpus`.
    V1_1,
}

impl ContractVersion {
    /// Every version that is served, the oldest first.
    pub const ALL: [Self; 2] = [Self::V1_0, Self::V1_1];

    /// As it stands in the names of imports and exports.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0.0",
            Self::V1_1 => "1.1.0",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.text() == text)
    }
}

impl fmt::Display for ContractVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.text())
    }
}

/// Something a gate can do only when the operator grants it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Capability {
    /// Ask a language model.
    Llm,
    /// Ask which earlier submissions resemble this one.
    Corpus,
}

impl Capability {
    /// Every capability.
    pub const ALL: [Self; 2] = [Self::Llm, Self::Corpus];

    /// The name of its interface, and the word in settings and messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Llm => "llm",
            Self::Corpus => "corpus",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl std::str::FromStr for Capability {
    type Err = UnknownCapability;

    fn from_str(text: &str) -> Result<Self, UnknownCapability> {
        Self::ALL
            .into_iter()
            .find(|capability| capability.name() == text)
            .ok_or_else(|| UnknownCapability(text.to_owned()))
    }
}

/// No capability has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no capability `{0}`; there are: llm, corpus")]
pub struct UnknownCapability(pub String);

/// What a gate component is and asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Lowercase hex SHA-256 of its bytes.
    pub digest: String,
    /// Size, in bytes.
    pub bytes: usize,
    /// The contract it was built for.
    pub contract: ContractVersion,
    /// Capabilities it imports, sorted.
    pub capabilities: BTreeSet<Capability>,
    /// Imported interfaces with their versions, sorted.
    pub imports: Vec<String>,
    /// Exported interfaces with their versions, sorted.
    pub exports: Vec<String>,
}

/// Why a file is no gate component. Every text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ComponentError {
    /// Not WebAssembly, or broken.
    #[error("it is not a valid WebAssembly binary: {0}")]
    Malformed(#[from] BinaryReaderError),
    /// Too large to be looked at.
    #[error("it has {bytes} bytes; a gate has at most {MAX_COMPONENT_BYTES}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// A core module.
    #[error("it is a core module, not a component: build it with `prism gate build`")]
    NotComponent,
    /// Imports from outside the contract.
    #[error(
        "it imports {}, which is not part of the gate contract: a gate has no file, network, clock or WASI; the \
         usual cause is a dependency that wants the system clock, randomness, files or JavaScript glue",
        .0.join(", ")
    )]
    ForeignImports(Vec<String>),
    /// Built for a contract this host does not serve.
    #[error(
        "it was built for {found}, and this host serves prism:gate {served}: build it anew with the kit of this \
         Prism, or upgrade Prism",
        served = served()
    )]
    UnknownContract {
        /// The import or export that says so.
        found: String,
    },
    /// Imports of one version, exports of another.
    #[error("it mixes contract versions: {0}; build it anew with one author kit")]
    MixedContract(String),
    /// Nothing to call.
    #[error("it does not export the interface prism:gate/gate: is `export_gate!` missing?")]
    NoGate,
    /// Its self-test cases can't be read.
    #[error("its self-test cases can't be read: {0}")]
    Cases(String),
}

fn served() -> String {
    ContractVersion::ALL.map(ContractVersion::text).join(", ")
}

impl Component {
    /// Reads a component's imports and exports.
    ///
    /// # Errors
    /// Says, by name, what makes it no gate for this host.
    pub fn read(component: &[u8]) -> Result<Self, ComponentError> {
        if component.len() > MAX_COMPONENT_BYTES {
            return Err(ComponentError::TooLarge {
                bytes: component.len(),
            });
        }
        if !Parser::is_component(component) {
            return Err(if Parser::is_core_wasm(component) {
                ComponentError::NotComponent
            } else {
                // The parser's own words for what is wrong with it.
                Parser::new(0)
                    .parse_all(component)
                    .find_map(Result::err)
                    .map_or(ComponentError::NotComponent, ComponentError::Malformed)
            });
        }
        let (mut imports, mut exports) = (BTreeSet::new(), BTreeSet::new());
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(component) {
            match payload? {
                // What is nested has imports of its own, satisfied inside.
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
        let contract = contract(&imports, &exports)?;
        let capabilities = imports
            .iter()
            .filter_map(|import| interface(import)?.0.parse().ok())
            .collect();
        Ok(Self {
            digest: digest(component),
            bytes: component.len(),
            contract,
            capabilities,
            imports: imports.into_iter().collect(),
            exports: exports.into_iter().collect(),
        })
    }
}

/// Lowercase hex SHA-256.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The interface of the contract and its version that a name stands for; none when it is foreign.
fn interface(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix(CONTRACT)?.split_once('@')
}

fn contract(
    imports: &BTreeSet<String>,
    exports: &BTreeSet<String>,
) -> Result<ContractVersion, ComponentError> {
    let foreign: Vec<_> = imports
        .iter()
        .filter(|name| interface(name).is_none())
        .cloned()
        .collect();
    if !foreign.is_empty() {
        return Err(ComponentError::ForeignImports(foreign));
    }
    let gate = exports
        .iter()
        .find(|name| interface(name).is_some_and(|(interface, _)| interface == "gate"))
        .ok_or(ComponentError::NoGate)?;
    let mut version = None;
    for name in imports.iter().chain([gate]) {
        let Some((interface, text)) = interface(name) else {
            continue;
        };
        let known = ContractVersion::parse(text).filter(|_| {
            interface == "gate"
                || ALWAYS_GRANTED.contains(&interface)
                || interface.parse::<Capability>().is_ok()
        });
        let Some(found) = known else {
            return Err(ComponentError::UnknownContract {
                found: name.clone(),
            });
        };
        if version.is_some_and(|version| version != found) {
            return Err(ComponentError::MixedContract(
                [
                    imports.iter().cloned().collect::<Vec<_>>().join(" "),
                    gate.clone(),
                ]
                .join(" "),
            ));
        }
        version = Some(found);
    }
    version.ok_or(ComponentError::NoGate)
}

#[cfg(test)]
mod tests;
