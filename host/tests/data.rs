//! `prism data` as an operator uses it: from text to a sealed course, and back to a published one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn prism(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_prism"))
        .arg("data")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// The JSON of a command that must succeed.
#[track_caller]
fn json(folder: &Path, arguments: &[&str]) -> Value {
    let output = prism(folder, &[arguments, &["--json"]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What a command that must fail says.
#[track_caller]
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = prism(folder, arguments);
    assert!(!output.status.success(), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A folder with text prepared into course `period`, and a key.
fn prepared() -> (TempDir, Value, String) {
    let folder = tempfile::tempdir().unwrap();
    let lines: String = (0..400)
        .map(|n| format!("{{\"id\":\"doc-{n:05}\",\"text\":\"Text number {n}, é.\"}}\n"))
        .collect();
    fs::write(folder.path().join("in.jsonl"), lines).unwrap();
    let arguments = "prepare in.jsonl --out data --course-id period";
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let report = json(folder.path(), &arguments);
    let key = json(folder.path(), &["keygen", "--out", "course.key"]);
    let public = key["public_key"].as_str().unwrap().to_owned();
    (folder, report["manifest"].clone(), public)
}

#[test]
fn a_course_is_sealed_verified_and_published() {
    let (folder, manifest, public) = prepared();
    let path = folder.path();
    let clear = "data/period.course";
    let print = &manifest["course"]["fingerprint"];
    let seal = ["seal", clear, "--recipient", &public, "--out", "sealed"];
    let sealed = json(path, &seal);
    assert_eq!(sealed["course"]["class"], "official");
    assert_eq!(&sealed["course"]["fingerprint"], print);
    assert!(refused(path, &seal).contains("--force"));
    json(path, &[&seal[..], &["--force"]].concat());

    let inspected = &json(path, &["inspect", "sealed"])["course"];
    assert_eq!(inspected["sealed"], true);
    assert_eq!(inspected["provenance"]["dataset"], "");
    let verified = json(path, &["verify", "sealed", "--key", "course.key"]);
    assert_eq!(verified["tokens"], manifest["course"]["byte_count"]);
    assert_eq!(verified["tokenizer"], "bytes");

    let publish = ["publish", "sealed", "--key", "course.key", "--out", "open"];
    let published = json(path, &publish);
    assert_eq!(published["course"]["class"], "retired");
    let read = json(path, &["verify", "open"]);
    assert_eq!(
        (&read["fingerprint"], &read["id"]),
        (print, &"period".into())
    );
}

#[test]
fn the_pools_of_a_course_are_sealed_alike() {
    let (folder, manifest, public) = prepared();
    fs::write(folder.path().join("ours"), format!("# ours\n{public}\n")).unwrap();
    for pool in ["validation", "decoy"] {
        let clear = format!("data/period-{pool}.course");
        let seal = ["seal", &clear, "--recipient-file", "ours", "--out", pool];
        let sealed = json(folder.path(), &seal);
        assert_eq!(sealed["course"]["pool"], pool);
        let entry = &manifest["pools"][pool];
        assert_eq!(sealed["course"]["fingerprint"], entry["fingerprint"]);
    }
}

#[test]
fn errors_say_what_to_do() {
    let (folder, _, public) = prepared();
    let path = folder.path();
    let clear = "data/period.course";
    json(
        path,
        &["seal", clear, "--recipient", &public, "--out", "sealed"],
    );
    json(path, &["keygen", "--out", "other.key"]);
    let secret = fs::read_to_string(path.join("course.key")).unwrap();
    let secret = secret.lines().last().unwrap();
    for (arguments, words) in [
        (&["keygen", "--out", "course.key"][..], "never overwritten"),
        (&["verify", "sealed"], "give the file of its key"),
        (
            &["verify", "sealed", "--key", "other.key"],
            "does not open this course",
        ),
        (&["verify", clear, "--key", "course.key"], "is not sealed"),
        (
            &["verify", "data", "--key", "course.key"],
            "for course files",
        ),
        (&["verify", clear, "--pin", "x"], "for folders"),
        (&["verify", clear, "--tokenizer", "none"], "`none`"),
        (&["seal", clear, "--out", "x"], "at least one public key"),
        (
            &["seal", clear, "--recipient", secret, "--out", "x"],
            "private key",
        ),
        (
            &[
                "seal",
                clear,
                "--recipient",
                &public,
                "--out",
                "x",
                "--pool",
                "golden",
            ],
            "course, decoy, validation",
        ),
    ] {
        let said = refused(path, arguments);
        assert!(said.contains(words), "{words}: {said}");
        assert!(!said.contains(secret), "{said}");
    }
    assert!(!path.join("x").exists());
}
