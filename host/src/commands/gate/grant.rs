//! `prism gate grant`: what an installed gate may do.

use std::process::ExitCode;

use prism_component::Capability;
use prism_host::http::admin::{GateView, Grants};
use reqwest::Method;

use super::client::ServerArgs;
use super::show::print_json;

/// Changes what an installed gate may do: these capabilities and no others. Counts from the next activation on.
#[derive(clap::Args)]
pub struct Args {
    /// id@version, digest or beginning of one
    gate: String,
    /// llm or corpus; none takes every capability away
    capabilities: Vec<Capability>,
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
pub async fn grant(args: Args) -> anyhow::Result<ExitCode> {
    let client = args.server.client()?;
    let asked = Grants {
        grants: args.capabilities.iter().map(ToString::to_string).collect(),
        reason: args.reason,
    };
    let path = format!("/gates/{}/grants", args.gate);
    let gate: GateView = client
        .send(client.request(Method::PUT, &path).json(&asked))
        .await?;
    if args.json {
        return print_json(&gate);
    }
    let name = format!("{}@{}", gate.descriptor.id, gate.descriptor.version);
    match gate.grants.as_slice() {
        [] => println!("{name} is granted nothing from the next activation on"),
        grants => println!(
            "{name} is granted {} from the next activation on",
            grants.join(", ")
        ),
    }
    Ok(ExitCode::SUCCESS)
}
