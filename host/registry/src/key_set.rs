//! The operator's key set: whose gates may be installed, and whose may still be used.
//!
//! One TOML file that people edit and commands rewrite; comments and order survive. A key is `active`, `retired`
//! (rotated out: nothing new by it is accepted, what is installed stays usable) or `revoked` (stolen or lost:
//! refused at install and at each activation). Nothing brings a revoked key back. Checks need no network.

use std::fmt;
use std::fs::File;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use prism_store::records::GateSignature;
use serde::{Deserialize, Serialize};

use crate::file::{self, FileError};
use crate::key::{KeyError, KeyId, PublicKey};
use crate::signature::{MAX_SIGNATURES, decode, message};

mod edit;

pub use edit::KeyChange;

/// A key set has at most this many bytes.
const MAX_KEY_SET_BYTES: u64 = 1 << 20;

/// What may be wrong with a key set or a change to it.
#[derive(Debug, thiserror::Error)]
pub enum KeySetError {
    /// Not such a file.
    #[error("{} is no key set: {why}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// One of its keys is wrong.
    #[error("{}: key `{id}`: {source}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// The key.
        id: String,
        /// What is wrong with it.
        source: KeyError,
    },
    /// Everybody could add a key.
    #[error("{path} can be changed by everybody: run `chmod o-w {path}`, then look whether every key in it is yours", path = .0.display())]
    Exposed(PathBuf),
    /// Two keys with one id.
    #[error(
        "there are two keys with the id `{0}`: an id names one key for ever; choose another for the new one"
    )]
    DuplicateId(KeyId),
    /// One key with two ids: revoking one would leave the other.
    #[error("the keys `{first}` and `{second}` are the same key: keep one of them")]
    DuplicateKey {
        /// Id of the one.
        first: KeyId,
        /// Id of the other.
        second: KeyId,
    },
    /// No such key.
    #[error("there is no key `{id}`; there are: {known}")]
    NoSuchKey {
        /// The id asked for.
        id: KeyId,
        /// Ids that there are.
        known: String,
    },
    /// A revoked key stays revoked.
    #[error("key `{0}` is revoked and stays so: let its owner make a new key with another id")]
    Revoked(KeyId),
    /// Reading or writing failed.
    #[error(transparent)]
    File(#[from] FileError),
}

/// What a key's signatures are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// Accepted.
    Active,
    /// Nothing new is accepted; what is installed stays usable.
    Retired,
    /// Nothing is accepted, installed or not.
    Revoked,
}

impl fmt::Display for KeyState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Revoked => "revoked",
        })
    }
}

/// A key the operator has decided about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// Its id.
    pub id: KeyId,
    /// The key.
    pub public_key: PublicKey,
    /// What its signatures are worth.
    pub state: KeyState,
    /// Whose it is and why, in the operator's words.
    pub note: String,
    /// When it was added, as written in the file.
    pub added_at: String,
}

/// What a signature is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Taking in a component.
    Install,
    /// Activating or loading one that was taken in.
    Use,
}

/// Who stands for a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Id of the key.
    pub key_id: KeyId,
    /// Its state: `retired` only for [`Purpose::Use`].
    pub state: KeyState,
}

/// Why nobody stands for a component. Every text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// There is no signature.
    #[error("sha256:{digest} is unsigned: let its author sign it with `prism gate sign`")]
    Unsigned {
        /// The component.
        digest: String,
    },
    /// Only keys that the operator has not decided about.
    #[error(
        "sha256:{digest} is signed only by keys this key set does not have: {}. Get the public key from the author \
         over a channel you trust, then add it with `prism gate key trust`", key_ids.join(", ")
    )]
    UnknownKeys {
        /// The component.
        digest: String,
        /// What the keys call themselves.
        key_ids: Vec<String>,
    },
    /// The bytes are not those that were signed, or the signature is another key's.
    #[error(
        "the signature of key `{key_id}` does not fit: this component is sha256:{digest}, and that is not what the \
         key signed. Component or signature was changed after signing: get both from the author again"
    )]
    Misfit {
        /// The key.
        key_id: KeyId,
        /// The component.
        digest: String,
    },
    /// Rotated out.
    #[error(
        "key `{key_id}` is retired and nothing new is accepted from it: let the author sign with the key that follows it"
    )]
    Retired {
        /// The key.
        key_id: KeyId,
    },
    /// Stolen or lost.
    #[error(
        "key `{key_id}` is revoked: nothing it signed is accepted. Let the author check the component and sign it with another key"
    )]
    Revoked {
        /// The key.
        key_id: KeyId,
    },
}

/// The keys of a file. Empty, it trusts nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet {
    keys: Vec<TrustedKey>,
}

/// As it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    key: Vec<WrittenKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    id: String,
    public_key: String,
    state: KeyState,
    #[serde(default)]
    note: String,
    #[serde(default)]
    added_at: String,
}

impl KeySet {
    /// Reads a key set.
    ///
    /// # Errors
    /// [`KeySetError`]; a missing file too, for a key set that is gone must not pass for one that is empty.
    pub fn read(path: &Path) -> Result<Self, KeySetError> {
        Self::parse(&text(path)?, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self, KeySetError> {
        let written: Written =
            toml::from_str(text).map_err(|error| malformed(path, error.to_string().trim_end()))?;
        let mut keys: Vec<TrustedKey> = Vec::new();
        for entry in written.key {
            let key = |source| KeySetError::Key {
                path: path.to_owned(),
                id: entry.id.escape_default().take(64).collect(),
                source,
            };
            let id: KeyId = entry.id.parse().map_err(key)?;
            let public_key: PublicKey = entry.public_key.parse().map_err(key)?;
            if keys.iter().any(|other| other.id == id) {
                return Err(KeySetError::DuplicateId(id));
            }
            if let Some(first) = keys.iter().find(|other| other.public_key == public_key) {
                return Err(KeySetError::DuplicateKey {
                    first: first.id.clone(),
                    second: id,
                });
            }
            keys.push(TrustedKey {
                id,
                public_key,
                state: entry.state,
                note: entry.note,
                added_at: entry.added_at,
            });
        }
        Ok(Self { keys })
    }

    /// Every key, in the file's order.
    #[must_use]
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// The key with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&TrustedKey> {
        self.keys.iter().find(|key| key.id.as_str() == id)
    }

    /// Who stands for the component with this digest (lowercase hex SHA-256). One valid signature of an acceptable
    /// key suffices; other signatures beside it, of unknown or revoked keys, neither help nor harm.
    ///
    /// # Errors
    /// [`TrustError`]: the gravest of what is wrong with the signatures.
    pub fn check(
        &self,
        digest: &str,
        signatures: &[GateSignature],
        purpose: Purpose,
    ) -> Result<Signer, TrustError> {
        let message = message(digest);
        let (mut revoked, mut misfit, mut retired, mut unknown) = (None, None, None, Vec::new());
        for signature in signatures.iter().take(MAX_SIGNATURES) {
            let Some(key) = self.get(&signature.key_id) else {
                unknown.push(signature.key_id.escape_default().take(64).collect());
                continue;
            };
            let key_id = key.id.clone();
            if key.state == KeyState::Revoked {
                revoked = Some(TrustError::Revoked { key_id });
            } else if !decode(&signature.signature)
                .is_some_and(|bytes| key.public_key.verifies(message.as_bytes(), &bytes))
            {
                let digest = digest.to_owned();
                misfit = Some(TrustError::Misfit { key_id, digest });
            } else if key.state == KeyState::Retired && purpose == Purpose::Install {
                retired = Some(TrustError::Retired { key_id });
            } else {
                let state = key.state;
                return Ok(Signer { key_id, state });
            }
        }
        let digest = digest.to_owned();
        Err(match revoked.or(misfit).or(retired) {
            Some(error) => error,
            None if unknown.is_empty() => TrustError::Unsigned { digest },
            None => TrustError::UnknownKeys {
                digest,
                key_ids: unknown,
            },
        })
    }
}

fn text(path: &Path) -> Result<String, KeySetError> {
    let failed = |error| FileError::io("read", path, error);
    let open = File::open(path).map_err(failed)?;
    if open.metadata().map_err(failed)?.mode() & 0o002 != 0 {
        return Err(KeySetError::Exposed(path.to_owned()));
    }
    Ok(file::text(
        file::read_from(&open, path, MAX_KEY_SET_BYTES)?,
        path,
    )?)
}

fn malformed(path: &Path, why: &str) -> KeySetError {
    KeySetError::Malformed {
        path: path.to_owned(),
        why: why.to_owned(),
    }
}
