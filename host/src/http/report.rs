//! Everything known of one submission, and its loss curve (contracts/base.md 2.5).

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use prism_protocol::manifest::Manifest;
use prism_store::records::{Score, Verification};
use prism_store::{Store, StoreError, Timestamp};
use serde_json::{Value, json};

use super::Http;
use super::refused::Refused;
use super::submissions::{Status, id, shown, waits};
use crate::state::Activity;

/// Most points of a published curve.
const POINTS: usize = 500;

/// Published losses have four digits, bits per byte six: enough to compare, too few to carry the course's text out.
fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}

/// The manifest of the last run, when it is one we can read.
fn manifest(store: &Store, id: &str) -> Result<Option<Manifest>, StoreError> {
    Ok(store
        .manifest(id)?
        .and_then(|bytes| match serde_json::from_slice(&bytes) {
            Ok(manifest) => Some(manifest),
            Err(error) => {
                tracing::warn!(id, %error, "a manifest of another version is not shown");
                None
            }
        }))
}

/// Verdict with all evidence, live progress, score with its parts, and the run's manifest in short.
pub(super) async fn report(
    State(http): State<Arc<Http>>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Refused> {
    const MISSING: &str = "submission not found";
    let id = id(path, MISSING)?;
    let live = http.app.live.of(&id);
    let policy = http.app.config.queue_policy();
    let found = http
        .store(move |store| {
            let Some(submission) = store.submission(&id)? else {
                return Ok(None);
            };
            let (score, verdict) = (store.score(&id)?, store.verdict(&id)?);
            let waits = waits(store, &submission, &policy)?;
            Ok(Some((
                submission,
                score,
                verdict,
                store.source(&id)?,
                manifest(store, &id)?,
                waits,
            )))
        })
        .await?;
    let Some((submission, score, verdict, source, manifest, waits)) = found else {
        return Err(Refused::not_found(MISSING));
    };
    let (judged, verdict) = verdict.unzip();
    Ok(Json(json!({
        "submission": Status::of(&submission, score.as_ref()),
        "filename": source.filename,
        "bytes": source.bytes,
        "reason": submission.reason,
        "attempts": submission.attempts,
        "not_before": submission.not_before.rfc3339(),
        "cooldown_until": waits.map(Timestamp::rfc3339),
        "updated_at": submission.updated_at.rfc3339(),
        "judged_at": judged.map(|judged| judged.decided_at.rfc3339()),
        "verdict": verdict,
        "progress": live.map(progress),
        "score": score.as_ref().map(parts),
        "run": manifest.as_ref().map(run),
    })))
}

fn progress(activity: Activity) -> Value {
    let mut value = json!(activity);
    if let Some(fields) = value.as_object_mut() {
        for (name, digits) in [("bpb", 4), ("tokens_per_second", 1)] {
            if let Some(number) = fields.get(name).and_then(Value::as_f64) {
                fields.insert(name.into(), json!(rounded(number, digits)));
            }
        }
    }
    value
}

fn parts(score: &Score) -> Value {
    json!({
        "level": score.level,
        "final_score": shown(score.final_score),
        "bpb": rounded(score.bpb, 6),
        "code_bits": score.parts.code_bits.round(),
        "unread_bytes": score.parts.unread_bytes,
        "bundle_bits": score.parts.bundle_bits,
        "course_bytes": score.parts.course_bytes,
        "base": shown(score.base),
        "penalty": score.penalty,
        "tie_break": shown(score.tie_break),
        "anti_cheat_multiplier": score.anti_cheat_multiplier,
        "scoring": score.scoring,
        "course": score.course,
        "device": score.device,
        "isolation": score.isolation,
        "model_params": score.model_params,
        "arch_hash": score.arch_hash,
        "training_hash": score.training_hash,
        "architecture_name": score.architecture_name,
        "scored_at": score.scored_at.rfc3339(),
        "manifest": score.manifest,
        "verification": score.verification.as_ref().map(verification),
        "verdict": score.verdict,
    })
}

/// What verification found, in as many digits as the bits per byte have.
fn verification(found: &Verification) -> Value {
    let shown = |value: Option<f64>| value.map(|value| rounded(value, 6));
    json!({
        "ruling": found.ruling,
        "detail": found.detail,
        "captured_bpb": rounded(found.captured_bpb, 6),
        "correction_bpb": shown(found.correction_bpb),
        "standard_error_bpb": shown(found.standard_error_bpb),
        "lower_bound_bpb": shown(found.lower_bound_bpb),
        "places": found.places,
        "held_out": found.held_out.map(|held_out| json!({
            "delta": rounded(held_out.delta, 6), "gap": rounded(held_out.gap, 6),
        })),
        "second_run": found.second_run,
        "examination": found.examination,
    })
}

fn run(manifest: &Manifest) -> Value {
    json!({
        "run_id": manifest.run_id,
        "outcome": manifest.outcome,
        "level": manifest.level,
        "isolation": manifest.isolation,
        "seed": manifest.run.seed,
        "device": manifest.run.device,
        "api": manifest.run.api,
        "tokenizer": manifest.data.tokenizer,
        "batch_size": manifest.run.batch_size,
        "seq_len": manifest.run.seq_len,
        "steps": manifest.data.consumed_batches,
        "course_steps": manifest.data.steps,
        "covered_bytes": manifest.data.covered_bytes,
        "unread_bytes": manifest.data.unread_bytes,
        "course": manifest.course,
        "model_params": manifest.metrics.model_params,
        "wall_clock_seconds": rounded(manifest.compute.wall_clock_seconds, 1),
        "peak_rss_bytes": manifest.compute.peak_rss_bytes,
        "versions": manifest.versions,
    })
}

/// The online loss over the run.
pub(super) async fn curve(
    State(http): State<Arc<Http>>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Refused> {
    const MISSING: &str = "submission curve not found";
    let id = id(path, MISSING)?;
    let asked = id.clone();
    let found = http.store(move |store| manifest(store, &asked)).await?;
    let Some(manifest) = found.filter(|manifest| !manifest.metrics.online_loss.is_empty()) else {
        return Err(Refused::not_found(MISSING));
    };
    Ok(Json(curve_of(&id, &manifest)))
}

fn curve_of(id: &str, manifest: &Manifest) -> Value {
    let metrics = &manifest.metrics;
    let points: Vec<(f64, f64)> = metrics
        .online_loss
        .iter()
        .zip(&metrics.covered_bytes_cumulative)
        .map(|(loss, bytes)| {
            (
                if loss.is_finite() {
                    rounded(*loss, 4)
                } else {
                    0.0
                },
                *bytes as f64,
            )
        })
        .collect();
    let picked = downsampled(&points);
    let (loss, bytes): (Vec<f64>, Vec<f64>) = picked.iter().copied().unzip();
    let bpb = manifest
        .score
        .as_ref()
        .map(|score| rounded(score.prequential_bpb, 6));
    let compute = &manifest.compute;
    let gpu_hours = f64::from(compute.gpu_count) * compute.wall_clock_seconds / 3600.0;
    json!({
        "submission_id": id,
        "loss_curve": {
            "online_loss": loss,
            "covered_bytes_cumulative": bytes,
            "step0_loss": metrics.step0_loss.map(|loss| rounded(loss, 4)),
            "baseline_nats": rounded(metrics.random_init_baseline_nats, 4),
            "points": picked.len(),
            "downsampled": picked.len() < points.len(),
        },
        "bpb": { "prequential_bpb": bpb, "bits_per_byte": bpb },
        "compute": {
            "gpu_count": compute.gpu_count,
            "device": compute.device,
            "gpu_tier": null,
            "model_params": metrics.model_params,
            "tokens_consumed": metrics.predicted_tokens,
            "estimated_flops": compute.estimated_flops,
            "wall_clock_seconds": rounded(compute.wall_clock_seconds, 1),
            "gpu_hours": rounded(gpu_hours, 6),
            "peak_vram_bytes": null,
            "peak_rss_bytes": compute.peak_rss_bytes,
        },
    })
}

/// At most [`POINTS`] points: those at round(i x (n - 1) / 499), halves to the even one.
fn downsampled(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    if points.len() <= POINTS {
        return points.to_vec();
    }
    let (last, intervals) = (points.len() - 1, POINTS - 1);
    (0..POINTS)
        .filter_map(|index| {
            let place = (index * last) as f64 / intervals as f64;
            points.get(place.round_ties_even() as usize).copied()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, clippy::float_cmp, reason = "test")]
    use super::*;

    #[test]
    fn a_long_curve_keeps_its_ends_and_a_short_one_all() {
        let long: Vec<_> = (0..1234).map(|n| (f64::from(n), 0.0)).collect();
        let picked = downsampled(&long);
        assert_eq!(
            (picked.len(), picked[0].0, picked[499].0),
            (500, 0.0, 1233.0)
        );
        assert_eq!(downsampled(&long[..500]), long[..500]);
        assert!(downsampled(&[]).is_empty());
    }
}
