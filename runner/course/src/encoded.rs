//! A course checked against a tokenizer: every document survives it byte for byte.

use prism_tokenizer::{Codec, Tokenizer};
use thiserror::Error;

use crate::documents::Course;

/// Why a tokenizer can't serve a course.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// A document doesn't come back as it went in.
    #[error("document {number} (`{id}`) does not survive tokenizer `{tokenizer}`: {problem}")]
    RoundTrip {
        /// Its place in the course, from 1.
        number: usize,
        /// Its id.
        id: String,
        /// The tokenizer.
        tokenizer: String,
        /// What differs.
        problem: String,
    },
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
    /// [`EncodeError::RoundTrip`] with the number of the first document that changes.
    pub fn new(course: Course, tokenizer: Tokenizer) -> Result<Self, EncodeError> {
        let token_counts = count_checked(&course, &tokenizer)?;
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
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
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

fn count_checked(course: &Course, codec: &dyn Codec) -> Result<Vec<u64>, EncodeError> {
    let mut counts = Vec::with_capacity(course.documents().len());
    let mut back = Vec::new();
    for (index, document) in course.documents().iter().enumerate() {
        let problem = |problem: String| EncodeError::RoundTrip {
            number: index + 1,
            id: document.id.clone(),
            tokenizer: codec.name().to_owned(),
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
            // A token without bytes would be charged bits and no bytes, or nothing at all for something.
            match codec.token(*id) {
                Some(bytes) if !bytes.is_empty() => back.extend_from_slice(bytes),
                _ => {
                    return Err(problem(format!(
                        "token {place} with id {id} decodes to nothing"
                    )));
                }
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

    use prism_tokenizer::{Codec, Tokenizer};

    use super::{EncodeError, Encoded, count_checked};
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
        fn name(&self) -> &str {
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
        fn token(&self, id: u32) -> Option<&[u8]> {
            static BYTES: [u8; 128] = {
                let mut bytes = [0; 128];
                let mut value = 0;
                while value < 128 {
                    bytes[value] = value as u8;
                    value += 1;
                }
                bytes
            };
            if id == u32::from(b'0') {
                return Some(&[]);
            }
            BYTES.get(id as usize..=id as usize)
        }
    }

    #[test]
    fn a_byte_is_a_token() {
        let encoded = Encoded::new(course(&["ab", "", "é\u{1F600}\0"]), Tokenizer::Bytes).unwrap();
        assert_eq!(encoded.token_counts(), &[2, 0, 7]);
        assert_eq!(encoded.tokens(), encoded.course().bytes());
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
                matches!(error, EncodeError::RoundTrip { number: found, .. } if found == number)
            );
        }
    }
}
