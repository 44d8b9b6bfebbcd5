//! Starts the real worker, without a jail.
//!
//! Loading torch takes seconds and there are dozens of runs, so most workers are forked from one process
//! that has it loaded; the worker's own code runs from its first line. Others are started by torchrun.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use prism_protocol::event::Notice;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::stage::{Result, Stage};

/// How the worker is started.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Launch {
    /// By itself, forked from a process that has torch loaded.
    Direct,
    /// Under torchrun, as in a real run.
    Torchrun,
}

/// The interpreter and the built extension, or why there are none.
fn parts() -> std::result::Result<(PathBuf, PathBuf), String> {
    let python = std::env::var_os("PRISM_PYTHON").ok_or("PRISM_PYTHON is not set")?;
    let here = std::env::current_exe().unwrap();
    let extension = here.ancestors().nth(2).unwrap().join("libprism_capture.so");
    if !extension.exists() {
        return Err(format!("{} is not built", extension.display()));
    }
    Ok((python.into(), extension))
}

/// Whether real workers can be started; says so if not.
pub fn available() -> bool {
    match parts() {
        Ok(_) => true,
        Err(why) => {
            eprintln!("SKIPPED: no real worker can be started: {why}");
            false
        }
    }
}

/// Runs a stage with the real worker.
pub fn run(stage: Stage, launch: Launch) -> Result {
    let dir = stage.dir.path().to_owned();
    stage.run(move |socket, notices| {
        let (code, signal) = match launch {
            Launch::Direct => fork(&dir, &socket),
            Launch::Torchrun => torchrun(&dir, &socket),
        };
        notices.hear(Notice::WorkerExited {
            code,
            signal,
            out_of_memory: false,
        });
    })
}

fn torchrun(dir: &Path, socket: &Path) -> (Option<i32>, Option<i32>) {
    let runner = dir.join("runner");
    let mut child = python(&runner)
        .args(["-m", "torch.distributed.run", "--standalone", "--nnodes=1"])
        .args(["--nproc-per-node=1", "--max-restarts=0"])
        .args(["-m", "prism_challenge.worker"])
        .env("HOME", dir.join("scratch"))
        .envs(variables(dir, socket))
        .current_dir(dir.join("scratch"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    let status = child.wait().unwrap();
    // Whatever it left behind ends with it, as in the jail.
    let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
    (status.code(), status.signal())
}

fn variables(dir: &Path, socket: &Path) -> [(&'static str, PathBuf); 3] {
    [
        ("PRISM_SOCKET", socket.to_owned()),
        ("PRISM_BUNDLE", dir.join("bundle")),
        ("PRISM_SCRATCH", dir.join("scratch")),
    ]
}

/// An interpreter with the package and the extension on its path, as in the jail.
fn python(runner: &Path) -> Command {
    let (python, extension) = parts().unwrap();
    std::fs::create_dir_all(runner).unwrap();
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python/prism_challenge");
    let _ = std::os::unix::fs::symlink(package, runner.join("prism_challenge"));
    let _ = std::os::unix::fs::symlink(extension, runner.join("prism_capture.abi3.so"));
    let mut command = Command::new(python);
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("PYTHONPATH", runner)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONHASHSEED", "0")
        .env("OMP_NUM_THREADS", "1");
    if std::env::var_os("PRISM_TEST_VERBOSE").is_none() {
        command.stderr(Stdio::null());
    }
    command
}

/// Forks a worker for each line it reads and answers with how the worker ended.
const ZYGOTE: &str = "
import json, os, runpy, sys
import torch, torch._dynamo, torch.distributed, prism_capture
for line in sys.stdin:
    case = json.loads(line)
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0), os.dup2(nothing, 1)
        os.environ.update(case)
        os.chdir(case['PRISM_SCRATCH'])
        runpy.run_module('prism_challenge.worker', run_name='__main__', alter_sys=True)
        os._exit(99)
    _, status = os.waitpid(child, 0)
    try:
        os.killpg(child, 9)
    except OSError:
        pass
    print(os.waitstatus_to_exitcode(status), flush=True)
";

struct Zygote {
    _folder: tempfile::TempDir,
    _process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

static ZYGOTE_PROCESS: Mutex<Option<Zygote>> = Mutex::new(None);

fn fork(dir: &Path, socket: &Path) -> (Option<i32>, Option<i32>) {
    let mut shared = ZYGOTE_PROCESS.lock().unwrap();
    let zygote = shared.get_or_insert_with(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut process = python(folder.path())
            .args(["-c", ZYGOTE])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Zygote {
            input: process.stdin.take().unwrap(),
            output: BufReader::new(process.stdout.take().unwrap()),
            _folder: folder,
            _process: process,
        }
    });
    let case: std::collections::BTreeMap<_, _> = variables(dir, socket).into_iter().collect();
    writeln!(zygote.input, "{}", serde_json::to_string(&case).unwrap()).unwrap();
    let mut answer = String::new();
    zygote.output.read_line(&mut answer).unwrap();
    match answer.trim().parse::<i32>().unwrap() {
        signal if signal < 0 => (None, Some(-signal)),
        code => (Some(code), None),
    }
}
