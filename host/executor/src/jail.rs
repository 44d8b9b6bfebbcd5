//! The walls around hostile code: bubblewrap (namespaces and the file system in sight), `prlimit` and `setpriv`
//! of util-linux, a control group, and system call filters compiled by `seccompiler`.
//!
//! A [`Jail`] is a description; [`Jail::start`] makes it real and returns a [`RunningJail`]. Nothing here knows
//! Python, supervisors or runs. `docs/isolation.md` says what each wall promises and what tests it.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

mod argv;
mod cgroup;
mod etc;
mod filter;
mod identity;
mod killer;
pub mod limits;
pub(crate) mod output;
mod pressure;
mod process;
mod quota;

pub use identity::Identity;
pub use limits::JailLimits;
pub use process::{JailEnd, RunningJail};
pub use quota::Quota;

/// The writable folder inside a jail.
pub const SCRATCH: &str = "/scratch";
/// Where a socket given to [`Jail::socket`] is found inside.
pub const SOCKET: &str = "/run/prism.sock";

/// A jail to be started.
#[derive(Clone, Debug)]
pub struct Jail {
    limits: JailLimits,
    identity: Identity,
    /// Host path to inside path, read-only.
    read_only: Vec<(PathBuf, PathBuf)>,
    /// Device files shown under their own path.
    devices: Vec<PathBuf>,
    socket: Option<PathBuf>,
    environment: Vec<(OsString, OsString)>,
}

impl Jail {
    /// An empty jail: system libraries, its own `/proc`, `/dev` and scratch folder.
    ///
    /// # Errors
    ///
    /// [`JailError::ProgramMissing`] names what has to be installed.
    pub fn new(limits: JailLimits) -> Result<Self, JailError> {
        let programs = [
            (argv::BWRAP, "bubblewrap"),
            (argv::PRLIMIT, "util-linux"),
            (argv::SETPRIV, "util-linux"),
            (argv::SHELL, "bash"),
        ];
        for (program, package) in programs {
            if !std::path::Path::new(program).is_file() {
                return Err(JailError::ProgramMissing { program, package });
            }
        }
        let identity = Identity::choose()?;
        Ok(Self {
            limits,
            identity,
            read_only: Vec::new(),
            devices: Vec::new(),
            socket: None,
            environment: Vec::new(),
        })
    }

    /// Shows `outside` at `inside`, read-only.
    #[must_use]
    pub fn show(mut self, outside: impl Into<PathBuf>, inside: impl Into<PathBuf>) -> Self {
        self.read_only.push((outside.into(), inside.into()));
        self
    }

    /// Shows a device file under its own path; its own mode says who may use it.
    #[must_use]
    pub fn device(mut self, path: impl Into<PathBuf>) -> Self {
        self.devices.push(path.into());
        self
    }

    /// Shows a Unix socket at [`SOCKET`]. The caller makes it connectable for [`Identity::host_uid`].
    #[must_use]
    pub fn socket(mut self, outside: impl Into<PathBuf>) -> Self {
        self.socket = Some(outside.into());
        self
    }

    /// Sets a variable of the otherwise empty environment.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Who runs inside.
    pub fn identity(&self) -> Identity {
        self.identity
    }
}

/// Why a jail could not be built.
#[derive(Debug, thiserror::Error)]
pub enum JailError {
    /// A program it is made of is missing.
    #[error("{program} is not installed: run `make setup`, or install the package {package}")]
    ProgramMissing {
        /// The program.
        program: &'static str,
        /// Its Debian package.
        package: &'static str,
    },
    /// The system refused.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// The walls did not come up; the text is bubblewrap's.
    #[error("bubblewrap could not build the jail: {0}")]
    Setup(String),
    /// The system call filter could not be compiled.
    #[error("the system call filter could not be compiled: {0}")]
    Filter(String),
}

impl JailError {
    pub(crate) fn io<E: Into<io::Error>>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self::Io {
            what,
            source: source.into(),
        }
    }
}
