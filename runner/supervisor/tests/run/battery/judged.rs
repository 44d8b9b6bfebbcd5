//! One attack through the supervisor's three runs: measured, verified, its state examined.

use std::path::Path;
use std::sync::{Arc, Mutex};

use prism_protocol::event::Notice;
use prism_protocol::manifest::{Manifest, STREAM_FILE};
use prism_protocol::outcome::{FailReason, Outcome, Ruling};
use prism_protocol::spec::{Examine, First, Task, Verify};
use prism_verification::Seed;

use super::attacks::Attack;
use super::ground::GROUND;
use super::worker::{self, Run};
use crate::stage::{Result, Stage};

/// Draws of the second run, and of the examination.
const DRAWS: u32 = 256;
const LEVEL: f64 = 1e-4;
const MARGIN_BPB: f64 = 0.002;
const STATE_MARGIN_BPB: f64 = 0.05;

/// What came of an attack.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// The first run never began: the submission waits for another.
    Pending,
    /// The first run failed.
    Failed(FailReason),
    /// The second run or the examination took the score away.
    Void(Ruling),
    /// It is verified.
    Verified(Verified),
}

/// A verified score.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    pub bpb: f64,
    /// Standard error of the correction in it.
    pub error: f64,
    /// What its state learned, on text that was never served, and the standard error of that.
    pub delta: f64,
    pub delta_error: f64,
    /// How much worse the state is there than on what was served last.
    pub gap: f64,
    /// The largest difference at a place between what was captured and what was found.
    pub largest_difference: f64,
}

/// An attack with what came of it.
pub struct Judged {
    /// As captured in the first run.
    pub captured: Option<f64>,
    pub end: End,
}

/// Runs an attack.
pub fn judge(attack: &Attack) -> Judged {
    let first = run(
        attack,
        Run::First,
        Task::Measure {
            probes: attack.probes,
        },
    );
    let captured = match &first.outcome {
        Outcome::Completed { .. } => first.completed().parts.unwrap().bpb,
        Outcome::Failed { reason, .. } => {
            return Judged {
                captured: None,
                end: End::Failed(*reason),
            };
        }
        // No code of the bundle has run where nothing was said.
        Outcome::Infrastructure { .. } if !(attack.cheat)().greets => {
            return Judged {
                captured: None,
                end: End::Pending,
            };
        }
        other => panic!("{}: {other:?}", attack.name),
    };
    Judged {
        captured: Some(captured),
        end: checked(attack, first.dir.path()),
    }
}

fn checked(attack: &Attack, first: &Path) -> End {
    let out = first.join("out");
    let left = First {
        manifest: out.join(prism_protocol::manifest::FILE_NAME),
        stream: out.join(STREAM_FILE),
    };
    let verify = Verify {
        first: left.clone(),
        seed: Seed::from([7; 32]),
        draws: DRAWS,
        level: LEVEL,
        margin_bpb: MARGIN_BPB,
    };
    let second = manifest(attack, Run::Second, Task::Verify(Box::new(verify)));
    let verification = second.verification.unwrap();
    if verification.ruling != Ruling::Verified {
        return End::Void(verification.ruling);
    }
    let examine = Examine {
        first: left,
        state: out.join("state.bin"),
        state_index: out.join("state.json"),
        seed: Seed::from([9; 32]),
        draws: DRAWS,
        level: LEVEL,
        margin_bpb: STATE_MARGIN_BPB,
        validation: Some(GROUND.validation.clone()),
    };
    let third = manifest(attack, Run::Examination, Task::Examine(Box::new(examine)));
    let examination = third.examination.unwrap();
    if examination.ruling != Ruling::Verified {
        return End::Void(examination.ruling);
    }
    let correction = verification.correction.unwrap();
    let Some(validation) = examination.validation else {
        // The worker failed on the way: a held-out step that is missing counts as failed.
        return End::Void(Ruling::StateMismatch);
    };
    End::Verified(Verified {
        bpb: correction.verified_bpb,
        error: correction.standard_error_bpb,
        delta: validation.delta,
        delta_error: validation.standard_error_bpb,
        gap: validation.gap,
        largest_difference: correction.estimate.largest_difference_bits,
    })
}

/// The manifest of a run that judges; a fault of the worker's is for it to judge as well.
fn manifest(attack: &Attack, run_of: Run, task: Task) -> Manifest {
    let result = run(attack, run_of, task);
    if let Outcome::Infrastructure { detail } = &result.outcome {
        panic!("{}: {detail}", attack.name);
    }
    result.manifest.unwrap()
}

fn run(attack: &Attack, of: Run, task: Task) -> Result {
    let mut stage = Stage::new(&[("architecture.py", "1\n"), ("training.py", "1\n")]);
    let prior = stage.dir.path().join("bundle/prior.txt");
    std::fs::write(prior, GROUND.prior(attack.chapters)).unwrap();
    stage.spec.task = task;
    stage.spec.course.clone_from(&GROUND.course);
    stage.spec.decoys = Some(GROUND.decoys.clone());
    stage.spec.context.max_parameters = 400_000;
    stage.spec.limits.stall_seconds = attack.stall_seconds;
    stage.spec.limits.startup_seconds = 20;
    let cheat = Arc::new(Mutex::new(Some((attack.cheat)())));
    stage.run(move |socket, notices| {
        let cheat = cheat.lock().unwrap().take().unwrap();
        worker::work(&socket, of, cheat);
        notices.hear(Notice::WorkerExited {
            code: Some(0),
            signal: None,
            out_of_memory: false,
        });
    })
}
