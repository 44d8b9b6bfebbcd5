//! The course file: one file a course, whole documents in blocks that are read one by one.
//!
//! ```text
//! "prism-course\n"      the mark
//! u32                   length of the header
//! header                JSON, see Header
//! blocks                zstd frames; plain, each holds records: u32 length, id, u64 length, text
//! index                 per block: u64 stored bytes, u64 plain bytes, u64 documents, SHA-256 of what is stored
//! footer                u64 number of blocks, SHA-256 of all but the blocks: from the mark to the header's end, then
//!                       index and number of blocks
//! ```
//!
//! Numbers are little-endian, texts UTF-8. A sealed course is another mark, the public header and an age file whose
//! plain content is the file above:
//!
//! ```text
//! "prism-sealed-course\n"
//! u32                   length of the public header
//! public header         the header with an empty provenance, which could tell where to find the text
//! age file              for one or more X25519 recipients
//! ```
//!
//! A reader trusts nothing: header and index are digested and must tile the file without a gap, claims are
//! checked against limits before memory is taken, a block against its digest each time it is read, the public
//! header of a sealed course against the one inside, all documents together against the fingerprint.

mod block;
mod index;
mod read;
mod sealed;
#[cfg(test)]
mod tests;
mod write;

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::documents::{Class, Course, CourseError, Limits, Pool, Provenance};
use crate::key::Key;

pub(crate) use sealed::seal;
pub(crate) use write::{write, write_file};

const MARK: &[u8] = b"prism-course\n";
const SEALED_MARK: &[u8] = b"prism-sealed-course\n";
pub(crate) const SCHEMA: &str = "prism_course.v2";
const MAX_HEADER_BYTES: u64 = 64 << 10;
const DIGEST_BYTES: usize = 32;

/// The header of a course file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// `prism_course.v2`.
    pub schema: String,
    /// Id of the course.
    pub id: String,
    /// Who may know the text.
    pub class: Class,
    /// What the documents are used for.
    pub pool: Pool,
    /// SHA-256 over the documents' ids and texts in order, in hexadecimal.
    pub fingerprint: String,
    /// Number of documents.
    pub documents: u64,
    /// Bytes of all texts.
    pub bytes: u64,
    /// Whether it is the beginning of another course.
    pub shortened: bool,
    /// Where the documents come from; empty in the public header of a sealed course.
    pub provenance: Provenance,
}

impl Header {
    /// Whether these documents are a course that is served, and not one of its pools.
    ///
    /// # Errors
    /// [`CourseError::Pool`] with the path of the file.
    pub fn check_served(&self, path: &Path) -> Result<(), CourseError> {
        match self.pool {
            Pool::Course => Ok(()),
            pool => Err(CourseError::Pool {
                path: path.to_owned(),
                pool,
            }),
        }
    }
}

impl Header {
    /// As everybody may see it.
    fn public(&self) -> Self {
        Self {
            provenance: Provenance::default(),
            ..self.clone()
        }
    }

    /// Its bytes in a file.
    fn text(&self) -> io::Result<Vec<u8>> {
        let text = serde_json::to_vec(self)?;
        if text.len() as u64 > MAX_HEADER_BYTES {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the header is too long; shorten the names in its provenance",
            ));
        }
        Ok(text)
    }
}

/// What a course is read from: a file, or the plain side of a sealed one.
trait Input: Read + Seek + Send {}

impl<T: Read + Seek + Send> Input for T {}

/// Reads the header, and tells whether the course is sealed.
pub(crate) fn read_header(path: &Path) -> Result<(Header, bool), CourseError> {
    let mut file = regular_file(path)?;
    let sealed = read_mark(&mut file, path)?;
    let text = header_text(&mut file, path)?;
    Ok((parse_header(&text, path)?, sealed))
}

pub(crate) fn open(path: &Path, key: Option<&Key>, limits: Limits) -> Result<Course, CourseError> {
    let mut file = regular_file(path)?;
    if !read_mark(&mut file, path)? {
        if key.is_some() {
            return Err(CourseError::NotSealed {
                path: path.to_owned(),
            });
        }
        let (header, documents) = read::open(Box::new(file), path, limits)?;
        return Course::stored(header, false, documents);
    }
    let key = key.ok_or_else(|| CourseError::Sealed {
        path: path.to_owned(),
    })?;
    let public = header_text(&mut file, path)?;
    parse_header(&public, path)?;
    let inside = sealed::unseal(file, key, path)?;
    let (header, documents) = read::open(Box::new(inside), path, limits)?;
    // Byte for byte, so that nothing in the clear can be changed unseen.
    if header.public().text().map_err(at(path))? != public {
        return Err(damaged(
            path,
            "its public header is not the one that was sealed",
        ));
    }
    Course::stored(header, true, documents)
}

/// Reads the mark; whether it is that of a sealed course.
fn read_mark(input: &mut impl Read, path: &Path) -> Result<bool, CourseError> {
    let mut found = [0u8; SEALED_MARK.len()];
    let (begin, rest) = found.split_at_mut(MARK.len());
    let whole = input.read_exact(begin);
    if whole.is_ok() && begin == MARK {
        return Ok(false);
    }
    if whole.and_then(|()| input.read_exact(rest)).is_ok() && found == SEALED_MARK {
        return Ok(true);
    }
    Err(CourseError::NotACourse {
        path: path.to_owned(),
    })
}

fn header_text(input: &mut (impl Read + ?Sized), path: &Path) -> Result<Vec<u8>, CourseError> {
    let problem = |problem: String| CourseError::Header {
        path: path.to_owned(),
        problem,
    };
    let mut length = [0u8; 4];
    input
        .read_exact(&mut length)
        .map_err(|error| problem(error.to_string()))?;
    let length = u64::from(u32::from_le_bytes(length));
    if length > MAX_HEADER_BYTES {
        return Err(problem(format!(
            "it claims {length} bytes, at most {MAX_HEADER_BYTES} are read"
        )));
    }
    read_bytes(input, length).map_err(|error| problem(error.to_string()))
}

fn parse_header(text: &[u8], path: &Path) -> Result<Header, CourseError> {
    let problem = |error: serde_json::Error| CourseError::Header {
        path: path.to_owned(),
        problem: error.to_string(),
    };
    let value: serde_json::Value = serde_json::from_slice(text).map_err(problem)?;
    let schema = value
        .get("schema")
        .and_then(serde_json::Value::as_str)
        .unwrap_or("");
    if schema != SCHEMA {
        return Err(CourseError::Version {
            path: path.to_owned(),
            schema: schema.to_owned(),
            known: SCHEMA,
        });
    }
    serde_json::from_value(value).map_err(problem)
}

/// Grows as bytes arrive: a claimed length alone takes no memory.
fn read_bytes(input: &mut (impl Read + ?Sized), length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length {
        Ok(bytes)
    } else {
        Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "it ends too early",
        ))
    }
}

fn regular_file(path: &Path) -> Result<File, CourseError> {
    let file = File::open(path).map_err(at(path))?;
    if file.metadata().map_err(at(path))?.is_file() {
        Ok(file)
    } else {
        Err(CourseError::NotACourse {
            path: path.to_owned(),
        })
    }
}

fn damaged(path: &Path, problem: impl Into<String>) -> CourseError {
    CourseError::Damaged {
        path: path.to_owned(),
        problem: problem.into(),
    }
}

/// An error while reading or writing a course. A file that ends early or fails to authenticate is damaged.
fn at(path: &Path) -> impl Fn(io::Error) -> CourseError + use<> {
    let path = path.to_owned();
    move |source| match source.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => {
            damaged(&path, source.to_string())
        }
        _ => CourseError::Io {
            path: path.clone(),
            source,
        },
    }
}
