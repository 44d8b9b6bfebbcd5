//! Texts on disk while they wait to be sorted, so that memory holds an index and not the data.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::error::{DataError, at};

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
        let length = usize::try_from(place.bytes)
            .map_err(|error| at(&self.path)(std::io::Error::other(error)))?;
        let mut bytes = vec![0; length];
        self.file
            .read_exact_at(&mut bytes, place.offset)
            .map_err(at(&self.path))?;
        String::from_utf8(bytes).map_err(|error| at(&self.path)(std::io::Error::other(error)))
    }

    pub(super) fn remove(self) -> Result<(), DataError> {
        std::fs::remove_file(&self.path).map_err(at(&self.path))
    }
}
