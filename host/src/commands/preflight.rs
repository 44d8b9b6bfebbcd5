//! Preflight on the command line: the look under real torch that the service gives a bundle before its run.

use std::time::Duration;

use indicatif::ProgressBar;
use prism_bundle::Bundle;
use prism_executor::preflight::Phase;
use prism_executor::{Cancel, Executor, LocalExecutor};
use prism_host::config::Config;
use prism_host::{context, preflight};
use prism_store::verdict::Verdict;
use tokio::sync::mpsc;

/// Looks, and adds what was found to the verdict; `max_cells` is what the course of the run allows a batch. Ctrl-C ends the jail before it ends us.
pub async fn look(
    executor: &LocalExecutor,
    config: &Config,
    bundle: &Bundle,
    max_cells: u64,
    verdict: &mut Verdict,
) -> anyhow::Result<()> {
    let context = context::run_context(&config.context, bundle);
    let bar = ProgressBar::new_spinner().with_message("preflight: importing torch");
    bar.enable_steady_tick(Duration::from_millis(100));
    let (phases, mut received) = mpsc::channel::<Phase>(16);
    let (handle, cancel) = Cancel::pair();
    let interrupted = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            handle.cancel();
        }
    });
    let watching = async {
        while let Some(phase) = received.recv().await {
            bar.set_message(format!("preflight: {}", phase.words()));
        }
    };
    let job = preflight::job(config, &context, bundle, max_cells);
    let looking = executor.preflight(job, &config.preflight, phases, cancel);
    let (report, ()) = tokio::join!(looking, watching);
    interrupted.abort();
    bar.finish_and_clear();
    preflight::add(verdict, &report?, &config.preflight, &context, bundle);
    Ok(())
}
