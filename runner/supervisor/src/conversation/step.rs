//! One step: predicted, charged, handed to the miner's loop.

use std::time::Instant;

use prism_course::Step;
use prism_protocol::outcome::FailReason;
use prism_protocol::wire::{FromWorker, ToWorker, Want};
use prism_tokenizer::Codec;

use super::Conversation;
use super::turn::unexpected;
use crate::failure::Stop;
use crate::fault;
use crate::normalise::{self, NormaliseError};
use crate::tally;

/// Mean difference between captured and recomputed charges of step 0 that rounding can explain, in bits a token.
const TOLERANCE: f64 = 1e-3;

impl Conversation<'_> {
    /// Has a step predicted and charges it; false when `train` returned instead.
    pub(super) fn predict(&mut self, step: &Step) -> Result<bool, Stop> {
        let vocab_size = self.encoded.tokenizer().vocab_size();
        let row_bytes = 4 * u64::from(step.cols) * u64::from(vocab_size);
        let fitting = self.memory.regions().logits.bytes / row_bytes.max(1);
        let want = match u32::try_from(fitting).unwrap_or(u32::MAX).min(step.rows) {
            rows if step.index == 0 && rows > 0 => Want::Logits { rows },
            _ => Want::Charges,
        };
        self.memory
            .write_tokens(&step.tokens)
            .map_err(Stop::infrastructure)?;
        self.text_was_sent = true;
        let asked = Instant::now();
        self.say(&ToWorker::Predict {
            step: step.index,
            rows: step.rows,
            cols: step.cols,
            want,
        })?;
        let answer = self.hear()?;
        self.record.predicting += asked.elapsed();
        match answer {
            FromWorker::Predicted {
                step: of,
                model_params,
                largest_logit,
            } if of == step.index => {
                self.count_parameters(model_params)?;
                self.record.signals.predicted(step.index, largest_logit);
            }
            FromWorker::BadOutput { step: of, problem } if of == step.index => {
                return Err(fault::bad_output(
                    &problem, of, step.rows, step.cols, vocab_size,
                ));
            }
            // The model raised, and the miner's loop took that for the end.
            FromWorker::Finished {} => return Ok(false),
            other => return Err(unexpected(&other, "predicted")),
        }
        if self.clock_ran_out() {
            // Time was over before the answer came, so it isn't counted.
            return Ok(true);
        }
        let captured = self
            .memory
            .read_charges(step.target_bytes.len())
            .map_err(Stop::infrastructure)?;
        let charges = match want {
            Want::Logits { rows } => self.recompute(step, rows, vocab_size, captured)?,
            Want::Charges => captured,
        };
        let counted = self.record.tally.charge(step, &charges);
        counted.map_err(|fault| {
            Stop::failed(
                FailReason::BadOutput,
                format!("{fault} (step {})", step.index),
            )
        })?;
        if let Some(sink) = &mut self.sink {
            sink.add(&tally::charged(step, &charges))
                .map_err(Stop::infrastructure)?;
        }
        self.asking.captured(step, &charges)?;
        Ok(true)
    }

    /// The captured charges, those of the first rows replaced by what their raw logits give, with which they must agree.
    fn recompute(
        &mut self,
        step: &Step,
        rows: u32,
        vocab_size: u32,
        captured: Vec<f64>,
    ) -> Result<Vec<f64>, Stop> {
        let (rows, cols) = (rows as usize, step.cols as usize);
        let raw = self
            .memory
            .read_logits(rows * cols * vocab_size as usize)
            .map_err(Stop::infrastructure)?;
        let mut charges = normalise::charges(&raw, &step.tokens, rows, cols, vocab_size as usize)
            .map_err(|error| match error {
            NormaliseError::NotFinite => Stop::failed(FailReason::BadOutput, error.to_string()),
            NormaliseError::Torch(error) => Stop::infrastructure(error),
        })?;
        let difference = tally::difference(step, &charges, &captured);
        self.record.anti_cheat.step0_recomputed = true;
        self.record.anti_cheat.step0_recomputed_rows = u32::try_from(rows).ok();
        self.record.anti_cheat.step0_difference_bits =
            Some(difference).filter(|bits| bits.is_finite());
        if difference <= TOLERANCE {
            charges.extend(captured.into_iter().skip(charges.len()));
            return Ok(charges);
        }
        Err(Stop::violation(
            "the captured charges of step 0 are not those of its logits",
        ))
    }

    fn count_parameters(&mut self, told: Option<u64>) -> Result<(), Stop> {
        let Some(parameters) = told else {
            return Ok(());
        };
        self.record.model_params.get_or_insert(parameters);
        let cap = self.spec.context.max_parameters;
        if parameters > cap {
            // What the worker tells is a courtesy to the honest; the exported state is what is measured.
            return Err(Stop::failed(
                FailReason::Quota,
                format!("the model has {parameters} parameters; at most {cap} are allowed"),
            ));
        }
        Ok(())
    }

    /// Hands a step to the miner's loop; false when `train` returned.
    pub(super) fn train(&mut self, step: &Step) -> Result<bool, Stop> {
        // Written again: the worker may have changed the region since.
        self.memory
            .write_tokens(&step.tokens)
            .map_err(Stop::infrastructure)?;
        let handed = Instant::now();
        self.say(&ToWorker::Train {
            step: step.index,
            rows: step.rows,
            cols: step.cols,
            sample: self.record.signals.wanted(step.index),
        })?;
        let answer = self.hear()?;
        self.record.training += handed.elapsed();
        match answer {
            FromWorker::Trained {
                step: of,
                gradient_norm,
                cuda_peak_bytes,
            } if of == step.index => {
                let signals = &mut self.record.signals;
                signals.trained(step.index, gradient_norm, cuda_peak_bytes);
                Ok(true)
            }
            FromWorker::Finished {} => Ok(false),
            other => Err(unexpected(&other, "trained")),
        }
    }
}
