//! The gate `contract`: the bundle keeps the shape that the harness relies on.
//!
//! Two distinct scripts, each with its function at top level, a manifest inside its format, a
//! tokenizer that is served. What the code *does* is the business of other gates. It also computes
//! the two fingerprints that name a bundle's architecture family and training variant: over the
//! entry file and every file of the bundle that it reaches by import, so that moving a model into a
//! sibling file does not leave its family.

mod architecture_name;
mod canonical;
mod entry;
mod reach;
mod rules;

use std::collections::BTreeSet;

use canonical::Canonical;
use prism_gate_sdk::python::{self, Layout, Module, ParseError, PythonVersion};
use prism_gate_sdk::{Bundle, Descriptor, Evidence, Gate, Input, Report, Value, export_gate, json};
use prism_manifest::{Manifest, ManifestError, Part, Problem, Tokenizer};
use serde::Deserialize;

/// The gate.
#[derive(Debug)]
pub struct Contract;

/// The gate's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Names of the tokenizers that are served: [`SERVED`] by default. `tokenizer.json` stands for a
    /// file in the bundle, `llama` for a model that the operator has to configure.
    pub tokenizers: Vec<String>,
}

/// What is served where nothing is configured.
const SERVED: [&str; 3] = ["bytes", "gpt2", "tokenizer.json"];

impl Default for Config {
    fn default() -> Self {
        Self {
            tokenizers: SERVED.map(str::to_owned).to_vec(),
        }
    }
}

impl Gate for Contract {
    type Config = Config;

    fn describe() -> Descriptor {
        let summary =
            "Two scripts with their entry points, a valid prism.yaml, a tokenizer that is served.";
        let mut descriptor = Descriptor::new("contract", env!("CARGO_PKG_VERSION"), summary)
            .config(json!({
                "tokenizers": {
                    "type": "array", "default": SERVED,
                    "items": {"enum": ["bytes", "gpt2", "llama", "tokenizer.json"]},
                    "description": "Tokenizers that are served; llama needs a model that the service is configured with.",
                },
            }));
        for (id, summary) in rules::ALL {
            descriptor = descriptor.rule(id, summary);
        }
        FACTS
            .iter()
            .fold(descriptor, |descriptor, fact| descriptor.fact(fact))
    }

    fn evaluate(input: &Input, config: &Config) -> Report {
        let python = match python::version(&input.submission.context) {
            Ok(version) => version,
            Err(unknown) => return Report::hold(unknown.to_string()),
        };
        let mut report = Report::allow();
        for fact in FACTS {
            report.facts.undecided(fact);
        }
        report.fact("python_files", input.bundle.python_files().count());
        report.fact(
            "source_bytes",
            input
                .bundle
                .python_files()
                .map(|file| file.bytes().len())
                .sum::<usize>(),
        );
        match Manifest::from_files(input.bundle.as_map()) {
            Ok(manifest) => {
                let entry = &manifest.architecture;
                report.fact("architecture_entrypoint", entry.entrypoint.as_str());
                report.fact("build_model_symbol", entry.symbol.as_str());
                Check {
                    bundle: &input.bundle,
                    manifest: &manifest,
                    config,
                    python,
                }
                .run(&mut report);
            }
            Err(error) => report.push(manifest_evidence(&input.bundle, &error)),
        }
        report.reject_on_errors()
    }
}

const FACTS: [&str; 8] = [
    "arch_hash",
    "training_hash",
    "architecture_name",
    "tokenizer",
    "architecture_entrypoint",
    "build_model_symbol",
    "python_files",
    "source_bytes",
];

export_gate!(Contract);

fn manifest_evidence(bundle: &Bundle, error: &ManifestError) -> Evidence {
    let rule = match error.problem {
        Problem::MissingFile { .. } => rules::MISSING_FILE,
        Problem::SameFile { .. } => rules::SCRIPTS,
        _ => rules::MANIFEST,
    };
    let found = Evidence::error(rule, error.to_string());
    match error.line {
        Some(line) => Evidence {
            column: error.column,
            ..found.at_line(bundle, &error.path, line)
        },
        None => found.in_file(&error.path),
    }
}

struct Check<'a> {
    bundle: &'a Bundle,
    manifest: &'a Manifest,
    config: &'a Config,
    /// Of the run: its grammar counts.
    python: PythonVersion,
}

/// The bundle's modules, and those that can't be parsed.
struct Parsed {
    modules: Vec<Module>,
    layout: Layout,
    broken: Vec<ParseError>,
}

impl Check<'_> {
    fn run(&self, report: &mut Report) {
        self.tokenizer(report);
        let parsed = self.parse();
        let sides = [
            ("arch_hash", &self.manifest.architecture),
            ("training_hash", &self.manifest.training),
        ];
        for (fact, part) in sides {
            let Some(index) = parsed
                .modules
                .iter()
                .position(|module| module.path() == part.entrypoint)
            else {
                continue;
            };
            let Some(module) = parsed.modules.get(index) else {
                continue;
            };
            if module.body().is_empty() {
                let message = format!("the script is empty; it must define `{}`", part.symbol);
                report.push(Evidence::error(rules::SCRIPTS, message).in_file(module.path()));
                continue;
            }
            entry::check(module, &part.symbol, &mut report.evidence);
            let reached = reach::reached(&parsed.modules, &parsed.layout, index);
            if parsed.broken.is_empty() {
                report.fact(
                    fact,
                    self.fingerprint(fact, part, &parsed.modules, &reached),
                );
            }
        }
        for error in &parsed.broken {
            report.push(syntax_evidence(self.bundle, error));
        }
        let entry = parsed
            .modules
            .iter()
            .find(|module| module.path() == self.manifest.architecture.entrypoint);
        report.fact(
            "architecture_name",
            entry
                .and_then(architecture_name::find)
                .map_or(Value::Null, Value::from),
        );
    }

    fn tokenizer(&self, report: &mut Report) {
        let tokenizer = &self.manifest.tokenizer;
        report.fact("tokenizer", tokenizer.name());
        let class = match tokenizer {
            Tokenizer::File(_) => "tokenizer.json",
            Tokenizer::Bytes | Tokenizer::Gpt2 | Tokenizer::Llama => tokenizer.name(),
        };
        if self.config.tokenizers.iter().any(|served| served == class) {
            return;
        }
        let served = self.config.tokenizers.join(", ");
        let message = format!(
            "the tokenizer `{}` is not served here; served are: {served}",
            tokenizer.name()
        );
        let found = Evidence::error(rules::TOKENIZER, message);
        report.push(match (&self.manifest.path, self.manifest.tokenizer_line) {
            (Some(path), Some(line)) => found.at_line(self.bundle, path, line),
            _ => found,
        });
    }

    fn parse(&self) -> Parsed {
        let (mut modules, mut broken) = (Vec::new(), Vec::new());
        for file in self.bundle.python_files() {
            match Module::parse(file.path(), file.bytes(), self.python) {
                Ok(module) => modules.push(module),
                Err(error) => broken.push(error),
            }
        }
        let search = self.manifest.import_folders();
        let layout = Layout::new(modules.iter().map(Module::path), &search);
        Parsed {
            modules,
            layout,
            broken,
        }
    }

    fn fingerprint(
        &self,
        purpose: &str,
        part: &Part,
        modules: &[Module],
        reached: &BTreeSet<usize>,
    ) -> String {
        let mut form = Canonical::new(purpose);
        let mut done = BTreeSet::new();
        for module in modules
            .iter()
            .enumerate()
            .filter(|(index, _)| reached.contains(index))
            .map(|(_, module)| module)
        {
            // The entry's own name is only the manifest's affair; the others are imported by theirs.
            let name = if module.path() == part.entrypoint {
                ""
            } else {
                module.path()
            };
            form.python(name, module.body());
            done.insert(module.path());
        }
        for path in part
            .files
            .iter()
            .filter(|path| !done.contains(path.as_str()))
        {
            match modules.iter().find(|module| module.path() == path) {
                Some(module) => form.python(path, module.body()),
                None => form.raw(
                    path,
                    self.bundle
                        .get(path)
                        .map(|file| file.bytes())
                        .unwrap_or_default(),
                ),
            }
        }
        form.finish()
    }
}

fn syntax_evidence(bundle: &Bundle, error: &ParseError) -> Evidence {
    let source = bundle
        .get(&error.path)
        .and_then(|file| file.text().ok())
        .unwrap_or_default();
    Evidence::error(rules::SYNTAX, error.message.clone()).at(
        &error.path,
        source,
        error.position.line,
        error.position.column,
    )
}
