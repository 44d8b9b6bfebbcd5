//! `prism gate replay`: a candidate over stored submissions, with progress and a table of what would change.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressStyle};
use prism_host::platform::replay::{Estimate, ReplayReport, ReplayRequest, ReplayState};

use super::client::{Client, ServerArgs};
use super::shadow::brief;
use super::show::print_json;
use super::table::{grouped, short, table};
use crate::commands::judge::word;

/// Lets a candidate judge stored submissions again and lists what it would change. Decides nothing.
///
/// Host calls are answered from what was recorded. Exit status: 0 nothing would change, 3 something would.
#[derive(clap::Args)]
pub struct Args {
    /// id@version, digest or beginning of one, or id for its newest version
    gate: String,
    /// How many submissions, the newest first
    #[arg(long, default_value_t = 1000)]
    last: u64,
    /// JSON file with its configuration; that of the active gate otherwise
    #[arg(long, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    /// Fuel of one evaluation; that of the active gate otherwise
    #[arg(long)]
    fuel: Option<u64>,
    /// Ask the language model where no answer was recorded; says what it may cost first
    #[arg(long)]
    live_llm: bool,
    /// Don't ask before spending money
    #[arg(long, requires = "live_llm")]
    yes: bool,
    #[command(flatten)]
    server: ServerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Starts, follows, shows.
pub async fn replay(args: Args) -> anyhow::Result<ExitCode> {
    let client = args.server.client()?;
    let config = args
        .config
        .as_ref()
        .map(|path| -> anyhow::Result<_> {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
        })
        .transpose()?;
    let mut request = ReplayRequest {
        gate: args.gate.clone(),
        config,
        fuel: args.fuel,
        last: args.last,
        live_llm: args.live_llm,
        estimate: args.live_llm,
    };
    if args.live_llm {
        let cost: Estimate = client.post("/replays", &request).await?;
        eprintln!(
            "{} of {} submissions have no recorded answer: at most {} calls, some {} tokens of source",
            grouped(cost.without_answer),
            grouped(cost.submissions),
            grouped(cost.without_answer),
            grouped(cost.prompt_tokens)
        );
        if !args.yes && !confirmed("ask the language model?")? {
            bail!("nothing was asked; --yes goes ahead without a question");
        }
        request.estimate = false;
    }
    let started: ReplayReport = client.post("/replays", &request).await?;
    let report = follow(&client, started, args.json).await?;
    if args.json {
        print_json(&report)?;
    } else {
        print(&report);
    }
    Ok(if report.different > 0 {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    })
}

/// Waits for the end; Ctrl-C stops the replay and shows what it has found.
async fn follow(
    client: &Client,
    mut report: ReplayReport,
    quiet: bool,
) -> anyhow::Result<ReplayReport> {
    let bar = if quiet || !std::io::stderr().is_terminal() {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(report.total)
    };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}  {msg}") {
        bar.set_style(style);
    }
    let path = format!("/replays/{}", report.id);
    while report.state == ReplayState::Running {
        bar.set_length(report.total);
        bar.set_position(report.done);
        bar.set_message(format!(
            "{:.0}/s  {} would change, {} broke",
            report.per_second, report.different, report.broken
        ));
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(200)) => report = client.get(&path).await?,
            _ = tokio::signal::ctrl_c() => report = client.delete(&path).await?,
        }
    }
    bar.finish_and_clear();
    Ok(report)
}

fn print(report: &ReplayReport) {
    println!(
        "{}@{} ({}) over {} submissions, {:.0} a second: {} as before, {} otherwise, {} broke{}",
        report.gate,
        report.version,
        short(&report.digest),
        report.done,
        report.per_second,
        report.same,
        report.different,
        report.broken,
        match report.state {
            ReplayState::Cancelled =>
                format!("; stopped, {} were left out", report.total - report.done),
            ReplayState::Failed => "; it failed, the service's log says why".to_owned(),
            _ => String::new(),
        }
    );
    if report.unreadable > 0 {
        println!(
            "{} submissions could not be read and were left out",
            report.unreadable
        );
    }
    if report.differences.is_empty() {
        return;
    }
    let mut list = table(["submission", "gate then", "candidate", "verdict"]);
    for difference in &report.differences {
        let verdict = if difference.verdict_was == difference.verdict_now {
            word(difference.verdict_now).to_owned()
        } else {
            format!(
                "{} -> {}",
                word(difference.verdict_was),
                word(difference.verdict_now)
            )
        };
        list.add_row([
            difference.submission_id.clone(),
            difference
                .was
                .as_ref()
                .map_or_else(|| "-".to_owned(), brief),
            brief(&difference.now),
            verdict,
        ]);
    }
    println!("{list}");
    let listed = report.differences.len() as u64;
    if listed < report.different {
        println!("and {} more", report.different - listed);
    }
}

/// Asks on the terminal; without one the answer is no.
pub fn confirmed(question: &str) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    eprint!("{question} [y/N] ");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
