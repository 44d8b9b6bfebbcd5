//! `prism compare`: whether runs of one bundle gave the same stream of charges, and where they first differ.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use prism_protocol::manifest::Manifest;
use serde::Serialize;

/// Exit status when the runs differ.
pub const DIFFERENT: u8 = 6;

/// Compares the manifests of repeated runs (`prism run --manifest FILE`) with the first of them.
///
/// On the CPU the same bundle, seed and course must give the same stream bit for bit. Exit status: 0 all the same,
/// 6 they differ, 2 usage, 1 internal error.
#[derive(clap::Args)]
pub struct Args {
    /// Manifests, two or more
    #[arg(required = true, num_args = 2..)]
    manifests: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One run beside the first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum Comparison {
    /// The same stream, bit for bit.
    Identical,
    /// Not the same question: these settings differ.
    NotComparable {
        /// Their names.
        differ: Vec<&'static str>,
    },
    /// Another stream.
    Different {
        /// The runs agree in the charges of all bytes before this one.
        same_until_byte: u64,
        /// The first difference is before this byte.
        differ_before_byte: Option<u64>,
        /// Their bits per byte so far, this run's minus the first's.
        bpb_difference: f64,
        /// One ended otherwise than the other.
        outcomes: Option<[String; 2]>,
    },
}

/// Prints how each run compares with the first.
pub fn compare(args: Args) -> anyhow::Result<ExitCode> {
    let runs = args
        .manifests
        .iter()
        .map(|path| Ok((path, read(path)?)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let Some(((first_path, first), others)) = runs.split_first() else {
        bail!("there is nothing to compare");
    };
    let compared: Vec<_> = others
        .iter()
        .map(|(path, run)| (path.display().to_string(), beside(first, run)))
        .collect();
    if args.json {
        let list: Vec<_> = compared
            .iter()
            .map(|(path, comparison)| serde_json::json!({"manifest": path, "comparison": comparison}))
            .collect();
        println!("{}", serde_json::to_string_pretty(&list)?);
    } else {
        println!("{}  {}", digest(first), first_path.display());
        for ((path, comparison), (_, run)) in compared.iter().zip(others) {
            println!("{}  {path}: {}", digest(run), words(comparison));
        }
    }
    let same = compared
        .iter()
        .all(|(_, comparison)| *comparison == Comparison::Identical);
    Ok(ExitCode::from(if same { 0 } else { DIFFERENT }))
}

fn read(path: &Path) -> anyhow::Result<Manifest> {
    let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| {
        format!(
            "{} is no manifest of a run; `prism run BUNDLE --manifest FILE` writes one",
            path.display()
        )
    })
}

/// The beginning of a stream's digest.
pub fn digest(manifest: &Manifest) -> &str {
    let digest = &manifest.metrics.stream_sha256;
    digest.get(..16).unwrap_or(digest)
}

fn beside(first: &Manifest, run: &Manifest) -> Comparison {
    let differ = settings_that_differ(first, run);
    if differ.is_empty() {
        streams(first, run)
    } else {
        Comparison::NotComparable { differ }
    }
}

/// The settings without which two runs are not the same question.
pub fn settings_that_differ(first: &Manifest, run: &Manifest) -> Vec<&'static str> {
    let settings = [
        ("course", first.course.fingerprint == run.course.fingerprint),
        ("tokenizer", first.data.tokenizer == run.data.tokenizer),
        ("seed", first.run.seed == run.run.seed),
        ("batch_size", first.run.batch_size == run.run.batch_size),
        ("seq_len", first.run.seq_len == run.run.seq_len),
        ("api", first.run.api == run.run.api),
        ("device", first.run.device == run.run.device),
        ("scoring", first.versions.scoring == run.versions.scoring),
        (
            "torch",
            first.versions.worker_torch == run.versions.worker_torch,
        ),
    ];
    settings
        .into_iter()
        .filter_map(|(name, same)| (!same).then_some(name))
        .collect()
}

/// Whether two runs in one layout were charged the same, and where they part.
pub fn streams(first: &Manifest, run: &Manifest) -> Comparison {
    let outcomes = (first.outcome != run.outcome)
        .then(|| [first, run].map(|manifest| ending(&manifest.outcome)));
    if outcomes.is_none() && first.metrics.stream_sha256 == run.metrics.stream_sha256 {
        return Comparison::Identical;
    }
    let (left, right) = (&first.metrics, &run.metrics);
    let same = left
        .stream_digests
        .iter()
        .zip(&right.stream_digests)
        .take_while(|(left, right)| left == right)
        .count();
    let end = |index: usize| {
        let ends = [left, right].map(|metrics| metrics.covered_bytes_cumulative.get(index));
        ends.into_iter().flatten().max().copied()
    };
    let bpb = |manifest: &Manifest| {
        let metrics = &manifest.metrics;
        metrics.sum_neg_log2_likelihood_bits / metrics.covered_bytes.max(1) as f64
    };
    Comparison::Different {
        same_until_byte: same.checked_sub(1).and_then(end).unwrap_or(0),
        differ_before_byte: end(same),
        bpb_difference: bpb(run) - bpb(first),
        outcomes,
    }
}

/// Status and reason, without the sentence, which may name a line or a time.
fn ending(outcome: &prism_protocol::outcome::Outcome) -> String {
    let fields = serde_json::to_value(outcome).unwrap_or_default();
    let field = |name: &str| fields.get(name).and_then(serde_json::Value::as_str);
    let reason = field("stopped").or(field("reason"));
    [field("status"), reason]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(": ")
}

/// The comparison as a sentence.
pub fn words(comparison: &Comparison) -> String {
    match comparison {
        Comparison::Identical => "identical".to_owned(),
        Comparison::NotComparable { differ } => {
            format!("not comparable, it has another {}", differ.join(", "))
        }
        Comparison::Different {
            same_until_byte,
            differ_before_byte,
            bpb_difference,
            outcomes,
        } => {
            let place = match differ_before_byte {
                Some(end) => {
                    format!("first differs between bytes {same_until_byte} and {end} of the course")
                }
                None => format!("agrees as far as the curve goes, to byte {same_until_byte}"),
            };
            let ends = outcomes.as_ref().map_or_else(String::new, |[first, run]| {
                format!("; the first is {first}, this {run}")
            });
            format!("{place}, by {bpb_difference:+.3e} bpb in all{ends}")
        }
    }
}
