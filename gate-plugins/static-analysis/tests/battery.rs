//! The attack battery's rows for this gate, natively: the same folders that the whole pipeline judges, in a second.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use prism_gate_static_analysis::{Options, analyse};

fn files(folder: &Path, inside: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let name = format!("{inside}{name}");
        if path.is_dir() {
            files(&path, &format!("{name}/"), found);
        } else {
            found.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

#[test]
fn every_attack_is_reported_at_its_line_and_what_no_gate_can_see_is_not() {
    let battery = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/batteries/attacks");
    let mut wrong = Vec::new();
    let mut judged = 0;
    for folder in std::fs::read_dir(&battery).unwrap() {
        let folder = folder.unwrap().path();
        let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
        let gate = expected["gate"].as_str();
        if !matches!(gate, None | Some("static-analysis")) || !folder.join("bundle").is_dir() {
            continue;
        }
        judged += 1;
        let mut bundle = BTreeMap::new();
        files(&folder.join("bundle"), "", &mut bundle);
        let findings = analyse(&bundle, &Options::default());
        let met = match gate {
            None => findings.is_empty(),
            Some(_) => findings.iter().any(|finding| {
                Some(finding.rule) == expected["rule"].as_str()
                    && Some(finding.path.as_str()) == expected["path"].as_str()
                    && Some(u64::from(finding.position.line)) == expected["line"].as_u64()
            }),
        };
        if !met {
            let said: Vec<String> = findings
                .iter()
                .map(|f| format!("{}:{} {} {}", f.path, f.position.line, f.rule, f.message))
                .collect();
            wrong.push(format!(
                "{}: wanted {} {}:{}\n    {}",
                folder.file_name().unwrap().to_string_lossy(),
                expected["rule"],
                expected["path"],
                expected["line"],
                said.join("\n    ")
            ));
        }
    }
    wrong.sort();
    assert!(
        wrong.is_empty(),
        "{} of {judged}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(judged > 200, "only {judged} rows");
}

#[test]
fn no_honest_bundle_has_a_finding() {
    let battery = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/batteries/honest");
    let mut wrong = Vec::new();
    for folder in std::fs::read_dir(&battery).into_iter().flatten() {
        let folder = folder.unwrap().path();
        if !folder.join("bundle").is_dir() {
            continue;
        }
        let mut bundle = BTreeMap::new();
        files(&folder.join("bundle"), "", &mut bundle);
        for f in analyse(&bundle, &Options::default()) {
            let name = folder.file_name().unwrap().to_string_lossy();
            wrong.push(format!(
                "{name}: {}:{} {} {}",
                f.path, f.position.line, f.rule, f.message
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
