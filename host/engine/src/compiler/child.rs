//! The inside of `prism-gate-compile`: limits first, then a component on stdin, then its code on stdout.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use prism_component::MAX_COMPONENT_BYTES;
use rustix::process::{Resource, Rlimit, setrlimit};
use wasmtime::Engine;

use crate::runtime::config;

/// Exit status when memory ran out and could still be noticed.
pub(crate) const OUT_OF_MEMORY: i32 = 71;

/// Exit status when the component does not compile, or anything else went wrong; the last line of stderr says what.
const FAILED: u8 = 70;

/// Compiles one component from stdin to stdout. `arguments` are the address space in bytes and the processor time
/// in seconds that this process then has.
#[must_use]
pub fn compile_stdin_to_stdout(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    let mut number = || arguments.next()?.parse().ok();
    let (Some(memory), Some(seconds)) = (number(), number()) else {
        return failed(&"usage: prism-gate-compile MEMORY_BYTES CPU_SECONDS < COMPONENT > CODE");
    };
    if let Err(error) = limit(memory, seconds) {
        return failed(&format!("its limits can't be set: {error}"));
    }
    match compile() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<wasmtime::OutOfMemory>() => {
            ExitCode::from(u8::try_from(OUT_OF_MEMORY).unwrap_or(FAILED))
        }
        Err(error) => failed(&format!("{error:#}").replace('\n', " ")),
    }
}

fn limit(memory: u64, seconds: u64) -> rustix::io::Result<()> {
    let both = |value| Rlimit {
        current: Some(value),
        maximum: Some(value),
    };
    setrlimit(Resource::As, both(memory))?;
    setrlimit(
        Resource::Cpu,
        Rlimit {
            current: Some(seconds),
            maximum: Some(seconds.saturating_add(1)),
        },
    )?;
    // It writes no file, leaves no core, and opens nothing beyond what it was given.
    setrlimit(Resource::Fsize, both(0))?;
    setrlimit(Resource::Core, both(0))?;
    setrlimit(Resource::Nofile, both(3))
}

fn compile() -> wasmtime::Result<()> {
    let mut component = Vec::new();
    io::stdin()
        .lock()
        .take(MAX_COMPONENT_BYTES as u64 + 1)
        .read_to_end(&mut component)?;
    let code = Engine::new(&config())?.precompile_component(&component)?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(&code)?;
    stdout.flush()?;
    Ok(())
}

fn failed(error: &dyn std::fmt::Display) -> ExitCode {
    // Nobody reads it when stderr is gone.
    let _ = writeln!(io::stderr(), "{error}");
    ExitCode::from(FAILED)
}
