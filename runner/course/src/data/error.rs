//! What can go wrong with data.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::documents::CourseError;
use crate::encoded::EncodeError;

/// Why data can't be prepared, verified or read.
#[derive(Debug, Error)]
pub enum DataError {
    /// The file system said no.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        #[source]
        source: std::io::Error,
    },
    /// An input that can't be read.
    #[error("{path}:{line}: {problem}")]
    Input {
        /// The file.
        path: PathBuf,
        /// Line, or row of a parquet file, from 1.
        line: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// A file that is no input at all.
    #[error("{path}: {problem}")]
    Kind {
        /// The file.
        path: PathBuf,
        /// Why not.
        problem: String,
    },
    /// An option out of its range.
    #[error("{option}: {problem}")]
    Option {
        /// The option.
        option: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// There is something where the data should go.
    #[error("{path} exists; remove it or ask to replace it")]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// Replacing was asked for, but what is there is no data of ours.
    #[error(
        "{path} is not a folder of locked data (it has no MANIFEST.json), so it is not replaced"
    )]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// The inputs hold no text.
    #[error("the inputs hold no document with any text")]
    NoDocuments,
    /// No document fell to the train split.
    #[error(
        "none of the {documents} documents fell to the train split (the id decides); a course needs some: divide the text into more documents"
    )]
    NoTrainDocuments {
        /// Documents there are.
        documents: u64,
    },
    /// A folder of data is not what its manifest says.
    #[error("{path}: {problem}")]
    Mismatch {
        /// The file in question.
        path: PathBuf,
        /// What doesn't fit.
        problem: String,
    },
    /// The course can't be made or read.
    #[error(transparent)]
    Course(#[from] CourseError),
    /// The tokenizer can't serve the course.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Adds the path to an error of the file system.
pub(super) fn at(path: &Path) -> impl Fn(std::io::Error) -> DataError + use<> {
    let path = path.to_owned();
    move |source| DataError::Io {
        path: path.clone(),
        source,
    }
}
