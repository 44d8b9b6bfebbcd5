//! Which gates judged, and what they said.

use serde::{Deserialize, Serialize};

use crate::blobs::BlobId;
use crate::record::Record;
use crate::timestamp::Timestamp;
use crate::verdict::Decision;

/// A verdict on a submission; the whole of it, with all evidence, is a blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredVerdict {
    /// The submission.
    pub submission_id: String,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// When.
    pub decided_at: Timestamp,
    /// The decision.
    pub decision: Decision,
    /// The pipeline revision it was decided under.
    pub revision: Option<u64>,
    /// SHA-256 of the bundle's canonical content; empty when there is no closed bundle.
    pub bundle: String,
    /// The verdict as JSON.
    pub blob: BlobId,
}

impl Record for StoredVerdict {
    const TABLE: &'static str = "gate_runs";
}

/// A gate that was ever part of a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Lowercase hex SHA-256 of the component.
    pub digest: String,
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// When it was first part of a revision.
    pub first_seen: Timestamp,
}

impl Record for Gate {
    const TABLE: &'static str = "gates";
}

/// An immutable ordered list of gates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineRevision {
    /// From 1.
    pub number: u64,
    /// When it was activated first.
    pub created_at: Timestamp,
    /// The gates, in order.
    pub entries: Vec<RevisionEntry>,
}

impl Record for PipelineRevision {
    const TABLE: &'static str = "pipeline_revisions";
}

/// One gate of a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionEntry {
    /// Gate id.
    pub gate: String,
    /// Gate version.
    pub version: String,
    /// Lowercase hex SHA-256 of the component; empty for a gate that is `off` and was not loaded.
    pub digest: String,
    /// `enforce`, `shadow` or `off`.
    pub mode: String,
    /// Its configuration and limits, as JSON text with sorted keys.
    pub settings: String,
}

/// A course this service has run bundles on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Digest of its documents in order.
    pub fingerprint: String,
    /// Its id.
    pub id: String,
    /// Its bytes.
    pub bytes: u64,
    /// When it was first used.
    pub first_used: Timestamp,
}

impl Record for Course {
    const TABLE: &'static str = "courses";
}
