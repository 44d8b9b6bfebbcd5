//! Examining an exported state: a model built anew gets the state and nothing else, and answers cut questions on the
//! windows served last and on text that was never served; then a random twin answers the latter.
//!
//! After the questions of a window that was served its rows are predicted as they are, uncounted, so that a model that carries
//! something from window to window has it. The text that was never served is asked about only, by rows whose ends are foreign:
//! a model that goes on learning from what it predicts would learn there, and the exported state alone is to be judged. A model
//! that carries something answers there with what the last windows left it. The twin comes last: what it is asked, the state
//! can't profit from.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;
use std::time::Instant;

use prism_course::{Layout, Pool, Step, max_cells};
use prism_protocol::event::Event;
use prism_protocol::manifest::{Examination, StateTensor, Validation, Windows};
use prism_protocol::outcome::{FailReason, Outcome, Ruling, Stopped};
use prism_protocol::spec::Examine;
use prism_protocol::wire::{FromWorker, STATE_CHUNK_BYTES, ToWorker, Want};
use prism_tokenizer::Codec;
use prism_verification::{Plan, Sampler, Take};

use super::turn::unexpected;
use super::{Conversation, PROGRESS};
use crate::cut;
use crate::decoys;
use crate::failure::Stop;
use crate::first::{Charges, First};

/// A random twin counts at most as much as saying nothing, in bits per byte.
const TWIN_BPB: f64 = 8.0;

/// The windows served last are those with one byte in so many of what the run was charged for, within bounds: the very last
/// steps of a course hold little, because lanes end.
const SHARE: u64 = 8;
const FEWEST_WINDOWS: usize = 8;
const MOST_WINDOWS: usize = 256;

impl Conversation<'_> {
    /// Examines the state. What was found is in the record, also where the worker fails on the way.
    pub(super) fn examine(&mut self, task: &Examine) -> Result<Stopped, Stop> {
        self.record.examination = Some(Examination {
            ruling: Ruling::StateMismatch,
            detail: None,
            seed: task.seed.clone(),
            level: task.level,
            margin_bpb: task.margin_bpb,
            windows: None,
            validation: None,
        });
        let examined = self.ask_state(task);
        if let (Err(Stop::Outcome(Outcome::Failed { reason, detail })), Some(examination)) =
            (&examined, &mut self.record.examination)
            && examination.windows.is_none()
        {
            examination.detail = Some(format!(
                "the exported state could not be examined ({reason:?}): {detail}"
            ));
        }
        examined
    }

    fn ask_state(&mut self, task: &Examine) -> Result<Stopped, Stop> {
        let encoded = Arc::clone(&self.encoded);
        let first = First::read(&task.first, encoded.course()).map_err(Stop::infrastructure)?;
        let layout = Layout::new(Arc::clone(&encoded), first.batch_size, first.seq_len)
            .map_err(Stop::infrastructure)?;
        let validation = match &task.validation {
            Some(file) => {
                let text = decoys::encoded(file, Pool::Validation, encoded.tokenizer())
                    .map_err(Stop::infrastructure)?;
                let cells = max_cells(encoded.course().bytes());
                let layout = Layout::within(Arc::new(text), first.batch_size, first.seq_len, cells);
                Some(layout.map_err(Stop::infrastructure)?)
            }
            None => None,
        };
        self.built()?;
        let mut windows = LastWindows::of(task, &first, &layout)?;
        let blank = self.blank(&layout);
        self.show(&blank)?;
        self.load_state(task)?;
        let texts = match &validation {
            Some(layout) => Some((text_plan(task, layout)?, text_plan(task, layout)?)),
            None => None,
        };
        let of_texts = texts.as_ref().map_or(0, |(text, _)| 2 * text.places());
        let mut told = Told {
            asked: 0,
            places: (windows.plan.places() + of_texts) as u64,
            at: Instant::now(),
        };
        for step in &windows.steps {
            self.ask_about(step, &mut windows.plan, &mut told)?;
            self.show(step)?;
        }
        let state_bpb = self.judge_windows(task, &windows);
        if let (Some(layout), Some((mut state, mut twin))) = (&validation, texts) {
            for step in layout {
                let step = step.map_err(Stop::infrastructure)?;
                self.ask_about(&step, &mut state, &mut told)?;
            }
            self.say(&ToWorker::Build {})?;
            self.built()?;
            self.show(&blank)?;
            for step in layout {
                let step = step.map_err(Stop::infrastructure)?;
                self.ask_about(&step, &mut twin, &mut told)?;
            }
            let text = layout.encoded().course();
            let bytes = text.bytes();
            let (of_state, of_twin) = (state.estimate(task.level), twin.estimate(task.level));
            let bpb = of_state.correction_bits / bytes as f64;
            let twin_bpb = of_twin.correction_bits / bytes as f64;
            if let Some(examination) = &mut self.record.examination {
                examination.validation = Some(Validation {
                    fingerprint: text.fingerprint().to_owned(),
                    bytes,
                    state_bpb: bpb,
                    standard_error_bpb: of_state.standard_error_bits / bytes as f64,
                    twin_bpb,
                    delta: twin_bpb.min(TWIN_BPB) - bpb,
                    gap: bpb - state_bpb,
                });
            }
        }
        let _ = self.link.send(&ToWorker::Bye {}, self.patience());
        Ok(Stopped::CourseEnd)
    }

    fn built(&mut self) -> Result<(), Stop> {
        match self.hear()? {
            FromWorker::Built {} => Ok(()),
            other => Err(unexpected(&other, "built")),
        }
    }

    /// Asks the questions of the plan about a step.
    fn ask_about(&mut self, step: &Step, plan: &mut Plan, told: &mut Told) -> Result<(), Stop> {
        if self.clock_ran_out() {
            return Err(Stop::failed(
                FailReason::Stall,
                "the examination took longer than its clock",
            ));
        }
        for question in plan.questions(step.index) {
            let bits = self.question(step, &question)?.ok_or_else(left)?;
            told.asked += question.len() as u64;
            for (place, bits) in question.into_iter().zip(bits) {
                plan.answer(step.index, place, bits);
            }
        }
        if told.at.elapsed() >= PROGRESS {
            told.at = Instant::now();
            (self.events)(Event::Examining {
                asked: told.asked,
                places: told.places,
            });
        }
        Ok(())
    }

    /// Has a step predicted as it is; the answer counts for nothing.
    fn show(&mut self, step: &Step) -> Result<(), Stop> {
        self.memory
            .write_tokens(&step.tokens)
            .map_err(Stop::infrastructure)?;
        self.text_was_sent = true;
        self.say(&ToWorker::Predict {
            step: step.index,
            rows: step.rows,
            cols: step.cols,
            want: Want::Charges,
        })?;
        match self.hear()? {
            FromWorker::Predicted { step: of, .. } if of == step.index => Ok(()),
            FromWorker::BadOutput { step: of, problem } if of == step.index => {
                let classes = self.encoded.tokenizer().vocab_size();
                Err(crate::fault::bad_output(
                    &problem, of, step.rows, step.cols, classes,
                ))
            }
            other => Err(unexpected(&other, "predicted")),
        }
    }

    /// A step of separators. A fresh model predicts it first: lazy modules have their sizes then, and it shows no text.
    fn blank(&self, layout: &Layout) -> Step {
        let (rows, cols) = (layout.batch_size(), layout.seq_len());
        let separator = i64::from(self.encoded.tokenizer().separator());
        Step {
            index: 0,
            rows,
            cols,
            tokens: vec![separator; rows as usize * cols as usize],
            target_bytes: vec![0; rows as usize * (cols as usize).saturating_sub(1)],
            charged_tokens: 0,
            charged_bytes: 0,
        }
    }

    fn load_state(&mut self, task: &Examine) -> Result<(), Stop> {
        let index = std::fs::read(&task.state_index).map_err(Stop::infrastructure)?;
        let tensors: Vec<StateTensor> =
            serde_json::from_slice(&index).map_err(Stop::infrastructure)?;
        let mut file = File::open(&task.state).map_err(Stop::infrastructure)?;
        self.say(&ToWorker::LoadState {})?;
        for tensor in tensors {
            let mut missing = tensor.bytes;
            self.say(&ToWorker::State(tensor.head))?;
            while missing > 0 {
                let due = missing.min(STATE_CHUNK_BYTES);
                let mut chunk = vec![0; usize::try_from(due).map_err(Stop::infrastructure)?];
                file.read_exact(&mut chunk).map_err(Stop::infrastructure)?;
                self.memory
                    .write_state(&chunk)
                    .map_err(Stop::infrastructure)?;
                self.say(&ToWorker::StateChunk { bytes: due })?;
                match self.hear()? {
                    FromWorker::Next {} => missing -= due,
                    other => return Err(unexpected(&other, "next")),
                }
            }
        }
        self.say(&ToWorker::StateEnd {})?;
        match self.hear()? {
            FromWorker::Loaded {} => Ok(()),
            other => Err(unexpected(&other, "loaded")),
        }
    }

    /// Judges the state by the windows served last; its bits per byte there.
    fn judge_windows(&mut self, task: &Examine, windows: &LastWindows) -> f64 {
        let asked = windows.steps.get(windows.asked..).unwrap_or_default();
        let bytes: u64 = asked.iter().map(|step| step.charged_bytes).sum();
        let per_byte = |bits: f64| bits / bytes.max(1) as f64;
        let estimate = windows.plan.estimate(task.level);
        let captured_bpb = per_byte(windows.captured_bits);
        let found = Windows {
            steps: asked.len() as u64,
            bytes,
            captured_bpb,
            state_bpb: captured_bpb + per_byte(estimate.correction_bits),
            lower_bound_bpb: per_byte(estimate.lower_bound_bits),
            estimate,
        };
        let state_bpb = found.state_bpb;
        if let Some(examination) = &mut self.record.examination {
            if found.lower_bound_bpb > task.margin_bpb {
                examination.detail = Some(format!(
                    "on the windows served last the exported state costs {:.4} bpb, the run was charged {:.4}; the lower bound \
                     of the difference, {:.4}, is above the margin of {} bpb: what predicted was more than what was exported",
                    found.state_bpb, found.captured_bpb, found.lower_bound_bpb, task.margin_bpb
                ));
            } else {
                examination.ruling = Ruling::Verified;
            }
            examination.windows = Some(found);
        }
        state_bpb
    }
}

/// What was told of the questions.
struct Told {
    asked: u64,
    places: u64,
    at: Instant,
}

fn left() -> Stop {
    Stop::violation("the worker said `finished` while it was asked")
}

/// The windows served last.
struct LastWindows {
    /// Their steps. Those before `asked` are shown only, so that a model has what it carries from window to window.
    steps: Vec<Step>,
    asked: usize,
    /// What the others were captured at, in bits.
    captured_bits: f64,
    /// The places there.
    plan: Plan,
}

impl LastWindows {
    fn of(task: &Examine, first: &First, layout: &Layout) -> Result<Self, Stop> {
        let mut charges = Charges::open(&task.first.stream).map_err(Stop::infrastructure)?;
        let mut last: VecDeque<(Step, Vec<f64>)> = VecDeque::new();
        let mut bytes = 0;
        for step in layout {
            let step = step.map_err(Stop::infrastructure)?;
            if step.index >= first.steps {
                break;
            }
            let of_step = charges.of(&step).map_err(Stop::infrastructure)?;
            bytes += step.charged_bytes;
            last.push_back((step, of_step));
            while let Some((oldest, _)) = last.front()
                && last.len() > FEWEST_WINDOWS
                && (bytes - oldest.charged_bytes >= first.bytes / SHARE
                    || last.len() > MOST_WINDOWS)
            {
                bytes -= oldest.charged_bytes;
                last.pop_front();
            }
        }
        let mut sampler = Sampler::new(task.seed.clone(), task.draws, Take::EveryRow);
        let (mut shown, mut asked, mut captured_bits) = (0, 0, 0.0);
        for (step, charges) in &last {
            shown += step.charged_bytes;
            // The first half of the text is asked nothing.
            if 2 * shown <= bytes {
                asked += 1;
                continue;
            }
            captured_bits += charges.iter().sum::<f64>();
            let candidates = cut::candidates(step, |charged| {
                // All alike likely: this is about the mean, not about a few tokens.
                let captured = charges.get(charged).copied().unwrap_or(0.0);
                (captured, captured)
            });
            sampler.offer(step.index, &candidates);
        }
        Ok(Self {
            steps: last.into_iter().map(|(step, _)| step).collect(),
            asked,
            captured_bits,
            plan: sampler.finish(),
        })
    }
}

/// Places of a text that was never served, all alike likely, against nothing: the estimate is of its code length.
fn text_plan(task: &Examine, layout: &Layout) -> Result<Plan, Stop> {
    let mut sampler = Sampler::new(task.seed.clone(), task.draws, Take::EveryRow);
    for step in layout {
        let step = step.map_err(Stop::infrastructure)?;
        sampler.offer(step.index, &cut::candidates(&step, |_| (0.0, 0.0)));
    }
    Ok(sampler.finish())
}
