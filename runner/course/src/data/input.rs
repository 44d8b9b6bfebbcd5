//! Inputs: which files are read, and one document after another out of plain text and JSON lines.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::error::{DataError, at};
use super::parquet_input;
use crate::documents::{MAX_DOCUMENT_BYTES, MAX_DOCUMENT_ID};

/// 128 MiB: what `zstd --ultra -22` may ask a reader to keep.
const MAX_WINDOW_LOG: u32 = 27;

/// A document as it was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) id: String,
    pub(super) text: String,
}

/// What becomes of each document; `Break` ends the reading.
pub(super) type Sink<'a> = dyn FnMut(Found) -> Result<ControlFlow<()>, DataError> + 'a;

/// A file to read.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    label: String,
    kind: Kind,
    compressed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    JsonLines,
    Parquet,
}

/// The files that paths stand for: themselves, or all files below a folder, in the order of their names.
pub(super) fn expand(paths: &[PathBuf]) -> Result<Vec<Input>, DataError> {
    let mut inputs = Vec::new();
    for path in paths {
        let metadata = fs::metadata(path).map_err(at(path))?;
        if metadata.is_dir() {
            walk(path, "", &mut inputs)?;
        } else {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            inputs.push(Input::new(path, &name)?);
        }
    }
    let mut labels: BTreeMap<&str, &Path> = BTreeMap::new();
    for input in inputs.iter().filter(|input| input.kind == Kind::Text) {
        if let Some(other) = labels.insert(&input.label, &input.path) {
            return Err(DataError::Kind {
                path: input.path.clone(),
                problem: format!(
                    "its documents would have the same id (`{}`) as those of {}",
                    input.label,
                    other.display()
                ),
            });
        }
    }
    Ok(inputs)
}

fn walk(folder: &Path, prefix: &str, inputs: &mut Vec<Input>) -> Result<(), DataError> {
    let mut entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .map_err(at(folder))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let label = format!("{prefix}{name}");
        if entry.file_type().map_err(at(&path))?.is_dir() {
            walk(&path, &format!("{label}/"), inputs)?;
        } else if path.is_dir() {
            return Err(DataError::Kind {
                path,
                problem: "links to folders are not followed".to_owned(),
            });
        } else {
            inputs.push(Input::new(&path, &label)?);
        }
    }
    Ok(())
}

impl Input {
    fn new(path: &Path, label: &str) -> Result<Self, DataError> {
        let (plain, compressed) = match label.strip_suffix(".zst") {
            Some(plain) => (plain, true),
            None => (label, false),
        };
        let (stem, kind) = match plain.rsplit_once('.') {
            Some((stem, "txt" | "text" | "md")) => (stem, Kind::Text),
            Some((stem, "jsonl" | "ndjson")) => (stem, Kind::JsonLines),
            Some((stem, "parquet")) if !compressed => (stem, Kind::Parquet),
            _ => {
                return Err(DataError::Kind {
                    path: path.to_owned(),
                    problem: "not a kind that is read: .txt, .text, .md, .jsonl, .ndjson (each also with .zst), .parquet".to_owned(),
                });
            }
        };
        Ok(Self {
            path: path.to_owned(),
            label: stem.to_owned(),
            kind,
            compressed,
        })
    }

    /// SHA-256 of the file as it lies there, in hexadecimal.
    pub(super) fn digest(&self) -> Result<String, DataError> {
        digest_file(&self.path)
    }

    /// Hands every document to `sink`. A plain text file is one document, or several where `separator`
    /// divides them.
    pub(super) fn read(
        &self,
        separator: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<(), DataError> {
        match self.kind {
            Kind::Text => self.read_text(separator, sink),
            Kind::JsonLines => self.read_json_lines(sink),
            Kind::Parquet => parquet_input::read(&self.path, sink),
        }
    }

    fn open(&self) -> Result<Box<dyn BufRead>, DataError> {
        let file = File::open(&self.path).map_err(at(&self.path))?;
        let mut reader: Box<dyn BufRead> = if self.compressed {
            let mut frame = zstd::stream::read::Decoder::new(file).map_err(at(&self.path))?;
            frame
                .window_log_max(MAX_WINDOW_LOG)
                .map_err(at(&self.path))?;
            Box::new(BufReader::new(frame))
        } else {
            Box::new(BufReader::new(file))
        };
        // Editors on some systems put a byte order mark in front; it is no text.
        let mark = "\u{feff}".as_bytes();
        if reader.fill_buf().map_err(at(&self.path))?.starts_with(mark) {
            reader.consume(mark.len());
        }
        Ok(reader)
    }

    fn problem(&self, line: u64, problem: impl Into<String>) -> DataError {
        DataError::Input {
            path: self.path.clone(),
            line,
            problem: problem.into(),
        }
    }

    fn read_text(&self, separator: Option<&str>, sink: &mut Sink<'_>) -> Result<(), DataError> {
        let mut reader = self.open()?;
        let separator = separator
            .map(str::as_bytes)
            .filter(|bytes| !bytes.is_empty());
        let (mut line, mut number) = (1u64, 0u64);
        loop {
            let (mut bytes, more) =
                read_until(&mut reader, separator).map_err(|error| self.reading(line, error))?;
            if bytes.is_empty() && !more {
                return Ok(());
            }
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
            if let (true, Some(separator)) = (more, separator) {
                bytes.truncate(bytes.len() - separator.len());
            }
            let text = String::from_utf8(bytes).map_err(|error| {
                let good = error.utf8_error().valid_up_to();
                let before = error.as_bytes().iter().take(good);
                let lines = before.filter(|byte| **byte == b'\n').count() as u64;
                self.problem(line + lines, "the text is not UTF-8")
            })?;
            number += 1;
            let id = if separator.is_some() {
                format!("{}-{number:06}", self.label)
            } else {
                self.label.clone()
            };
            check_id(&id).map_err(|problem| self.problem(line, problem))?;
            if sink(Found { id, text })?.is_break() {
                return Ok(());
            }
            line += lines;
        }
    }

    fn read_json_lines(&self, sink: &mut Sink<'_>) -> Result<(), DataError> {
        let mut reader = self.open()?;
        let mut line = 0u64;
        loop {
            line += 1;
            let (bytes, more) =
                read_until(&mut reader, Some(b"\n")).map_err(|error| self.reading(line, error))?;
            if bytes.is_empty() && !more {
                return Ok(());
            }
            let bytes = bytes.trim_ascii();
            if bytes.is_empty() {
                continue;
            }
            let parsed: JsonDocument = serde_json::from_slice(bytes).map_err(|error| {
                // A line has one line only; the column is what helps.
                let text = error.to_string();
                let words = text
                    .rsplit_once(" at line ")
                    .map_or(&*text, |(words, _)| words);
                self.problem(line, format!("column {}: {words}", error.column()))
            })?;
            let id = match parsed.id {
                Some(JsonId::Text(id)) => id,
                Some(JsonId::Number(id)) => id.to_string(),
                None => id_of_text(&parsed.text),
            };
            check_id(&id).map_err(|problem| self.problem(line, problem))?;
            let text = parsed.text;
            if sink(Found { id, text })?.is_break() {
                return Ok(());
            }
        }
    }

    fn reading(&self, line: u64, error: io::Error) -> DataError {
        if error.kind() == io::ErrorKind::FileTooLarge {
            self.problem(line, error.to_string())
        } else {
            at(&self.path)(error)
        }
    }
}

#[derive(Deserialize)]
struct JsonDocument {
    #[serde(default)]
    id: Option<JsonId>,
    text: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum JsonId {
    Text(String),
    Number(i64),
}

/// The id of a document that has none: it hangs on the text alone, so order and file names don't matter.
pub(super) fn id_of_text(text: &str) -> String {
    let digest = hex::encode(Sha256::digest(text.as_bytes()));
    format!("text-{}", digest.get(..32).unwrap_or(&digest))
}

pub(super) fn check_id(id: &str) -> Result<(), String> {
    if id.is_empty() || id.len() > MAX_DOCUMENT_ID {
        Err(format!("the id must have 1 to {MAX_DOCUMENT_ID} bytes"))
    } else if id.chars().any(char::is_control) {
        Err("the id has a control character".to_owned())
    } else {
        Ok(())
    }
}

pub(super) fn digest_file(path: &Path) -> Result<String, DataError> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(at(path))?);
    let mut digest = Sha256::new();
    loop {
        let bytes = file.fill_buf().map_err(at(path))?;
        if bytes.is_empty() {
            return Ok(hex::encode(digest.finalize()));
        }
        digest.update(bytes);
        let count = bytes.len();
        file.consume(count);
    }
}

/// Reads up to and with `end`, or to the end of the input; says whether `end` was met.
fn read_until(reader: &mut dyn BufRead, end: Option<&[u8]>) -> io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    let mut limited = reader.take(MAX_DOCUMENT_BYTES + 1);
    match end.and_then(|end| Some((end, *end.last()?))) {
        None => {
            limited.read_to_end(&mut bytes)?;
        }
        Some((end, last)) => {
            while limited.read_until(last, &mut bytes)? > 0 {
                if bytes.ends_with(end) {
                    return Ok((bytes, true));
                }
            }
        }
    }
    if bytes.len() as u64 > MAX_DOCUMENT_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("a document has more than {MAX_DOCUMENT_BYTES} bytes"),
        ));
    }
    Ok((bytes, false))
}
