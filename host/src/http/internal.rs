//! What only the BASE master asks: weights and open work (contracts/base.md 1.6, 2.6).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use prism_store::{Store, Timestamp};
use serde_json::{Value, json};

use super::Http;
use super::refused::Refused;
use crate::leaderboard;
use crate::weights::{POOLS_KEY, Pools, two_tier};

/// `epoch` is the time in seconds, as the master expects, not the epoch's id.
pub(super) async fn weights(
    State(http): State<Arc<Http>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refused> {
    http.internal(&headers).await?;
    let setting = http.store(|store| store.runtime(POOLS_KEY)).await?;
    let pools = Pools::from_setting(setting).map_err(|error| Refused::internal(&error))?;
    let (policy, scores) = http.scores(Store::scores).await?;
    let weights = two_tier(&leaderboard::families(&policy, scores), pools);
    let now = Timestamp::now();
    Ok(Json(json!({
        "challenge_slug": http.app.config.slug,
        "epoch": now.seconds(),
        "weights": weights,
        "metadata": { "computed_at": now.rfc3339_offset() },
    })))
}

pub(super) async fn work_units(
    State(http): State<Arc<Http>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refused> {
    http.bearer(&headers).await?;
    let pending = http.store(Store::pending).await?;
    let units: Vec<Value> = pending
        .into_iter()
        .map(|submission| {
            json!({
                "work_unit_id": submission.id,
                "submission_id": submission.id,
                "submission_ref": submission.hotkey,
                "required_capability": "gpu",
                "payload": {},
            })
        })
        .collect();
    Ok(Json(
        json!({ "challenge_slug": http.app.config.slug, "work_units": units }),
    ))
}
