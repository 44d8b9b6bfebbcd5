//! Handles on a jail's processes: ending them, waiting for their end, looking through their first one.

use std::os::fd::OwnedFd;
use std::sync::OnceLock;

use rustix::process::{Pid, Signal, pidfd_send_signal};

use super::JailLimits;
use super::cgroup::PidsFile;
use super::pressure::Pressure;

/// Handles that can't hit another process whatever the kernel does with process ids.
#[derive(Debug)]
pub(super) struct Killer {
    monitor: OwnedFd,
    /// The first process of the process namespace: its end is the end of all others.
    first: OnceLock<First>,
}

#[derive(Debug)]
struct First {
    pid: Pid,
    handle: OwnedFd,
}

impl Killer {
    pub(super) fn new(monitor: OwnedFd) -> Self {
        Self {
            monitor,
            first: OnceLock::new(),
        }
    }

    /// Tells it the first process.
    pub(super) fn found_first(&self, pid: Pid, handle: OwnedFd) {
        let _ = self.first.set(First { pid, handle });
    }

    /// Ends everything inside.
    pub(super) fn kill(&self) {
        // Gone already is fine. The monitor takes the first process with it (`--die-with-parent`).
        if let Some(first) = self.first.get() {
            let _ = pidfd_send_signal(&first.handle, Signal::KILL);
        }
        let _ = pidfd_send_signal(&self.monitor, Signal::KILL);
    }

    /// Waits until the namespace is empty: its first process ends last.
    pub(super) fn wait_until_empty(&self) {
        if let Some(first) = self.first.get() {
            first.has_ended(10);
        }
    }

    /// What the jail presses on, while its first process is there to look through.
    pub(super) fn pressure(
        &self,
        limits: &JailLimits,
        group: Option<&PidsFile>,
    ) -> Option<Pressure> {
        let first = self.first.get()?;
        let pressure = Pressure::look(first.pid, limits, group);
        // Alive after the look: the number was its own all along.
        (!first.has_ended(0)).then_some(pressure)
    }
}

impl First {
    fn has_ended(&self, within_seconds: i64) -> bool {
        let limit = rustix::event::Timespec {
            tv_sec: within_seconds,
            tv_nsec: 0,
        };
        let mut fds = [rustix::event::PollFd::new(
            &self.handle,
            rustix::event::PollFlags::IN,
        )];
        matches!(rustix::event::poll(&mut fds, Some(&limit)), Ok(1))
    }
}
