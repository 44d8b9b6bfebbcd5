//! Makes the fingerprints of what is nobody's: the standard parts of `standard-parts/` and the published examples.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use prism_fingerprint::{Code, Entry, Part};
use prism_manifest::Manifest;
use prism_pyast::{Module, PythonVersion};

/// Bundles that are published as examples.
const EXAMPLES: [&str; 2] = ["example-small", "example-1m"];

fn main() -> Result<(), Box<dyn Error>> {
    let home = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let parts = home.join("standard-parts");
    let bundles = home.join("../../tests/bundles");
    println!("cargo::rerun-if-changed={}", parts.display());
    let mut standard = BTreeSet::new();
    for path in files(&parts)? {
        standard.extend(features_of_file(&path)?);
    }
    let mut published = BTreeSet::new();
    for name in EXAMPLES {
        println!("cargo::rerun-if-changed={}", bundles.join(name).display());
        published.extend(features_of_bundle(&bundles.join(name))?);
    }
    let text = format!(
        "{}{}",
        table("STANDARD", "Features of the standard parts.", &standard)?,
        table(
            "PUBLISHED",
            "Features of the published examples.",
            &published
        )?
    );
    fs::write(out.join("known.rs"), text)?;
    Ok(())
}

/// The Python files of a folder, sorted.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        found.push(entry?.path());
    }
    found.retain(|path| path.extension().is_some_and(|end| end == "py"));
    found.sort();
    Ok(found)
}

fn parse(name: &str, path: &Path) -> Result<Module, Box<dyn Error>> {
    let module = Module::parse(name, &fs::read(path)?, PythonVersion::PY312);
    module.map_err(|error| format!("{}: {error}", path.display()).into())
}

/// All that a file defines counts.
fn features_of_file(path: &Path) -> Result<BTreeSet<u64>, Box<dyn Error>> {
    let modules = [parse("part.py", path)?];
    let entry = Entry {
        part: Part::Architecture,
        path: "part.py",
        symbol: None,
    };
    let features = Code::read(&modules, &[], |_| false, &[entry]).features(Part::Architecture);
    if features.is_empty() {
        return Err(format!("{} has no feature", path.display()).into());
    }
    Ok(features)
}

fn features_of_bundle(folder: &Path) -> Result<BTreeSet<u64>, Box<dyn Error>> {
    let mut modules = Vec::new();
    for path in files(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        modules.push(parse(&name, &path)?);
    }
    let manifest = Manifest::default();
    let entries = [
        (Part::Architecture, &manifest.architecture),
        (Part::Training, &manifest.training),
    ];
    let entries = entries.map(|(part, declared)| Entry {
        part,
        path: &declared.entrypoint,
        symbol: Some(&declared.symbol),
    });
    let code = Code::read(&modules, &[], |_| false, &entries);
    let mut features = code.features(Part::Architecture);
    features.extend(code.features(Part::Training));
    Ok(features)
}

fn table(name: &str, about: &str, features: &BTreeSet<u64>) -> Result<String, std::fmt::Error> {
    let mut text = format!(
        "/// {about}\npub(crate) static {name}: [u64; {}] = [\n",
        features.len()
    );
    for feature in features {
        writeln!(text, "    {feature:#014x},")?;
    }
    text.push_str("];\n");
    Ok(text)
}
