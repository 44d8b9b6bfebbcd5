//! The limits of one jail.

use serde::{Deserialize, Serialize};

/// What a jail may use. Every number is enforced by the kernel or by the executor, outside the jail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JailLimits {
    /// Memory of everything in the jail together, in bytes. Default 8 GiB. Enforced by a cgroup where one is
    /// writable, else per process by `RLIMIT_DATA`; a hostile party gains pressure on the host's memory.
    pub memory_bytes: u64,
    /// Processes and threads of everything in the jail together. Default 512: libtorch starts some per core.
    pub processes: u64,
    /// Size of `/scratch`, in bytes, held in memory on top of `memory_bytes`. Default 1 GiB.
    pub scratch_bytes: u64,
    /// Files and folders in `/scratch` and `/dev/shm` together. Default 65,536; beyond it the jail is ended. The
    /// executor looks a few times a second, so a hostile party gains what it can make in a quarter of one; a control
    /// group also counts their memory.
    pub scratch_files: u64,
    /// Standard output and error together, in bytes. Default 16 MiB; beyond it the jail is ended. Of what was
    /// printed only the first and last part is kept.
    pub output_bytes: u64,
    /// Threads libtorch may use (`OMP_NUM_THREADS`). Default: the processors of this machine.
    pub cpu_threads: u32,
    /// From the start of the jail to its end, in seconds. Default one day: a backstop behind the supervisor's
    /// own clocks.
    pub wall_seconds: u64,
}

impl Default for JailLimits {
    fn default() -> Self {
        let cpu_threads =
            std::thread::available_parallelism().map_or(1, |n| u32::try_from(n.get()).unwrap_or(1));
        Self {
            memory_bytes: 8 << 30,
            processes: 512,
            scratch_bytes: 1 << 30,
            scratch_files: 1 << 16,
            output_bytes: 16 << 20,
            cpu_threads,
            wall_seconds: 24 * 60 * 60,
        }
    }
}
