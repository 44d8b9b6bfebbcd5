//! Cut questions: asked before the step itself is predicted, answered with raw logits that are normalised here.

use std::time::Instant;

use prism_course::Step;
use prism_protocol::outcome::FailReason;
use prism_protocol::wire::{FromWorker, ToWorker};
use prism_tokenizer::Codec;
use prism_verification::Place;

use super::Conversation;
use super::turn::unexpected;
use crate::cut;
use crate::failure::Stop;
use crate::fault;
use crate::normalise::{self, NormaliseError};

impl Conversation<'_> {
    /// Asks what is to be asked at a step; false when `train` returned instead of answering.
    pub(super) fn ask(&mut self, step: &Step) -> Result<bool, Stop> {
        for question in self.asking.questions(step) {
            let Some(bits) = self.question(step, &question)? else {
                return Ok(false);
            };
            for (place, bits) in question.into_iter().zip(bits) {
                self.asking.answered(step, place, bits);
            }
        }
        Ok(true)
    }

    /// What each place of a question is charged, in bits; none when `train` returned instead of answering.
    pub(super) fn question(
        &mut self,
        step: &Step,
        places: &[Place],
    ) -> Result<Option<Vec<f64>>, Stop> {
        let vocab_size = self.encoded.tokenizer().vocab_size();
        let classes = vocab_size as usize;
        let row_bytes = 4 * u64::from(vocab_size);
        let fitting = self.memory.regions().logits.bytes / row_bytes.max(1);
        let fitting = usize::try_from(fitting).unwrap_or(usize::MAX).max(1);
        let rows = cut::rows(step, places, &mut self.decoys).map_err(Stop::infrastructure)?;
        let mut bits = Vec::with_capacity(places.len());
        for places in places.chunks(fitting) {
            self.memory
                .write_tokens(&rows)
                .map_err(Stop::infrastructure)?;
            self.text_was_sent = true;
            let asked = Instant::now();
            self.say(&ToWorker::Cut {
                step: step.index,
                rows: step.rows,
                cols: step.cols,
                at: (places.iter())
                    .map(|place| (place.row, place.col.saturating_sub(1)))
                    .collect(),
            })?;
            let answer = self.hear()?;
            self.record.asking += asked.elapsed();
            match answer {
                FromWorker::Answered { step: of } if of == step.index => {}
                FromWorker::BadOutput { step: of, problem } if of == step.index => {
                    return Err(fault::bad_output(
                        &problem, of, step.rows, step.cols, vocab_size,
                    ));
                }
                FromWorker::Finished {} => return Ok(None),
                other => return Err(unexpected(&other, "answered")),
            }
            let raw = self
                .memory
                .read_logits(places.len() * classes)
                .map_err(Stop::infrastructure)?;
            let truth: Vec<i64> = (places.iter())
                .filter_map(|place| cut::truth(step, *place))
                .collect();
            let charged = normalise::charges_at(&raw, &truth, classes);
            bits.extend(charged.map_err(|error| match error {
                NormaliseError::NotFinite => Stop::failed(FailReason::BadOutput, error.to_string()),
                NormaliseError::Torch(error) => Stop::infrastructure(error),
            })?);
        }
        Ok(Some(bits))
    }
}
