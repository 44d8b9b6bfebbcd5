//! Compiling a component: out of the cache, by a process of its own with hard limits, or in this process.
//!
//! How long compilation takes and how much memory is up to the component, and wasmtime promises nothing about
//! hostile ones. So the service hands it to `prism-gate-compile` (`child`), which limits itself before it reads a
//! byte; what comes back is kept in the cache under this service's key.

pub(crate) mod child;

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use wasmtime::component::Component;

use crate::load_error::LoadReason;
use crate::runtime::Runtime;

/// Compiled code larger than this is not taken: the CPython gate's has 40 MB of 18 MB.
const MAX_CODE_BYTES: u64 = 512 << 20;

/// What is kept of the compiler's own words.
const MAX_WORDS: u64 = 64 << 10;

/// Threads of the compiler at most.
const MAX_THREADS: usize = 4;

/// The process that compiles, and what it may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiler {
    /// The program `prism-gate-compile`.
    pub program: PathBuf,
    /// Address space of the process, in bytes. Default: 4 GiB.
    pub memory_bytes: u64,
    /// Processor time of all its threads together. Default: 120 s. The wall clock allows half as much again.
    pub timeout: Duration,
}

impl Compiler {
    /// This program, with the default limits. The CPython gate, 18 MB, takes 14 s of processor time and less than
    /// 0.8 GiB (`time prism-gate-compile 800000000 120 < param-cap.wasm`).
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            memory_bytes: 4 << 30,
            timeout: Duration::from_secs(120),
        }
    }

    /// Compiled code of a component, from a fresh process.
    async fn compile(&self, component: &[u8]) -> Result<Vec<u8>, LoadReason> {
        let broke = |error: std::io::Error| {
            LoadReason::CompileFailed(format!(
                "the compiler {} can't be run: {error}",
                self.program.display()
            ))
        };
        let mut process = Command::new(&self.program)
            .arg(self.memory_bytes.to_string())
            .arg(self.timeout.as_secs().max(1).to_string())
            .env_clear()
            // What it takes must not grow with the machine: each thread reserves address space.
            .env("RAYON_NUM_THREADS", threads().to_string())
            .env("MALLOC_ARENA_MAX", "2")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(broke)?;
        let (stdin, stdout, stderr) = (
            process.stdin.take(),
            process.stdout.take(),
            process.stderr.take(),
        );
        let feed = async {
            if let Some(mut stdin) = stdin {
                // A compiler that ended early says why by its exit.
                let _ = stdin.write_all(component).await;
            }
        };
        let talk = async {
            let ((), code, words) = tokio::join!(
                feed,
                drain(stdout, MAX_CODE_BYTES),
                drain(stderr, MAX_WORDS)
            );
            let code = code.map_err(broke)?;
            let words = words.map_err(broke)?;
            Ok::<_, LoadReason>((code, words, process.wait().await.map_err(broke)?))
        };
        let timed_out = LoadReason::CompileTimedOut {
            seconds: self.timeout.as_secs(),
        };
        let wall = self.timeout.saturating_add(self.timeout / 2);
        let (code, words, status) = match tokio::time::timeout(wall, talk).await {
            Ok(done) => done?,
            Err(_) => return Err(timed_out),
        };
        if status.success() && (code.len() as u64) < MAX_CODE_BYTES {
            return Ok(code);
        }
        let words = String::from_utf8_lossy(&words);
        let last = words.lines().rev().find(|line| !line.trim().is_empty());
        Err(self.reason(status, last.unwrap_or("it said nothing")))
    }

    fn reason(&self, status: ExitStatus, last_words: &str) -> LoadReason {
        use std::os::unix::process::ExitStatusExt;
        let signal = status.signal();
        let out_of_memory = LoadReason::CompileOutOfMemory {
            bytes: self.memory_bytes,
        };
        // Only the limit on processor time sends these two: XCPU first, then KILL.
        if [Signal::XCPU, Signal::KILL]
            .map(|limit| Some(limit.as_raw()))
            .contains(&signal)
        {
            return LoadReason::CompileTimedOut {
                seconds: self.timeout.as_secs(),
            };
        }
        // Rust's allocator aborts; the child gives the memory that wasmtime itself missed a code of its own.
        if signal == Some(Signal::ABORT.as_raw()) || status.code() == Some(child::OUT_OF_MEMORY) {
            return out_of_memory;
        }
        LoadReason::CompileFailed(match signal {
            Some(signal) => format!("the compiler was ended by signal {signal}: {last_words}"),
            None => last_words.chars().take(1000).collect(),
        })
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |found| found.get().min(MAX_THREADS))
}

async fn drain(stream: Option<impl AsyncRead + Unpin>, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    if let Some(stream) = stream {
        stream.take(limit).read_to_end(&mut content).await?;
    }
    Ok(content)
}

impl Runtime {
    /// A component, compiled: here or before.
    pub(crate) async fn compiled(
        &self,
        bytes: &[u8],
        digest: &str,
    ) -> Result<Component, LoadReason> {
        let cached = || self.cache.as_ref()?.load(&self.engine, digest);
        if let Some(component) = cached() {
            return Ok(component);
        }
        let code = match &self.compiler {
            Some(compiler) => compiler.compile(bytes).await?,
            None => {
                let (engine, bytes) = (self.engine.clone(), bytes.to_vec());
                tokio::task::spawn_blocking(move || engine.precompile_component(&bytes))
                    .await
                    .map_err(|error| LoadReason::CompileFailed(error.to_string()))?
                    .map_err(|error| LoadReason::CompileFailed(format!("{error:#}")))?
            }
        };
        if let Some(cache) = &self.cache {
            cache.keep(&code, digest);
            // From the file, so that its pages are shared and can be dropped.
            if let Some(component) = cached() {
                return Ok(component);
            }
        }
        #[allow(
            unsafe_code,
            reason = "wasmtime runs these bytes as code; they come straight from our own compiler"
        )]
        let component = unsafe { Component::deserialize(&self.engine, code) };
        component.map_err(|error| LoadReason::CompileFailed(format!("{error:#}")))
    }
}
