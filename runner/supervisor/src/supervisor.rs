//! The trusted process of a run: it owns course, order, clock, tally and manifest.
//!
//! In reading order: [`run`] opens the course and the [`door`]; the `conversation` asks the worker step by
//! step over a `link`; `tally` adds up what it answers, `normalise` works charges out where the worker's are
//! not believed, `signals` what the worker says of itself; `death` and `fault` say why a worker is gone; `ruling` says what a second run makes of the first; `record` becomes the
//! manifest. It runs outside
//! the worker's jail and never starts, imports or maps anything of the bundle's.

mod asking;
mod conversation;
mod cut;
mod death;
mod decoys;
mod door;
mod failure;
mod fault;
mod first;
mod link;
mod normalise;
mod notices;
mod record;
mod ruling;
mod signals;
mod state;
mod tally;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use prism_course::{BundleSize, Course, Encoded, Key, Score};
use prism_protocol::event::Event;
use prism_protocol::manifest::FILE_NAME;
use prism_protocol::outcome::Outcome;
use prism_protocol::spec::{RunSpec, Task};
use prism_tokenizer::{Codec, Tokenizer};

use asking::Asking;
use conversation::Conversation;
use door::Door;
use failure::Stop;
use fault::BundleLines;
use first::First;
pub use normalise::{NormaliseError, charges, stay_small};
pub use notices::{JailExit, Notices};
use record::Record;

/// Longest wait before notices and clocks are looked at again.
const TICK: Duration = Duration::from_millis(100);

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// Where the manifest lies; there is none when the course could not be opened.
    pub manifest: PathBuf,
    /// SHA-256 of its bytes, in lowercase hexadecimal; empty when there is none.
    pub sha256: String,
    /// The outcome, as in the manifest.
    pub outcome: Outcome,
}

/// Serves one run from the open socket to the manifest on disk. Never fails otherwise than by an outcome.
pub fn run(spec: &RunSpec, notices: &Notices, events: &mut dyn FnMut(Event)) -> Ended {
    let manifest = spec.out_dir.join(FILE_NAME);
    let (outcome, sha256) = match prepare(spec) {
        Ok(prepared) => serve(spec, prepared, notices, events),
        Err(detail) => (Outcome::Infrastructure { detail }, String::new()),
    };
    Ended {
        manifest,
        sha256,
        outcome,
    }
}

struct Prepared {
    encoded: Arc<Encoded>,
    bundle: BundleSize,
    lines: BundleLines,
    asking: Asking,
}

fn prepare(spec: &RunSpec) -> Result<Prepared, String> {
    let course = course(spec)?;
    let tokenizer = tokenizer(spec)?;
    let bundle = BundleSize::of_folder(&spec.bundle_dir).map_err(|error| error.to_string())?;
    let lines = fault::bundle_lines(&spec.bundle_dir).map_err(|error| error.to_string())?;
    let asking = match &spec.task {
        Task::Measure { probes } => Asking::probes(*probes),
        Task::Verify(task) => Asking::places(task, First::read(&task.first, &course)?)?,
        Task::Examine(_) => Asking::Nothing,
    };
    let encoded = Encoded::new(course, tokenizer).map_err(|error| error.to_string())?;
    Ok(Prepared {
        asking,
        encoded: Arc::new(encoded),
        bundle,
        lines,
    })
}

/// The tokenizer that the context was made with.
fn tokenizer(spec: &RunSpec) -> Result<Tokenizer, String> {
    let name = &spec.context.tokenizer;
    let tokenizer = match &spec.tokenizer_file {
        Some(path) => {
            let file = std::fs::read(path).map_err(|error| format!("the vocabulary: {error}"))?;
            Tokenizer::from_vocabulary(name, &file)
        }
        None => Tokenizer::named(name),
    };
    let tokenizer = tokenizer.map_err(|error| error.to_string())?;
    let said = (spec.context.vocab_size, spec.context.separator);
    let has = (tokenizer.vocab_size(), tokenizer.separator());
    if said == has {
        return Ok(tokenizer);
    }
    Err(format!(
        "the specification says (classes, separator) {said:?}, tokenizer `{name}` has {has:?}"
    ))
}

/// Opens the course; the key is read here, used once and dropped.
fn course(spec: &RunSpec) -> Result<Course, String> {
    let key = match &spec.course_key {
        Some(path) => Some(Key::read(path).map_err(|error| error.to_string())?),
        None => None,
    };
    let course = Course::open(&spec.course, key.as_ref()).map_err(|error| error.to_string())?;
    let about = course.about();
    about
        .check_served(&spec.course)
        .map_err(|error| error.to_string())?;
    match spec.course_bytes {
        Some(bytes) => course.take_bytes(bytes).map_err(|error| error.to_string()),
        None => Ok(course),
    }
}

fn serve(
    spec: &RunSpec,
    mut prepared: Prepared,
    notices: &Notices,
    events: &mut dyn FnMut(Event),
) -> (Outcome, String) {
    let mut record = Record::new(spec.limits.curve_points);
    let outcome = match admit(spec, notices, events) {
        Ok(visitor) => {
            let encoded = Arc::clone(&prepared.encoded);
            let talk = Conversation::new(
                spec,
                encoded,
                &prepared.lines,
                notices,
                events,
                &mut record,
                &mut prepared.asking,
                visitor,
            );
            talk.map_or_else(outcome_of, Conversation::hold)
        }
        Err(stop) => outcome_of(stop),
    };
    record.anti_cheat.probes = prepared.asking.probed();
    let (outcome, score) = judge(spec, &prepared, outcome, &mut record);
    let manifest = record.manifest(
        spec,
        &prepared.encoded,
        &prepared.bundle,
        outcome.clone(),
        score,
    );
    match record::write(&manifest, &spec.out_dir) {
        Ok(sha256) => (outcome, sha256),
        Err(error) => {
            let detail = format!("the manifest can't be written: {error}");
            (Outcome::Infrastructure { detail }, String::new())
        }
    }
}

/// What the run comes to, by what it was for.
fn judge(
    spec: &RunSpec,
    prepared: &Prepared,
    outcome: Outcome,
    record: &mut Record,
) -> (Outcome, Option<Score>) {
    if let Outcome::Infrastructure { .. } = outcome {
        return (outcome, None);
    }
    match &prepared.asking {
        Asking::Places(places) => {
            let bytes = prepared.encoded.course().bytes();
            match ruling::rule(places, &outcome, bytes, &prepared.bundle) {
                Ok((mut verification, score)) => {
                    verification.asking_seconds = record.asking.as_secs_f64();
                    record.verification = Some(verification);
                    (outcome, score)
                }
                Err(error) => record::in_band(outcome, Err(error)),
            }
        }
        Asking::Probes(_) | Asking::Nothing => match spec.task {
            Task::Examine(_) => (outcome, None),
            _ => record.judge(outcome, &prepared.encoded, &prepared.bundle),
        },
    }
}

fn admit(
    spec: &RunSpec,
    notices: &Notices,
    events: &mut dyn FnMut(Event),
) -> Result<door::Visitor, Stop> {
    let door = Door::open(&spec.socket, &spec.peer_uids)
        .map_err(|error| Stop::infrastructure(format!("{}: {error}", spec.socket.display())))?;
    events(Event::Listening);
    door.admit(
        &spec.peer_uids,
        Duration::from_secs(spec.limits.startup_seconds),
        notices,
    )
}

fn outcome_of(stop: Stop) -> Outcome {
    match stop {
        Stop::Outcome(outcome) => outcome,
        Stop::SafetyClock => Outcome::Infrastructure {
            detail: "the clock ran out before the run began".to_owned(),
        },
    }
}
