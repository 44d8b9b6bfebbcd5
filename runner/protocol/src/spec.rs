//! The run specification: everything the supervisor needs, written by the host to its standard input.

use std::path::PathBuf;

use prism_verification::Seed;
use serde::{Deserialize, Serialize};

/// One run, as the supervisor reads it (one JSON document on standard input).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// What this run of the bundle is for.
    pub task: Task,
    /// Run id, unique per attempt.
    pub run_id: String,
    /// Submission id; empty in a local run.
    pub submission_id: String,
    /// Folder of the closed bundle's files, read by the supervisor only to size it.
    pub bundle_dir: PathBuf,
    /// The course file.
    pub course: PathBuf,
    /// File with the key of a sealed course, opened by the supervisor alone; null for a course in the clear.
    pub course_key: Option<PathBuf>,
    /// Text that follows the cut in cut questions and is never charged; null for random ids.
    pub decoys: Option<CourseFile>,
    /// File with the vocabulary of the tokenizer, where it is not built in.
    pub tokenizer_file: Option<PathBuf>,
    /// Serve only about this many bytes of the course (whole documents); null for all.
    pub course_bytes: Option<u64>,
    /// Path of the Unix socket the supervisor listens on.
    pub socket: PathBuf,
    /// Folder the supervisor writes `prism_run_manifest.v2.json` into.
    pub out_dir: PathBuf,
    /// User ids the one connection may come from.
    pub peer_uids: Vec<u32>,
    /// The context miners see.
    pub context: Context,
    /// Clocks and quotas the supervisor enforces.
    pub limits: Limits,
    /// The isolation level the executor vouches for, for example `local-full`.
    pub isolation: String,
    /// `cpu` or `cuda`.
    pub device: String,
}

/// What a run of a bundle is for. Each has a jail and a supervisor of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Task {
    /// Run 1: the captured score.
    Measure {
        /// Steps at which cut questions look for a model that sees ahead.
        probes: u32,
    },
    /// Run 2: the same again with cut questions at places drawn from `seed`.
    Verify(Box<Verify>),
    /// The exported state, in a model built anew.
    Examine(Box<Examine>),
}

/// What the second run needs of the first, and how it judges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// The first run.
    pub first: First,
    /// What the places are drawn from; made after the first run has ended.
    pub seed: Seed,
    /// Independent draws, each of one place.
    pub draws: u32,
    /// Level of the one-sided lower bound that the correction is judged by.
    pub level: f64,
    /// What that bound may be, in bits per byte.
    pub margin_bpb: f64,
}

/// How an exported state is examined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examine {
    /// The run that exported it.
    pub first: First,
    /// The tensors, as the first run's supervisor wrote them.
    pub state: PathBuf,
    /// Their index.
    pub state_index: PathBuf,
    /// What the places are drawn from.
    pub seed: Seed,
    /// Draws on the windows served last, and as many on the validation text.
    pub draws: u32,
    /// Level of the one-sided lower bound that the state's level is judged by.
    pub level: f64,
    /// How much worse than captured the state may be on these windows, in bits per byte.
    pub margin_bpb: f64,
    /// The validation text; null when there is none.
    pub validation: Option<CourseFile>,
}

/// What a first run left behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct First {
    /// Its manifest.
    pub manifest: PathBuf,
    /// Its charges: of all charged tokens in their order, each a little-endian `f64` in bits.
    pub stream: PathBuf,
}

/// A file of documents and, if it is sealed, its key. The supervisor alone opens either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseFile {
    /// The file.
    pub path: PathBuf,
    /// File with its key.
    pub key: Option<PathBuf>,
}

/// The values of `PrismContext` in the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// From the tokenizer: 257 for `bytes`.
    pub vocab_size: u32,
    /// Default columns of a row.
    pub sequence_length: u32,
    /// Told to miners, not enforced.
    pub max_layers: u32,
    /// Parameter cap.
    pub max_parameters: u64,
    /// The forced seed.
    pub seed: u64,
    /// As `prism.yaml` names it: `bytes`, `gpt2`, `llama` or the path of a `tokenizer.json`.
    pub tokenizer: String,
    /// The tokenizer's separator: stands before each document and fills tails, never charged.
    pub separator: u32,
    /// Entry point of the model, relative to the bundle's root, for example `architecture.py`.
    pub architecture_entrypoint: String,
    /// Factory symbol, `build_model`.
    pub build_model_symbol: String,
    /// Entry point of the training loop.
    pub training_entrypoint: String,
    /// Training symbol, `train`.
    pub train_symbol: String,
}

/// Clocks and quotas, all enforced outside the jail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// From the start of the jail to `hello`, in seconds.
    pub startup_seconds: u64,
    /// Longest silence between two answers of the worker, in seconds.
    pub stall_seconds: u64,
    /// The safety clock over the whole run, in seconds; null for none.
    pub safety_clock_seconds: Option<u64>,
    /// Most bytes of exported state beyond `max_parameters` x 4.
    pub state_buffer_bytes: u64,
    /// Most points kept of the loss curve.
    pub curve_points: u32,
}
