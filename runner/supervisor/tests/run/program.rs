//! The program `prism-supervisor`: its lines in and out.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use prism_protocol::event::Event;
use prism_protocol::outcome::{FailReason, Outcome};
use prism_protocol::wire::FromWorker;
use sha2::{Digest, Sha256};

use crate::puppet::Puppet;
use crate::stage::Stage;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_prism-supervisor"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

#[test]
fn events_come_as_lines_and_the_last_names_the_manifest() {
    let stage = Stage::new(&[("architecture.py", ""), ("training.py", "")]);
    let mut child = program().spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{}", serde_json::to_string(&stage.spec).unwrap()).unwrap();
    let mut events = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let event: Event = serde_json::from_str(&line.unwrap()).unwrap();
        if event == Event::Listening {
            Puppet::greeted(&stage.spec.socket).say(&FromWorker::Finished {});
        }
        events.push(event);
    }
    assert!(child.wait().unwrap().success());
    let Some(Event::Finished {
        manifest,
        sha256,
        outcome,
    }) = events.pop()
    else {
        panic!("{events:?}")
    };
    let bytes = std::fs::read(manifest).unwrap();
    assert_eq!(hex::encode(Sha256::digest(&bytes)), sha256);
    assert!(
        matches!(
            outcome,
            Outcome::Failed {
                reason: FailReason::NoBatches,
                ..
            }
        ),
        "{outcome:?}"
    );
    assert_eq!(events, [Event::Listening, Event::Connected]);
}

#[test]
fn an_executor_that_goes_away_ends_the_run() {
    let stage = Stage::new(&[("architecture.py", ""), ("training.py", "")]);
    let mut child = program().spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{}", serde_json::to_string(&stage.spec).unwrap()).unwrap();
    drop(input);
    let last = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .last()
        .unwrap()
        .unwrap();
    assert!(matches!(
        serde_json::from_str(&last).unwrap(),
        Event::Finished {
            outcome: Outcome::Infrastructure { .. },
            ..
        }
    ));
    assert!(!stage.spec.socket.exists());
    child.wait().unwrap();
}

#[test]
fn its_memory_can_not_be_read_by_others_of_the_same_user() {
    let stage = Stage::new(&[("architecture.py", ""), ("training.py", "")]);
    let mut child = program().spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{}", serde_json::to_string(&stage.spec).unwrap()).unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.next().unwrap().unwrap();
    use std::os::unix::fs::MetadataExt;
    // What belongs to a non-dumpable process belongs to root, whoever runs it.
    let owner = std::fs::metadata(format!("/proc/{}/environ", child.id()))
        .unwrap()
        .uid();
    assert_eq!(owner, 0);
    drop(input);
    child.wait().unwrap();
}

#[test]
fn what_is_no_specification_is_said_to_be_none() {
    let mut child = program().stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"{\"run_id\":1}\n").unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("no run specification"));
}
