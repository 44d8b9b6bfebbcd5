//! `prism gate list`: what is installed, here or on a service.

use std::process::ExitCode;

use prism_executor::Home;
use prism_host::http::admin::GateView;
use serde_json::json;

use super::client::ServerArgs;
use super::show::print_json;
use super::table::{bytes, short, table};
use crate::commands::judge;

/// Lists the gates of this installation, or those of a service.
#[derive(clap::Args)]
pub struct Args {
    /// Those of the service that --server or PRISM_SERVER names
    #[arg(long)]
    remote: bool,
    #[command(flatten)]
    server: ServerArgs,
    /// Load and compile only, print nothing
    #[arg(long, conflicts_with_all = ["json", "remote"])]
    quiet: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Loads or asks, and prints.
pub async fn list(args: Args) -> anyhow::Result<ExitCode> {
    if args.remote {
        return remote(&args).await;
    }
    let pipeline = judge::pipeline(&Home::locate()?, true).await?;
    if args.quiet {
        return Ok(ExitCode::SUCCESS);
    }
    let gates = pipeline
        .entries()
        .iter()
        .filter_map(|entry| entry.gate.as_ref().map(|gate| (gate, entry)));
    if args.json {
        let gates: Vec<_> = gates
            .map(|(gate, entry)| {
                json!({
                    "digest": gate.digest(), "bytes": gate.bytes(), "contract": gate.contract().text(),
                    "descriptor": gate.descriptor(), "limits": entry.settings.limits,
                })
            })
            .collect();
        return print_json(&gates);
    }
    let mut list = table(["gate", "version", "digest", "size", "rules", "summary"]);
    for (gate, _) in gates {
        list.add_row([
            gate.id().to_owned(),
            gate.version().to_owned(),
            short(gate.digest()),
            bytes(gate.bytes() as u64),
            gate.descriptor().rules.len().to_string(),
            gate.descriptor().summary.clone(),
        ]);
    }
    println!("{list}");
    Ok(ExitCode::SUCCESS)
}

async fn remote(args: &Args) -> anyhow::Result<ExitCode> {
    let gates: Vec<GateView> = args.server.client()?.get("/gates").await?;
    if args.json {
        return print_json(&gates);
    }
    let mut list = table([
        "gate",
        "version",
        "digest",
        "signed by",
        "granted",
        "cases",
        "installed",
        "by",
        "from",
    ]);
    for gate in gates {
        list.add_row([
            gate.descriptor.id,
            gate.descriptor.version,
            short(&gate.digest),
            gate.signed_by.join(", "),
            gate.grants.join(", "),
            gate.cases.to_string(),
            gate.installed_at,
            gate.installed_by,
            gate.origin,
        ]);
    }
    println!("{list}");
    Ok(ExitCode::SUCCESS)
}
