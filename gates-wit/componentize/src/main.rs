//! `prism-componentize MODULE COMPONENT`: turns a core module into a gate component.
//! `prism-componentize --inspect COMPONENT`: checks a component made elsewhere.
//!
//! Prints digest, size, imports and exports. The output is written only when it differs from what
//! is there, so that what is keyed by the file's time stays valid.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use prism_componentize::{componentize, inspect};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["--inspect", component] => report(Path::new(component), "checked"),
        [module, component] if !module.starts_with('-') => {
            build(Path::new(module), Path::new(component))
        }
        _ => {
            eprintln!(
                "usage: prism-componentize MODULE COMPONENT\n       prism-componentize --inspect COMPONENT"
            );
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

fn build(module: &Path, output: &Path) -> Result<(), Box<dyn Error>> {
    let read = std::fs::read(module).map_err(|error| format!("{}: {error}", module.display()))?;
    let component =
        componentize(&read).map_err(|error| format!("{}: {error}", module.display()))?;
    if std::fs::read(output).is_ok_and(|old| old == component) {
        return report(output, "unchanged");
    }
    // Renamed into place: a host that is just reading never sees half a component.
    let fresh = output.with_extension(format!("new.{}", std::process::id()));
    std::fs::write(&fresh, component)
        .and_then(|()| std::fs::rename(&fresh, output))
        .map_err(|error| format!("{}: {error}", output.display()))?;
    report(output, "written")
}

fn report(path: &Path, what: &str) -> Result<(), Box<dyn Error>> {
    let read = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let found = inspect(&read).map_err(|error| format!("{}: {error}", path.display()))?;
    println!(
        "{} {what}: {} bytes, sha256 {}",
        path.display(),
        found.bytes,
        found.digest
    );
    println!("  imports {}", found.imports.join(" "));
    println!("  exports {}", found.exports.join(" "));
    Ok(())
}
