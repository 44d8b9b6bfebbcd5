//! A folder that appears whole or not at all: filled beside its place, then renamed there.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::{DataError, at};
use super::manifest::FILE_NAME;

/// Whether something may be written at `out`. An empty folder may always be filled.
pub(super) fn check_target(out: &Path, force: bool) -> Result<(), DataError> {
    match fs::read_dir(out) {
        Ok(mut entries) => {
            if entries.next().is_none() {
                Ok(())
            } else if !force {
                Err(DataError::Exists {
                    path: out.to_owned(),
                })
            } else if out.join(FILE_NAME).is_file() {
                Ok(())
            } else {
                Err(DataError::NotOurs {
                    path: out.to_owned(),
                })
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(at(out)(error)),
    }
}

/// The folder while it is filled; gone with this value unless published.
pub(super) struct Staging {
    path: PathBuf,
    published: bool,
}

impl Staging {
    pub(super) fn beside(out: &Path) -> Result<Self, DataError> {
        let path = neighbour(out, "part")?;
        if let Some(parent) = path.parent().filter(|path| !path.as_os_str().is_empty()) {
            fs::create_dir_all(parent).map_err(at(parent))?;
        }
        fs::create_dir(&path).map_err(at(&path))?;
        Ok(Self {
            path,
            published: false,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Renames it to `out`. What is there is moved aside first and deleted last, so that at every moment one of
    /// the two is complete on disk.
    pub(super) fn publish(mut self, out: &Path, force: bool) -> Result<(), DataError> {
        // Looked at again: reading the inputs may have taken hours.
        check_target(out, force)?;
        let aside = neighbour(out, "old")?;
        let replaced = out.join(FILE_NAME).exists();
        if replaced {
            fs::rename(out, &aside).map_err(at(out))?;
        }
        if let Err(error) = fs::rename(&self.path, out) {
            if replaced {
                fs::rename(&aside, out).map_err(at(out))?;
            }
            return Err(at(out)(error));
        }
        self.published = true;
        if let Some(parent) = self.path.parent() {
            let parent = if parent.as_os_str().is_empty() {
                Path::new(".")
            } else {
                parent
            };
            // The renames are on disk only once the folder that holds the names is.
            fs::File::open(parent)
                .and_then(|folder| folder.sync_all())
                .map_err(at(parent))?;
        }
        if replaced {
            fs::remove_dir_all(&aside).map_err(at(&aside))?;
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.published {
            // The error that led here is the one to tell.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

fn neighbour(out: &Path, role: &str) -> Result<PathBuf, DataError> {
    let name = out.file_name().ok_or_else(|| DataError::Kind {
        path: out.to_owned(),
        problem: "the folder to write needs a name".to_owned(),
    })?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.{role}", std::process::id()));
    Ok(out.with_file_name(hidden))
}
