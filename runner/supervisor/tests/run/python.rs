//! Starts the real worker, without a jail.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use prism_protocol::event::Notice;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::stage::{Result, Stage};

/// How the worker is started.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Launch {
    /// By itself: half the start-up time.
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
        let mut child = start(&dir, &socket, launch);
        let status = child.wait().unwrap();
        // Whatever it left behind ends with it, as in the jail.
        let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
        use std::os::unix::process::ExitStatusExt;
        notices.hear(Notice::WorkerExited {
            code: status.code(),
            signal: status.signal(),
            out_of_memory: false,
        });
    })
}

fn start(dir: &Path, socket: &Path, launch: Launch) -> Child {
    let (python, extension) = parts().unwrap();
    let runner = dir.join("runner");
    std::fs::create_dir_all(&runner).unwrap();
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python/prism_challenge");
    let _ = std::os::unix::fs::symlink(package, runner.join("prism_challenge"));
    let _ = std::os::unix::fs::symlink(extension, runner.join("prism_capture.abi3.so"));
    let mut command = Command::new(python);
    if launch == Launch::Torchrun {
        command.args([
            "-m",
            "torch.distributed.run",
            "--standalone",
            "--nnodes=1",
            "--nproc-per-node=1",
        ]);
        command.arg("--max-restarts=0");
    }
    command
        .args(["-m", "prism_challenge.worker"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", dir.join("scratch"))
        .env("PRISM_SOCKET", socket)
        .env("PRISM_BUNDLE", dir.join("bundle"))
        .env("PRISM_SCRATCH", dir.join("scratch"))
        .env("PYTHONPATH", &runner)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONHASHSEED", "0")
        .env("OMP_NUM_THREADS", "1")
        .current_dir(dir.join("scratch"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .process_group(0);
    if std::env::var_os("PRISM_TEST_VERBOSE").is_none() {
        command.stderr(Stdio::null());
    }
    command.spawn().unwrap()
}
