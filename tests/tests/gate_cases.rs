//! The cases that the installed gates carry, judged through `prism gate test`: what a gate says natively in its own
//! tests it must say inside WebAssembly too, on its small stack and within its fuel.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::process::Command;

use prism_tests::service::{Said, Service, archive};
use prism_tests::{bundles, home};
use serde_json::Value;

fn test(gate: &str, more: &[&str]) -> Said {
    let component = home().gates_dir().join(format!("{gate}.wasm"));
    Said::of(
        Command::new(home().root().join("bin/prism"))
            .args([
                "gate",
                "test",
                "--json",
                "--fuel",
                "20000000000",
                "--memory",
                "768",
            ])
            .arg(component)
            .args(more),
    )
}

#[test]
fn every_case_of_every_installed_gate_gets_its_expected_verdict_rules_and_lines() {
    for gate in [
        "contract",
        "static-analysis",
        "duplicate-review",
        "param-cap",
        "llm-review",
    ] {
        let rows = test(gate, &[]).json();
        let rows = rows.as_array().unwrap();
        assert!(rows.len() >= 3, "{gate} carries only {} cases", rows.len());
        let said = |verdict: &str| rows.iter().any(|row| row["verdict"] == verdict);
        assert!(
            said("allow") && said("reject"),
            "{gate} must show both verdicts"
        );
    }
}

#[test]
fn fuel_is_the_same_at_every_run() {
    let fuel = |rows: serde_json::Value| -> Vec<u64> {
        let rows = rows.as_array().unwrap().clone();
        rows.iter()
            .map(|row| row["fuel"].as_u64().unwrap())
            .collect()
    };
    for gate in ["contract", "param-cap"] {
        assert_eq!(fuel(test(gate, &[]).json()), fuel(test(gate, &[]).json()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fuel_and_memory_on_a_laptop_are_the_servers_to_the_digit() {
    let folder = tempfile::tempdir().unwrap();
    let arena = Service::start(folder.path(), "");
    let token = std::fs::read_to_string(&arena.operator).unwrap();
    let response = reqwest::Client::new()
        .post(format!("{}/internal/v1/admin/verdicts", arena.base))
        .bearer_auth(token.trim())
        .body(archive("example-1m"))
        .send()
        .await
        .unwrap();
    let server: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    let bundle = bundles().join("example-1m");
    let laptop = arena
        .prism(&["check", "--gates-only", "--json", bundle.to_str().unwrap()])
        .json();
    let cost = |verdict: &Value| -> Vec<Value> {
        let gates = verdict["gates"].as_array().unwrap();
        gates
            .iter()
            .map(|run| {
                serde_json::json!([
                    run["gate"],
                    run["digest"].as_str().unwrap(),
                    run["fuel"],
                    run["memory_bytes"]
                ])
            })
            .collect()
    };
    assert_eq!(cost(&server), cost(&laptop));
    assert_eq!(server["context"], laptop["context"]);
    assert_eq!(server["revision"], 1);
}
