//! Every route over a real store, without a worker behind it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test"
)]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use prism_store::records::{Reason, ReasonCode, Score};
use prism_store::{Ended, QueuePolicy, Store};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::config::{Config, Rank};
use crate::leaderboard::tests::score;
use crate::state::{AppState, Live};

mod admin;
mod boards;
mod bridge;
mod listener;
mod reading;

const TOKEN: &str = "test-token";

/// A service without workers; the folder goes with it.
struct Fixture {
    router: Router,
    app: Arc<AppState>,
    _folder: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let token = folder.path().join("token");
        std::fs::write(&token, format!("{TOKEN}\n")).unwrap();
        let mut config = Config {
            data_dir: folder.path().join("data"),
            shared_token_file: token,
            rank: Rank::Provisional,
            // One epoch for ever, so that no test begins in one and ends in the next.
            epoch_seconds: u64::from(u32::MAX),
            max_code_bytes: 4000,
            ..Config::default()
        };
        change(&mut config);
        let store = Store::open(&config.data_dir, &QueuePolicy::default()).unwrap();
        store.use_course("course", "practice", 8).unwrap();
        let app = Arc::new(AppState {
            config,
            store,
            live: Live::default(),
            python_version: "3.11".into(),
        });
        let http = super::Http::new(Arc::clone(&app), Duration::from_millis(300));
        let router = super::finished(super::routes(http));
        Self {
            router,
            app,
            _folder: folder,
        }
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        (status, body(response).await)
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    async fn internal(&self, path: &str) -> (StatusCode, Value) {
        let request = Request::get(path)
            .header("Authorization", format!("Bearer {TOKEN}"))
            .header("X-Base-Challenge-Slug", "prism");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Uploads a raw archive and returns its id.
    async fn upload(&self, hotkey: &str) -> String {
        let request = bridge_request().header("X-Base-Verified-Hotkey", hotkey);
        let (status, answer) = self.send(request.body(Body::from("PK")).unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["id"].as_str().unwrap().to_owned()
    }

    /// Uploads, claims and scores, one after another.
    async fn scored(&self, hotkey: &str, value: f64, arch: &str, training: &str) -> String {
        let id = self.upload(hotkey).await;
        let claim = self
            .app
            .store
            .claim(&QueuePolicy::default())
            .unwrap()
            .unwrap();
        assert_eq!(claim.submission.id, id);
        let score: Score = score("whoever", 0, value, arch, training);
        self.app
            .store
            .finish(&claim, Ended::Completed(Box::new(score)))
            .unwrap();
        id
    }

    async fn failed(&self, hotkey: &str, code: ReasonCode) -> String {
        let id = self.upload(hotkey).await;
        let claim = self
            .app
            .store
            .claim(&QueuePolicy::default())
            .unwrap()
            .unwrap();
        let reason = Reason {
            code,
            detail: "architecture.py:3: why [prism:rule]".into(),
        };
        self.app
            .store
            .finish(&claim, Ended::Rejected(reason))
            .unwrap();
        id
    }
}

fn bridge_request() -> axum::http::request::Builder {
    Request::post("/internal/v1/bridge/submissions")
        .header("Authorization", format!("Bearer {TOKEN}"))
}

async fn body(response: Response<Body>) -> Value {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
        .await
        .unwrap();
    serde_json::from_slice(&bytes).unwrap_or(Value::Null)
}

fn detail(text: &str) -> Value {
    json!({ "detail": text })
}
