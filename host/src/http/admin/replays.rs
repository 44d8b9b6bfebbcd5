//! Replays over stored submissions.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Admin, Asked, Part};
use crate::http::refused::Refused;
use crate::operators::Role;
use crate::platform::replay::{Estimate, ReplayReport, ReplayRequest};

/// A started replay, or what it would cost.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant, reason = "one value a request")]
pub(super) enum Started {
    /// It runs.
    Report(ReplayReport),
    /// It was only estimated.
    Estimate(Estimate),
}

/// Lets a candidate judge stored submissions again, in the background. Decides nothing.
#[utoipa::path(post, path = "/internal/v1/admin/replays", tag = "replay", request_body = ReplayRequest,
    responses((status = 200, body = Started)))]
pub(super) async fn start(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Asked(request): Asked<ReplayRequest>,
) -> Result<Json<Started>, Refused> {
    let by = admin.operator(&headers, Role::Operate).await?;
    Ok(Json(if request.estimate {
        Started::Estimate(admin.platform.estimate(&request).await?)
    } else {
        Started::Report(admin.platform.replay(request, &by).await?)
    }))
}

/// The last replays since the start, the newest first.
#[utoipa::path(get, path = "/internal/v1/admin/replays", tag = "replay",
    responses((status = 200, body = [ReplayReport])))]
pub(super) async fn list(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
) -> Result<Json<Vec<ReplayReport>>, Refused> {
    admin.operator(&headers, Role::Read).await?;
    Ok(Json(admin.platform.replays()))
}

/// How far a replay is and what it found.
#[utoipa::path(get, path = "/internal/v1/admin/replays/{id}", tag = "replay", params(("id" = u64, Path)),
    responses((status = 200, body = ReplayReport)))]
pub(super) async fn show(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Part(id): Part<u64>,
) -> Result<Json<ReplayReport>, Refused> {
    admin.operator(&headers, Role::Read).await?;
    Ok(Json(admin.platform.replay_report(id)?))
}

/// Stops a replay; what it found so far stays.
#[utoipa::path(delete, path = "/internal/v1/admin/replays/{id}", tag = "replay", params(("id" = u64, Path)),
    responses((status = 200, body = ReplayReport)))]
pub(super) async fn cancel(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Part(id): Part<u64>,
) -> Result<Json<ReplayReport>, Refused> {
    admin.operator(&headers, Role::Operate).await?;
    Ok(Json(admin.platform.cancel_replay(id)?))
}
