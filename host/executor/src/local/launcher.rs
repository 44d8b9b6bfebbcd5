//! What runs inside the jail: torchrun, which starts the worker, with the contract's paths and environment.

use std::ffi::OsString;

use crate::Home;
use crate::home::Runtime;
use crate::jail::{Jail, JailEnd, JailError, JailLimits, SCRATCH, SOCKET};

const BUNDLE: &str = "/bundle";
const RUNNER: &str = "/runner";
const DATA: &str = "/data";

/// The jail of one worker, before the bundle and the socket are shown in it.
pub(crate) fn jail(home: &Home, runtime: &Runtime, limits: JailLimits) -> Result<Jail, JailError> {
    let threads = limits.cpu_threads.max(1).to_string();
    let mut jail = Jail::new(limits)?.show(home.runner_dir(), RUNNER);
    for root in &runtime.python_roots {
        jail = jail.show(root, root);
    }
    if let Some(sample) = home.sample() {
        jail = jail.show(sample, DATA).env("PRISM_DATA_DIR", DATA);
    }
    let environment = [
        ("PRISM_SOCKET", SOCKET),
        ("PRISM_BUNDLE", BUNDLE),
        ("PRISM_SCRATCH", SCRATCH),
        ("HOME", SCRATCH),
        ("TMPDIR", SCRATCH),
        ("LANG", "C.UTF-8"),
        ("PYTHONPATH", RUNNER),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PYTHONHASHSEED", "0"),
        ("CUBLAS_WORKSPACE_CONFIG", ":4096:8"),
        ("OMP_NUM_THREADS", threads.as_str()),
    ];
    Ok(environment
        .into_iter()
        .fold(jail, |jail, (name, value)| jail.env(name, value)))
}

/// Where the jail shows the bundle.
pub(crate) fn bundle_place() -> &'static str {
    BUNDLE
}

/// The command line: one node, one process, no restart.
pub(super) fn command(runtime: &Runtime) -> Vec<OsString> {
    let options = [
        "--standalone",
        "--nnodes=1",
        "--nproc-per-node=1",
        "--max-restarts=0",
    ];
    let mut command = vec![runtime.python.clone().into_os_string()];
    command.extend(["-m", "torch.distributed.run"].map(OsString::from));
    command.extend(options.map(OsString::from));
    command.extend(["-m", "prism_challenge.worker"].map(OsString::from));
    command
}

/// The command line of a preflight.
pub(crate) fn preflight_command(runtime: &Runtime) -> Vec<OsString> {
    let python = runtime.python.clone().into_os_string();
    vec![python, "-m".into(), "prism_challenge.preflight".into()]
}

/// The signal that killed the worker, which torchrun reports in words only and answers with exit status 1. The
/// text is the worker's as much as torchrun's, so this may only choose between reasons that are all the
/// bundle's fault.
pub(super) fn hinted_signal(end: &JailEnd) -> Option<i32> {
    if end.signal.is_some() || end.code != Some(1) {
        return end.signal;
    }
    let last = end.output.lines().rev().find_map(|line| {
        line.trim_start()
            .strip_prefix("exitcode")?
            .split_once(": -")
    });
    last?
        .1
        .split(' ')
        .next()?
        .parse()
        .ok()
        .filter(|signal| (1..=64).contains(signal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(code: Option<i32>, output: &str) -> JailEnd {
        JailEnd {
            code,
            signal: None,
            out_of_memory: false,
            quota: None,
            output: output.into(),
        }
    }

    #[test]
    fn torchruns_words_give_the_signal() {
        let text = "Root Cause (first observed failure):\n  rank      : 0\n  exitcode  : -31 (pid: 7)\n  error_file: x\n";
        assert_eq!(hinted_signal(&end(Some(1), text)), Some(31));
        assert_eq!(hinted_signal(&end(Some(0), text)), None);
        assert_eq!(
            hinted_signal(&end(Some(1), "  exitcode  : 3 (pid: 7)")),
            None
        );
        assert_eq!(
            hinted_signal(&end(Some(1), "  exitcode  : -99999 (pid: 7)")),
            None
        );
    }
}
