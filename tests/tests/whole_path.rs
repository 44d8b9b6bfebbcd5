//! One submission the whole way, through the binary that people run: `prism serve`, the bridge, real gates, a real
//! run in the jail, the board, the weights; then the service is killed and everything is still there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::time::{Duration, Instant};

use prism_tests::prism;
use prism_tests::service::Service;
use serde_json::Value;

async fn ended(service: &Service, id: &str) -> Value {
    let deadline = Instant::now() + Duration::from_secs(300);
    loop {
        let status = service.get(&format!("/v1/submissions/{id}")).await;
        if !["pending", "running"].contains(&status["status"].as_str().unwrap()) {
            return status;
        }
        assert!(Instant::now() < deadline, "no end: {status}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn a_bundle_goes_from_the_bridge_to_the_board_and_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), "");
    let small = service.submit("5Small", "example-small").await;
    let process = service.submit("5Process", "rejected-process").await;
    let cap = service.submit("5Cap", "over-cap").await;
    let ahead = service.submit("5Ahead", "looks-ahead").await;

    let scored = ended(&service, &small).await;
    assert_eq!(scored["status"], "completed", "{scored}");
    let score = scored["final_score"].as_f64().unwrap();
    let report = service
        .get(&format!("/v1/submissions/{small}/report"))
        .await;
    let bpb = report["score"]["bpb"].as_f64().unwrap();
    assert!(bpb.is_finite() && bpb < 8.0, "{bpb}");
    // It is the first of the board, so it was verified: the held-out step adds at most the tie-break.
    assert_eq!(report["score"]["level"], "verified", "{report:#}");
    assert_eq!(report["score"]["penalty"], 1.0);
    let tie_break = report["score"]["tie_break"].as_f64().unwrap();
    assert!((score - 1.0 / (1.0 + bpb) - tie_break).abs() < 1e-5);
    let found = &report["score"]["verification"];
    assert_eq!(found["ruling"], "verified");
    assert_eq!(found["correction_bpb"], 0.0);
    assert!(found["places"].as_u64().unwrap() >= 64, "{found}");
    assert!(found["held_out"]["delta"].as_f64().unwrap() > 0.0);
    assert_eq!(
        report["verdict"]["facts"]["param_count"],
        report["run"]["model_params"]
    );

    assert_eq!(ended(&service, &process).await["status"], "rejected");
    let report = service
        .get(&format!("/v1/submissions/{process}/report"))
        .await;
    let gates = report["verdict"]["gates"].as_array().unwrap();
    let gate = gates
        .iter()
        .find(|gate| gate["gate"] == "static-analysis")
        .unwrap();
    assert_eq!(gate["verdict"], "reject");
    assert_eq!(gate["evidence"][0]["path"], "threads.py");
    assert_eq!(gate["evidence"][0]["rule"], "prism:no-process");
    assert_eq!(gate["evidence"][0]["line"], 5);

    assert_eq!(ended(&service, &cap).await["status"], "rejected");
    let report = service.get(&format!("/v1/submissions/{cap}/report")).await;
    assert_eq!(report["verdict"]["facts"]["param_count"], 303_886_336);

    assert_eq!(ended(&service, &ahead).await["status"], "rejected");
    let report = service
        .get(&format!("/v1/submissions/{ahead}/report"))
        .await;
    assert_eq!(report["reason"]["code"], "preflight_rejected");
    let gates = report["verdict"]["gates"].as_array().unwrap();
    let (preflight, earlier) = gates.split_last().unwrap();
    assert!(earlier.iter().all(|gate| gate["verdict"] == "allow"));
    assert_eq!(preflight["gate"], "preflight");
    let evidence = preflight["evidence"].as_array().unwrap();
    let error = evidence
        .iter()
        .find(|one| one["severity"] == "error")
        .unwrap();
    assert_eq!(error["rule"], "prism:causality");
    assert_eq!(error["path"], "architecture.py");
    assert_eq!(error["line"], 19);

    let board = service.get("/v1/leaderboard").await;
    assert_eq!(board["entries"][0]["submission_id"], small.as_str());
    assert_eq!(board["entries"].as_array().unwrap().len(), 1);
    let weights = service.get("/internal/v1/get_weights").await;
    assert_eq!(weights["weights"]["5Small"], 1.0);

    // SIGKILL: no farewell, nothing flushed at the last moment.
    service.kill();
    let service = Service::start(folder.path(), "");
    let again = service.get(&format!("/v1/submissions/{small}")).await;
    assert_eq!(again["final_score"], scored["final_score"]);
    assert_eq!(
        service.get("/v1/leaderboard").await["entries"],
        board["entries"]
    );

    // Its verdict, signed before the kill by a key that is the same after it, in the hands of somebody else.
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (file, keys) = (path("verdict.json"), path("trusted.toml"));
    service
        .prism(&["verdict", "export", &small, "--out", &file])
        .ok();
    assert!(
        service
            .prism(&["verdict", "show", &small])
            .ok()
            .out
            .contains(&small)
    );
    let missing = service.prism(&["verdict", "show", &process]);
    assert!(
        missing.err.contains("rejected and has no verdict"),
        "{missing:?}"
    );
    drop(service);
    let public = path("data/verdict.key.pub");
    let trusted = prism(&["gate", "key", "trust", &public, "--keys", &keys]);
    assert!(trusted.status.success(), "{trusted:?}");
    let replayed = prism(&["replay", &file, "--keys", &keys, "--json"]);
    let told: Value = serde_json::from_slice(&replayed.stdout).unwrap();
    assert_eq!(replayed.status.code(), Some(0), "{told:#}");
    assert_eq!(told["result"], "equal");
    assert_eq!(told["runs"]["verify"]["result"], "equal");
    assert_eq!(told["runs"]["examine"]["result"], "equal");
}
