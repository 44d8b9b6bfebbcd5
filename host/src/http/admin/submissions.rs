//! What an operator may have of one submission, and a miner may not.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::{Admin, Part};
use crate::http::refused::Refused;
use crate::operators::Role;

/// The signed verdict of a scored submission. It holds the source of the bundle and exact numbers of the run: give it to
/// others once its course is retired.
#[utoipa::path(get, path = "/internal/v1/admin/submissions/{id}/verdict", tag = "submissions",
    params(("id" = String, Path, description = "The submission")),
    responses((status = 200, description = "A DSSE envelope, as `prism replay` reads it", body = Object),
        (status = 404, description = "No such submission, or it has no verdict")))]
pub(super) async fn verdict(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Part(id): Part<String>,
) -> Result<Json<Value>, Refused> {
    admin.operator(&headers, Role::Read).await?;
    let found = admin
        .http
        .store(move |store| match store.submission(&id)? {
            Some(submission) => Ok(Some((submission.state, store.verdict_bundle(&id)?))),
            None => Ok(None),
        })
        .await?;
    let missing = |message: &str| Refused::coded(StatusCode::NOT_FOUND, "not_found", message);
    match found {
        Some((_, Some(verdict))) => Ok(Json(
            serde_json::from_slice(&verdict).map_err(|error| Refused::internal(&error))?,
        )),
        Some((state, None)) => Err(missing(&format!(
            "the submission is {} and has no verdict: a verdict is made with a score",
            state.name()
        ))),
        None => Err(missing("there is no such submission")),
    }
}
