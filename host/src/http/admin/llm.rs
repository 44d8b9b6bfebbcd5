//! What the language model was asked, and what that cost.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use prism_store::records::LlmUsage;
use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month};
use utoipa::{IntoParams, ToSchema};

use super::{Admin, Parameters};
use crate::config::LlmPrice;
use crate::http::refused::Refused;
use crate::operators::Role;

/// Days that are shown at most.
const MOST_DAYS: u64 = 366;

/// The language model's books.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LlmView {
    /// The model that is asked now; null when none is configured.
    pub model: Option<String>,
    /// Tokens that may be spent in a day; null for no bound.
    pub tokens_per_day: Option<u64>,
    /// Tokens spent today.
    pub tokens_today: u64,
    /// Days with questions, the newest first, one row a model.
    pub days: Vec<LlmDay>,
}

/// One model on one day (UTC).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LlmDay {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// The model asked for.
    pub model: String,
    /// Calls that were made.
    pub calls: u64,
    /// Of these, those without an answer.
    pub failed: u64,
    /// Questions that a remembered answer settled.
    pub remembered: u64,
    /// Tokens of the prompts.
    pub prompt_tokens: u64,
    /// Tokens of the answers.
    pub completion_tokens: u64,
    /// US dollars at the configured price; null without one.
    pub dollars: Option<f64>,
}

/// What to show.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct LlmQuery {
    /// Days, today included. Default 30, at most 366.
    days: Option<u64>,
}

/// What the language model was asked, day by day.
#[utoipa::path(get, path = "/internal/v1/admin/llm", tag = "llm", params(LlmQuery),
    responses((status = 200, body = LlmView)))]
pub(super) async fn show(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Parameters(query): Parameters<LlmQuery>,
) -> Result<Json<LlmView>, Refused> {
    admin.operator(&headers, Role::Read).await?;
    let days = query.days.unwrap_or(30).clamp(1, MOST_DAYS);
    let usage = admin.platform.llm_usage(days).await?;
    let today = admin.platform.llm_usage(1).await?;
    let llm = admin.http.app.config.llm.as_ref();
    let price = llm.and_then(|llm| llm.price);
    Ok(Json(LlmView {
        model: llm.map(|llm| llm.model.clone()),
        tokens_per_day: llm.and_then(|llm| llm.tokens_per_day),
        tokens_today: today
            .iter()
            .map(|usage| usage.prompt_tokens.saturating_add(usage.completion_tokens))
            .fold(0, u64::saturating_add),
        days: usage.into_iter().map(|usage| day(usage, price)).collect(),
    }))
}

fn day(usage: LlmUsage, price: Option<LlmPrice>) -> LlmDay {
    LlmDay {
        date: date(usage.day),
        dollars: price.map(|price| price.dollars(usage.prompt_tokens, usage.completion_tokens)),
        model: usage.model,
        calls: usage.calls,
        failed: usage.failed,
        remembered: usage.remembered,
        prompt_tokens: usage.prompt_tokens,
        completion_tokens: usage.completion_tokens,
    }
}

fn date(day: u64) -> String {
    let first = Date::from_calendar_date(1970, Month::January, 1);
    let days = i64::try_from(day).ok().map(Duration::days);
    let date = first
        .ok()
        .zip(days)
        .and_then(|(first, days)| first.checked_add(days));
    date.map_or_else(|| day.to_string(), |date| date.to_string())
}
