//! `prism gate bench`: what a gate costs.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::bail;
use indicatif::ProgressBar;
use prism_engine::{Case, Limits};
use serde::Serialize;

use super::show::print_json;
use super::source::{LIMITS, Source, runtime};
use super::table::{bytes, grouped, micros, table};

/// Rounds before anything is measured.
const WARM_UP: usize = 3;

/// Measures a gate on its cases. Instantiation is what the host does before a gate's first instruction.
#[derive(clap::Args)]
pub struct Args {
    /// A gate's project, which is built first, or a component with its cases inside
    #[arg(default_value = ".")]
    gate: PathBuf,
    /// Evaluations of each case
    #[arg(long, default_value_t = 100)]
    rounds: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One line of the result; times in microseconds.
#[derive(Serialize)]
struct Row {
    case: String,
    p50_micros: u64,
    p99_micros: u64,
    fuel: u64,
    memory_bytes: u64,
}

#[derive(Serialize)]
struct Result {
    gate: String,
    version: String,
    digest: String,
    load_micros: u64,
    instantiate_p50_micros: u64,
    instantiate_p99_micros: u64,
    cases: Vec<Row>,
}

/// Measures and prints.
pub async fn bench(args: Args) -> anyhow::Result<ExitCode> {
    if args.rounds == 0 {
        bail!("--rounds must be above 0");
    }
    let runtime = runtime()?;
    let source = tokio::task::block_in_place(|| Source::open(&args.gate))?;
    let cases = Case::all(&source.cases)?;
    // The first load compiles, when the cache has nothing; the second is what a start of the service takes.
    source.load(&runtime).await?;
    let started = Instant::now();
    let gate = source.load(&runtime).await?;
    let load_micros = elapsed(started);
    let limits = Limits::from(&LIMITS);
    let mut instantiations = Vec::new();
    for round in 0..args.rounds + WARM_UP {
        let took = gate.instantiate(&runtime, &limits).await?;
        if round >= WARM_UP {
            instantiations.push(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
    }
    let bar = if args.json {
        ProgressBar::hidden()
    } else {
        ProgressBar::new((cases.len() * args.rounds) as u64)
    };
    let mut rows = Vec::new();
    for case in &cases {
        let mut times = Vec::new();
        let mut last = None;
        for round in 0..args.rounds + WARM_UP {
            let outcome = gate.try_case(&runtime, case, &limits).await?;
            if round >= WARM_UP {
                times.push(outcome.run.micros);
                bar.inc(1);
            }
            last = Some(outcome.run);
        }
        let Some(run) = last else { continue };
        rows.push(Row {
            case: case.name.clone(),
            p50_micros: percentile(&mut times, 50),
            p99_micros: percentile(&mut times, 99),
            fuel: run.fuel,
            memory_bytes: run.memory_bytes,
        });
    }
    bar.finish_and_clear();
    let result = Result {
        gate: gate.id().to_owned(),
        version: gate.version().to_owned(),
        digest: gate.digest().to_owned(),
        load_micros,
        instantiate_p50_micros: percentile(&mut instantiations, 50),
        instantiate_p99_micros: percentile(&mut instantiations, 99),
        cases: rows,
    };
    if args.json {
        return print_json(&result);
    }
    println!(
        "{}@{}: loading {} from the cache, instantiating p50 {} p99 {}",
        result.gate,
        result.version,
        micros(result.load_micros),
        micros(result.instantiate_p50_micros),
        micros(result.instantiate_p99_micros)
    );
    let mut list = table(["case", "p50", "p99", "fuel", "peak memory"]);
    for row in result.cases {
        list.add_row([
            row.case,
            micros(row.p50_micros),
            micros(row.p99_micros),
            grouped(row.fuel),
            bytes(row.memory_bytes),
        ]);
    }
    println!("{list}");
    println!(
        "{} evaluations a case; times with instantiation",
        args.rounds
    );
    Ok(ExitCode::SUCCESS)
}

fn elapsed(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// The nearest-rank percentile.
fn percentile(values: &mut [u64], percent: usize) -> u64 {
    values.sort_unstable();
    let rank = (values.len() * percent).div_ceil(100).max(1);
    values.get(rank - 1).copied().unwrap_or(0)
}
