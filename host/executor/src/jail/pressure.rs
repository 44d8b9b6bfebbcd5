//! How hard a jail presses on limits that the kernel alone would answer with errors only: looked at from outside, at
//! the cost of a few system calls whatever is in the jail.

use std::path::PathBuf;

use rustix::fs::{StatVfs, statvfs};
use rustix::process::Pid;

use super::cgroup::PidsFile;
use super::limits::JailLimits;
use super::{Quota, SCRATCH};

/// The other writable place.
const SHARED: &str = "/dev/shm";

/// What one look found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pressure {
    /// No block of the scratch folder is free.
    full: bool,
    /// More files and folders than allowed.
    files: bool,
    /// As many processes and threads as allowed.
    processes: bool,
}

impl Pressure {
    /// Looks through the root of the jail's first process. Before its walls stand that is still the host's root,
    /// where no file system of that size is mounted.
    pub(super) fn look(first: Pid, limits: &JailLimits, group: Option<&PidsFile>) -> Self {
        let place = |inside: &str| {
            let root = format!("/proc/{}/root{inside}", first.as_raw_nonzero());
            statvfs(PathBuf::from(root)).ok()
        };
        let mut found = Self {
            processes: group
                .and_then(PidsFile::count)
                .is_some_and(|count| count >= limits.processes),
            ..Self::default()
        };
        let Some(scratch) = place(SCRATCH).filter(|there| is_scratch(there, limits)) else {
            return found;
        };
        let shared = place(SHARED).map_or(0, |there| files(&there));
        found.full = scratch.f_bfree == 0;
        found.files = files(&scratch).saturating_add(shared) > limits.scratch_files;
        found
    }

    /// The quota that this look and the one before it show to be exceeded. What passes by itself (a file too large that
    /// is removed again, a burst of threads) is left to the errors it caused.
    pub(super) fn over(self, before: Self) -> Option<Quota> {
        if self.files {
            Some(Quota::ScratchFiles)
        } else if self.full && before.full {
            Some(Quota::ScratchSpace)
        } else if self.processes && before.processes {
            Some(Quota::Processes)
        } else {
            None
        }
    }
}

/// Whether it is the file system that was made with this size, which the kernel rounds up to whole pages.
fn is_scratch(there: &StatVfs, limits: &JailLimits) -> bool {
    let block = there.f_frsize.max(1);
    there.f_blocks == limits.scratch_bytes.div_ceil(block)
}

/// Files and folders, the mounted folder itself not counted.
fn files(there: &StatVfs) -> u64 {
    there
        .f_files
        .saturating_sub(there.f_ffree)
        .saturating_sub(1)
}
