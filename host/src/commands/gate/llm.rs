//! `prism gate llm`: what the language model was asked, and what that cost.

use std::process::ExitCode;

use prism_host::http::admin::LlmView;

use super::client::ServerArgs;
use super::show::print_json;
use super::table::{grouped, table};

/// Shows what the language model was asked, day by day.
#[derive(clap::Args)]
pub struct Args {
    /// Days, today included
    #[arg(long, default_value_t = 30)]
    days: u64,
    #[command(flatten)]
    server: ServerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Shows.
pub async fn llm(args: Args) -> anyhow::Result<ExitCode> {
    let client = args.server.client()?;
    let query = [("days", args.days.to_string())];
    let view: LlmView = client.ask("/llm", &query).await?;
    if args.json {
        return print_json(&view);
    }
    match &view.model {
        Some(model) => println!("model {model}"),
        None => println!("no language model is configured: set [llm] in the service's settings"),
    }
    match view.tokens_per_day {
        Some(budget) => println!(
            "today {} of {} tokens",
            grouped(view.tokens_today),
            grouped(budget)
        ),
        None => println!(
            "today {} tokens, without a bound",
            grouped(view.tokens_today)
        ),
    }
    if view.days.is_empty() {
        println!("nothing was asked in the last {} days", args.days);
        return Ok(ExitCode::SUCCESS);
    }
    let mut list = table([
        "day",
        "model",
        "calls",
        "failed",
        "remembered",
        "prompt tokens",
        "answer tokens",
        "cost",
    ]);
    for day in &view.days {
        list.add_row([
            day.date.clone(),
            day.model.clone(),
            grouped(day.calls),
            grouped(day.failed),
            grouped(day.remembered),
            grouped(day.prompt_tokens),
            grouped(day.completion_tokens),
            day.dollars
                .map_or_else(|| "no price set".to_owned(), |cost| format!("${cost:.4}")),
        ]);
    }
    println!("{list}");
    Ok(ExitCode::SUCCESS)
}
