//! The gate: configuration, descriptor and report.

use prism_gate_sdk::{Descriptor, Evidence, Gate, Input, MAX_EVIDENCE, Report, json, python};
use serde::Deserialize;

use crate::analysis::{Options, analyse};
use crate::rules::RULES;

/// The gate's configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Folders on the import path beside the bundle's root and the folders of `architecture.py` and `training.py`.
    /// Default none.
    pub search: Vec<String>,
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
            "search": {
                "type": "array", "items": {"type": "string"}, "default": [],
                "description": "Folders on the import path beside the bundle's root and the entries' folders."
            }
        }))
    }

    fn evaluate(input: &Input, config: &Config) -> Report {
        let python_version = match python::version(&input.submission.context) {
            Ok(version) => version,
            Err(unknown) => return Report::hold(unknown.to_string()),
        };
        let options = Options {
            python_version,
            search: config.search.clone(),
        };
        let mut report = Report::allow();
        let mut findings = analyse(input.bundle.as_map(), &options).into_iter();
        for finding in findings.by_ref().take(MAX_EVIDENCE) {
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
        // Only counted in the report, so their lines are not looked for: that would be quadratic.
        for finding in findings {
            report.push(Evidence::error(finding.rule, finding.message).in_file(&finding.path));
        }
        report.fact("python_grammar", python_version.to_string());
        report.fact("python_files", input.bundle.python_files().count());
        report.reject_on_errors()
    }
}
