//! From a run manifest to a score.

use prism_protocol::manifest::{self, Manifest};
use prism_protocol::outcome as protocol;
use prism_store::Timestamp;
use prism_store::blobs::BlobId;
use prism_store::records::{self, Parts, Ruling, Score, Submission, Verification};
use prism_store::verdict::Facts;
use serde_json::Value;

use crate::verification::Verified;

pub use formula::{Check, FinalScore, HeldOut, base};

mod formula;

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
    // A verified manifest without a held-out step fails closed: half its score.
    let check = match manifest.level {
        manifest::Level::Provisional => Check::Provisional,
        manifest::Level::Verified => Check::Verified(None),
        manifest::Level::Void => Check::Void,
    };
    let result = FinalScore::new(parts.bpb, check);
    Ok(Score {
        submission_id: submission.id.clone(),
        hotkey: submission.hotkey.clone(),
        epoch_id: submission.epoch_id,
        created_at: submission.created_at,
        scored_at: Timestamp::now(),
        // Given by the store when it writes the record.
        scored_sequence: 0,
        level: result.level,
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
        base: result.base,
        penalty: result.penalty,
        tie_break: result.tie_break,
        anti_cheat_multiplier: result.multiplier,
        final_score: result.value,
        // The gate's count is the host's own; the worker's word only fills in where the gate could not decide.
        model_params: facts
            .get("param_count")
            .and_then(Value::as_u64)
            .or(manifest.metrics.model_params),
        arch_hash: text("arch_hash"),
        training_hash: text("training_hash"),
        architecture_name: text("architecture_name"),
        manifest: blob,
        verification: None,
        verdict: None,
    })
}

/// The score after its run was verified: level, bits per byte and formula follow what was found. A void run keeps its bits
/// per byte for show and is worth nothing. `manifests` are those of the second run and of the examination.
///
/// # Errors
/// [`ScoringError::NotANumber`].
pub fn verified(
    mut score: Score,
    found: &Verified,
    manifests: (BlobId, Option<BlobId>),
) -> Result<Score, ScoringError> {
    if !found.bpb.is_finite() || found.bpb < 0.0 {
        return Err(ScoringError::NotANumber);
    }
    let result = FinalScore::new(found.bpb, found.check());
    let verification = found.second_manifest.verification.as_ref();
    let correction = verification.and_then(|found| found.correction.as_ref());
    score.verification = Some(Verification {
        ruling: match found.ruling {
            protocol::Ruling::Verified => Ruling::Verified,
            protocol::Ruling::CapturedTooLow => Ruling::CapturedTooLow,
            protocol::Ruling::NotRepeated => Ruling::NotRepeated,
            protocol::Ruling::StateMismatch => Ruling::StateMismatch,
        },
        detail: found.detail.clone(),
        captured_bpb: score.bpb,
        correction_bpb: correction.map(|correction| correction.bpb),
        standard_error_bpb: correction.map(|correction| correction.standard_error_bpb),
        lower_bound_bpb: correction.map(|correction| correction.lower_bound_bpb),
        places: correction.map_or(0, |correction| correction.estimate.places),
        held_out: found.held_out.map(|held_out| records::HeldOut {
            delta: held_out.delta,
            gap: held_out.gap,
        }),
        second_run: manifests.0,
        examination: manifests.1,
    });
    if let Some(parts) = found.second_manifest.parts {
        score.parts.code_bits = parts.code_bits;
    }
    score.level = result.level;
    score.bpb = found.bpb;
    score.base = result.base;
    score.penalty = result.penalty;
    score.tie_break = result.tie_break;
    score.anti_cheat_multiplier = result.multiplier;
    score.final_score = result.value;
    Ok(score)
}
