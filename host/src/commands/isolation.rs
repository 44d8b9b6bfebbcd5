//! `prism isolation`: which protections of the jail hold on this machine.

use std::process::ExitCode;

use prism_executor::{Home, isolation};

/// Starts the jail with a probe that tries to get out, and says what held.
#[derive(clap::Args)]
pub struct Args {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Exit status 0 when every protection holds, 1 otherwise.
pub async fn isolation(args: Args) -> anyhow::Result<ExitCode> {
    let report = isolation::self_test(&Home::locate()?).await?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    Ok(if report.missing().next().is_none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(super::INTERNAL)
    })
}
