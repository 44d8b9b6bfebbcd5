//! Agreement with a real interpreter: whatever `ast.parse` accepts must parse here, over a whole tree of sources.
//!
//! `PRISM_PYTHON_SOURCES=/usr/lib/python3.11 PRISM_PYTHON=python3.11 cargo test -p prism-pyast --test agreement --
//! --ignored --nocapture`. Not part of the ordinary tests because it needs an interpreter and takes a while.
#![allow(clippy::unwrap_used, reason = "test")]

use std::path::{Path, PathBuf};
use std::process::Command;

use prism_pyast::{Module, PythonVersion};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            found.push(path);
        }
    }
}

#[test]
#[ignore = "needs an interpreter and its sources; see the file's head"]
fn what_the_interpreter_accepts_parses() {
    let folder = std::env::var("PRISM_PYTHON_SOURCES").unwrap();
    let python = std::env::var("PRISM_PYTHON").unwrap_or_else(|_| "python3.11".to_owned());
    let minor = Command::new(&python)
        .args(["-c", "import sys; print(sys.version_info[1])"])
        .output()
        .unwrap();
    let minor: u8 = String::from_utf8(minor.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let mut paths = Vec::new();
    sources(Path::new(&folder), &mut paths);
    let (mut accepted, mut refused) = (0, Vec::new());
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        match Module::parse("m.py", &bytes, PythonVersion { major: 3, minor }) {
            Ok(_) => accepted += 1,
            Err(error) => refused.push((path, error)),
        }
    }
    let mut wrong = Vec::new();
    for (path, error) in refused {
        let code = "import ast,sys; ast.parse(open(sys.argv[1],'rb').read().decode('utf-8'))";
        let accepts = Command::new(&python)
            .args(["-c", code])
            .arg(&path)
            .output()
            .unwrap()
            .status
            .success();
        if accepts {
            wrong.push(format!("{}: {error}", path.display()));
        }
    }
    println!(
        "{accepted} files accepted by both, {} by the interpreter only",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
