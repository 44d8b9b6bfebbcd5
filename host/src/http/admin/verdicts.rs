//! A verdict for an operator: what the active gates say of a bundle, without taking it in.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use prism_bundle::Bundle;
use prism_store::verdict::Verdict;

use super::Admin;
use crate::context;
use crate::http::refused::Refused;
use crate::operators::Role;
use crate::platform::PlatformError;

/// Judges an archive by the active revision and stores nothing.
#[utoipa::path(post, path = "/internal/v1/admin/verdicts", tag = "pipeline",
    request_body(content_type = "application/zip", content = Vec<u8>),
    responses((status = 200, description = "The verdict, as in a submission's report", body = Object),
        (status = 503, description = "Every place stayed taken; try again")))]
pub(super) async fn judge(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Verdict>, Refused> {
    admin.operator(&headers, Role::Operate).await?;
    let most = admin.http.app.config.max_code_bytes / 4 * 3;
    let archive = admin.http.body(&headers, body, most, "archive").await?;
    let started = Instant::now();
    let opened = tokio::task::spawn_blocking(move || Bundle::from_zip(&archive))
        .await
        .map_err(|error| Refused::internal(&error))?;
    let bundle = match opened {
        Ok(bundle) => bundle,
        Err(refusal) => return Ok(Json(admin.platform.refuse(&refusal, started.elapsed()))),
    };
    let context = context::run_context(&admin.http.app.config.context, &bundle);
    let submission = context::submission(&context, &admin.http.app.python_version, "", "");
    let (verdict, _) = admin
        .platform
        .judge(&submission, &bundle, started.elapsed())
        .await
        .map_err(PlatformError::from)?;
    Ok(Json(verdict))
}
