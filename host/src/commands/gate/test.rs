//! `prism gate test`: a gate's cases, judged by the engine of the service.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use notify_debouncer_mini::notify::RecursiveMode;
use prism_engine::{Case, Limits, Runtime};
use prism_store::records::GateLimits;
use prism_store::verdict::Decision;
use serde::Serialize;

use super::show::print_json;
use super::source::{LIMITS, Source, runtime};
use super::table::{bytes, grouped, micros, table};
use crate::commands::judge::word;

/// Exit status when a case fails.
const FAILED: u8 = 3;

/// Quiet time after a change before the cases are judged again.
const DEBOUNCE: Duration = Duration::from_millis(300);

/// Judges a gate's cases and compares with what they expect. Fuel is the server's, to the digit.
///
/// Exit status: 0 all pass, 3 a case fails, 1 the gate can't be built or loaded.
#[derive(clap::Args)]
pub struct Args {
    /// A gate's project, which is built first, or a component with its cases inside
    #[arg(default_value = ".")]
    gate: PathBuf,
    /// Only cases with this in their name
    #[arg(long, value_name = "TEXT")]
    case: Option<String>,
    /// Fuel of one evaluation, of which the share is shown
    #[arg(long, default_value_t = LIMITS.fuel)]
    fuel: u64,
    /// Linear memory, in MiB
    #[arg(long, value_name = "MIB", default_value_t = LIMITS.memory_bytes >> 20)]
    memory: u64,
    /// Judge again whenever the project changes
    #[arg(long, conflicts_with = "json")]
    watch: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What came of a case.
#[derive(Serialize)]
struct Row {
    case: String,
    passed: bool,
    verdict: Decision,
    fuel: u64,
    fuel_share: f64,
    memory_bytes: u64,
    micros: u64,
    differences: Vec<String>,
}

/// Once, or again and again.
pub async fn test(args: Args) -> anyhow::Result<ExitCode> {
    let runtime = runtime()?;
    if !args.watch {
        let rows = judged(&runtime, &args).await?;
        if args.json {
            print_json(&rows)?;
        } else {
            print(&rows, args.fuel);
        }
        return Ok(if rows.iter().all(|row| row.passed) {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(FAILED)
        });
    }
    if !args.gate.is_dir() {
        bail!(
            "--watch needs a project's folder, and {} is none",
            args.gate.display()
        );
    }
    let changes = watch(&args.gate)?;
    loop {
        match judged(&runtime, &args).await {
            Ok(rows) => print(&rows, args.fuel),
            Err(error) => eprintln!("error: {error:#}"),
        }
        println!(
            "waiting for a change in {} (Ctrl-C ends)",
            args.gate.display()
        );
        let next = tokio::task::block_in_place(|| changes.1.recv());
        if next.is_err() {
            return Ok(ExitCode::SUCCESS);
        }
        while changes.1.try_recv().is_ok() {}
    }
}

/// Tells of changes to the sources; what a build writes is none.
fn watch(
    project: &Path,
) -> anyhow::Result<(
    notify_debouncer_mini::Debouncer<notify_debouncer_mini::notify::RecommendedWatcher>,
    mpsc::Receiver<()>,
)> {
    let (told, changes) = mpsc::channel();
    let root = project
        .canonicalize()
        .with_context(|| format!("cannot read {}", project.display()))?;
    // What a build writes; making an entry in the project's folder is told as a change of the folder, too.
    let built = ["target", "build", ".prism", "Cargo.lock"].map(|name| root.join(name));
    let itself = root.clone();
    let mut watcher = notify_debouncer_mini::new_debouncer(
        DEBOUNCE,
        move |events: notify_debouncer_mini::DebounceEventResult| {
            let source = |path: &Path| {
                path != itself
                    && !built.iter().any(|built| path.starts_with(built))
                    && !path
                        .components()
                        .any(|part| part.as_os_str() == "__pycache__")
            };
            if events.is_ok_and(|events| events.iter().any(|event| source(&event.path))) {
                // Whoever listened is gone: so is the watch, soon.
                let _ = told.send(());
            }
        },
    )?;
    watcher.watcher().watch(&root, RecursiveMode::Recursive)?;
    Ok((watcher, changes))
}

async fn judged(runtime: &Runtime, args: &Args) -> anyhow::Result<Vec<Row>> {
    let source = tokio::task::block_in_place(|| Source::open(&args.gate))?;
    let cases: Vec<_> = Case::all(&source.cases)?
        .into_iter()
        .filter(|case| {
            args.case
                .as_ref()
                .is_none_or(|text| case.name.contains(text))
        })
        .collect();
    if cases.is_empty() {
        bail!(
            "there is no case to judge: make cases/NAME/bundle/ with a bundle and cases/NAME/expected.json with \
             {{\"verdict\": \"allow\", \"rules\": []}}"
        );
    }
    let gate = source.load(runtime).await?;
    let limits = Limits::from(&GateLimits {
        fuel: args.fuel,
        memory_bytes: args.memory << 20,
        timeout_ms: LIMITS.timeout_ms,
    });
    let mut rows = Vec::new();
    for case in &cases {
        let outcome = gate.try_case(runtime, case, &limits).await?;
        rows.push(Row {
            passed: outcome.differences.is_empty(),
            case: outcome.name,
            verdict: outcome.run.verdict,
            fuel: outcome.run.fuel,
            fuel_share: outcome.run.fuel as f64 / args.fuel.max(1) as f64,
            memory_bytes: outcome.run.memory_bytes,
            micros: outcome.run.micros,
            differences: outcome.differences,
        });
    }
    Ok(rows)
}

fn print(rows: &[Row], budget: u64) {
    let mut list = table([
        "case",
        "",
        "verdict",
        "fuel",
        "of the budget",
        "memory",
        "time",
    ]);
    for row in rows {
        list.add_row([
            row.case.clone(),
            if row.passed { "ok" } else { "FAILED" }.to_owned(),
            word(row.verdict).to_owned(),
            grouped(row.fuel),
            format!("{:.2} %", row.fuel_share * 100.0),
            bytes(row.memory_bytes),
            micros(row.micros),
        ]);
    }
    println!("{list}");
    for row in rows.iter().filter(|row| !row.passed) {
        println!("{}:", row.case);
        for difference in &row.differences {
            println!("  {difference}");
        }
    }
    let passed = rows.iter().filter(|row| row.passed).count();
    println!(
        "{passed} of {} cases pass; the budget is {} fuel",
        rows.len(),
        grouped(budget)
    );
}
