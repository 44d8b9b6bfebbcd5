//! Submissions as the proxy and miners read them (contracts/base.md 2.3).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use prism_store::records::{Score, State as Stage, Submission};
use prism_store::{QueuePolicy, Store, StoreError, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::Http;
use super::query::Parameters;
use super::refused::Refused;

const DAY: u64 = 24 * 60 * 60;

/// SubmissionResponse.
#[derive(Serialize)]
pub(super) struct Accepted {
    id: String,
    hotkey: String,
    epoch_id: u64,
    status: Stage,
    code_hash: String,
    created_at: String,
}

impl Accepted {
    pub(super) fn of(submission: &Submission) -> Self {
        Self {
            id: submission.id.clone(),
            hotkey: submission.hotkey.clone(),
            epoch_id: submission.epoch_id,
            status: submission.state,
            code_hash: submission.code_hash.clone(),
            created_at: submission.created_at.rfc3339(),
        }
    }
}

/// SubmissionStatusResponse.
#[derive(Serialize)]
pub(super) struct Status {
    #[serde(flatten)]
    accepted: Accepted,
    error: Option<String>,
    final_score: Option<f64>,
    q_arch: Option<f64>,
    q_recipe: Option<f64>,
    anti_cheat_multiplier: Option<f64>,
    diversity_bonus: Option<f64>,
    penalty: Option<f64>,
}

impl Status {
    pub(super) fn of(submission: &Submission, score: Option<&Score>) -> Self {
        let final_score = score.map(|score| shown(score.final_score));
        let unused = score.map(|_| 0.0);
        Self {
            accepted: Accepted::of(submission),
            error: submission
                .reason
                .as_ref()
                .map(|reason| reason.detail.clone()),
            final_score,
            q_arch: final_score,
            q_recipe: unused,
            anti_cheat_multiplier: score.map(|score| score.anti_cheat_multiplier),
            diversity_bonus: unused,
            // The reference's live value: 0 once scored. What memorisation cost is in the report.
            penalty: unused,
        }
    }
}

/// Published scores have nine digits, as many as the leaderboard tells apart: enough to rank by, too few to carry
/// the course's text out.
pub(super) fn shown(score: f64) -> f64 {
    (score * 1e9).round() / 1e9
}

/// An id out of the path; what is no text is no id.
pub(super) fn id(
    path: Result<Path<String>, PathRejection>,
    missing: &str,
) -> Result<String, Refused> {
    path.map(|Path(id)| id)
        .map_err(|_| Refused::not_found(missing))
}

pub(super) async fn status(
    State(http): State<Arc<Http>>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Status>, Refused> {
    let id = id(path, "submission not found")?;
    let policy = http.app.config.queue_policy();
    let found = http
        .store(move |store| {
            let Some(submission) = store.submission(&id)? else {
                return Ok(None);
            };
            let waits = waits(store, &submission, &policy)?;
            Ok(Some((submission, store.score(&id)?, waits)))
        })
        .await?;
    match found {
        Some((submission, score, waits)) => {
            let mut status = Status::of(&submission, score.as_ref());
            status.error = waits.map(cooling).or(status.error);
            Ok(Json(status))
        }
        None => Err(Refused::not_found("submission not found")),
    }
}

/// Until when a pending submission waits because a run of its hotkey was void.
pub(super) fn waits(
    store: &Store,
    submission: &Submission,
    policy: &QueuePolicy,
) -> Result<Option<Timestamp>, StoreError> {
    match submission.state {
        Stage::Pending => store.cooldown(&submission.hotkey, policy),
        _ => Ok(None),
    }
}

fn cooling(until: Timestamp) -> String {
    format!(
        "an earlier run of this hotkey was found void: this submission is begun after {}",
        until.rfc3339()
    )
}

/// Submissions a day, for as many days as asked for.
pub(super) async fn history(
    State(http): State<Arc<Http>>,
    query: Parameters,
) -> Result<Json<Vec<Value>>, Refused> {
    let days = query.number("days", 1, 366)?.unwrap_or(90);
    let today = Timestamp::now().seconds() / DAY * DAY;
    let since = Timestamp::from_seconds(today.saturating_sub((days - 1) * DAY));
    let times = http.store(move |store| store.intake_times(since)).await?;
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for time in times {
        *counts.entry(time.seconds() / DAY).or_default() += 1;
    }
    let rows = counts.into_iter().map(|(day, count)| {
        let date = Timestamp::default()
            .after(Duration::from_secs(day * DAY))
            .rfc3339();
        json!({ "date": date.split('T').next(), "count": count })
    });
    Ok(Json(rows.collect()))
}
