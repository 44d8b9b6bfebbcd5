//! Two versions of a gate that are swapped under load: what the test asserts and the benchmark measures.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::markers;
use crate::service::{Service, archive};

/// Clients that ask for verdicts all the time.
pub const CLIENTS: usize = 8;

/// The versions that take turns.
pub const VERSIONS: [&str; 2] = ["1.0.0", "1.1.0"];

/// A service whose only gate is the marker.
#[derive(Debug)]
pub struct Arena {
    /// The service.
    pub service: Service,
    token: String,
    archive: Vec<u8>,
    http: reqwest::Client,
}

/// One answered request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// From the request to the whole answer.
    pub took: Duration,
    /// The verdict; null when there is none.
    pub verdict: Value,
}

impl Answer {
    /// The marker's part of the verdict.
    pub fn marker(&self) -> &Value {
        let gates = self.verdict["gates"].as_array().unwrap();
        gates.iter().find(|run| run["gate"] == markers::ID).unwrap()
    }
}

impl Arena {
    /// Signs and installs both versions and lets the first judge alone.
    pub fn new(folder: &Path) -> Self {
        let service = Service::start(folder, "");
        let key = markers::trusted_key(folder);
        for version in VERSIONS {
            let component = markers::signed(folder, version, &key);
            service
                .prism(&[
                    "gate",
                    "install",
                    component.to_str().unwrap(),
                    "--yes",
                    "--reason",
                    "test",
                ])
                .ok();
        }
        let steps = folder.join("steps.json");
        let mut list =
            vec![json!({"do": "set", "gate": format!("{}@{}", markers::ID, VERSIONS[0])})];
        for gate in [
            "contract",
            "static-analysis",
            "duplicate-review",
            "param-cap",
            "llm-review",
        ] {
            list.push(json!({"do": "remove", "gate": gate}));
        }
        std::fs::write(&steps, json!(list).to_string()).unwrap();
        service
            .prism(&[
                "gate",
                "activate",
                "--file",
                steps.to_str().unwrap(),
                "--reason",
                "test",
            ])
            .ok();
        Self {
            token: std::fs::read_to_string(&service.operator)
                .unwrap()
                .trim()
                .to_owned(),
            service,
            archive: archive("example-small"),
            http: reqwest::Client::new(),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/internal/v1/admin{path}", self.service.base)
    }

    /// Asks for one verdict.
    pub async fn verdict(&self) -> Answer {
        let started = Instant::now();
        let request = self
            .http
            .post(self.url("/verdicts"))
            .bearer_auth(&self.token)
            .header("Content-Type", "application/zip")
            .body(self.archive.clone());
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let body = response.bytes().await.unwrap();
        Answer {
            status,
            took: started.elapsed(),
            verdict: serde_json::from_slice(&body).unwrap_or(Value::Null),
        }
    }

    /// Lets another version judge; the new revision's number.
    pub async fn swap(&self, version: &str) -> u64 {
        let request = self
            .http
            .post(self.url("/revisions"))
            .bearer_auth(&self.token)
            .json(&json!({
                "steps": [{"do": "set", "gate": format!("{}@{version}", markers::ID)}], "reason": "swap",
            }));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let done: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        done["revision"].as_u64().unwrap()
    }

    /// The digest of the marker in each of the last revisions.
    pub async fn digests(&self, last: usize) -> BTreeMap<u64, String> {
        let mut digests = BTreeMap::new();
        let newest = self.revision().await;
        for number in newest.saturating_sub(last as u64 - 1).max(1)..=newest {
            let revision = self.get(&format!("/revisions/{number}")).await;
            let entries = revision["entries"].as_array().unwrap();
            if let Some(entry) = entries.iter().find(|entry| entry["gate"] == markers::ID) {
                digests.insert(number, entry["digest"].as_str().unwrap().to_owned());
            }
        }
        digests
    }

    async fn revision(&self) -> u64 {
        self.get("/status").await["revision"].as_u64().unwrap()
    }

    /// GET of the operators' API.
    pub async fn get(&self, path: &str) -> Value {
        let request = self.http.get(self.url(path)).bearer_auth(&self.token);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
    }

    /// Keeps all clients asking until `work` is done; their answers and its result.
    pub async fn under_load<T>(
        self: &Arc<Self>,
        work: impl Future<Output = T>,
    ) -> (Vec<Answer>, T) {
        let stop = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let (arena, stop) = (Arc::clone(self), Arc::clone(&stop));
                tokio::spawn(async move {
                    let mut answers = Vec::new();
                    while !stop.load(Ordering::Relaxed) {
                        answers.push(arena.verdict().await);
                    }
                    answers
                })
            })
            .collect();
        let done = work.await;
        stop.store(true, Ordering::Relaxed);
        let mut answers = Vec::new();
        for client in clients {
            answers.extend(client.await.unwrap());
        }
        (answers, done)
    }
}

/// The nearest-rank percentile of how long answers took.
pub fn percentile(answers: &[Answer], percent: usize) -> Duration {
    let mut times: Vec<_> = answers.iter().map(|answer| answer.took).collect();
    times.sort_unstable();
    times[(times.len() * percent).div_ceil(100).max(1) - 1]
}
