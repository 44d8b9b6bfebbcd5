//! A worker that stalls, leaves or never comes, and who may come at all.

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use prism_protocol::event::Notice;
use prism_protocol::outcome::{FailReason, Outcome, Stopped};
use prism_protocol::wire::{FromWorker, ToWorker};

use crate::hostile::{played, stage};
use crate::puppet::{Puppet, trained, uniform};

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
        puppet.say(&trained(0));
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
