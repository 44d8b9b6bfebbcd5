//! What makes a captured score count: a second run with cut questions at secret places, then the exported state in a model
//! built anew. Each in a jail and under a supervisor of its own; what they find is judged there, and put together here.

use std::path::{Path, PathBuf};

use prism_course::{Course, CourseError, MAX_BPB, Pool};
use prism_executor::{Cancel, Executor, ExecutorError, Home, Job, RunResult};
use prism_protocol::event::Event;
use prism_protocol::manifest::{FILE_NAME, Manifest, STREAM_FILE};
use prism_protocol::outcome::{Outcome, Ruling};
use prism_protocol::spec::{CourseFile, Examine, First, Task, Verify};
use prism_verification::Seed;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::config::Config;
use crate::scoring::{Check, HeldOut};

/// Draws that an estimate rests on at least, however few steps or however many places a draw there are: its error is measured
/// between them.
const FEWEST_DRAWS: u32 = 256;
const FEWEST_STATE_DRAWS: u32 = 64;

/// The safety clock of the runs that verify, in those of a first run. It keeps a worker that dawdles from holding the place
/// for ever; an honest one gets nowhere near.
const MORE_TIME: u64 = 4;

/// Standard errors that a gap is lowered by before it is held against a score.
const GAP_ERRORS: f64 = 2.0;

/// How runs are verified.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Whether the service verifies what would change its boards. Default true.
    pub enabled: bool,
    /// Steps of a first run at which cut questions look for a model that sees ahead. Default 8.
    pub probes: u32,
    /// Places a second run is asked about, and the exported state. Default 1,024. Each place of a run is a forward pass of its own; a short
    /// run is asked about once a step on average, but about 256 places at least.
    pub places: u32,
    /// Level of the one-sided lower bounds: how often an honest run may be found out by chance. Default 1e-4.
    pub level: f64,
    /// What the lower bound of the correction may be, in bits per byte. Default 0.002.
    pub margin_bpb: f64,
    /// How much worse than captured the exported state may be on the windows served last, in bits per byte. Default 0.1.
    pub state_margin_bpb: f64,
    /// Text that follows the cuts. Default: the file `<course id>-decoy.course` beside the course; without one, random
    /// ids.
    pub decoys: Option<PathBuf>,
    /// The validation text. Default: the file `<course id>-validation.course` beside the course; without one the held-out
    /// step is missing, which halves every verified score.
    pub validation: Option<PathBuf>,
}

impl Settings {
    /// Draws of a second run, and of the examination of its state, where the first had so many steps of so many rows.
    fn draws(&self, steps: u64, rows: u32) -> Draws {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        Draws {
            run: self.places.min(steps.max(FEWEST_DRAWS)),
            state: self.places.div_ceil(rows.max(1)).max(FEWEST_STATE_DRAWS),
        }
    }
}

/// How many draws are made.
#[derive(Clone, Copy, Debug)]
pub struct Draws {
    /// Of the second run, each of one place.
    pub run: u32,
    /// Of the examination, each of a place in every row, on either text.
    pub state: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enabled: true,
            probes: 8,
            places: 1024,
            level: 1e-4,
            margin_bpb: 0.002,
            state_margin_bpb: 0.1,
            decoys: None,
            validation: None,
        }
    }
}

/// The texts beside a course.
#[derive(Clone, Debug, Default)]
pub struct Pools {
    /// Never charged.
    pub decoys: Option<CourseFile>,
    /// Never served.
    pub validation: Option<CourseFile>,
}

impl Pools {
    /// Those of the configuration, or those that lie beside the course or in a folder of the installation's courses.
    ///
    /// # Errors
    /// When the course or a file that the configuration names can't be read, or is of another pool.
    pub fn of(config: &Config, home: &Home, course: &Path) -> Result<Self, CourseError> {
        let id = Course::header(course)?.id;
        let find = |named: &Option<PathBuf>, pool: Pool| {
            let path = match named {
                Some(path) => Some(path.clone()),
                None => beside(home, course, &format!("{id}-{pool}.course")),
            };
            let Some(path) = path else { return Ok(None) };
            let header = Course::header(&path)?;
            if header.pool != pool {
                return Err(CourseError::Pool {
                    path,
                    pool: header.pool,
                });
            }
            // Sealed together with the course, for the same supervisors.
            let key = config.course_key.clone();
            Ok(Some(CourseFile { path, key }))
        };
        Ok(Self {
            decoys: find(&config.verification.decoys, Pool::Decoy)?,
            validation: find(&config.verification.validation, Pool::Validation)?,
        })
    }
}

fn beside(home: &Home, course: &Path, name: &str) -> Option<PathBuf> {
    let installed = std::fs::read_dir(home.courses_dir());
    let folders = installed.into_iter().flatten().flatten();
    course
        .parent()
        .map(Path::to_owned)
        .into_iter()
        .chain(folders.map(|entry| entry.path()))
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// What the places are drawn from. Fresh ones are made after the first run has ended; a replay takes those of the verdict.
#[derive(Clone, Debug)]
pub struct Seeds {
    /// Of the second run.
    pub run: Seed,
    /// Of the examination.
    pub state: Seed,
    /// How many; none for as many as the settings say.
    pub draws: Option<Draws>,
}

impl Seeds {
    /// From the system's randomness.
    #[must_use]
    pub fn fresh() -> Self {
        Self {
            run: Seed::fresh(),
            state: Seed::fresh(),
            draws: None,
        }
    }
}

/// What became of a first run.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Whether its score holds.
    pub ruling: Ruling,
    /// One sentence for the miner, where it doesn't.
    pub detail: Option<String>,
    /// Verified bits per byte; as captured where it didn't come to a correction.
    pub bpb: f64,
    /// What the held-out step found; none when it is missing or failed, which fails closed.
    pub held_out: Option<HeldOut>,
    /// The second run.
    pub second: RunResult,
    /// Its manifest.
    pub second_manifest: Box<Manifest>,
    /// The examination of the state; none when the second run had decided already.
    pub examination: Option<RunResult>,
}

impl Verified {
    /// What it means for the score.
    #[must_use]
    pub fn check(&self) -> Check {
        match self.ruling {
            Ruling::Verified => Check::Verified(self.held_out),
            _ => Check::Void,
        }
    }

    /// What was found, for a report in JSON.
    #[must_use]
    pub fn report(&self) -> Value {
        let part = |run: &RunResult, name: &str| run.manifest.value.get(name).cloned();
        let examination = self.examination.as_ref();
        json!({
            "ruling": self.ruling,
            "detail": self.detail,
            "second_run": part(&self.second, "verification"),
            "second_run_compute": part(&self.second, "compute"),
            "state": examination.and_then(|run| part(run, "examination")),
            "state_compute": examination.and_then(|run| part(run, "compute")),
        })
    }
}

/// Runs a bundle again and examines its state. `job` and `first` are those of a first run that completed.
///
/// # Errors
/// A fault outside the jails, or [`ExecutorError::Cancelled`].
pub async fn verify(
    executor: &dyn Executor,
    job: &Job,
    first: &RunResult,
    (settings, pools, seeds): (&Settings, &Pools, Seeds),
    events: mpsc::Sender<Event>,
    cancel: Cancel,
) -> Result<Verified, ExecutorError> {
    let manifest = manifest(first)?;
    let (Some(parts), Some(rows)) = (manifest.parts, manifest.run.batch_size) else {
        return Err(ExecutorError::BadJob(
            "only a completed run can be verified".into(),
        ));
    };
    let left = First {
        manifest: first.files.path(FILE_NAME),
        stream: first.files.path(STREAM_FILE),
    };
    let of_settings = settings.draws(manifest.data.consumed_batches, rows);
    let draws = seeds.draws.unwrap_or(of_settings);
    let again = |name: &str, task: Task| {
        let mut again = job.clone();
        again.run_id = format!("{}-{name}", job.run_id);
        again.task = task;
        again.decoys.clone_from(&pools.decoys);
        // Questions take time and memory that the first run didn't need: what it could do just so, these must be able to.
        let clock = &mut again.limits.safety_clock_seconds;
        *clock = clock.map(|seconds| seconds.saturating_mul(MORE_TIME));
        let memory = &mut again.jail.memory_bytes;
        *memory = memory.saturating_add(*memory / 2);
        again
    };
    let task = Task::Verify(Box::new(Verify {
        first: left.clone(),
        seed: seeds.run,
        draws: draws.run,
        level: settings.level,
        margin_bpb: settings.margin_bpb,
    }));
    let second = executor
        .run(again("again", task), events.clone(), cancel.clone())
        .await?;
    let second_manifest = Box::new(self::manifest(&second)?);
    let Some(verification) = &second_manifest.verification else {
        return Err(outside(&second.outcome));
    };
    let mut verified = Verified {
        ruling: verification.ruling,
        detail: verification.detail.clone(),
        // What was found void has a number to be shown, and no absurd one.
        bpb: second_manifest
            .parts
            .map_or(parts.bpb, |parts| parts.bpb.min(MAX_BPB)),
        held_out: None,
        second,
        second_manifest: second_manifest.clone(),
        examination: None,
    };
    let Some(state) = &manifest.artifacts.state else {
        return Ok(verified);
    };
    if verified.ruling != Ruling::Verified {
        return Ok(verified);
    }
    let task = Task::Examine(Box::new(Examine {
        first: left,
        state: first.files.path(&state.file),
        state_index: first.files.path(&state.index),
        seed: seeds.state,
        draws: draws.state,
        level: settings.level,
        margin_bpb: settings.state_margin_bpb,
        validation: pools.validation.clone(),
    }));
    let examined = executor.run(again("state", task), events, cancel).await?;
    let Some(examination) = self::manifest(&examined)?.examination else {
        return Err(outside(&examined.outcome));
    };
    if let Outcome::Infrastructure { .. } = examined.outcome {
        return Err(outside(&examined.outcome));
    }
    verified.ruling = examination.ruling;
    verified.detail = examination.detail;
    verified.held_out = examination.validation.map(|found| HeldOut {
        delta: found.delta,
        // Only what is no accident of the places counts as memorised.
        gap: found.gap - GAP_ERRORS * found.standard_error_bpb,
    });
    verified.examination = Some(examined);
    Ok(verified)
}

fn manifest(result: &RunResult) -> Result<Manifest, ExecutorError> {
    serde_json::from_value(result.manifest.value.clone())
        .map_err(|error| ExecutorError::Manifest(error.to_string()))
}

/// A run that came to no finding ended for a reason outside its jail.
fn outside(outcome: &Outcome) -> ExecutorError {
    ExecutorError::Supervisor(match outcome {
        Outcome::Infrastructure { detail } | Outcome::Failed { detail, .. } => detail.clone(),
        Outcome::Completed { .. } => "a run that verifies says nothing of what it verifies".into(),
    })
}
