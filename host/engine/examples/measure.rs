//! Times of the standard pipeline: start, load, verdict.
//!
//! `cargo run --release -p prism-engine --example measure -- GATES_FOLDER CACHE_FOLDER BUNDLE...`
//! prints what the engine's start and the loading of the gates take, then for each bundle the verdict, the
//! median over 50 verdicts, and each gate's fuel and median.

#![allow(clippy::print_stdout, reason = "it is a program")]

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use prism_bundle::Bundle;
use prism_engine::{
    Capabilities, Capability, Pipeline, Runtime, STANDARD_GATES, Settings, Submission,
};

const ROUNDS: usize = 50;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(gates), Some(cache)) = (arguments.next(), arguments.next()) else {
        return Err("usage: measure GATES_FOLDER CACHE_FOLDER BUNDLE...".into());
    };
    let started = Instant::now();
    let runtime = Arc::new(Runtime::start(&Settings {
        cache: Some(cache),
        ..Settings::default()
    })?);
    let engine = started.elapsed();
    println!("engine {engine:?}, pooling {}", runtime.is_pooling());
    let started = Instant::now();
    let mut components = Vec::new();
    for id in STANDARD_GATES {
        let component = std::fs::read(gates.join(format!("{id}.wasm")))?;
        components.push((id.to_owned(), component));
    }
    let pipeline = Pipeline::standard(runtime, &components, &Capability::ALL.into(), false).await?;
    let capabilities = Capabilities::default();
    println!("gates {:?}", started.elapsed());
    for path in arguments {
        let started = Instant::now();
        let bundle = match Bundle::open(&path) {
            Ok(bundle) => bundle,
            Err(error) => {
                println!("{}: {error}", path.display());
                continue;
            }
        };
        let closed = started.elapsed();
        let submission = Submission::local(&bundle);
        let mut times = Vec::new();
        let mut verdicts = Vec::new();
        for _ in 0..ROUNDS {
            let started = Instant::now();
            verdicts.push(
                pipeline
                    .judge(&submission, &bundle, &capabilities, closed)
                    .await?,
            );
            times.push(started.elapsed());
        }
        let Some(first) = verdicts.first() else {
            continue;
        };
        println!(
            "{}: {:?}, read and closed in {closed:?}, first verdict {:?}, median {:?}",
            path.display(),
            first.verdict,
            times.first().copied().unwrap_or_default(),
            median(times)
        );
        for (at, run) in first.gates.iter().enumerate() {
            let runs = || verdicts.iter().filter_map(|verdict| verdict.gates.get(at));
            let same = runs().all(|other| other.fuel == run.fuel);
            println!(
                "  {:<16} {:<6} fuel {:>11}{} median {:?}{}",
                run.gate,
                format!("{:?}", run.verdict),
                run.fuel,
                if same { "" } else { " (NOT REPEATED)" },
                median(
                    runs()
                        .map(|run| Duration::from_micros(run.micros))
                        .collect()
                ),
                run.fault
                    .as_ref()
                    .map_or_else(String::new, |fault| format!(" {fault:?}")),
            );
        }
    }
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
