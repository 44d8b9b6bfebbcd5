//! Why the worker's end of the socket closed.
//!
//! Two witnesses: the kernel's record of the process that had connected, read while its parent has not yet
//! collected it, and the executor's notice that the jail ended. The launcher between them reports most
//! deaths of its child as exit status 1, so the first tells more and the second is surer.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::time::{Duration, Instant};

use prism_protocol::outcome::FailReason;

use crate::TICK;
use crate::failure::Stop;
use crate::notices::{JailExit, Notices};

const SIGKILL: i32 = 9;
const SIGSYS: i32 = 31;

/// How long the executor may take to notice that the jail ended.
const NOTICE: Duration = Duration::from_secs(10);

/// How long the kernel's record may take to show the end of a process whose socket has closed.
const RECORD: Duration = Duration::from_millis(300);

/// The kernel's record of the process that connected. Opened at once, so that it can never be that of
/// another process with the same number.
#[derive(Debug)]
pub struct Witness {
    stat: Option<File>,
    status: Option<File>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    Status(i32),
    Signal(i32),
}

impl Witness {
    /// A witness of the process; of none where its record is not visible.
    #[must_use]
    pub fn of(pid: Option<i32>) -> Self {
        let open = |file: &str| File::open(format!("/proc/{}/{file}", pid?)).ok();
        Self {
            stat: open("stat"),
            status: open("status"),
        }
    }

    /// Largest resident memory so far, in bytes.
    pub fn peak_rss(&mut self) -> Option<u64> {
        let text = reread(self.status.as_mut()?)?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(
            line.trim()
                .strip_suffix("kB")?
                .trim()
                .parse::<u64>()
                .ok()?
                .saturating_mul(1024),
        )
    }

    fn exit(&mut self) -> Option<Exit> {
        let deadline = Instant::now() + RECORD;
        loop {
            if let Some(exit) = ended(&reread(self.stat.as_mut()?)?) {
                return Some(exit);
            }
            if Instant::now() >= deadline {
                return None;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

fn reread(file: &mut File) -> Option<String> {
    file.seek(SeekFrom::Start(0)).ok()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The exit code in a line of `/proc/<pid>/stat`, when the process is over. The name in the second field may
/// hold anything, so fields are counted from the last closing parenthesis.
fn ended(stat: &str) -> Option<Exit> {
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?;
    let code: i32 = fields.last()?.parse().ok()?;
    match code & 0x7f {
        0 if matches!(state, "Z" | "X") => Some(Exit::Status(code >> 8 & 0xff)),
        0 => None,
        signal => Some(Exit::Signal(signal)),
    }
}

/// The reason why a worker is gone.
pub fn reason(witness: &mut Witness, notices: &Notices) -> Stop {
    let record = witness.exit();
    if record == Some(Exit::Signal(SIGSYS)) {
        return forbidden();
    }
    let deadline = Instant::now() + NOTICE;
    let jail = loop {
        if let Some(quota) = notices.quota() {
            return over_quota(&quota);
        }
        if let Some(exit) = notices.exit() {
            break exit;
        }
        if let Some(why) = notices.cancelled() {
            return Stop::infrastructure(why);
        }
        if Instant::now() >= deadline {
            break JailExit::default();
        }
        std::thread::sleep(TICK / 4);
    };
    let signal = match record {
        Some(Exit::Signal(signal)) => Some(signal),
        _ => jail.signal,
    };
    match (signal, record) {
        (Some(SIGSYS), _) => forbidden(),
        _ if jail.out_of_memory => {
            Stop::failed(FailReason::OutOfMemory, "the jail's memory limit was hit")
        }
        (Some(SIGKILL), _) => Stop::failed(FailReason::Killed, "the worker was killed (signal 9)"),
        (Some(signal), _) => Stop::failed(
            FailReason::Killed,
            format!("the worker died of signal {signal}"),
        ),
        (None, Some(Exit::Status(status))) => left(status),
        (None, _) => match jail.code {
            Some(status) => left(status),
            None => Stop::failed(
                FailReason::Killed,
                "the worker closed its connection before the end of the run",
            ),
        },
    }
}

/// The outcome of a quota of the jail.
pub fn over_quota(quota: &str) -> Stop {
    Stop::failed(
        FailReason::Quota,
        format!("the quota of the jail for {quota} was exceeded"),
    )
}

fn forbidden() -> Stop {
    Stop::failed(
        FailReason::ForbiddenSystemCall,
        "the worker made a system call that is forbidden in the jail",
    )
}

fn left(status: i32) -> Stop {
    Stop::failed(
        FailReason::Killed,
        format!("the worker left with status {status} before the end of the run"),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::{Exit, ended};

    #[test]
    fn the_record_is_read_behind_any_name() {
        for (line, exit) in [
            ("7 (python) Z 1 1 0 9", Some(Exit::Signal(9))),
            ("7 (python) Z 1 1 0 256", Some(Exit::Status(1))),
            ("7 (a) Z 1 0) R 1 1 0 31", Some(Exit::Signal(31))),
            ("7 (python) R 1 1 0 0", None),
            ("7 (core dumped) Z 1 1 0 139", Some(Exit::Signal(11))),
            ("7 (python", None),
            ("7 (python) Z 1 x", None),
            ("", None),
        ] {
            assert_eq!(ended(line), exit, "{line}");
        }
    }
}
