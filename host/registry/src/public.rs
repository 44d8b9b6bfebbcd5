//! The public half of a key as a file that its owner gives away: `FILE.pub` beside the private half.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::file::{self, FileError};
use crate::key::{KeyError, KeyId, PublicKey, SecretKey};

/// Such a file has at most this many bytes.
const MAX_BYTES: u64 = 4096;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    public_key: String,
}

/// Where the public half of the key in this file lies: its name with `.pub` added.
#[must_use]
pub fn beside(private: &Path) -> PathBuf {
    let mut name = private.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

/// Writes a key's public half, in place of what was there.
///
/// # Errors
/// [`FileError`].
pub fn write(path: &Path, key: &SecretKey) -> Result<(), FileError> {
    let text = format!("id = \"{}\"\npublic_key = \"{}\"\n", key.id(), key.public());
    file::replace(path, text.as_bytes())
}

/// Reads one.
///
/// # Errors
/// [`KeyError::NotPublic`] for another kind of file, [`KeyError::Id`], [`KeyError::Public`], [`KeyError::File`].
pub fn read(path: &Path) -> Result<(KeyId, PublicKey), KeyError> {
    let text = file::read_text(path, MAX_BYTES)?;
    let public: Written =
        toml::from_str(&text).map_err(|_| KeyError::NotPublic(path.to_owned()))?;
    Ok((public.id.parse()?, public.public_key.parse()?))
}
