//! The versions of the contract, side by side: components of each that were built when it was frozen
//! (`fixtures/README.md`), and guests built for each today.

use std::path::Path;

use prism_component::{Component, ContractVersion};
use prism_store::verdict::{Decision, Facts};

use crate::guests::{LIMITS, component, evaluate, gate, load, runtime};

fn fixture(version: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read(folder.join(format!("gate-{version}.wasm"))).unwrap()
}

#[test]
#[ignore = "keeps a component of a version that was just frozen; one that is kept is never written again"]
fn keep_a_component_of_each_version() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for (version, name) in [("1.0.0", "rejects"), ("1.1.0", "resembles")] {
        let path = folder.join(format!("gate-{version}.wasm"));
        if !path.exists() {
            std::fs::write(path, component(name, version, |text| text)).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn components_of_every_version_still_load_and_judge() {
    let runtime = runtime();
    for version in ContractVersion::ALL {
        let bytes = fixture(version.text());
        let gate = load(&runtime, &bytes).await;
        assert_eq!(gate.contract(), version);
        assert_eq!((gate.id(), gate.version()), ("guest", "1.0.0"));
        let run = evaluate(&runtime, &gate, &LIMITS).await;
        let expected = match version {
            ContractVersion::V1_0 => Decision::Reject,
            ContractVersion::V1_1 => Decision::Allow,
        };
        assert_eq!((run.verdict, run.fault), (expected, None), "{version}");
    }
}

#[test]
fn the_kept_components_are_those_that_were_built_then() {
    for (version, digest) in [
        (
            "1.0.0",
            "82a6df14b74f5e115e26c90936071a22cff45252c6b34f315c265d1a8af378e5",
        ),
        (
            "1.1.0",
            "db00068f921e822a7ccf1f783a893a69c0a5cefe333b67b0f8ea99038372330b",
        ),
    ] {
        assert_eq!(
            Component::read(&fixture(version)).unwrap().digest,
            digest,
            "{version}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_guest_built_for_each_version_says_the_same() {
    let runtime = runtime();
    let mut said = Vec::new();
    for version in ContractVersion::ALL {
        let bytes = component("rejects", version.text(), |text| text);
        let gate = load(&runtime, &bytes).await;
        assert_eq!(gate.contract(), version);
        let run = evaluate(&runtime, &gate, &LIMITS).await;
        said.push((run.verdict, run.evidence, run.facts, run.fuel, run.fault));
    }
    assert_eq!(said[0], said[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_becomes_evidence_and_facts() {
    let runtime = runtime();
    let run = evaluate(&runtime, &gate(&runtime, "rejects").await, &LIMITS).await;
    assert_eq!((run.verdict, run.fault), (Decision::Reject, None));
    let who = (run.gate.as_str(), run.version.as_str(), run.digest.len());
    assert_eq!(who, ("guest", "1.0.0", 64));
    let finding = (run.evidence[0].rule.as_str(), run.evidence[0].line);
    assert_eq!(finding, ("prism:guest-rule", Some(7)));
    let undecided = Facts::from([("fact".to_owned(), serde_json::Value::Null)]);
    assert_eq!(run.facts, undecided);
}
