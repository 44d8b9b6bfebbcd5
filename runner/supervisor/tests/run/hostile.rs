//! A worker that lies, floods, stalls or leaves: each with its outcome.

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use prism_protocol::event::{Event, Notice};
use prism_protocol::outcome::{FailReason, Outcome, Stopped};
use prism_protocol::wire::{
    FromWorker, OutputProblem, Phase, Raised, StateKind, StateType, ToWorker,
};
use prism_supervisor::Notices;

use crate::puppet::{Puppet, uniform};
use crate::stage::{Result, Stage};

fn stage() -> Stage {
    let mut stage = Stage::new(&[("architecture.py", "1\n2\n"), ("training.py", "1\n2\n3\n")]);
    stage.spec.limits.stall_seconds = 5;
    stage.spec.limits.startup_seconds = 5;
    stage
}

/// Runs a puppet; afterwards the jail is reported to have ended.
fn played(stage: Stage, play: impl FnOnce(PathBuf) + Send + 'static) -> Result {
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
                });
            },
        ),
        (
            "answers another question",
            FailReason::ProtocolViolation,
            |puppet, _| {
                puppet.say(&FromWorker::Trained { step: 0 });
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
            cols: 16
        })
    );
    puppet.say(&FromWorker::Trained { step: 0 });
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
                batch_size,
                seq_len,
            });
            let Some(ToWorker::Refused { reason }) = puppet.hear() else {
                panic!("not refused")
            };
            assert!(reason.contains(word), "{reason}");
        }
        puppet.say(&FromWorker::Open {
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
                batch_size: 0,
                seq_len: 0,
            });
        }
        while puppet.hear().is_some() {}
    });
    assert_eq!(result.failed().0, FailReason::ProtocolViolation);
}

#[test]
fn silence_and_trickling_bytes_are_a_stall() {
    for trickle in [false, true] {
        let mut stage = stage();
        stage.spec.limits.stall_seconds = 1;
        let started = Instant::now();
        let result = played(stage, move |socket| {
            let mut puppet = Puppet::streaming(&socket);
            puppet.hear().unwrap();
            puppet
                .stream
                .set_read_timeout(Some(Duration::from_millis(50)))
                .unwrap();
            puppet.raw(&60_000u32.to_le_bytes());
            while started.elapsed() < Duration::from_secs(3) {
                if trickle {
                    puppet.raw(b" ");
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        assert_eq!(result.failed().0, FailReason::Stall, "trickling: {trickle}");
    }
}

#[test]
fn when_the_safety_clock_runs_out_the_rest_counts_as_unread() {
    let mut stage = stage();
    stage.spec.limits.safety_clock_seconds = Some(1);
    let result = played(stage, |socket| {
        let mut puppet = Puppet::streaming(&socket);
        let question = puppet.hear().unwrap();
        puppet.predict(&question, uniform());
        puppet.hear().unwrap();
        std::thread::sleep(Duration::from_millis(1200));
        puppet.say(&FromWorker::Trained { step: 0 });
        assert_eq!(
            puppet.hear(),
            Some(ToWorker::End {
                stopped: Stopped::SafetyClock
            })
        );
        puppet.say(&FromWorker::Finished {});
        puppet.hear();
        puppet.say(&FromWorker::StateEnd {});
    });
    assert_eq!(
        result.outcome,
        Outcome::Completed {
            stopped: Stopped::SafetyClock
        }
    );
    let manifest = result.completed();
    let (parts, course) = (manifest.parts.unwrap(), manifest.course.bytes);
    assert_eq!(manifest.data.consumed_batches, 1);
    assert!(parts.unread_bytes > course / 2);
    let bits = parts.code_bits + 8.0 * parts.unread_bytes as f64;
    assert!((parts.bpb - bits / course as f64).abs() < 1e-12);
}

#[test]
fn a_worker_that_stalls_beyond_the_safety_clock_keeps_what_was_charged() {
    let mut stage = stage();
    stage.spec.limits.safety_clock_seconds = Some(1);
    stage.spec.limits.stall_seconds = 2;
    let result = played(stage, |socket| {
        let mut puppet = Puppet::streaming(&socket);
        let question = puppet.hear().unwrap();
        puppet.predict(&question, uniform());
        while puppet.hear().is_some() {}
    });
    assert_eq!(
        result.outcome,
        Outcome::Completed {
            stopped: Stopped::SafetyClock
        }
    );
    assert!(result.completed().artifacts.state.is_none());
}

#[test]
fn only_the_expected_user_is_let_in() {
    let mut stage = stage();
    stage.spec.peer_uids = vec![stage.spec.peer_uids[0] + 4321];
    stage.spec.limits.startup_seconds = 1;
    let result = stage.run(|socket, _| {
        // Reaches the socket as root or by its mode, and is sent away without a word.
        if let Ok(stream) = UnixStream::connect(&socket) {
            let mut puppet = Puppet::around(stream);
            puppet.say(&FromWorker::Finished {});
            assert_eq!(puppet.hear(), None);
        }
    });
    assert!(
        matches!(result.outcome, Outcome::Infrastructure { .. }),
        "{:?}",
        result.outcome
    );
}

#[test]
fn there_is_no_second_connection() {
    let result = played(stage(), |socket| {
        let mut puppet = Puppet::streaming(&socket);
        puppet.hear().unwrap();
        assert!(UnixStream::connect(&socket).is_err(), "the socket is gone");
        puppet.say(&FromWorker::Finished {});
    });
    assert_eq!(result.failed().0, FailReason::NoBatches);
}

#[test]
fn what_comes_before_any_miner_code_is_not_the_bundles_fault() {
    type Play = fn(PathBuf);
    let rows: &[(&str, Play)] = &[
        ("never connects", |_| {}),
        ("connects and leaves", |socket| {
            drop(Puppet::connect(&socket))
        }),
        ("speaks another version", |socket| {
            let mut puppet = Puppet::connect(&socket);
            puppet.say(&FromWorker::Hello {
                protocol: 99,
                pid: 1,
                python: String::new(),
                torch: String::new(),
            });
            puppet.hear();
        }),
    ];
    for (does, play) in rows {
        let mut stage = stage();
        stage.spec.limits.startup_seconds = 1;
        let result = played(stage, *play);
        assert!(
            matches!(result.outcome, Outcome::Infrastructure { .. }),
            "a worker that {does}: {:?}",
            result.outcome
        );
    }
}

#[test]
fn how_the_jail_ended_decides_the_reason() {
    for (code, signal, out_of_memory, reason) in [
        (None, Some(31), false, FailReason::ForbiddenSystemCall),
        (Some(159), None, false, FailReason::ForbiddenSystemCall),
        (None, Some(9), true, FailReason::OutOfMemory),
        (Some(1), None, true, FailReason::OutOfMemory),
        (None, Some(9), false, FailReason::Killed),
        (Some(139), None, false, FailReason::Killed),
        (Some(0), None, false, FailReason::Killed),
        (Some(1), None, false, FailReason::Killed),
    ] {
        let result = stage().run(move |socket, notices| {
            let mut puppet = Puppet::streaming(&socket);
            puppet.hear();
            drop(puppet);
            notices.hear(Notice::WorkerExited {
                code,
                signal,
                out_of_memory,
            });
        });
        assert_eq!(
            result.failed().0,
            reason,
            "{code:?} {signal:?} {out_of_memory}"
        );
    }
}

#[test]
fn the_executors_word_ends_the_waiting() {
    let cancelled = stage().run(|socket, notices| {
        let mut puppet = Puppet::streaming(&socket);
        puppet.hear();
        notices.hear(Notice::Cancel);
        while puppet.hear().is_some() {}
    });
    assert!(matches!(cancelled.outcome, Outcome::Infrastructure { .. }));
    let over_quota = stage().run(|socket, notices| {
        let mut puppet = Puppet::streaming(&socket);
        puppet.hear();
        notices.hear(Notice::QuotaExceeded {
            quota: "output".into(),
        });
        while puppet.hear().is_some() {}
    });
    assert_eq!(over_quota.failed().0, FailReason::Quota);
}

#[test]
fn the_exported_state_is_taken_within_its_budget_and_by_the_rules() {
    fn tensor(name: &str, shape: &[u64]) -> FromWorker {
        let (kind, dtype) = (StateKind::Parameter, StateType::Float32);
        FromWorker::State {
            name: name.into(),
            kind,
            dtype,
            shape: shape.to_vec(),
        }
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
