//! Scores, families and variants. What is best is not kept here: it depends on which scores the operator's policy
//! admits, so whoever asks works it out from the scores.

use serde_json::json;

use crate::Store;
use crate::change::Change;
use crate::error::StoreError;
use crate::key::Key;
use crate::record::Record;
use crate::records::{Family, Score, Submission, Variant};

impl Store {
    /// The score of a submission.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn score(&self, submission_id: &str) -> Result<Option<Score>, StoreError> {
        self.read(score_key(submission_id))
    }

    /// Every score.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn scores(&self) -> Result<Vec<Score>, StoreError> {
        self.scan(Key::of(Score::TABLE)).collect()
    }

    /// The scores of submissions taken in during this epoch.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn scores_of_epoch(&self, epoch_id: u64) -> Result<Vec<Score>, StoreError> {
        self.keys(Key::of("scores_by_epoch").number(epoch_id))
            .map(|entry| {
                let (_, id) = entry?;
                let id = String::from_utf8_lossy(&id);
                self.score(&id)?.ok_or_else(|| StoreError::NotFound {
                    what: "score",
                    id: id.to_string(),
                })
            })
            .collect()
    }

    /// Every family.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn families(&self) -> Result<Vec<Family>, StoreError> {
        self.scan(Key::of(Family::TABLE)).collect()
    }

    /// The variants of a family.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn variants(&self, arch_hash: &str) -> Result<Vec<Variant>, StoreError> {
        self.scan(Key::of(Variant::TABLE).text(arch_hash)).collect()
    }
}

/// Writes a submission's first score, and its family and variant when they are new.
pub(crate) fn record_score(
    change: &mut Change<'_>,
    submission: &Submission,
    score: &mut Score,
) -> Result<(), StoreError> {
    if change.get::<Score>(score_key(&submission.id))?.is_some() {
        return Err(StoreError::Invalid(format!(
            "submission {} already has a score",
            submission.id
        )));
    }
    if !score.final_score.is_finite() || !score.bpb.is_finite() {
        return Err(StoreError::Invalid(
            "a score must be a finite number".into(),
        ));
    }
    // Whose score it is, is the submission's word, whatever the caller filled in.
    score.submission_id.clone_from(&submission.id);
    score.hotkey.clone_from(&submission.hotkey);
    score.epoch_id = submission.epoch_id;
    score.created_at = submission.created_at;
    score.scored_at = change.now;
    let detail = json!({
        "final_score": score.final_score, "bpb": score.bpb, "level": score.level, "manifest": score.manifest,
        "arch_hash": score.arch_hash, "training_hash": score.training_hash,
    });
    score.scored_sequence = change.event(&submission.id, "submission.scored", detail)?;
    change.put(score_key(&submission.id), score)?;
    let by_epoch = Key::of("scores_by_epoch")
        .number(score.epoch_id)
        .text(&submission.id);
    change.index(by_epoch, submission.id.as_bytes());

    let Some(arch_hash) = score.arch_hash.clone() else {
        return Ok(());
    };
    let family_key = || Key::of(Family::TABLE).text(&arch_hash);
    if change.get::<Family>(family_key())?.is_none() {
        let family = Family {
            arch_hash: arch_hash.clone(),
            name: score.architecture_name.clone(),
            owner_hotkey: submission.hotkey.clone(),
            first_submission_id: submission.id.clone(),
            created_at: change.now,
        };
        change.put(family_key(), &family)?;
        let detail = json!({ "owner": family.owner_hotkey, "name": family.name, "submission": submission.id });
        change.event(&arch_hash, "family.founded", detail)?;
    }
    let Some(training_hash) = score.training_hash.clone() else {
        return Ok(());
    };
    let variant_key = || {
        Key::of(Variant::TABLE)
            .text(&arch_hash)
            .text(&training_hash)
    };
    if change.get::<Variant>(variant_key())?.is_none() {
        let variant = Variant {
            arch_hash: arch_hash.clone(),
            training_hash: training_hash.clone(),
            first_submission_id: submission.id.clone(),
            created_at: change.now,
        };
        change.put(variant_key(), &variant)?;
        let detail = json!({ "training_hash": training_hash, "submission": submission.id });
        change.event(&arch_hash, "variant.founded", detail)?;
    }
    Ok(())
}

fn score_key(submission_id: &str) -> Key {
    Key::of(Score::TABLE).text(submission_id)
}
