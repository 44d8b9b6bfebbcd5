//! `prism replay`: a verdict bundle, believed by nobody, checked part by part and made again.
//!
//! It needs the verdict, the course and an installation, and neither service nor store. A part that was changed since
//! the verdict was made is named, and nothing is run then: there would be no telling what was asked.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use prism_executor::{Home, JailLimits};
use prism_host::config::{ContextConfig, RunConfig};
use prism_host::verdict::{self, Changed, Document, MAX_BYTES, PAYLOAD_TYPE};
use prism_protocol::spec::Limits;
use prism_registry::{Envelope, KeySet, Signer, Unsigned};
use serde::Serialize;
use serde_json::json;

use super::compare::DIFFERENT;

mod course;
mod judged;
mod runs;

use course::Found;
use judged::Outcomes;

/// Exit status when a part, the signature or the course was changed.
const CHANGED: u8 = 7;

/// Exit status when everything is as it was, and nobody trusted stands for it.
const NOBODY: u8 = 8;

/// Checks a verdict part by part, makes its runs again and says whether the same comes out.
///
/// Exit status: 0 the same, or within the tolerance; 6 another result; 7 a part of the verdict, its signature or the
/// course was changed, and nothing was run; 8 the same, but no trusted key stands for it; 2 usage, 1 internal error.
#[derive(clap::Args)]
pub struct Args {
    /// The verdict, as `prism verdict export` writes it
    verdict: PathBuf,
    /// Course file [default: the course of the installation that has the verdict's fingerprint]
    #[arg(long)]
    course: Option<PathBuf>,
    /// File with the key of a sealed course
    #[arg(long, requires = "course")]
    key: Option<PathBuf>,
    /// The set of keys whose verdicts you trust (`prism gate key trust`)
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// The sentencepiece model of a bundle that declares `tokenizer: llama`
    #[arg(long, value_name = "FILE")]
    llama: Option<PathBuf>,
    /// Largest difference that counts as the same on another processor or torch, in bits per byte
    #[arg(long, value_name = "BPB", default_value_t = 0.005)]
    tolerance: f64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Who stands for the verdict.
#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
enum Signature {
    /// A trusted key.
    Trusted { key_id: String, key_state: String },
    /// Nobody the reader trusts.
    Nobody { why: String },
    /// Somebody, but not for this: it was changed, or the key is revoked.
    Wrong { why: String },
}

/// Prints what came of it.
pub async fn replay(args: Args) -> anyhow::Result<ExitCode> {
    if !args.tolerance.is_finite() || args.tolerance < 0.0 {
        bail!("--tolerance is a number of bits per byte, 0 or more");
    }
    let bytes = super::read_at_most(&args.verdict, MAX_BYTES)?;
    let of_file = || args.verdict.display().to_string();
    let envelope = Envelope::parse(&bytes, PAYLOAD_TYPE).with_context(of_file)?;
    let keys = args.keys.as_deref().map(KeySet::read).transpose()?;
    let signature = signature(envelope.signer(&keys.unwrap_or_default()));
    let read = match verdict::read(envelope.payload()) {
        Ok(read) => read,
        // Then the signature is all there is to tell.
        Err(error) => {
            let part = "payload".to_owned();
            let detail = error.to_string();
            return changed(&args, &signature, &[Changed { part, detail }]);
        }
    };
    let document = &read.document;
    let measured = read.document.runs.measure.manifest();
    if !args.json && measured.is_ok() {
        introduce(document, &signature)?;
    }
    let (true, Some(bundle), Ok(measured)) = (read.changed.is_empty(), &read.bundle, measured)
    else {
        return changed(&args, &signature, &read.changed);
    };
    if let Signature::Wrong { .. } = &signature {
        return changed(&args, &signature, &[]);
    }
    let home = Home::locate()?;
    let course = match course::find(
        &home,
        &measured,
        args.course.as_deref(),
        args.key.as_deref(),
    )? {
        Found::Whole(course) => course,
        Found::Changed(course) => return changed(&args, &signature, &[course]),
    };
    if !args.json {
        let id = &measured.course.id;
        println!(
            "course           {id}, every byte as then: {}",
            course.display()
        );
    }
    let (limits, jail) = allowed(document, &signature)?;
    let outcomes = runs::again(runs::Again {
        home,
        document,
        bundle,
        measured: &measured,
        course,
        key: args.key.as_ref().map(std::path::absolute).transpose()?,
        llama: args.llama.clone(),
        limits,
        jail,
        tolerance: args.tolerance,
    })
    .await?;
    conclude(&args, &signature, &outcomes)
}

fn signature(checked: Result<Signer, Unsigned>) -> Signature {
    match checked {
        Ok(signer) => Signature::Trusted {
            key_id: signer.key_id.to_string(),
            key_state: signer.state.to_string(),
        },
        Err(error @ (Unsigned::Nobody | Unsigned::UnknownKeys(_))) => Signature::Nobody {
            why: error.to_string(),
        },
        Err(error @ (Unsigned::Misfit(_) | Unsigned::Revoked(_))) => Signature::Wrong {
            why: error.to_string(),
        },
    }
}

/// The limits of the run: the verdict's own where somebody trusted stands for them, else this release's defaults, so that
/// no stranger's document decides what the bundle in it may use of this machine.
fn allowed(document: &Document, signature: &Signature) -> anyhow::Result<(Limits, JailLimits)> {
    let question = &document.question;
    if let Signature::Trusted { .. } = signature {
        return Ok((question.limits.clone(), question.jail.clone()));
    }
    let most = ContextConfig::default().max_parameters;
    if question.context.max_parameters > most {
        bail!(
            "the verdict asks for a model of {} parameters, and nobody you trust stands for it: name the key that signed it \
             with --keys; without one at most {most} are allowed",
            question.context.max_parameters
        );
    }
    Ok((RunConfig::default().limits(), JailLimits::default()))
}

fn introduce(document: &Document, signature: &Signature) -> anyhow::Result<()> {
    super::verdict::print(document)?;
    match signature {
        Signature::Trusted { key_id, key_state } => {
            println!("signature        fits, by {key_id} ({key_state})");
        }
        Signature::Nobody { why } => println!("signature        {why}"),
        Signature::Wrong { why } => println!("signature        WRONG: {why}"),
    }
    Ok(())
}

fn changed(args: &Args, signature: &Signature, changed: &[Changed]) -> anyhow::Result<ExitCode> {
    if args.json {
        print_json(
            &json!({"result": "changed", "signature": signature, "changed": changed, "runs": null}),
        )?;
    } else {
        for changed in changed {
            println!("CHANGED          {changed}");
        }
        if changed.is_empty() {
            println!("parts            each has the digest that the verdict names for it");
        }
        println!("nothing was run: this is not the verdict that was made");
    }
    Ok(ExitCode::from(CHANGED))
}

fn conclude(args: &Args, signature: &Signature, outcomes: &Outcomes) -> anyhow::Result<ExitCode> {
    let result = outcomes.result();
    if args.json {
        print_json(
            &json!({"result": result, "signature": signature, "changed": [], "runs": outcomes}),
        )?;
    } else {
        outcomes.print();
        println!("result           {}", result.words());
    }
    Ok(ExitCode::from(match (result.same(), signature) {
        (false, _) => DIFFERENT,
        (true, Signature::Trusted { .. }) => 0,
        (true, _) => NOBODY,
    }))
}

fn print_json(value: &serde_json::Value) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}
