//! The rows of the two batteries that are this gate's.

use std::fs;
use std::path::PathBuf;

use prism_gate_sdk::{Decision, Report, Value};

use crate::memory::{Memory, batteries, files, victim};

/// Folders of a battery whose name starts so.
fn rows(battery: &str, start: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(batteries().join(battery))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with(start)
        })
        .collect();
    found.sort();
    found
}

/// Submits what came earlier, each by a hotkey of its own unless it is the attacker's, then the bundle.
fn judge(row: &std::path::Path) -> (Report, Value) {
    let mut memory = Memory::default();
    if let Ok(earlier) = fs::read_dir(row.join("earlier")) {
        let mut earlier: Vec<PathBuf> = earlier.map(|entry| entry.unwrap().path()).collect();
        earlier.sort();
        for folder in earlier {
            let name = folder.file_name().unwrap().to_str().unwrap();
            let hotkey = if name.ends_with(".own") {
                "miner"
            } else {
                name
            };
            memory.submit(hotkey, &files(&folder));
        }
    }
    let expected = fs::read_to_string(row.join("expected.json")).unwrap();
    let report = memory.submit("miner", &files(&row.join("bundle")));
    (report, serde_json::from_str(&expected).unwrap())
}

#[test]
fn every_copy_is_rejected_at_its_largest_function() {
    let mut wrong = Vec::new();
    for row in rows("attacks", "ID-") {
        let (report, expected) = judge(&row);
        if expected["gate"] != "duplicate-review" {
            assert_ne!(report.decision, Decision::Reject, "{}", row.display());
            continue;
        }
        let found = report.evidence.iter().any(|found| {
            expected["rule"] == found.rule.as_str()
                && expected["path"].as_str() == found.path.as_deref()
                && expected["line"].as_u64() == found.line.map(u64::from)
        });
        if report.decision != Decision::Reject || !found {
            let first = report.evidence.first();
            wrong.push(format!(
                "{}: {:?} {}\n{first:?}\n{:?}",
                row.display(),
                report.decision,
                report.reason,
                report.facts
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn honest_work_is_allowed_without_a_word() {
    let rows = rows("honest", "OK-3");
    assert!(rows.len() >= 3);
    for row in rows {
        let (report, _) = judge(&row);
        assert_eq!(
            report.decision,
            Decision::Allow,
            "{}: {}",
            row.display(),
            report.reason
        );
        assert!(report.evidence.is_empty(), "{}", row.display());
    }
}

/// The complete designs and the works that the attacks copy in one corpus, each by somebody else.
#[test]
fn honest_works_are_far_from_one_another() {
    let mut memory = Memory::default();
    let mut works: Vec<_> = ["decay", "pyramid", "crossed"]
        .map(|name| (name.to_owned(), victim(name)))
        .into();
    for row in rows("honest", "design-") {
        let bundle = row.join("bundle");
        if bundle.join("training.py").exists() && bundle.join("architecture.py").exists() {
            works.push((row.display().to_string(), files(&bundle)));
        }
    }
    for (name, work) in works {
        let report = memory.submit(&name, &work);
        let likeness = report.facts.get("nearest_similarity").unwrap().as_f64();
        assert_eq!(
            report.decision,
            Decision::Allow,
            "{name}: {:?}",
            report.facts
        );
        assert!(likeness.unwrap() < 0.5, "{name}: {:?}", report.facts);
    }
}
