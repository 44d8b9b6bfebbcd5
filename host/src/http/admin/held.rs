//! Submissions that wait for an operator.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Admin, Asked};
use crate::http::refused::Refused;
use crate::operators::Role;

/// What goes back into the queue.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Requeue {
    /// One submission, whatever it is held for.
    #[serde(default)]
    pub submission_id: Option<String>,
    /// Otherwise those held because a gate broke; only because this one did, when it is named.
    #[serde(default)]
    pub gate: Option<String>,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// What went back into the queue.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Requeued {
    /// The submissions.
    pub submissions: Vec<String>,
}

/// Puts held submissions back into the queue.
#[utoipa::path(post, path = "/internal/v1/admin/held/requeue", tag = "held", request_body = Requeue,
    responses((status = 200, body = Requeued)))]
pub(super) async fn requeue(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Asked(asked): Asked<Requeue>,
) -> Result<Json<Requeued>, Refused> {
    let by = admin.operator(&headers, Role::Operate).await?;
    let submissions = admin
        .platform
        .requeue(asked.submission_id, asked.gate, &by, &asked.reason)
        .await?;
    Ok(Json(Requeued { submissions }))
}
