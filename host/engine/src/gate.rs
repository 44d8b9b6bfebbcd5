//! One gate: a component that was checked, compiled, linked and asked what it is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use prism_gates_wit::v0_1::{LlmGate, LlmGatePre};
use sha2::{Digest, Sha256};
use wasmtime::Store;
use wasmtime::component::{Component, HasSelf, Linker};

use crate::guest::Guest;
use crate::imports::{self, ImportError};
use crate::llm::LanguageModel;
use crate::runtime::{Limits, Runtime};

/// A component larger than this is not read.
const MAX_COMPONENT_BYTES: u64 = 64 << 20;

/// What `describe` may use: it has nothing to do but answer.
const DESCRIBE: Limits = Limits {
    fuel: 500_000_000,
    memory_bytes: 512 << 20,
    timeout: Duration::from_secs(5),
};

/// Why a component can't be used as a gate.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file can't be read.
    #[error("the gate {} can't be read: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is too large.
    #[error("the gate {} has {bytes} bytes; the limit is {MAX_COMPONENT_BYTES}", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// What it imports or exports is not the contract.
    #[error("the gate {name} is refused: {source}")]
    Imports {
        /// The file's name.
        name: String,
        /// What is wrong.
        #[source]
        source: ImportError,
    },
    /// It does not compile or link.
    #[error("the gate {name} can't be compiled: {reason}")]
    Compile {
        /// The file's name.
        name: String,
        /// wasmtime's words.
        reason: String,
    },
    /// `describe` failed or described nonsense.
    #[error("the gate {name} does not describe itself properly: {reason}")]
    Describe {
        /// The file's name.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

/// A rule a gate can raise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its id.
    pub id: String,
    /// What it forbids, in one sentence.
    pub summary: String,
}

/// A gate that is ready to judge. One per component version; shared by all evaluations.
pub struct Gate {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) digest: String,
    pub(crate) rule_ids: BTreeSet<String>,
    pub(crate) fact_names: BTreeSet<String>,
    pub(crate) ready: LlmGatePre<Guest>,
    pub(crate) model: Option<Arc<dyn LanguageModel>>,
    rules: Vec<RuleInfo>,
    summary: String,
    config_schema: String,
    bytes: usize,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "Gate({} {} {})",
            self.id, self.version, self.digest
        )
    }
}

impl Gate {
    /// Loads a component from a file: out of the cache when it was compiled before.
    ///
    /// `model` grants the language-model capability.
    ///
    /// # Errors
    /// Says which check failed and what to do.
    pub async fn load(
        runtime: &Runtime,
        path: &Path,
        model: Option<Arc<dyn LanguageModel>>,
    ) -> Result<Self, LoadError> {
        let read = |source| LoadError::Read {
            path: path.to_owned(),
            source,
        };
        let bytes = std::fs::metadata(path).map_err(read)?.len();
        if bytes > MAX_COMPONENT_BYTES {
            return Err(LoadError::TooLarge {
                path: path.to_owned(),
                bytes,
            });
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self::from_bytes(runtime, &name, &std::fs::read(path).map_err(read)?, model).await
    }

    /// Loads a component from memory; `name` is for error texts.
    ///
    /// # Errors
    /// As [`Gate::load`].
    pub async fn from_bytes(
        runtime: &Runtime,
        name: &str,
        bytes: &[u8],
        model: Option<Arc<dyn LanguageModel>>,
    ) -> Result<Self, LoadError> {
        imports::check(bytes, model.is_some()).map_err(|source| LoadError::Imports {
            name: name.into(),
            source,
        })?;
        let digest = hex::encode(Sha256::digest(bytes));
        let compile = |error: wasmtime::Error| LoadError::Compile {
            name: name.into(),
            reason: format!("{error:#}"),
        };
        let component = compiled(runtime, bytes, &digest).map_err(compile)?;
        let mut linker = Linker::<Guest>::new(&runtime.engine);
        LlmGate::add_to_linker::<_, HasSelf<Guest>>(&mut linker, |guest| guest).map_err(compile)?;
        let ready = LlmGatePre::new(linker.instantiate_pre(&component).map_err(compile)?)
            .map_err(compile)?;
        Self::describe(runtime, name, ready, digest, bytes.len(), model).await
    }

    async fn describe(
        runtime: &Runtime,
        name: &str,
        ready: LlmGatePre<Guest>,
        digest: String,
        bytes: usize,
        model: Option<Arc<dyn LanguageModel>>,
    ) -> Result<Self, LoadError> {
        let wrong = |reason: String| LoadError::Describe {
            name: name.into(),
            reason,
        };
        let asked = async {
            let _place = runtime.place().await;
            let mut store = Store::new(&runtime.engine, Guest::new(DESCRIBE.memory_bytes, None));
            store.limiter(|guest| &mut guest.meter);
            Runtime::arm(&mut store, &DESCRIBE)?;
            let instance = ready.instantiate_async(&mut store).await?;
            instance.prism_gate_gate().call_describe(&mut store).await
        };
        let descriptor = tokio::time::timeout(DESCRIBE.timeout, asked)
            .await
            .map_err(|_| wrong("it took too long".into()))?
            .map_err(|error| wrong(format!("{error:#}")))?;
        let plain = |text: &str| {
            !text.is_empty()
                && text.len() <= 64
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        if !plain(&descriptor.id) {
            return Err(wrong(format!(
                "its id {:?} is not made of a-z, 0-9 and -",
                descriptor.id
            )));
        }
        let numbers: Vec<_> = descriptor
            .version
            .split(['-', '+'])
            .next()
            .unwrap_or_default()
            .split('.')
            .collect();
        if numbers.len() != 3 || numbers.iter().any(|part| part.parse::<u32>().is_err()) {
            return Err(wrong(format!(
                "its version {:?} is not a semantic version",
                descriptor.version
            )));
        }
        let rule_ids: BTreeSet<_> = descriptor
            .rules
            .iter()
            .map(|rule| rule.id.clone())
            .collect();
        if rule_ids.len() != descriptor.rules.len() {
            return Err(wrong("it lists a rule twice".into()));
        }
        Ok(Self {
            id: descriptor.id,
            version: descriptor.version,
            digest,
            rule_ids,
            fact_names: descriptor.facts.into_iter().collect(),
            ready,
            model,
            rules: descriptor
                .rules
                .into_iter()
                .map(|rule| RuleInfo {
                    id: rule.id,
                    summary: rule.summary,
                })
                .collect(),
            summary: descriptor.summary,
            config_schema: descriptor.config_schema,
            bytes,
        })
    }

    /// The gate's id, for example `static-analysis`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its semantic version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// SHA-256 of the component, lowercase hex.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// One sentence for people.
    #[must_use]
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The rules it can raise.
    #[must_use]
    pub fn rules(&self) -> &[RuleInfo] {
        &self.rules
    }

    /// JSON Schema of its configuration.
    #[must_use]
    pub fn config_schema(&self) -> &str {
        &self.config_schema
    }

    /// Size of the component, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

fn compiled(runtime: &Runtime, bytes: &[u8], digest: &str) -> wasmtime::Result<Component> {
    let Some(cache) = &runtime.cache else {
        return Component::from_binary(&runtime.engine, bytes);
    };
    if let Some(component) = cache.load(&runtime.engine, digest) {
        return Ok(component);
    }
    let component = Component::from_binary(&runtime.engine, bytes)?;
    cache.keep(&component, digest);
    Ok(component)
}
