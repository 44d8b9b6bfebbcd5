//! Pipeline revisions: what is active, what a change would do, making it, going back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use prism_store::records::{PipelineRevision, RevisionEntry};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Admin, Asked, Parameters, Part};
use crate::http::refused::Refused;
use crate::operators::Role;
use crate::platform::PlatformError;
use crate::platform::activate::{Activation, Plan};
use crate::platform::change::ChangeRequest;
use crate::platform::status::Status;

/// A revision.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RevisionView {
    /// Its number.
    pub number: u64,
    /// Whether it judges now.
    pub active: bool,
    /// RFC 3339.
    pub created_at: String,
    /// Who made it.
    pub created_by: String,
    /// Why.
    pub reason: String,
    /// The revision that was active then.
    pub based_on: Option<u64>,
    /// The gates, in order.
    pub entries: Vec<RevisionEntry>,
}

impl RevisionView {
    fn of(revision: PipelineRevision, active: Option<u64>) -> Self {
        Self {
            active: active == Some(revision.number),
            number: revision.number,
            created_at: revision.created_at.rfc3339(),
            created_by: revision.created_by,
            reason: revision.reason,
            based_on: revision.based_on,
            entries: revision.entries,
        }
    }
}

/// How far back.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Limit {
    /// Most revisions, the newest first. Default 20, at most 200.
    limit: Option<usize>,
}

/// What else an activation does.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct ActivateQuery {
    /// Put submissions that a broken gate holds back into the queue.
    #[serde(default)]
    requeue: bool,
}

/// Going back.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rollback {
    /// To this revision; the one before the active one otherwise.
    #[serde(default)]
    pub to: Option<u64>,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Put submissions that a broken gate holds back into the queue.
    #[serde(default)]
    pub requeue: bool,
}

/// The active revision, its gates, what drains, and every alarm.
#[utoipa::path(get, path = "/internal/v1/admin/status", tag = "pipeline", responses((status = 200, body = Status)))]
pub(super) async fn status(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
) -> Result<Json<Status>, Refused> {
    admin.operator(&headers, Role::Read).await?;
    Ok(Json(admin.platform.status().await?))
}

/// Revisions, the newest first.
#[utoipa::path(get, path = "/internal/v1/admin/revisions", tag = "pipeline", params(Limit),
    responses((status = 200, body = [RevisionView])))]
pub(super) async fn list(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Parameters(query): Parameters<Limit>,
) -> Result<Json<Vec<RevisionView>>, Refused> {
    admin.operator(&headers, Role::Read).await?;
    let limit = query.limit.unwrap_or(20).min(200);
    let active = admin.platform.pipeline().revision();
    let revisions = admin
        .http
        .store(move |store| store.revisions(limit))
        .await?;
    Ok(Json(
        revisions
            .into_iter()
            .map(|revision| RevisionView::of(revision, active))
            .collect(),
    ))
}

/// One revision.
#[utoipa::path(get, path = "/internal/v1/admin/revisions/{number}", tag = "pipeline", params(("number" = u64, Path)),
    responses((status = 200, body = RevisionView)))]
pub(super) async fn show(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Part(number): Part<u64>,
) -> Result<Json<RevisionView>, Refused> {
    admin.operator(&headers, Role::Read).await?;
    let active = admin.platform.pipeline().revision();
    let revision = admin
        .http
        .store(move |store| store.revision(number))
        .await?;
    let revision = revision
        .ok_or_else(|| PlatformError::NotFound(format!("there is no revision {number}")))?;
    Ok(Json(RevisionView::of(revision, active)))
}

/// What a change would do, with every check and self-test that activating it would make. Changes nothing.
#[utoipa::path(post, path = "/internal/v1/admin/plan", tag = "pipeline", request_body = ChangeRequest,
    responses((status = 200, body = Plan), (status = 422, description = "it would not pass")))]
pub(super) async fn plan(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Asked(request): Asked<ChangeRequest>,
) -> Result<Json<Plan>, Refused> {
    admin.operator(&headers, Role::Read).await?;
    Ok(Json(admin.platform.plan(&request).await?))
}

/// Makes a change the active revision: self-tests first, then the swap.
#[utoipa::path(post, path = "/internal/v1/admin/revisions", tag = "pipeline", request_body = ChangeRequest,
    params(ActivateQuery),
    responses((status = 200, body = Activation), (status = 409, description = "another change came first"),
        (status = 422, description = "it did not pass; the active revision stays")))]
pub(super) async fn activate(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Parameters(query): Parameters<ActivateQuery>,
    Asked(request): Asked<ChangeRequest>,
) -> Result<Json<Activation>, Refused> {
    let by = admin.operator(&headers, Role::Operate).await?;
    Ok(Json(
        admin
            .platform
            .activate(&request, query.requeue, &by)
            .await?,
    ))
}

/// Makes an older revision the active one.
#[utoipa::path(post, path = "/internal/v1/admin/rollback", tag = "pipeline", request_body = Rollback,
    responses((status = 200, body = Activation)))]
pub(super) async fn roll_back(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Asked(request): Asked<Rollback>,
) -> Result<Json<Activation>, Refused> {
    let by = admin.operator(&headers, Role::Operate).await?;
    let done = admin
        .platform
        .roll_back(request.to, request.requeue, &by, &request.reason)
        .await?;
    Ok(Json(done))
}
