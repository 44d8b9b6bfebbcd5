//! The gate: configuration, descriptor and report.

use prism_gate_sdk::{Descriptor, Evidence, Gate, Input, Report, json};
use prism_pyast::PythonVersion;
use serde::Deserialize;

use crate::analysis::{Options, analyse};
use crate::rules::RULES;

/// The gate's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Config {
    /// The runner's Python, `major.minor`. Default `3.11`. An older one than the runner's refuses legal syntax; a newer
    /// one lets a bundle through that the run can't parse.
    pub python_version: String,
    /// Folders on the import path beside the bundle's root and the folders of `architecture.py` and `training.py`.
    /// Default none.
    pub search: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            python_version: "3.11".to_owned(),
            search: Vec::new(),
        }
    }
}

/// The static-analysis gate.
#[derive(Debug)]
pub struct StaticAnalysis;

impl Gate for StaticAnalysis {
    type Config = Config;

    fn describe() -> Descriptor {
        let descriptor = Descriptor::new(
            "static-analysis",
            env!("CARGO_PKG_VERSION"),
            "Judges every Python file by what it reaches, through scopes, aliases and imports.",
        );
        let descriptor = RULES.iter().fold(descriptor, |descriptor, (id, summary)| {
            descriptor.rule(id, summary)
        });
        descriptor.fact("python_grammar").fact("python_files").config(json!({
            "python_version": {
                "type": "string", "pattern": "^3\\.[0-9]+$", "default": "3.11",
                "description": "The runner's Python, major.minor; its grammar is used."
            },
            "search": {
                "type": "array", "items": {"type": "string"}, "default": [],
                "description": "Folders on the import path beside the bundle's root and the entries' folders."
            }
        }))
    }

    fn evaluate(input: &Input, config: &Config) -> Report {
        let Some(python_version) = version(&config.python_version) else {
            return Report::hold(format!(
                "the gate's configuration asks for Python {:?}; write for example 3.11",
                config.python_version
            ));
        };
        let options = Options {
            python_version,
            search: config.search.clone(),
        };
        let mut report = Report::allow();
        for finding in analyse(input.bundle.as_map(), &options) {
            let source = input
                .bundle
                .get(&finding.path)
                .and_then(|file| file.text().ok())
                .unwrap_or_default();
            let (line, column) = (finding.position.line, finding.position.column);
            report.push(Evidence::error(finding.rule, finding.message).at(
                &finding.path,
                source,
                line,
                column,
            ));
        }
        report.fact("python_grammar", python_version.to_string());
        report.fact("python_files", input.bundle.python_files().count());
        report.reject_on_errors()
    }
}

fn version(text: &str) -> Option<PythonVersion> {
    let (major, minor) = text.split_once('.')?;
    let version = PythonVersion {
        major: major.parse().ok()?,
        minor: minor.parse().ok()?,
    };
    (version.major == 3 && version.minor >= 7).then_some(version)
}
