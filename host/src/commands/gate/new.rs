//! `prism gate new`: a project that is a first useful gate, with its cases, ready to build.
//!
//! The templates are real files in `gate-plugins/templates`; only the name is filled in. The project appears whole
//! or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use prism_executor::Home;

use super::build::link_kit;

/// Path in the project and content.
type Template = &'static [(&'static str, &'static str)];

macro_rules! template {
    ($language:literal, $($path:literal),+ $(,)?) => {
        &[$((
            $path,
            include_str!(concat!("../../../../gate-plugins/templates/", $language, "/", $path)),
        )),+]
    };
}

const RUST: Template = template!(
    "rust",
    ".gitignore",
    "Cargo.toml",
    "README.md",
    "src/lib.rs",
    "cases/short-functions/bundle/architecture.py",
    "cases/short-functions/bundle/training.py",
    "cases/short-functions/expected.json",
    "cases/long-function/bundle/architecture.py",
    "cases/long-function/bundle/training.py",
    "cases/long-function/config.json",
    "cases/long-function/expected.json",
);

const PYTHON: Template = template!(
    "python",
    ".gitignore",
    "gate.toml",
    "README.md",
    "app.py",
    "function_length.py",
    "cases/short-functions/bundle/architecture.py",
    "cases/short-functions/bundle/training.py",
    "cases/short-functions/expected.json",
    "cases/long-function/bundle/architecture.py",
    "cases/long-function/bundle/training.py",
    "cases/long-function/config.json",
    "cases/long-function/expected.json",
);

/// What the templates call the gate.
const NAME: &str = "{{name}}";

/// Characters of a gate's name at most, as the contract has it.
const MAX_NAME: usize = 64;

/// What a gate is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// Small and fast: some 2 MB with a Python parser, microseconds to start.
    Rust,
    /// CPython inside the component: 18 MB, a millisecond to start.
    Python,
}

/// Makes the project of a new gate.
#[derive(clap::Args)]
pub struct NewArgs {
    /// The gate's id: a-z, 0-9 and `-`
    name: String,
    /// What the gate is written in
    #[arg(long, value_enum)]
    lang: Language,
    /// Where to make the project [default: a folder of the gate's name, here]
    #[arg(long)]
    dir: Option<PathBuf>,
}

/// Writes the project and says what to do with it.
///
/// # Errors
/// When the name is no gate's, the folder is not empty, or Prism's author kit is not installed.
pub fn new(args: NewArgs) -> anyhow::Result<ExitCode> {
    check_name(&args.name)?;
    let kit = Home::locate()?.sdk_dir()?;
    let folder = args.dir.unwrap_or_else(|| PathBuf::from(&args.name));
    create(&args.name, args.lang, &folder, &kit)?;
    let shown = folder.display();
    println!(
        "{shown} holds the gate `{}` and two cases. Next:",
        args.name
    );
    println!("  prism gate build {shown}");
    println!("  prism gate test {shown}");
    Ok(ExitCode::SUCCESS)
}

fn check_name(name: &str) -> anyhow::Result<()> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if let Some(wrong) = name.chars().find(|c| !allowed(*c)) {
        bail!("the name `{name}` holds {wrong:?}; a gate's name is made of a-z, 0-9 and `-`");
    }
    ensure!(
        (1..=MAX_NAME).contains(&name.len()),
        "a gate's name has 1 to {MAX_NAME} characters, and this one has {}",
        name.len()
    );
    ensure!(
        !name.starts_with('-') && !name.ends_with('-'),
        "the name `{name}` begins or ends with `-`; put a letter or digit there"
    );
    Ok(())
}

fn create(name: &str, language: Language, folder: &Path, kit: &Path) -> anyhow::Result<()> {
    match fs::read_dir(folder) {
        Ok(mut entries) => ensure!(
            entries.next().is_none(),
            "{} is not empty; name another folder with --dir",
            folder.display()
        ),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => bail!("{}: {error}", folder.display()),
    }
    // Beside its place, so that it can be renamed there when it is whole.
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    let made = tempfile::Builder::new()
        .prefix(".prism-gate-")
        .tempdir_in(parent)
        .with_context(|| format!("can't make a folder in {}", parent.display()))?;
    let project = made.path().join("project");
    let template = match language {
        Language::Rust => RUST,
        Language::Python => PYTHON,
    };
    for (path, content) in template {
        write(&project.join(path), &content.replace(NAME, name))?;
    }
    if language == Language::Rust {
        // The exact versions that this installation's own gates are built of.
        let lock = fs::read_to_string(kit.join("Cargo.lock")).context("the author kit")?;
        write(&project.join("Cargo.lock"), &lock)?;
    }
    link_kit(&project, kit)?;
    // A rename replaces an empty folder and nothing else.
    fs::rename(&project, folder)
        .with_context(|| format!("can't put the project at {}", folder.display()))
}

fn write(path: &Path, content: &str) -> anyhow::Result<()> {
    let place = || format!("can't write {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(place)?;
    }
    fs::write(path, content).with_context(place)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;

    fn kit() -> tempfile::TempDir {
        let kit = tempfile::tempdir().unwrap();
        fs::write(kit.path().join("Cargo.lock"), "version = 4\n").unwrap();
        kit
    }

    #[test]
    fn a_name_that_no_gate_may_have_is_refused_with_the_reason() {
        for (name, reason) in [
            ("", "1 to 64"),
            (&"a".repeat(65), "has 65"),
            ("Shout", "'S'"),
            ("../x", "'.'"),
            ("a b", "' '"),
            ("größe", "'ö'"),
            ("-x", "begins or ends"),
            ("x-", "begins or ends"),
            ("x\n", "'\\n'"),
        ] {
            let error = check_name(name).unwrap_err().to_string();
            assert!(error.contains(reason), "{name}: {error}");
        }
        for name in ["a", "0", "function-length", "2-long"] {
            check_name(name).unwrap();
        }
    }

    #[test]
    fn both_projects_are_written_whole_with_the_name_filled_in() {
        let kit = kit();
        let place = tempfile::tempdir().unwrap();
        for (language, template) in [(Language::Rust, RUST), (Language::Python, PYTHON)] {
            let folder = place.path().join(format!("deep/{language:?}"));
            create("my-gate", language, &folder, kit.path()).unwrap();
            for (path, _) in template {
                let text = fs::read_to_string(folder.join(path)).unwrap();
                assert!(!text.contains("{{"), "{path}");
            }
            assert!(folder.join(".prism/sdk/Cargo.lock").is_file());
        }
        let left = fs::read_dir(place.path().join("deep")).unwrap().count();
        assert_eq!(left, 2);
    }

    #[test]
    fn what_is_there_is_never_touched_and_nothing_is_left_behind() {
        let kit = kit();
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("g");
        fs::create_dir(&folder).unwrap();
        create("g", Language::Python, &folder, kit.path()).unwrap();
        let error = create("g", Language::Rust, &folder, kit.path()).unwrap_err();
        assert!(error.to_string().contains("not empty"), "{error}");
        assert!(!folder.join("Cargo.toml").exists());
        let file = place.path().join("file");
        fs::write(&file, "mine").unwrap();
        assert!(create("g", Language::Rust, &file, kit.path()).is_err());
        assert!(create("g", Language::Rust, &file.join("below"), kit.path()).is_err());
        // A kit without its lock: the project must not appear half made.
        let empty = tempfile::tempdir().unwrap();
        let other = place.path().join("other");
        assert!(create("g", Language::Rust, &other, empty.path()).is_err());
        assert!(!other.exists());
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2);
    }
}
