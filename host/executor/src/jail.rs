//! The walls around hostile code.

use std::io;

pub mod limits;

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
        what: String,
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
