//! The upload bridge: the route through which BASE hands in verified submissions (contracts/base.md 1.4, 1.5).

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;

use super::Http;
use super::intake::hotkey;
use super::refused::Refused;
use super::submissions::Accepted;

/// Answers once the submission is on disk. The caller is authorised before a byte of the body is read.
pub(super) async fn submit(
    State(http): State<Arc<Http>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Accepted>, Refused> {
    http.bearer(&headers).await?;
    hotkey(&headers)?;
    // The semaphore is never closed.
    let _place = http
        .uploads
        .acquire()
        .await
        .map_err(|error| Refused::internal(&error))?;
    let new = http.intake(&headers, body).await?;
    let epoch_seconds = http.app.config.epoch_seconds;
    let submission = http
        .store(move |store| store.accept(new, epoch_seconds))
        .await?;
    tracing::info!(id = submission.id, hotkey = submission.hotkey, "accepted");
    Ok(Json(Accepted::of(&submission)))
}
