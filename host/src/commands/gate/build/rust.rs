//! A Rust gate: cargo for wasm32-unknown-unknown, then the component around the module.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, anyhow, bail, ensure};
use serde::Deserialize;

use super::{Built, check_name, run, tool};

const TARGET: &str = "wasm32-unknown-unknown";

/// What templates put before a gate's name in its package name, so that no name collides with a crate's.
const PACKAGE_PREFIX: &str = "gate-";

/// As much of a cargo message as is needed.
#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    manifest_path: PathBuf,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

pub(super) fn build(project: &Path, kit: &Path) -> anyhow::Result<Built> {
    let manifest = project.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).with_context(|| manifest.display().to_string())?;
    let package: Manifest =
        toml::from_str(&text).with_context(|| format!("{}: no package", manifest.display()))?;
    let name = package.package.name;
    let name = name.strip_prefix(PACKAGE_PREFIX).unwrap_or(&name);
    check_name(name, &manifest)?;

    let cargo = tool(
        kit,
        "rust/bin/cargo",
        "the Rust toolchain of this installation",
    )?;
    let rustc = tool(
        kit,
        "rust/bin/rustc",
        "the Rust compiler of this installation",
    )?;
    let sysroot = fs::canonicalize(kit.join("rust"))?;
    ensure!(
        sysroot.join("lib/rustlib").join(TARGET).is_dir(),
        "the Rust toolchain {} lacks the target {TARGET}: run `rustup target add {TARGET}`, or `make setup`",
        sysroot.display()
    );
    let output = run(
        Command::new(cargo)
            .args(["build", "--release", "--lib", "--target", TARGET])
            .args(["--message-format", "json-render-diagnostics"])
            .arg("--target-dir")
            .arg(project.join("target"))
            .current_dir(project)
            .env("RUSTC", rustc)
            // What is set for native builds has no place in a gate, and would change its digest.
            .env_remove("RUSTFLAGS")
            .env("CARGO_ENCODED_RUSTFLAGS", flags(project, kit, &sysroot))
            .env_remove("RUSTC_WRAPPER")
            .env_remove("RUSTC_WORKSPACE_WRAPPER")
            .env_remove("CARGO_BUILD_TARGET"),
        "cargo",
    )?;
    let module = module(&output, &manifest)?;
    let bytes = fs::read(&module).with_context(|| module.display().to_string())?;
    let component = prism_componentize::componentize(&bytes)
        .with_context(|| format!("the gate `{name}` was compiled, but"))?;
    Ok(Built {
        name: name.to_owned(),
        component,
    })
}

/// Panic texts inside a gate name source files. Without these flags they name this machine's folders, and the
/// gate's digest would differ from machine to machine.
fn flags(project: &Path, kit: &Path, sysroot: &Path) -> OsString {
    let home = std::env::var_os("CARGO_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo"),
        PathBuf::from,
    );
    let mut remaps = vec![
        (home.clone(), "/cargo"),
        (sysroot.to_owned(), "/rust"),
        (kit.to_owned(), "/prism"),
        (project.to_owned(), "/gate"),
    ];
    // The folder's name tells which mirror the crates came from.
    let registries = fs::read_dir(home.join("registry/src"));
    remaps.extend(
        registries
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| (entry.path(), "/crates")),
    );
    let mut flags = OsString::new();
    for (from, to) in remaps {
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    flags
}

/// The module among what cargo says it made.
fn module(output: &[u8], manifest: &Path) -> anyhow::Result<PathBuf> {
    for line in output.split(|byte| *byte == b'\n') {
        let Ok(message) = serde_json::from_slice::<Message>(line) else {
            continue;
        };
        if message.reason != "compiler-artifact" || message.manifest_path != manifest {
            continue;
        }
        if let Some(module) = message.filenames.into_iter().find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "wasm")
        }) {
            return Ok(module);
        }
        bail!(
            "cargo made no module; {} needs crate-type = [\"cdylib\", \"rlib\"] under [lib]",
            manifest.display()
        );
    }
    Err(anyhow!("cargo made nothing out of {}", manifest.display()))
}
