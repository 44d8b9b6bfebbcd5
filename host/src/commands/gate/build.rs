//! `prism gate build`: from a gate's project to `build/<name>.wasm`, cases included.
//!
//! What the project is written in is read off it: a `Cargo.toml` is a Rust gate, a `gate.toml` a Python gate. Both
//! are built with the compilers that this installation's own gates were built with, and checked before they are
//! written: what is written is a gate.

mod python;
mod rust;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, bail, ensure};
use prism_component::{Component, cases};
use prism_executor::Home;

/// Builds a gate's project into a component.
#[derive(clap::Args)]
pub struct BuildArgs {
    /// The gate's project
    #[arg(default_value = ".")]
    dir: PathBuf,
}

/// Builds and prints path, size, digest, contract and capabilities.
///
/// # Errors
/// As [`build_gate`].
pub fn build(args: BuildArgs) -> anyhow::Result<ExitCode> {
    let path = build_gate(&args.dir)?;
    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
    let component = Component::read(&bytes)?;
    let capabilities: Vec<_> = component
        .capabilities
        .iter()
        .map(|one| one.name())
        .collect();
    println!("{}", path.display());
    println!("  bytes         {}", component.bytes);
    println!("  digest        {}", component.digest);
    println!("  contract      {}", component.contract);
    println!(
        "  capabilities  {}",
        if capabilities.is_empty() {
            "none".to_owned()
        } else {
            capabilities.join(", ")
        }
    );
    println!("  cases         {}", case_count(&cases::extract(&bytes)?));
    Ok(ExitCode::SUCCESS)
}

fn case_count(files: &cases::Files) -> usize {
    let mut names: Vec<_> = files
        .keys()
        .filter_map(|path| path.split('/').next())
        .collect();
    names.dedup();
    names.len()
}

/// A built component and what the gate is called.
struct Built {
    name: String,
    component: Vec<u8>,
}

/// Builds the project in `dir` and returns the path of its component, `<dir>/build/<name>.wasm`. The file is left
/// alone when it comes out the same.
///
/// # Errors
/// When it is no gate's project, a compiler is missing or refuses it, or what comes out is no gate. The compiler's
/// own words go to standard error.
pub fn build_gate(dir: &Path) -> anyhow::Result<PathBuf> {
    let project = fs::canonicalize(dir).with_context(|| dir.display().to_string())?;
    let kit = Home::locate()?.sdk_dir()?;
    let language = match (
        project.join("Cargo.toml").is_file(),
        project.join("gate.toml").is_file(),
    ) {
        (true, false) => rust::build,
        (false, true) => python::build,
        (true, true) => bail!(
            "{} has a Cargo.toml and a gate.toml; a gate is written in one language",
            dir.display()
        ),
        (false, false) => bail!(
            "{} is no gate's project: it has neither Cargo.toml nor gate.toml; make one with `prism gate new`",
            dir.display()
        ),
    };
    // First: a mistake in them shows without waiting for a compiler.
    let cases = match project.join("cases") {
        folder if folder.is_dir() => prism_componentize::cases::read(&folder)?,
        _ => cases::Files::new(),
    };
    link_kit(&project, &kit)?;
    let Built { name, component } = language(&project, &kit)?;
    let component = cases::embed(&component, &cases)?;
    Component::read(&component).with_context(|| format!("the gate `{name}` was built, but"))?;
    let out = dir.join("build").join(format!("{name}.wasm"));
    place(&out, &component)?;
    Ok(out)
}

/// Makes `.prism/sdk` in the project a link to the installed kit. Through it the project names no folder of this
/// machine, and comes out the same wherever it lies.
///
/// # Errors
/// When the link can't be made, or something else is in its place.
pub fn link_kit(project: &Path, kit: &Path) -> anyhow::Result<()> {
    let link = project.join(".prism/sdk");
    if fs::read_link(&link).is_ok_and(|target| target == kit) {
        return Ok(());
    }
    fs::create_dir_all(project.join(".prism")).with_context(|| project.display().to_string())?;
    match fs::symlink_metadata(&link) {
        Ok(found) if found.is_symlink() => fs::remove_file(&link)?,
        Ok(_) => bail!(
            "{} should be a link to the author kit; move what is there away",
            link.display()
        ),
        Err(_) => {}
    }
    std::os::unix::fs::symlink(kit, &link)
        .with_context(|| format!("can't link {} to the author kit", link.display()))
}

/// Renamed into place: whoever just reads it never sees half a component.
fn place(out: &Path, component: &[u8]) -> anyhow::Result<()> {
    if fs::read(out).is_ok_and(|old| old == component) {
        return Ok(());
    }
    let folder = out.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let fresh = out.with_extension(format!("new.{}", std::process::id()));
    fs::write(&fresh, component)
        .and_then(|()| fs::rename(&fresh, out))
        .with_context(|| format!("can't write {}", out.display()))
}

/// Whether a name may be a file's and a gate's: it comes out of the project's own settings.
fn check_name(name: &str, file: &Path) -> anyhow::Result<()> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    ensure!(
        !name.is_empty() && name.chars().all(fits),
        "{}: the name `{name}` can't be a file's; use letters, digits and `-`",
        file.display()
    );
    Ok(())
}

/// A compiler of the kit, or what to do when it is not there.
fn tool(kit: &Path, name: &str, what: &str) -> anyhow::Result<PathBuf> {
    let path = kit.join(name);
    ensure!(
        path.is_file(),
        "{what} is missing ({}): run `make setup`",
        path.display()
    );
    Ok(path)
}

/// Runs a compiler; what it says on standard error goes through, what it says on standard output comes back.
fn run(command: &mut Command, what: &str) -> anyhow::Result<Vec<u8>> {
    let output = command
        .stdin(std::process::Stdio::null())
        .stderr(std::process::Stdio::inherit())
        .output()
        .with_context(|| format!("can't start {what}"))?;
    ensure!(
        output.status.success(),
        "{what} refused the gate ({}); see its messages above",
        output.status
    );
    Ok(output.stdout)
}
