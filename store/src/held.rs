//! Held submissions: back into the queue when an operator says so.
//!
//! Which gate broke is not kept with the submission: its last verdict tells. That costs one file for each submission
//! that a broken gate holds, and only when somebody asks for the doing of one gate.

use serde_json::json;

use crate::Store;
use crate::change::Change;
use crate::error::StoreError;
use crate::key::Key;
use crate::queue::move_to;
use crate::record::Record;
use crate::records::{Reason, ReasonCode, State, Submission};

impl Store {
    /// Puts a held submission back into the queue with all its attempts, as an operator decides.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongState`] unless it is held; [`StoreError::NotFound`]; when the database fails.
    pub fn requeue(&self, id: &str, by: &str, why: &str) -> Result<Submission, StoreError> {
        let mut change = self.change();
        let mut submission = change.submission(id)?;
        if submission.state != State::Held {
            return Err(StoreError::WrongState {
                id: id.to_owned(),
                state: submission.state.name(),
                wanted: "only a held one can be put back into the queue",
            });
        }
        put_again(&mut change, &mut submission, by, why)?;
        change.commit()?;
        Ok(submission)
    }

    /// Puts every submission that is held because a gate broke back into the queue; with a `digest`, only those
    /// whose last verdict says that this gate broke. All of them or, on an error, none. Returns their ids, the
    /// earliest intake first.
    ///
    /// A submission whose verdict can't be read is left held and named in the log: one damaged file must not keep
    /// the others waiting.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn requeue_held(
        &self,
        digest: Option<&str>,
        by: &str,
        why: &str,
    ) -> Result<Vec<String>, StoreError> {
        let mut held = Vec::new();
        for submission in self.scan::<Submission>(Key::of(Submission::TABLE)) {
            let submission = submission?;
            let wanted = is_held_by_fault(&submission)
                && digest.is_none_or(|digest| self.broke(&submission.id, digest));
            if wanted {
                held.push((submission.created_at, submission.id));
            }
        }
        held.sort();
        let mut change = self.change();
        let mut requeued = Vec::new();
        for (_, id) in held {
            // Read again: an operator may have put it back since.
            let mut submission = change.submission(&id)?;
            if is_held_by_fault(&submission) {
                put_again(&mut change, &mut submission, by, why)?;
                requeued.push(id);
            }
        }
        if !requeued.is_empty() {
            change.commit()?;
        }
        Ok(requeued)
    }

    /// Whether the last verdict says that this gate broke.
    fn broke(&self, submission_id: &str, digest: &str) -> bool {
        match self.verdict(submission_id) {
            Ok(Some((_, verdict))) => verdict
                .gates
                .iter()
                .any(|run| run.digest == digest && run.fault.is_some()),
            Ok(None) => false,
            Err(error) => {
                tracing::error!(%error, id = submission_id, "a held submission's verdict can't be read");
                false
            }
        }
    }
}

fn is_held_by_fault(submission: &Submission) -> bool {
    let reason = submission.reason.as_ref();
    submission.state == State::Held
        && reason.is_some_and(|reason| reason.code == ReasonCode::GateFault)
}

fn put_again(
    change: &mut Change<'_>,
    submission: &mut Submission,
    by: &str,
    why: &str,
) -> Result<(), StoreError> {
    submission.attempts = 0;
    submission.not_before = change.now;
    submission.reason = Some(Reason {
        code: ReasonCode::Requeued,
        detail: format!("{by} put it back into the queue"),
    });
    let detail = json!({ "by": by, "why": why });
    move_to(
        change,
        submission,
        State::Pending,
        "submission.requeued",
        detail,
    )
}
