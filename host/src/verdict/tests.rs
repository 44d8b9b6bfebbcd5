//! Every part of a verdict, changed in every way, is named.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test"
)]

use prism_bundle::Bundle;
use prism_store::verdict::{Decision, Facts};
use serde_json::json;

use super::*;
use crate::config::{ContextConfig, RunConfig};
use crate::context::run_context;

fn manifest() -> Value {
    json!({
        "schema_version": "prism_run_manifest.v2", "submission_id": "", "run_id": "r",
        "level": "provisional", "isolation": "local-full", "outcome": {"status": "completed", "stopped": "course_end"},
        "run": {"seed": 1337, "forced_init": true, "deterministic_algorithms": "error", "world_size": 1,
            "nproc_per_node": 1, "device": "cpu", "batch_size": 1, "seq_len": 8, "started_at": 1},
        "compute": {"schema": "prism_compute.v1", "gpu_count": 0, "world_size": 1, "nproc_per_node": 1, "device": "cpu",
            "model_params": 5, "wall_clock_seconds": 1.0, "peak_rss_bytes": null, "estimated_flops": null},
        "data": {"tokenizer": "bytes", "single_pass": true, "random_token_fallback": false, "consumed_batches": 2,
            "steps": 2, "covered_bytes": 10, "unread_bytes": 0},
        "course": {"id": "c", "fingerprint": "course", "bytes": 10, "documents": 1, "shortened": false},
        "metrics": {"sum_neg_log2_likelihood_bits": 22.5, "sum_neg_log_likelihood_nats": 20.7, "predicted_tokens": 10,
            "covered_bytes": 10, "step0_loss": 5.5, "online_loss": [5.5, 2.0], "covered_bytes_cumulative": [5, 10],
            "random_init_baseline_nats": 5.549, "model_params": 5},
        "score": null, "parts": null,
        "anti_cheat": {"step0_recomputed": false, "step0_difference_bits": null},
        "artifacts": {"state": null},
        "signals": {"schema": "prism_signals.v1", "tokens_per_second": null, "loss_roughness": null,
            "predict_seconds": 0.1, "train_seconds": 0.1},
        "versions": {"prism": "0.1.0", "protocol": 1, "scoring": "prism_scoring.v1", "tch": "0.24", "zstd": "1.5",
            "python": null, "worker_torch": null},
        "miner_reported_ignored": true,
    })
}

fn payload() -> Vec<u8> {
    let files = ["architecture.py", "training.py"];
    let files = files.map(|name| (name.to_owned(), format!("# {name}\n").into_bytes()));
    let bundle = Bundle::from_files(files.into()).unwrap();
    let judgement = Verdict {
        verdict: Decision::Allow,
        bundle: bundle.digest().to_owned(),
        revision: Some(3),
        context: None,
        facts: Facts::from([("param_count".into(), json!(951_040))]),
        not_evaluated: Vec::new(),
        gates: Vec::new(),
    };
    let manifest = manifest().to_string();
    let score = Scored {
        level: Level::Provisional,
        scoring: "prism_scoring.v1".into(),
        bpb: 2.25,
        parts: Parts {
            code_bits: 1e5 / 3.0,
            unread_bytes: 0,
            bundle_bits: 0,
            course_bytes: 70_000,
        },
        base: 1.0 / 3.25,
        penalty: 1.0,
        tie_break: 0.0,
        anti_cheat_multiplier: 1.0,
        final_score: 1.0 / 3.25,
    };
    document(&Sources {
        submission: None,
        bundle: &bundle,
        judgement: &judgement,
        context: &run_context(&ContextConfig::default(), &bundle),
        vocabulary: None,
        limits: &RunConfig::default().limits(),
        jail: &JailLimits::default(),
        measure: manifest.as_bytes(),
        verify: None,
        examine: None,
        score: &score,
    })
    .unwrap()
}

/// The parts that are found changed after this change.
fn found(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut value: Value = serde_json::from_slice(&payload()).unwrap();
    change(&mut value);
    let read = read(value.to_string().as_bytes()).unwrap();
    read.changed
        .into_iter()
        .map(|changed| changed.part)
        .collect()
}

#[test]
fn an_unchanged_verdict_comes_back_whole_with_its_bundle() {
    let read = read(&payload()).unwrap();
    assert_eq!(read.changed, []);
    let bundle = read.bundle.unwrap();
    assert_eq!(bundle.digest(), read.document.judgement.bundle);
    assert_eq!(bundle.files()["training.py"], b"# training.py\n");
    assert_eq!(found(|_| {}), Vec::<String>::new());
}

#[test]
fn a_change_is_named_with_its_part() {
    for (change, part) in [
        (
            (&|value: &mut Value| value["bundle"]["files"]["training.py"]["text"] = "#".into())
                as &dyn Fn(&mut Value),
            "bundle file training.py",
        ),
        (
            &|value| value["bundle"]["files"]["training.py"]["sha256"] = "0".into(),
            "bundle file training.py",
        ),
        (&|value| value["bundle"]["digest"] = "0".into(), "bundle"),
        (
            &|value| {
                drop(
                    value["bundle"]["files"]
                        .as_object_mut()
                        .unwrap()
                        .remove("training.py"),
                )
            },
            "bundle",
        ),
        (
            &|value| {
                let text = value["runs"]["measure"]["text"].as_str().unwrap();
                value["runs"]["measure"]["text"] = text.replacen('7', "8", 1).into();
            },
            "manifest of the measured run",
        ),
        (
            &|value| value["runs"]["verify"] = value["runs"]["measure"].clone(),
            "runs",
        ),
        (
            &|value| value["judgement"]["revision"] = 4.into(),
            "judgement",
        ),
        (
            &|value| value["question"]["context"]["seed"] = 7.into(),
            "question",
        ),
        (&|value| value["score"]["bpb"] = json!(2.2499), "score"),
        (&|value| value["made_at"] = "then".into(), "made_at"),
        (
            &|value| value["digests"]["score"] = "0".repeat(64).into(),
            "score",
        ),
        (
            &|value| drop(value["digests"].as_object_mut().unwrap().remove("question")),
            "question",
        ),
    ] {
        let found = found(change);
        assert!(found.contains(&part.to_owned()), "{part}: {found:?}");
        // A part is named once, by its finest name.
        assert!(found.len() <= 2, "{part}: {found:?}");
    }
}

#[test]
fn a_forger_who_fixes_the_digests_still_contradicts_the_gates() {
    let changed = found(|value| {
        let part = &mut value["bundle"]["files"]["training.py"];
        *part = json!({ "sha256": digest(b"#"), "text": "#" });
        let digests = digests(value);
        value["digests"] = json!(digests);
    });
    assert_eq!(changed, ["bundle"]);
}

#[test]
fn what_is_no_verdict_says_so_and_never_panics() {
    for (payload, words) in [
        (&b""[..], "no verdict"),
        (b"{}", "schema `none`"),
        (b"{\"schema\":\"prism_verdict.v9\"}", "prism_verdict.v9"),
        (b"{\"schema\":\"prism_verdict.v1\"}", "missing field"),
        (b"{\"schema\":\"\\u001b[2J\"}", "\\u{1b}[2J"),
    ] {
        let error = read(payload).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    // Every cut, and every byte made another one: an error or a changed part.
    let whole = payload();
    for length in (0..whole.len()).step_by(97) {
        assert!(read(&whole[..length]).is_err(), "{length}");
    }
    for place in (0..whole.len()).step_by(31) {
        let mut broken = whole.clone();
        broken[place] ^= 1;
        let unnoticed = read(&broken).is_ok_and(|read| read.changed.is_empty());
        assert!(!unnoticed, "byte {place}");
    }
}
