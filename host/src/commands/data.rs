//! `prism data`: locked data and courses.

mod courses;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use prism_course::data::{self, CourseOptions, Inspection, PrepareOptions, Stage};

/// Makes, verifies and inspects locked data and courses.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Turn text into locked train, val and test shards with a MANIFEST, and a course
    Prepare(Prepare),
    /// Make a key that courses can be sealed for
    Keygen(courses::Keygen),
    /// Encrypt a course, so that only the supervisor of a run reads it
    Seal(courses::Seal),
    /// Read a course, or a folder of locked data, through and compare it with what it says of itself
    Verify {
        /// Course file, or folder of locked data
        path: PathBuf,
        /// File of the private key of a sealed course
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        /// Tokenizer that must give every byte of a course back [default: bytes]
        #[arg(long)]
        tokenizer: Option<String>,
        /// The pin a folder of locked data must have
        #[arg(long)]
        pin: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what a course file or a folder of locked data says of itself
    Inspect {
        /// Course file or folder
        path: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Write a sealed course in the clear, as a retired one
    Publish(courses::Publish),
}

#[derive(clap::Args)]
struct Prepare {
    /// Files or folders: plain text, .jsonl with `text` and maybe `id`, .jsonl.zst, .parquet
    #[arg(required = true)]
    inputs: Vec<PathBuf>,
    /// Folder to write
    #[arg(long)]
    out: PathBuf,
    /// Name of the data set
    #[arg(long, default_value = "local")]
    name: String,
    /// Licence of the text
    #[arg(long, default_value = "unknown")]
    license: String,
    /// Commit that pins the data set [default: a digest over the files]
    #[arg(long)]
    pin: Option<String>,
    /// Divide plain text files into documents at this text
    #[arg(long)]
    separator: Option<String>,
    /// Read at most so many documents
    #[arg(long)]
    max_documents: Option<u64>,
    /// Id of the course to make from the train split; its validation and decoy pools come with it
    #[arg(long, value_name = "ID")]
    course_id: Option<String>,
    /// Decides which documents come in which order
    #[arg(long, default_value = "prism", requires = "course_id")]
    course_seed: String,
    /// Bytes of the course, in whole documents [default: the whole train split]
    #[arg(long, value_name = "BYTES", requires = "course_id")]
    course_bytes: Option<u64>,
    /// Replace a folder of locked data that is there already
    #[arg(long)]
    force: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the subcommand.
pub fn data(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Prepare(args) => prepare(args)?,
        Command::Keygen(args) => courses::keygen(&args)?,
        Command::Seal(args) => courses::seal(args)?,
        Command::Verify {
            path,
            key,
            tokenizer,
            pin,
            json,
        } if path.is_dir() => {
            if key.is_some() || tokenizer.is_some() {
                bail!(
                    "--key and --tokenizer are for course files; {} is a folder",
                    path.display()
                );
            }
            verify_folder(&path, pin.as_deref(), json)?;
        }
        Command::Verify {
            path,
            key,
            tokenizer,
            pin,
            json,
        } => {
            if pin.is_some() {
                bail!(
                    "--pin is for folders of locked data; {} is a file",
                    path.display()
                );
            }
            let tokenizer = tokenizer.as_deref().unwrap_or("bytes");
            courses::verify(&path, key.as_deref(), tokenizer, json)?;
        }
        Command::Publish(args) => courses::publish(&args)?,
        Command::Inspect { path, json } => inspect(&data::inspect(&path)?, json)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn verify_folder(folder: &Path, pin: Option<&str>, json: bool) -> anyhow::Result<()> {
    let report = data::verify(folder, pin)?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!(
            "{}: {} documents, {} bytes in {} shards agree with the manifest",
            folder.display(),
            report.documents,
            report.bytes,
            report.shards
        );
    }
    Ok(())
}

fn prepare(args: Prepare) -> anyhow::Result<()> {
    let options = PrepareOptions {
        dataset: args.name,
        license: args.license,
        pin_sha: args.pin,
        separator: args.separator,
        max_documents: args.max_documents,
        course: args.course_id.map(|id| CourseOptions {
            id,
            seed: args.course_seed,
            bytes: args.course_bytes,
        }),
        force: args.force,
    };
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {msg}")?);
    let report = data::prepare(&args.inputs, &args.out, &options, &mut |progress| {
        let stage = match progress.stage {
            Stage::Reading => "reading",
            Stage::Writing => "writing shards",
            Stage::Course => "making the course",
        };
        bar.set_message(format!(
            "{stage}: {} documents, {} bytes",
            progress.documents, progress.bytes
        ));
        bar.tick();
    })?;
    bar.finish_and_clear();
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    println!("{}", report.folder.display());
    for (name, split) in &report.manifest.splits {
        println!(
            "  {name:<6} {:>8} documents {:>12} bytes",
            split.doc_count, split.byte_count
        );
    }
    let counts = &report.counts;
    let left_out = counts.empty + counts.duplicates + counts.duplicate_texts + counts.clashing_ids;
    if left_out > 0 {
        println!(
            "  left out: {} empty, {} repeated, {} with a text that was there already, {} with a taken id",
            counts.empty, counts.duplicates, counts.duplicate_texts, counts.clashing_ids
        );
    }
    let manifest = &report.manifest;
    for course in manifest.course.iter().chain(manifest.pools.values()) {
        println!(
            "  course {}: {} documents, {} bytes in {}",
            course.id, course.doc_count, course.byte_count, course.path
        );
    }
    Ok(())
}

fn inspect(inspection: &Inspection, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(inspection)?);
        return Ok(());
    }
    match inspection {
        Inspection::Course(file) => courses::inspect(file),
        Inspection::Data(manifest) => {
            println!(
                "data set  {} ({}), pin {}",
                manifest.dataset.name, manifest.dataset.license, manifest.dataset.pin_sha
            );
            for (name, split) in &manifest.splits {
                println!(
                    "{name:<9} {:>8} documents {:>12} bytes  {}",
                    split.doc_count, split.byte_count, split.fingerprint
                );
            }
        }
    }
    Ok(())
}
