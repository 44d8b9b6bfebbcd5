//! Runs the self-test vectors natively through the gate's own entry.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use prism_gate_sdk::{Bundle, Decision, Input, Value, json, judge};
use prism_gate_static_analysis::StaticAnalysis;

fn read(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            read(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

#[test]
fn every_vector_gets_its_expected_verdict_and_findings() {
    let vectors = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut run = 0;
    for entry in std::fs::read_dir(vectors).unwrap() {
        let case = entry.unwrap().path();
        if !case.is_dir() {
            continue;
        }
        let mut files = BTreeMap::new();
        read(&case.join("bundle"), "", &mut files);
        let input = Input {
            bundle: Bundle::new(files),
            ..Input::default()
        };
        let report = judge::<StaticAnalysis>(&input, "{}");
        let verdict = match report.decision {
            Decision::Allow => "allow",
            Decision::Reject => "reject",
            Decision::Hold => "hold",
        };
        let rules: Vec<Value> = report
            .evidence
            .iter()
            .map(|found| json!({"rule": found.rule, "path": found.path, "line": found.line}))
            .collect();
        let expected: Value =
            serde_json::from_slice(&std::fs::read(case.join("expected.json")).unwrap()).unwrap();
        assert_eq!(
            json!({"verdict": verdict, "rules": rules}),
            expected,
            "{}",
            case.display()
        );
        assert!(
            report
                .evidence
                .iter()
                .all(|found| found.snippet_hash.is_some())
        );
        run += 1;
    }
    assert!(run >= 5, "only {run} vectors were found");
}

#[test]
fn a_configuration_that_does_not_fit_holds() {
    let input = Input::default();
    for config in [
        r#"{"python_version": "2.7"}"#,
        r#"{"python_version": "x"}"#,
        r#"{"unknown": 1}"#,
        "[]",
    ] {
        assert_eq!(
            judge::<StaticAnalysis>(&input, config).decision,
            Decision::Hold,
            "{config}"
        );
    }
    assert_eq!(
        judge::<StaticAnalysis>(&input, r#"{"python_version": "3.12"}"#).decision,
        Decision::Allow
    );
}

#[test]
fn the_grammar_is_that_of_the_configured_python() {
    let input = Input {
        bundle: Bundle::from_texts(&[("architecture.py", "def f[T](x: T) -> T:\n    return x\n")]),
        ..Input::default()
    };
    assert_eq!(
        judge::<StaticAnalysis>(&input, r#"{"python_version": "3.11"}"#).decision,
        Decision::Reject
    );
    assert_eq!(
        judge::<StaticAnalysis>(&input, r#"{"python_version": "3.12"}"#).decision,
        Decision::Allow
    );
}
