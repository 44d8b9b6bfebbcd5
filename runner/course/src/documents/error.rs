//! What can be wrong with a course.

use std::path::PathBuf;

use thiserror::Error;

use super::Pool;

/// Why a course can't be read, written or made.
#[derive(Debug, Error)]
pub enum CourseError {
    /// The file system said no.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        #[source]
        source: std::io::Error,
    },
    /// The file doesn't begin as a course does.
    #[error("{path} is no course file: it does not begin with the course mark")]
    NotACourse {
        /// The file.
        path: PathBuf,
    },
    /// The header can't be read.
    #[error("{path}: the header of the course can't be read: {problem}")]
    Header {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The file is of a version this program does not know.
    #[error(
        "{path}: format `{schema}` is not known here; this program reads `{known}`. Make it again with `prism data prepare`"
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// The version it claims.
        schema: String,
        /// The version known.
        known: &'static str,
    },
    /// The course is larger than the reader allows.
    #[error("{path}: the course holds {found} {unit}, at most {limit} are read")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// `bytes` or `documents`.
        unit: &'static str,
        /// What it holds or claims.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// The content is damaged or was changed.
    #[error("{path}: the course is damaged: {problem}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What doesn't fit.
        problem: String,
    },
    /// The documents together are not those the course claims.
    #[error(
        "the documents of course `{id}` do not have the fingerprint its header names: the file is damaged or not what it claims"
    )]
    Fingerprint {
        /// The course.
        id: String,
    },
    /// A sealed course without a key.
    #[error(
        "{path}: this course is sealed; give the file of its key (--key, --course-key, or `course_key` in the settings)"
    )]
    Sealed {
        /// The file.
        path: PathBuf,
    },
    /// The beginning of a sealed course.
    #[error(
        "course `{id}` is sealed, and only whole sealed courses are served: leave `course_bytes` out, or seal a shorter course"
    )]
    NoCut {
        /// The course.
        id: String,
    },
    /// A pool of a course in its place.
    #[error(
        "{path}: these documents are the {pool} pool of a course and never served as one; name the course itself"
    )]
    Pool {
        /// The file.
        path: PathBuf,
        /// Which pool.
        pool: Pool,
    },
    /// A key for a course in the clear.
    #[error(
        "{path}: a key was given, but this course is not sealed: name the sealed file, or leave the key out"
    )]
    NotSealed {
        /// The file.
        path: PathBuf,
    },
    /// A sealed course with another course's key.
    #[error("{path}: the key does not open this course: it was sealed for another one")]
    WrongKey {
        /// The file.
        path: PathBuf,
    },
    /// There is something where the course should go.
    #[error("{path} exists; name another file, or replace it with --force")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Sealing for nobody.
    #[error("a course is sealed for at least one public key; name one with --recipient age1...")]
    NoRecipients,
    /// A place beyond the last document.
    #[error("the course has no document at place {place}")]
    NoDocument {
        /// The place, from 0.
        place: u64,
    },
    /// A name outside the rules.
    #[error(
        "`{id}` can't name a course: 1 to 96 of the characters a-z, 0-9, `.`, `_`, `-`, a letter or digit first"
    )]
    Id {
        /// The name.
        id: String,
    },
    /// A document's name is empty, too long or used twice.
    #[error("document {number}: {problem}")]
    Document {
        /// Its place in the course, from 1.
        number: u64,
        /// What is wrong.
        problem: String,
    },
}
