//! `prism-supervisor`: the run specification as one line on standard input, events as lines on standard
//! output, notices as further lines on standard input.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::ExitCode;

use prism_protocol::event::Event;
use prism_protocol::spec::RunSpec;
use prism_supervisor::Notices;

/// Most bytes of the specification.
const SPEC_BYTES: u64 = 1 << 20;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("prism-supervisor: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    // The course is in this process's memory; nobody of the same user is to read it there.
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .map_err(|error| format!("can't become non-dumpable: {error}"))?;
    prism_supervisor::stay_small();
    let mut input = BufReader::new(std::io::stdin());
    let mut line = String::new();
    input
        .by_ref()
        .take(SPEC_BYTES)
        .read_line(&mut line)
        .map_err(|error| format!("standard input: {error}"))?;
    let spec: RunSpec =
        serde_json::from_str(&line).map_err(|error| format!("no run specification: {error}"))?;
    let notices = Notices::default();
    notices.listen(input);
    let ended = prism_supervisor::run(&spec, &notices, &mut tell);
    tell(Event::Finished {
        manifest: ended.manifest,
        sha256: ended.sha256,
        outcome: ended.outcome,
    });
    Ok(())
}

/// A listener that is gone shows on standard input, so a failed write needs no answer here.
fn tell(event: Event) {
    let mut output = std::io::stdout().lock();
    let told = serde_json::to_writer(&mut output, &event).map_err(std::io::Error::from);
    let _ = told
        .and_then(|()| output.write_all(b"\n"))
        .and_then(|()| output.flush());
}
