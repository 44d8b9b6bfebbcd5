//! Self-test cases: bundles with what the gate must say of them. They travel inside the component
//! (`prism_component::cases`), so whoever installs a gate can see it pass.
//!
//! A case is a folder:
//!
//! | File | What it holds |
//! |---|---|
//! | `bundle/...` | the bundle |
//! | `expected.json` | `{"verdict": ..., "rules": [{"rule", "path", "line"}], "facts": {...}}` |
//! | `config.json` | the gate's configuration; `{}` when it is missing |
//! | `facts.json` | the facts of earlier gates; none when it is missing |
//! | `host-calls.json` | the answers to its host calls; without it there is no model and an empty corpus |

mod folder;
mod outcome;

use std::collections::BTreeMap;
use std::path::PathBuf;

use prism_bundle::Bundle;
use prism_component::cases::Files;
use prism_store::verdict::{Decision, Facts, HostCall};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Submission;
use crate::capabilities::Capabilities;
use crate::config::check_config;
use crate::evaluation::Call;
use crate::gate::Gate;
use crate::recording::Recording;
use crate::runtime::{Busy, Limits, Runtime};

pub use folder::read_folder;
pub use outcome::CaseOutcome;

/// Cases of one gate: each costs an evaluation at every install.
const MAX_CASES: usize = 256;

/// Host calls that can be answered by a recording.
const HOST_CALLS: [&str; 3] = ["llm.delimiter", "llm.complete", "corpus.nearest"];

/// One self-test case.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name of its folder.
    pub name: String,
    bundle: Bundle,
    expected: Expected,
    config: Value,
    facts: Facts,
    host_calls: Option<Vec<HostCall>>,
}

/// What the gate must say.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    verdict: Decision,
    /// Exactly these findings, in any order.
    rules: Vec<Finding>,
    /// Facts that must be equal; there may be others.
    #[serde(default)]
    facts: Facts,
}

/// A finding by what a miner sees of it. A null place is a finding without one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
struct Finding {
    rule: String,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    line: Option<u32>,
}

/// Why cases can't be used. Every text names the file.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The file system said no.
    #[error("{} can't be read: {source}", .path.display())]
    Read {
        /// What was read.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A link, a device, a name that is no text.
    #[error("{} is neither a plain file nor a folder with a plain name: remove it", .path.display())]
    Kind {
        /// What was found.
        path: PathBuf,
    },
    /// Too much of it.
    #[error("the cases are too large: {0}")]
    TooLarge(String),
    /// A file that belongs to no case.
    #[error(
        "{file} has no place in a case: there are bundle/, expected.json, config.json, facts.json and \
         host-calls.json in the folder of each case"
    )]
    Stray {
        /// The file.
        file: String,
    },
    /// A case without one of its files.
    #[error("the case {case} has no {missing}")]
    Missing {
        /// The case.
        case: String,
        /// What it lacks.
        missing: &'static str,
    },
    /// A file that is not what it should be.
    #[error("{file}: {reason}")]
    File {
        /// The file.
        file: String,
        /// What is wrong with it, and where.
        reason: String,
    },
    /// No gate would ever see such a bundle.
    #[error("the bundle of the case {case} is refused before any gate: {refusal}")]
    Refused {
        /// The case.
        case: String,
        /// What the closed-bundle check found.
        refusal: String,
    },
}

impl Case {
    /// Reads every case, by name.
    ///
    /// # Errors
    /// Names the first file that is wrong, and how.
    pub fn all(files: &Files) -> Result<Vec<Self>, CaseError> {
        let mut by_case = BTreeMap::<&str, BTreeMap<&str, &[u8]>>::new();
        for (file, content) in files {
            // People may explain their cases.
            if file == "README.md" {
                continue;
            }
            let (case, path) = file
                .split_once('/')
                .ok_or_else(|| CaseError::Stray { file: file.clone() })?;
            by_case.entry(case).or_default().insert(path, content);
        }
        if by_case.len() > MAX_CASES {
            let found = by_case.len();
            let text = format!("there are {found} of them; the limit is {MAX_CASES}");
            return Err(CaseError::TooLarge(text));
        }
        by_case
            .into_iter()
            .map(|(case, files)| Self::read(case, files))
            .collect()
    }

    fn read(case: &str, files: BTreeMap<&str, &[u8]>) -> Result<Self, CaseError> {
        let (mut bundle, mut expected) = (BTreeMap::new(), None);
        let (mut config, mut facts, mut host_calls) = (None, None, None);
        for (path, content) in files {
            let file = format!("{case}/{path}");
            match path {
                "expected.json" => expected = Some(json(file, content)?),
                "config.json" => config = Some(json::<serde_json::Map<_, _>>(file, content)?),
                "facts.json" => facts = Some(json(file, content)?),
                "host-calls.json" => host_calls = Some(answers(file, content)?),
                _ => match path.strip_prefix("bundle/") {
                    Some(inner) => {
                        bundle.insert(inner.to_owned(), content.to_vec());
                    }
                    None => return Err(CaseError::Stray { file }),
                },
            }
        }
        let missing = |missing| CaseError::Missing {
            case: case.to_owned(),
            missing,
        };
        if bundle.is_empty() {
            return Err(missing("bundle/"));
        }
        Ok(Self {
            name: case.to_owned(),
            bundle: Bundle::from_files(bundle).map_err(|refusal| CaseError::Refused {
                case: case.to_owned(),
                refusal: refusal.to_string(),
            })?,
            expected: expected.ok_or_else(|| missing("expected.json"))?,
            config: config.unwrap_or_default().into(),
            facts: facts.unwrap_or_default(),
            host_calls,
        })
    }
}

impl Gate {
    /// Tries one case, as if the bundle were checked on somebody's own machine.
    ///
    /// # Errors
    /// [`Busy`] when no place came free in time; the case was not tried.
    pub async fn try_case(
        &self,
        runtime: &Runtime,
        case: &Case,
        limits: &Limits,
    ) -> Result<CaseOutcome, Busy> {
        let capabilities = Capabilities {
            recorded: case.host_calls.clone().map(Recording::from),
            ..Capabilities::default()
        };
        let call = Call {
            submission: &Submission::local(&case.bundle),
            bundle: &case.bundle,
            config: &case.config.to_string(),
            facts: &case.facts,
            limits,
            capabilities: &capabilities,
        };
        let run = self.evaluate(runtime, &call).await?;
        let mut differences = outcome::differences(&case.expected, &run);
        if let Err(error) = check_config(self.descriptor(), &case.config) {
            differences.push(format!("config.json: {error}"));
        }
        Ok(CaseOutcome {
            name: case.name.clone(),
            run,
            differences,
        })
    }
}

fn json<T: DeserializeOwned>(file: String, content: &[u8]) -> Result<T, CaseError> {
    serde_json::from_slice(content).map_err(|error| CaseError::File {
        file,
        reason: error.to_string(),
    })
}

fn answers(file: String, content: &[u8]) -> Result<Vec<HostCall>, CaseError> {
    let calls: Vec<HostCall> = json(file.clone(), content)?;
    let unknown = calls
        .iter()
        .find(|call| !HOST_CALLS.contains(&call.function.as_str()));
    match unknown {
        Some(call) => Err(CaseError::File {
            file,
            reason: format!(
                "there is no host call {:?}; there are: {}",
                call.function,
                HOST_CALLS.join(", ")
            ),
        }),
        None => Ok(calls),
    }
}
