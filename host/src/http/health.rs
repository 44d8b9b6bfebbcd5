//! Liveness and version (contracts/base.md 1.6).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Http;

/// Version of the challenge API that BASE registers.
const API: &str = "1.0";

/// The SDK generation this service behaves like.
const SDK: &str = "base-challenge-1";

/// Capabilities BASE asks for; the store's kind is told beside them.
const CAPABILITIES: [&str; 3] = ["get_weights", "proxy_routes", "sled"];

pub(super) async fn health(State(http): State<Arc<Http>>) -> Json<Value> {
    Json(
        json!({ "status": "ok", "slug": http.app.config.slug, "version": env!("CARGO_PKG_VERSION") }),
    )
}

pub(super) async fn version() -> Json<Value> {
    Json(json!({
        "api_version": API,
        "challenge_version": env!("CARGO_PKG_VERSION"),
        "sdk_version": SDK,
        "capabilities": CAPABILITIES,
    }))
}
