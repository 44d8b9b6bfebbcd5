//! The queue worker: claim, judge, look at it under real torch; what is run and how it is scored is in [`run`]. Several
//! work at once; runs are made one at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use prism_bundle::Bundle;
use prism_executor::{Cancel, CancelHandle, Executor, ExecutorError};
use prism_registry::SecretKey;
use prism_store::verdict::Verdict;
use prism_store::{Claim, QueuePolicy, StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::task::JoinSet;

use crate::context;
use crate::platform::Platform;
use crate::preflight;
use crate::state::{Activity, AppState};
use crate::stored;
use crate::verification::Pools;

mod outcome;
mod run;

use outcome::{End, decided, infrastructure};

/// How long an idle worker waits before it looks again.
const IDLE: Duration = Duration::from_millis(500);

/// What a worker needs.
#[derive(Clone)]
pub struct Worker {
    /// State shared with the routes.
    pub state: Arc<AppState>,
    /// The gates.
    pub platform: Arc<Platform>,
    /// Where runs happen.
    pub executor: Arc<dyn Executor>,
    /// The course.
    pub course: std::path::PathBuf,
    /// The texts beside it.
    pub pools: Pools,
    /// Signs the verdicts.
    pub verdict_key: Arc<SecretKey>,
    /// Most rows x columns of a batch on it.
    pub max_cells: u64,
    /// How the queue treats what doesn't end well.
    pub policy: QueuePolicy,
    /// Places to be judged. A place is taken before a claim, so that what is claimed is worked on at once.
    pub gates: Arc<Semaphore>,
    /// Places to be looked at under real torch.
    pub preflights: Arc<Semaphore>,
    /// Places to run.
    pub runs: Arc<Semaphore>,
    /// True once the service stops.
    pub stopping: watch::Receiver<bool>,
}

impl Worker {
    /// Works until the service stops.
    pub async fn work(mut self) {
        while !*self.stopping.borrow() {
            let gates = Arc::clone(&self.gates);
            let place = tokio::select! {
                place = gates.acquire_owned() => place,
                () = stopped(&mut self.stopping) => return,
            };
            let Ok(place) = place else { return };
            match self
                .blocking(|worker| worker.state.store.claim(&worker.policy))
                .await
            {
                Ok(Some(claim)) => {
                    // In a task of its own: a panic ends the work on one submission, whose lease then runs out,
                    // and not the worker.
                    let (worker, id) = (self.clone(), claim.submission.id.clone());
                    if let Err(error) =
                        tokio::spawn(async move { worker.attend(claim, place).await }).await
                    {
                        tracing::error!(id, %error, "the work on a submission broke");
                        self.state.live.clear(&id);
                    }
                }
                Ok(None) => self.idle().await,
                Err(error) => {
                    tracing::error!(%error, "the queue can't be read");
                    self.idle().await;
                }
            }
        }
    }

    async fn idle(&mut self) {
        let _ = tokio::time::timeout(IDLE, stopped(&mut self.stopping)).await;
    }

    /// Does the work on one claim while a heartbeat keeps it.
    async fn attend(&self, claim: Claim, gate: OwnedSemaphorePermit) {
        let id = claim.submission.id.clone();
        let (handle, cancel) = Cancel::pair();
        // Dropping the set ends the heartbeat, however this function is left.
        let mut heartbeat = JoinSet::new();
        heartbeat.spawn(self.clone().keep(claim.clone(), handle));
        let end = self.judge_and_run(&claim, gate, cancel).await;
        drop(heartbeat);
        self.state.live.clear(&id);
        let told = self
            .blocking(move |worker| match end {
                End::Finish(ended) => worker.state.store.finish(&claim, ended).map(|_| ()),
                End::Retry(reason) => {
                    tracing::warn!(
                        id = claim.submission.id,
                        reason = reason.detail,
                        "will be tried again"
                    );
                    worker
                        .state
                        .store
                        .retry(&claim, reason, &worker.policy)
                        .map(|_| ())
                }
                End::GiveBack => worker.state.store.give_back(&claim),
            })
            .await;
        if let Err(error) = told {
            // The lease runs out, and the submission is claimed again.
            tracing::error!(id, %error, "the end of the work could not be stored");
        }
    }

    /// Renews the lease; cancels the work when the lease is lost or the service stops.
    async fn keep(self, claim: Claim, cancel: CancelHandle) {
        let mut beat = tokio::time::interval(self.policy.lease / 4);
        let mut stopping = self.stopping.clone();
        loop {
            tokio::select! {
                _ = beat.tick() => {
                    let claim = claim.clone();
                    let kept = self.blocking(move |worker| worker.state.store.heartbeat(&claim, &worker.policy)).await;
                    if let Err(StoreError::ClaimLost { .. }) = kept {
                        return cancel.cancel();
                    }
                }
                () = stopped(&mut stopping) => return cancel.cancel(),
            }
        }
    }

    async fn judge_and_run(
        &self,
        claim: &Claim,
        gate: OwnedSemaphorePermit,
        mut cancel: Cancel,
    ) -> End {
        let id = &claim.submission.id;
        self.state.live.set(id, Activity::Gates);
        let started = Instant::now();
        let source = id.clone();
        let opened = self
            .blocking(move |worker| stored::bundle(&worker.state.store, &source))
            .await;
        let (verdict, judged) = match opened {
            Ok(Ok(bundle)) => {
                let context = context::run_context(&self.state.config.context, &bundle);
                let python = &self.state.python_version;
                let submission =
                    context::submission(&context, python, id, &claim.submission.hotkey);
                let closed_in = started.elapsed();
                let judging = async {
                    loop {
                        match self.platform.judge(&submission, &bundle, closed_in).await {
                            Ok(judged) => return judged,
                            // A full pool says nothing of the bundle: it waits on.
                            Err(busy) => {
                                tracing::warn!(id, %busy, "a submission waits for the gates")
                            }
                        }
                    }
                };
                let (verdict, pipeline) = tokio::select! {
                    judged = judging => judged,
                    // A language model may take minutes; a stop does not wait for it.
                    () = cancel.cancelled() => return End::GiveBack,
                };
                (verdict, Some((bundle, context, submission, pipeline)))
            }
            Ok(Err(refusal)) => (self.platform.refuse(&refusal, started.elapsed()), None),
            Err(error) => return infrastructure(&error),
        };
        // Whoever waits for a place to run lets others be judged meanwhile.
        drop(gate);
        if let Err(error) = self.keep_verdict(claim, &verdict).await {
            return infrastructure(&error);
        }
        let attempts = claim.submission.attempts;
        let Some((bundle, context, submission, pipeline)) = judged else {
            return decided(&verdict, None, attempts)
                .unwrap_or_else(|| infrastructure(&"a refused bundle was allowed"));
        };
        let end = decided(&verdict, Some(&pipeline), attempts);
        // Gives the pipeline away: a run that follows is no evaluation that drains.
        self.platform
            .judged(pipeline, submission, bundle.clone(), verdict.clone());
        match end {
            Some(end) => end,
            None => {
                self.preflight_and_run(claim, verdict, &bundle, context, cancel)
                    .await
            }
        }
    }

    /// Has real torch look at what the gates allow, and runs what it allows too.
    async fn preflight_and_run(
        &self,
        claim: &Claim,
        mut verdict: Verdict,
        bundle: &Bundle,
        context: prism_protocol::spec::Context,
        mut cancel: Cancel,
    ) -> End {
        let (id, config) = (&claim.submission.id, &self.state.config);
        self.state.live.set(id, Activity::Preflight { phase: None });
        let place = tokio::select! {
            place = self.preflights.acquire() => place,
            () = cancel.cancelled() => return End::GiveBack,
        };
        let Ok(place) = place else {
            return End::GiveBack;
        };
        let job = preflight::job(config, &context, bundle, self.max_cells);
        let (phases, mut received) = mpsc::channel(16);
        let following = async {
            while let Some(phase) = received.recv().await {
                let phase = Some(phase);
                self.state.live.set(id, Activity::Preflight { phase });
            }
        };
        let looking = self
            .executor
            .preflight(job, &config.preflight, phases, cancel.clone());
        let (report, ()) = tokio::join!(looking, following);
        self.executor.warm(&config.preflight).await;
        drop(place);
        let report = match report {
            Ok(report) => report,
            Err(ExecutorError::Cancelled) => return End::GiveBack,
            Err(error) => return infrastructure(&error),
        };
        preflight::add(&mut verdict, &report, &config.preflight, &context, bundle);
        if let Err(error) = self.keep_verdict(claim, &verdict).await {
            return infrastructure(&error);
        }
        match decided(&verdict, None, claim.submission.attempts) {
            Some(end) => end,
            None => self.run(claim, &verdict, bundle, context, cancel).await,
        }
    }

    async fn keep_verdict(&self, claim: &Claim, verdict: &Verdict) -> Result<(), StoreError> {
        let (claim, verdict) = (claim.clone(), verdict.clone());
        self.blocking(move |worker| worker.state.store.record_verdict(&claim, &verdict))
            .await
            .map(|_| ())
    }

    /// The store waits for the disk: not on a thread of the async runtime.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let worker = self.clone();
        match tokio::task::spawn_blocking(move || work(&worker)).await {
            Ok(result) => result,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Returns once the service stops.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error means that the service is gone altogether.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
