//! What a run has shown so far, and the manifest made of it.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prism_course::{BundleSize, Encoded, Score, ScoreError};
use prism_protocol::manifest::{
    self, AntiCheat, Artifacts, Compute, Course, Data, Examination, FILE_NAME, Level, Manifest,
    Metrics, Parts, Run, Signals, State, Verification, Versions,
};
use prism_protocol::outcome::{FailReason, Outcome, Ruling};
use prism_protocol::spec::RunSpec;
use prism_protocol::wire::{Api, PROTOCOL};
use prism_tokenizer::Codec;
use sha2::{Digest, Sha256};

use crate::signals;
use crate::tally::Tally;

/// The tch release this is built with; its libtorch is of the same generation.
const TCH: &str = "0.24";

/// How the stream was opened.
#[derive(Clone, Copy, Debug)]
pub struct Opened {
    /// The interface.
    pub api: Api,
    /// Rows of a batch.
    pub batch_size: u32,
    /// Columns of a row.
    pub seq_len: u32,
    /// Steps of the whole course.
    pub steps: u64,
}

/// Everything the conversation leaves behind, whatever its end.
#[derive(Clone, Debug)]
pub struct Record {
    /// The sums.
    pub tally: Tally,
    /// How the stream was opened, once it is.
    pub opened: Option<Opened>,
    /// Told by the worker, at a few steps.
    pub signals: signals::Signals,
    /// Told by the worker.
    pub model_params: Option<u64>,
    /// Told by the worker: Python and torch.
    pub worker_versions: Option<(String, String)>,
    /// Checks.
    pub anti_cheat: AntiCheat,
    /// The exported state.
    pub state: Option<State>,
    /// Time the worker took for predictions.
    pub predicting: Duration,
    /// Time the miner's loop took between batches.
    pub training: Duration,
    /// Time the worker took to answer cut questions.
    pub asking: Duration,
    /// What a second run has found.
    pub verification: Option<Verification>,
    /// What the exported state is worth.
    pub examination: Option<Examination>,
    /// From the opening of the stream to its end.
    pub streaming: Duration,
    /// Largest resident memory of the worker.
    pub peak_rss: Option<u64>,
    started_at: u64,
}

impl Record {
    /// A record of nothing yet.
    #[must_use]
    pub fn new(curve_points: u32) -> Self {
        Self {
            tally: Tally::new(curve_points),
            opened: None,
            signals: signals::Signals::default(),
            model_params: None,
            worker_versions: None,
            anti_cheat: AntiCheat::default(),
            state: None,
            predicting: Duration::ZERO,
            training: Duration::ZERO,
            asking: Duration::ZERO,
            verification: None,
            examination: None,
            streaming: Duration::ZERO,
            peak_rss: None,
            started_at: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
        }
    }

    /// The number of a first run, and the outcome it leads to: a completed run whose number is out of band has failed.
    #[must_use]
    pub fn judge(
        &self,
        outcome: Outcome,
        encoded: &Encoded,
        bundle: &BundleSize,
    ) -> (Outcome, Option<Score>) {
        if !matches!(outcome, Outcome::Completed { .. }) {
            return (outcome, None);
        }
        let course = encoded.course().bytes();
        let score = Score::new(self.tally.bits, self.tally.bytes, course, bundle.bits);
        in_band(outcome, score)
    }

    /// The manifest of the run.
    #[must_use]
    pub fn manifest(
        &self,
        spec: &RunSpec,
        encoded: &Encoded,
        bundle: &BundleSize,
        outcome: Outcome,
        score: Option<Score>,
    ) -> Manifest {
        let course = encoded.course();
        let vocab_size = encoded.tokenizer().vocab_size();
        let metrics = self.tally.metrics(vocab_size, self.model_params);
        let gpu_count = u32::from(spec.device != "cpu");
        Manifest {
            schema_version: manifest::SCHEMA.to_owned(),
            submission_id: spec.submission_id.clone(),
            run_id: spec.run_id.clone(),
            level: match &self.verification {
                None => Level::Provisional,
                Some(verification) if verification.ruling == Ruling::Verified => Level::Verified,
                Some(_) => Level::Void,
            },
            isolation: spec.isolation.clone(),
            outcome,
            run: Run {
                seed: spec.context.seed,
                forced_init: true,
                deterministic_algorithms: if gpu_count == 0 { "error" } else { "warn" }.to_owned(),
                world_size: 1,
                nproc_per_node: 1,
                device: spec.device.clone(),
                api: self.opened.map(|opened| opened.api),
                batch_size: self.opened.map(|opened| opened.batch_size),
                seq_len: self.opened.map(|opened| opened.seq_len),
                started_at: self.started_at,
            },
            compute: Compute {
                schema: "prism_compute.v1".to_owned(),
                gpu_count,
                world_size: 1,
                nproc_per_node: 1,
                device: spec.device.clone(),
                model_params: self.model_params,
                wall_clock_seconds: self.streaming.as_secs_f64(),
                peak_rss_bytes: self.peak_rss,
                estimated_flops: self
                    .model_params
                    .map(|params| 6.0 * params as f64 * self.tally.tokens as f64),
            },
            data: Data {
                tokenizer: encoded.tokenizer().name().to_owned(),
                single_pass: true,
                random_token_fallback: false,
                consumed_batches: self.tally.steps,
                steps: self.opened.map(|opened| opened.steps),
                covered_bytes: self.tally.bytes,
                unread_bytes: course.bytes().saturating_sub(self.tally.bytes),
            },
            course: Course {
                id: course.id().to_owned(),
                fingerprint: course.fingerprint().to_owned(),
                bytes: course.bytes(),
                documents: course.documents(),
                shortened: course.shortened(),
            },
            signals: self.signals(&metrics),
            metrics,
            score: score.map(|score| manifest::Score {
                schema: "prism_score.v3".to_owned(),
                primary_metric: "prequential_bpb".to_owned(),
                lower_is_better: true,
                prequential_bpb: score.bpb,
                bits_per_byte: score.bpb,
            }),
            parts: score.map(|score| Parts {
                code_bits: score.code_bits,
                unread_bytes: score.unread_bytes,
                bundle_bits: score.bundle_bits,
                bundle_compressed_bytes: bundle.compressed_bytes,
                bpb: score.bpb,
            }),
            anti_cheat: self.anti_cheat.clone(),
            verification: self.verification.clone(),
            examination: self.examination.clone(),
            artifacts: Artifacts {
                state: self.state.clone(),
            },
            versions: Versions {
                prism: env!("CARGO_PKG_VERSION").to_owned(),
                protocol: PROTOCOL,
                scoring: manifest::SCORING.to_owned(),
                tch: TCH.to_owned(),
                zstd: prism_course::zstd_version(),
                python: self
                    .worker_versions
                    .as_ref()
                    .map(|(python, _)| python.clone()),
                worker_torch: self
                    .worker_versions
                    .as_ref()
                    .map(|(_, torch)| torch.clone()),
            },
            miner_reported_ignored: true,
        }
    }

    fn signals(&self, metrics: &Metrics) -> Signals {
        let seconds = self.streaming.as_secs_f64();
        let loss = &metrics.online_loss;
        let mean = loss.iter().sum::<f64>() / loss.len().max(1) as f64;
        let steps = loss.iter().zip(loss.iter().skip(1));
        let change = steps.map(|(left, right)| (left - right).abs()).sum::<f64>();
        Signals {
            schema: "prism_signals.v1".to_owned(),
            tokens_per_second: (seconds > 0.0).then(|| self.tally.tokens as f64 / seconds),
            loss_roughness: (loss.len() > 1 && mean > 0.0)
                .then(|| change / (loss.len() - 1) as f64 / mean),
            predict_seconds: self.predicting.as_secs_f64(),
            train_seconds: self.training.as_secs_f64(),
            told: self.signals.told(),
        }
    }
}

/// A completed run's outcome and number; one whose number is out of band has failed.
#[must_use]
pub fn in_band(outcome: Outcome, score: Result<Score, ScoreError>) -> (Outcome, Option<Score>) {
    match score {
        Ok(score) if score.out_of_band() => {
            let detail = format!(
                "{:.1} bits per byte; above {} no score is given",
                score.bpb,
                prism_course::MAX_BPB
            );
            let reason = FailReason::BpbOutOfBand;
            (Outcome::Failed { reason, detail }, None)
        }
        Ok(score) => (outcome, Some(score)),
        Err(error) => {
            let detail = error.to_string();
            (Outcome::Infrastructure { detail }, None)
        }
    }
}

/// Writes the manifest so that its name never stands for half a file; says the SHA-256 of its bytes.
///
/// # Errors
/// When the folder can't be written.
pub fn write(manifest: &Manifest, out_dir: &Path) -> io::Result<String> {
    let path = out_dir.join(FILE_NAME);
    let beside = out_dir.join(format!("{FILE_NAME}.new"));
    let mut file = File::create(&beside)?;
    let mut bytes = serde_json::to_vec_pretty(manifest)?;
    bytes.push(b'\n');
    file.write_all(&bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, &path)?;
    File::open(out_dir)?.sync_all()?;
    Ok(hex::encode(Sha256::digest(&bytes)))
}
