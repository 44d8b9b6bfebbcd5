//! From files to findings.

use std::collections::BTreeMap;

use prism_manifest::Manifest;
use prism_pyast::{Module, Position, Program, PythonVersion};

use crate::finding::{Finding, Findings};
use crate::{inspect, rules, table};

/// What the analysis depends on beside the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The grammar: that of the interpreter that will run the bundle.
    pub python_version: PythonVersion,
    /// Folders on the import path beside the bundle's root, first one first.
    pub search: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            python_version: PythonVersion::PY311,
            search: Vec::new(),
        }
    }
}

/// Judges every `.py` file; the findings come sorted by path and position, one for a rule at a place.
#[must_use]
pub fn analyse(files: &BTreeMap<String, Vec<u8>>, options: &Options) -> Vec<Finding> {
    let mut findings = Findings::default();
    let mut modules = Vec::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".py")) {
        match Module::parse(path, bytes, options.python_version) {
            Ok(module) => modules.push(module),
            Err(error) => {
                let version = options.python_version;
                let message = format!(
                    "not Python {version}: {}. Instead: correct it; the run uses Python {version}.",
                    error.message
                );
                findings.add(path, error.position, rules::SYNTAX_ERROR, message);
            }
        }
    }
    let search = search_folders(files, options);
    let program = Program::new(&modules, &search, table::reserved);
    for (index, _) in program.modules() {
        inspect::inspect(&program, index, &mut findings);
    }
    if findings.scripts {
        modules
            .iter()
            .for_each(|module| type_comments(module, &mut findings));
    }
    findings.into_sorted()
}

/// The folders on the import path. A manifest that can't be read names no entries; the contract gate says so.
fn search_folders(files: &BTreeMap<String, Vec<u8>>, options: &Options) -> Vec<String> {
    let manifest = Manifest::from_files(files).unwrap_or_default();
    let mut folders = options.search.clone();
    folders.extend(manifest.import_folders());
    folders
}

/// `torch.jit.script` reads the text of a function and evaluates its `# type: (...) -> ...` line.
fn type_comments(module: &Module, findings: &mut Findings) {
    for (number, line) in (1..).zip(module.source().lines()) {
        let Some((before, comment)) = line
            .split_once("# type:")
            .or_else(|| line.split_once("#type:"))
        else {
            continue;
        };
        if comment.trim_start().starts_with("ignore") {
            continue;
        }
        let column = u32::try_from(before.chars().count()).unwrap_or(u32::MAX);
        let position = Position {
            line: number,
            column: column.saturating_add(1),
        };
        let message = "torch.jit.script evaluates this comment as code. Instead: annotate the parameters, or leave the decorator out.";
        findings.add(
            module.path(),
            position,
            rules::NO_DYNAMIC_CODE,
            message.to_owned(),
        );
    }
}
