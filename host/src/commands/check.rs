//! `prism check`: the verdict the service would give, on a laptop.

use std::path::PathBuf;
use std::process::ExitCode;

use prism_executor::Home;
use prism_store::verdict::NotEvaluated;

use super::judge::{self, ModelArgs};

/// Judges a bundle by the gates, as the service would.
///
/// Exit status: 0 allow, 3 reject, 4 hold, 2 usage, 1 internal error.
#[derive(clap::Args)]
pub struct Args {
    /// Folder or .zip with architecture.py and training.py
    bundle: PathBuf,
    /// Stop after the gates; needs neither Python nor torch
    #[arg(long)]
    gates_only: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelArgs,
}

/// Prints the verdict.
pub async fn check(args: Args) -> anyhow::Result<ExitCode> {
    let home = Home::locate()?;
    let model = args.model.model()?;
    let pipeline = judge::pipeline(&home, model.is_some()).await?;
    let (mut verdict, bundle) = judge::judge(&home, &pipeline, model, &args.bundle).await?;
    let reason = if args.gates_only {
        "--gates-only"
    } else {
        "this version has no preflight"
    };
    verdict.not_evaluated.push(NotEvaluated {
        gate: "preflight".into(),
        reason: reason.into(),
    });
    if args.json {
        println!("{}", serde_json::to_string_pretty(&verdict)?);
    } else {
        judge::print(&verdict, bundle.as_ref());
    }
    Ok(super::exit_code(verdict.verdict))
}
