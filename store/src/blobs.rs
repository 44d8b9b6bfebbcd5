//! Large values, each a file named by the SHA-256 of its content.
//!
//! A blob is written whole under a temporary name, brought to disk, renamed, and its folder brought to disk: a
//! name that exists has its content. A blob nobody refers to (a crash between blob and record) does no harm.

use std::fmt;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::lock::sync_folder;

/// Lowercase hex SHA-256 of a blob's content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BlobId(String);

impl BlobId {
    /// The id of this content.
    pub fn of(content: &[u8]) -> Self {
        Self(hex::encode(Sha256::digest(content)))
    }

    /// The 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for BlobId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // A blob id becomes part of a path, so nothing but the one spelling gets through.
        if text.len() == 64
            && text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        {
            Ok(Self(text))
        } else {
            Err("a blob id is 64 lowercase hexadecimal digits".into())
        }
    }
}

impl From<BlobId> for String {
    fn from(id: BlobId) -> Self {
        id.0
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The blob folder.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: PathBuf,
}

impl Blobs {
    pub(crate) fn open(root: &Path) -> Result<Self, StoreError> {
        let unfinished = root.join("unfinished");
        match fs::remove_dir_all(&unfinished) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(StoreError::io("removing unfinished blobs")(error));
            }
            _ => {}
        }
        fs::create_dir_all(&unfinished).map_err(StoreError::io("making the blob folder"))?;
        sync_folder(root)?;
        Ok(Self {
            root: root.to_path_buf(),
        })
    }

    /// Stores content; on disk when this returns. Storing it twice is cheap.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn put(&self, content: &[u8]) -> Result<BlobId, StoreError> {
        let id = BlobId::of(content);
        // A damaged copy must not stand in the way of a good one, so an existing file is read and checked.
        if matches!(self.get(&id), Ok(existing) if existing == content) {
            return Ok(id);
        }
        let path = self.path(&id);
        let folder = path.parent().unwrap_or(&self.root);
        if !folder.is_dir() {
            fs::create_dir_all(folder).map_err(StoreError::io("making a folder for blobs"))?;
            sync_folder(&self.root)?;
        }
        let mut file = tempfile::NamedTempFile::new_in(self.root.join("unfinished"))
            .map_err(StoreError::io("making a blob"))?;
        file.write_all(content)
            .map_err(StoreError::io("writing a blob"))?;
        file.as_file()
            .sync_all()
            .map_err(StoreError::io("writing a blob to disk"))?;
        file.persist(&path)
            .map_err(|error| StoreError::io("naming a blob")(error.error))?;
        sync_folder(folder)?;
        Ok(id)
    }

    /// The content, checked against its name.
    ///
    /// # Errors
    ///
    /// [`StoreError::BlobMissing`] or [`StoreError::BlobDamaged`].
    pub fn get(&self, id: &BlobId) -> Result<Vec<u8>, StoreError> {
        let content = fs::read(self.path(id)).map_err(|error| match error.kind() {
            ErrorKind::NotFound => StoreError::BlobMissing(id.clone()),
            _ => StoreError::io(format!("reading blob {id}"))(error),
        })?;
        if BlobId::of(&content) == *id {
            Ok(content)
        } else {
            Err(StoreError::BlobDamaged(id.clone()))
        }
    }

    fn path(&self, id: &BlobId) -> PathBuf {
        let (shard, rest) = id.0.split_at_checked(2).unwrap_or(("", &id.0));
        self.root.join(shard).join(rest)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]
    use super::*;

    #[test]
    fn content_comes_back_and_damage_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let id = blobs.put(b"hello").unwrap();
        assert_eq!(
            id.as_str(),
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        );
        assert_eq!(blobs.get(&id).unwrap(), b"hello");
        assert_eq!(blobs.put(b"hello").unwrap(), id);

        fs::write(blobs.path(&id), b"hellO").unwrap();
        assert!(matches!(blobs.get(&id), Err(StoreError::BlobDamaged(_))));
        blobs.put(b"hello").unwrap();
        assert_eq!(blobs.get(&id).unwrap(), b"hello");
        assert!(matches!(
            blobs.get(&BlobId::of(b"other")),
            Err(StoreError::BlobMissing(_))
        ));
    }

    #[test]
    fn unfinished_blobs_are_gone_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let id = blobs.put(b"kept").unwrap();
        fs::write(folder.path().join("unfinished/half"), b"ha").unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        assert_eq!(
            fs::read_dir(folder.path().join("unfinished"))
                .unwrap()
                .count(),
            0
        );
        assert_eq!(blobs.get(&id).unwrap(), b"kept");
    }

    #[test]
    fn no_path_passes_for_an_id() {
        for text in [
            "",
            "..",
            "../../etc/passwd",
            &"A".repeat(64),
            &"g".repeat(64),
            &"a".repeat(63),
        ] {
            assert!(BlobId::try_from(text.to_owned()).is_err());
        }
    }
}
