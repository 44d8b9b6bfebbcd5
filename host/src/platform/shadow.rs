//! Shadows: candidates that judge live submissions without deciding anything.
//!
//! They run in the background once the verdict is on disk, a few at a time; when more wait than are let, the rest
//! is skipped and counted, so that a slow candidate costs nobody anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use prism_bundle::Bundle;
use prism_engine::{Pipeline, Submission};
use prism_store::records::{GateMode, GateRunSummary, ShadowResult};
use prism_store::verdict::{Decision, GateRun, Verdict};
use tokio::sync::Semaphore;

use super::Platform;

/// Submissions whose shadows judge or wait at one time.
const WAITING: usize = 64;

/// Of these, submissions whose shadows judge.
const JUDGING: usize = 2;

/// Places for shadow evaluations.
#[derive(Debug)]
pub(super) struct Shadows {
    waiting: Arc<Semaphore>,
    judging: Arc<Semaphore>,
    skipped: AtomicU64,
}

impl Default for Shadows {
    fn default() -> Self {
        Self {
            waiting: Arc::new(Semaphore::new(WAITING)),
            judging: Arc::new(Semaphore::new(JUDGING)),
            skipped: AtomicU64::new(0),
        }
    }
}

impl Shadows {
    /// Submissions whose shadows were not asked since the start, for want of a place.
    pub(super) fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }
}

impl Platform {
    /// Has the shadows of this pipeline judge, in the background.
    pub(super) fn shadow(
        self: &Arc<Self>,
        pipeline: Arc<Pipeline>,
        submission: Submission,
        bundle: Bundle,
        verdict: Verdict,
    ) {
        let any = pipeline
            .entries()
            .iter()
            .any(|entry| entry.settings.mode == GateMode::Shadow);
        if !any {
            return;
        }
        let Ok(waiting) = Arc::clone(&self.shadows.waiting).try_acquire_owned() else {
            self.shadows.skipped.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let platform = Arc::clone(self);
        tokio::spawn(async move {
            let _waiting = waiting;
            let Ok(_judging) = platform.shadows.judging.acquire().await else {
                return;
            };
            let runs = pipeline
                .shadow(&submission, &bundle, &platform.capabilities, &verdict)
                .await;
            for run in runs {
                let result = compared(&submission.id, &verdict, &run);
                let enforced = sibling(&verdict, &run.gate).cloned();
                let kept = platform
                    .ask(move |store| store.record_shadow(result, enforced.as_ref(), &run))
                    .await;
                if let Err(error) = kept {
                    tracing::error!(%error, id = submission.id, "a shadow's report could not be stored");
                }
            }
        });
    }
}

/// The enforced run of the same gate.
pub(super) fn sibling<'a>(verdict: &'a Verdict, gate: &str) -> Option<&'a GateRun> {
    verdict.gates.iter().find(|run| run.gate == gate)
}

/// A run in short: what two runs are compared by.
pub(super) fn summary(run: &GateRun) -> GateRunSummary {
    let mut rules: Vec<String> = run
        .evidence
        .iter()
        .map(|evidence| match (&evidence.path, evidence.line) {
            (Some(path), Some(line)) => format!("{} {path}:{line}", evidence.rule),
            (Some(path), None) => format!("{} {path}", evidence.rule),
            _ => evidence.rule.clone(),
        })
        .collect();
    rules.sort();
    GateRunSummary {
        decision: run.verdict,
        rules,
        fault: run.fault.clone(),
    }
}

/// Whether a candidate says what the enforced gate said: the same decision for the same rules at the same places,
/// and neither broke. A gate that is not enforced yet agrees when it lets the bundle pass.
pub(super) fn agrees(enforced: Option<&GateRunSummary>, candidate: &GateRunSummary) -> bool {
    match enforced {
        Some(enforced) => enforced == candidate && candidate.fault.is_none(),
        None => candidate.decision == Decision::Allow && candidate.fault.is_none(),
    }
}

fn compared(submission_id: &str, verdict: &Verdict, run: &GateRun) -> ShadowResult {
    let enforced = sibling(verdict, &run.gate);
    let (ours, theirs) = (enforced.map(summary), summary(run));
    ShadowResult {
        submission_id: submission_id.to_owned(),
        at: prism_store::Timestamp::now(),
        revision: verdict.revision,
        gate: run.gate.clone(),
        shadow_digest: run.digest.clone(),
        enforced_digest: enforced.map(|run| run.digest.clone()),
        agrees: agrees(ours.as_ref(), &theirs),
        enforced: ours,
        shadow: theirs,
        blob: None,
    }
}
