//! Jobs: the record of each stage of work, and which of a submission's jobs is open.

use crate::change::Change;
use crate::error::StoreError;
use crate::key::Key;
use crate::record::Record;
use crate::records::{EvalJob, JobStatus, Submission};

pub(crate) fn begin_gate_job(
    change: &mut Change<'_>,
    submission: &Submission,
) -> Result<(), StoreError> {
    let Some(id) = change.index_value(Key::of("gate_job").text(&submission.id))? else {
        return Ok(());
    };
    let key = Key::of(EvalJob::TABLE)
        .number(submission.created_at.0)
        .text(&String::from_utf8_lossy(&id));
    if let Some(mut job) = change.get::<EvalJob>(key)? {
        job.status = JobStatus::Running;
        job.attempts = submission.attempts;
        job.updated_at = change.now;
        job.error = None;
        open_job(change, &job)?;
    }
    Ok(())
}

pub(crate) fn open_job(change: &mut Change<'_>, job: &EvalJob) -> Result<(), StoreError> {
    change.put(job_key(job), job)?;
    let mut place = job.created_at.0.to_be_bytes().to_vec();
    place.extend_from_slice(job.id.as_bytes());
    change.index(Key::of("open_job").text(&job.submission_id), &place);
    Ok(())
}

pub(crate) fn close_job(
    change: &mut Change<'_>,
    submission: &Submission,
    status: JobStatus,
    error: Option<String>,
) -> Result<(), StoreError> {
    let open = || Key::of("open_job").text(&submission.id);
    let Some(place) = change.index_value(open())? else {
        return Ok(());
    };
    change.remove(open());
    let Some((created, id)) = place.split_first_chunk::<8>() else {
        return Ok(());
    };
    let key = Key::of(EvalJob::TABLE)
        .number(u64::from_be_bytes(*created))
        .text(&String::from_utf8_lossy(id));
    if let Some(mut job) = change.get::<EvalJob>(key)? {
        job.status = status;
        job.error = error;
        job.updated_at = change.now;
        change.put(job_key(&job), &job)?;
    }
    Ok(())
}

pub(crate) fn job_key(job: &EvalJob) -> Key {
    Key::of(EvalJob::TABLE)
        .number(job.created_at.0)
        .text(&job.id)
}
