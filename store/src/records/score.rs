//! Scores, and the architecture board: families and their training variants.

use serde::{Deserialize, Serialize};

use crate::blobs::BlobId;
use crate::record::Record;
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
}

impl Record for Score {
    const TABLE: &'static str = "scores";
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
