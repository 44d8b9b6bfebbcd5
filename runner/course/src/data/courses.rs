//! What operators do with course files: sealing, publishing, reading one through.

use std::path::Path;

use prism_tokenizer::{Codec, Tokenizer};
use serde::Serialize;

use super::error::DataError;
use crate::documents::{Class, Course, Pool};
use crate::encoded::Encoded;
use crate::format::{self, Header};
use crate::key::{Key, Recipient};

/// How a course is sealed.
#[derive(Clone, Copy, Debug)]
pub struct SealOptions {
    /// Class of the sealed course.
    pub class: Class,
    /// Pool of the sealed course; without one, the file's.
    pub pool: Option<Pool>,
    /// Replace a file that is there already.
    pub force: bool,
}

/// What reading a course file through has shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CourseReport {
    /// Whether the file is sealed.
    pub sealed: bool,
    /// The tokenizer every document came back from as it was.
    pub tokenizer: String,
    /// Tokens of all documents, separators not counted.
    pub tokens: u64,
    /// What the course says of itself, and is.
    #[serde(flatten)]
    pub course: Header,
}

/// Seals a course file for one or more public keys; `done` is told the bytes of each text. The file that is sealed
/// stays where it is.
///
/// # Errors
/// [`DataError`]; nothing is written then.
pub fn seal(
    path: &Path,
    recipients: &[Recipient],
    options: SealOptions,
    out: &Path,
    done: &mut dyn FnMut(u64),
) -> Result<Header, DataError> {
    if format::read_header(path)?.1 {
        return Err(DataError::Kind {
            path: path.to_owned(),
            problem: "it is sealed already; to seal it for others, seal the course it was made of"
                .to_owned(),
        });
    }
    let course = Course::open(path, None)?;
    let mut header = course.about().clone();
    header.class = options.class;
    header.pool = options.pool.unwrap_or(header.pool);
    format::write_file(out, options.force, |file| {
        format::seal(&course, &header, recipients, file, out, done)
    })?;
    Ok(header)
}

/// Writes a sealed course in the clear, as a retired one: same id, same fingerprint. Everybody can replay the verdicts on
/// it then, and nothing new may be measured on it.
///
/// # Errors
/// [`DataError`]; nothing is written then.
pub fn publish(
    sealed: &Path,
    key: &Key,
    out: &Path,
    force: bool,
    done: &mut dyn FnMut(u64),
) -> Result<Header, DataError> {
    let course = Course::open(sealed, Some(key))?;
    let mut header = course.about().clone();
    header.class = Class::Retired;
    format::write_file(out, force, |file| {
        format::write(&course, &header, file, out, done)
    })?;
    Ok(header)
}

/// Reads a course file through, as a run does before it begins: every block, the fingerprint, and that every document
/// comes back from the tokenizer byte for byte. `done` is told the bytes of each text.
///
/// # Errors
/// [`DataError`] with the number of the first document that does not.
pub fn verify_course(
    path: &Path,
    key: Option<&Key>,
    tokenizer: Tokenizer,
    done: &mut dyn FnMut(u64),
) -> Result<CourseReport, DataError> {
    let encoded = Encoded::watched(Course::open(path, key)?, tokenizer, done)?;
    Ok(CourseReport {
        sealed: encoded.course().sealed(),
        tokenizer: encoded.tokenizer().name().to_owned(),
        tokens: encoded.tokens(),
        course: encoded.course().about().clone(),
    })
}
