//! The talk with the worker, from the open door to the exported state.
//!
//! Each question has one right answer; any other ends the run. Nothing the worker says is believed: charges
//! are checked one by one, and those of step 0 are worked out again from raw logits.

mod ask;
mod examine;
mod step;
mod turn;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use prism_course::{Encoded, Layout, max_cells};
use prism_protocol::event::{Event, Progress};
use prism_protocol::outcome::{FailReason, Outcome, Stopped};
use prism_protocol::spec::{RunSpec, Task};
use prism_protocol::wire::memory::{Regions, SharedMemory};
use prism_protocol::wire::{FromWorker, PROTOCOL, ToWorker, WorkerTask};
use prism_tokenizer::Codec;

use crate::asking::Asking;
use crate::death::{self, Witness};
use crate::decoys::Decoys;
use crate::door::Visitor;
use crate::failure::Stop;
use crate::fault::BundleLines;
use crate::first::Sink;
use crate::link::{Link, Lost};
use crate::notices::Notices;
use crate::record::{Opened, Record};
use crate::signals::Signals;
use crate::state::Intake;
use turn::unexpected;

/// Layouts that may be refused before a run has failed.
const REFUSALS: u32 = 16;

/// Shortest time between two progress events; the last step is told in any case.
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
    asking: &'a mut Asking,
    decoys: Decoys,
    /// Where the charges of a first run go.
    sink: Option<Sink>,
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
        asking: &'a mut Asking,
        visitor: Visitor,
    ) -> Result<Self, Stop> {
        let witness = Witness::of(visitor.pid);
        let link = Link::new(visitor.stream, notices.clone()).map_err(Stop::infrastructure)?;
        let cells = max_cells(encoded.course().bytes());
        let regions = Regions::for_cells(cells, encoded.tokenizer().vocab_size())
            .map_err(Stop::infrastructure)?;
        let memory = SharedMemory::create(regions).map_err(Stop::infrastructure)?;
        let decoys = Decoys::open(spec.decoys.as_ref(), encoded.tokenizer());
        let sink = match spec.task {
            Task::Measure { .. } => Some(Sink::create(&spec.out_dir)),
            Task::Verify(_) | Task::Examine(_) => None,
        };
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
            asking,
            decoys: decoys.map_err(Stop::infrastructure)?,
            sink: sink.transpose().map_err(Stop::infrastructure)?,
            link,
            memory,
            witness,
            clock,
            text_was_sent: false,
        })
    }

    /// Holds the whole talk.
    pub fn hold(mut self) -> Outcome {
        let started = Instant::now();
        let held = self.greet().and_then(|()| match &self.spec.task {
            Task::Measure { .. } | Task::Verify(_) => self.serve(),
            Task::Examine(task) => {
                let examined = self.examine(task);
                self.record.streaming = started.elapsed();
                examined
            }
        });
        self.record.peak_rss = self.witness.peak_rss().or(self.record.peak_rss);
        if let Some(Err(error)) = self.sink.take().map(Sink::end) {
            return Outcome::Infrastructure {
                detail: format!("the charges can't be written: {error}"),
            };
        }
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
            context: Box::new(self.spec.context.clone()),
            task: match self.spec.task {
                Task::Measure { .. } | Task::Verify(_) => WorkerTask::Train,
                Task::Examine(_) => WorkerTask::Examine,
            },
            device: self.spec.device.clone(),
            max_cells: max_cells(self.encoded.course().bytes()),
            regions: *self.memory.regions(),
        };
        let sent = self.link.send_with(&welcome, &self.memory, self.patience());
        sent.map_err(|lost| self.lost(lost))
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
        if let Task::Measure { .. } = self.spec.task {
            self.take_state()?;
        }
        // The run is complete whether or not the worker hears this.
        let _ = self.link.send(&ToWorker::Bye {}, self.patience());
        Ok(stopped)
    }

    /// Waits for the stream to be opened within the bounds; none when `train` returned without.
    fn open(&mut self) -> Result<Option<Layout>, Stop> {
        for _ in 0..REFUSALS {
            let (api, batch_size, seq_len) = match self.hear()? {
                FromWorker::Open {
                    api,
                    batch_size,
                    seq_len,
                } => (api, batch_size, seq_len),
                FromWorker::Finished {} => return Ok(None),
                other => return Err(unexpected(&other, "open")),
            };
            match Layout::new(Arc::clone(&self.encoded), batch_size, seq_len) {
                Ok(layout) => {
                    self.asking.opened(api, &layout)?;
                    let steps = layout.steps();
                    self.record.signals = Signals::of(steps);
                    self.record.opened = Some(Opened {
                        api,
                        batch_size,
                        seq_len,
                        steps,
                    });
                    let course_bytes = self.encoded.course().bytes();
                    (self.events)(Event::Started {
                        api,
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
            // Read as it is needed, so a disk that fails or changes shows here.
            let step = step.map_err(Stop::infrastructure)?;
            if self.clock_ran_out() {
                return Ok(Ended::Over(Stopped::SafetyClock));
            }
            if !self.ask(&step)? || !self.predict(&step)? {
                return Ok(Ended::Returned);
            }
            let last = step.index + 1 == layout.steps();
            if last || told.elapsed() >= PROGRESS {
                told = Instant::now();
                self.progress(started);
            }
            if self.clock_ran_out() {
                return Ok(Ended::Over(Stopped::SafetyClock));
            }
            if !self.train(&step)? {
                return Ok(Ended::Returned);
            }
            if self.asking.is_over(&step) {
                break;
            }
        }
        Ok(Ended::Over(Stopped::CourseEnd))
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
                FromWorker::State(head) => intake.begin(head)?,
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

    fn progress(&mut self, started: Instant) {
        let Some(Opened { api, steps, .. }) = self.record.opened else {
            return;
        };
        let tally = &self.record.tally;
        let progress = Progress {
            api,
            step: tally.steps,
            steps,
            bytes: tally.bytes,
            course_bytes: self.encoded.course().bytes(),
            bpb: tally.bpb(),
            tokens_per_second: tally.tokens as f64 / started.elapsed().as_secs_f64().max(1e-9),
            peak_rss_bytes: self.witness.peak_rss(),
        };
        (self.events)(Event::Progress(progress));
    }
}

/// How the stream came to its end.
enum Ended {
    /// By the supervisor's word.
    Over(Stopped),
    /// `train(ctx)` returned.
    Returned,
}
