//! `prism-componentize [--cases FOLDER] INPUT COMPONENT`: turns a core module into a gate component, or
//! checks a component made elsewhere, and puts the self-test cases of the folder into it.
//!
//! Prints digest, size, contract and capabilities. The output is written only when it differs from what
//! is there, so that what is keyed by the file's time stays valid.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use prism_component::{Component, cases};
use prism_componentize::componentize;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["--cases", cases, input, output] => {
            build(Some(Path::new(cases)), Path::new(input), Path::new(output))
        }
        [input, output] if !input.starts_with('-') => {
            build(None, Path::new(input), Path::new(output))
        }
        _ => {
            eprintln!("usage: prism-componentize [--cases FOLDER] INPUT COMPONENT");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("prism-componentize: {error}");
            ExitCode::FAILURE
        }
    }
}

fn build(folder: Option<&Path>, input: &Path, output: &Path) -> Result<(), Box<dyn Error>> {
    let told = |path: &Path, error: &dyn Error| format!("{}: {error}", path.display());
    let read = std::fs::read(input).map_err(|error| told(input, &error))?;
    let mut component = if wasmparser::Parser::is_component(&read) {
        read
    } else {
        componentize(&read).map_err(|error| told(input, &error))?
    };
    if let Some(folder) = folder {
        component = cases::embed(&component, &prism_componentize::cases::read(folder)?)
            .map_err(|error| told(input, &error))?;
    }
    let found = Component::read(&component).map_err(|error| told(input, &error))?;
    let what = if std::fs::read(output).is_ok_and(|old| old == component) {
        "unchanged"
    } else {
        // Renamed into place: a host that is just reading never sees half a component.
        let fresh = output.with_extension(format!("new.{}", std::process::id()));
        std::fs::write(&fresh, component)
            .and_then(|()| std::fs::rename(&fresh, output))
            .map_err(|error| told(output, &error))?;
        "written"
    };
    let asks: Vec<_> = found.capabilities.iter().map(|one| one.name()).collect();
    println!(
        "{} {what}: {} bytes, sha256 {}\n  contract {}, capabilities: {}",
        output.display(),
        found.bytes,
        found.digest,
        found.contract,
        if asks.is_empty() {
            "none".to_owned()
        } else {
            asks.join(", ")
        }
    );
    Ok(())
}
