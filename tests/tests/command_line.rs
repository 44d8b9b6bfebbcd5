//! The `prism` command as people and scripts use it: exit status, JSON, and what wrong input is told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::process::{Command, Output};

use prism_tests::{bundles, home, prism};
use serde_json::Value;

fn bundle(name: &str) -> String {
    bundles().join(name).to_str().unwrap().to_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn check_allows_the_published_example_and_says_what_each_gate_cost() {
    let output = prism(&["check", "--gates-only", "--json", &bundle("example-1m")]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let verdict = json(&output);
    assert_eq!(verdict["verdict"], "allow");
    assert_eq!(verdict["facts"]["param_count"], 951_040);
    let gates = verdict["gates"].as_array().unwrap();
    let names: Vec<_> = gates
        .iter()
        .map(|gate| gate["gate"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "bundle",
            "contract",
            "static-analysis",
            "distributed-contract",
            "duplicate-review",
            "param-cap"
        ]
    );
    for gate in gates.iter().skip(1) {
        assert!(gate["fuel"].as_u64().unwrap() > 0, "{gate}");
        assert!(gate["micros"].as_u64().unwrap() > 0, "{gate}");
        assert_eq!(gate["digest"].as_str().unwrap().len(), 64);
    }
    let skipped = verdict["not_evaluated"].as_array().unwrap();
    assert!(skipped.iter().any(|gate| gate["gate"] == "llm-review"));
    assert!(skipped.iter().any(|gate| gate["gate"] == "preflight"));
}

#[test]
fn check_looks_under_real_torch_and_shows_both_counts() {
    let output = prism(&["check", &bundle("example-1m")]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains(
            "951,040 by param-cap on shapes, 951,040 by preflight with torch: they agree"
        ),
        "{text}"
    );
    assert!(text.contains("blocks (ModuleList)"), "{text}");
}

#[test]
fn a_bundle_that_shows_the_gate_another_model_is_told_on() {
    let folder = tempfile::tempdir().unwrap();
    let training = std::fs::read(bundles().join("example-small/training.py")).unwrap();
    std::fs::write(folder.path().join("training.py"), training).unwrap();
    let architecture = "import torch
from torch import nn

class Bigram(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        width = 8 if hasattr(torch, '_shape') else 16
        self.embed, self.head = nn.Embedding(vocab, width), nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens))

def build_model(ctx):
    return Bigram(ctx.vocab_size)
";
    std::fs::write(folder.path().join("architecture.py"), architecture).unwrap();
    let output = prism(&["check", "--json", folder.path().to_str().unwrap()]);
    let verdict = json(&output);
    let gates = verdict["gates"].as_array().unwrap();
    let (gate, preflight) = (&gates[gates.len() - 2], &gates[gates.len() - 1]);
    assert_eq!(gate["facts"]["param_count"], 257 * 8 * 2 + 257);
    assert_eq!(preflight["facts"]["param_count"], 257 * 16 * 2 + 257);
    assert_eq!(verdict["facts"]["param_count"], 257 * 16 * 2 + 257);
    let told = |evidence: &Value| evidence["rule"] == "prism:param-count-differs";
    assert!(preflight["evidence"].as_array().unwrap().iter().any(told));
}

#[test]
fn a_reader_that_leaves_early_is_no_panic() {
    let mut child = Command::new(home().root().join("bin/prism"))
        .args(["check", "--gates-only", "--json", &bundle("example-small")])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(141));
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn fuel_and_verdict_are_the_same_at_every_run() {
    let fuel = || {
        let verdict = json(&prism(&[
            "check",
            "--gates-only",
            "--json",
            &bundle("example-small"),
        ]));
        let gates = verdict["gates"].as_array().unwrap().clone();
        gates
            .iter()
            .map(|gate| gate["fuel"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(fuel(), fuel());
}

#[test]
fn check_rejects_an_escape_with_file_line_and_rule() {
    let output = prism(&[
        "check",
        "--gates-only",
        "--json",
        &bundle("rejected-process"),
    ]);
    assert_eq!(output.status.code(), Some(3));
    let verdict = json(&output);
    let gates = verdict["gates"].as_array().unwrap();
    let gate = gates
        .iter()
        .find(|gate| gate["verdict"] == "reject")
        .unwrap();
    assert_eq!(gate["gate"], "static-analysis");
    let evidence = &gate["evidence"][0];
    assert_eq!(
        (&evidence["path"], &evidence["line"]),
        (&"threads.py".into(), &5.into())
    );
    // Every deterministic gate ran, so that a miner sees all problems at once.
    assert!(gates.iter().any(|gate| gate["gate"] == "param-cap"));
}

#[test]
fn check_shows_the_source_line_of_a_finding() {
    let output = prism(&["check", "--gates-only", &bundle("rejected-process")]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("--> threads.py:5:"), "{text}");
    assert!(text.contains("5 | import os as machine\n"), "{text}");
}

#[test]
fn check_rejects_a_model_over_the_cap_without_building_it() {
    let output = prism(&["check", "--gates-only", "--json", &bundle("over-cap")]);
    assert_eq!(output.status.code(), Some(3));
    let verdict = json(&output);
    let gate = verdict["gates"]
        .as_array()
        .unwrap()
        .iter()
        .find(|gate| gate["verdict"] == "reject")
        .unwrap()
        .clone();
    assert_eq!(gate["gate"], "param-cap");
    assert_eq!(gate["evidence"][0]["rule"], "prism:param-cap");
    // 1.2 GB as float32: the component's memory limit is far below it.
    assert_eq!(verdict["facts"]["param_count"], 303_886_336);
}

#[test]
fn a_folder_that_is_not_there_is_an_internal_error_with_its_name() {
    let output = prism(&["check", "--gates-only", "/nowhere/at/all"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nowhere/at/all"));
}

#[test]
fn an_unknown_argument_is_a_usage_error() {
    assert_eq!(prism(&["check", "--no-such-thing"]).status.code(), Some(2));
}

#[test]
fn an_archive_that_is_no_zip_is_rejected_before_any_gate() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.zip");
    std::fs::write(&path, b"PK\x03\x04 but not much of a zip").unwrap();
    let output = prism(&["check", "--gates-only", "--json", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    let verdict = json(&output);
    assert_eq!(verdict["gates"].as_array().unwrap().len(), 1);
    assert!(
        verdict["gates"][0]["evidence"][0]["rule"]
            .as_str()
            .unwrap()
            .starts_with("prism:bundle-")
    );
}

#[test]
fn run_trains_in_the_jail_and_prints_the_manifest() {
    let output = prism(&[
        "run",
        "--json",
        "--bytes",
        "70000",
        &bundle("example-small"),
    ]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let run = json(&output);
    assert_eq!(run["status"], "completed");
    let bpb = run["bpb"].as_f64().unwrap();
    assert!(bpb > 1.0 && bpb < 8.0, "{bpb}");
    assert!((run["final_score"].as_f64().unwrap() - 1.0 / (1.0 + bpb)).abs() < 1e-9);
    assert_eq!(run["manifest"]["schema_version"], "prism_run_manifest.v2");
    assert_eq!(run["reason"], "course_end");
}

#[test]
fn run_stops_at_the_gates_when_they_reject() {
    let output = prism(&["run", "--json", &bundle("rejected-process")]);
    assert_eq!(output.status.code(), Some(3));
    let run = json(&output);
    assert_eq!(run["status"], "rejected");
    assert!(run["reason"].as_str().unwrap().contains("threads.py:5"));
    assert!(run["bpb"].is_null() && run["manifest"].is_null());
}

#[test]
fn prepared_data_verifies_and_a_changed_byte_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let lines: String = (0..200)
        .map(|n| format!("{{\"id\":\"d{n}\",\"text\":\"document number {n}\"}}\n"))
        .collect();
    std::fs::write(path("in.jsonl"), lines).unwrap();
    let output = prism(&[
        "data",
        "prepare",
        &path("in.jsonl"),
        "--out",
        &path("out"),
        "--course-id",
        "c1",
    ]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        prism(&["data", "verify", &path("out")]).status.code(),
        Some(0)
    );
    let shard = folder.path().join("out/train/train-00000.jsonl");
    let changed = std::fs::read_to_string(&shard)
        .unwrap()
        .replacen("document", "Document", 1);
    std::fs::write(&shard, changed).unwrap();
    let output = prism(&["data", "verify", &path("out")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("train-00000.jsonl"));
}
