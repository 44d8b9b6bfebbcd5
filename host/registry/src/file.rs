//! Small files of people: read up to a limit, replaced as a whole or not at all.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// A file that can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system says no.
    #[error("can't {doing} {}: {source}", path.display())]
    Io {
        /// `read`, `write` or `create`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Larger than such a file can be.
    #[error("{} has more than {limit} bytes: it is not such a file", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit, in bytes.
        limit: u64,
    },
    /// Not text.
    #[error("{} is not UTF-8 text: it is not such a file", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
}

impl FileError {
    pub(crate) fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            doing,
            path: path.to_owned(),
            source,
        }
    }
}

/// The bytes of a file of at most `limit` bytes. A device or pipe without end is not read to its end.
pub(crate) fn read_from(file: &File, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| FileError::io("read", path, error))?;
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLarge {
            path: path.to_owned(),
            limit,
        });
    }
    Ok(bytes)
}

/// The text of a file of at most `limit` bytes.
pub(crate) fn read_text(path: &Path, limit: u64) -> Result<String, FileError> {
    let file = File::open(path).map_err(|error| FileError::io("read", path, error))?;
    text(read_from(&file, path, limit)?, path)
}

pub(crate) fn text(bytes: Vec<u8>, path: &Path) -> Result<String, FileError> {
    String::from_utf8(bytes).map_err(|_| FileError::NotText {
        path: path.to_owned(),
    })
}

/// Replaces a file's content in one step; the permissions of an existing file stay. After a crash it has the old
/// content or the new.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), FileError> {
    let failed = |error| FileError::io("write", path, error);
    let directory = directory(path);
    let mut new = tempfile::NamedTempFile::new_in(directory).map_err(failed)?;
    new.write_all(content).map_err(failed)?;
    let permissions = match std::fs::metadata(path) {
        Ok(old) => old.permissions(),
        // A public file: as readable as a text editor would make it.
        Err(_) => std::os::unix::fs::PermissionsExt::from_mode(0o644),
    };
    new.as_file().set_permissions(permissions).map_err(failed)?;
    new.as_file().sync_all().map_err(failed)?;
    new.persist(path).map_err(|error| failed(error.error))?;
    // The name itself must survive a power cut: a lost revocation would be a key that is trusted again.
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(failed)
}

/// Held while a file is read, changed and replaced, so that two changes at once don't lose one. Locks the folder:
/// the file itself is another one after each change.
pub(crate) fn lock(path: &Path) -> Result<File, FileError> {
    let directory = directory(path);
    let folder = File::open(directory).map_err(|error| FileError::io("write", path, error))?;
    rustix::fs::flock(&folder, rustix::fs::FlockOperation::LockExclusive)
        .map_err(|error| FileError::io("write", path, error.into()))?;
    Ok(folder)
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
