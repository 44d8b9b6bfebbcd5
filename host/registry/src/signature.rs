//! Signatures over a component's digest, and the file they travel in.
//!
//! What is signed is the message of [`message`], 86 bytes of text that any ed25519 tool can sign or verify. The
//! file lies beside the component as `<component>.sig`; several keys may sign one component.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use prism_store::records::GateSignature;
use serde::{Deserialize, Serialize};

use crate::file::{self, FileError};
use crate::key::{KeyError, KeyId, SecretKey};

/// A signature file has at most this many bytes.
pub const MAX_SIGNATURE_FILE_BYTES: u64 = 64 << 10;

/// One component has at most this many signatures.
pub const MAX_SIGNATURES: usize = 32;

/// What may be wrong with a signature file.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// Not such a file.
    #[error("it is no signature file: {0}")]
    Malformed(String),
    /// A format this Prism does not know.
    #[error("it has version {0}, and this Prism reads version 1: upgrade Prism")]
    Version(u64),
    /// The file tells of another component.
    #[error(
        "it is for the component sha256:{signed}, and this one is sha256:{found}: use the file that came with this component, or sign this one"
    )]
    OtherComponent {
        /// Digest the file tells, lowercase hex.
        signed: String,
        /// Digest of the component, lowercase hex.
        found: String,
    },
    /// A key's id is wrong.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Reading or writing failed.
    #[error(transparent)]
    File(#[from] FileError),
}

/// What is signed for a component: `prism gate v1\nsha256:<lowercase hex>\n`. The first line keeps signatures that
/// the same key made for other purposes from being used here, and the reverse.
#[must_use]
pub fn message(digest: &str) -> String {
    format!("prism gate v1\nsha256:{digest}\n")
}

/// The signature's bytes, when it is the base64 of 64.
pub(crate) fn decode(signature: &str) -> Option<[u8; 64]> {
    BASE64.decode(signature).ok()?.try_into().ok()
}

/// Whether it is a SHA-256 in lowercase hex.
pub(crate) fn is_digest(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The signatures of one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureFile {
    digest: String,
    signatures: Vec<GateSignature>,
}

/// As it stands in the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u64,
    digest: String,
    signatures: Vec<WrittenSignature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSignature {
    key_id: String,
    signature: String,
}

impl SignatureFile {
    /// A file without signatures for the component with this digest (lowercase hex SHA-256).
    #[must_use]
    pub fn new(digest: &str) -> Self {
        Self {
            digest: digest.to_owned(),
            signatures: Vec::new(),
        }
    }

    /// Where the signatures of the component at this path lie: its name with `.sig` added.
    #[must_use]
    pub fn beside(component: &Path) -> PathBuf {
        let mut name = OsString::from(component);
        name.push(".sig");
        name.into()
    }

    /// Reads a signature file's bytes. Says nothing about whether a signature is valid.
    ///
    /// # Errors
    /// [`SignatureError::Malformed`] or [`SignatureError::Version`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SignatureError> {
        let malformed = |why: String| SignatureError::Malformed(why);
        if bytes.len() as u64 > MAX_SIGNATURE_FILE_BYTES {
            return Err(malformed(format!(
                "it has more than {MAX_SIGNATURE_FILE_BYTES} bytes"
            )));
        }
        // The version first: another one may have other fields.
        let value: serde_json::Value =
            serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
        match value.get("version").and_then(serde_json::Value::as_u64) {
            Some(1) => {}
            Some(other) => return Err(SignatureError::Version(other)),
            None => return Err(malformed("it has no version".into())),
        }
        // From the bytes again, for a field that is there twice is only seen there.
        let written: Written =
            serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
        let digest = written
            .digest
            .strip_prefix("sha256:")
            .filter(|digest| is_digest(digest))
            .ok_or_else(|| {
                malformed("its digest is not `sha256:` and 64 lowercase hex digits".into())
            })?;
        if written.signatures.len() > MAX_SIGNATURES {
            return Err(malformed(format!(
                "it has more than {MAX_SIGNATURES} signatures"
            )));
        }
        let mut ids = BTreeSet::new();
        let mut signatures = Vec::new();
        for WrittenSignature { key_id, signature } in written.signatures {
            let id: KeyId = key_id.parse()?;
            if decode(&signature).is_none() {
                return Err(malformed(format!(
                    "the signature of key `{id}` is not the base64 of 64 bytes"
                )));
            }
            if !ids.insert(id) {
                return Err(malformed(format!(
                    "it has two signatures of key `{key_id}`"
                )));
            }
            signatures.push(GateSignature { key_id, signature });
        }
        Ok(Self {
            digest: digest.to_owned(),
            signatures,
        })
    }

    /// Reads a signature file.
    ///
    /// # Errors
    /// As [`SignatureFile::parse`], and [`SignatureError::File`].
    pub fn read(path: &Path) -> Result<Self, SignatureError> {
        Self::parse(file::read_text(path, MAX_SIGNATURE_FILE_BYTES)?.as_bytes())
    }

    /// Adds this key's signature, in place of an earlier one of the same key. Returns whether it replaced one.
    ///
    /// # Errors
    /// [`SignatureError::Malformed`] when there are [`MAX_SIGNATURES`] of other keys.
    pub fn sign(&mut self, key: &SecretKey) -> Result<bool, SignatureError> {
        let new = GateSignature {
            key_id: key.id().to_string(),
            signature: BASE64.encode(key.sign(message(&self.digest).as_bytes())),
        };
        if let Some(old) = self
            .signatures
            .iter_mut()
            .find(|signature| signature.key_id == new.key_id)
        {
            *old = new;
            return Ok(true);
        }
        if self.signatures.len() == MAX_SIGNATURES {
            return Err(SignatureError::Malformed(format!(
                "it would have more than {MAX_SIGNATURES} signatures: remove those of keys that nobody uses"
            )));
        }
        self.signatures.push(new);
        Ok(false)
    }

    /// Writes it, in place of what was there.
    ///
    /// # Errors
    /// [`SignatureError::File`].
    pub fn write(&self, path: &Path) -> Result<(), SignatureError> {
        Ok(file::replace(path, &self.to_bytes()?)?)
    }

    /// As it stands in a file and in a registry: the same signatures give the same bytes.
    ///
    /// # Errors
    /// None in practice: text always becomes JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SignatureError> {
        let written = Written {
            version: 1,
            digest: format!("sha256:{}", self.digest),
            signatures: self
                .signatures
                .iter()
                .map(|signature| WrittenSignature {
                    key_id: signature.key_id.clone(),
                    signature: signature.signature.clone(),
                })
                .collect(),
        };
        let mut bytes = serde_json::to_vec_pretty(&written)
            .map_err(|error| SignatureError::Malformed(error.to_string()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Digest of the component it tells of, lowercase hex SHA-256.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Every signature, valid or not.
    #[must_use]
    pub fn signatures(&self) -> &[GateSignature] {
        &self.signatures
    }

    /// The signatures, when the file tells of the component with this digest (lowercase hex SHA-256). They are not
    /// verified by this: that is [`crate::KeySet::check`].
    ///
    /// # Errors
    /// [`SignatureError::OtherComponent`].
    pub fn for_component(&self, digest: &str) -> Result<&[GateSignature], SignatureError> {
        if self.digest == digest {
            return Ok(&self.signatures);
        }
        Err(SignatureError::OtherComponent {
            signed: self.digest.clone(),
            found: digest.to_owned(),
        })
    }
}
