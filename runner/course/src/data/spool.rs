//! Texts on disk while they wait to be sorted, so that memory holds an index and not the data.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{DataError, at};
use crate::documents::{CourseError, Document, Documents};

/// Where a text lies in the spool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    offset: u64,
    pub(super) bytes: u64,
}

/// A spool that is still written.
pub(super) struct Spool {
    path: PathBuf,
    out: BufWriter<File>,
    end: u64,
}

impl Spool {
    pub(super) fn create(path: &Path) -> Result<Self, DataError> {
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(at(path))?;
        Ok(Self {
            path: path.to_owned(),
            out: BufWriter::new(file),
            end: 0,
        })
    }

    pub(super) fn push(&mut self, text: &str) -> Result<Place, DataError> {
        self.out
            .write_all(text.as_bytes())
            .map_err(at(&self.path))?;
        let place = Place {
            offset: self.end,
            bytes: text.len() as u64,
        };
        self.end += place.bytes;
        Ok(place)
    }

    pub(super) fn finish(self) -> Result<Texts, DataError> {
        let file = self
            .out
            .into_inner()
            .map_err(|error| at(&self.path)(error.into_error()))?;
        Ok(Texts {
            path: self.path,
            file,
        })
    }
}

/// A spool that is read.
pub(super) struct Texts {
    path: PathBuf,
    file: File,
}

impl Texts {
    pub(super) fn get(&self, place: Place) -> Result<String, DataError> {
        self.read(place).map_err(at(&self.path))
    }

    fn read(&self, place: Place) -> io::Result<String> {
        let mut bytes = vec![0; usize::try_from(place.bytes).map_err(io::Error::other)?];
        self.file.read_exact_at(&mut bytes, place.offset)?;
        String::from_utf8(bytes).map_err(io::Error::other)
    }

    pub(super) fn remove(&self) -> Result<(), DataError> {
        std::fs::remove_file(&self.path).map_err(at(&self.path))
    }
}

/// Documents of the spool in an order of their own.
pub(super) struct Ordered {
    pub(super) texts: Arc<Texts>,
    pub(super) entries: Vec<(String, Place)>,
}

impl Documents for Ordered {
    fn document(&self, place: u64) -> Result<Document, CourseError> {
        let (id, lies) = usize::try_from(place)
            .ok()
            .and_then(|place| self.entries.get(place))
            .ok_or(CourseError::NoDocument { place })?;
        let text = self.texts.read(*lies).map_err(|source| CourseError::Io {
            path: self.texts.path.clone(),
            source,
        })?;
        Ok(Document {
            id: id.clone(),
            text,
        })
    }
}
