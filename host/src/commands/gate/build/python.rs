//! A Python gate: componentize-py puts CPython and the modules into a component.
//!
//! `gate.toml` names the gate, its app module and the capabilities it asks for; those decide the world and with it
//! the version of the contract, the oldest that has them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};
use prism_component::{Capability, ContractVersion};
use serde::Deserialize;

use super::{Built, check_name, run, tool};

/// Folders that are no part of the gate's code.
const NOT_CODE: [&str; 5] = ["build", "cases", "target", "tests", "__pycache__"];

/// Modules of a gate at most, and folders in folders.
const MAX_FILES: usize = 2000;
const MAX_DEPTH: usize = 16;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    name: String,
    app: String,
    #[serde(default)]
    capabilities: BTreeSet<Capability>,
}

impl Settings {
    fn world(&self) -> (ContractVersion, &'static str) {
        let asks = |capability| self.capabilities.contains(&capability);
        match (asks(Capability::Llm), asks(Capability::Corpus)) {
            (false, false) => (ContractVersion::V1_0, "plain-gate"),
            (true, false) => (ContractVersion::V1_0, "llm-gate"),
            (false, true) => (ContractVersion::V1_1, "corpus-gate"),
            (true, true) => (ContractVersion::V1_1, "full-gate"),
        }
    }
}

pub(super) fn build(project: &Path, kit: &Path) -> anyhow::Result<Built> {
    let file = project.join("gate.toml");
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let settings: Settings = toml::from_str(&text).with_context(|| file.display().to_string())?;
    check_name(&settings.name, &file)?;
    ensure!(
        project.join(format!("{}.py", settings.app)).is_file(),
        "{}: there is no app module {}.py",
        file.display(),
        settings.app
    );
    let compiler = tool(
        kit,
        "componentize-py",
        "componentize-py, the compiler of Python gates,",
    )?;

    // A folder of nothing but sources: what Python compiled on this machine must not be found.
    let work = tempfile::tempdir().context("can't make a temporary folder")?;
    let app = work.path().join("app");
    let kit_code = kit.join("gates-wit/python");
    for root in [&kit_code, project] {
        let mut found = Vec::new();
        sources(root, 0, &mut found)?;
        for path in found {
            let to = app.join(path.strip_prefix(root)?);
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::copy(&path, &to).with_context(|| path.display().to_string())?;
        }
    }
    // An environment without packages: without one the compiler would look through this machine's own.
    let nothing = work.path().join("environment");
    fs::create_dir_all(nothing.join("lib/site-packages"))?;
    let (version, world) = settings.world();
    let out = work.path().join("gate.wasm");
    let major_minor = version
        .text()
        .rsplit_once('.')
        .map_or("", |(start, _)| start);
    run(
        Command::new(compiler)
            .arg("-q")
            .arg("-d")
            .arg(kit.join("gates-wit/wit").join(major_minor))
            .args(["-w", world, "componentize", "--stub-wasi", "-p"])
            .arg(&app)
            .arg("-o")
            .arg(&out)
            .arg(&settings.app)
            .current_dir(work.path())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env_remove("PYTHONPATH")
            .env("VIRTUAL_ENV", &nothing),
        "componentize-py",
    )?;
    let component = fs::read(&out).context("componentize-py made no component")?;
    Ok(Built {
        name: settings.name,
        component,
    })
}

/// Every `.py` file of the gate, links left out.
fn sources(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let entry = entry.with_context(|| folder.display().to_string())?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if kind.is_dir() && !name.starts_with('.') && !NOT_CODE.contains(&&*name) {
            ensure!(
                depth < MAX_DEPTH,
                "{} is too many folders deep for a gate",
                path.display()
            );
            sources(&path, depth + 1, found)?;
        } else if kind.is_file() && name.ends_with(".py") {
            found.push(path);
        }
        if found.len() > MAX_FILES {
            bail!("a gate has at most {MAX_FILES} Python files; is this the right folder?");
        }
    }
    Ok(())
}
