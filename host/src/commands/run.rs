//! `prism run`: the gates and the evaluation of the service, on a laptop, on the public practice course.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use prism_bundle::Bundle;
use prism_course::Course;
use prism_executor::{Executor, Home, Job, LocalExecutor, RunResult};
use prism_host::config::Config;
use prism_host::context;
use prism_host::scoring::{Check, FinalScore};
use prism_host::service::cells_of;
use prism_host::verdict::{PAYLOAD_TYPE, Scored, Sources, document};
use prism_host::verification::{self, Pools, Seeds, Verified};
use prism_protocol::manifest::Manifest;
use prism_protocol::outcome::{Outcome, Ruling};
use prism_protocol::spec::Task;
use prism_registry::Envelope;
use prism_store::records::Level;
use prism_store::verdict::{Decision, Verdict};
use serde_json::{Value, json};

use super::judge::{self, ModelArgs};
use super::preflight;
use super::progress::follow;

/// Judges a bundle by gates and preflight, then trains and scores it in the jail. The score is unofficial, and provisional
/// unless it is verified.
///
/// Exit status: 0 completed, 3 rejected and 4 held by gates or preflight, 5 the run failed by the bundle's own fault or was
/// found void, 2 usage, 1 internal error.
#[derive(clap::Args)]
pub struct Args {
    /// Folder or .zip with architecture.py and training.py
    bundle: PathBuf,
    /// Serve only about this many bytes of the course
    #[arg(long)]
    bytes: Option<u64>,
    /// Course file [default: the installation's practice course]
    #[arg(long)]
    course: Option<PathBuf>,
    /// File with the key of a sealed course
    #[arg(long, requires = "course")]
    key: Option<PathBuf>,
    /// The forced seed; another than the service's is for measuring noise and for challenges
    #[arg(long)]
    seed: Option<u64>,
    /// Verify the score as the service does: a second run with questions at secret places, then the exported state in a
    /// model built anew. Takes about twice as long
    #[arg(long)]
    verify: bool,
    /// Write the run's manifest to this file, for `prism compare`
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Write what was judged, run and found to this file, for `prism replay`; nobody signs it
    #[arg(long, value_name = "FILE")]
    verdict: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelArgs,
}

/// Prints how it ended.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    if let Some(path) = args.verdict.as_ref().filter(|path| path.exists()) {
        // Said before the run, not after it.
        bail!(
            "{} is there already: choose another file, or move it away",
            path.display()
        );
    }
    let home = Home::locate()?;
    let model = args.model.model()?;
    let pipeline = judge::pipeline(&home, model.is_some()).await?;
    let (mut verdict, bundle) = judge::judge(&home, &pipeline, model, &args.bundle).await?;
    let mut config = Config {
        course_key: args.key.as_ref().map(std::path::absolute).transpose()?,
        ..Config::default()
    };
    if let Some(seed) = args.seed {
        config.context.seed = seed;
    }
    let course = match &args.course {
        Some(course) => std::path::absolute(course)?,
        None => home.default_course(),
    };
    Course::servable(&course, args.key.is_some())?;
    let cells = cells_of(&course, args.bytes)?;
    let executor = LocalExecutor::start(Arc::new(home.clone())).await?;
    if let (Decision::Allow, Some(bundle)) = (verdict.verdict, &bundle) {
        preflight::look(&executor, &config, bundle, cells, &mut verdict).await?;
    }
    let (Decision::Allow, Some(bundle)) = (verdict.verdict, &bundle) else {
        if args.json {
            let status = if verdict.verdict == Decision::Hold {
                "held"
            } else {
                "rejected"
            };
            let reason = judge::deciding(&verdict).map(judge::summary);
            print_json(&json!({
                "status": status, "bpb": null, "final_score": null, "reason": reason, "manifest": null,
                "verdict": verdict,
            }))?;
        } else {
            judge::print(&verdict, bundle.as_ref());
        }
        return Ok(super::exit_code(verdict.verdict));
    };
    if !args.json {
        judge::print(&verdict, Some(bundle));
    }
    // A laptop has no compute budget: no safety clock.
    let mut limits = config.run.limits();
    limits.safety_clock_seconds = None;
    let pools = Pools::of(&config, &home, &course)?;
    let job = Job {
        run_id: format!("local-{}", uuid::Uuid::new_v4()),
        task: Task::Measure {
            probes: config.verification.probes,
        },
        submission_id: String::new(),
        files: bundle.files().clone(),
        course,
        course_key: args.key.as_ref().map(std::path::absolute).transpose()?,
        decoys: pools.decoys.clone(),
        vocabulary: context::vocabulary(&config.context, bundle),
        course_bytes: args.bytes,
        context: context::run_context(&config.context, bundle),
        limits,
        jail: config.jail.clone(),
    };
    let result = follow("run", |events, cancel| {
        executor.run(job.clone(), events, cancel)
    })
    .await?;
    if let Some(path) = &args.manifest {
        std::fs::write(path, &result.manifest.bytes)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let verified = match &result.outcome {
        Outcome::Completed { .. } if args.verify => {
            let how = (&config.verification, &pools, Seeds::fresh());
            let verifying = |events, cancel| {
                verification::verify(&executor, &job, &result, how, events, cancel)
            };
            Some(follow("verification", verifying).await?)
        }
        _ => None,
    };
    let code = report(&verdict, &result, verified.as_ref(), args.json)?;
    if let Some(path) = &args.verdict {
        write_verdict(path, (&verdict, bundle), &job, &result, verified.as_ref())?;
    }
    Ok(code)
}

/// The run as a verdict that nobody has signed, for `prism replay`.
fn write_verdict(
    path: &Path,
    (judgement, bundle): (&Verdict, &Bundle),
    job: &Job,
    result: &RunResult,
    verified: Option<&Verified>,
) -> anyhow::Result<()> {
    let first: Manifest = serde_json::from_value(result.manifest.value.clone())?;
    let Some(score) = Scored::of(&first, verified) else {
        bail!(
            "the run did not complete, and only a completed one has a verdict: {} was not written",
            path.display()
        );
    };
    let examination = verified.and_then(|found| found.examination.as_ref());
    let document = document(&Sources {
        submission: None,
        bundle,
        judgement,
        context: &job.context,
        vocabulary: job.vocabulary.as_deref(),
        limits: &job.limits,
        jail: &job.jail,
        measure: &result.manifest.bytes,
        verify: verified.map(|found| &*found.second.manifest.bytes),
        examine: examination.map(|run| &*run.manifest.bytes),
        score: &score,
    })?;
    super::verdict::write(path, &Envelope::new(PAYLOAD_TYPE, document))
}

fn report(
    verdict: &Verdict,
    result: &RunResult,
    verified: Option<&Verified>,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let manifest = &result.manifest.value;
    let captured = manifest.pointer("/parts/bpb").and_then(Value::as_f64);
    let (status, reason) = match &result.outcome {
        Outcome::Completed { stopped } => ("completed", serde_json::to_value(stopped)?),
        Outcome::Failed { reason, .. } => ("failed", serde_json::to_value(reason)?),
        Outcome::Infrastructure { .. } => ("infrastructure", Value::Null),
    };
    let detail = match &result.outcome {
        Outcome::Completed { .. } => None,
        Outcome::Failed { detail, .. } | Outcome::Infrastructure { detail } => Some(detail),
    };
    let bpb = verified.map(|verified| verified.bpb).or(captured);
    let score =
        bpb.map(|bpb| FinalScore::new(bpb, verified.map_or(Check::Provisional, Verified::check)));
    if as_json {
        print_json(&json!({
            "status": status, "bpb": bpb, "final_score": score.map(|score| score.value), "reason": reason, "detail": detail,
            "level": score.map_or(Level::Provisional, |score| score.level),
            "verification": verified.map(Verified::report), "verdict": verdict, "manifest": manifest,
        }))?;
    } else {
        println!(
            "status           {status} ({})",
            reason.as_str().unwrap_or("a fault outside the jail")
        );
        if let Some(detail) = detail {
            println!("{detail}");
        }
        if let (Some(captured), Some(score)) = (captured, score) {
            let part = |name: &str| {
                manifest
                    .pointer(&format!("/parts/{name}"))
                    .and_then(Value::as_f64)
                    .unwrap_or(0.0)
            };
            println!(
                "bpb              {captured:.4} (code {:.0} bits, unread {:.0} bytes, bundle {:.0} bits)",
                part("code_bits"),
                part("unread_bytes"),
                part("bundle_bits")
            );
            if let Some(verified) = verified {
                print_verified(verified);
            }
            println!(
                "final score      {:.6}, {} and unofficial",
                score.value,
                score.level.name()
            );
        }
    }
    let void = verified.is_some_and(|verified| verified.ruling != Ruling::Verified);
    Ok(ExitCode::from(match result.outcome {
        Outcome::Completed { .. } if void => super::RUN_FAILED,
        Outcome::Completed { .. } => 0,
        Outcome::Failed { .. } => super::RUN_FAILED,
        Outcome::Infrastructure { .. } => super::INTERNAL,
    }))
}

fn print_verified(verified: &Verified) {
    let found = &verified.second_manifest.verification;
    if let Some(correction) = found.as_ref().and_then(|found| found.correction.as_ref()) {
        println!(
            "correction       {:+.6} bpb at {} secret places (standard error {:.6})",
            correction.bpb, correction.estimate.places, correction.standard_error_bpb
        );
    }
    if let Some(held_out) = verified.held_out {
        println!(
            "held out         {:.3} bpb learned, {:+.3} bpb worse than on the last windows",
            held_out.delta, held_out.gap
        );
    }
    println!("verification     {}", verified.ruling.name());
    if let Some(detail) = &verified.detail {
        println!("{detail}");
    }
}

fn print_json(value: &Value) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}
