//! A jail that runs: starting it, watching its clock, its output and its pressure on limits, ending all of it.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead, BufReader, PipeReader, Read, Seek, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use command_fds::{CommandFdExt, FdMapping};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::argv::{self, Descriptors};
use super::cgroup::{Cgroup, PidsFile};
use super::etc::etc;
use super::killer::Killer;
use super::output::Capture;
use super::pressure::Pressure;
use super::{Jail, JailError, JailLimits, Quota, filter};

/// First of the descriptor numbers handed to bubblewrap; it closes them before the command starts.
const FIRST_DESCRIPTOR: i32 = 10;
/// How often the executor looks at what the jail presses on.
const LOOK: Duration = Duration::from_millis(250);

/// How a jail ended. When this is known, nothing in it is alive.
#[derive(Clone, Debug)]
pub struct JailEnd {
    /// Exit status of the command, when it left by itself.
    pub code: Option<i32>,
    /// The signal that killed it.
    pub signal: Option<i32>,
    /// Whether the kernel killed anything inside for lack of memory (known only with a control group).
    pub out_of_memory: bool,
    /// The quota for which the executor ended it.
    pub quota: Option<Quota>,
    /// The first and last part of what it printed; hostile text without control characters.
    pub output: String,
}

/// A started jail. Dropping it ends everything inside.
#[derive(Debug)]
pub struct RunningJail {
    killer: Arc<Killer>,
    end: Option<oneshot::Receiver<Result<JailEnd, JailError>>>,
    grouped: Option<&'static str>,
}

impl RunningJail {
    /// Ends everything inside. [`RunningJail::wait`] then says when that is done.
    pub fn kill(&self) {
        self.killer.kill();
    }

    /// How memory and processes are limited as a whole: `cgroup v1`, `cgroup v2` or not at all.
    pub fn group(&self) -> Option<&'static str> {
        self.grouped
    }

    /// Waits until nothing inside is alive. Cancel-safe; to be awaited to its end only once.
    ///
    /// # Errors
    ///
    /// [`JailError::Setup`] when the walls never stood and the command never started.
    pub async fn wait(&mut self) -> Result<JailEnd, JailError> {
        let gone = || JailError::Setup("the jail was already waited for".into());
        let end = self.end.as_mut().ok_or_else(gone)?;
        let result = end
            .await
            .unwrap_or_else(|_| Err(JailError::Setup("its watcher ended early".into())));
        self.end = None;
        result
    }
}

impl Drop for RunningJail {
    fn drop(&mut self) {
        self.killer.kill();
    }
}

/// What the keeper thread knows in the end.
struct Kept {
    status: std::io::Result<ExitStatus>,
    /// The command's exit status as bubblewrap reports it; absent when the walls never stood.
    reported: Option<i32>,
    out_of_memory: bool,
    refused_processes: bool,
}

impl Jail {
    /// Builds the walls and starts `command` (a path inside the jail and its arguments).
    ///
    /// # Errors
    ///
    /// When this machine refuses. That the walls could not be built is only known later, from
    /// [`RunningJail::wait`].
    pub async fn start<S: Into<OsString>>(
        &self,
        command: impl IntoIterator<Item = S>,
    ) -> Result<RunningJail, JailError> {
        let command: Vec<OsString> = command.into_iter().map(Into::into).collect();
        let jail = self.clone();
        let (started_sender, started) = oneshot::channel();
        let (kept_sender, kept) = oneshot::channel();
        // A thread of its own that lives as long as the jail: the kernel ties `--die-with-parent` to the
        // thread that started the child, and pooled threads come and go.
        std::thread::Builder::new()
            .name("prism-jail".into())
            .spawn(move || keep(&jail, &command, started_sender, kept_sender))
            .map_err(JailError::io("starting the jail's thread"))?;
        let started = started
            .await
            .unwrap_or_else(|_| Err(JailError::Setup("its thread ended early".into())))?;

        let pipe = pipe::Receiver::from_owned_fd(started.output)
            .map_err(JailError::io("the jail's output"))?;
        let (end_sender, end) = oneshot::channel();
        tokio::spawn(watch(
            self.limits.clone(),
            pipe,
            Arc::clone(&started.killer),
            started.processes,
            kept,
            end_sender,
        ));
        Ok(RunningJail {
            killer: started.killer,
            end: Some(end),
            grouped: started.grouped,
        })
    }
}

struct Started {
    killer: Arc<Killer>,
    output: OwnedFd,
    grouped: Option<&'static str>,
    /// Where the control group counts processes.
    processes: Option<PidsFile>,
}

/// A child just started, with all that must live as long as it.
struct Spawned {
    child: Child,
    status: PipeReader,
    killer: Arc<Killer>,
    output: OwnedFd,
    /// The folder mounted at `/etc`.
    _etc: tempfile::TempDir,
}

/// The life of one jail, on its own thread.
fn keep(
    jail: &Jail,
    command: &[OsString],
    started: oneshot::Sender<Result<Started, JailError>>,
    kept: oneshot::Sender<Kept>,
) {
    let group = Cgroup::create(&jail.limits);
    let mut spawned = match spawn(jail, group.as_ref(), command) {
        Ok(spawned) => spawned,
        Err(error) => {
            let _ = started.send(Err(error));
            return;
        }
    };
    let output = spawned
        .output
        .try_clone()
        .map_err(JailError::io("the jail's output"));
    let grouped = group.as_ref().map(Cgroup::describe);
    let answer = output.map(|output| Started {
        killer: Arc::clone(&spawned.killer),
        output,
        grouped,
        processes: group.as_ref().map(Cgroup::processes),
    });
    if started.send(answer).is_err() {
        spawned.killer.kill();
    }
    let reported = read_status(spawned.status, &spawned.killer);
    let status = spawned.child.wait();
    spawned.killer.wait_until_empty();
    if let Some(group) = &group {
        group.empty();
    }
    let out_of_memory = group.as_ref().is_some_and(Cgroup::out_of_memory);
    let refused_processes = group.as_ref().is_some_and(Cgroup::refused_processes);
    drop(group);
    let _ = kept.send(Kept {
        status,
        reported,
        out_of_memory,
        refused_processes,
    });
}

fn spawn(jail: &Jail, group: Option<&Cgroup>, command: &[OsString]) -> Result<Spawned, JailError> {
    let etc = etc(jail.identity.inside_id())?;
    let mut mappings = Vec::new();
    let mut descriptors = Descriptors {
        filters: Vec::new(),
        status: FIRST_DESCRIPTOR,
    };
    for (number, program) in (FIRST_DESCRIPTOR + 1..).zip(filter::programs()?) {
        descriptors.filters.push(number);
        mappings.push(FdMapping {
            parent_fd: in_memory(&program)?,
            child_fd: number,
        });
    }
    let (status, status_writer) = std::io::pipe().map_err(JailError::io("a pipe"))?;
    mappings.push(FdMapping {
        parent_fd: status_writer.into(),
        child_fd: descriptors.status,
    });
    let (output, output_writer) = std::io::pipe().map_err(JailError::io("a pipe"))?;
    let errors = output_writer.try_clone().map_err(JailError::io("a pipe"))?;

    let groups = group.map(Cgroup::join_files).unwrap_or_default();
    let mut shell = Command::new(argv::SHELL);
    shell
        .args(argv::arguments(
            jail,
            &groups,
            etc.path(),
            &descriptors,
            command,
        ))
        // The first process of the namespace keeps the environment bubblewrap was started with.
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(output_writer)
        .stderr(errors);
    shell
        .fd_mappings(mappings)
        .map_err(|error| JailError::Setup(error.to_string()))?;
    let mut child = shell.spawn().map_err(JailError::io("starting the jail"))?;
    // Our copies of the pipes' writing ends go with it, else reading would never end.
    drop(shell);

    let pid = i32::try_from(child.id())
        .ok()
        .and_then(Pid::from_raw)
        .ok_or(rustix::io::Errno::SRCH);
    match pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty())) {
        Ok(monitor) => {
            let killer = Arc::new(Killer::new(monitor));
            Ok(Spawned {
                child,
                status,
                killer,
                output: output.into(),
                _etc: etc,
            })
        }
        Err(error) => {
            let _ = child.kill();
            let _ = child.wait();
            Err(JailError::io("watching the jail")(error))
        }
    }
}

/// Reads bubblewrap's status lines to their end: where the first process is, and how the command left.
fn read_status(status: PipeReader, killer: &Killer) -> Option<i32> {
    let mut reported = None;
    for line in BufReader::new(status.take(64 << 10)).lines() {
        let Ok(line) = line else { break };
        let Ok(fields) = serde_json::from_str::<serde_json::Value>(&line) else {
            continue;
        };
        let number = |name: &str| fields.get(name).and_then(serde_json::Value::as_i64);
        if let Some(pid) = number("child-pid")
            .and_then(|pid| i32::try_from(pid).ok())
            .and_then(Pid::from_raw)
            && let Ok(handle) = pidfd_open(pid, PidfdFlags::empty())
        {
            killer.found_first(pid, handle);
        }
        reported = number("exit-code")
            .and_then(|code| i32::try_from(code).ok())
            .or(reported);
    }
    reported
}

/// Drains the output, keeps the clock and the quotas, and says how it ended.
async fn watch(
    limits: JailLimits,
    mut pipe: pipe::Receiver,
    killer: Arc<Killer>,
    processes: Option<PidsFile>,
    mut kept: oneshot::Receiver<Kept>,
    end: oneshot::Sender<Result<JailEnd, JailError>>,
) {
    let deadline = Instant::now() + Duration::from_secs(limits.wall_seconds);
    let mut capture = Capture::default();
    let mut buffer = vec![0; 64 << 10];
    let mut quota = None;
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut before = Pressure::default();
    let mut open = true;
    let kept = loop {
        tokio::select! {
            read = pipe.read(&mut buffer), if open => match read {
                Ok(0) | Err(_) => open = false,
                Ok(count) => {
                    let total = capture.push(buffer.get(..count).unwrap_or_default());
                    if total > limits.output_bytes && quota.is_none() {
                        quota = Some(Quota::Output);
                        killer.kill();
                    }
                }
            },
            () = tokio::time::sleep_until(deadline), if quota.is_none() => {
                quota = Some(Quota::WallClock);
                killer.kill();
            }
            _ = looks.tick(), if quota.is_none() => {
                let now = killer.pressure(&limits, processes.as_ref()).unwrap_or_default();
                quota = now.over(before);
                if quota.is_some() {
                    killer.kill();
                }
                before = now;
            }
            kept = &mut kept => break kept,
        }
    };
    // Nothing is alive, so what is left in the pipe is all there will ever be.
    while open {
        match tokio::time::timeout(Duration::from_secs(1), pipe.read(&mut buffer)).await {
            Ok(Ok(count)) if count > 0 => {
                capture.push(buffer.get(..count).unwrap_or_default());
            }
            _ => open = false,
        }
    }
    let result = match kept {
        Ok(kept) => ended(kept, quota, capture.text()),
        Err(_) => Err(JailError::Setup("its thread ended early".into())),
    };
    let _ = end.send(result);
}

fn ended(kept: Kept, quota: Option<Quota>, output: String) -> Result<JailEnd, JailError> {
    use std::os::unix::process::ExitStatusExt;
    let status = kept.status.map_err(JailError::io("waiting for the jail"))?;
    let (code, signal) = match (kept.reported, status.signal()) {
        // A launcher reports a signal as 128 + its number.
        (Some(code @ 129..=192), _) => (None, Some(code - 128)),
        (Some(code), _) => (Some(code), None),
        (None, Some(signal)) => (None, Some(signal)),
        (None, None) if quota.is_some() => (None, Some(libc::SIGKILL)),
        (None, None) => {
            return Err(JailError::Setup(
                super::output::tail(output.trim(), 2000).to_owned(),
            ));
        }
    };
    // A thread that a library could not start ends the process in a way that names no reason.
    let starved = kept.refused_processes && code != Some(0);
    let quota = quota.or(starved.then_some(Quota::Processes));
    Ok(JailEnd {
        code,
        signal,
        out_of_memory: kept.out_of_memory,
        quota,
        output,
    })
}

fn in_memory(content: &[u8]) -> Result<OwnedFd, JailError> {
    let name = c"prism-filter";
    let fd = rustix::fs::memfd_create(name, rustix::fs::MemfdFlags::CLOEXEC)
        .map_err(JailError::io("a memory file"))?;
    let mut file = File::from(fd);
    file.write_all(content)
        .and_then(|()| file.rewind())
        .map_err(JailError::io("a memory file"))?;
    Ok(file.into())
}
