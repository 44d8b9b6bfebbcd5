//! A worker that lies: each breach with its outcome.

use std::path::PathBuf;

use prism_protocol::event::{Event, Notice};
use prism_protocol::outcome::FailReason;
use prism_protocol::wire::{
    Api, FromWorker, OutputProblem, Phase, Raised, StateHead, StateKind, StateType, ToWorker,
};
use prism_supervisor::Notices;

use crate::puppet::{Puppet, trained, uniform};
use crate::stage::{Result, Stage};

pub fn stage() -> Stage {
    let mut stage = Stage::new(&[("architecture.py", "1\n2\n"), ("training.py", "1\n2\n3\n")]);
    stage.spec.limits.stall_seconds = 5;
    stage.spec.limits.startup_seconds = 5;
    stage
}

/// Runs a puppet; afterwards the jail is reported to have ended.
pub fn played(stage: Stage, play: impl FnOnce(PathBuf) + Send + 'static) -> Result {
    stage.run(move |socket, notices: Notices| {
        play(socket);
        notices.hear(Notice::WorkerExited {
            code: Some(0),
            signal: None,
            out_of_memory: false,
        });
    })
}

fn raised(class: &str, file: &str, line: u32) -> FromWorker {
    FromWorker::Raised(Raised {
        phase: Phase::Train,
        class: class.into(),
        file: Some(file.into()),
        line: Some(line),
        traceback: Some("and the text was".into()),
    })
}

#[test]
fn a_puppet_that_behaves_gets_the_uniform_score() {
    let result = played(stage(), |socket| {
        let mut puppet = Puppet::streaming(&socket);
        puppet.behave();
        assert_eq!(puppet.hear(), Some(ToWorker::ExportState {}));
        puppet.say(&FromWorker::StateEnd {});
        assert_eq!(puppet.hear(), Some(ToWorker::Bye {}));
    });
    let manifest = result.completed();
    assert!((manifest.parts.unwrap().bpb - uniform()).abs() < 1e-9);
    assert!(matches!(
        result.events[..3],
        [Event::Listening, Event::Connected, Event::Started { .. }]
    ));
    assert!(
        result
            .events
            .iter()
            .any(|event| matches!(event, Event::Progress(_)))
    );
}

/// Rows read: the worker does this, and the run fails for that reason.
#[test]
fn every_breach_has_its_reason() {
    type Play = fn(&mut Puppet, &ToWorker);
    let rows: &[(&str, FailReason, Play)] = &[
        (
            "answers for another step",
            FailReason::ProtocolViolation,
            |puppet, _| {
                puppet.say(&FromWorker::Predicted {
                    step: 1,
                    model_params: None,
                    largest_logit: None,
                });
            },
        ),
        (
            "answers another question",
            FailReason::ProtocolViolation,
            |puppet, _| {
                puppet.say(&trained(0));
            },
        ),
        (
            "says hello again",
            FailReason::ProtocolViolation,
            |puppet, _| {
                puppet.say(&FromWorker::Hello {
                    protocol: 1,
                    pid: 1,
                    python: String::new(),
                    torch: String::new(),
                });
            },
        ),
        (
            "announces a frame of 4 GiB",
            FailReason::ProtocolViolation,
            |puppet, _| puppet.raw(&[0xff; 8]),
        ),
        (
            "sends an empty frame",
            FailReason::ProtocolViolation,
            |puppet, _| puppet.raw(&[0; 4]),
        ),
        (
            "sends garbage",
            FailReason::ProtocolViolation,
            |puppet, _| puppet.raw(b"\x05\0\0\0{\"a\":1}"),
        ),
        (
            "sends an unknown field",
            FailReason::ProtocolViolation,
            |puppet, _| {
                let json = br#"{"type":"predicted","step":0,"model_params":null,"bpb":0.1}"#;
                puppet.raw(&(json.len() as u32).to_le_bytes());
                puppet.raw(json);
            },
        ),
        (
            "charges what is not a number",
            FailReason::ProtocolViolation,
            |puppet, question| {
                puppet.predict(question, f64::NAN);
            },
        ),
        (
            "charges less than its logits say",
            FailReason::ProtocolViolation,
            |puppet, question| {
                puppet.predict(question, uniform() - 0.01);
            },
        ),
        (
            "gives logits that are not numbers",
            FailReason::BadOutput,
            |puppet, _| {
                let nan = vec![f32::NAN; 2 * 16 * 257];
                puppet.memory().write_logits(&nan).unwrap();
                puppet.say(&FromWorker::Predicted {
                    step: 0,
                    model_params: None,
                    largest_logit: None,
                });
            },
        ),
        (
            "charges what is not a number later on",
            FailReason::BadOutput,
            |puppet, question| {
                second(puppet, question, f64::NAN);
            },
        ),
        (
            "charges infinity later on",
            FailReason::BadOutput,
            |puppet, question| {
                second(puppet, question, f64::INFINITY);
            },
        ),
        (
            "charges less than nothing later on",
            FailReason::BadOutput,
            |puppet, question| {
                second(puppet, question, -1.0);
            },
        ),
        (
            "charges more than any score may be",
            FailReason::BpbOutOfBand,
            |puppet, question| {
                second(puppet, question, 1e9);
                puppet.behave();
                puppet.hear();
                puppet.say(&FromWorker::StateEnd {});
            },
        ),
        ("reports a shape", FailReason::BadOutput, |puppet, _| {
            let problem = OutputProblem::Shape { got: vec![1, 2] };
            puppet.say(&FromWorker::BadOutput { step: 0, problem });
        }),
        (
            "tells of too many parameters",
            FailReason::Quota,
            |puppet, _| {
                puppet.say(&FromWorker::Predicted {
                    step: 0,
                    model_params: Some(100_001),
                    largest_logit: None,
                });
            },
        ),
        ("raises", FailReason::MinerException, |puppet, _| {
            puppet.say(&raised("ValueError", "training.py", 2))
        }),
        (
            "runs out of memory",
            FailReason::OutOfMemory,
            |puppet, _| {
                puppet.say(&raised("torch.OutOfMemoryError", "training.py", 2));
            },
        ),
        (
            "returns with nothing predicted",
            FailReason::NoBatches,
            |puppet, _| puppet.say(&FromWorker::Finished {}),
        ),
        ("leaves", FailReason::Killed, |_, _| {}),
    ];
    for (does, reason, play) in rows {
        let play = *play;
        let result = played(stage(), move |socket| {
            let mut puppet = Puppet::streaming(&socket);
            let question = puppet.hear().unwrap();
            play(&mut puppet, &question);
        });
        let (got, detail) = result.failed();
        assert_eq!(got, *reason, "a worker that {does}: {detail}");
        let manifest = result.manifest.as_ref().unwrap();
        assert!(
            manifest.score.is_none() && manifest.parts.is_none(),
            "a worker that {does} has no score"
        );
        assert!(
            !detail.contains("the text"),
            "a worker that {does} passes no text on: {detail}"
        );
    }
}

/// Answers step 0 as a uniform model and step 1 with the given charge.
fn second(puppet: &mut Puppet, question: &ToWorker, bits: f64) {
    puppet.predict(question, uniform());
    assert_eq!(
        puppet.hear(),
        Some(ToWorker::Train {
            step: 0,
            rows: 2,
            cols: 16,
            sample: true
        })
    );
    puppet.say(&trained(0));
    let question = puppet.hear().unwrap();
    puppet.predict(&question, bits);
}

#[test]
fn before_any_text_was_sent_a_miner_reads_the_whole_traceback() {
    let result = played(stage(), |socket| {
        Puppet::greeted(&socket).say(&raised("odd.Error", "training.py", 2))
    });
    let (reason, detail) = result.failed();
    assert_eq!(reason, FailReason::MinerException);
    assert_eq!(
        detail,
        "odd.Error at training.py:2 while training\nand the text was"
    );
}

#[test]
fn returning_without_opening_the_stream_is_no_batches() {
    let result = played(stage(), |socket| {
        Puppet::greeted(&socket).say(&FromWorker::Finished {})
    });
    assert_eq!(result.failed().0, FailReason::NoBatches);
}

#[test]
fn a_layout_out_of_bounds_is_refused_with_the_bound_and_may_be_asked_again() {
    let result = played(stage(), |socket| {
        let mut puppet = Puppet::greeted(&socket);
        for (batch_size, seq_len, word) in [
            (1, 1, "seq_len"),
            (0, 16, "batch_size"),
            (u32::MAX, 16, "batch_size"),
            (4096, 8192, "at most 1024"),
        ] {
            puppet.say(&FromWorker::Open {
                api: Api::Fast,
                batch_size,
                seq_len,
            });
            let Some(ToWorker::Refused { reason }) = puppet.hear() else {
                panic!("not refused")
            };
            assert!(reason.contains(word), "{reason}");
        }
        puppet.say(&FromWorker::Open {
            api: Api::Fast,
            batch_size: 2,
            seq_len: 16,
        });
        puppet.behave();
        puppet.hear();
        puppet.say(&FromWorker::StateEnd {});
    });
    result.completed();
}

#[test]
fn asking_for_impossible_layouts_for_ever_ends() {
    let result = played(stage(), |socket| {
        let mut puppet = Puppet::greeted(&socket);
        for _ in 0..20 {
            puppet.say(&FromWorker::Open {
                api: Api::Fast,
                batch_size: 0,
                seq_len: 0,
            });
        }
        while puppet.hear().is_some() {}
    });
    assert_eq!(result.failed().0, FailReason::ProtocolViolation);
}

#[test]
fn the_exported_state_is_taken_within_its_budget_and_by_the_rules() {
    fn tensor(name: &str, shape: &[u64]) -> FromWorker {
        let (kind, dtype) = (StateKind::Parameter, StateType::Float32);
        FromWorker::State(StateHead {
            name: name.into(),
            kind,
            dtype,
            shape: shape.to_vec(),
        })
    }
    let rows: &[(&str, Option<FailReason>, Vec<FromWorker>)] = &[
        ("nothing", None, vec![FromWorker::StateEnd {}]),
        (
            "an empty tensor and one in two chunks",
            None,
            vec![
                tensor("a", &[0, 3]),
                tensor("b", &[2]),
                FromWorker::StateChunk { bytes: 3 },
                FromWorker::StateChunk { bytes: 5 },
                FromWorker::StateEnd {},
            ],
        ),
        (
            "more than the budget",
            Some(FailReason::Quota),
            vec![tensor("a", &[101_025])],
        ),
        (
            "a size that overflows",
            Some(FailReason::Quota),
            vec![tensor("a", &[u64::MAX, u64::MAX])],
        ),
        (
            "names that are the state",
            Some(FailReason::Quota),
            (0..810)
                .map(|n| tensor(&format!("{n:0>500}"), &[0]))
                .collect(),
        ),
        (
            "a name twice",
            Some(FailReason::ProtocolViolation),
            vec![tensor("a", &[0]), tensor("a", &[0])],
        ),
        (
            "a tensor within a tensor",
            Some(FailReason::ProtocolViolation),
            vec![tensor("a", &[1]), tensor("b", &[1])],
        ),
        (
            "a chunk of nothing",
            Some(FailReason::ProtocolViolation),
            vec![FromWorker::StateChunk { bytes: 4 }],
        ),
        (
            "a chunk longer than its tensor",
            Some(FailReason::ProtocolViolation),
            vec![tensor("a", &[1]), FromWorker::StateChunk { bytes: 5 }],
        ),
        (
            "an unfinished tensor",
            Some(FailReason::ProtocolViolation),
            vec![tensor("a", &[1]), FromWorker::StateEnd {}],
        ),
        (
            "too long a name",
            Some(FailReason::ProtocolViolation),
            vec![tensor(&"n".repeat(600), &[1])],
        ),
    ];
    for (sends, reason, messages) in rows {
        let messages = messages.clone();
        let result = played(stage(), move |socket| {
            let mut puppet = Puppet::streaming(&socket);
            puppet.behave();
            assert_eq!(puppet.hear(), Some(ToWorker::ExportState {}));
            for message in messages {
                puppet.say(&message);
                if matches!(message, FromWorker::StateChunk { .. }) {
                    puppet.hear();
                }
            }
            puppet.hear();
        });
        match reason {
            Some(reason) => assert_eq!(result.failed().0, *reason, "a worker that sends {sends}"),
            None => assert!(
                result.completed().artifacts.state.is_some(),
                "a worker that sends {sends}"
            ),
        }
    }
}
