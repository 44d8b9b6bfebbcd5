//! The talk with the worker, from the open door to the exported state.
//!
//! Each question has one right answer; any other ends the run. Nothing the worker says is believed: charges
//! are checked one by one, and those of step 0 are worked out again from raw logits.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use prism_course::{Encoded, Layout, Step, max_cells};
use prism_protocol::event::{Event, Progress};
use prism_protocol::outcome::{FailReason, Outcome, Stopped};
use prism_protocol::spec::RunSpec;
use prism_protocol::wire::memory::{Regions, SharedMemory};
use prism_protocol::wire::{FromWorker, PROTOCOL, ToWorker, Want};

use crate::death::{self, Witness};
use crate::door::Visitor;
use crate::failure::Stop;
use crate::fault::{self, BundleLines};
use crate::link::{Link, Lost};
use crate::normalise::{self, NormaliseError};
use crate::notices::Notices;
use crate::record::Record;
use crate::state::Intake;
use crate::tally;

/// Layouts that may be refused before a run has failed.
const REFUSALS: u32 = 16;

/// Mean difference between captured and recomputed charges of step 0 that rounding can explain, in bits a token.
const TOLERANCE: f64 = 1e-3;

/// Shortest time between two progress events.
const PROGRESS: Duration = Duration::from_millis(250);

/// Bytes of a parameter within the state's budget.
const PARAMETER_BYTES: u64 = 4;

/// One run's talk with its worker.
pub struct Conversation<'a> {
    spec: &'a RunSpec,
    encoded: Arc<Encoded>,
    lines: &'a BundleLines,
    notices: &'a Notices,
    events: &'a mut dyn FnMut(Event),
    record: &'a mut Record,
    link: Link,
    memory: SharedMemory,
    witness: Witness,
    /// When the safety clock runs out.
    clock: Option<Instant>,
    /// Whether course text has been sent; from then on little of what the worker says is passed on.
    text_was_sent: bool,
}

impl<'a> Conversation<'a> {
    /// Takes over the connection and starts the safety clock.
    ///
    /// # Errors
    /// When the system gives no shared memory.
    pub fn new(
        spec: &'a RunSpec,
        encoded: Arc<Encoded>,
        lines: &'a BundleLines,
        notices: &'a Notices,
        events: &'a mut dyn FnMut(Event),
        record: &'a mut Record,
        visitor: Visitor,
    ) -> Result<Self, Stop> {
        let witness = Witness::of(visitor.pid);
        let link = Link::new(visitor.stream, notices.clone()).map_err(Stop::infrastructure)?;
        let cells = max_cells(encoded.tokens());
        let regions = Regions::for_cells(cells, encoded.tokenizer().vocab_size())
            .map_err(Stop::infrastructure)?;
        let memory = SharedMemory::create(regions).map_err(Stop::infrastructure)?;
        let clock = spec
            .limits
            .safety_clock_seconds
            .map(|seconds| Instant::now() + Duration::from_secs(seconds));
        Ok(Self {
            spec,
            encoded,
            lines,
            notices,
            events,
            record,
            link,
            memory,
            witness,
            clock,
            text_was_sent: false,
        })
    }

    /// Holds the whole talk.
    pub fn hold(mut self) -> Outcome {
        let held = self.greet().and_then(|()| self.serve());
        self.record.peak_rss = self.witness.peak_rss().or(self.record.peak_rss);
        match held {
            Ok(stopped) => Outcome::Completed { stopped },
            Err(Stop::SafetyClock) => Outcome::Completed {
                stopped: Stopped::SafetyClock,
            },
            Err(Stop::Outcome(outcome)) => outcome,
        }
    }

    fn greet(&mut self) -> Result<(), Stop> {
        let limit = Duration::from_secs(self.spec.limits.startup_seconds);
        // No miner code has run yet, so a worker that doesn't get this far is not the bundle's fault.
        let hello = match self.link.receive(limit) {
            Ok(hello) => hello,
            Err(Lost::Broken(text)) => return Err(Stop::violation(text)),
            Err(Lost::Closed) => {
                return Err(Stop::infrastructure("the worker left before it said hello"));
            }
            Err(Lost::Silent) => {
                return Err(Stop::infrastructure("the worker said no hello in time"));
            }
            Err(Lost::OverQuota(quota)) => return Err(death::over_quota(&quota)),
            Err(Lost::Cancelled(why)) => return Err(Stop::infrastructure(why)),
        };
        match hello {
            FromWorker::Hello {
                protocol: PROTOCOL,
                python,
                torch,
                ..
            } => {
                let short = |text: String| {
                    text.chars()
                        .filter(|c| c.is_ascii_graphic())
                        .take(64)
                        .collect()
                };
                self.record.worker_versions = Some((short(python), short(torch)));
            }
            FromWorker::Hello { protocol, .. } => {
                return Err(Stop::infrastructure(format!(
                    "the worker speaks protocol {protocol}, the supervisor {PROTOCOL}"
                )));
            }
            other => return Err(unexpected(&other, "hello")),
        }
        (self.events)(Event::Connected);
        let welcome = ToWorker::Welcome {
            protocol: PROTOCOL,
            context: self.spec.context.clone(),
            device: self.spec.device.clone(),
            max_cells: max_cells(self.encoded.tokens()),
            regions: *self.memory.regions(),
        };
        let sent = self.link.send_with(&welcome, &self.memory, self.patience());
        sent.or_else(|lost| Err(self.lost(lost)))
    }

    fn serve(&mut self) -> Result<Stopped, Stop> {
        let Some(layout) = self.open()? else {
            return Err(Stop::failed(
                FailReason::NoBatches,
                "train(ctx) returned without asking for a batch",
            ));
        };
        let started = Instant::now();
        let stopped = self.stream(&layout, started);
        self.record.streaming = started.elapsed();
        self.record.peak_rss = self.witness.peak_rss();
        let stopped = match stopped? {
            Ended::Returned if self.record.tally.steps == 0 => {
                return Err(Stop::failed(
                    FailReason::NoBatches,
                    "train(ctx) returned before a batch was predicted",
                ));
            }
            Ended::Returned if self.record.tally.bytes == self.encoded.course().bytes() => {
                Stopped::CourseEnd
            }
            Ended::Returned => Stopped::EarlyReturn,
            Ended::Over(stopped) => {
                self.say(&ToWorker::End { stopped })?;
                match self.hear()? {
                    FromWorker::Finished {} => stopped,
                    other => return Err(unexpected(&other, "finished")),
                }
            }
        };
        self.take_state()?;
        // The run is complete whether or not the worker hears this.
        let _ = self.link.send(&ToWorker::Bye {}, self.patience());
        Ok(stopped)
    }

    /// Waits for the stream to be opened within the bounds; none when `train` returned without.
    fn open(&mut self) -> Result<Option<Layout>, Stop> {
        for _ in 0..REFUSALS {
            let (batch_size, seq_len) = match self.hear()? {
                FromWorker::Open {
                    batch_size,
                    seq_len,
                } => (batch_size, seq_len),
                FromWorker::Finished {} => return Ok(None),
                other => return Err(unexpected(&other, "open")),
            };
            match Layout::new(Arc::clone(&self.encoded), batch_size, seq_len) {
                Ok(layout) => {
                    let steps = layout.steps();
                    self.record.layout = Some((batch_size, seq_len, steps));
                    let course_bytes = self.encoded.course().bytes();
                    (self.events)(Event::Started {
                        batch_size,
                        seq_len,
                        steps,
                        course_bytes,
                    });
                    return Ok(Some(layout));
                }
                Err(bound) => self.say(&ToWorker::Refused {
                    reason: bound.to_string(),
                })?,
            }
        }
        Err(Stop::violation(
            "the worker kept asking for layouts out of bounds",
        ))
    }

    fn stream(&mut self, layout: &Layout, started: Instant) -> Result<Ended, Stop> {
        let mut told = started;
        for step in layout {
            if self.clock_ran_out() {
                return Ok(Ended::Over(Stopped::SafetyClock));
            }
            if !self.predict(&step)? {
                return Ok(Ended::Returned);
            }
            let last = step.index + 1 == layout.steps();
            if last || told.elapsed() >= PROGRESS {
                told = Instant::now();
                self.progress(layout.steps(), started);
            }
            if self.clock_ran_out() {
                return Ok(Ended::Over(Stopped::SafetyClock));
            }
            if !self.train(&step)? {
                return Ok(Ended::Returned);
            }
        }
        Ok(Ended::Over(Stopped::CourseEnd))
    }

    /// Has a step predicted and charges it; false when `train` returned instead.
    fn predict(&mut self, step: &Step) -> Result<bool, Stop> {
        let vocab_size = self.encoded.tokenizer().vocab_size();
        let logits = step.tokens.len().saturating_mul(vocab_size as usize);
        let fits = logits.saturating_mul(4) as u64 <= self.memory.regions().logits.bytes;
        let want = if step.index == 0 && fits {
            Want::Logits
        } else {
            Want::Charges
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
            } if of == step.index => {
                self.count_parameters(model_params)?;
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
            Want::Logits => self.recompute(step, logits, vocab_size, &captured)?,
            Want::Charges => captured,
        };
        let counted = self.record.tally.charge(step, &charges);
        counted.map_err(|fault| {
            Stop::failed(
                FailReason::BadOutput,
                format!("{fault} (step {})", step.index),
            )
        })?;
        Ok(true)
    }

    /// The charges of a step from its raw logits, which must agree with the captured ones.
    fn recompute(
        &mut self,
        step: &Step,
        logits: usize,
        vocab_size: u32,
        captured: &[f64],
    ) -> Result<Vec<f64>, Stop> {
        let raw = self
            .memory
            .read_logits(logits)
            .map_err(Stop::infrastructure)?;
        let (rows, cols) = (step.rows as usize, step.cols as usize);
        let charges = normalise::charges(&raw, &step.tokens, rows, cols, vocab_size as usize)
            .map_err(|error| match error {
                NormaliseError::NotFinite => Stop::failed(FailReason::BadOutput, error.to_string()),
                NormaliseError::Torch(error) => Stop::infrastructure(error),
            })?;
        let difference = tally::difference(step, &charges, captured);
        self.record.anti_cheat.step0_recomputed = true;
        self.record.anti_cheat.step0_difference_bits =
            Some(difference).filter(|bits| bits.is_finite());
        if difference <= TOLERANCE {
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
    fn train(&mut self, step: &Step) -> Result<bool, Stop> {
        // Written again: the worker may have changed the region since.
        self.memory
            .write_tokens(&step.tokens)
            .map_err(Stop::infrastructure)?;
        let handed = Instant::now();
        self.say(&ToWorker::Train {
            step: step.index,
            rows: step.rows,
            cols: step.cols,
        })?;
        let answer = self.hear()?;
        self.record.training += handed.elapsed();
        match answer {
            FromWorker::Trained { step: of } if of == step.index => Ok(true),
            FromWorker::Finished {} => Ok(false),
            other => Err(unexpected(&other, "trained")),
        }
    }

    fn take_state(&mut self) -> Result<(), Stop> {
        let out_dir: &Path = &self.spec.out_dir;
        let parameters = self
            .spec
            .context
            .max_parameters
            .saturating_mul(PARAMETER_BYTES);
        let budget = parameters.saturating_add(self.spec.limits.state_buffer_bytes);
        let mut intake = Intake::new(out_dir, budget).map_err(Stop::infrastructure)?;
        self.say(&ToWorker::ExportState {})?;
        loop {
            match self.hear()? {
                FromWorker::State {
                    name,
                    kind,
                    dtype,
                    shape,
                } => intake.begin(name, kind, dtype, shape)?,
                FromWorker::StateChunk { bytes } => {
                    let due = intake.due(bytes)?;
                    let chunk = self.memory.read_state(due).map_err(Stop::infrastructure)?;
                    intake.chunk(&chunk)?;
                    self.say(&ToWorker::Next {})?;
                }
                FromWorker::StateEnd {} => {
                    self.record.state = Some(intake.end(out_dir)?);
                    return Ok(());
                }
                other => return Err(unexpected(&other, "state")),
            }
        }
    }

    fn progress(&mut self, steps: u64, started: Instant) {
        let tally = &self.record.tally;
        let progress = Progress {
            step: tally.steps,
            steps,
            bytes: tally.bytes,
            course_bytes: self.encoded.course().bytes(),
            bpb: tally.bpb(),
            tokens_per_second: tally.tokens as f64 / started.elapsed().as_secs_f64().max(1e-9),
        };
        (self.events)(Event::Progress(progress));
    }

    fn say(&mut self, message: &ToWorker) -> Result<(), Stop> {
        match self.link.send(message, self.patience()) {
            Ok(()) => Ok(()),
            // What it said before it left tells more than that it left.
            Err(Lost::Closed) => self.hear().and(Err(Stop::violation(
                "the worker spoke out of turn and left",
            ))),
            Err(lost) => Err(self.lost(lost)),
        }
    }

    /// The next message; an exception in the worker is the end of the run.
    fn hear(&mut self) -> Result<FromWorker, Stop> {
        match self.link.receive(self.patience()) {
            Ok(FromWorker::Raised(raised)) => {
                Err(fault::raised(&raised, self.text_was_sent, self.lines))
            }
            Ok(message) => Ok(message),
            Err(lost) => Err(self.lost(lost)),
        }
    }

    fn lost(&mut self, lost: Lost) -> Stop {
        match lost {
            Lost::Closed => death::reason(&mut self.witness, self.notices),
            Lost::Silent if self.clock_ran_out() => Stop::SafetyClock,
            Lost::Silent => Stop::failed(
                FailReason::Stall,
                format!(
                    "no answer within {} seconds",
                    self.spec.limits.stall_seconds
                ),
            ),
            Lost::OverQuota(quota) => death::over_quota(&quota),
            Lost::Cancelled(why) => Stop::infrastructure(why),
            Lost::Broken(text) => Stop::violation(text),
        }
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(self.spec.limits.stall_seconds)
    }

    fn clock_ran_out(&self) -> bool {
        self.clock.is_some_and(|end| Instant::now() >= end)
    }
}

/// How the stream came to its end.
enum Ended {
    /// By the supervisor's word.
    Over(Stopped),
    /// `train(ctx)` returned.
    Returned,
}

fn unexpected(message: &FromWorker, due: &str) -> Stop {
    let got = match message {
        FromWorker::Hello { .. } => "hello",
        FromWorker::Open { .. } => "open",
        FromWorker::Predicted { .. } => "predicted",
        FromWorker::BadOutput { .. } => "bad_output",
        FromWorker::Trained { .. } => "trained",
        FromWorker::Finished {} => "finished",
        FromWorker::State { .. } => "state",
        FromWorker::StateChunk { .. } => "state_chunk",
        FromWorker::StateEnd {} => "state_end",
        FromWorker::Raised(_) => "raised",
    };
    Stop::violation(format!(
        "the worker answered `{got}` out of turn or for another step; `{due}` was due"
    ))
}
