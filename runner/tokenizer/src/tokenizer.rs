//! Tokenizers: what turns a document into ids, and an id back into its bytes.
//!
//! Here live vocabularies and nothing else: no course, no key, no torch. `bytes` is the only one in this version;
//! [`Tokenizer`] is where others join. Separators are the layout's, so encoding a text never yields one.

use sha2::{Digest, Sha256};
use thiserror::Error;

/// Ids of the `bytes` tokenizer: the 256 bytes and the separator.
pub const BYTES_VOCAB: u32 = 257;

/// The separator of the `bytes` tokenizer.
pub const BYTES_SEPARATOR: u32 = 256;

/// Why a tokenizer can't be had.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenizerError {
    /// The name is not known.
    #[error("tokenizer `{name}` is not known; known is `bytes`")]
    Unknown {
        /// The name asked for.
        name: String,
    },
}

/// A tokenizer. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tokenizer {
    /// One id a byte, id 256 the separator.
    Bytes,
}

/// What a tokenizer must do for the layout; the check of a course is written against this.
pub trait Codec {
    /// Its name in `prism.yaml`.
    fn name(&self) -> &str;
    /// Number of ids, the separator included.
    fn vocab_size(&self) -> u32;
    /// The id that stands before each document and fills tails.
    fn separator(&self) -> u32;
    /// Ids of a text, without separators.
    fn encode(&self, text: &str) -> Vec<u32>;
    /// The bytes of an id; none for an id that stands for no text, the separator among them.
    fn token(&self, id: u32) -> Option<&[u8]>;
}

/// Each byte, to be lent out.
const BYTES: [u8; 256] = {
    let mut bytes = [0; 256];
    let mut value = 0;
    while value < 256 {
        #[allow(
            clippy::indexing_slicing,
            clippy::cast_possible_truncation,
            reason = "a constant table"
        )]
        {
            bytes[value] = value as u8;
        }
        value += 1;
    }
    bytes
};

struct Bytes;

impl Codec for Bytes {
    fn name(&self) -> &str {
        "bytes"
    }

    fn vocab_size(&self) -> u32 {
        BYTES_VOCAB
    }

    fn separator(&self) -> u32 {
        BYTES_SEPARATOR
    }

    fn encode(&self, text: &str) -> Vec<u32> {
        text.bytes().map(u32::from).collect()
    }

    fn token(&self, id: u32) -> Option<&[u8]> {
        BYTES.chunks(1).nth(id as usize)
    }
}

impl Tokenizer {
    /// The tokenizer a `prism.yaml` names.
    ///
    /// # Errors
    /// [`TokenizerError::Unknown`].
    pub fn named(name: &str) -> Result<Self, TokenizerError> {
        match name {
            "bytes" => Ok(Self::Bytes),
            _ => Err(TokenizerError::Unknown {
                name: name.to_owned(),
            }),
        }
    }

    fn codec(&self) -> &dyn Codec {
        match self {
            Self::Bytes => &Bytes,
        }
    }

    /// Digest that names the vocabulary, for the manifests of data.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let text = format!(
            "prism_tokenizer.v1\n{}\n{}\n{}\n",
            self.name(),
            self.vocab_size(),
            self.separator()
        );
        hex::encode(Sha256::digest(text.as_bytes()))
    }

    /// Bytes of a list of ids; separators and unknown ids add none.
    #[must_use]
    pub fn decode(&self, ids: &[u32]) -> Vec<u8> {
        let tokens = ids.iter().filter_map(|id| self.token(*id));
        tokens.flatten().copied().collect()
    }

    /// Bytes an id decodes to; 0 for the separator.
    #[must_use]
    pub fn byte_len(&self, id: u32) -> u32 {
        let bytes = self.token(id).map_or(0, <[u8]>::len);
        u32::try_from(bytes).unwrap_or(u32::MAX)
    }
}

impl Codec for Tokenizer {
    fn name(&self) -> &str {
        self.codec().name()
    }

    fn vocab_size(&self) -> u32 {
        self.codec().vocab_size()
    }

    fn separator(&self) -> u32 {
        self.codec().separator()
    }

    fn encode(&self, text: &str) -> Vec<u32> {
        self.codec().encode(text)
    }

    fn token(&self, id: u32) -> Option<&[u8]> {
        self.codec().token(id)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::{BYTES_SEPARATOR, Codec, Tokenizer};

    #[test]
    fn bytes_are_their_own_ids() {
        let ids = Tokenizer::Bytes.encode("é");
        assert_eq!(ids, vec![0xc3, 0xa9]);
        assert_eq!(Tokenizer::Bytes.decode(&ids), "é".as_bytes());
        assert_eq!(Tokenizer::Bytes.byte_len(BYTES_SEPARATOR), 0);
        assert_eq!(Tokenizer::Bytes.byte_len(255), 1);
    }

    #[test]
    fn an_unknown_name_says_what_is_known() {
        assert_eq!(Tokenizer::named("bytes"), Ok(Tokenizer::Bytes));
        let error = Tokenizer::named("Bytes").unwrap_err();
        assert_eq!(
            error.to_string(),
            "tokenizer `Bytes` is not known; known is `bytes`"
        );
    }
}
