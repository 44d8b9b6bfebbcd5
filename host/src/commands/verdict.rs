//! `prism verdict`: a service's signed verdicts, from its operators' API.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use prism_host::verdict::{self, Document, PAYLOAD_TYPE};
use prism_registry::Envelope;
use serde_json::Value;

use super::gate::ServerArgs;

/// Show or export the signed verdict of a submission, which `prism replay` makes again
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Show what a verdict says
    Show {
        /// The submission
        id: String,
        #[command(flatten)]
        server: ServerArgs,
        /// Print the whole document as JSON, without its signatures
        #[arg(long)]
        json: bool,
    },
    /// Write a verdict to a file, as it was signed
    Export {
        /// The submission
        id: String,
        /// File to write; one that is there already stays
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// Does one of it.
pub async fn verdict(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Show { id, server, json } => show(&fetch(&id, &server).await?, json)?,
        Command::Export { id, out, server } => {
            write(&out, &fetch(&id, &server).await?)?;
            println!("{}", out.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn fetch(id: &str, server: &ServerArgs) -> anyhow::Result<Envelope> {
    // An id is a UUID; anything else would be another path of the service.
    let id = uuid::Uuid::parse_str(id).context("a submission's id is a UUID")?;
    let path = format!("/submissions/{}/verdict", id.hyphenated());
    let envelope: Value = server.client()?.get(&path).await?;
    Ok(Envelope::parse(
        envelope.to_string().as_bytes(),
        PAYLOAD_TYPE,
    )?)
}

/// Writes an envelope to a new file.
///
/// # Errors
/// When there is a file already, or the system says no.
pub fn write(path: &Path, envelope: &Envelope) -> anyhow::Result<()> {
    use std::io::Write as _;
    let bytes = envelope.to_bytes()?;
    let mut file = match std::fs::File::create_new(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => bail!(
            "{} is there already: choose another file, or move it away",
            path.display()
        ),
        opened => opened.with_context(|| format!("cannot write {}", path.display()))?,
    };
    file.write_all(&bytes)
        .with_context(|| format!("cannot write {}", path.display()))
}

fn show(envelope: &Envelope, json: bool) -> anyhow::Result<()> {
    let read = verdict::read(envelope.payload())?;
    if json {
        println!("{}", serde_json::to_string_pretty(&read.document)?);
        return Ok(());
    }
    print(&read.document)?;
    for changed in &read.changed {
        println!("CHANGED          {changed}");
    }
    Ok(())
}

/// A verdict in a few lines.
///
/// # Errors
/// When the manifest in it is none.
pub fn print(document: &Document) -> anyhow::Result<()> {
    let whose = document.submission.as_ref().map_or_else(
        || "a local run".to_owned(),
        |submission| format!("submission {} of {}", submission.id, submission.hotkey),
    );
    println!(
        "verdict          {whose}, made {} by {}",
        document.made_at, document.made_by
    );
    let score = &document.score;
    println!(
        "                 {:.6} bpb, {}, final score {:.9}",
        score.bpb,
        score.level.name(),
        score.final_score
    );
    let (bundle, revision) = (&document.bundle, document.judgement.revision);
    let gates = document.judgement.gates.len();
    println!(
        "bundle           {} files, {}",
        bundle.files.len(),
        bundle.digest
    );
    match revision {
        Some(revision) => {
            println!("judged           by {gates} stages, pipeline revision {revision}")
        }
        None => println!("judged           by {gates} stages of the command line"),
    }
    let measured = document.runs.measure.manifest()?;
    println!(
        "course           {}, {} bytes, {}",
        measured.course.id, measured.course.bytes, measured.course.fingerprint
    );
    println!(
        "run              seed {}, {}, {}, torch {}",
        measured.run.seed,
        measured.run.device,
        measured.isolation,
        measured
            .versions
            .worker_torch
            .as_deref()
            .unwrap_or("unknown")
    );
    Ok(())
}
