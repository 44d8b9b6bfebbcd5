//! The runs of a verdict, made again: the same bundle, course, seeds and places.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use prism_bundle::Bundle;
use prism_executor::{Executor, Home, JailLimits, Job, LocalExecutor, RunResult};
use prism_host::config::{Config, ContextConfig};
use prism_host::context;
use prism_host::verdict::{self, Document};
use prism_host::verification::{self, Draws, Pools, Seeds, Settings, Verified};
use prism_protocol::manifest::Manifest;
use prism_protocol::outcome::Outcome;
use prism_protocol::spec::{Limits, Task};
use prism_verification::Seed;

use super::judged::{Judged, Likeness, Outcomes, StateJudged};
use crate::commands::progress::follow;

/// What it takes.
pub struct Again<'a> {
    /// The installation.
    pub home: Home,
    /// The verdict.
    pub document: &'a Document,
    /// Its bundle.
    pub bundle: &'a Bundle,
    /// Its measured run.
    pub measured: &'a Manifest,
    /// The course.
    pub course: PathBuf,
    /// File with the key of a sealed course.
    pub key: Option<PathBuf>,
    /// The model of a tokenizer that is not in the bundle.
    pub llama: Option<PathBuf>,
    /// Clocks and quotas of the supervisor.
    pub limits: Limits,
    /// Limits of the jail.
    pub jail: JailLimits,
    /// Largest difference that counts as the same, in bits per byte.
    pub tolerance: f64,
}

/// Makes them.
///
/// # Errors
/// A fault outside the jails; what the bundle does is in the answer.
pub async fn again(again: Again<'_>) -> anyhow::Result<Outcomes> {
    let measured = again.measured;
    let config = Config {
        course_key: again.key.clone(),
        context: ContextConfig {
            llama: again.llama.clone(),
            ..ContextConfig::default()
        },
        ..Config::default()
    };
    let pools = Pools::of(&config, &again.home, &again.course)?;
    let job = job(&again, &config, &pools)?;
    let executor = LocalExecutor::start(Arc::new(again.home.clone())).await?;
    let result = follow("measured run", |events, cancel| {
        executor.run(job.clone(), events, cancel)
    })
    .await?;
    if let Outcome::Infrastructure { detail } = &result.outcome {
        bail!("the run could not be made again: {detail}");
    }
    let made: Manifest = serde_json::from_value(result.manifest.value.clone())?;
    let mut outcomes = Outcomes::of(Judged::of(measured, &made, again.tolerance));
    let Some(recorded) = &again.document.runs.verify else {
        return Ok(outcomes);
    };
    let recorded = recorded.manifest()?;
    let examined = match &again.document.runs.examine {
        Some(part) => Some(part.manifest()?),
        None => None,
    };
    // Another first run has other places to ask about.
    if !matches!(
        outcomes.result(),
        Likeness::Equal | Likeness::WithinTolerance
    ) {
        return Ok(outcomes);
    }
    let verified = verified(
        &executor,
        &job,
        &result,
        (&recorded, examined.as_ref(), &pools),
    )
    .await?;
    let second = &verified.second_manifest;
    outcomes.verify = Some(Judged::of(&recorded, second, again.tolerance));
    if let Some(recorded) = examined.and_then(|manifest| manifest.examination) {
        let made = verified.examination.map(|run| run.manifest.value);
        let made: Option<Manifest> = made.map(serde_json::from_value).transpose()?;
        let made = made.and_then(|manifest| manifest.examination);
        outcomes.examine = Some(StateJudged::of(&recorded, made.as_ref(), again.tolerance));
    }
    Ok(outcomes)
}

fn job(again: &Again<'_>, config: &Config, pools: &Pools) -> anyhow::Result<Job> {
    let (measured, question) = (again.measured, &again.document.question);
    let vocabulary = context::vocabulary(&config.context, again.bundle);
    if let Some(wanted) = &question.vocabulary_sha256 {
        match vocabulary.as_deref().map(verdict::digest) {
            None => bail!(
                "the bundle's tokenizer is not in the verdict: name its model with --llama FILE"
            ),
            Some(found) if found != *wanted => bail!(
                "--llama names another model than the one of the verdict: its vocabulary has the SHA-256 {found}, not {wanted}"
            ),
            Some(_) => {}
        }
    }
    let probes = &measured.anti_cheat.probes;
    let mut limits = again.limits.clone();
    // Another machine has another speed; what a run is worth must not depend on it.
    limits.safety_clock_seconds = None;
    Ok(Job {
        run_id: format!("replay-{}", uuid::Uuid::new_v4()),
        task: Task::Measure {
            probes: probes.as_ref().map_or(0, |probes| probes.questions),
        },
        submission_id: measured.submission_id.clone(),
        files: again.bundle.files().clone(),
        course: again.course.clone(),
        course_key: again.key.clone(),
        decoys: pools.decoys.clone(),
        vocabulary,
        course_bytes: measured.course.shortened.then_some(measured.course.bytes),
        context: question.context.clone(),
        limits,
        jail: again.jail.clone(),
    })
}

/// The second run and the examination, at the places that the verdict names.
async fn verified(
    executor: &LocalExecutor,
    job: &Job,
    first: &RunResult,
    (recorded, examined, pools): (&Manifest, Option<&Manifest>, &Pools),
) -> anyhow::Result<Verified> {
    let Some(found) = &recorded.verification else {
        bail!("the second run of the verdict says nothing of what it verified");
    };
    let state = examined.and_then(|manifest| manifest.examination.as_ref());
    let mut settings = Settings {
        level: found.level,
        margin_bpb: found.margin_bpb,
        ..Settings::default()
    };
    if let Some(state) = state {
        settings.state_margin_bpb = state.margin_bpb;
    }
    let of_state = state.and_then(|state| state.windows.as_ref());
    let draws = match (&found.correction, of_state) {
        (Some(correction), Some(windows)) => Some(Draws {
            run: correction.estimate.draws,
            state: windows.estimate.draws,
        }),
        (Some(correction), None) => Some(Draws {
            run: correction.estimate.draws,
            state: 0,
        }),
        (None, _) => None,
    };
    let seeds = Seeds {
        run: found.seed.clone(),
        state: state.map_or_else(Seed::fresh, |state| state.seed.clone()),
        draws,
    };
    follow("verification", |events, cancel| {
        let how = (&settings, pools, seeds);
        verification::verify(executor, job, first, how, events, cancel)
    })
    .await
}
