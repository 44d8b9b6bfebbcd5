//! Signed documents: a payload of a stated type in a DSSE envelope (secure-systems-lab/dsse, version 1.0.2).
//!
//! What is signed is the envelope's pre-authentication encoding ([`encoding`]), which begins with `DSSEv1` and holds the
//! payload's type: no signature over a gate, or over a document of another type, fits it, nor the reverse. Keys, their
//! ids and key sets are those of gates; what a payload says is its reader's business.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD as BASE64, URL_SAFE};
use serde::{Deserialize, Serialize};

use crate::key::{KeyId, SecretKey};
use crate::key_set::{KeySet, KeyState, Signer};
use crate::signature::MAX_SIGNATURES;

/// What may be wrong with an envelope.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// Not such a document.
    #[error("it is no DSSE envelope: {0}")]
    Malformed(String),
    /// A document of another kind.
    #[error("it holds a payload of type `{found}`, and this needs `{wanted}`")]
    Type {
        /// The type it states.
        found: String,
        /// The type that was asked for.
        wanted: &'static str,
    },
}

/// Why nobody stands for a payload. Every text says what that means.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// There is no signature.
    #[error("it is unsigned: nobody stands for it")]
    Nobody,
    /// Only keys that the key set does not have.
    #[error(
        "it is signed only by keys that are not in the set of trusted keys: {}. Get the public key from its owner over a \
         channel you trust, then add it with `prism gate key trust`", .0.join(", ")
    )]
    UnknownKeys(Vec<String>),
    /// Payload, type or signature were changed.
    #[error(
        "the signature of key `{0}` does not fit: payload or signature was changed after signing"
    )]
    Misfit(KeyId),
    /// Stolen or lost.
    #[error("key `{0}` is revoked: nothing it signed is believed")]
    Revoked(KeyId),
}

/// A payload with its signatures, believed only once [`Envelope::signer`] has named who stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    payload_type: &'static str,
    payload: Vec<u8>,
    signatures: Vec<Signature>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Signature {
    /// A hint which key to try; a signature without one is tried with every key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keyid: Option<String>,
    sig: String,
}

/// As it stands in a file. Fields that are not known are passed over, as the specification asks.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(rename = "payloadType")]
    payload_type: String,
    payload: String,
    signatures: Vec<Signature>,
}

/// What is signed: `DSSEv1 <bytes of the type> <type> <bytes of the payload> <payload>`.
#[must_use]
pub fn encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!(
        "DSSEv1 {} {payload_type} {} ",
        payload_type.len(),
        payload.len()
    );
    [head.as_bytes(), payload].concat()
}

impl Envelope {
    /// An envelope that nobody has signed.
    #[must_use]
    pub fn new(payload_type: &'static str, payload: Vec<u8>) -> Self {
        Self {
            payload_type,
            payload,
            signatures: Vec::new(),
        }
    }

    /// Adds this key's signature.
    pub fn sign(&mut self, key: &SecretKey) {
        let signature = key.sign(&encoding(self.payload_type, &self.payload));
        self.signatures.push(Signature {
            keyid: Some(key.id().to_string()),
            sig: BASE64.encode(signature),
        });
    }

    /// Reads an envelope with a payload of this type. Says nothing about whether a signature is valid.
    ///
    /// # Errors
    /// [`EnvelopeError`].
    pub fn parse(bytes: &[u8], payload_type: &'static str) -> Result<Self, EnvelopeError> {
        let written: Written = serde_json::from_slice(bytes)
            .map_err(|error| EnvelopeError::Malformed(error.to_string()))?;
        if written.payload_type != payload_type {
            return Err(EnvelopeError::Type {
                found: shown(&written.payload_type),
                wanted: payload_type,
            });
        }
        if written.signatures.len() > MAX_SIGNATURES {
            return Err(EnvelopeError::Malformed(format!(
                "it has more than {MAX_SIGNATURES} signatures"
            )));
        }
        let payload = base64(&written.payload)
            .ok_or_else(|| EnvelopeError::Malformed("its payload is not base64".to_owned()))?;
        Ok(Self {
            payload_type,
            payload,
            signatures: written.signatures,
        })
    }

    /// As it stands in a file.
    ///
    /// # Errors
    /// None in practice: text always becomes JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EnvelopeError> {
        let written = Written {
            payload_type: self.payload_type.to_owned(),
            payload: BASE64.encode(&self.payload),
            signatures: self.signatures.clone(),
        };
        let mut bytes = serde_json::to_vec_pretty(&written)
            .map_err(|error| EnvelopeError::Malformed(error.to_string()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The payload, whoever wrote it.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Who stands for it: one valid signature of a key that is not revoked suffices. A retired key's is accepted, for it was
    /// good when it was made.
    ///
    /// # Errors
    /// [`Unsigned`]: the gravest of what is wrong with the signatures.
    pub fn signer(&self, keys: &KeySet) -> Result<Signer, Unsigned> {
        let message = encoding(self.payload_type, &self.payload);
        let (mut revoked, mut misfit, mut unknown) = (None, None, Vec::new());
        for signature in &self.signatures {
            let bytes = base64(&signature.sig).and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
            let named = signature.keyid.as_deref().map(|id| keys.get(id));
            let candidates = match named {
                Some(None) => {
                    unknown.push(shown(signature.keyid.as_deref().unwrap_or_default()));
                    continue;
                }
                Some(Some(key)) => std::slice::from_ref(key),
                None => keys.keys(),
            };
            let fitting = candidates.iter().find(|key| {
                bytes
                    .as_ref()
                    .is_some_and(|bytes| key.public_key.verifies(&message, bytes))
            });
            match (fitting, named.flatten()) {
                (Some(key), _) if key.state != KeyState::Revoked => {
                    return Ok(Signer {
                        key_id: key.id.clone(),
                        state: key.state,
                    });
                }
                (Some(key), _) => revoked = Some(Unsigned::Revoked(key.id.clone())),
                (None, Some(key)) => misfit = Some(Unsigned::Misfit(key.id.clone())),
                (None, None) => unknown.push("(without an id)".to_owned()),
            }
        }
        Err(match misfit.or(revoked) {
            Some(error) => error,
            None if unknown.is_empty() => Unsigned::Nobody,
            None => Unsigned::UnknownKeys(unknown),
        })
    }
}

/// Either alphabet, as the specification asks.
fn base64(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
}

/// A stranger's text, short and without control characters.
fn shown(text: &str) -> String {
    text.chars()
        .take(64)
        .flat_map(char::escape_default)
        .collect()
}
