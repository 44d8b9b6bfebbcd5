//! Changes to a key set: one at a time, and written only when a key set comes out.

use std::path::Path;

use prism_store::Timestamp;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::{KeySet, KeySetError, KeyState, TrustedKey, malformed, text};
use crate::file;
use crate::key::{KeyId, PublicKey};

/// What became of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// The key as it is now.
    pub key: TrustedKey,
    /// Its state before; none when it is new.
    pub was: Option<KeyState>,
}

impl KeySet {
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
