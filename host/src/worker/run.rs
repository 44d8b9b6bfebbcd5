//! From a bundle that everybody allows to a score with its signed verdict: the run, and where the score would change a board
//! the runs that verify it.

use prism_bundle::Bundle;
use prism_executor::{Cancel, ExecutorError, Job, RunResult};
use prism_protocol::event::Event;
use prism_protocol::manifest::Manifest;
use prism_protocol::outcome::Outcome;
use prism_protocol::spec::{Context, Task};
use prism_registry::Envelope;
use prism_store::records::{Reason, Score};
use prism_store::verdict::Verdict;
use prism_store::{Claim, Ended};
use tokio::sync::mpsc;

use super::Worker;
use super::outcome::{End, code, infrastructure};
use crate::context;
use crate::leaderboard::{self, Policy};
use crate::scoring;
use crate::state::Activity;
use crate::verdict::{self, PAYLOAD_TYPE, Scored, Sources};
use crate::verification::{self, Seeds, Verified};
use crate::weights::{POOLS_KEY, Pools};

impl Worker {
    /// Runs a bundle that gates and preflight allow, once there is a place to run.
    pub(super) async fn run(
        &self,
        claim: &Claim,
        verdict: &Verdict,
        bundle: &Bundle,
        context: Context,
        mut cancel: Cancel,
    ) -> End {
        let id = &claim.submission.id;
        self.state.live.set(id, Activity::Waiting);
        let place = tokio::select! {
            place = self.runs.acquire() => place,
            () = cancel.cancelled() => return End::GiveBack,
        };
        let Ok(_place) = place else {
            return End::GiveBack;
        };
        self.state.live.set(id, Activity::Starting);
        let begun = claim.clone();
        let level = self.executor.isolation().level;
        if let Err(error) = self
            .blocking(move |worker| worker.state.store.begin_run(&begun, level.name()))
            .await
        {
            return infrastructure(&error);
        }
        let job = self.job(claim, bundle, context);
        let (events, mut received) = mpsc::channel(64);
        let following = async {
            while let Some(event) = received.recv().await {
                if let Event::Progress(progress) = event {
                    self.state.live.set(id, Activity::Running(progress));
                }
            }
        };
        let running = self.executor.run(job.clone(), events, cancel.clone());
        let (result, ()) = tokio::join!(running, following);
        match result {
            Ok(result) => self
                .scored(claim, (verdict, bundle), &job, result, cancel)
                .await
                .unwrap_or_else(|end| end),
            Err(ExecutorError::Cancelled) => End::GiveBack,
            Err(error) => infrastructure(&error),
        }
    }

    fn job(&self, claim: &Claim, bundle: &Bundle, context: Context) -> Job {
        let (id, config) = (&claim.submission.id, &self.state.config);
        Job {
            run_id: format!("{id}-{}", claim.submission.attempts),
            task: Task::Measure {
                probes: config.verification.probes,
            },
            submission_id: id.clone(),
            files: bundle.files().clone(),
            course: self.course.clone(),
            course_key: config.course_key.clone(),
            decoys: self.pools.decoys.clone(),
            vocabulary: context::vocabulary(&config.context, bundle),
            course_bytes: config.course_bytes,
            context,
            limits: config.run.limits(),
            jail: config.jail.clone(),
        }
    }

    /// What a run that ended is worth; the error is an end without a score.
    async fn scored(
        &self,
        claim: &Claim,
        (judgement, bundle): (&Verdict, &Bundle),
        job: &Job,
        result: RunResult,
        cancel: Cancel,
    ) -> Result<End, End> {
        if let Outcome::Infrastructure { detail } = &result.outcome {
            return Err(infrastructure(detail));
        }
        let (claimed, bytes) = (claim.clone(), result.manifest.bytes.clone());
        let blob = self
            .blocking(move |worker| worker.state.store.record_manifest(&claimed, &bytes))
            .await
            .map_err(|error| infrastructure(&error))?;
        if let Outcome::Failed { reason, detail } = result.outcome {
            return Err(End::Finish(Ended::Failed(Reason {
                code: code(reason),
                detail,
            })));
        }
        let manifest: Manifest = serde_json::from_value(result.manifest.value.clone())
            .map_err(|error| infrastructure(&error))?;
        let mut score = scoring::score(&claim.submission, &judgement.facts, &manifest, blob)
            .map_err(|error| infrastructure(&error))?;
        let verified = if self.worth_verifying(&score).await? {
            let verified = self.verify(claim, job, &result, cancel).await?;
            score = self.with_verification(claim, score, &verified).await?;
            Some(verified)
        } else {
            None
        };
        let examination = verified
            .as_ref()
            .and_then(|found| found.examination.as_ref());
        let document = verdict::document(&Sources {
            submission: Some(&claim.submission),
            bundle,
            judgement,
            context: &job.context,
            vocabulary: job.vocabulary.as_deref(),
            limits: &job.limits,
            jail: &job.jail,
            measure: &result.manifest.bytes,
            verify: verified.as_ref().map(|found| &*found.second.manifest.bytes),
            examine: examination.map(|run| &*run.manifest.bytes),
            score: &Scored::from(&score),
        })
        .map_err(|error| infrastructure(&error))?;
        let mut envelope = Envelope::new(PAYLOAD_TYPE, document);
        envelope.sign(&self.verdict_key);
        let signed = envelope
            .to_bytes()
            .map_err(|error| infrastructure(&error))?;
        let kept = self
            .blocking(move |worker| worker.state.store.blobs().put(&signed))
            .await;
        score.verdict = Some(kept.map_err(|error| infrastructure(&error))?);
        Ok(End::Finish(Ended::Completed(Box::new(score))))
    }

    /// Whether the boards or the weights would be others if this score were verified.
    async fn worth_verifying(&self, score: &Score) -> Result<bool, End> {
        if !self.state.config.verification.enabled {
            return Ok(false);
        }
        let (rank, score) = (self.state.config.rank, score.clone());
        let read = self.blocking(move |worker| {
            let store = &worker.state.store;
            let policy = Policy::new(rank, store.active_course()?);
            // Shares that can't be paid out are told where weights are asked for.
            let pools = Pools::from_setting(store.runtime(POOLS_KEY)?).unwrap_or_default();
            Ok(leaderboard::would_change(
                &policy,
                &store.scores()?,
                &score,
                pools,
            ))
        });
        read.await.map_err(|error| infrastructure(&error))
    }

    async fn verify(
        &self,
        claim: &Claim,
        job: &Job,
        first: &RunResult,
        cancel: Cancel,
    ) -> Result<Verified, End> {
        let id = &claim.submission.id;
        self.state.live.set(id, Activity::Starting);
        let (events, mut received) = mpsc::channel(64);
        let following = async {
            while let Some(event) = received.recv().await {
                match event {
                    Event::Progress(progress) => {
                        self.state.live.set(id, Activity::Verifying(progress));
                    }
                    Event::Examining { asked, places } => {
                        self.state
                            .live
                            .set(id, Activity::Examining { asked, places });
                    }
                    _ => {}
                }
            }
        };
        let how = (&self.state.config.verification, &self.pools, Seeds::fresh());
        let verifying = verification::verify(&*self.executor, job, first, how, events, cancel);
        let (verified, ()) = tokio::join!(verifying, following);
        verified.map_err(|error| match error {
            ExecutorError::Cancelled => End::GiveBack,
            error => infrastructure(&error),
        })
    }

    /// The score with what verification found, whose manifests are kept.
    async fn with_verification(
        &self,
        claim: &Claim,
        score: Score,
        verified: &Verified,
    ) -> Result<Score, End> {
        let claimed = claim.clone();
        let second = verified.second.manifest.bytes.clone();
        let examined = verified.examination.as_ref();
        let examined = examined.map(|run| run.manifest.bytes.clone());
        let blobs = self
            .blocking(move |worker| {
                let store = &worker.state.store;
                store.record_verification(&claimed, &second, examined.as_deref())
            })
            .await
            .map_err(|error| infrastructure(&error))?;
        scoring::verified(score, verified, blobs).map_err(|error| infrastructure(&error))
    }
}
