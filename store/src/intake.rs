//! Taking a submission in, and reading submissions back.

use std::ops::ControlFlow;

use serde_json::{Map, Value, json};

use crate::Store;
use crate::blobs::BlobId;
use crate::cooldown::miner_key;
use crate::error::StoreError;
use crate::jobs::job_key;
use crate::key::Key;
use crate::queue::{queue_key, submission_key};
use crate::record::Record;
use crate::records::{
    CodeForm, Epoch, EvalJob, JobStatus, Miner, State, Submission, SubmissionSource,
};
use crate::timestamp::Timestamp;

/// What the bridge accepted.
#[derive(Clone, Debug)]
pub struct NewSubmission {
    /// Verified hotkey.
    pub hotkey: String,
    /// Verified uid.
    pub uid: Option<u64>,
    /// File name.
    pub filename: String,
    /// What `content` is.
    pub form: CodeForm,
    /// The archive, or the text.
    pub content: Vec<u8>,
    /// Lowercase hex SHA-256 of the `code` text.
    pub code_hash: String,
    /// What came beside it.
    pub metadata: Map<String, Value>,
}

impl Store {
    /// Takes a submission into the queue; it is on disk when this returns.
    ///
    /// # Errors
    ///
    /// When the disk or the database fails; then it may or may not be in the queue.
    pub fn accept(&self, new: NewSubmission, epoch_seconds: u64) -> Result<Submission, StoreError> {
        let blob: BlobId = self.blobs().put(&new.content)?;
        let mut change = self.change();
        let now = change.now;
        let epoch_id = now.seconds() / epoch_seconds.max(1);
        let submission = Submission {
            id: uuid::Uuid::new_v4().to_string(),
            hotkey: new.hotkey,
            epoch_id,
            created_at: now,
            updated_at: now,
            state: State::Pending,
            reason: None,
            code_hash: new.code_hash,
            attempts: 0,
            not_before: now,
            lease: None,
        };
        let source = SubmissionSource {
            submission_id: submission.id.clone(),
            filename: new.filename,
            form: new.form,
            bytes: u64::try_from(new.content.len()).unwrap_or(u64::MAX),
            blob,
            metadata: new.metadata,
        };
        let job = EvalJob {
            id: uuid::Uuid::new_v4().to_string(),
            submission_id: submission.id.clone(),
            level: "l1".into(),
            status: JobStatus::Pending,
            attempts: 0,
            created_at: now,
            updated_at: now,
            error: None,
        };
        change.put(submission_key(&submission.id), &submission)?;
        change.index(queue_key(&submission), submission.id.as_bytes());
        change.index(by_time(&submission), submission.id.as_bytes());
        change.put(
            Key::of(SubmissionSource::TABLE).text(&submission.id),
            &source,
        )?;
        change.put(job_key(&job), &job)?;
        change.index(Key::of("gate_job").text(&submission.id), job.id.as_bytes());

        let miner_key = || miner_key(&submission.hotkey);
        let known: Option<Miner> = change.get(miner_key())?;
        let miner = Miner {
            hotkey: submission.hotkey.clone(),
            uid: new.uid.or(known.as_ref().and_then(|miner| miner.uid)),
            first_seen: known.as_ref().map_or(now, |miner| miner.first_seen),
            last_seen: now,
            void_at: known.as_ref().and_then(|miner| miner.void_at),
            submissions: known.map_or(0, |miner| miner.submissions).saturating_add(1),
        };
        change.put(miner_key(), &miner)?;
        let starts = epoch_id.saturating_mul(epoch_seconds.max(1));
        let epoch = Epoch {
            id: epoch_id,
            starts_at: Timestamp::from_seconds(starts),
            ends_at: Timestamp::from_seconds(starts.saturating_add(epoch_seconds.max(1))),
        };
        change.put(Key::of(Epoch::TABLE).number(epoch_id), &epoch)?;
        let detail = json!({
            "to": State::Pending, "hotkey": submission.hotkey, "epoch_id": epoch_id,
            "code_hash": submission.code_hash, "blob": source.blob, "filename": source.filename,
        });
        change.event(&submission.id, "submission.accepted", detail)?;
        change.commit()?;
        Ok(submission)
    }

    /// A submission.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn submission(&self, id: &str) -> Result<Option<Submission>, StoreError> {
        self.read(submission_key(id))
    }

    /// What was uploaded.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`], or when the database fails.
    pub fn source(&self, id: &str) -> Result<SubmissionSource, StoreError> {
        self.read(Key::of(SubmissionSource::TABLE).text(id))?
            .ok_or_else(|| StoreError::NotFound {
                what: "submission source",
                id: id.to_owned(),
            })
    }

    /// Submissions waiting in the queue, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn pending(&self) -> Result<Vec<Submission>, StoreError> {
        self.indexed(self.keys(Key::of("queue")), usize::MAX)
    }

    /// At most `limit` submissions, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn latest_submissions(&self, limit: usize) -> Result<Vec<Submission>, StoreError> {
        self.indexed(self.keys(Key::of("submissions_by_time")).rev(), limit)
    }

    /// Intake times of all submissions not older than `since`, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn intake_times(&self, since: Timestamp) -> Result<Vec<Timestamp>, StoreError> {
        let mut times = Vec::new();
        let newest_first = self.keys(Key::of("submissions_by_time")).rev();
        let ended = { newest_first }.try_for_each(|entry| {
            let (key, _) = match entry {
                Ok(entry) => entry,
                Err(error) => return ControlFlow::Break(Err(error)),
            };
            // The time stands right behind the table's name.
            let at = key
                .get("submissions_by_time".len() + 1..)
                .and_then(|rest| rest.first_chunk::<8>());
            let at = Timestamp(at.map_or(0, |bytes| u64::from_be_bytes(*bytes)));
            if at < since {
                return ControlFlow::Break(Ok(()));
            }
            times.push(at);
            ControlFlow::Continue(())
        });
        match ended {
            ControlFlow::Break(Err(error)) => Err(error),
            _ => Ok(times),
        }
    }

    fn indexed(
        &self,
        entries: impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>>,
        limit: usize,
    ) -> Result<Vec<Submission>, StoreError> {
        let mut submissions = Vec::new();
        for entry in entries.take(limit) {
            let (_, id) = entry?;
            // An entry may have left the index since the scan began; its record is always there.
            submissions.extend(self.submission(&String::from_utf8_lossy(&id))?);
        }
        Ok(submissions)
    }

    /// At most `limit` jobs, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn latest_jobs(&self, limit: usize) -> Result<Vec<EvalJob>, StoreError> {
        self.scan(Key::of(EvalJob::TABLE))
            .rev()
            .take(limit)
            .collect()
    }

    /// At most `limit` epochs, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn latest_epochs(&self, limit: usize) -> Result<Vec<Epoch>, StoreError> {
        self.scan(Key::of(Epoch::TABLE)).rev().take(limit).collect()
    }
}

fn by_time(submission: &Submission) -> Key {
    Key::of("submissions_by_time")
        .number(submission.created_at.0)
        .text(&submission.id)
}
