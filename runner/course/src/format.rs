//! The course file: one file a course, readable front to back.
//!
//! ```text
//! "prism-course\n"                the mark
//! u32                             length of the header, little-endian
//! header                          JSON, see Header
//! zstd frame                      per document: u32 length, id, u64 length, text (little-endian, UTF-8)
//! 32 bytes                        SHA-256 of everything before
//! ```
//!
//! A reader trusts nothing: lengths are checked against the header, the header against limits, the frame
//! against its end, the documents against the fingerprint, the file against its last 32 bytes. Memory is
//! taken as bytes arrive, never ahead of them.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::documents::{Course, CourseError, Document, Limits, MAX_DOCUMENT_ID, Provenance};

const MARK: &[u8] = b"prism-course\n";
const SCHEMA: &str = "prism_course.v1";
const MAX_HEADER_BYTES: u32 = 64 << 10;
const DIGEST_BYTES: u64 = 32;
const LEVEL: i32 = 19;
/// 128 MiB: what a frame may ask a reader to keep; writers stay far below.
const MAX_WINDOW_LOG: u32 = 27;

/// The header of a course file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// `prism_course.v1`.
    pub schema: String,
    /// Id of the course.
    pub id: String,
    /// SHA-256 over the documents' ids and texts in order, in hexadecimal.
    pub fingerprint: String,
    /// Number of documents.
    pub documents: u64,
    /// Bytes of all texts.
    pub bytes: u64,
    /// Whether it is the beginning of another course.
    pub shortened: bool,
    /// Where the documents come from.
    pub provenance: Provenance,
}

pub(crate) fn write(course: &Course, path: &Path) -> Result<(), CourseError> {
    let io_error = |source| CourseError::Io {
        path: path.to_owned(),
        source,
    };
    let name = path.file_name().ok_or_else(|| {
        io_error(io::Error::new(
            io::ErrorKind::InvalidInput,
            "a course needs a file name",
        ))
    })?;
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(beside);
    let written = write_to(course, &part).and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        // The error that matters is the one above; a part left behind harms nobody.
        let _ = std::fs::remove_file(&part);
    }
    written.map_err(io_error)
}

fn write_to(course: &Course, path: &Path) -> io::Result<()> {
    let header = serde_json::to_vec(&Header {
        schema: SCHEMA.to_owned(),
        id: course.id().to_owned(),
        fingerprint: course.fingerprint().to_owned(),
        documents: course.documents().len() as u64,
        bytes: course.bytes(),
        shortened: course.shortened(),
        provenance: course.provenance().clone(),
    })?;
    let length = u32::try_from(header.len())
        .ok()
        .filter(|length| *length <= MAX_HEADER_BYTES)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the header is too long"))?;
    let mut out = Hashing::new(BufWriter::new(File::create(path)?));
    out.write_all(MARK)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&header)?;
    let mut frame = zstd::stream::write::Encoder::new(&mut out, LEVEL)?;
    for document in course.documents() {
        let id_length = u32::try_from(document.id.len()).map_err(io::Error::other)?;
        frame.write_all(&id_length.to_le_bytes())?;
        frame.write_all(document.id.as_bytes())?;
        frame.write_all(&(document.text.len() as u64).to_le_bytes())?;
        frame.write_all(document.text.as_bytes())?;
    }
    frame.finish()?;
    let (mut inner, digest) = out.finish();
    inner.write_all(&digest)?;
    inner.flush()?;
    inner.get_ref().sync_all()
}

pub(crate) fn read_header(path: &Path) -> Result<Header, CourseError> {
    let reader = Source::open(path)?;
    let mut input = BufReader::new(reader.file);
    header_from(&mut input, path)
}

pub(crate) fn read(path: &Path, limits: Limits) -> Result<Course, CourseError> {
    let source = Source::open(path)?;
    let damaged = |problem: &str| CourseError::Damaged {
        path: path.to_owned(),
        problem: problem.to_owned(),
    };
    let body = source
        .bytes
        .checked_sub(DIGEST_BYTES)
        .ok_or_else(|| CourseError::NotACourse {
            path: path.to_owned(),
        })?;
    let mut input = BufReader::new(Hashing::new(source.file.take(body)));
    let header = header_from(&mut input, path)?;
    check_limits(&header, limits, path)?;

    let mut documents = Vec::new();
    {
        let mut frame = zstd::stream::read::Decoder::with_buffer(&mut input)
            .and_then(|mut frame| {
                frame.window_log_max(MAX_WINDOW_LOG)?;
                Ok(frame.single_frame())
            })
            .map_err(|source| io_problem(path, source))?;
        let mut left = header.bytes;
        for number in 1..=header.documents {
            let document = document_from(&mut frame, &mut left)
                .map_err(|problem| damaged(&format!("document {number}: {problem}")))?;
            documents.push(document);
        }
        if left > 0 {
            return Err(damaged(
                "the documents hold fewer bytes than the header says",
            ));
        }
        let mut beyond = [0u8; 1];
        match frame.read(&mut beyond) {
            Ok(0) => {}
            Ok(_) => return Err(damaged("there is more than the documents the header names")),
            Err(error) => return Err(damaged(&format!("the frame ends badly: {error}"))),
        }
    }
    let mut beyond = [0u8; 1];
    if input
        .read(&mut beyond)
        .map_err(|source| io_problem(path, source))?
        > 0
    {
        return Err(damaged(
            "there is something between the documents and the digest",
        ));
    }
    let (file, digest) = input.into_inner().finish();
    let mut stored = [0u8; DIGEST_BYTES as usize];
    file.into_inner()
        .read_exact(&mut stored)
        .map_err(|source| io_problem(path, source))?;
    if stored != digest {
        return Err(damaged("its SHA-256 is not the one it ends with"));
    }

    let course = Course::restored(&header.id, header.shortened, documents, header.provenance)
        .map_err(|error| damaged(&error.to_string()))?;
    if course.fingerprint() != header.fingerprint {
        return Err(damaged(
            "the documents do not have the fingerprint the header names",
        ));
    }
    Ok(course)
}

fn check_limits(header: &Header, limits: Limits, path: &Path) -> Result<(), CourseError> {
    for (unit, found, limit) in [
        ("bytes", header.bytes, limits.bytes),
        ("documents", header.documents, limits.documents),
    ] {
        if found > limit {
            return Err(CourseError::TooLarge {
                path: path.to_owned(),
                unit,
                found,
                limit,
            });
        }
    }
    Ok(())
}

fn header_from(input: &mut impl Read, path: &Path) -> Result<Header, CourseError> {
    let no_course = || CourseError::NotACourse {
        path: path.to_owned(),
    };
    let header_problem = |problem: String| CourseError::Header {
        path: path.to_owned(),
        problem,
    };
    let mut mark = [0u8; MARK.len()];
    input.read_exact(&mut mark).map_err(|_| no_course())?;
    if mark != MARK {
        return Err(no_course());
    }
    let length = read_u32(input).map_err(|error| header_problem(error.to_string()))?;
    if length > MAX_HEADER_BYTES {
        return Err(header_problem(format!(
            "it claims {length} bytes, at most {MAX_HEADER_BYTES} are read"
        )));
    }
    let text = read_bytes(input, u64::from(length)).map_err(&header_problem)?;
    let value: serde_json::Value =
        serde_json::from_slice(&text).map_err(|error| header_problem(error.to_string()))?;
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
    serde_json::from_value(value).map_err(|error| header_problem(error.to_string()))
}

fn document_from(frame: &mut impl Read, left: &mut u64) -> Result<Document, String> {
    let id_length = read_u32(frame).map_err(|error| error.to_string())?;
    if id_length as usize > MAX_DOCUMENT_ID {
        return Err(format!("its id claims {id_length} bytes"));
    }
    let id = read_text(frame, u64::from(id_length))?;
    let mut length = [0u8; 8];
    frame
        .read_exact(&mut length)
        .map_err(|error| error.to_string())?;
    let length = u64::from_le_bytes(length);
    *left = left
        .checked_sub(length)
        .ok_or("the documents hold more bytes than the header says")?;
    let text = read_text(frame, length)?;
    Ok(Document { id, text })
}

fn read_text(input: &mut impl Read, length: u64) -> Result<String, String> {
    String::from_utf8(read_bytes(input, length)?).map_err(|error| error.to_string())
}

/// Grows as bytes arrive: a claimed length alone takes no memory.
fn read_bytes(input: &mut impl Read, length: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    input
        .take(length)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 == length {
        Ok(bytes)
    } else {
        Err("it ends too early".to_owned())
    }
}

fn read_u32(input: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0u8; 4];
    input.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn io_problem(path: &Path, source: io::Error) -> CourseError {
    CourseError::Io {
        path: PathBuf::from(path),
        source,
    }
}

struct Source {
    file: File,
    bytes: u64,
}

impl Source {
    fn open(path: &Path) -> Result<Self, CourseError> {
        let file = File::open(path).map_err(|source| io_problem(path, source))?;
        let metadata = file.metadata().map_err(|source| io_problem(path, source))?;
        if !metadata.is_file() {
            return Err(CourseError::NotACourse {
                path: path.to_owned(),
            });
        }
        Ok(Self {
            file,
            bytes: metadata.len(),
        })
    }
}

/// Digests what passes through, in either direction.
struct Hashing<T> {
    inner: T,
    digest: Sha256,
}

impl<T> Hashing<T> {
    fn new(inner: T) -> Self {
        Self {
            inner,
            digest: Sha256::new(),
        }
    }

    fn finish(self) -> (T, [u8; 32]) {
        (self.inner, self.digest.finalize().into())
    }
}

impl<T: Read> Read for Hashing<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if let Some(bytes) = buffer.get(..count) {
            self.digest.update(bytes);
        }
        Ok(count)
    }
}

impl<T: Write> Write for Hashing<T> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(buffer)?;
        if let Some(bytes) = buffer.get(..count) {
            self.digest.update(bytes);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests;
