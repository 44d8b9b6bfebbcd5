//! `prism check`: the verdict the service would give, on a laptop.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use prism_executor::{Home, LocalExecutor};
use prism_host::config::Config;
use prism_host::preflight::PREFLIGHT;
use prism_host::service::cells_of;
use prism_store::verdict::{Decision, NotEvaluated};

use super::judge::{self, ModelArgs};
use super::preflight;

/// Judges a bundle by the gates and looks at it under real torch in a jail, as the service would before a run.
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
    let skip = match (&bundle, verdict.verdict) {
        _ if args.gates_only => Some("--gates-only"),
        (None, _) => Some("the bundle is not closed"),
        (_, Decision::Reject) => Some("an earlier gate rejected"),
        (Some(bundle), _) => {
            let cells = cells_of(&home.default_course(), None)?;
            let executor = LocalExecutor::start(Arc::new(home)).await?;
            let config = Config::default();
            preflight::look(&executor, &config, bundle, cells, &mut verdict).await?;
            None
        }
    };
    verdict
        .not_evaluated
        .extend(skip.map(|reason| NotEvaluated {
            gate: PREFLIGHT.into(),
            reason: reason.into(),
        }));
    if args.json {
        println!("{}", serde_json::to_string_pretty(&verdict)?);
    } else {
        judge::print(&verdict, bundle.as_ref());
    }
    Ok(super::exit_code(verdict.verdict))
}
