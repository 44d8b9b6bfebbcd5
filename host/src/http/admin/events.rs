//! The event log, from which every change can be read back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{Admin, Parameters};
use crate::http::refused::Refused;
use crate::operators::Role;

/// One thing that happened.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct EventView {
    /// 1 for the first; no gaps.
    sequence: u64,
    /// RFC 3339.
    at: String,
    /// What it happened to.
    subject: String,
    /// For example `pipeline.activated`.
    kind: String,
    /// What changed, with who and why.
    #[schema(value_type = Object)]
    detail: Value,
}

/// Which events.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct EventQuery {
    /// After this sequence number. Default 0.
    #[serde(default)]
    after: u64,
    /// Default 100, at most 1,000.
    limit: Option<usize>,
    /// Only those of this subject, for example `pipeline` or a submission's id; all of them, oldest first.
    subject: Option<String>,
}

/// Events after a sequence number, oldest first.
#[utoipa::path(get, path = "/internal/v1/admin/events", tag = "events", params(EventQuery),
    responses((status = 200, body = [EventView])))]
pub(super) async fn list(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Parameters(query): Parameters<EventQuery>,
) -> Result<Json<Vec<EventView>>, Refused> {
    admin.operator(&headers, Role::Read).await?;
    let limit = query.limit.unwrap_or(100).clamp(1, 1000);
    let events = admin
        .http
        .store(move |store| match &query.subject {
            Some(subject) => {
                let mut events = store.history(subject)?;
                events.retain(|event| event.sequence > query.after);
                events.truncate(limit);
                Ok(events)
            }
            None => store.events_after(query.after, limit),
        })
        .await?;
    let view = events.into_iter().map(|event| EventView {
        sequence: event.sequence,
        at: event.at.rfc3339(),
        subject: event.subject,
        kind: event.kind,
        detail: event.detail,
    });
    Ok(Json(view.collect()))
}
