//! The verdict bundle: one signed document from which anybody who holds the course can make a score again
//! (`docs/verdicts.md`).
//!
//! It holds what was judged (the bundle's files), by whom (gates with digests and versions), what was asked (context,
//! limits), what came of it (the manifests of all runs, byte for byte) and what that was worth. Each part stands under a
//! digest of its own, so that a changed byte is found and named even where nobody has signed. Making the runs again is
//! the command line's; signing is `prism_registry::envelope`'s.

use std::collections::BTreeMap;

use prism_executor::JailLimits;
use prism_protocol::manifest::Manifest;
use prism_protocol::spec::{Context, Limits};
use prism_store::Timestamp;
use prism_store::records::{Level, Parts, Score, Submission};
use prism_store::verdict::Verdict;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::scoring::{Check, FinalScore};
use crate::verification::Verified;

mod reading;
#[cfg(test)]
mod tests;

pub use reading::{Changed, Read, ReadError, read};

/// Value of `schema`.
pub const SCHEMA: &str = "prism_verdict.v1";

/// Type of the payload in its envelope.
pub const PAYLOAD_TYPE: &str = "application/vnd.prism.verdict.v1+json";

/// A verdict bundle's file has at most this many bytes. A bundle has 2 MB, which JSON and base64 may make six times as many.
pub const MAX_BYTES: u64 = 64 << 20;

/// The document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: String,
    /// Which release of this project wrote it.
    pub made_by: String,
    /// When.
    pub made_at: String,
    /// Whose submission it is about; null for a run outside a service.
    pub submission: Option<Submitted>,
    /// What was judged and run.
    pub bundle: Files,
    /// What gates and preflight said, with revision, digests, versions and evidence.
    pub judgement: Verdict,
    /// What was asked of the runs beyond what their manifests tell.
    pub question: Question,
    /// What came of them.
    pub runs: Runs,
    /// What that is worth.
    pub score: Scored,
    /// Lowercase hex SHA-256 of each part above as compact JSON with sorted keys.
    pub digests: BTreeMap<String, String>,
}

/// A submission, as far as a verdict tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submitted {
    /// UUID, version 4.
    pub id: String,
    /// Who submitted.
    pub hotkey: String,
    /// Epoch of the intake.
    pub epoch_id: u64,
    /// Intake.
    pub created_at: String,
    /// Lowercase hex SHA-256 of the `code` text that was uploaded.
    pub code_hash: String,
}

impl From<&Submission> for Submitted {
    fn from(submission: &Submission) -> Self {
        Self {
            id: submission.id.clone(),
            hotkey: submission.hotkey.clone(),
            epoch_id: submission.epoch_id,
            created_at: submission.created_at.rfc3339(),
            code_hash: submission.code_hash.clone(),
        }
    }
}

/// A text under its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Lowercase hex SHA-256 of the text's bytes.
    pub sha256: String,
    /// The text.
    pub text: String,
}

impl Part {
    fn of(bytes: &[u8]) -> Result<Self, NotText> {
        let text = std::str::from_utf8(bytes).map_err(|_| NotText)?;
        Ok(Self {
            sha256: digest(bytes),
            text: text.to_owned(),
        })
    }
}

/// A bundle's files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// The bundle's digest, as gates, duplicates and reports name it.
    pub digest: String,
    /// Content by path. A closed bundle's files are UTF-8.
    pub files: BTreeMap<String, Part>,
}

/// What was asked of the runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The values of `PrismContext`.
    pub context: Context,
    /// Lowercase hex SHA-256 of the vocabulary, where it is neither built in nor the bundle's.
    pub vocabulary_sha256: Option<String>,
    /// Clocks and quotas of the supervisor.
    pub limits: Limits,
    /// Limits of the jail.
    pub jail: JailLimits,
}

/// The manifests of the runs, exactly as the supervisor wrote them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runs {
    /// The run that was measured.
    pub measure: Part,
    /// The second run, at secret places.
    pub verify: Option<Part>,
    /// The examination of the exported state.
    pub examine: Option<Part>,
}

/// What the runs are worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scored {
    /// How far it can be trusted.
    pub level: Level,
    /// Version of the rules.
    pub scoring: String,
    /// Bits per byte.
    pub bpb: f64,
    /// What they are made of.
    pub parts: Parts,
    /// 1 / (1 + bpb).
    pub base: f64,
    /// 1, or what memorisation leaves.
    pub penalty: f64,
    /// From the held-out step.
    pub tie_break: f64,
    /// 1, or 0 for a void run.
    pub anti_cheat_multiplier: f64,
    /// (`base` x `penalty` + `tie_break`) x `anti_cheat_multiplier`.
    pub final_score: f64,
}

impl From<&Score> for Scored {
    fn from(score: &Score) -> Self {
        Self {
            level: score.level,
            scoring: score.scoring.clone(),
            bpb: score.bpb,
            parts: score.parts,
            base: score.base,
            penalty: score.penalty,
            tie_break: score.tie_break,
            anti_cheat_multiplier: score.anti_cheat_multiplier,
            final_score: score.final_score,
        }
    }
}

impl Scored {
    /// What a run outside a service is worth; none when it didn't complete.
    #[must_use]
    pub fn of(first: &Manifest, verified: Option<&Verified>) -> Option<Self> {
        let captured = first.parts?;
        let second = verified.and_then(|found| found.second_manifest.parts);
        let bpb = verified.map_or(captured.bpb, |found| found.bpb);
        let check = verified.map_or(Check::Provisional, Verified::check);
        let score = FinalScore::new(bpb, check);
        Some(Self {
            level: score.level,
            scoring: first.versions.scoring.clone(),
            bpb,
            parts: Parts {
                code_bits: second.unwrap_or(captured).code_bits,
                unread_bytes: captured.unread_bytes,
                bundle_bits: captured.bundle_bits,
                course_bytes: first.course.bytes,
            },
            base: score.base,
            penalty: score.penalty,
            tie_break: score.tie_break,
            anti_cheat_multiplier: score.multiplier,
            final_score: score.value,
        })
    }
}

/// What a document is made of.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// Null for a run outside a service.
    pub submission: Option<&'a Submission>,
    /// What was run.
    pub bundle: &'a prism_bundle::Bundle,
    /// What gates and preflight said of it.
    pub judgement: &'a Verdict,
    /// The run's context.
    pub context: &'a Context,
    /// The vocabulary of a tokenizer that is not built in, as the run had it.
    pub vocabulary: Option<&'a [u8]>,
    /// Clocks and quotas of the supervisor.
    pub limits: &'a Limits,
    /// Limits of the jail.
    pub jail: &'a JailLimits,
    /// Manifest of the run that was measured.
    pub measure: &'a [u8],
    /// Of the second run.
    pub verify: Option<&'a [u8]>,
    /// Of the examination.
    pub examine: Option<&'a [u8]>,
    /// What it is worth.
    pub score: &'a Scored,
}

/// Bytes that a document can't hold: bundles and manifests are text by the rules of those who wrote them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a file of the bundle or a manifest is not UTF-8 text")]
pub struct NotText;

/// The payload of a verdict's envelope.
///
/// # Errors
/// [`NotText`].
pub fn document(sources: &Sources<'_>) -> Result<Vec<u8>, NotText> {
    let files = sources.bundle.files().iter();
    let files = files.map(|(path, content)| Ok((path.clone(), Part::of(content)?)));
    let own = sources
        .bundle
        .files()
        .contains_key(&sources.context.tokenizer);
    let document = Document {
        schema: SCHEMA.to_owned(),
        made_by: format!("prism {}", env!("CARGO_PKG_VERSION")),
        made_at: Timestamp::now().rfc3339(),
        submission: sources.submission.map(Submitted::from),
        bundle: Files {
            digest: sources.bundle.digest().to_owned(),
            files: files.collect::<Result<_, NotText>>()?,
        },
        judgement: sources.judgement.clone(),
        question: Question {
            context: sources.context.clone(),
            vocabulary_sha256: sources.vocabulary.filter(|_| !own).map(digest),
            limits: sources.limits.clone(),
            jail: sources.jail.clone(),
        },
        runs: Runs {
            measure: Part::of(sources.measure)?,
            verify: sources.verify.map(Part::of).transpose()?,
            examine: sources.examine.map(Part::of).transpose()?,
        },
        score: sources.score.clone(),
        digests: BTreeMap::new(),
    };
    let mut value = serde_json::to_value(&document).map_err(|_| NotText)?;
    let digests = digests(&value);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("digests".into(), serde_json::json!(digests));
    }
    serde_json::to_vec(&value).map_err(|_| NotText)
}

/// The digest of each part but the digests themselves.
fn digests(document: &Value) -> BTreeMap<String, String> {
    let parts = document.as_object().into_iter().flatten();
    parts
        .filter(|(name, _)| *name != "digests")
        .map(|(name, part)| (name.clone(), digest(part.to_string().as_bytes())))
        .collect()
}

/// Lowercase hex SHA-256.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl Part {
    /// The manifest it holds.
    ///
    /// # Errors
    /// When it is none that this release reads.
    pub fn manifest(&self) -> Result<Manifest, serde_json::Error> {
        serde_json::from_str(&self.text)
    }
}
