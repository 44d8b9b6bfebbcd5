//! Who may operate the gate platform: named tokens with a role, kept as hashes.
//!
//! The file is TOML, read again at every request so that a token can be revoked without a restart:
//!
//! ```toml
//! [[token]]
//! name = "alice"        # stands in every event she causes
//! role = "operate"      # or "read"
//! sha256 = "…"          # of the token; `prism token new` prints both
//! ```
//!
//! A token is 32 random bytes, so a plain SHA-256 of it can't be guessed back.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Largest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// What a token allows.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    clap::ValueEnum,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// See gates, revisions, shadows, replays and events.
    Read,
    /// Also change them.
    Operate,
}

/// One operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// Stands in every event they cause.
    pub name: String,
    /// What they may.
    pub role: Role,
    /// Lowercase hex SHA-256 of their token.
    pub sha256: String,
}

/// The operators' file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operators {
    #[serde(default, rename = "token")]
    tokens: Vec<Operator>,
}

/// The file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum OperatorsError {
    /// It can't be read.
    #[error("cannot read the operators' file {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is not valid.
    #[error("the operators' file {}: {reason}", .path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        reason: String,
    },
}

impl Operators {
    /// Reads the file.
    ///
    /// # Errors
    /// Names the line that is wrong. Its content, which holds no secret, may be quoted.
    pub fn read(path: &Path) -> Result<Self, OperatorsError> {
        let invalid = |reason: String| OperatorsError::Invalid {
            path: path.to_owned(),
            reason,
        };
        let read = |source| OperatorsError::Read {
            path: path.to_owned(),
            source,
        };
        if std::fs::metadata(path).map_err(read)?.len() > MAX_FILE_BYTES {
            return Err(invalid(format!("it has more than {MAX_FILE_BYTES} bytes")));
        }
        let text = std::fs::read_to_string(path).map_err(read)?;
        let operators: Self = toml::from_str(&text).map_err(|error| invalid(error.to_string()))?;
        let mut names = std::collections::BTreeSet::new();
        for operator in &operators.tokens {
            let hash = &operator.sha256;
            if hash.len() != 64
                || !hash
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            {
                return Err(invalid(format!(
                    "the sha256 of {:?} is not 64 lowercase hex digits",
                    operator.name
                )));
            }
            if !is_name(&operator.name) {
                return Err(invalid(format!(
                    "the name {:?} is not 1 to 64 of a-z, 0-9, '.', '_' and '-'",
                    operator.name
                )));
            }
            if !names.insert(&operator.name) {
                return Err(invalid(format!(
                    "the name {:?} stands twice",
                    operator.name
                )));
            }
        }
        Ok(operators)
    }

    /// The operator whose token an `Authorization` header carries. Every token is compared, in a time that does
    /// not tell where they differ.
    #[must_use]
    pub fn of_header(&self, header: &[u8]) -> Option<&Operator> {
        let token = header.strip_prefix(b"Bearer ")?;
        let hash = hex::encode(Sha256::digest(token));
        self.tokens.iter().fold(None, |found, operator| {
            let same: bool = operator.sha256.as_bytes().ct_eq(hash.as_bytes()).into();
            if same { Some(operator) } else { found }
        })
    }
}

/// Whether this can stand as the name of an operator: it goes into events and on terminals.
#[must_use]
pub fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'))
}

/// A fresh token and what goes into the file for it.
#[must_use]
pub fn new_token(name: &str, role: Role) -> (String, Operator) {
    let token = format!(
        "prism_{}",
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
    );
    let operator = Operator {
        name: name.to_owned(),
        role,
        sha256: hex::encode(Sha256::digest(&token)),
    };
    (token, operator)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("operators.toml");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn a_token_is_found_by_its_hash_alone() {
        let (token, operator) = new_token("alice", Role::Operate);
        let (_folder, path) = file(&format!(
            "[[token]]\nname = \"alice\"\nrole = \"operate\"\nsha256 = \"{}\"\n",
            operator.sha256
        ));
        let operators = Operators::read(&path).unwrap();
        let header = format!("Bearer {token}");
        assert_eq!(operators.of_header(header.as_bytes()), Some(&operator));
        for wrong in ["", "Bearer ", &token, &header[..header.len() - 1]] {
            assert_eq!(operators.of_header(wrong.as_bytes()), None, "{wrong}");
        }
        assert!(!std::fs::read_to_string(path).unwrap().contains(&token));
    }

    #[test]
    fn what_is_wrong_with_the_file_is_named() {
        let hash = "0".repeat(64);
        for (text, says) in [
            (
                format!("[[token]]\nname = \"a b\"\nrole = \"read\"\nsha256 = \"{hash}\""),
                "a b",
            ),
            (
                "[[token]]\nname = \"a\"\nrole = \"read\"\nsha256 = \"secret\"".into(),
                "sha256 of \"a\"",
            ),
            (
                "[[token]]\nname = \"a\"\nrole = \"root\"\nsha256 = \"\"".into(),
                "root",
            ),
            ("[[tokens]]".into(), "tokens"),
            (
                format!("[[token]]\nname = \"a\"\nrole = \"read\"\nsha256 = \"{hash}\"\n")
                    .repeat(2),
                "twice",
            ),
        ] {
            let (_folder, path) = file(&text);
            let error = Operators::read(&path).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
