//! Where cut questions are asked during a stream, and what the answers say: at a few random steps of a first run
//! ([`Probes`]), at the drawn places of a second one ([`Places`]).

use std::collections::BTreeSet;

use prism_course::{Layout, Step};
use prism_protocol::manifest;
use prism_protocol::outcome::FailReason;
use prism_protocol::spec::Verify;
use prism_protocol::wire::Api;
use prism_tokenizer::Codec;
use prism_verification::{Place, Plan, Reference, Sampler, Seed, Take, mean_test};
use rand::seq::index;

use crate::cut;
use crate::failure::Stop;
use crate::first::{Charges, First};
use crate::tally;

/// What a clear failure is: at this level, the mean over the places is above [`CLEAR_BITS`] a token.
const CLEAR_LEVEL: f64 = 1e-4;
const CLEAR_BITS: f64 = 0.1;

/// The questions of a stream.
pub enum Asking {
    /// None.
    Nothing,
    /// An early look.
    Probes(Probes),
    /// Verification.
    Places(Box<Places>),
}

/// An early look for a model that sees ahead.
#[derive(Default)]
pub struct Probes {
    /// How many steps.
    wanted: u32,
    /// Steps that are left.
    steps: BTreeSet<u64>,
    /// Cut minus captured charge of every place so far. Each is of a row of its own, and counts as a cluster.
    differences: Vec<(f64, u32)>,
    /// Steps that were asked about.
    questions: u32,
    /// Cut charges of the step that is not captured yet.
    open: Vec<(Place, f64)>,
}

/// The places drawn from a first run.
pub struct Places {
    task: Verify,
    first: First,
    plan: Option<Plan>,
    charges: Charges,
    /// Sum of the absolute differences between the captured charges of both runs, and how many.
    apart: (f64, u64),
}

impl Asking {
    /// `wanted` steps of a first run.
    pub fn probes(wanted: u32) -> Self {
        Self::Probes(Probes {
            wanted,
            ..Probes::default()
        })
    }

    /// The places of a second run.
    ///
    /// # Errors
    /// When the first run's charges can't be read.
    pub fn places(task: &Verify, first: First) -> Result<Self, String> {
        Ok(Self::Places(Box::new(Places {
            charges: Charges::open(&task.first.stream)?,
            task: task.clone(),
            first,
            plan: None,
            apart: (0.0, 0),
        })))
    }

    /// The stream was opened with this layout: chooses where to ask.
    ///
    /// # Errors
    /// When a second run opens another stream than the first did, or the course can't be read.
    pub fn opened(&mut self, api: Api, layout: &Layout) -> Result<(), Stop> {
        match self {
            Self::Nothing => Ok(()),
            Self::Probes(probes) => {
                let steps = usize::try_from(layout.steps()).unwrap_or(usize::MAX);
                let wanted = steps.min(probes.wanted as usize);
                let chosen = index::sample(&mut rand::rng(), steps, wanted);
                probes.steps = chosen.into_iter().map(|step| step as u64).collect();
                Ok(())
            }
            Self::Places(places) => places.draw(api, layout),
        }
    }

    /// The questions of a step, one after another.
    pub fn questions(&mut self, step: &Step) -> Vec<Vec<Place>> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Probes(probes) => match probes.steps.remove(&step.index) {
                true => one_draw(step),
                false => Vec::new(),
            },
            Self::Places(places) => match &places.plan {
                Some(plan) => plan.questions(step.index),
                None => Vec::new(),
            },
        }
    }

    /// What a place was charged when it was asked about.
    pub fn answered(&mut self, step: &Step, place: Place, bits: f64) {
        match self {
            Self::Nothing => {}
            Self::Probes(probes) => probes.open.push((place, bits)),
            Self::Places(places) => {
                if let Some(plan) = &mut places.plan {
                    plan.answer(step.index, place, bits);
                }
            }
        }
    }

    /// What the step was captured at: a charge for every column but the first.
    ///
    /// # Errors
    /// When a first run has clearly seen ahead, or the first run's charges can't be read.
    pub fn captured(&mut self, step: &Step, charges: &[f64]) -> Result<(), Stop> {
        match self {
            Self::Nothing => Ok(()),
            Self::Probes(probes) => probes.captured(step, charges),
            Self::Places(places) => places.captured(step, charges),
        }
    }

    /// Whether nothing is left to ask after this step, so that the stream may end here.
    pub fn is_over(&self, step: &Step) -> bool {
        matches!(self, Self::Places(places) if step.index + 1 >= places.first.steps)
    }

    /// What the early look has found; none where there was none.
    pub fn probed(&self) -> Option<manifest::Probes> {
        let Self::Probes(probes) = self else {
            return None;
        };
        let test = mean_test(&probes.differences, CLEAR_LEVEL);
        (probes.questions > 0).then_some(manifest::Probes {
            questions: probes.questions,
            places: test.clusters,
            difference_bits: test.mean,
            lower_bound_bits: test.lower_bound,
        })
    }
}

impl Probes {
    fn captured(&mut self, step: &Step, charges: &[f64]) -> Result<(), Stop> {
        if self.open.is_empty() {
            return Ok(());
        }
        self.questions += 1;
        for (place, bits) in self.open.drain(..) {
            let width = step.cols as usize - 1;
            let target = place.row as usize * width + (place.col as usize).saturating_sub(1);
            let captured = charges.get(target).copied().unwrap_or(bits);
            self.differences.push((bits - captured, 1));
        }
        let test = mean_test(&self.differences, CLEAR_LEVEL);
        if test.lower_bound <= CLEAR_BITS {
            return Ok(());
        }
        Err(Stop::failed(
            FailReason::NotCausal,
            format!(
                "the model sees ahead: where the text after {} tokens was replaced by another, they cost {:.2} bits a token more",
                test.clusters, test.mean
            ),
        ))
    }
}

impl Places {
    fn draw(&mut self, api: Api, layout: &Layout) -> Result<(), Stop> {
        let now = (api, layout.batch_size(), layout.seq_len());
        let then = (self.first.api, self.first.batch_size, self.first.seq_len);
        if now != then {
            return Err(Stop::violation(format!(
                "the stream was opened as {now:?} (interface, batch_size, seq_len), in the first run as {then:?}"
            )));
        }
        let encoded = layout.encoded();
        let tokenizer = encoded.tokenizer();
        let mut reference = Reference::new(layout.batch_size() as usize);
        let mut sampler = Sampler::new(self.task.seed.clone(), self.task.draws, Take::One);
        let mut captured = Charges::open(&self.task.first.stream).map_err(Stop::infrastructure)?;
        for step in layout {
            let step = step.map_err(Stop::infrastructure)?;
            if step.index >= self.first.steps {
                break;
            }
            let charges = captured.of(&step).map_err(Stop::infrastructure)?;
            let guesses = reference_charges(&step, &mut reference, tokenizer);
            let candidates = cut::candidates(&step, |charged| {
                let of = |values: &[f64]| values.get(charged).copied().unwrap_or(0.0);
                (of(&charges), of(&guesses))
            });
            sampler.offer(step.index, &candidates);
        }
        self.plan = Some(sampler.finish());
        Ok(())
    }

    fn captured(&mut self, step: &Step, charges: &[f64]) -> Result<(), Stop> {
        if step.index >= self.first.steps {
            return Ok(());
        }
        let before = self.charges.of(step).map_err(Stop::infrastructure)?;
        for (now, before) in tally::charged(step, charges).into_iter().zip(before) {
            self.apart.0 += (now - before).abs();
            self.apart.1 += 1;
        }
        Ok(())
    }

    /// The first run.
    pub fn first(&self) -> &First {
        &self.first
    }

    /// What was asked for.
    pub fn task(&self) -> &Verify {
        &self.task
    }

    /// The places with their answers; none when the stream was never opened.
    pub fn plan(&self) -> Option<&Plan> {
        self.plan.as_ref()
    }

    /// Mean absolute difference between the captured charges of both runs, in bits a token.
    pub fn repeat_difference(&self) -> Option<f64> {
        let (sum, count) = self.apart;
        (count > 0).then(|| sum / count as f64)
    }
}

/// What the reference predictor charges for the step's charged tokens, before it learns them.
fn reference_charges(step: &Step, reference: &mut Reference, tokenizer: &impl Codec) -> Vec<f64> {
    let cols = (step.cols as usize).max(1);
    let mut charges = Vec::new();
    for (lane, row) in step.tokens.chunks(cols).enumerate() {
        for token in row.iter().skip(1) {
            let bytes = u32::try_from(*token)
                .ok()
                .and_then(|id| tokenizer.token(id));
            match bytes.filter(|bytes| !bytes.is_empty()) {
                Some(bytes) => charges.push(reference.charge(lane, bytes)),
                None => reference.boundary(lane),
            }
        }
    }
    charges
}

/// One place in every row of a step, all alike likely.
fn one_draw(step: &Step) -> Vec<Vec<Place>> {
    let mut sampler = Sampler::new(Seed::fresh(), 1, Take::EveryRow);
    sampler.offer(step.index, &cut::candidates(step, |_| (0.0, 0.0)));
    sampler.finish().questions(step.index)
}
