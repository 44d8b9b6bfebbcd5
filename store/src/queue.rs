//! The queue: claims with leases, and the one place where a submission changes its state.
//!
//! A claim takes the oldest submission that is due, in one change, and is held by a token that every later step
//! must present. Who loses the lease (no heartbeat) can finish nothing any more, so a submission never gets two
//! scores. Infrastructure failures go back with a growing delay and let others pass; after a number of attempts
//! the submission is held for a person.

use std::time::Duration;

use serde_json::{Value, json};

use crate::Store;
use crate::change::Change;
use crate::cooldown::{cooldown, miner_key, void};
use crate::error::StoreError;
use crate::jobs::{begin_gate_job, close_job};
use crate::key::Key;
use crate::record::Record;
use crate::records::{JobStatus, Lease, Reason, ReasonCode, Score, State, Submission};
use crate::timestamp::Timestamp;

/// How the queue treats what doesn't end well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuePolicy {
    /// A claim without a heartbeat for this long is over.
    pub lease: Duration,
    /// Claims that neither end nor are given back, after which a submission is held.
    pub max_attempts: u32,
    /// Delay after the first failed attempt; doubles with each further one.
    pub backoff_first: Duration,
    /// Longest delay.
    pub backoff_max: Duration,
    /// After a void run no other submission of its hotkey is claimed for this long; others go first.
    pub cooldown: Duration,
}

impl Default for QueuePolicy {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(60),
            max_attempts: 5,
            backoff_first: Duration::from_secs(10),
            backoff_max: Duration::from_secs(15 * 60),
            cooldown: Duration::ZERO,
        }
    }
}

impl QueuePolicy {
    fn backoff(&self, attempts: u32) -> Duration {
        let doublings = attempts.saturating_sub(1).min(20);
        self.backoff_first
            .saturating_mul(1 << doublings)
            .min(self.backoff_max)
    }
}

/// A submission in someone's hands.
#[derive(Clone, Debug)]
pub struct Claim {
    /// As it was when it was claimed.
    pub submission: Submission,
    token: String,
}

/// How the work on a claim ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// With a score.
    Completed(Box<Score>),
    /// The run failed by the bundle's own fault.
    Failed(Reason),
    /// The bundle was refused before a run.
    Rejected(Reason),
    /// A person must decide.
    Held(Reason),
}

/// What became of a submission after an infrastructure failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Back in the queue, not before this time.
    At(Timestamp),
    /// No further attempt by itself; held.
    Held,
}

impl Store {
    /// Takes the oldest pending submission that is due; before that, takes back what lost its lease.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn claim(&self, policy: &QueuePolicy) -> Result<Option<Claim>, StoreError> {
        let now = Timestamp::now();
        self.take_back(policy, |submission| {
            submission
                .lease
                .as_ref()
                .is_none_or(|lease| lease.expires_at < now)
        })?;
        let mut change = self.change();
        let Some(mut submission) = self.next_due(&change, policy)? else {
            return Ok(None);
        };
        let token = uuid::Uuid::new_v4().to_string();
        submission.attempts = submission.attempts.saturating_add(1);
        submission.lease = Some(Lease {
            token: token.clone(),
            claimed_at: change.now,
            expires_at: change.now.after(policy.lease),
        });
        submission.reason = None;
        begin_gate_job(&mut change, &submission)?;
        let attempt = json!({ "attempt": submission.attempts });
        move_to(
            &mut change,
            &mut submission,
            State::Running,
            "submission.claimed",
            attempt,
        )?;
        change.commit()?;
        Ok(Some(Claim { submission, token }))
    }

    fn next_due(
        &self,
        change: &Change<'_>,
        policy: &QueuePolicy,
    ) -> Result<Option<Submission>, StoreError> {
        for entry in self.keys(Key::of("queue")) {
            let (_, id) = entry?;
            let submission = change.submission(&String::from_utf8_lossy(&id))?;
            let due = submission.state == State::Pending && submission.not_before <= change.now;
            if due
                && cooldown(
                    change.get(miner_key(&submission.hotkey))?,
                    policy,
                    change.now,
                )
                .is_none()
            {
                return Ok(Some(submission));
            }
        }
        Ok(None)
    }

    /// Says that the claim is alive. Nothing is flushed: after a crash every lease is dead anyway.
    ///
    /// # Errors
    ///
    /// [`StoreError::ClaimLost`]: stop working on it.
    pub fn heartbeat(&self, claim: &Claim, policy: &QueuePolicy) -> Result<(), StoreError> {
        let mut change = self.change();
        let mut submission = change.claimed(claim)?;
        let expires = change.now.after(policy.lease);
        if let Some(lease) = &mut submission.lease {
            lease.expires_at = expires;
        }
        change.put(submission_key(&submission.id), &submission)?;
        change.commit_lazily()
    }

    /// Ends the work on a claim for good. Doing it twice is an error; a score is written once.
    ///
    /// # Errors
    ///
    /// [`StoreError::ClaimLost`], or when the database fails.
    pub fn finish(&self, claim: &Claim, ended: Ended) -> Result<Submission, StoreError> {
        let mut change = self.change();
        let mut submission = change.claimed(claim)?;
        submission.lease = None;
        let (state, kind, status) = match &ended {
            Ended::Completed(_) => (
                State::Completed,
                "submission.completed",
                JobStatus::Completed,
            ),
            Ended::Failed(_) => (State::Failed, "submission.failed", JobStatus::Failed),
            Ended::Rejected(_) => (State::Rejected, "submission.rejected", JobStatus::Completed),
            Ended::Held(_) => (State::Held, "submission.held", JobStatus::Completed),
        };
        let (detail, error) = match ended {
            Ended::Completed(mut score) => {
                submission.reason = void(&mut change, &submission.hotkey, &score)?;
                crate::boards::record_score(&mut change, &submission, &mut score)?;
                (
                    json!({
                        "final_score": score.final_score, "bpb": score.bpb, "level": score.level,
                        "reason": submission.reason,
                    }),
                    None,
                )
            }
            Ended::Failed(reason) | Ended::Rejected(reason) | Ended::Held(reason) => {
                let detail = json!({ "reason": reason });
                let error = reason.detail.clone();
                submission.reason = Some(reason);
                (detail, Some(error))
            }
        };
        close_job(&mut change, &submission, status, error)?;
        move_to(&mut change, &mut submission, state, kind, detail)?;
        change.commit()?;
        Ok(submission)
    }

    /// The work on a claim failed outside the bundle: back into the queue with a delay, or held.
    ///
    /// # Errors
    ///
    /// [`StoreError::ClaimLost`], or when the database fails.
    pub fn retry(
        &self,
        claim: &Claim,
        reason: Reason,
        policy: &QueuePolicy,
    ) -> Result<Retry, StoreError> {
        let mut change = self.change();
        let submission = change.claimed(claim)?;
        let outcome = put_back(&mut change, submission, reason, policy)?;
        change.commit()?;
        Ok(outcome)
    }

    /// Gives a claim back untouched, when the service stops: due at once, the attempt not counted.
    ///
    /// # Errors
    ///
    /// [`StoreError::ClaimLost`], or when the database fails.
    pub fn give_back(&self, claim: &Claim) -> Result<(), StoreError> {
        let mut change = self.change();
        let mut submission = change.claimed(claim)?;
        submission.lease = None;
        submission.attempts = submission.attempts.saturating_sub(1);
        let reason = Reason {
            code: ReasonCode::Shutdown,
            detail: "the service was stopped; it will be tried again".into(),
        };
        close_job(
            &mut change,
            &submission,
            JobStatus::InfraFailed,
            Some(reason.detail.clone()),
        )?;
        submission.reason = Some(reason);
        move_to(
            &mut change,
            &mut submission,
            State::Pending,
            "submission.given_back",
            Value::Null,
        )?;
        change.commit()
    }

    /// At start-up nobody else can hold a claim: the folder is ours alone.
    pub(crate) fn recover(&self, policy: &QueuePolicy) -> Result<(), StoreError> {
        self.take_back(policy, |_| true)
    }

    fn take_back(
        &self,
        policy: &QueuePolicy,
        dead: impl Fn(&Submission) -> bool,
    ) -> Result<(), StoreError> {
        let mut change = self.change();
        let mut any = false;
        for entry in self.keys(Key::of("running")) {
            let (_, id) = entry?;
            let submission = change.submission(&String::from_utf8_lossy(&id))?;
            if submission.state == State::Running && dead(&submission) {
                let detail = "its process ended or went silent; it will be tried again".to_owned();
                put_back(
                    &mut change,
                    submission,
                    Reason {
                        code: ReasonCode::LeaseExpired,
                        detail,
                    },
                    policy,
                )?;
                any = true;
            }
        }
        if any { change.commit() } else { Ok(()) }
    }
}

impl Change<'_> {
    /// The submission, if this claim still holds it.
    pub(crate) fn claimed(&self, claim: &Claim) -> Result<Submission, StoreError> {
        let submission = self.submission(&claim.submission.id)?;
        let holds = submission
            .lease
            .as_ref()
            .is_some_and(|lease| lease.token == claim.token);
        if holds && submission.state == State::Running {
            Ok(submission)
        } else {
            Err(StoreError::ClaimLost(submission.id))
        }
    }
}

fn put_back(
    change: &mut Change<'_>,
    mut submission: Submission,
    reason: Reason,
    policy: &QueuePolicy,
) -> Result<Retry, StoreError> {
    submission.lease = None;
    close_job(
        change,
        &submission,
        JobStatus::InfraFailed,
        Some(reason.detail.clone()),
    )?;
    let detail = json!({ "reason": reason, "attempts": submission.attempts });
    if submission.attempts >= policy.max_attempts {
        submission.reason = Some(Reason {
            // A broken gate stays one, so that what it holds can be found.
            code: match reason.code {
                ReasonCode::GateFault => ReasonCode::GateFault,
                _ => ReasonCode::Infrastructure,
            },
            detail: format!(
                "held after {} attempts; the last one: {}",
                submission.attempts, reason.detail
            ),
        });
        move_to(
            change,
            &mut submission,
            State::Held,
            "submission.held",
            detail,
        )?;
        return Ok(Retry::Held);
    }
    // A lost process says nothing against trying at once; a failure that answered is given time to pass.
    let delay = match reason.code {
        ReasonCode::LeaseExpired => Duration::ZERO,
        _ => policy.backoff(submission.attempts),
    };
    submission.not_before = change.now.after(delay);
    submission.reason = Some(reason);
    let due = submission.not_before;
    move_to(
        change,
        &mut submission,
        State::Pending,
        "submission.retried",
        detail,
    )?;
    Ok(Retry::At(due))
}

/// The one place where a state changes: record, indexes and event together.
pub(crate) fn move_to(
    change: &mut Change<'_>,
    submission: &mut Submission,
    to: State,
    kind: &str,
    mut detail: Value,
) -> Result<(), StoreError> {
    let from = submission.state;
    let running = || Key::of("running").text(&submission.id);
    match from {
        State::Pending => change.remove(queue_key(submission)),
        State::Running => change.remove(running()),
        _ => {}
    }
    match to {
        State::Pending => change.index(queue_key(submission), submission.id.as_bytes()),
        State::Running => change.index(running(), submission.id.as_bytes()),
        _ => {}
    }
    submission.state = to;
    submission.updated_at = change.now;
    change.put(submission_key(&submission.id), submission)?;
    if !detail.is_object() {
        detail = json!({});
    }
    if let Some(fields) = detail.as_object_mut() {
        fields.insert("from".into(), json!(from));
        fields.insert("to".into(), json!(to));
    }
    change.event(&submission.id, kind, detail)?;
    Ok(())
}

pub(crate) fn submission_key(id: &str) -> Key {
    Key::of(Submission::TABLE).text(id)
}

pub(crate) fn queue_key(submission: &Submission) -> Key {
    Key::of("queue")
        .number(submission.created_at.0)
        .text(&submission.id)
}
