//! Runs the self-test cases natively through the gate's own entry.
#![allow(clippy::unwrap_used, reason = "test")]

use prism_gate_sdk::{Bundle, Decision, Input, cases, judge};
use prism_gate_static_analysis::StaticAnalysis;

#[test]
fn every_case_gets_its_expected_verdict_and_findings() {
    assert!(checked("cases") >= 5);
}

/// Deeper than the host lets anything come: another host might not, and the gate has a small stack of its own.
#[test]
fn what_is_beyond_the_hosts_lexical_limits_is_survived_as_well() {
    assert_eq!(checked("tests/beyond-the-host"), 2);
}

fn checked(folder: &str) -> usize {
    let folder = format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"));
    let run = cases::check(&folder, |case| {
        let report = judge::<StaticAnalysis>(&case.input, &case.config);
        let hashed = report
            .evidence
            .iter()
            .all(|found| found.snippet_hash.is_some());
        assert!(hashed, "{}", case.name);
        report
    });
    run.unwrap()
}

#[test]
fn a_configuration_that_does_not_fit_holds() {
    for config in [r#"{"search": "x"}"#, r#"{"unknown": 1}"#, "[]"] {
        assert_eq!(
            judge::<StaticAnalysis>(&Input::default(), config).decision,
            Decision::Hold,
            "{config}"
        );
    }
}

#[test]
fn the_grammar_is_that_of_the_run_and_an_unknown_one_holds() {
    let mut input = Input {
        bundle: Bundle::from_texts(&[("architecture.py", "def f[T](x: T) -> T:\n    return x\n")]),
        ..Input::default()
    };
    for (version, decision) in [
        ("3.11", Decision::Reject),
        ("3.12", Decision::Allow),
        ("2.7", Decision::Hold),
        ("", Decision::Hold),
    ] {
        input.submission.context.python_version = version.to_owned();
        assert_eq!(
            judge::<StaticAnalysis>(&input, "{}").decision,
            decision,
            "{version}"
        );
    }
}
