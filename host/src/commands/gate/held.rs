//! `prism gate requeue`: held submissions back into the queue.

use std::process::ExitCode;

use prism_host::http::admin::{Requeue, Requeued};

use super::client::ServerArgs;
use super::show::print_json;

/// Puts submissions that a broken gate holds back into the queue.
#[derive(clap::Args)]
pub struct Args {
    /// Only those that this gate holds (id@version, digest, id)
    #[arg(long, value_name = "GATE")]
    gate: Option<String>,
    /// Only this one, whatever it is held for
    #[arg(long, value_name = "ID", conflicts_with = "gate")]
    submission: Option<String>,
    /// Why
    #[arg(long, short)]
    reason: String,
    #[command(flatten)]
    server: ServerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Asks the service.
pub async fn requeue(args: Args) -> anyhow::Result<ExitCode> {
    let asked = Requeue {
        submission_id: args.submission,
        gate: args.gate,
        reason: args.reason,
    };
    let done: Requeued = args.server.client()?.post("/held/requeue", &asked).await?;
    if args.json {
        return print_json(&done);
    }
    match done.submissions.as_slice() {
        [] => println!("no submission is held by a broken gate"),
        ids => println!("back in the queue:\n{}", ids.join("\n")),
    }
    Ok(ExitCode::SUCCESS)
}
