//! What a report means for a verdict.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use std::collections::BTreeMap;
use std::time::Duration;

use prism_executor::jail::Quota;
use prism_executor::preflight::Counts;

use super::*;

fn bundle() -> Bundle {
    let files = [
        (
            "architecture.py",
            "def build_model(ctx):\n    return None\n",
        ),
        ("training.py", "def train(ctx):\n    return None\n"),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    Bundle::from_files(BTreeMap::from(files)).unwrap()
}

fn counts(parameters: u64) -> Counts {
    let zeros = json!({"parameters": parameters, "parameters_built": 0, "buffers": 3, "held_elements": 0,
        "state_bytes": 0, "held_bytes": 0, "lazy": [], "largest": [], "kinds": {}});
    serde_json::from_value(zeros).unwrap()
}

/// The verdict of gates of which param-cap counted so many, with this added.
fn verdict(shapes: Option<u64>, change: impl FnOnce(&mut Preflight)) -> Verdict {
    let bundle = bundle();
    let mut report = Preflight {
        ending: Ending::Done,
        phase: Some(Phase::Build),
        findings: Vec::new(),
        counts: None,
        facts: serde_json::Map::new(),
        versions: serde_json::from_value(json!({"python": "3.11.7", "torch": "2.11.0"})).unwrap(),
        took: Duration::from_millis(3),
    };
    change(&mut report);
    let facts = Facts::from([(PARAM_COUNT.to_owned(), json!(shapes))]);
    let gate = json!({"gate": PARAM_CAP, "version": "1.0.0", "digest": "d", "verdict": "allow", "reason": "",
        "fault": null, "fuel": 1, "micros": 1, "evidence": [], "facts": facts});
    let mut verdict = Verdict {
        verdict: Decision::Allow,
        bundle: bundle.digest().to_owned(),
        revision: None,
        context: None,
        facts,
        not_evaluated: Vec::new(),
        gates: vec![serde_json::from_value(gate).unwrap()],
    };
    let context = crate::context::run_context(&Config::default().context, &bundle);
    let settings = PreflightSettings::default();
    add(&mut verdict, &report, &settings, &context, &bundle);
    verdict
}

fn rules(verdict: &Verdict) -> Vec<(&str, verdict::Severity)> {
    let evidence = verdict.gates.last().unwrap().evidence.iter();
    evidence
        .map(|one| (one.rule.as_str(), one.severity))
        .collect()
}

fn finding(path: &str, line: u32) -> Finding {
    let text = json!({"rule": "prism:causality", "severity": "error", "path": path, "line": line, "message": "m"});
    serde_json::from_value(text).unwrap()
}

#[test]
fn a_place_that_the_bundle_does_not_have_is_left_out() {
    for (path, line, place) in [
        ("training.py", 2, (Some("training.py"), Some(2))),
        ("training.py", 3, (Some("training.py"), None)),
        ("training.py", 0, (Some("training.py"), None)),
        ("../secret", 1, (None, None)),
    ] {
        let found = verdict(None, |report| report.findings.push(finding(path, line)));
        let evidence = &found.gates.last().unwrap().evidence[0];
        assert_eq!(
            (evidence.path.as_deref(), evidence.line),
            place,
            "{path}:{line}"
        );
        assert_eq!(evidence.snippet_hash.is_some(), place.1.is_some());
        assert_eq!(found.verdict, Decision::Reject);
    }
}

#[test]
fn time_rejects_what_was_not_built_and_warns_of_what_was() {
    let slow = |counts| {
        verdict(None, |report| {
            report.ending = Ending::TimedOut(30);
            report.counts = counts;
        })
    };
    let never = slow(None);
    assert_eq!(never.verdict, Decision::Reject);
    assert_eq!(
        rules(&never),
        [("prism:build-model-resource", verdict::Severity::Error)]
    );
    let later = slow(Some(counts(7)));
    assert_eq!(later.verdict, Decision::Allow);
    assert_eq!(rules(&later), [(INCOMPLETE, verdict::Severity::Warning)]);
    assert_eq!(later.facts[PARAM_COUNT], 7);
}

#[test]
fn every_death_is_typed_and_rejects() {
    for (ending, rule) in [
        (Ending::OutOfMemory, "prism:build-model-resource"),
        (Ending::Quota(Quota::Output), "prism:build-model-resource"),
        (Ending::Signal(libc::SIGSEGV), DIED),
        (Ending::Signal(libc::SIGSYS), DIED),
        (Ending::Left(0), DIED),
        (Ending::Nonsense("x".into()), DIED),
    ] {
        let found = verdict(None, |report| report.ending = ending.clone());
        assert_eq!(
            (found.verdict, rules(&found)),
            (Decision::Reject, vec![(rule, verdict::Severity::Error)]),
            "{ending:?}"
        );
    }
}

#[test]
fn counts_that_differ_are_said_and_torchs_counts() {
    let same = verdict(Some(7), |report| report.counts = Some(counts(7)));
    assert!(rules(&same).is_empty());
    let differs = verdict(Some(8), |report| report.counts = Some(counts(7)));
    assert_eq!(rules(&differs), [(DIFFERS, verdict::Severity::Warning)]);
    assert_eq!(differs.facts[PARAM_COUNT], 7);
    assert_eq!(
        (gate_count(&differs), torch_count(&differs)),
        (Some(8), Some(7))
    );
    let undecided = verdict(None, |report| report.counts = Some(counts(7)));
    assert!(rules(&undecided).is_empty());
    assert_eq!(undecided.facts[PARAM_COUNT], 7);
}

#[test]
fn facts_beyond_their_bound_are_dropped() {
    let found = verdict(None, |report| {
        report
            .facts
            .insert("long".into(), json!("x".repeat(FACT_BYTES)));
    });
    assert!(found.facts[PREFLIGHT]["facts"]["dropped"].is_string());
}
