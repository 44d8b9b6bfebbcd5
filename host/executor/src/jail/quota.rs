//! The limits that the executor itself ends a jail for, by name.

use super::{JailLimits, SCRATCH};

/// A limit of the jail that the executor enforces itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    /// Standard output and error.
    Output,
    /// Time since the start of the jail.
    WallClock,
    /// The size of the scratch folder: full at two looks in a row.
    ScratchSpace,
    /// Files and folders in the writable places.
    ScratchFiles,
    /// Processes and threads: at the limit at two looks in a row, or refused one before it died.
    Processes,
}

impl Quota {
    /// Its name in notices and reasons.
    pub fn name(self) -> &'static str {
        match self {
            Self::Output => "output",
            Self::WallClock => "wall_clock",
            Self::ScratchSpace => "scratch_space",
            Self::ScratchFiles => "scratch_files",
            Self::Processes => "processes",
        }
    }

    /// Name and size in words, for who ran into it.
    pub fn words(self, limits: &JailLimits) -> String {
        let size = match self {
            Self::Output => format!("{} bytes of output", limits.output_bytes),
            Self::WallClock => format!("{} seconds", limits.wall_seconds),
            Self::ScratchSpace => format!("{} bytes in {SCRATCH}", limits.scratch_bytes),
            Self::ScratchFiles => format!("{} files and folders", limits.scratch_files),
            Self::Processes => format!("{} processes and threads", limits.processes),
        };
        format!("{} ({size})", self.name())
    }
}
