//! Tokenizers and the check that a course survives one byte for byte.
//!
//! `bytes` is the only one in this version; [`Tokenizer`] is where others join. Separators are the layout's,
//! so encoding a text never yields one.

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::documents::Course;

/// Ids of the `bytes` tokenizer: the 256 bytes and the separator.
pub const BYTES_VOCAB: u32 = 257;

/// The separator of the `bytes` tokenizer.
pub const BYTES_SEPARATOR: u32 = 256;

/// Why a tokenizer can't serve a course.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenizerError {
    /// The name is not known.
    #[error("tokenizer `{name}` is not known; known is `bytes`")]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// A document doesn't come back as it went in.
    #[error("document {number} (`{id}`) does not survive tokenizer `{tokenizer}`: {problem}")]
    RoundTrip {
        /// Its place in the course, from 1.
        number: usize,
        /// Its id.
        id: String,
        /// The tokenizer.
        tokenizer: &'static str,
        /// What differs.
        problem: String,
    },
}

/// A tokenizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tokenizer {
    /// One id a byte, id 256 the separator.
    Bytes,
}

/// What a tokenizer must do for the layout; the check of a course is written against this.
trait Codec {
    fn name(&self) -> &'static str;
    fn vocab_size(&self) -> u32;
    fn separator(&self) -> u32;
    fn encode(&self, text: &str) -> Vec<u32>;
    /// Appends the bytes of an id; false for an id that stands for none.
    fn decode_into(&self, id: u32, bytes: &mut Vec<u8>) -> bool;
}

struct Bytes;

impl Codec for Bytes {
    fn name(&self) -> &'static str {
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

    fn decode_into(&self, id: u32, bytes: &mut Vec<u8>) -> bool {
        u8::try_from(id).map(|byte| bytes.push(byte)).is_ok()
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

    /// Its name in `prism.yaml`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.codec().name()
    }

    /// Number of ids, the separator included.
    #[must_use]
    pub fn vocab_size(&self) -> u32 {
        self.codec().vocab_size()
    }

    /// The id that stands before each document and fills tails.
    #[must_use]
    pub fn separator(&self) -> u32 {
        self.codec().separator()
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

    /// Ids of a text, without separators.
    #[must_use]
    pub fn encode(&self, text: &str) -> Vec<u32> {
        self.codec().encode(text)
    }

    /// Bytes of a list of ids; separators and unknown ids add none.
    #[must_use]
    pub fn decode(&self, ids: &[u32]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(ids.len());
        for id in ids {
            self.codec().decode_into(*id, &mut bytes);
        }
        bytes
    }

    /// Bytes an id decodes to; 0 for the separator.
    #[must_use]
    pub fn byte_len(&self, id: u32) -> u32 {
        match self {
            Self::Bytes => u32::from(id < BYTES_SEPARATOR),
        }
    }
}

/// A course that was checked, whole, against a tokenizer: every document round-trips byte for byte.
#[derive(Clone, Debug)]
pub struct Encoded {
    course: Course,
    tokenizer: Tokenizer,
    token_counts: Vec<u64>,
    tokens: u64,
}

impl Encoded {
    /// Checks every document.
    ///
    /// # Errors
    /// [`TokenizerError::RoundTrip`] with the number of the first document that changes.
    pub fn new(course: Course, tokenizer: Tokenizer) -> Result<Self, TokenizerError> {
        let token_counts = count_checked(&course, tokenizer.codec())?;
        Ok(Self {
            tokens: token_counts.iter().sum(),
            course,
            tokenizer,
            token_counts,
        })
    }

    /// The course.
    #[must_use]
    pub fn course(&self) -> &Course {
        &self.course
    }

    /// The tokenizer.
    #[must_use]
    pub fn tokenizer(&self) -> Tokenizer {
        self.tokenizer
    }

    /// Tokens of the whole course, separators not counted: the number a full pass charges.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.tokens
    }

    /// Tokens of each document, in course order.
    #[must_use]
    pub fn token_counts(&self) -> &[u64] {
        &self.token_counts
    }
}

fn count_checked(course: &Course, codec: &dyn Codec) -> Result<Vec<u64>, TokenizerError> {
    let mut counts = Vec::with_capacity(course.documents().len());
    let mut back = Vec::new();
    for (index, document) in course.documents().iter().enumerate() {
        let problem = |problem: String| TokenizerError::RoundTrip {
            number: index + 1,
            id: document.id.clone(),
            tokenizer: codec.name(),
            problem,
        };
        back.clear();
        let ids = codec.encode(&document.text);
        for (place, id) in ids.iter().enumerate() {
            if *id == codec.separator() || *id >= codec.vocab_size() {
                return Err(problem(format!(
                    "token {place} has id {id}, which no text may have"
                )));
            }
            let before = back.len();
            // A token without bytes would be charged bits and no bytes, or nothing at all for something.
            if !codec.decode_into(*id, &mut back) || back.len() == before {
                return Err(problem(format!(
                    "token {place} with id {id} decodes to nothing"
                )));
            }
        }
        if back != document.text.as_bytes() {
            let same = back
                .iter()
                .zip(document.text.as_bytes())
                .take_while(|(left, right)| left == right)
                .count();
            return Err(problem(format!(
                "byte {same} of {} differs after decoding",
                document.text.len()
            )));
        }
        counts.push(ids.len() as u64);
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

    use super::{BYTES_SEPARATOR, Codec, Encoded, Tokenizer, TokenizerError, count_checked};
    use crate::documents::{Course, Document, Provenance};

    fn course(texts: &[&str]) -> Course {
        let documents = texts
            .iter()
            .enumerate()
            .map(|(index, text)| Document {
                id: format!("d{index}"),
                text: (*text).to_owned(),
            })
            .collect();
        Course::new("test", documents, Provenance::default()).unwrap()
    }

    /// Lower-cases what it reads, yields the separator for `#` and an empty token for `0`.
    struct Lossy;

    impl Codec for Lossy {
        fn name(&self) -> &'static str {
            "lossy"
        }
        fn vocab_size(&self) -> u32 {
            257
        }
        fn separator(&self) -> u32 {
            256
        }
        fn encode(&self, text: &str) -> Vec<u32> {
            text.bytes()
                .map(|byte| match byte {
                    b'#' => 256,
                    byte => u32::from(byte.to_ascii_lowercase()),
                })
                .collect()
        }
        fn decode_into(&self, id: u32, bytes: &mut Vec<u8>) -> bool {
            if id != u32::from(b'0') {
                bytes.push(u8::try_from(id).unwrap());
            }
            true
        }
    }

    #[test]
    fn bytes_are_their_own_ids() {
        let encoded = Encoded::new(course(&["ab", "", "é\u{1F600}\0"]), Tokenizer::Bytes).unwrap();
        assert_eq!(encoded.token_counts(), &[2, 0, 7]);
        assert_eq!(encoded.tokens(), encoded.course().bytes());
        let ids = Tokenizer::Bytes.encode("é");
        assert_eq!(ids, vec![0xc3, 0xa9]);
        assert_eq!(Tokenizer::Bytes.decode(&ids), "é".as_bytes());
        assert_eq!(Tokenizer::Bytes.byte_len(BYTES_SEPARATOR), 0);
        assert_eq!(Tokenizer::Bytes.byte_len(255), 1);
    }

    #[test]
    fn the_first_document_that_changes_is_named() {
        for (texts, number, words) in [
            (["ab", "xyZ", "Z"], 2, "byte 2 of 3"),
            (["ab", "c", "a#"], 3, "id 256"),
            (["0", "c", "a"], 1, "decodes to nothing"),
        ] {
            let error = count_checked(&course(&texts), &Lossy).unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
            assert!(
                matches!(error, TokenizerError::RoundTrip { number: found, .. } if found == number)
            );
        }
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
