//! `prism serve`: the service.

use std::path::PathBuf;
use std::process::ExitCode;

use prism_executor::Home;
use prism_host::config::Config;
use prism_host::service::Service;
use tokio::signal::unix::{SignalKind, signal};

/// Runs the service until it is told to stop (SIGTERM or Ctrl-C).
#[derive(clap::Args)]
pub struct Args {
    /// TOML file with the settings [default: the defaults]
    #[arg(long)]
    config: Option<PathBuf>,
    /// Print the settings with their defaults and exit
    #[arg(long)]
    print_config: bool,
}

/// Starts, waits, stops in order.
pub async fn serve(args: Args) -> anyhow::Result<ExitCode> {
    let config = match &args.config {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    if args.print_config {
        print!("{}", toml::to_string_pretty(&config)?);
        return Ok(ExitCode::SUCCESS);
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let service = Service::start(config, Home::locate()?).await?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping; running work is given back to the queue");
    service.stop().await;
    Ok(ExitCode::SUCCESS)
}
