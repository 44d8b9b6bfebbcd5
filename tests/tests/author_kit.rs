//! The author kit as its users meet it: `prism gate new`, `prism gate build`, and what comes out, with nothing but an
//! installation.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use prism_component::{Capability, Component, ContractVersion, cases};
use prism_tests::home;

fn prism(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(home().root().join("bin/prism"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A project of the template, in a folder of its own.
fn project(folder: &Path, language: &str) -> PathBuf {
    let output = prism(folder, &["gate", "new", "--lang", language, "my-gate"]);
    assert!(output.status.success(), "{}", said(&output));
    folder.join("my-gate")
}

/// Builds and reads what came out.
fn built(project: &Path) -> (Vec<u8>, Component) {
    let output = prism(project, &["gate", "build"]);
    assert!(output.status.success(), "{}", said(&output));
    let bytes = fs::read(project.join("build/my-gate.wasm")).unwrap();
    let component = Component::read(&bytes).unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains(&component.digest), "{printed}");
    (bytes, component)
}

/// What is in the component is what the project's folder holds.
fn assert_cases(project: &Path, component: &[u8]) {
    let packed = cases::extract(component).unwrap();
    assert_eq!(
        packed
            .keys()
            .filter(|path| path.ends_with("/expected.json"))
            .count(),
        2
    );
    for (path, content) in packed {
        assert_eq!(
            content,
            fs::read(project.join("cases").join(&path)).unwrap(),
            "{path}"
        );
    }
}

#[test]
fn a_rust_gate_goes_from_nothing_to_a_component_and_comes_out_the_same_elsewhere() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = project(one.path(), "rust");
    let (bytes, component) = built(&first);
    assert_eq!(component.contract, ContractVersion::V1_0);
    assert!(component.capabilities.is_empty());
    assert_cases(&first, &bytes);
    assert_eq!(built(&first).1.digest, component.digest);

    fs::create_dir_all(other.path().join("a/longer/path")).unwrap();
    let second = project(&other.path().join("a/longer/path"), "rust");
    assert_eq!(built(&second).1.digest, component.digest);

    // A checkout elsewhere has no link to the kit, or one to a kit that is gone.
    let link = second.join(".prism/sdk");
    fs::remove_file(&link).unwrap();
    symlink("/nowhere", &link).unwrap();
    assert_eq!(built(&second).1.digest, component.digest);

    // What the compiler refuses is no new component; the old one stays.
    fs::write(first.join("src/lib.rs"), "fn").unwrap();
    let output = prism(&first, &["gate", "build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("cargo refused the gate"),
        "{}",
        said(&output)
    );
    assert_eq!(fs::read(first.join("build/my-gate.wasm")).unwrap(), bytes);
}

#[test]
fn a_python_gate_is_built_for_the_oldest_contract_that_has_its_capabilities() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path(), "python");
    let (bytes, component) = built(&project);
    assert_eq!(component.contract, ContractVersion::V1_0);
    assert!(component.capabilities.is_empty());
    assert_cases(&project, &bytes);

    let settings = fs::read_to_string(project.join("gate.toml")).unwrap();
    let with = |asks: &str| {
        let text = settings.replace("capabilities = []", &format!("capabilities = [{asks}]"));
        fs::write(project.join("gate.toml"), text).unwrap();
    };
    with("\"corpus\", \"llm\"");
    let (_, component) = built(&project);
    assert_eq!(component.contract, ContractVersion::V1_1);
    assert_eq!(
        component.capabilities.into_iter().collect::<Vec<_>>(),
        Capability::ALL
    );

    with("\"clock\"");
    let output = prism(&project, &["gate", "build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("clock"), "{}", said(&output));
}

#[test]
fn what_is_no_gate_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let output = prism(folder.path(), &["gate", "build"]);
    assert!(
        said(&output).contains("prism gate new"),
        "{}",
        said(&output)
    );
    for name in ["Shout", "../up", "a b", ""] {
        let output = prism(
            folder.path(),
            &["gate", "new", "--lang", "rust", "--", name],
        );
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(
            said(&output).contains("gate's name") || said(&output).contains("the name"),
            "{}",
            said(&output)
        );
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    let project = project(folder.path(), "python");
    let again = prism(folder.path(), &["gate", "new", "--lang", "rust", "my-gate"]);
    assert!(said(&again).contains("not empty"), "{}", said(&again));
    assert!(!project.join("Cargo.toml").exists());

    // A case that leads out of the project is refused before anything is packed.
    symlink("/etc/passwd", project.join("cases/short-functions/secret")).unwrap();
    let output = prism(&project, &["gate", "build"]);
    assert!(said(&output).contains("is a link"), "{}", said(&output));
    assert!(!project.join("build").exists());
}
