//! How a candidate in shadow mode compares.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use prism_store::records::{GateRunSummary, ShadowCounts};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{Admin, Parameters, Part};
use crate::http::refused::Refused;
use crate::operators::Role;

/// What a shadow has said so far.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ShadowsView {
    /// Gate id.
    pub gate: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the component.
    pub digest: String,
    /// How often it agreed.
    pub counts: ShadowCounts,
    /// Single submissions, the newest first.
    pub results: Vec<ShadowView>,
    /// Ask again with this for the older ones; null at the end.
    pub next: Option<String>,
}

/// What it said of one submission.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ShadowView {
    /// The submission.
    pub submission_id: String,
    /// RFC 3339.
    pub at: String,
    /// The revision it was in.
    pub revision: Option<u64>,
    /// Whether it said what the enforced gate said.
    pub agrees: bool,
    /// The enforced gate, in short.
    #[schema(value_type = Option<Object>)]
    pub enforced: Option<GateRunSummary>,
    /// The shadow, in short.
    #[schema(value_type = Object)]
    pub shadow: GateRunSummary,
    /// Both whole reports, when asked for.
    #[schema(value_type = Option<Object>)]
    pub reports: Option<Value>,
}

/// What to show.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct ShadowQuery {
    /// Only submissions it judged otherwise. Default true.
    only_disagreements: Option<bool>,
    /// With both whole reports. Default false.
    #[serde(default)]
    reports: bool,
    /// Default 50, at most 500.
    limit: Option<usize>,
    /// From `next` of an earlier answer.
    after: Option<String>,
}

/// How a candidate in shadow mode compares with the gate it is to replace.
#[utoipa::path(get, path = "/internal/v1/admin/shadows/{reference}", tag = "shadow", params(ShadowQuery,
    ("reference", description = "id@version, digest, beginning of a digest, or id")),
    responses((status = 200, body = ShadowsView)))]
pub(super) async fn show(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Part(reference): Part<String>,
    Parameters(query): Parameters<ShadowQuery>,
) -> Result<Json<ShadowsView>, Refused> {
    admin.operator(&headers, Role::Read).await?;
    let gate = admin.platform.find(&reference).await?;
    let digest = gate.digest.clone();
    let view = admin
        .http
        .store(move |store| {
            let counts = store.shadow_counts(&digest)?;
            let page = store.shadow_results(
                &digest,
                query.only_disagreements.unwrap_or(true),
                query.limit.unwrap_or(50).clamp(1, 500),
                query.after.as_deref(),
            )?;
            let mut results = Vec::new();
            for result in page.results {
                let reports = if query.reports {
                    store.shadow_reports(&result)?
                } else {
                    None
                };
                results.push(ShadowView {
                    submission_id: result.submission_id,
                    at: result.at.rfc3339(),
                    revision: result.revision,
                    agrees: result.agrees,
                    enforced: result.enforced,
                    shadow: result.shadow,
                    reports,
                });
            }
            Ok((counts, results, page.next))
        })
        .await?;
    let (counts, results, next) = view;
    Ok(Json(ShadowsView {
        gate: gate.descriptor.id,
        version: gate.descriptor.version,
        digest: gate.digest,
        counts,
        results,
        next,
    }))
}
