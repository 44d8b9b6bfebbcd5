//! A gate's self-test cases, natively: the same folders that `prism gate build` packs into the component and every
//! host runs before it activates the gate. Here they run under `cargo test`, with a debugger at hand.
//!
//! A case is a folder with `bundle/`, `expected.json` and, where wanted, `config.json`, `facts.json` and
//! `host-calls.json`. `expected.json` has the verdict, every finding as rule, path and line in the gate's order, and
//! any facts worth pinning:
//!
//! ```json
//! {"verdict": "reject", "rules": [{"rule": "a:b", "path": "architecture.py", "line": 3}], "facts": {"files": 2}}
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use thiserror::Error;

use crate::bundle::Bundle;
use crate::gate::Input;
use crate::report::{Decision, Report};

/// One case, read.
#[derive(Clone, Debug)]
pub struct Case {
    /// The folder's name.
    pub name: String,
    /// What the gate is given; the context is the default one.
    pub input: Input,
    /// `config.json`, or `{}`.
    pub config: String,
    /// `host-calls.json`, in order: recorded answers of capabilities.
    pub host_calls: Vec<Value>,
    expected: Value,
}

/// What is wrong with a case, or with the gate.
#[derive(Debug, Error)]
pub enum CaseError {
    /// Can't be read.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the file system says.
        source: io::Error,
    },
    /// Not the JSON it should be.
    #[error("{}: {reason}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The gate says something else.
    #[error("{case}: the gate says {found}, expected {expected}")]
    Differs {
        /// The case.
        case: String,
        /// What the gate says, in the form of `expected.json`.
        found: Value,
        /// What `expected.json` says.
        expected: Value,
    },
}

/// Runs every case of a folder through `judge` and returns how many there are.
///
/// ```no_run
/// # use prism_gate_sdk::{Gate, Input, NoConfig, Report, Descriptor};
/// # struct MyGate;
/// # impl Gate for MyGate {
/// #     type Config = NoConfig;
/// #     fn describe() -> Descriptor { Descriptor::new("my-gate", "0.1.0", "") }
/// #     fn evaluate(_: &Input, _: &NoConfig) -> Report { Report::allow() }
/// # }
/// use prism_gate_sdk::{cases, judge};
/// cases::check("cases", |case| judge::<MyGate>(&case.input, &case.config)).unwrap();
/// ```
///
/// # Errors
/// The first case that can't be read, or that the gate doesn't answer as expected.
pub fn check(
    folder: impl AsRef<Path>,
    judge: impl Fn(&Case) -> Report,
) -> Result<usize, CaseError> {
    let mut folders = entries(folder.as_ref())?;
    folders.retain(|path| path.is_dir());
    for folder in &folders {
        let case = read(folder)?;
        let found = outcome(&judge(&case), &case.expected);
        if found != case.expected {
            return Err(CaseError::Differs {
                case: case.name,
                found,
                expected: case.expected,
            });
        }
    }
    Ok(folders.len())
}

/// A report in the form of `expected.json`; of its facts those that are expected.
fn outcome(report: &Report, expected: &Value) -> Value {
    let verdict = match report.decision {
        Decision::Allow => "allow",
        Decision::Reject => "reject",
        Decision::Hold => "hold",
    };
    let rules: Vec<_> = report
        .evidence
        .iter()
        .map(|found| json!({"rule": found.rule, "path": found.path, "line": found.line}))
        .collect();
    let mut outcome = json!({"verdict": verdict, "rules": rules});
    if let (Some(wanted), Some(outcome)) = (
        expected.get("facts").and_then(Value::as_object),
        outcome.as_object_mut(),
    ) {
        let facts = report
            .facts
            .iter()
            .filter(|(name, _)| wanted.contains_key(*name))
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect();
        outcome.insert("facts".to_owned(), Value::Object(facts));
    }
    outcome
}

fn read(folder: &Path) -> Result<Case, CaseError> {
    let mut files = BTreeMap::new();
    gather(&folder.join("bundle"), "", &mut files)?;
    let optional = |name: &str| match folder.join(name) {
        path if path.exists() => json_of(&path).map(Some),
        _ => Ok(None),
    };
    let facts = optional("facts.json")?.unwrap_or_else(|| json!({}));
    let host_calls = optional("host-calls.json")?.unwrap_or_else(|| json!([]));
    let malformed = |name: &str, reason: &str| CaseError::Malformed {
        path: folder.join(name),
        reason: reason.to_owned(),
    };
    let (Value::Object(facts), Value::Array(host_calls)) = (facts, host_calls) else {
        return Err(malformed(
            "",
            "facts.json must be an object and host-calls.json a list",
        ));
    };
    Ok(Case {
        name: name_of(folder)?,
        input: Input {
            bundle: Bundle::new(files),
            facts: facts.into_iter().collect(),
            ..Input::default()
        },
        config: optional("config.json")?.map_or_else(|| "{}".to_owned(), |json| json.to_string()),
        host_calls,
        expected: json_of(&folder.join("expected.json"))?,
    })
}

fn gather(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), CaseError> {
    for path in entries(folder)? {
        let name = format!("{prefix}{}", name_of(&path)?);
        if !path.is_dir() {
            files.insert(name, bytes(&path)?);
        } else if !name.ends_with("__pycache__") {
            gather(&path, &format!("{name}/"), files)?;
        }
    }
    Ok(())
}

fn name_of(path: &Path) -> Result<String, CaseError> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned).ok_or_else(|| CaseError::Malformed {
        path: path.to_owned(),
        reason: "the name is no UTF-8".to_owned(),
    })
}

/// Sorted, so that the first error is the same everywhere.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let io = |source| CaseError::Io {
        path: folder.to_owned(),
        source,
    };
    let mut found = fs::read_dir(folder)
        .map_err(io)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(io)?;
    found.sort();
    Ok(found)
}

fn bytes(path: &Path) -> Result<Vec<u8>, CaseError> {
    fs::read(path).map_err(|source| CaseError::Io {
        path: path.to_owned(),
        source,
    })
}

fn json_of(path: &Path) -> Result<Value, CaseError> {
    serde_json::from_slice(&bytes(path)?).map_err(|error| CaseError::Malformed {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}
