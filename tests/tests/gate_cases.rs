//! The cases that the installed gates carry, judged through `prism gate test`: what a gate says natively in its own
//! tests it must say inside WebAssembly too, on its small stack and within its fuel.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::process::Command;

use prism_tests::home;
use prism_tests::service::Said;

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
    for gate in ["contract", "static-analysis", "param-cap", "llm-review"] {
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
