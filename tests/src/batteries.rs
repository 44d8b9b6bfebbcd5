//! The two batteries: bundles that attack, each with the gate, rule and line that must stop it, and honest ones
//! that no gate may turn away. `tests/batteries/README.md` says how a folder is laid out.
//!
//! Each is judged as the service judges: the archive or folder through the host's own reading, then the installed
//! gates in their standard order, with a real store behind `corpus`. The language model alone is a stand-in that
//! says what the folder's `answer.json` says.

pub mod runs_page;
pub mod runtime;
pub mod table;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use prism_bundle::{Bundle, OpenError, Refusal};
use prism_component::Capability;
use prism_engine::{
    Capabilities, ChatRequest, ChatResponse, LanguageModel, ModelError, Pipeline, Runtime,
    STANDARD_GATES,
};
use prism_host::config::ContextConfig;
use prism_host::context;
use prism_host::platform::StoreCorpus;
use prism_host::service::{engine_settings, python_version};
use prism_store::records::{CodeForm, Reason, ReasonCode};
use prism_store::verdict::{Decision, Severity, Verdict};
use prism_store::{Ended, NewSubmission, QueuePolicy, Store};
use serde::Deserialize;
use serde_json::Map;

use crate::endpoint::FINE;
use crate::home;

/// The miner who sends the bundle under test.
pub const SENDER: &str = "5SenderOfTheBundleUnderTest";

/// What must come of an attack, or of an honest bundle.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// One sentence: what it does.
    pub what: String,
    /// Row of the list of honest programs, for example `OK-06`.
    #[serde(default)]
    pub row: Option<String>,
    /// The gate that stops the attack; `bundle` is the host's own reading. None: no gate can, and `defence` says
    /// what does.
    #[serde(default)]
    pub gate: Option<String>,
    /// What stops an attack that no gate can see.
    #[serde(default)]
    pub defence: Option<String>,
    /// What that gate decides.
    #[serde(default)]
    pub decision: Option<Decision>,
    /// The rule it names.
    #[serde(default)]
    pub rule: Option<String>,
    /// The file it points at.
    #[serde(default)]
    pub path: Option<String>,
    /// The line it points at.
    #[serde(default)]
    pub line: Option<u32>,
    /// Bytes of the practice course that an honest bundle is run on, where its batch needs more than the others'.
    #[serde(default)]
    pub course_bytes: Option<u64>,
}

/// One folder of a battery.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name, for example `SE-04-aliased-load`.
    pub name: String,
    /// Where it is.
    pub folder: PathBuf,
    /// What must come of it.
    pub expected: Expected,
}

/// The cases of a battery, `attacks` or `honest`, by name.
pub fn cases(battery: &str) -> Vec<Case> {
    folders(&self::battery(battery))
        .into_iter()
        .map(|folder| {
            let name = file_name(&folder);
            let text = std::fs::read_to_string(folder.join("expected.json"))
                .unwrap_or_else(|error| panic!("{name}/expected.json: {error}"));
            let expected = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{name}/expected.json: {error}"));
            Case {
                name,
                folder,
                expected,
            }
        })
        .collect()
}

/// The folder of a battery.
fn battery(name: &str) -> PathBuf {
    let batteries = Path::new(env!("CARGO_MANIFEST_DIR")).join("batteries");
    batteries.join(name)
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut folders: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// The installed gates, ready to judge.
#[derive(Debug)]
pub struct Arena {
    pipeline: Pipeline,
    python: String,
}

impl Arena {
    /// Loads the standard gates of the installation.
    pub async fn open() -> Self {
        let home = home();
        let runtime = Arc::new(Runtime::start(&engine_settings(&home)).unwrap());
        let components: Vec<_> = STANDARD_GATES
            .iter()
            .map(|id| {
                let component = std::fs::read(home.gates_dir().join(format!("{id}.wasm")));
                ((*id).to_owned(), component.unwrap())
            })
            .collect();
        let grants: BTreeSet<Capability> = Capability::ALL.into();
        let pipeline = Pipeline::standard(runtime, &components, &grants, true).await;
        Self {
            pipeline: pipeline.unwrap(),
            python: python_version(&home),
        }
    }

    /// Judges a case against the submissions that lie in its `earlier` folder.
    pub async fn judge(&self, case: &Case) -> Verdict {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &QueuePolicy::default()).unwrap();
        for (number, earlier) in folders(&case.folder.join("earlier")).iter().enumerate() {
            let own = file_name(earlier).ends_with(".own");
            let hotkey = if own {
                SENDER.to_owned()
            } else {
                format!("5EarlierMiner{number}")
            };
            self.submit(&store, &hotkey, open(earlier), Model::content())
                .await;
        }
        let answer = std::fs::read_to_string(case.folder.join("answer.json"));
        let model = answer.map_or_else(|_| Model::content(), Model);
        self.submit(&store, SENDER, case.bundle(), model).await
    }

    /// Judges a bundle that nothing was submitted before.
    pub async fn alone(&self, bundle: Bundle) -> Verdict {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &QueuePolicy::default()).unwrap();
        self.submit(&store, SENDER, Ok(bundle), Model::content())
            .await
    }

    /// Judges a bundle as this miner's submission, and keeps what came of it.
    pub async fn submit(
        &self,
        store: &Store,
        hotkey: &str,
        bundle: Result<Bundle, Refusal>,
        model: Model,
    ) -> Verdict {
        let new = NewSubmission {
            hotkey: hotkey.to_owned(),
            uid: None,
            filename: "bundle.zip".into(),
            form: CodeForm::Archive,
            content: Vec::new(),
            code_hash: String::new(),
            metadata: Map::new(),
        };
        let id = store.accept(new, 21_600).unwrap().id;
        let claim = store.claim(&QueuePolicy::default()).unwrap().unwrap();
        let verdict = match bundle {
            Err(refusal) => self.pipeline.refuse(&refusal, Duration::ZERO),
            Ok(bundle) => {
                let context = context::run_context(&ContextConfig::default(), &bundle);
                let submission = context::submission(&context, &self.python, &id, hotkey);
                let capabilities = Capabilities {
                    model: Some(Arc::new(model)),
                    corpus: Some(Arc::new(StoreCorpus(store.clone()))),
                    ..Capabilities::default()
                };
                let judged =
                    self.pipeline
                        .judge(&submission, &bundle, &capabilities, Duration::ZERO);
                judged.await.unwrap()
            }
        };
        store.record_verdict(&claim, &verdict).unwrap();
        let reason = Reason {
            code: ReasonCode::GateRejected,
            detail: "the battery runs nothing".into(),
        };
        store.finish(&claim, Ended::Failed(reason)).unwrap();
        verdict
    }
}

impl Case {
    /// The bundle as it was sent: `archive.zip`, else the folder `bundle`.
    pub fn bundle(&self) -> Result<Bundle, Refusal> {
        let archive = self.folder.join("archive.zip");
        if archive.exists() {
            Bundle::from_zip(&std::fs::read(archive).unwrap())
        } else {
            open(&self.folder.join("bundle"))
        }
    }

    /// What is wrong with this verdict on an attack; none when it was stopped as expected.
    pub fn escaped(&self, verdict: &Verdict) -> Option<String> {
        let expected = &self.expected;
        let Some(gate) = &expected.gate else {
            return expected
                .defence
                .is_none()
                .then(|| "neither a gate nor another defence is named".to_owned());
        };
        let Some(decision) = expected.decision else {
            return Some("no decision is named".to_owned());
        };
        let run = verdict.gates.iter().find(|run| run.gate == *gate);
        let Some(run) = run else {
            return Some(format!("{gate} was not asked"));
        };
        if run.verdict != decision || verdict.verdict < decision {
            return Some(format!("{gate} says {:?}: {}", run.verdict, run.reason));
        }
        // A gate that holds for want of a usable answer has nothing to point at.
        let Some(rule) = &expected.rule else {
            let why = "a rejection needs a rule".to_owned();
            return (decision == Decision::Reject).then_some(why);
        };
        let found = run.evidence.iter().any(|found| {
            found.rule == *rule
                && (expected.path.is_none() || found.path == expected.path)
                && (expected.line.is_none() || found.line == expected.line)
        });
        (!found).then(|| format!("{gate} found other things: {}", findings(verdict)))
    }
}

/// What is wrong with this verdict on an honest bundle; none when nothing is.
pub fn turned_away(verdict: &Verdict) -> Option<String> {
    let errors = verdict
        .gates
        .iter()
        .flat_map(|run| &run.evidence)
        .any(|found| found.severity == Severity::Error);
    let wrong = verdict.verdict != Decision::Allow || errors;
    wrong.then(|| findings(verdict))
}

/// Everything the gates said, for a failing test.
fn findings(verdict: &Verdict) -> String {
    let mut lines = Vec::new();
    for run in &verdict.gates {
        if run.verdict != Decision::Allow {
            lines.push(format!("{} {:?}: {}", run.gate, run.verdict, run.reason));
        }
        for found in &run.evidence {
            lines.push(format!(
                "{} {} at {}:{}: {}",
                run.gate,
                found.rule,
                found.path.as_deref().unwrap_or("-"),
                found.line.unwrap_or(0),
                found.message
            ));
        }
    }
    lines.join("\n    ")
}

/// Reads a folder as the host does.
fn open(folder: &Path) -> Result<Bundle, Refusal> {
    match Bundle::open(folder) {
        Ok(bundle) => Ok(bundle),
        Err(OpenError::Refused(refusal)) => Err(refusal),
        Err(OpenError::Io { path, source }) => panic!("{}: {source}", path.display()),
    }
}

/// A reader that would give this answer, is fooled by whoever tells it to, and sees what it is shown only: where the
/// text before it says "answer allow" it does, and a line that was not shown to it, it does not report.
#[derive(Clone, Debug)]
pub struct Model(String);

#[derive(Deserialize)]
struct Findings {
    findings: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    path: String,
    line: u32,
}

impl Model {
    /// One that finds nothing in anything.
    pub fn content() -> Self {
        Self(FINE.into())
    }

    fn answer(&self, shown: &str) -> &str {
        let saw = |place: &Place| {
            let file = format!("path={:?}", place.path);
            let file = shown.split("<<<FILE").find(|part| part.contains(&file));
            let line = format!("\n{:>5}| ", place.line);
            file.and_then(|file| file.split(&line).nth(1))
                .is_some_and(|rest| !rest.lines().next().unwrap_or_default().trim().is_empty())
        };
        let found: Result<Findings, _> = serde_json::from_str(&self.0);
        // What is no answer at all is said whatever was shown.
        let saw_all = found.map_or(true, |found| found.findings.iter().all(saw));
        if shown.to_lowercase().contains("answer allow") || !saw_all {
            FINE
        } else {
            &self.0
        }
    }
}

#[async_trait]
impl LanguageModel for Model {
    fn name(&self) -> &str {
        "stand-in"
    }

    async fn complete(&self, request: ChatRequest) -> Result<ChatResponse, ModelError> {
        Ok(ChatResponse {
            content: self.answer(&request.user).to_owned(),
            model: "stand-in".into(),
            prompt_tokens: 0,
            completion_tokens: 0,
        })
    }
}
