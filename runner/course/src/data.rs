//! Making data out of text: locked train, validation and test shards, and a course with its pools from them.
//!
//! [`prepare`] reads plain text, JSON lines and parquet files, drops what is there twice, divides by a digest
//! of the id, and writes a folder in one step or not at all; [`verify`] reads such a folder again and believes
//! nothing; [`inspect`] shows what a folder or a course file says of itself; [`seal`], [`publish`] and
//! [`verify_course`] are for course files. The folder's shape is the one of
//! `prism_locked_data.v1`, with the course beside the shards. Tokens are counted here, not laid out.

mod courses;
mod error;
mod gather;
mod input;
mod manifest;
mod parquet_input;
mod prepare;
mod shards;
mod spool;
mod staging;
#[cfg(test)]
mod tests;
mod verify;

use std::path::Path;

pub use courses::{CourseReport, SealOptions, publish, seal, verify_course};
pub use error::DataError;
pub use manifest::{
    CourseEntry, Dataset, Manifest, Partition, SCHEMA, ShardEntry, SplitEntry, TokenizerEntry,
};
pub use prepare::{Counts, CourseOptions, PrepareOptions, PrepareReport, Progress, Stage, prepare};
pub use verify::{VerifyReport, verify};

use crate::format::{self, Header};

/// What a folder of data or a course file says of itself; nothing of it is verified.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Inspection {
    /// A course file.
    Course(Box<CourseFile>),
    /// A folder of locked shards.
    Data(Box<Manifest>),
}

/// What the header of a course file says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CourseFile {
    /// Whether the file is sealed; the header is the public one then.
    pub sealed: bool,
    /// The header.
    #[serde(flatten)]
    pub header: Header,
}

/// Reads the header of a course file, or the manifest of a folder of locked data.
///
/// # Errors
/// [`DataError`].
pub fn inspect(path: &Path) -> Result<Inspection, DataError> {
    if path.is_dir() {
        Ok(Inspection::Data(Box::new(Manifest::read(path)?)))
    } else {
        let (header, sealed) = format::read_header(path)?;
        Ok(Inspection::Course(Box::new(CourseFile { sealed, header })))
    }
}
