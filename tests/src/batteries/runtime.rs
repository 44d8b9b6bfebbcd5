//! The runtime battery: attacks on the score, on what must stay secret and on the machine, each judged by the gates,
//! by preflight, and run with both bypassed, beside an honest twin.
//!
//! Gates and preflight are evidence; the jail and the supervisor are the boundary. So every attack is run, whatever
//! they say, on a piece of the practice course, and what it got is compared with what its twin got.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use prism_bundle::Bundle;
use prism_executor::{Cancel, Executor, Job, LocalExecutor, RunResult};
use prism_host::config::Config;
use prism_host::service::cells_of;
use prism_host::verification::{self, Draws, Pools, Seeds};
use prism_host::{context, preflight};
use prism_protocol::outcome::{Outcome, Ruling};
use prism_protocol::spec::Task;
use prism_store::verdict::{Decision, GateRun, Severity, Verdict};
use serde::Deserialize;
use tokio::sync::{OnceCell, Semaphore, mpsc};

use super::{Arena, Case, folders, open};
use crate::{files_in, home, job};

/// Bits per byte by which two honest runs may differ, and an attack be better than its twin, without meaning anything.
pub const TOLERANCE: f64 = 0.02;
/// Allowed without a word.
const ALLOW: &str = "allow";
/// Better than the twin by more than [`TOLERANCE`].
pub const BETTER: &str = "better";

/// What must come of an attack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// One sentence: what it does, and what it would gain where nothing stood in its way.
    pub what: String,
    /// What the gates say: `allow`, or the deciding gate and its rule.
    pub gates: String,
    /// What preflight says: `allow`, or its rule.
    pub preflight: String,
    /// What the run comes to with both bypassed: `failed REASON`, `no better`, `better`.
    pub run: String,
    /// The honest bundle it is compared with.
    pub twin: String,
    /// Bytes of the practice course. Default 65,536.
    #[serde(default = "course_bytes")]
    pub course_bytes: u64,
    /// Seconds until the watchdog calls it a stall. Default 60.
    #[serde(default = "stall_seconds")]
    pub stall_seconds: u64,
    /// What verification makes of what the run does not stop: `void RULING`, or `no better`. Also of what is no better than
    /// its twin but hides what it is made of.
    #[serde(default)]
    pub verified: Option<String>,
    /// Why what gains is allowed.
    #[serde(default)]
    pub policy: Option<String>,
    /// What the miner is told of the failure, to the letter.
    #[serde(default)]
    pub detail: Option<String>,
}

fn course_bytes() -> u64 {
    65_536
}

fn stall_seconds() -> u64 {
    60
}

/// An attack of the battery, or a twin.
#[derive(Clone, Debug)]
pub struct Attack {
    /// Its name, for example `SG-02-forged-manifest`.
    pub name: String,
    folder: PathBuf,
    /// What must come of it.
    pub expected: Expected,
}

/// What came of an attack.
#[derive(Clone, Debug)]
pub struct Judged {
    /// As in [`Expected::gates`].
    pub gates: String,
    /// As in [`Expected::preflight`].
    pub preflight: String,
    /// As in [`Expected::run`].
    pub run: String,
    /// What a run that completed got.
    pub bpb: Option<f64>,
    /// What the twin got.
    pub twin: f64,
    /// As in [`Expected::verified`], where that is expected at all.
    pub verified: Option<String>,
    /// What the miner would be told of a failure.
    pub detail: String,
}

fn battery() -> PathBuf {
    super::battery("runtime")
}

/// The attacks, by name.
pub fn attacks() -> Vec<Attack> {
    let folders = folders(&battery().join("attacks"));
    let attack = |folder: PathBuf| {
        let name = super::file_name(&folder);
        let text = std::fs::read_to_string(folder.join("expected.json"));
        let expected =
            serde_json::from_str(&text.unwrap_or_else(|error| panic!("{name}: {error}")));
        Attack {
            expected: expected.unwrap_or_else(|error| panic!("{name}: {error}")),
            name,
            folder,
        }
    };
    folders.into_iter().map(attack).collect()
}

impl Attack {
    /// What is wrong with what came of it; none when it is what was expected, and the expectation is one to be had.
    pub fn wrong(&self, judged: &Judged) -> Option<String> {
        let expected = &self.expected;
        let pairs = [
            ("the gates", &expected.gates, &judged.gates),
            ("preflight", &expected.preflight, &judged.preflight),
            ("the run", &expected.run, &judged.run),
        ];
        for (who, wanted, found) in pairs {
            if wanted != found {
                return Some(format!("{who}: {found}, not {wanted}: {judged:?}"));
            }
        }
        if let Some(detail) = &expected.detail
            && *detail != judged.detail
        {
            return Some(format!("the miner is told: {}", judged.detail));
        }
        if expected.verified != judged.verified {
            return Some(format!("verification: {judged:?}"));
        }
        let explained = expected.verified.is_some() || expected.policy.is_some();
        (self.gains() && !explained)
            .then(|| "it gains, and nothing says what stops or allows it".to_owned())
    }

    /// Whether its run, gates and preflight bypassed, is better than its twin's.
    pub fn gains(&self) -> bool {
        self.expected.run == BETTER
    }

    /// Whether gates or preflight turn it away.
    pub fn refused(&self) -> bool {
        self.expected.gates != ALLOW || self.expected.preflight != ALLOW
    }
}

/// Gates, preflight and jail, ready.
#[derive(Debug)]
pub struct Court {
    arena: Arena,
    executor: LocalExecutor,
    config: Config,
    /// What twins got, by name and bytes of the course.
    twins: tokio::sync::Mutex<BTreeMap<(String, u64), Arc<OnceCell<f64>>>>,
    /// Runs at once.
    room: Semaphore,
}

/// How a run ended, and its bits per byte where it has some.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The outcome.
    pub outcome: Outcome,
    /// Bits per byte.
    pub bpb: Option<f64>,
}

impl Court {
    /// Loads the gates and tries the jail.
    pub async fn open() -> Self {
        let executor = LocalExecutor::start(Arc::new(home())).await.unwrap();
        Self {
            arena: Arena::open().await,
            executor,
            config: Config::default(),
            twins: tokio::sync::Mutex::default(),
            room: Semaphore::new(2),
        }
    }

    /// Judges an attack by all three, each as if the others were not there.
    pub async fn judge(&self, attack: &Attack) -> Judged {
        let expected = &attack.expected;
        let twin = self.twin(&expected.twin, expected.course_bytes).await;
        let _room = self.room.acquire().await.unwrap();
        let (gates, preflight) = match open(&attack.folder.join("bundle")) {
            Ok(bundle) => (
                deciding(&self.arena.alone(bundle.clone()).await),
                self.preflight(&bundle, expected.course_bytes).await,
            ),
            Err(refusal) => {
                let rule = refusal.evidence.first().map(|found| found.rule.clone());
                (
                    format!("bundle {}", rule.unwrap_or_default()),
                    "not asked".to_owned(),
                )
            }
        };
        let job = self.job(
            &attack.folder,
            expected.course_bytes,
            expected.stall_seconds,
        );
        let result = self.run(job.clone()).await;
        let verified = match &result.outcome {
            Outcome::Completed { .. } if expected.verified.is_some() => {
                Some(self.verify(&job, &result, twin).await)
            }
            _ => None,
        };
        let ran = Ran::from(result);
        let (run, detail) = match (&ran.outcome, ran.bpb) {
            (Outcome::Completed { .. }, Some(bpb)) if bpb < twin - TOLERANCE => {
                (BETTER.to_owned(), String::new())
            }
            (Outcome::Completed { .. }, Some(_)) => ("no better".to_owned(), String::new()),
            (Outcome::Failed { reason, detail }, _) => {
                let reason = serde_json::to_value(reason).unwrap();
                (
                    format!("failed {}", reason.as_str().unwrap()),
                    detail.clone(),
                )
            }
            other => panic!("{}: {other:?}", attack.name),
        };
        Judged {
            gates,
            preflight,
            run,
            bpb: ran.bpb,
            twin,
            verified,
            detail,
        }
    }

    /// Runs it again with questions at secret places, and examines the state it exported.
    async fn verify(&self, job: &Job, first: &RunResult, twin: f64) -> String {
        let pools = Pools::of(&self.config, &home(), &job.course).unwrap();
        // As many places as a long run gets, so that what comes of an attack is not left to luck.
        let draws = Draws {
            run: self.config.verification.places,
            state: self.config.verification.places / 8,
        };
        let seeds = Seeds {
            draws: Some(draws),
            ..Seeds::fresh()
        };
        let how = (&self.config.verification, &pools, seeds);
        let (events, mut received) = mpsc::channel(64);
        let listener = tokio::spawn(async move { while received.recv().await.is_some() {} });
        let verified =
            verification::verify(&self.executor, job, first, how, events, Cancel::never()).await;
        listener.await.unwrap();
        let verified = verified.unwrap_or_else(|error| panic!("{}: {error}", job.run_id));
        eprintln!(
            "{}: {} {:?}",
            job.run_id,
            verified.ruling.name(),
            verified.detail
        );
        match verified.ruling {
            Ruling::Verified if verified.bpb < twin - TOLERANCE => BETTER.to_owned(),
            Ruling::Verified => "no better".to_owned(),
            void => format!("void {}", void.name()),
        }
    }

    async fn twin(&self, name: &str, bytes: u64) -> f64 {
        let cell = {
            let mut twins = self.twins.lock().await;
            Arc::clone(twins.entry((name.to_owned(), bytes)).or_default())
        };
        let honest = async {
            let _room = self.room.acquire().await.unwrap();
            let job = self.job(&battery().join("twins").join(name), bytes, 60);
            let ran = Ran::from(self.run(job).await);
            ran.bpb.unwrap_or_else(|| panic!("{name}: {ran:?}"))
        };
        *cell.get_or_init(|| honest).await
    }

    async fn preflight(&self, bundle: &Bundle, bytes: u64) -> String {
        let context = context::run_context(&self.config.context, bundle);
        let cells = cells_of(&home().default_course(), Some(bytes)).unwrap();
        let job = preflight::job(&self.config, &context, bundle, cells);
        let (phases, _) = mpsc::channel(1);
        let report = self
            .executor
            .preflight(job, &self.config.preflight, phases, Cancel::never());
        let report = report.await.unwrap();
        let mut verdict = self.arena.alone(bundle.clone()).await;
        verdict.gates.clear();
        preflight::add(
            &mut verdict,
            &report,
            &self.config.preflight,
            &context,
            bundle,
        );
        match verdict.gates.iter().find_map(first_error) {
            Some(rule) => rule,
            None => ALLOW.to_owned(),
        }
    }

    /// A run of what lies in `bundle` of this folder, with no gate and no preflight before.
    fn job(&self, folder: &std::path::Path, bytes: u64, stall_seconds: u64) -> Job {
        let mut job = job("example-small", bytes);
        let name = super::file_name(folder);
        job.run_id = format!("battery-{}", &name[..name.len().min(50)]);
        job.files = files_in(&folder.join("bundle"));
        job.limits.stall_seconds = stall_seconds;
        job.limits.startup_seconds = stall_seconds.max(40);
        job.jail.cpu_threads = 1;
        job.jail.processes = 128;
        job.jail.memory_bytes = 2 << 30;
        job.jail.scratch_bytes = 64 << 20;
        if let Ok(bundle) = open(&folder.join("bundle")) {
            job.context = context::run_context(&self.config.context, &bundle);
        }
        // The early look would end many of these runs; what is to be seen is what the others do without it.
        job.task = Task::Measure { probes: 0 };
        job
    }

    async fn run(&self, job: Job) -> RunResult {
        let name = job.run_id.clone();
        let (events, mut received) = mpsc::channel(64);
        let listener = tokio::spawn(async move { while received.recv().await.is_some() {} });
        let result = self.executor.run(job, events, Cancel::never()).await;
        listener.await.unwrap();
        result.unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

impl From<RunResult> for Ran {
    fn from(result: RunResult) -> Self {
        let bpb = result.manifest.value.pointer("/parts/bpb");
        Self {
            bpb: bpb.and_then(serde_json::Value::as_f64),
            outcome: result.outcome,
        }
    }
}

fn deciding(verdict: &Verdict) -> String {
    let gate = verdict
        .gates
        .iter()
        .find(|run| run.verdict == Decision::Reject);
    match gate {
        Some(run) => format!("{} {}", run.gate, first_error(run).unwrap_or_default()),
        None => ALLOW.to_owned(),
    }
}

fn first_error(run: &GateRun) -> Option<String> {
    let error = run
        .evidence
        .iter()
        .find(|found| found.severity == Severity::Error);
    error.map(|found| found.rule.clone())
}

/// Bytes of the practice course that honest bundles are run on.
pub const HONEST_BYTES: u64 = 49_152;
/// What an honest bundle stays below. Nothing learnt at all costs 8.006, log2 of 257 classes.
pub const SANE: f64 = 8.5;

impl Court {
    /// Trains and scores an honest bundle.
    pub async fn train(&self, honest: &Case) -> Ran {
        let _room = self.room.acquire().await.unwrap();
        let bytes = honest.expected.course_bytes.unwrap_or(HONEST_BYTES);
        Ran::from(self.run(self.job(&honest.folder, bytes, 60)).await)
    }
}
