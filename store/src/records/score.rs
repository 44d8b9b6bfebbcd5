//! Scores, and the architecture board: families and their training variants.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::blobs::BlobId;
use crate::record::{Record, Step};
use crate::timestamp::Timestamp;

/// The score of one submission with everything it was made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The submission.
    pub submission_id: String,
    /// Who submitted.
    pub hotkey: String,
    /// Epoch of the intake.
    pub epoch_id: u64,
    /// Intake, which breaks ties.
    pub created_at: Timestamp,
    /// When it was scored first.
    pub scored_at: Timestamp,
    /// Sequence number of the event that scored it first: who was first, beyond doubt.
    pub scored_sequence: u64,
    /// How far it can be trusted.
    pub level: Level,
    /// Version of the rules; scores of different versions don't compare.
    pub scoring: String,
    /// Fingerprint of the course; scores of different courses don't compare.
    pub course: String,
    /// `cpu` or `cuda`; scores of different classes don't compare.
    pub device: String,
    /// Isolation level of the run.
    pub isolation: String,
    /// Bits per byte, lower is better.
    pub bpb: f64,
    /// What the bits per byte are made of.
    pub parts: Parts,
    /// 1 / (1 + bpb).
    pub base: f64,
    /// 1, or what memorisation leaves of the score.
    pub penalty: f64,
    /// From the held-out step; 0 before there is one.
    pub tie_break: f64,
    /// 1, or 0 for a void run.
    pub anti_cheat_multiplier: f64,
    /// (`base` x `penalty` + `tie_break`) x `anti_cheat_multiplier`, higher is better.
    pub final_score: f64,
    /// Counted parameters.
    pub model_params: Option<u64>,
    /// The family it belongs to; null when no gate produced a fingerprint.
    pub arch_hash: Option<String>,
    /// The training variant it belongs to.
    pub training_hash: Option<String>,
    /// The display name it gives its family.
    pub architecture_name: Option<String>,
    /// The run manifest.
    pub manifest: BlobId,
    /// What verification found; null while nobody looked.
    pub verification: Option<Verification>,
    /// The verdict bundle; null for scores of releases that made none.
    pub verdict: Option<BlobId>,
}

impl Record for Score {
    const TABLE: &'static str = "scores";
    // Version 1 knows verification and verdict bundles.
    const STEPS: &'static [Step] = &[|mut value| {
        let fields = value.as_object_mut().ok_or("not an object")?;
        fields.insert("verification".into(), Value::Null);
        fields.insert("verdict".into(), Value::Null);
        Ok(value)
    }];
}

/// What a second run and the examination of the exported state found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    /// Whether the score holds.
    pub ruling: Ruling,
    /// One sentence for the miner, where it does not.
    pub detail: Option<String>,
    /// Bits per byte as captured in the first run.
    pub captured_bpb: f64,
    /// By how much they were too low, estimated; null when the second run didn't come to it.
    pub correction_bpb: Option<f64>,
    /// Standard error of the correction.
    pub standard_error_bpb: Option<f64>,
    /// One-sided lower bound of the correction.
    pub lower_bound_bpb: Option<f64>,
    /// Secret places the second run was asked about.
    pub places: u32,
    /// What the held-out step found; null when it is missing.
    pub held_out: Option<HeldOut>,
    /// Manifest of the second run.
    pub second_run: BlobId,
    /// Manifest of the examination; null when the second run had decided already.
    pub examination: Option<BlobId>,
}

/// What verification makes of a completed run, in the words of the run's manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// The score holds.
    Verified,
    /// The captured charges are significantly lower than what the model really predicts.
    CapturedTooLow,
    /// The second run did not go as the first.
    NotRepeated,
    /// The exported state predicts significantly worse than the run did, or can't be loaded.
    StateMismatch,
}

/// What the held-out step found, in bits per byte.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldOut {
    /// A fresh random twin, at most 8, minus the trained model, both on the validation text.
    pub delta: f64,
    /// The trained model there minus on the windows it was trained on last, as far as that is no accident of the places.
    pub gap: f64,
}

/// How far a score can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Captured in the worker's process.
    Provisional,
    /// Corrected by a second run at secret places.
    Verified,
    /// Verification found the captured numbers too low.
    Void,
}

impl Level {
    /// Its name in reports and messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Provisional => "provisional",
            Self::Verified => "verified",
            Self::Void => "void",
        }
    }
}

/// What the bits per byte are made of: (`code_bits` + 8 x `unread_bytes` + `bundle_bits`) / `course_bytes`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    /// Sum of -log2 p over the charged tokens.
    pub code_bits: f64,
    /// Bytes never predicted.
    pub unread_bytes: u64,
    /// What the bundle's size costs.
    pub bundle_bits: u64,
    /// Bytes of the course.
    pub course_bytes: u64,
}

/// An architecture; exists once a submission with it was scored, and keeps its first scorer as owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Family {
    /// The contract gate's fingerprint of the architecture files.
    pub arch_hash: String,
    /// Display name its first scorer gave it.
    pub name: Option<String>,
    /// First scorer.
    pub owner_hotkey: String,
    /// The submission that was scored first.
    pub first_submission_id: String,
    /// When.
    pub created_at: Timestamp,
}

impl Record for Family {
    const TABLE: &'static str = "families";
}

/// A training recipe for an architecture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The family.
    pub arch_hash: String,
    /// The contract gate's fingerprint of the training files.
    pub training_hash: String,
    /// The submission that was scored first.
    pub first_submission_id: String,
    /// When.
    pub created_at: Timestamp,
}

impl Record for Variant {
    const TABLE: &'static str = "variants";
}
