//! Where a command takes its component from: a project's folder, which is built first, or a file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use prism_component::cases::Files;
use prism_component::{Capability, Component, MAX_COMPONENT_BYTES, cases};
use prism_engine::{Gate, Runtime};
use prism_executor::Home;
use prism_host::service::engine_settings;
use prism_store::records::GateLimits;

use super::build;

/// Budget of a gate that nothing else is said of; the same on the service.
pub const LIMITS: GateLimits = prism_host::platform::change::DEFAULT_LIMITS;

/// A component at hand.
pub struct Source {
    /// Its file.
    pub path: PathBuf,
    /// Its bytes.
    pub component: Vec<u8>,
    /// What can be read off it.
    pub found: Component,
    /// Its self-test cases: those of the project's folder, else those it carries.
    pub cases: Files,
}

impl Source {
    /// Reads a file, or builds a project's folder.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let project = path.is_dir();
        let file = if project {
            build::build_gate(path)?
        } else {
            path.to_owned()
        };
        let component = read(&file)?;
        let found = Component::read(&component)
            .with_context(|| format!("{} is no gate", file.display()))?;
        let folder = path.join("cases");
        let cases = if project && folder.is_dir() {
            prism_engine::read_folder(&folder)?
        } else {
            cases::extract(&component)?
        };
        Ok(Self {
            path: file,
            component,
            found,
            cases,
        })
    }

    /// The gate, ready, with everything granted that it asks for: on this machine nothing answers but recordings.
    pub async fn load(&self, runtime: &Runtime) -> anyhow::Result<Gate> {
        let grants: BTreeSet<Capability> = self.found.capabilities.clone();
        let name = self.path.display().to_string();
        Ok(Gate::load(runtime, &name, &self.component, &grants).await?)
    }
}

/// The engine as the service has it: fuel numbers are those of the server, to the digit.
pub fn runtime() -> anyhow::Result<Arc<Runtime>> {
    Ok(Arc::new(Runtime::start(
        &engine_settings(&Home::locate()?),
    )?))
}

/// Reads a component's file.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = std::fs::metadata(path)
        .with_context(|| format!("cannot read {}", path.display()))?
        .len();
    if bytes > MAX_COMPONENT_BYTES as u64 {
        bail!(
            "{} has {bytes} bytes; a gate has at most {MAX_COMPONENT_BYTES}",
            path.display()
        );
    }
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
