//! Epochs and jobs (contracts/base.md 2.1).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Http;
use super::query::Parameters;
use super::refused::Refused;

fn limit(query: &Parameters) -> Result<usize, Refused> {
    let limit = query.number("limit", 1, 200)?.unwrap_or(50);
    Ok(usize::try_from(limit).unwrap_or(50))
}

pub(super) async fn current_epoch(State(http): State<Arc<Http>>) -> Json<Value> {
    Json(
        json!({ "epoch_id": http.current_epoch(), "epoch_seconds": http.app.config.epoch_seconds }),
    )
}

pub(super) async fn epochs(
    State(http): State<Arc<Http>>,
    query: Parameters,
) -> Result<Json<Vec<Value>>, Refused> {
    let limit = limit(&query)?;
    let epochs = http.store(move |store| store.latest_epochs(limit)).await?;
    let rows = epochs.into_iter().map(|epoch| {
        json!({
            "id": epoch.id,
            "starts_at": epoch.starts_at.rfc3339(),
            "ends_at": epoch.ends_at.rfc3339(),
            "status": "open",
        })
    });
    Ok(Json(rows.collect()))
}

pub(super) async fn eval_jobs(
    State(http): State<Arc<Http>>,
    query: Parameters,
) -> Result<Json<Vec<Value>>, Refused> {
    let limit = limit(&query)?;
    let jobs = http.store(move |store| store.latest_jobs(limit)).await?;
    let rows = jobs.into_iter().map(|job| {
        json!({
            "id": job.id,
            "submission_id": job.submission_id,
            "level": job.level,
            "status": job.status,
            "attempts": job.attempts,
            "created_at": job.created_at.rfc3339(),
            "updated_at": job.updated_at.rfc3339(),
        })
    });
    Ok(Json(rows.collect()))
}
