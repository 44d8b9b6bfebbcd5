//! One module a subcommand, and what they share: exit statuses and the async runtime.

use std::fs::File;
use std::future::Future;
use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use prism_store::verdict::Decision;

pub mod challenge;
pub mod check;
pub mod compare;
pub mod data;
pub mod demo;
pub mod excerpt;
pub mod gate;
pub mod isolation;
pub mod judge;
pub mod parameters;
pub mod preflight;
pub mod progress;
pub mod replay;
pub mod run;
pub mod serve;
pub mod token;
pub mod verdict;

/// Exit status of an internal error.
pub const INTERNAL: u8 = 1;

/// Exit status of a run that failed by the bundle's own fault.
pub const RUN_FAILED: u8 = 5;

/// Exit status of a verdict.
pub fn exit_code(decision: Decision) -> ExitCode {
    ExitCode::from(match decision {
        Decision::Allow => 0,
        Decision::Reject => 3,
        Decision::Hold => 4,
    })
}

/// The bytes of a file of at most `limit` bytes.
pub fn read_at_most(path: &Path, limit: u64) -> anyhow::Result<Vec<u8>> {
    let of_file = || format!("cannot read {}", path.display());
    let mut bytes = Vec::new();
    File::open(path)
        .with_context(of_file)?
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .with_context(of_file)?;
    if bytes.len() as u64 > limit {
        bail!(
            "{} has more than {limit} bytes: it is not such a file",
            path.display()
        );
    }
    Ok(bytes)
}

/// What is logged to standard error unless `PRISM_LOG` says otherwise: the service tells what it does, the
/// other commands speak for themselves.
pub fn default_log(command: &crate::Command) -> &'static str {
    match command {
        crate::Command::Serve(_) => "info",
        _ => "error",
    }
}

/// Runs one command on a tokio runtime.
pub fn block_on<F: Future<Output = anyhow::Result<ExitCode>>>(
    command: F,
) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(command)
}
