//! The operator's key set: whose gates may be installed, and whose may still be used.
//!
//! One TOML file that people edit and commands rewrite; comments and order survive. A key is `active`, `retired`
//! (rotated out: nothing new by it is accepted, what is installed stays usable) or `revoked` (stolen or lost:
//! refused at install and at each activation). Nothing brings a revoked key back. Checks need no network.

use std::fmt;
use std::fs::File;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use prism_store::Timestamp;
use prism_store::records::GateSignature;
use serde::{Deserialize, Serialize};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::file::{self, FileError};
use crate::key::{KeyError, KeyId, PublicKey};
use crate::signature::{MAX_SIGNATURES, decode, message};

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

/// What became of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// The key as it is now.
    pub key: TrustedKey,
    /// Its state before; none when it is new.
    pub was: Option<KeyState>,
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

    /// Adds an active key to a file, which is made when it is missing.
    ///
    /// # Errors
    /// [`KeySetError::DuplicateId`], [`KeySetError::DuplicateKey`], and those of [`KeySet::read`].
    pub fn add(
        path: &Path,
        id: &KeyId,
        public_key: &PublicKey,
        note: &str,
    ) -> Result<KeyChange, KeySetError> {
        let change = change(path, true, |tables| {
            let mut table = Table::new();
            table.insert("id", value(id.as_str()));
            table.insert("public_key", value(public_key.to_string()));
            table.insert("state", value(KeyState::Active.to_string()));
            table.insert("note", value(note));
            table.insert(
                "added_at",
                value(Timestamp::from_seconds(Timestamp::now().seconds()).rfc3339()),
            );
            tables.push(table);
        });
        found(&change?, id, None)
    }

    /// Rotates a key out: nothing new by it is accepted. Does nothing to a key that is retired already.
    ///
    /// # Errors
    /// [`KeySetError::NoSuchKey`], [`KeySetError::Revoked`], and those of [`KeySet::read`].
    pub fn retire(path: &Path, id: &KeyId) -> Result<KeyChange, KeySetError> {
        Self::set_state(path, id, KeyState::Retired, None)
    }

    /// Takes all trust from a key, for ever. Does nothing but keep the reason when it is revoked already.
    ///
    /// # Errors
    /// [`KeySetError::NoSuchKey`], and those of [`KeySet::read`].
    pub fn revoke(path: &Path, id: &KeyId, reason: &str) -> Result<KeyChange, KeySetError> {
        Self::set_state(path, id, KeyState::Revoked, Some(reason))
    }

    fn set_state(
        path: &Path,
        id: &KeyId,
        state: KeyState,
        note: Option<&str>,
    ) -> Result<KeyChange, KeySetError> {
        // The state before is what another change may just have written: it is read under the same lock.
        let mut was = None;
        let set = change_checked(path, false, |set, tables| {
            let key = set.get(id.as_str()).ok_or_else(|| no_such_key(set, id))?;
            if key.state == KeyState::Revoked && state != KeyState::Revoked {
                return Err(KeySetError::Revoked(id.clone()));
            }
            was = Some(key.state);
            for table in tables.iter_mut() {
                if table.get("id").and_then(Item::as_str) == Some(id.as_str()) {
                    table.insert("state", value(state.to_string()));
                    if let Some(note) = note.filter(|note| !note.is_empty()) {
                        table.insert("note", value(note));
                    }
                }
            }
            Ok(())
        })?;
        found(&set, id, was)
    }
}

fn change(
    path: &Path,
    create: bool,
    edit: impl FnOnce(&mut ArrayOfTables),
) -> Result<KeySet, KeySetError> {
    change_checked(path, create, |_, tables| {
        edit(tables);
        Ok(())
    })
}

/// Reads, edits, checks and replaces the file, alone. What would not be a key set afterwards is not written.
fn change_checked(
    path: &Path,
    create: bool,
    edit: impl FnOnce(&KeySet, &mut ArrayOfTables) -> Result<(), KeySetError>,
) -> Result<KeySet, KeySetError> {
    let _alone = file::lock(path)?;
    let old = if create && !path.exists() {
        "# Keys whose gates this installation accepts. See docs/gates/signing.md.\n".to_owned()
    } else {
        text(path)?
    };
    let set = KeySet::parse(&old, path)?;
    let mut document: DocumentMut = old
        .parse()
        .map_err(|error: toml_edit::TomlError| malformed(path, error.to_string().trim_end()))?;
    let tables = document
        .entry("key")
        .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()))
        .as_array_of_tables_mut()
        .ok_or_else(|| {
            malformed(
                path,
                "write its keys as `[[key]]` blocks, so that a command can change them",
            )
        })?;
    edit(&set, tables)?;
    let new = document.to_string();
    let set = KeySet::parse(&new, path)?;
    file::replace(path, new.as_bytes())?;
    Ok(set)
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

fn found(set: &KeySet, id: &KeyId, was: Option<KeyState>) -> Result<KeyChange, KeySetError> {
    let key = set.get(id.as_str()).ok_or_else(|| no_such_key(set, id))?;
    Ok(KeyChange {
        key: key.clone(),
        was,
    })
}

fn no_such_key(set: &KeySet, id: &KeyId) -> KeySetError {
    let known: Vec<_> = set.keys.iter().map(|key| key.id.as_str()).collect();
    KeySetError::NoSuchKey {
        id: id.clone(),
        known: if known.is_empty() {
            "none".into()
        } else {
            known.join(", ")
        },
    }
}

fn malformed(path: &Path, why: &str) -> KeySetError {
    KeySetError::Malformed {
        path: path.to_owned(),
        why: why.to_owned(),
    }
}
