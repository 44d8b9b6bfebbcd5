//! Keys of authors: ed25519, made here or with any other tool.
//!
//! The private half is a PKCS#8 PEM file (version 1, as `openssl genpkey -algorithm ed25519` writes it) with one
//! line before it that carries the key's id. The public half is the base64 of its 32 bytes. A private key is never
//! shown: it has neither `Debug` nor `Display`, and is zeroed when it is dropped.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, KeypairBytes};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use rand::TryRngCore as _;
use zeroize::Zeroizing;

use crate::file::{self, FileError};
use crate::public;

/// A private key's file has at most this many bytes.
const MAX_KEY_FILE_BYTES: u64 = 4096;

/// What the line before the PEM block begins with.
const ID_LINE: &str = "Prism gate key: ";

/// What may be wrong with a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not an id.
    #[error("`{0}` can't be a key's id: it has 1 to 64 of a-z 0-9 . - _")]
    Id(String),
    /// Not a public key.
    #[error(
        "it is no public key: {0}; expected is the base64 of an ed25519 key's 32 bytes (44 characters), as `prism gate key new` shows it"
    )]
    Public(&'static str),
    /// A private key others can read.
    #[error("{path} can be read by others (mode {mode:03o}): run `chmod 600 {path}`; if others may have read it, replace the key", path = path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not a private key.
    #[error("{} holds no ed25519 private key in PKCS#8 PEM", .0.display())]
    Private(PathBuf),
    /// A private key without an id.
    #[error("{} does not say the key's id: put the line `{ID_LINE}<id>` before -----BEGIN PRIVATE KEY-----", .0.display())]
    NoId(PathBuf),
    /// Not the public half of a key.
    #[error("{} is no public key: it should be a FILE.pub of `prism gate key new`", .0.display())]
    NotPublic(PathBuf),
    /// Never overwritten: the old key would be gone.
    #[error("{} is there already and a key is never overwritten: choose another file, or move it away", .0.display())]
    Exists(PathBuf),
    /// The system has no randomness to give.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
    /// Reading or writing failed.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Names a key: 1 to 64 of `a-z 0-9 . - _`. It says which key to try, and proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyId {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let fits = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_'));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            // Ids come from files of strangers too: what is shown of a bad one is short and has no control characters.
            Err(KeyError::Id(
                text.chars()
                    .take(64)
                    .flat_map(char::escape_default)
                    .collect(),
            ))
        }
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The public half of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Whether this key made that signature over the message, by the strict rules: no second encoding of the same
    /// signature passes, nor do keys or points of small order.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).is_ok()
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bytes = BASE64
            .decode(text)
            .map_err(|_| KeyError::Public("it is not base64"))?;
        let bytes = <[u8; 32]>::try_from(bytes)
            .map_err(|_| KeyError::Public("it does not have 32 bytes"))?;
        let key = VerifyingKey::from_bytes(&bytes)
            .map_err(|_| KeyError::Public("it is not a point of the curve"))?;
        if key.is_weak() {
            return Err(KeyError::Public(
                "it is a weak key, for which anybody can sign",
            ));
        }
        Ok(Self(key))
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&BASE64.encode(self.0.as_bytes()))
    }
}

/// The private half of a key, with its id.
pub struct SecretKey {
    id: KeyId,
    key: SigningKey,
}

impl SecretKey {
    /// Makes a new key from the system's randomness.
    ///
    /// # Errors
    /// [`KeyError::Random`].
    pub fn generate(id: KeyId) -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        rand::rngs::OsRng
            .try_fill_bytes(seed.as_mut())
            .map_err(|error| KeyError::Random(error.to_string()))?;
        let key = SigningKey::from_bytes(&seed);
        Ok(Self { id, key })
    }

    /// Writes it to a new file that only its owner can read.
    ///
    /// # Errors
    /// [`KeyError::Exists`] when there is a file or link of that name; [`KeyError::File`].
    pub fn write(&self, path: &Path) -> Result<(), KeyError> {
        let pair = KeypairBytes {
            secret_key: self.key.to_bytes(),
            // OpenSSL 3.0 does not read the form that carries the public key too.
            public_key: None,
        };
        let pem = pair
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|_| KeyError::Private(path.to_owned()))?;
        let text = Zeroizing::new(format!("{ID_LINE}{}\n{}", self.id, pem.as_str()));
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => KeyError::Exists(path.to_owned()),
                _ => FileError::io("create", path, error).into(),
            })?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| FileError::io("write", path, error).into())
    }

    /// Reads it from a file that [`SecretKey::write`] or another tool made.
    ///
    /// # Errors
    /// [`KeyError::Exposed`] when group or others may read or write it, [`KeyError::NoId`], [`KeyError::Private`],
    /// [`KeyError::File`].
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let failed = |error| FileError::io("read", path, error);
        let file = File::open(path).map_err(failed)?;
        // Of the open file, so that it is the one that is read.
        let mode = file.metadata().map_err(failed)?.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Exposed {
                path: path.to_owned(),
                mode,
            });
        }
        let bytes = Zeroizing::new(file::read_from(&file, path, MAX_KEY_FILE_BYTES)?);
        let text = std::str::from_utf8(&bytes).map_err(|_| KeyError::Private(path.to_owned()))?;
        let begin = text
            .find("-----BEGIN")
            .ok_or_else(|| KeyError::Private(path.to_owned()))?;
        let (before, pem) = text.split_at(begin);
        let id = before
            .lines()
            .find_map(|line| line.strip_prefix(ID_LINE))
            .ok_or_else(|| KeyError::NoId(path.to_owned()))?;
        let id = id.trim().parse()?;
        let key =
            SigningKey::from_pkcs8_pem(pem).map_err(|_| KeyError::Private(path.to_owned()))?;
        Ok(Self { id, key })
    }

    /// Reads the key of a file; where there is no file, makes a key with this id and writes it there, its public half
    /// beside it.
    ///
    /// # Errors
    /// As [`SecretKey::read`], [`SecretKey::generate`] and [`SecretKey::write`].
    pub fn read_or_make(
        path: &Path,
        id: impl FnOnce() -> Result<KeyId, KeyError>,
    ) -> Result<Self, KeyError> {
        let key = match path.try_exists() {
            Ok(false) => {
                let key = Self::generate(id()?)?;
                key.write(path)?;
                key
            }
            // Also where it can't be told: reading says why.
            _ => Self::read(path)?,
        };
        let beside = public::beside(path);
        if !beside.exists() {
            public::write(&beside, &key)?;
        }
        Ok(key)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The half that others get.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.key.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}
