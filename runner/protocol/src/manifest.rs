//! `prism_run_manifest.v2.json`, authored by the supervisor.
//!
//! Field names follow the reference's manifest where its meaning holds; what is new stands in blocks of its
//! own (`course`, `parts`, `versions`, `state`). Values the reference took from the miner's process are not
//! here. Numbers are exact; rounding for the public is the host's part.

use prism_verification::{Estimate, Seed};
use serde::{Deserialize, Serialize};

use crate::outcome::{Outcome, Ruling};
use crate::wire::{Api, StateHead};

/// File name of the manifest.
pub const FILE_NAME: &str = "prism_run_manifest.v2.json";

/// File name of the charges: of all charged tokens in their order, each a little-endian `f64` in bits.
pub const STREAM_FILE: &str = "stream.f64";

/// Value of `schema_version`.
pub const SCHEMA: &str = "prism_run_manifest.v2";

/// Version of the rules that turn a run into a number: layout, charges, unread bytes, bundle bytes.
pub const SCORING: &str = "prism_scoring.v1";

/// The manifest of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema_version: String,
    /// Submission id; empty in a local run.
    pub submission_id: String,
    /// Run id.
    pub run_id: String,
    /// How far the number can be trusted.
    pub level: Level,
    /// Isolation level the executor vouches for.
    pub isolation: String,
    /// How the run ended.
    pub outcome: Outcome,
    /// How it was run.
    pub run: Run,
    /// What it cost.
    pub compute: Compute,
    /// What was served.
    pub data: Data,
    /// The course.
    pub course: Course,
    /// What was measured.
    pub metrics: Metrics,
    /// The number; null unless the run completed.
    pub score: Option<Score>,
    /// What the number is made of; null unless the run completed.
    pub parts: Option<Parts>,
    /// Checks that were made.
    pub anti_cheat: AntiCheat,
    /// What the cut questions of a second run found; null in other runs.
    #[serde(default)]
    pub verification: Option<Verification>,
    /// What the exported state is worth; null in other runs.
    #[serde(default)]
    pub examination: Option<Examination>,
    /// Files beside the manifest.
    pub artifacts: Artifacts,
    /// Recorded, not scored.
    pub signals: Signals,
    /// What produced it.
    pub versions: Versions,
    /// Always true: nothing the miner reports is used.
    pub miner_reported_ignored: bool,
}

/// How far a score can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Captured in the worker's process.
    Provisional,
    /// Corrected by a second run at secret places.
    Verified,
    /// Found too low by it.
    Void,
}

/// How the bundle was run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The forced seed.
    pub seed: u64,
    /// Whether every `build_model` is re-seeded.
    pub forced_init: bool,
    /// `error` (CPU: nondeterministic operators raise) or `warn`.
    pub deterministic_algorithms: String,
    /// Processes of the run.
    pub world_size: u32,
    /// Processes on the node.
    pub nproc_per_node: u32,
    /// `cpu` or `cuda`.
    pub device: String,
    /// The interface the loop used; null before the stream was opened.
    #[serde(default)]
    pub api: Option<Api>,
    /// Rows of a batch; null before the stream was opened.
    pub batch_size: Option<u32>,
    /// Columns of a row; null before the stream was opened.
    pub seq_len: Option<u32>,
    /// Seconds since 1970 when the supervisor began.
    pub started_at: u64,
}

/// What the run cost, as seen from outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compute {
    /// `prism_compute.v1`.
    pub schema: String,
    /// GPUs of the run.
    pub gpu_count: u32,
    /// Processes of the run.
    pub world_size: u32,
    /// Processes on the node.
    pub nproc_per_node: u32,
    /// `cpu` or `cuda`.
    pub device: String,
    /// Elements of the model's distinct parameters, told by the worker.
    pub model_params: Option<u64>,
    /// From the first batch asked for to the end of the stream, in seconds.
    pub wall_clock_seconds: f64,
    /// Largest resident memory of the worker's main process, in bytes, where the system tells.
    pub peak_rss_bytes: Option<u64>,
    /// 6 x parameters x tokens, the usual estimate of a transformer's training cost.
    pub estimated_flops: Option<f64>,
}

/// What was served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Data {
    /// The tokenizer.
    pub tokenizer: String,
    /// Always true: one pass in one order.
    pub single_pass: bool,
    /// Always false: there is no fallback to made-up tokens.
    pub random_token_fallback: bool,
    /// Steps that were charged.
    pub consumed_batches: u64,
    /// Steps of the whole course in this layout; null before the stream was opened.
    pub steps: Option<u64>,
    /// Bytes that were charged.
    pub covered_bytes: u64,
    /// Bytes of the course that were never predicted.
    pub unread_bytes: u64,
}

/// Which course was served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Id of the course.
    pub id: String,
    /// Digest of its documents in order.
    pub fingerprint: String,
    /// Bytes the run is measured over.
    pub bytes: u64,
    /// Documents the run is measured over.
    pub documents: u64,
    /// Whether only the beginning of the course was used.
    pub shortened: bool,
}

/// What was measured over the charged steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Sum of -log2 p over the charged tokens.
    pub sum_neg_log2_likelihood_bits: f64,
    /// The same in nats.
    pub sum_neg_log_likelihood_nats: f64,
    /// Tokens that were charged.
    pub predicted_tokens: u64,
    /// Bytes they decode to.
    pub covered_bytes: u64,
    /// Mean charge of step 0, in nats a token.
    pub step0_loss: Option<f64>,
    /// Mean charge, in nats a token, over each stretch of the curve.
    pub online_loss: Vec<f64>,
    /// Bytes charged up to the end of each stretch of the curve.
    pub covered_bytes_cumulative: Vec<u64>,
    /// SHA-256 over the charges of all charged tokens in their order, each a little-endian `f64` in bits, in
    /// hexadecimal: equal for two runs that were charged the same to the last bit.
    #[serde(default)]
    pub stream_sha256: String,
    /// The first 16 digits of that digest as it stood at the end of each stretch of the curve: two runs of one layout
    /// parted in the first stretch where these differ.
    #[serde(default)]
    pub stream_digests: Vec<String>,
    /// ln of the vocabulary: what a uniform guess costs, in nats a token.
    pub random_init_baseline_nats: f64,
    /// Elements of the model's distinct parameters, told by the worker.
    pub model_params: Option<u64>,
}

/// The number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// `prism_score.v3`.
    pub schema: String,
    /// `prequential_bpb`.
    pub primary_metric: String,
    /// Always true.
    pub lower_is_better: bool,
    /// Bits per byte over the whole course.
    pub prequential_bpb: f64,
    /// The same; the reference has both names.
    pub bits_per_byte: f64,
}

/// What the bits per byte are made of: (`code_bits` + 8 x `unread_bytes` + `bundle_bits`) / course bytes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    /// Sum of -log2 p over the charged tokens.
    pub code_bits: f64,
    /// Bytes never predicted; each costs 8 bits.
    pub unread_bytes: u64,
    /// 8 x what the compressed bundle takes beyond its allowance.
    pub bundle_bits: u64,
    /// Compressed bytes of the bundle.
    pub bundle_compressed_bytes: u64,
    /// Bits per byte.
    pub bpb: f64,
}

/// Checks of the run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AntiCheat {
    /// Whether step 0 was normalised from raw logits by the supervisor itself.
    pub step0_recomputed: bool,
    /// Of how many of its rows: as many as fit the room for raw logits.
    #[serde(default)]
    pub step0_recomputed_rows: Option<u32>,
    /// Mean difference there between captured and recomputed charges, in bits a token.
    pub step0_difference_bits: Option<f64>,
    /// The early look for a model that sees ahead; null when none was taken.
    #[serde(default)]
    pub probes: Option<Probes>,
}

/// Cut questions at random steps of the first run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probes {
    /// Steps asked about.
    pub questions: u32,
    /// Places asked about.
    pub places: u32,
    /// Cut charge minus captured charge, mean over the places, in bits a token.
    pub difference_bits: f64,
    /// One-sided lower bound of that mean, clustered by row.
    pub lower_bound_bits: f64,
}

/// What a second run found at secret places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    /// What is made of it.
    pub ruling: Ruling,
    /// One sentence for the miner, where the ruling is not `verified`.
    pub detail: Option<String>,
    /// What the places were drawn from; secret until the run had ended.
    pub seed: Seed,
    /// Level of the lower bound.
    pub level: f64,
    /// What that bound may be, in bits per byte.
    pub margin_bpb: f64,
    /// Bits per byte of the first run, as captured.
    pub captured_bpb: f64,
    /// `stream_sha256` of the first run.
    pub first_stream_sha256: String,
    /// What the answers say; null when the second run didn't come to open its stream.
    pub correction: Option<Correction>,
    /// Mean absolute difference between the captured charges of both runs, in bits a token: 0 where the run is repeatable.
    pub repeat_difference_bits: Option<f64>,
    /// Seconds the worker took to answer the cut questions, in all.
    pub asking_seconds: f64,
}

/// By how much the captured bits per byte were too low.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// Captured bits per byte, raised by the correction and two of its standard errors where that is positive.
    pub verified_bpb: f64,
    /// The estimated correction in bits per byte of the course.
    pub bpb: f64,
    /// Its standard error, clustered by draw.
    pub standard_error_bpb: f64,
    /// Its one-sided lower bound.
    pub lower_bound_bpb: f64,
    /// The same over the whole stream, in bits.
    pub estimate: Estimate,
}

/// What the exported state is worth in a model built anew, by cut questions alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Examination {
    /// What is made of it.
    pub ruling: Ruling,
    /// One sentence for the miner, where the ruling is not `verified`.
    pub detail: Option<String>,
    /// What the places were drawn from.
    pub seed: Seed,
    /// Level of the lower bound.
    pub level: f64,
    /// What that bound may be, in bits per byte.
    pub margin_bpb: f64,
    /// On the windows served last, against what was captured there; null when it did not come to that.
    pub windows: Option<Windows>,
    /// On text that was never served; null without such a text.
    pub validation: Option<Validation>,
}

/// The state on the windows that the run served last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Windows {
    /// Steps that were asked about.
    pub steps: u64,
    /// Bytes of their charged tokens.
    pub bytes: u64,
    /// Captured bits per byte there.
    pub captured_bpb: f64,
    /// Bits per byte of the state there.
    pub state_bpb: f64,
    /// One-sided lower bound of the difference.
    pub lower_bound_bpb: f64,
    /// The difference over all these tokens, in bits, and its error.
    pub estimate: Estimate,
}

/// The state and a random twin on text that was never served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    /// Fingerprint of the text.
    pub fingerprint: String,
    /// Its bytes.
    pub bytes: u64,
    /// Bits per byte of the state.
    pub state_bpb: f64,
    /// Standard error of that.
    pub standard_error_bpb: f64,
    /// Bits per byte of the model as it is built.
    pub twin_bpb: f64,
    /// min(8, twin) - state: what was learned.
    pub delta: f64,
    /// State here - state on the windows served last: what was memorised rather than learned.
    pub gap: f64,
}

/// Files beside the manifest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Artifacts {
    /// The exported state, when the worker sent it whole.
    pub state: Option<State>,
}

/// The exported state: raw little-endian tensors one after another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// File with the tensors' bytes.
    pub file: String,
    /// File with the list of tensors.
    pub index: String,
    /// Bytes of the tensors.
    pub bytes: u64,
    /// Number of tensors.
    pub tensors: u64,
    /// SHA-256 of the index, in hexadecimal; the index holds the digest of each tensor.
    pub sha256: String,
}

/// A tensor of the exported state, as the index lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateTensor {
    /// Name, kind, type and shape.
    #[serde(flatten)]
    pub head: StateHead,
    /// First byte in the file.
    pub offset: u64,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Recorded, not scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signals {
    /// `prism_signals.v1`.
    pub schema: String,
    /// Tokens charged per second, training included.
    pub tokens_per_second: Option<f64>,
    /// Mean absolute change between neighbouring stretches of the curve over the mean of the curve.
    pub loss_roughness: Option<f64>,
    /// Seconds the worker took to answer predictions, in all. With the fast interface the loop's own forward passes are
    /// these.
    pub predict_seconds: f64,
    /// Seconds the miner's loop took between batches, in all.
    pub train_seconds: f64,
    /// What the worker said of itself.
    #[serde(default)]
    pub told: Told,
}

/// Said by the worker, which is the miner's process: as true as the miner is, bounded, and rounded so that it carries no text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// At most [`SIGNAL_SAMPLES`] steps, evenly spaced over the course.
    pub samples: Vec<Sample>,
    /// Most memory of the GPU that tensors took, in bytes.
    pub cuda_peak_bytes: Option<u64>,
}

/// Most steps whose signals are kept.
pub const SIGNAL_SAMPLES: u64 = 64;

/// The signals of one step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The step.
    pub step: u64,
    /// The largest magnitude among its logits.
    pub largest_logit: Option<f64>,
    /// The L2 norm over the gradients that lay on the model when the loop asked for the next batch; null where the
    /// loop had cleared them.
    pub gradient_norm: Option<f64>,
}

/// What produced the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// This project.
    pub prism: String,
    /// The run protocol.
    pub protocol: u32,
    /// The rules of scoring.
    pub scoring: String,
    /// The tch release, and with it the libtorch, that the supervisor normalises with.
    pub tch: String,
    /// The zstd library that sizes bundles.
    pub zstd: String,
    /// The worker's Python, told by the worker.
    pub python: Option<String>,
    /// The worker's torch, told by the worker.
    pub worker_torch: Option<String>,
}
