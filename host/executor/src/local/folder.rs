//! The folder of one run: the bundle as the jail sees it, the socket, and where the supervisor writes.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::jail::Identity;
use crate::{ExecutorError, temporary};

/// A run's folder. Dropping it removes it.
#[derive(Debug)]
pub(crate) struct RunFolder(tempfile::TempDir);

/// What a run's supervisor wrote, for the runs that check it.
#[derive(Clone, Debug)]
pub struct RunFiles {
    folder: PathBuf,
    /// Removed with the last handle.
    _kept: Option<Arc<RunFolder>>,
}

impl RunFiles {
    /// Those in a folder that somebody else keeps.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            _kept: None,
        }
    }

    /// One of them, by the name that the manifest gives it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl From<RunFolder> for RunFiles {
    fn from(folder: RunFolder) -> Self {
        Self {
            folder: folder.out(),
            _kept: Some(Arc::new(folder)),
        }
    }
}

impl RunFolder {
    /// Makes the folder and writes the bundle into it.
    pub(crate) fn create(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, ExecutorError> {
        let failed = || ExecutorError::io("making the run's folder");
        let folder = Self(temporary::folder().map_err(failed())?);
        for part in [folder.bundle(), folder.out()] {
            fs::create_dir(part).map_err(failed())?;
        }
        readable(&folder.bundle(), 0o755)?;
        folder.fill(files)?;
        Ok(folder)
    }

    /// Writes the bundle's files.
    pub(crate) fn fill(&self, files: &BTreeMap<String, Vec<u8>>) -> Result<(), ExecutorError> {
        files
            .iter()
            .try_for_each(|(name, content)| self.write(name, content))
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<(), ExecutorError> {
        let relative = Path::new(name);
        let plain = relative
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if name.is_empty() || name.ends_with('/') || name.contains('\0') || !plain {
            return Err(ExecutorError::BadJob(format!(
                "{name:?} is no path inside a bundle"
            )));
        }
        let failed = || ExecutorError::io(format!("writing the bundle's {name:?}"));
        let path = self.bundle().join(relative);
        if let Some(parent) = relative.parent() {
            let mut folder = self.bundle();
            for part in parent.components() {
                folder.push(part);
                if !folder.is_dir() {
                    fs::create_dir(&folder).map_err(failed())?;
                }
                readable(&folder, 0o755)?;
            }
        }
        fs::write(&path, content).map_err(failed())?;
        readable(&path, 0o644)
    }

    /// Writes the vocabulary where the supervisor reads it and the jail shows nothing.
    pub(super) fn vocabulary(
        &self,
        content: Option<&[u8]>,
    ) -> Result<Option<PathBuf>, ExecutorError> {
        let Some(content) = content else {
            return Ok(None);
        };
        let path = self.0.path().join("vocabulary");
        fs::write(&path, content).map_err(ExecutorError::io("writing the vocabulary"))?;
        Ok(Some(path))
    }

    /// What the jail shows at `/bundle`.
    pub(crate) fn bundle(&self) -> PathBuf {
        self.0.path().join("bundle")
    }

    /// Where the supervisor writes.
    pub(super) fn out(&self) -> PathBuf {
        self.0.path().join("out")
    }

    /// The socket. A short name: the system allows 107 bytes for the whole path.
    pub(crate) fn socket(&self) -> PathBuf {
        self.0.path().join("s")
    }

    /// Lets the jail's user connect, and nobody else.
    pub(crate) fn open_socket(&self, identity: Identity) -> Result<(), ExecutorError> {
        let failed = || ExecutorError::io("handing the socket to the jail's user");
        let socket = self.socket();
        if matches!(identity, Identity::Dedicated { .. }) {
            chown(
                &socket,
                Some(identity.host_uid()),
                Some(identity.host_gid()),
            )
            .map_err(failed())?;
        }
        fs::set_permissions(&socket, fs::Permissions::from_mode(0o600)).map_err(failed())
    }
}

/// Whatever the process's file mode mask is: the jail's user may be another one.
fn readable(path: &Path, mode: u32) -> Result<(), ExecutorError> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(ExecutorError::io("opening the bundle"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn files(names: &[&str]) -> BTreeMap<String, Vec<u8>> {
        names
            .iter()
            .map(|name| ((*name).to_owned(), b"x".to_vec()))
            .collect()
    }

    #[test]
    fn a_bundle_is_written_and_removed() {
        let folder = RunFolder::create(&files(&["training.py", "lib/deep/layers.py"])).unwrap();
        let path = folder.bundle().join("lib/deep/layers.py");
        assert_eq!(fs::read(&path).unwrap(), b"x");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o644);
        assert_eq!(fs::metadata(folder.0.path()).unwrap().mode() & 0o777, 0o700);
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn a_path_that_leaves_the_bundle_is_refused() {
        for name in ["../x", "/etc/x", "a/../../x", "", "a/", "./x", "a\0b"] {
            let result = RunFolder::create(&files(&[name]));
            assert!(matches!(result, Err(ExecutorError::BadJob(_))), "{name:?}");
        }
    }
}
