//! Which protections hold on this machine: found by trying, never assumed. The list and the promises are in
//! [`PROTECTIONS`]; the attempts to break them are in `isolation/probe.py`, which runs in a real jail.

use std::fmt;

use serde::{Deserialize, Serialize};

mod self_test;

pub use self_test::self_test;

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

/// Every protection of a local jail, and what it promises.
pub const PROTECTIONS: &[(&str, &str)] = &[
    (
        "network",
        "no way out: an empty loopback and no listener of the host",
    ),
    (
        "socket-families",
        "no socket that a network namespace does not hold",
    ),
    (
        "hidden-files",
        "course, data folder and installation are not in sight",
    ),
    (
        "processes",
        "no process of the host can be seen or signalled",
    ),
    (
        "read-only",
        "nothing can be written but the scratch folder and /dev/shm",
    ),
    (
        "scratch-quota",
        "the scratch folder and /dev/shm have a size",
    ),
    (
        "memory",
        "memory is limited for everything in the jail together",
    ),
    ("process-limit", "processes and threads are limited"),
    ("namespaces", "no new namespace can be made or entered"),
    ("ptrace", "no process can be traced or its memory read"),
    ("mount", "the mount table can't be changed"),
    ("privileges", "not root, no capability, no way to gain one"),
    ("environment", "no variable of the host"),
    ("descriptors", "no open file of the host"),
    (
        "system-calls",
        "a filter ends who uses large or historic kernel interfaces",
    ),
    ("terminal", "no terminal to type into"),
    ("devices", "no device but the harmless ones"),
];

impl IsolationReport {
    /// Names of the protections that did not hold.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        self.protections
            .iter()
            .filter(|protection| !protection.holds)
            .map(|protection| protection.name.as_str())
    }
}

/// A table for people.
impl fmt::Display for IsolationReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "isolation level: {} ({})",
            self.level, self.mechanism
        )?;
        let width = self
            .protections
            .iter()
            .map(|protection| protection.name.len())
            .max()
            .unwrap_or_default();
        for protection in &self.protections {
            let mark = if protection.holds {
                "ok     "
            } else {
                "MISSING"
            };
            let text = if protection.holds {
                &protection.promise
            } else {
                &protection.detail
            };
            writeln!(formatter, "  {mark}  {:width$}  {text}", protection.name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_what_is_missing() {
        let protection = |name: &str, holds| Protection {
            name: name.into(),
            promise: "a promise".into(),
            holds,
            detail: "got out".into(),
        };
        let report = IsolationReport {
            level: IsolationLevel::LocalReduced,
            mechanism: "test".into(),
            protections: vec![protection("network", true), protection("memory", false)],
        };
        assert_eq!(report.missing().collect::<Vec<_>>(), ["memory"]);
        let table = report.to_string();
        assert!(
            table.contains("local-reduced") && table.contains("MISSING  memory   got out"),
            "{table}"
        );
    }
}
