//! The folder `cases/` of a gate, read so that it can travel inside the component.
//!
//! A case is a folder; files beside the cases are for people and stay out. Nothing is followed out of the folder,
//! and no folder is too large to be refused with a reason.

use std::fs;
use std::path::{Path, PathBuf};

use prism_component::cases::{Files, MAX_BYTES};
use thiserror::Error;

/// Most files of all cases together.
pub const MAX_FILES: usize = 4096;

/// Folders in folders at most, the case itself counted.
pub const MAX_DEPTH: usize = 16;

/// Why a folder of cases can't be read.
#[derive(Debug, Error)]
pub enum CasesError {
    /// The file system says no.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it says.
        source: std::io::Error,
    },
    /// Neither a file nor a folder.
    #[error("{} is a link or a special file; put a plain file in its place", .0.display())]
    NotPlain(PathBuf),
    /// A name that is no text.
    #[error("{} is no UTF-8 name; rename it", .0.display())]
    Name(PathBuf),
    /// Too much.
    #[error("{} has more than {what}; keep self-test cases small", .folder.display())]
    TooLarge {
        /// The folder of cases.
        folder: PathBuf,
        /// The limit, in words.
        what: String,
    },
}

/// The files of all cases in `folder`, by path relative to it; `__pycache__` is passed over.
///
/// # Errors
/// What can't be packed is named, with what to do.
pub fn read(folder: &Path) -> Result<Files, CasesError> {
    let mut walk = Walk {
        root: folder,
        files: Files::new(),
        bytes: 0,
    };
    for (path, kind) in entries(folder)? {
        if kind.is_symlink() {
            return Err(CasesError::NotPlain(path));
        }
        if kind.is_dir() {
            walk.folder(&path, 1)?;
        }
    }
    Ok(walk.files)
}

struct Walk<'a> {
    root: &'a Path,
    files: Files,
    bytes: usize,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, depth: usize) -> Result<(), CasesError> {
        if depth > MAX_DEPTH {
            return Err(self.too_large(format!("{MAX_DEPTH} folders in folders")));
        }
        for (path, kind) in entries(folder)? {
            if kind.is_dir() {
                if path.file_name().is_none_or(|name| name != "__pycache__") {
                    self.folder(&path, depth + 1)?;
                }
            } else if kind.is_file() {
                self.file(path)?;
            } else {
                return Err(CasesError::NotPlain(path));
            }
        }
        Ok(())
    }

    fn file(&mut self, path: PathBuf) -> Result<(), CasesError> {
        let name = path
            .strip_prefix(self.root)
            .ok()
            .and_then(Path::to_str)
            .map(str::to_owned);
        let Some(name) = name else {
            return Err(CasesError::Name(path));
        };
        let size = fs::symlink_metadata(&path)
            .map_err(|source| io(&path, source))?
            .len();
        if self.files.len() == MAX_FILES {
            return Err(self.too_large(format!("{MAX_FILES} files")));
        }
        // Before it is read: what is no case may be any size.
        let limit = MAX_BYTES.saturating_sub(self.bytes);
        if usize::try_from(size).is_ok_and(|size| size <= limit) {
            let content = fs::read(&path).map_err(|source| io(&path, source))?;
            self.bytes += content.len();
            self.files.insert(name, content);
            Ok(())
        } else {
            Err(self.too_large(format!("{MAX_BYTES} bytes")))
        }
    }

    fn too_large(&self, what: String) -> CasesError {
        CasesError::TooLarge {
            folder: self.root.to_owned(),
            what,
        }
    }
}

fn entries(folder: &Path) -> Result<Vec<(PathBuf, fs::FileType)>, CasesError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|source| io(folder, source))? {
        let entry = entry.map_err(|source| io(folder, source))?;
        let path = entry.path();
        // Of the entry itself: a link is not followed.
        let kind = entry.file_type().map_err(|source| io(&path, source))?;
        found.push((path, kind));
    }
    Ok(found)
}

fn io(path: &Path, source: std::io::Error) -> CasesError {
    CasesError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;

    #[test]
    fn cases_are_read_and_what_lies_beside_them_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("one/bundle/__pycache__")).unwrap();
        for name in [
            "README.md",
            "one/expected.json",
            "one/bundle/a.py",
            "one/bundle/__pycache__/a.pyc",
        ] {
            fs::write(root.join(name), name).unwrap();
        }
        let files = read(root).unwrap();
        let names: Vec<_> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["one/bundle/a.py", "one/expected.json"]);
    }

    #[test]
    fn a_link_out_of_the_folder_is_refused_wherever_it_is() {
        for place in ["case", "one/secret"] {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("one")).unwrap();
            std::os::unix::fs::symlink("/etc", folder.path().join(place)).unwrap();
            assert!(
                matches!(read(folder.path()), Err(CasesError::NotPlain(_))),
                "{place}"
            );
        }
    }

    #[test]
    fn a_folder_of_any_size_is_refused_with_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let case = folder.path().join("one");
        fs::create_dir(&case).unwrap();
        let large = fs::File::create(case.join("large")).unwrap();
        large.set_len(1 << 40).unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("8388608 bytes"), "{error}");
        fs::remove_file(case.join("large")).unwrap();
        let deep = (0..MAX_DEPTH).fold(case, |path, _| path.join("d"));
        fs::create_dir_all(deep).unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("16 folders"), "{error}");
        assert!(matches!(
            read(&folder.path().join("none")),
            Err(CasesError::Io { .. })
        ));
    }
}
