//! `prism data` on course files: keys, sealing, reading through, publishing.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use prism_course::data::{self, CourseFile, SealOptions};
use prism_course::{Class, Course, Header, Key, KeyError, Pool, Recipient};
use prism_tokenizer::Tokenizer;
use serde_json::json;

#[derive(clap::Args)]
pub struct Keygen {
    /// File of the private key; never overwritten
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub struct Seal {
    /// Course in the clear
    course: PathBuf,
    /// Public key (age1...) the course is sealed for; may be given several times
    #[arg(long, value_name = "KEY")]
    recipient: Vec<String>,
    /// File of public keys, one a line
    #[arg(long, value_name = "FILE")]
    recipient_file: Vec<PathBuf>,
    /// Who may know the text: official, practice or retired
    #[arg(long, default_value_t = Class::Official)]
    class: Class,
    /// What the documents are for: course, decoy or validation [default: what the file says]
    #[arg(long)]
    pool: Option<Pool>,
    /// File to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace a file that is there already
    #[arg(long)]
    force: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub struct Publish {
    /// Sealed course
    sealed: PathBuf,
    /// File of its private key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// File to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace a file that is there already
    #[arg(long)]
    force: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub fn keygen(args: &Keygen) -> anyhow::Result<()> {
    let public = Key::generate(&args.out)?;
    if args.json {
        let told = json!({ "file": args.out, "public_key": public.to_string() });
        println!("{}", serde_json::to_string_pretty(&told)?);
        return Ok(());
    }
    println!(
        "private key  {} (keep it; there is no other copy)",
        args.out.display()
    );
    println!("public key   {public}");
    Ok(())
}

pub fn seal(args: Seal) -> anyhow::Result<()> {
    // Not by clap, which would repeat a private key given by mistake.
    let mut recipients = args
        .recipient
        .iter()
        .map(|key| key.parse())
        .collect::<Result<Vec<Recipient>, KeyError>>()?;
    for file in &args.recipient_file {
        let more = Recipient::read_file(file).with_context(|| file.display().to_string())?;
        recipients.extend(more);
    }
    let options = SealOptions {
        class: args.class,
        pool: args.pool,
        force: args.force,
    };
    let header = watched("sealing", &args.course, |done| {
        data::seal(&args.course, &recipients, options, &args.out, done)
    })?;
    wrote(&header, &args.out, args.json)
}

pub fn publish(args: &Publish) -> anyhow::Result<()> {
    let key = Key::read(&args.key)?;
    let header = watched("publishing", &args.sealed, |done| {
        data::publish(&args.sealed, &key, &args.out, args.force, done)
    })?;
    wrote(&header, &args.out, args.json)
}

/// Reads a course file through.
pub fn verify(
    path: &Path,
    key: Option<&Path>,
    tokenizer: &str,
    as_json: bool,
) -> anyhow::Result<()> {
    let tokenizer = Tokenizer::named(tokenizer)?;
    let key = key.map(Key::read).transpose()?;
    let report = watched("reading", path, |done| {
        data::verify_course(path, key.as_ref(), tokenizer, done)
    })?;
    if as_json {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    print(&report.course, report.sealed);
    println!(
        "verified     every document, the fingerprint, and that tokenizer `{}` gives every byte back",
        report.tokenizer
    );
    println!("tokens       {}", report.tokens);
    Ok(())
}

/// Shows what a course file says of itself.
pub fn inspect(file: &CourseFile) {
    print(&file.header, file.sealed);
}

fn wrote(header: &Header, out: &Path, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let told = json!({ "file": out, "course": header });
        println!("{}", serde_json::to_string_pretty(&told)?);
        return Ok(());
    }
    println!(
        "{}: course {}, {} {}, {} documents, {} bytes",
        out.display(),
        header.id,
        header.class,
        header.pool,
        header.documents,
        header.bytes
    );
    println!("fingerprint  {}", header.fingerprint);
    Ok(())
}

fn print(header: &Header, sealed: bool) {
    println!("course       {}", header.id);
    println!("class        {}", header.class);
    println!("pool         {}", header.pool);
    println!("sealed       {}", if sealed { "yes" } else { "no" });
    println!("fingerprint  {}", header.fingerprint);
    println!("documents    {}", header.documents);
    println!("bytes        {}", header.bytes);
    // The public header of a sealed course doesn't say.
    if !header.provenance.dataset.is_empty() {
        println!(
            "text from    {} ({})",
            header.provenance.dataset, header.provenance.license
        );
    }
}

/// Does `work` under a bar over the bytes of a course file.
fn watched<T, E>(
    what: &'static str,
    course: &Path,
    work: impl FnOnce(&mut dyn FnMut(u64)) -> Result<T, E>,
) -> anyhow::Result<T>
where
    anyhow::Error: From<E>,
{
    let bar = ProgressBar::new(Course::header(course)?.bytes);
    bar.set_style(ProgressStyle::with_template(
        "{msg} {bar:30} {bytes}/{total_bytes}, {eta} left",
    )?);
    bar.set_message(what);
    let done = work(&mut |bytes| bar.inc(bytes));
    bar.finish_and_clear();
    Ok(done?)
}
