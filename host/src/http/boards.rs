//! Leaderboard and architecture board (contracts/base.md 2.1, 2.5).

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use prism_store::records::Score;
use prism_store::{Store, StoreError, Timestamp};
use serde_json::{Value, json};

use super::Http;
use super::query::Parameters;
use super::refused::Refused;
use super::submissions::{id, shown};
use crate::leaderboard::{self, Family, LENGTH, Policy};

const NO_FAMILY: &str = "architecture not found";

impl Http {
    pub(super) fn current_epoch(&self) -> u64 {
        Timestamp::now().seconds() / self.app.config.epoch_seconds.max(1)
    }

    /// Scores read by `which` together with the policy that says which of them count.
    pub(super) async fn scores(
        &self,
        which: impl FnOnce(&Store) -> Result<Vec<Score>, StoreError> + Send + 'static,
    ) -> Result<(Policy, Vec<Score>), Refused> {
        let rank = self.app.config.rank;
        self.store(move |store| Ok((Policy::new(rank, store.active_course()?), which(store)?)))
            .await
    }

    pub(super) async fn families(&self) -> Result<Vec<Family>, Refused> {
        let (policy, scores) = self.scores(Store::scores).await?;
        Ok(leaderboard::families(&policy, scores))
    }

    async fn family(&self, path: Result<Path<String>, PathRejection>) -> Result<Family, Refused> {
        let id = id(path, NO_FAMILY)?;
        let found = self
            .families()
            .await?
            .into_iter()
            .find(|family| family.arch_hash == id);
        found.ok_or_else(|| Refused::not_found(NO_FAMILY))
    }
}

pub(super) async fn leaderboard(
    State(http): State<Arc<Http>>,
    query: Parameters,
) -> Result<Json<Value>, Refused> {
    let epoch = query
        .number("epoch_id", 0, u64::MAX)?
        .unwrap_or_else(|| http.current_epoch());
    let (policy, scores) = http
        .scores(move |store| store.scores_of_epoch(epoch))
        .await?;
    let entries: Vec<Value> = leaderboard::ranked(&policy, scores)
        .into_iter()
        .take(LENGTH)
        .enumerate()
        .map(|(place, score)| {
            json!({
                "rank": place + 1,
                "hotkey": score.hotkey,
                "score": shown(score.final_score),
                "submission_id": score.submission_id,
            })
        })
        .collect();
    Ok(Json(json!({ "epoch_id": epoch, "entries": entries })))
}

/// Families with a submission in the epoch; without one, the last epoch that has any, else the current one.
/// What is told of a family is over all epochs.
pub(super) async fn architectures(
    State(http): State<Arc<Http>>,
    query: Parameters,
) -> Result<Json<Value>, Refused> {
    let asked = query.number("epoch_id", 0, u64::MAX)?;
    let (policy, scores) = http.scores(Store::scores).await?;
    let last = || {
        scores
            .iter()
            .filter(|score| policy.admits(score))
            .map(|score| score.epoch_id)
            .max()
    };
    let epoch = asked.or_else(last).unwrap_or_else(|| http.current_epoch());
    let there: Vec<String> = scores
        .iter()
        .filter(|score| policy.admits(score) && score.epoch_id == epoch)
        .filter_map(|score| score.arch_hash.clone())
        .collect();
    let rows: Vec<Value> = leaderboard::families(&policy, scores)
        .iter()
        .filter(|family| there.contains(&family.arch_hash))
        .enumerate()
        .map(|(place, family)| {
            let mut row = summary(family);
            if let Some(fields) = row.as_object_mut() {
                fields.insert("rank".into(), json!(place + 1));
            }
            row
        })
        .collect();
    Ok(Json(json!({ "epoch_id": epoch, "architectures": rows })))
}

pub(super) async fn architecture(
    State(http): State<Arc<Http>>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Refused> {
    let family = http.family(path).await?;
    let mut row = summary(&family);
    if let Some(fields) = row.as_object_mut() {
        fields.insert("first_seen_at".into(), json!(family.created_at.rfc3339()));
    }
    Ok(Json(row))
}

pub(super) async fn variants(
    State(http): State<Arc<Http>>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Refused> {
    let family = http.family(path).await?;
    let rows: Vec<Value> = family
        .variants
        .iter()
        .enumerate()
        .map(|(place, variant)| {
            json!({
                "variant_id": format!("{}.{}", family.arch_hash, variant.training_hash),
                "training_hash": variant.training_hash,
                "owner_hotkey": variant.best.hotkey,
                "submission_id": variant.best.submission_id,
                "final_score": shown(variant.best.final_score),
                "metric_mean": shown(variant.best.final_score),
                "metric_std": 0.0,
                "is_current_best": place == 0,
                "created_at": variant.created_at.rfc3339(),
            })
        })
        .collect();
    Ok(Json(
        json!({ "architecture_id": family.arch_hash, "variants": rows }),
    ))
}

fn summary(family: &Family) -> Value {
    json!({
        "architecture_id": family.arch_hash,
        "arch_hash": family.arch_hash,
        "name": family.name,
        "owner_hotkey": family.owner_hotkey,
        "best_final_score": shown(family.best.final_score),
        "best_submission_id": family.best.submission_id,
        "variant_count": family.variants.len(),
        "submission_count": family.submissions,
        "updated_at": family.updated_at.rfc3339(),
    })
}
