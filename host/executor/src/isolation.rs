//! Which protections hold on this machine: found by trying, never assumed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ExecutorError, Home};

/// A level, as verdicts and manifests name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IsolationLevel {
    /// A jail on this machine in which at least one protection is missing.
    LocalReduced,
    /// A jail on this machine in which every protection of the list held in the self-test.
    LocalFull,
}

impl IsolationLevel {
    /// The name: `local-full` or `local-reduced`.
    pub fn name(self) -> &'static str {
        match self {
            Self::LocalReduced => "local-reduced",
            Self::LocalFull => "local-full",
        }
    }
}

impl fmt::Display for IsolationLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// One protection and whether it held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protection {
    /// Its name, for example `network`.
    pub name: String,
    /// What it promises, in one sentence.
    pub promise: String,
    /// Whether the attempt to break it failed.
    pub holds: bool,
    /// What was tried and what happened.
    pub detail: String,
}

/// What the self-test found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IsolationReport {
    /// The level.
    pub level: IsolationLevel,
    /// How the walls are built, for example `bubblewrap 0.8.0 as root, uid drop, cgroup v1`.
    pub mechanism: String,
    /// Every protection of the list.
    pub protections: Vec<Protection>,
}

impl IsolationReport {
    /// Names of the protections that did not hold.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        self.protections.iter().filter(|protection| !protection.holds).map(|protection| protection.name.as_str())
    }
}

/// Tries every protection in a real jail.
///
/// # Errors
///
/// When no jail can be started at all.
pub async fn self_test(home: &Home) -> Result<IsolationReport, ExecutorError> {
    home.read_runtime()?;
    Err(ExecutorError::Supervisor("this build has no self-test yet".into()))
}
