//! One submission the whole way, through the binary that people run: `prism serve`, the bridge, real gates, a real
//! run in the jail, the board, the weights; then the service is killed and everything is still there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::io::{BufRead, BufReader, Cursor, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use prism_tests::{files, home};
use serde_json::Value;

const TOKEN: &str = "whole-path-token";

/// `prism serve` on a free port; killed when dropped.
struct Service {
    process: Child,
    base: String,
}

impl Service {
    fn start(folder: &Path) -> Self {
        let token = folder.join("token");
        std::fs::write(&token, TOKEN).unwrap();
        let config = folder.join("prism.toml");
        std::fs::write(
            &config,
            format!(
                "listen = \"127.0.0.1:0\"\ndata_dir = {:?}\nshared_token_file = {token:?}\nrank = \"provisional\"\n\
                 minimum_isolation = \"local-reduced\"\ncourse_bytes = 70000\n",
                folder.join("data")
            ),
        )
        .unwrap();
        let mut process = Command::new(home().root().join("bin/prism"))
            .args(["serve", "--config"])
            .arg(&config)
            .env("PRISM_LOG", "info")
            .env_remove("PRISM_SHARED_TOKEN")
            .env_remove("CHALLENGE_SHARED_TOKEN")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut seen = Vec::new();
        let base = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                let plain: String = strip_colours(&line);
                let found = plain
                    .split("address=")
                    .nth(1)
                    .map(|rest| format!("http://{}", rest.split_whitespace().next().unwrap()));
                seen.push(plain);
                found
            })
            .unwrap_or_else(|| panic!("the service did not come up:\n{}", seen.join("\n")));
        // Somebody must read on, or the service would block on a full pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { process, base }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn strip_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line.chars();
    while let Some(character) = rest.next() {
        if character == '\u{1b}' {
            rest.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

fn archive(bundle: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in &*files(bundle) {
        archive
            .start_file(path.as_str(), zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

async fn submit(service: &Service, hotkey: &str, bundle: &str) -> String {
    let response = reqwest::Client::new()
        .post(format!("{}/internal/v1/bridge/submissions", service.base))
        .bearer_auth(TOKEN)
        .header("X-Base-Challenge-Slug", "prism")
        .header("X-Base-Verified-Hotkey", hotkey)
        .header("Content-Type", "application/zip")
        .body(archive(bundle))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(answer["status"], "pending");
    answer["id"].as_str().unwrap().to_owned()
}

async fn get(service: &Service, path: &str) -> Value {
    let request = reqwest::Client::new()
        .get(format!("{}{path}", service.base))
        .bearer_auth(TOKEN)
        .header("X-Base-Challenge-Slug", "prism");
    serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap()
}

async fn ended(service: &Service, id: &str) -> Value {
    let deadline = Instant::now() + Duration::from_secs(300);
    loop {
        let status = get(service, &format!("/v1/submissions/{id}")).await;
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
    let service = Service::start(folder.path());
    let small = submit(&service, "5Small", "example-small").await;
    let process = submit(&service, "5Process", "rejected-process").await;
    let cap = submit(&service, "5Cap", "over-cap").await;

    let scored = ended(&service, &small).await;
    assert_eq!(scored["status"], "completed", "{scored}");
    let score = scored["final_score"].as_f64().unwrap();
    let report = get(&service, &format!("/v1/submissions/{small}/report")).await;
    let bpb = report["score"]["bpb"].as_f64().unwrap();
    assert!(bpb.is_finite() && bpb < 8.0, "{bpb}");
    assert!((score - 1.0 / (1.0 + bpb)).abs() < 1e-5);
    assert_eq!(report["score"]["level"], "provisional");
    assert_eq!(
        report["verdict"]["facts"]["param_count"],
        report["run"]["model_params"]
    );

    assert_eq!(ended(&service, &process).await["status"], "rejected");
    let report = get(&service, &format!("/v1/submissions/{process}/report")).await;
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
    let report = get(&service, &format!("/v1/submissions/{cap}/report")).await;
    assert_eq!(report["verdict"]["facts"]["param_count"], 303_886_336);

    let board = get(&service, "/v1/leaderboard").await;
    assert_eq!(board["entries"][0]["submission_id"], small.as_str());
    assert_eq!(board["entries"].as_array().unwrap().len(), 1);
    let weights = get(&service, "/internal/v1/get_weights").await;
    assert_eq!(weights["weights"]["5Small"], 1.0);

    // SIGKILL: no farewell, nothing flushed at the last moment.
    drop(service);
    let service = Service::start(folder.path());
    let again = get(&service, &format!("/v1/submissions/{small}")).await;
    assert_eq!(again["final_score"], scored["final_score"]);
    assert_eq!(
        get(&service, "/v1/leaderboard").await["entries"],
        board["entries"]
    );
}
