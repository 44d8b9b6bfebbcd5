//! PRISM_HOME: where the assembled installation lies and what must be in it.
//!
//! Found at run time, so that the same binary works from any folder: the environment variable `PRISM_HOME`, else
//! the folder above `bin/` the running binary lies in, else `${PRISM_CACHE:-~/.cache/prism}/dist`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// An installation. Having one says that the folder is there; ask [`Home::runtime`] for the parts a run needs.
#[derive(Clone, Debug)]
pub struct Home {
    root: PathBuf,
}

/// `runtime.json`: the Python environment that runs bundles.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Runtime {
    /// The interpreter, inside its virtual environment.
    pub python: PathBuf,
    /// Folders the jail shows read-only so that this interpreter starts.
    pub python_roots: Vec<PathBuf>,
    /// The folder of libtorch's shared objects.
    pub libtorch: PathBuf,
    /// For example `3.11.7`.
    pub python_version: String,
    /// For example `2.11.0`.
    pub torch_version: String,
}

/// What is missing from an installation, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// No installation where one was looked for.
    #[error("no Prism installation at {}: run `make setup`, or set PRISM_HOME to one", .0.display())]
    NotFound(PathBuf),
    /// Neither PRISM_HOME, nor PRISM_CACHE, nor HOME is set.
    #[error(
        "no Prism installation: PRISM_HOME, PRISM_CACHE and HOME are all unset; set PRISM_HOME"
    )]
    NoPlace,
    /// A part is missing.
    #[error("the Prism installation lacks {what} ({}): run `make setup`", .path.display())]
    Missing {
        /// The part, in words.
        what: &'static str,
        /// Where it should be.
        path: PathBuf,
    },
    /// `runtime.json` can't be used.
    #[error("{} is not usable ({reason}): run `make setup` again", .path.display())]
    Runtime {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Home {
    /// Finds the installation of the running binary.
    ///
    /// # Errors
    ///
    /// [`HomeError::NotFound`] names the folder that was looked at last.
    pub fn locate() -> Result<Self, HomeError> {
        if let Some(root) = variable("PRISM_HOME") {
            return Self::at(root);
        }
        if let Some(root) = env::current_exe().ok().and_then(|exe| home_of(&exe)) {
            return Self::at(root);
        }
        let cache = variable("PRISM_CACHE")
            .or_else(|| variable("HOME").map(|home| home.join(".cache/prism")));
        Self::at(cache.ok_or(HomeError::NoPlace)?.join("dist"))
    }

    /// The installation in `root`.
    ///
    /// # Errors
    ///
    /// [`HomeError::NotFound`] when it is no folder.
    pub fn at(root: impl Into<PathBuf>) -> Result<Self, HomeError> {
        let root = root.into();
        match fs::canonicalize(&root) {
            Ok(real) if real.is_dir() => Ok(Self { root: real }),
            _ => Err(HomeError::NotFound(root)),
        }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Folder of the gates, `<id>.wasm` each.
    pub fn gates_dir(&self) -> PathBuf {
        self.root.join("gates")
    }

    /// The binary that compiles gates in a process of its own; none in an installation without it.
    pub fn gate_compiler(&self) -> Option<PathBuf> {
        let program = self.root.join("bin/prism-gate-compile");
        program.is_file().then_some(program)
    }

    /// Folder of precompiled gates.
    pub fn cwasm_dir(&self) -> PathBuf {
        self.root.join("cwasm")
    }

    /// The author kit: what `prism gate new` and `prism gate build` need.
    ///
    /// # Errors
    ///
    /// [`HomeError::Missing`] when the kit was not installed.
    pub fn sdk_dir(&self) -> Result<PathBuf, HomeError> {
        let path = self.root.join("sdk");
        if path.join("Cargo.lock").is_file() {
            return Ok(path);
        }
        Err(HomeError::Missing {
            what: "the author kit",
            path,
        })
    }

    /// Folder of what the jail shows at `/runner`: the Python package and the capture extension.
    pub fn runner_dir(&self) -> PathBuf {
        self.root.join("runner")
    }

    /// The supervisor's binary.
    pub fn supervisor(&self) -> PathBuf {
        self.root.join("bin/prism-supervisor")
    }

    /// Folder of courses.
    pub fn courses_dir(&self) -> PathBuf {
        self.root.join("courses")
    }

    /// The public practice course, the default of local runs.
    pub fn default_course(&self) -> PathBuf {
        self.courses_dir().join("practice.course")
    }

    /// The public sample that a bundle finds in its data folder; none in an installation without it.
    pub fn sample(&self) -> Option<PathBuf> {
        let folder = self.courses_dir().join("sample");
        folder.is_dir().then_some(folder)
    }

    /// Where `runtime.json` lies.
    pub fn runtime_file(&self) -> PathBuf {
        self.root.join("runtime.json")
    }

    /// Reads `runtime.json` and checks that everything a run needs is there.
    ///
    /// # Errors
    ///
    /// Names the first part that is missing.
    pub fn runtime(&self) -> Result<Runtime, HomeError> {
        let runtime = self.read_runtime()?;
        let needed = [
            ("the supervisor", self.supervisor()),
            (
                "the package miners import",
                self.runner_dir().join("prism_challenge"),
            ),
            (
                "the capture extension",
                self.runner_dir().join("prism_capture.abi3.so"),
            ),
            ("the Python interpreter", runtime.python.clone()),
            ("libtorch", runtime.libtorch.clone()),
        ];
        for (what, path) in needed {
            if !path.exists() {
                return Err(HomeError::Missing { what, path });
            }
        }
        Ok(runtime)
    }

    /// Reads `runtime.json` alone: enough to start Python in the jail, without supervisor and libtorch.
    ///
    /// # Errors
    ///
    /// [`HomeError::Missing`] or [`HomeError::Runtime`] about this one file.
    pub fn read_runtime(&self) -> Result<Runtime, HomeError> {
        let path = self.runtime_file();
        let text = fs::read(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => HomeError::Missing {
                what: "the description of the Python environment",
                path: path.clone(),
            },
            _ => HomeError::Runtime {
                path: path.clone(),
                reason: error.to_string(),
            },
        })?;
        let runtime: Runtime =
            serde_json::from_slice(&text).map_err(|error| HomeError::Runtime {
                path: path.clone(),
                reason: error.to_string(),
            })?;
        let relative = |path: &&PathBuf| !path.is_absolute();
        let paths = [&runtime.python, &runtime.libtorch];
        if let Some(wrong) = paths
            .into_iter()
            .chain(&runtime.python_roots)
            .find(relative)
        {
            return Err(HomeError::Runtime {
                path,
                reason: format!("{} is not absolute", wrong.display()),
            });
        }
        Ok(runtime)
    }
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// `<home>` when `exe` is `<home>/bin/prism` of an assembled installation and no stray build output.
fn home_of(exe: &Path) -> Option<PathBuf> {
    let exe = fs::canonicalize(exe).ok()?;
    let bin = exe.parent()?;
    let home = bin.parent()?;
    (bin.file_name()? == "bin" && home.join("gates").is_dir()).then(|| home.to_path_buf())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]
    use super::*;

    #[test]
    fn an_error_says_what_is_missing_and_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let absent = Home::at(folder.path().join("nothing"))
            .unwrap_err()
            .to_string();
        assert!(
            absent.contains("make setup") && absent.contains("nothing"),
            "{absent}"
        );

        let home = Home::at(folder.path()).unwrap();
        let error = home.runtime().unwrap_err().to_string();
        assert!(
            error.contains("runtime.json") && error.contains("make setup"),
            "{error}"
        );

        fs::write(home.runtime_file(), "{").unwrap();
        assert!(matches!(home.runtime(), Err(HomeError::Runtime { .. })));

        let text = |python: &str| {
            format!(
                r#"{{"python": "{python}", "python_roots": ["/usr"], "libtorch": "/usr/lib",
                     "python_version": "3.11.7", "torch_version": "2.11.0"}}"#
            )
        };
        fs::write(home.runtime_file(), text("bin/python")).unwrap();
        assert!(
            home.runtime()
                .unwrap_err()
                .to_string()
                .contains("not absolute")
        );

        fs::write(home.runtime_file(), text("/usr/bin/python3")).unwrap();
        let error = home.runtime().unwrap_err().to_string();
        assert!(
            error.contains("the supervisor") && error.contains("bin/prism-supervisor"),
            "{error}"
        );
        assert_eq!(home.read_runtime().unwrap().python_version, "3.11.7");
    }

    #[test]
    fn a_binary_is_at_home_only_in_an_assembled_folder() {
        let folder = tempfile::tempdir().unwrap();
        let exe = folder.path().join("bin/prism");
        fs::create_dir_all(exe.parent().unwrap()).unwrap();
        fs::write(&exe, "").unwrap();
        assert_eq!(home_of(&exe), None);
        fs::create_dir(folder.path().join("gates")).unwrap();
        assert_eq!(
            home_of(&exe),
            Some(fs::canonicalize(folder.path()).unwrap())
        );
    }
}
