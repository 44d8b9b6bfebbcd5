//! `prism gate shadow`: try a candidate on live submissions, and see how it compares.

use std::process::ExitCode;

use prism_host::http::admin::ShadowsView;
use prism_host::platform::change::Step;
use prism_host::platform::status::Status;
use prism_store::records::{GateMode, GateRunSummary};

use super::client::{Client, ServerArgs};
use super::pipeline::{SettingArgs, one_step};
use super::show::print_json;
use super::table::{short, table};

/// Lets a candidate judge live submissions without deciding; without --reason, shows how one compares.
#[derive(clap::Args)]
pub struct Args {
    /// id@version, digest or beginning of one; without it, every shadow of the active revision
    gate: Option<String>,
    /// Why; starts the shadow
    #[arg(long, short, requires = "gate")]
    reason: Option<String>,
    /// How many disagreements to list
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// With both whole reports (JSON only)
    #[arg(long, requires = "json")]
    reports: bool,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    server: ServerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Starts or shows.
pub async fn shadow(args: Args) -> anyhow::Result<ExitCode> {
    if let (Some(gate), Some(reason)) = (&args.gate, &args.reason) {
        let step = Step::Set(args.settings.set(gate, GateMode::Shadow)?);
        return one_step(&args.server, step, reason.clone(), args.json).await;
    }
    let client = args.server.client()?;
    let references = match &args.gate {
        Some(gate) => vec![gate.clone()],
        None => shadows(&client).await?,
    };
    let mut views = Vec::new();
    for reference in references {
        let query = [
            ("limit", args.limit.to_string()),
            ("reports", args.reports.to_string()),
        ];
        let view: ShadowsView = client.ask(&format!("/shadows/{reference}"), &query).await?;
        views.push(view);
    }
    if args.json {
        return print_json(&views);
    }
    if views.is_empty() {
        println!("no gate is in shadow mode; `prism gate shadow GATE --reason WHY` starts one");
    }
    for view in views {
        print(&view);
    }
    Ok(ExitCode::SUCCESS)
}

async fn shadows(client: &Client) -> anyhow::Result<Vec<String>> {
    let status: Status = client.get("/status").await?;
    let shadows = status
        .gates
        .into_iter()
        .filter(|gate| gate.mode == GateMode::Shadow);
    Ok(shadows.map(|gate| gate.digest).collect())
}

fn print(view: &ShadowsView) {
    let counts = view.counts;
    println!(
        "{}@{} ({}): judged {}, agreed {}, disagreed {}, broke {}",
        view.gate,
        view.version,
        short(&view.digest),
        counts.judged,
        counts.agreed,
        counts.disagreed,
        counts.broken
    );
    if view.results.is_empty() {
        return;
    }
    let mut list = table(["submission", "at", "enforced gate", "shadow"]);
    for result in &view.results {
        list.add_row([
            result.submission_id.clone(),
            result.at.clone(),
            result
                .enforced
                .as_ref()
                .map_or_else(|| "-".to_owned(), brief),
            brief(&result.shadow),
        ]);
    }
    println!("{list}");
    if view.next.is_some() {
        println!("there are older ones: raise --limit");
    }
}

/// A run in a table's cell: the decision, then the rules or the fault.
pub fn brief(run: &GateRunSummary) -> String {
    let decision = super::super::judge::word(run.decision);
    match &run.fault {
        Some(fault) => format!("{decision}, broke: {}", fault.kind()),
        None if run.rules.is_empty() => decision.to_owned(),
        None => {
            let shown: Vec<_> = run.rules.iter().take(4).cloned().collect();
            let more = run.rules.len().saturating_sub(shown.len());
            let tail = if more > 0 {
                format!("\n+ {more} more")
            } else {
                String::new()
            };
            format!("{decision}\n{}{tail}", shown.join("\n"))
        }
    }
}
