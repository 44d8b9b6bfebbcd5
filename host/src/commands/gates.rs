//! `prism gates`: what is installed.

use std::process::ExitCode;

use comfy_table::{Table, TableComponent, presets};
use prism_executor::Home;
use serde_json::json;

use super::judge::{self, ModelArgs};

/// Lists the installed gates; compiles those that are not in the cache yet.
#[derive(clap::Args)]
pub struct Args {
    /// Load and compile only, print nothing
    #[arg(long)]
    quiet: bool,
    /// Print JSON
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
    #[command(flatten)]
    model: ModelArgs,
}

/// Loads every gate and prints what it says of itself.
pub async fn gates(args: Args) -> anyhow::Result<ExitCode> {
    let home = Home::locate()?;
    let pipeline = judge::pipeline(&home, args.model.model()?).await?;
    if args.json {
        let gates: Vec<_> = pipeline
            .entries()
            .iter()
            .map(|entry| match &entry.gate {
                Some(gate) => json!({
                    "gate": gate.id(),
                    "version": gate.version(),
                    "digest": gate.digest(),
                    "bytes": gate.bytes(),
                    "summary": gate.summary(),
                    "fuel_limit": entry.limits.fuel,
                    "memory_limit_bytes": entry.limits.memory_bytes,
                    "rules": gate.rules().iter().map(|rule| json!({"id": rule.id, "summary": rule.summary}))
                        .collect::<Vec<_>>(),
                }),
                None => json!({"gate": entry.id, "mode": "off"}),
            })
            .collect();
        println!("{}", serde_json::to_string_pretty(&gates)?);
    } else if !args.quiet {
        let mut table = Table::new();
        table
            .load_preset(presets::UTF8_HORIZONTAL_ONLY)
            .remove_style(TableComponent::HorizontalLines)
            .remove_style(TableComponent::MiddleIntersections);
        table.set_header(["gate", "version", "digest", "KiB", "rules", "summary"]);
        for entry in pipeline.entries() {
            match &entry.gate {
                Some(gate) => table.add_row([
                    gate.id().to_owned(),
                    gate.version().to_owned(),
                    gate.digest().chars().take(12).collect(),
                    (gate.bytes() / 1024).to_string(),
                    gate.rules().len().to_string(),
                    gate.summary().to_owned(),
                ]),
                None => table.add_row([
                    entry.id.as_str(),
                    "off",
                    "",
                    "",
                    "",
                    "no language model is configured",
                ]),
            };
        }
        println!("{table}");
    }
    Ok(ExitCode::SUCCESS)
}
