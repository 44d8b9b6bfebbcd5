//! A course checked against a tokenizer: every document survives it byte for byte.

use prism_tokenizer::{Codec, Tokenizer};
use thiserror::Error;

use crate::documents::{Course, CourseError, Document};

/// Why a tokenizer can't serve a course.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// A document doesn't come back as it went in.
    #[error("document {number} (`{id}`) does not survive tokenizer `{tokenizer}`: {problem}")]
    RoundTrip {
        /// Its place in the course, from 1.
        number: u64,
        /// Its id.
        id: String,
        /// The tokenizer.
        tokenizer: String,
        /// What differs.
        problem: String,
    },
    /// The course can't be read, or isn't what it claims to be.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// A course that was checked, whole, against its fingerprint and a tokenizer: every document round-trips byte for
/// byte.
#[derive(Clone, Debug)]
pub struct Encoded<C = Tokenizer> {
    course: Course,
    tokenizer: C,
    token_counts: Vec<u64>,
    tokens: u64,
}

impl<C: Codec> Encoded<C> {
    /// Reads the whole course once and checks every document.
    ///
    /// # Errors
    /// [`EncodeError::RoundTrip`] with the number of the first document that changes, or what is wrong with the course.
    pub fn new(course: Course, tokenizer: C) -> Result<Self, EncodeError> {
        Self::watched(course, tokenizer, &mut |_| {})
    }

    /// As [`Encoded::new`]; `done` is told the bytes of each text.
    ///
    /// # Errors
    /// As [`Encoded::new`].
    pub fn watched(
        course: Course,
        tokenizer: C,
        done: &mut dyn FnMut(u64),
    ) -> Result<Self, EncodeError> {
        let mut token_counts = Vec::new();
        course.read_through::<EncodeError>(&mut |place, document| {
            let count =
                count_checked(document, &tokenizer).map_err(|problem| EncodeError::RoundTrip {
                    number: place + 1,
                    id: document.id.clone(),
                    tokenizer: tokenizer.name().to_owned(),
                    problem,
                })?;
            token_counts.push(count);
            done(document.text.len() as u64);
            Ok(())
        })?;
        Ok(Self {
            tokens: token_counts.iter().sum(),
            course,
            tokenizer,
            token_counts,
        })
    }

    /// The tokenizer.
    #[must_use]
    pub fn tokenizer(&self) -> &C {
        &self.tokenizer
    }
}

impl<C> Encoded<C> {
    /// The course.
    #[must_use]
    pub fn course(&self) -> &Course {
        &self.course
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

/// The document's tokens, all of which have bytes that together are its text.
fn count_checked(document: &Document, codec: &impl Codec) -> Result<u64, String> {
    let text = document.text.as_bytes();
    let ids = codec.encode(&document.text);
    let mut same = 0usize;
    for (place, id) in ids.iter().enumerate() {
        if *id == codec.separator() || *id >= codec.vocab_size() {
            return Err(format!("token {place} has id {id}, which no text may have"));
        }
        // A token without bytes would be charged bits and no bytes, or nothing at all for something.
        let bytes = match codec.token(*id) {
            Some(bytes) if !bytes.is_empty() => bytes,
            _ => return Err(format!("token {place} with id {id} decodes to nothing")),
        };
        let rest = text.get(same..).unwrap_or_default();
        same += bytes
            .iter()
            .zip(rest)
            .take_while(|(left, right)| left == right)
            .count();
        if !rest.starts_with(bytes) {
            return Err(format!(
                "byte {same} of {} differs after decoding",
                text.len()
            ));
        }
    }
    if same < text.len() {
        return Err(format!(
            "byte {same} of {} differs after decoding",
            text.len()
        ));
    }
    Ok(ids.len() as u64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

    use prism_tokenizer::{Codec, Tokenizer};

    use super::{EncodeError, Encoded};
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

    /// Lower-cases what it reads, yields the separator for `#` and an empty token for `0`, drops `!` and doubles a
    /// last `?`.
    #[derive(Debug)]
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
            let mut ids: Vec<u32> = text
                .bytes()
                .filter(|byte| *byte != b'!')
                .map(|byte| match byte {
                    b'#' => 256,
                    byte => u32::from(byte.to_ascii_lowercase()),
                })
                .collect();
            if text.ends_with('?') {
                ids.push(u32::from(b'?'));
            }
            ids
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
            (["a", "b", "cut!"], 3, "byte 3 of 4"),
            (["a", "longer?", "b"], 2, "byte 7 of 7"),
        ] {
            let error = Encoded::new(course(&texts), Lossy).unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
            assert!(
                matches!(error, EncodeError::RoundTrip { number: found, .. } if found == number)
            );
        }
    }
}
