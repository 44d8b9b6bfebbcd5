//! From a run manifest to a score.

use prism_protocol::manifest::{self, Manifest};
use prism_store::Timestamp;
use prism_store::blobs::BlobId;
use prism_store::records::{Level, Parts, Score, Submission};
use prism_store::verdict::Facts;
use serde_json::Value;

/// Why a completed run has no score. These are faults of the service, never of the bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScoringError {
    /// A completed run without its numbers.
    #[error("the manifest of a completed run has no parts")]
    NoParts,
    /// Numbers that no run can have.
    #[error("the manifest's bits per byte are not a number a run can have")]
    NotANumber,
}

/// 1 / (1 + bpb): higher is better, 1 for a perfect predictor, 1/9 for a uniform one.
#[must_use]
pub fn base(bpb: f64) -> f64 {
    1.0 / (1.0 + bpb.max(0.0))
}

/// The score of a completed run.
///
/// `final_score` = (`base` x `penalty` + `tie_break`) x `anti_cheat_multiplier`. Penalty and tie-break come from the
/// held-out step of a verified run; a provisional score has neither, so that they are 1 and 0.
///
/// # Errors
/// When the manifest is not one of a completed run.
pub fn score(
    submission: &Submission,
    facts: &Facts,
    manifest: &Manifest,
    blob: BlobId,
) -> Result<Score, ScoringError> {
    let parts = manifest.parts.ok_or(ScoringError::NoParts)?;
    if !parts.bpb.is_finite() || parts.bpb < 0.0 {
        return Err(ScoringError::NotANumber);
    }
    let text = |name: &str| facts.get(name).and_then(Value::as_str).map(str::to_owned);
    let base = base(parts.bpb);
    Ok(Score {
        submission_id: submission.id.clone(),
        hotkey: submission.hotkey.clone(),
        epoch_id: submission.epoch_id,
        created_at: submission.created_at,
        scored_at: Timestamp::now(),
        // Given by the store when it writes the record.
        scored_sequence: 0,
        level: match manifest.level {
            manifest::Level::Provisional => Level::Provisional,
            manifest::Level::Verified => Level::Verified,
        },
        scoring: manifest.versions.scoring.clone(),
        course: manifest.course.fingerprint.clone(),
        device: manifest.run.device.clone(),
        isolation: manifest.isolation.clone(),
        bpb: parts.bpb,
        parts: Parts {
            code_bits: parts.code_bits,
            unread_bytes: parts.unread_bytes,
            bundle_bits: parts.bundle_bits,
            course_bytes: manifest.course.bytes,
        },
        base,
        penalty: 1.0,
        tie_break: 0.0,
        anti_cheat_multiplier: 1.0,
        final_score: base,
        // The gate's count is the host's own; the worker's word only fills in where the gate could not decide.
        model_params: facts.get("param_count").and_then(Value::as_u64).or(manifest.metrics.model_params),
        arch_hash: text("arch_hash"),
        training_hash: text("training_hash"),
        architecture_name: text("architecture_name"),
        manifest: blob,
    })
}

#[cfg(test)]
mod tests {
    use super::base;

    #[test]
    fn fewer_bits_never_score_worse_and_a_uniform_byte_model_scores_a_ninth() {
        assert_eq!(base(0.0), 1.0);
        assert!((base(8.0) - 1.0 / 9.0).abs() < 1e-12);
        let scores: Vec<f64> = (0..640).map(|step| base(f64::from(step) / 10.0)).collect();
        assert!(scores.is_sorted_by(|better, worse| better > worse));
    }
}
