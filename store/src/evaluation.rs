//! What came of the work on a claim: verdicts, runs and their manifests.

use serde_json::json;

use crate::blobs::BlobId;
use crate::error::StoreError;
use crate::jobs::{close_job, open_job};
use crate::key::Key;
use crate::record::Record;
use crate::records::{EvalJob, JobStatus, StoredVerdict, Submission};
use crate::verdict::Verdict;
use crate::{Claim, Store};

impl Store {
    /// Keeps what the gates said, and in the same change the fingerprints they asked the corpus with; the gates'
    /// job is done.
    ///
    /// # Errors
    ///
    /// [`StoreError::ClaimLost`], or when disk or database fail.
    pub fn record_verdict(
        &self,
        claim: &Claim,
        verdict: &Verdict,
    ) -> Result<StoredVerdict, StoreError> {
        let json =
            serde_json::to_vec(verdict).map_err(|error| StoreError::Invalid(error.to_string()))?;
        let blob = self.blobs().put(&json)?;
        let fingerprints = crate::corpus::asked(self.blobs(), verdict)?;
        let mut change = self.change();
        let submission = change.claimed(claim)?;
        let record = StoredVerdict {
            submission_id: submission.id.clone(),
            attempt: submission.attempts,
            decided_at: change.now,
            decision: verdict.verdict,
            revision: verdict.revision,
            bundle: verdict.bundle.clone(),
            blob,
        };
        let key = Key::of(StoredVerdict::TABLE)
            .text(&submission.id)
            .number(change.now.0);
        change.put(key, &record)?;
        crate::corpus::keep(&mut change, &submission, fingerprints)?;
        close_job(&mut change, &submission, JobStatus::Completed, None)?;
        let detail =
            json!({ "verdict": record.decision, "revision": record.revision, "blob": record.blob });
        change.event(&submission.id, "submission.judged", detail)?;
        change.commit()?;
        Ok(record)
    }

    /// A run of this submission begins; `level` names the executor.
    ///
    /// # Errors
    ///
    /// [`StoreError::ClaimLost`], or when the database fails.
    pub fn begin_run(&self, claim: &Claim, level: &str) -> Result<EvalJob, StoreError> {
        let mut change = self.change();
        let submission = change.claimed(claim)?;
        let job = EvalJob {
            id: uuid::Uuid::new_v4().to_string(),
            submission_id: submission.id.clone(),
            level: level.to_owned(),
            status: JobStatus::Running,
            attempts: submission.attempts,
            created_at: change.now,
            updated_at: change.now,
            error: None,
        };
        open_job(&mut change, &job)?;
        change.event(
            &submission.id,
            "submission.run_started",
            json!({ "job": job.id, "level": level }),
        )?;
        change.commit()?;
        Ok(job)
    }

    /// Keeps the manifest of a run, whatever came of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::ClaimLost`], or when disk or database fail.
    pub fn record_manifest(&self, claim: &Claim, manifest: &[u8]) -> Result<BlobId, StoreError> {
        let blob = self.blobs().put(manifest)?;
        let mut change = self.change();
        let submission = change.claimed(claim)?;
        change.index(manifest_key(&submission.id), blob.as_str().as_bytes());
        change.event(
            &submission.id,
            "submission.run_ended",
            json!({ "manifest": blob }),
        )?;
        change.commit()?;
        Ok(blob)
    }

    /// Keeps the manifests of a second run and, where it came to that, of the examination.
    ///
    /// # Errors
    ///
    /// [`StoreError::ClaimLost`], or when disk or database fail.
    pub fn record_verification(
        &self,
        claim: &Claim,
        second: &[u8],
        examination: Option<&[u8]>,
    ) -> Result<(BlobId, Option<BlobId>), StoreError> {
        let second = self.blobs().put(second)?;
        let examination = examination
            .map(|manifest| self.blobs().put(manifest))
            .transpose()?;
        let mut change = self.change();
        let submission = change.claimed(claim)?;
        change.event(
            &submission.id,
            "submission.run_verified",
            json!({ "second_run": second, "examination": examination }),
        )?;
        change.commit()?;
        Ok((second, examination))
    }

    /// The verdict bundle of a submission; none before it has a score, and for scores of releases that made none.
    ///
    /// # Errors
    ///
    /// When database or blob can't be read.
    pub fn verdict_bundle(&self, submission_id: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let blob = self.score(submission_id)?.and_then(|score| score.verdict);
        blob.map(|blob| self.blobs().get(&blob)).transpose()
    }

    /// The manifest of the last run of a submission.
    ///
    /// # Errors
    ///
    /// When database or blob can't be read.
    pub fn manifest(&self, submission_id: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let key = manifest_key(submission_id).into_bytes();
        let Some(id) = self
            .0
            .tree
            .get(key)
            .map_err(StoreError::database("reading an index"))?
        else {
            return Ok(None);
        };
        let id = BlobId::try_from(String::from_utf8_lossy(&id).into_owned())
            .map_err(StoreError::Invalid)?;
        self.blobs().get(&id).map(Some)
    }

    /// The last verdict on a submission, whole.
    ///
    /// # Errors
    ///
    /// When database or blob can't be read.
    pub fn verdict(
        &self,
        submission_id: &str,
    ) -> Result<Option<(StoredVerdict, Verdict)>, StoreError> {
        let last = self
            .scan::<StoredVerdict>(Key::of(StoredVerdict::TABLE).text(submission_id))
            .next_back();
        let Some(record) = last.transpose()? else {
            return Ok(None);
        };
        let json = self.blobs().get(&record.blob)?;
        let verdict = serde_json::from_slice(&json).map_err(|error| StoreError::Unreadable {
            table: StoredVerdict::TABLE,
            reason: error.to_string(),
        })?;
        Ok(Some((record, verdict)))
    }
}

/// Some judged submissions, the newest first.
#[derive(Clone, Debug)]
pub struct JudgedPage {
    /// Each with its last verdict.
    pub entries: Vec<(Submission, StoredVerdict)>,
    /// Where the older ones begin; none at the end.
    pub next: Option<String>,
}

impl Store {
    /// Submissions that gates have judged, the newest first, at most `limit`; `after` is from an earlier page.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] when `after` is not from a page; when the database fails.
    pub fn judged(&self, limit: usize, after: Option<&String>) -> Result<JudgedPage, StoreError> {
        let first = Key::of("submissions_by_time").into_bytes();
        let end = match after {
            Some(after) => hex::decode(after)
                .ok()
                .filter(|key| key.starts_with(&first))
                .ok_or_else(|| StoreError::Invalid("`after` is not from an earlier page".into()))?,
            None => Key::of("submissions_by_time").number(u64::MAX).into_bytes(),
        };
        let mut page = JudgedPage {
            entries: Vec::new(),
            next: None,
        };
        for entry in self.0.tree.range(first..end).rev() {
            let (key, id) = entry.map_err(StoreError::database("reading an index"))?;
            let id = String::from_utf8_lossy(&id);
            let last = self
                .scan::<StoredVerdict>(Key::of(StoredVerdict::TABLE).text(&id))
                .next_back()
                .transpose()?;
            // A bundle that is not closed was seen by no gate.
            let Some(verdict) = last.filter(|verdict| !verdict.bundle.is_empty()) else {
                continue;
            };
            page.entries.extend(
                self.submission(&id)?
                    .map(|submission| (submission, verdict)),
            );
            if page.entries.len() >= limit {
                page.next = Some(hex::encode(key));
                break;
            }
        }
        Ok(page)
    }
}

fn manifest_key(submission_id: &str) -> Key {
    Key::of("last_manifest").text(submission_id)
}
