//! What a course is: documents in a fixed order under one fingerprint. How it lies in a file is in `format`.

mod error;

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use error::CourseError;

use crate::format;

/// A text with its name. The text may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Name, unique within a course.
    pub id: String,
    /// The text; a course's bytes are the sum of these.
    pub text: String,
}

/// Where the documents come from. Told to readers of a course, no part of its fingerprint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Name of the data set.
    pub dataset: String,
    /// Commit or digest that pins the data set.
    pub pin_sha: String,
    /// Licence of the text.
    pub license: String,
    /// Split the documents were drawn from.
    pub split: String,
    /// Seed of the order.
    pub seed: String,
}

/// Most that [`Course::open`] takes into memory. A course is held whole, so these bound the memory it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all texts. Default 2 GiB.
    pub bytes: u64,
    /// Number of documents. Default 4,194,304.
    pub documents: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 2 << 30,
            documents: 4 << 20,
        }
    }
}

/// A fixed list of documents in a fixed order. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    id: String,
    fingerprint: String,
    bytes: u64,
    shortened: bool,
    provenance: Provenance,
    documents: Arc<[Document]>,
}

/// Most bytes of a course's name.
const MAX_ID: usize = 96;

/// Most bytes of the name of a course that [`Course::take_bytes`] made.
const MAX_CUT_ID: usize = 128;

/// Most bytes of a document's name.
pub(crate) const MAX_DOCUMENT_ID: usize = 1024;

impl Course {
    /// A course of these documents in this order.
    ///
    /// # Errors
    /// [`CourseError::Id`] and [`CourseError::Document`].
    pub fn new(
        id: &str,
        documents: Vec<Document>,
        provenance: Provenance,
    ) -> Result<Self, CourseError> {
        Self::with_longest_id(id, MAX_ID, documents, provenance)
    }

    /// A course as a file tells it, cuts included.
    pub(crate) fn restored(
        id: &str,
        shortened: bool,
        documents: Vec<Document>,
        provenance: Provenance,
    ) -> Result<Self, CourseError> {
        let longest = if shortened { MAX_CUT_ID } else { MAX_ID };
        let mut course = Self::with_longest_id(id, longest, documents, provenance)?;
        course.shortened = shortened;
        Ok(course)
    }

    fn with_longest_id(
        id: &str,
        longest: usize,
        documents: Vec<Document>,
        provenance: Provenance,
    ) -> Result<Self, CourseError> {
        check_id(id, longest)?;
        let mut seen = std::collections::HashSet::with_capacity(documents.len());
        for (index, document) in documents.iter().enumerate() {
            let problem = if document.id.is_empty() || document.id.len() > MAX_DOCUMENT_ID {
                format!("its id must have 1 to {MAX_DOCUMENT_ID} bytes")
            } else if !seen.insert(document.id.as_str()) {
                format!("its id `{}` was used before", document.id)
            } else {
                continue;
            };
            return Err(CourseError::Document {
                number: index + 1,
                problem,
            });
        }
        drop(seen);
        Ok(Self {
            id: id.to_owned(),
            fingerprint: fingerprint(&documents),
            bytes: total_bytes(&documents),
            shortened: false,
            provenance,
            documents: documents.into(),
        })
    }

    /// Reads a course file, within the default [`Limits`], and checks all of it.
    ///
    /// # Errors
    /// Every variant but `Document` and `Id` names the file and what is wrong with it.
    pub fn open(path: &Path) -> Result<Self, CourseError> {
        Self::open_within(path, Limits::default())
    }

    /// Reads a course file within limits of the caller's.
    ///
    /// # Errors
    /// As [`Course::open`].
    pub fn open_within(path: &Path, limits: Limits) -> Result<Self, CourseError> {
        format::read(path, limits)
    }

    /// Reads and checks only the header of a course file.
    ///
    /// # Errors
    /// As [`Course::open`].
    pub fn header(path: &Path) -> Result<format::Header, CourseError> {
        format::read_header(path)
    }

    /// Writes the course file; an existing file is replaced only once the new one is complete.
    ///
    /// # Errors
    /// [`CourseError::Io`].
    pub fn write(&self, path: &Path) -> Result<(), CourseError> {
        format::write(self, path)
    }

    /// The whole documents from the beginning that hold at least `bytes` bytes, or the course itself where it
    /// has no more. Id and fingerprint are those of the cut.
    #[must_use]
    pub fn take_bytes(&self, bytes: u64) -> Self {
        let mut held = 0u64;
        let mut count = 0usize;
        for document in self.documents.iter() {
            if held >= bytes && count > 0 {
                break;
            }
            held += document.text.len() as u64;
            count += 1;
        }
        if count == self.documents.len() {
            return self.clone();
        }
        let documents: Arc<[Document]> = self.documents.iter().take(count).cloned().collect();
        Self {
            id: if self.shortened {
                // A cut of a cut is named after the whole course.
                let whole = self
                    .id
                    .rsplit_once("-first-")
                    .map_or(&*self.id, |(id, _)| id);
                format!("{whole}-first-{held}")
            } else {
                format!("{}-first-{held}", self.id)
            },
            fingerprint: fingerprint(&documents),
            bytes: held,
            shortened: true,
            provenance: self.provenance.clone(),
            documents,
        }
    }

    /// Id; of a cut, the whole course's with `-first-` and the bytes held.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// SHA-256 over the documents' ids and texts in order, in hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Bytes of all texts.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether [`Course::take_bytes`] left documents out.
    #[must_use]
    pub fn shortened(&self) -> bool {
        self.shortened
    }

    /// Where the documents come from.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// The documents in order.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }
}

fn check_id(id: &str, longest: usize) -> Result<(), CourseError> {
    let first_fits = id
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let rest_fits = id.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-')
    });
    if first_fits && rest_fits && id.len() <= longest {
        Ok(())
    } else {
        Err(CourseError::Id { id: id.to_owned() })
    }
}

fn total_bytes(documents: &[Document]) -> u64 {
    documents
        .iter()
        .map(|document| document.text.len() as u64)
        .sum()
}

/// Lengths stand before ids and texts, so no two lists of documents feed the digest the same bytes.
fn fingerprint(documents: &[Document]) -> String {
    let mut digest = Sha256::new();
    digest.update(b"prism_course_documents.v1\0");
    digest.update((documents.len() as u64).to_le_bytes());
    for document in documents {
        for part in [&document.id, &document.text] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part.as_bytes());
        }
    }
    hex::encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

    use super::{Course, Document, Provenance};

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

    #[test]
    fn a_cut_holds_whole_documents_and_has_its_own_name() {
        let whole = course(&["abc", "", "defgh", "ij"]);
        assert_eq!(whole.bytes(), 10);
        let cut = whole.take_bytes(4);
        assert_eq!(cut.documents().len(), 3);
        assert_eq!(cut.bytes(), 8);
        assert_eq!(cut.id(), "test-first-8");
        assert!(cut.shortened());
        assert_ne!(cut.fingerprint(), whole.fingerprint());
        assert_eq!(
            cut.fingerprint(),
            course(&["abc", "", "defgh"]).fingerprint()
        );
    }

    #[test]
    fn a_cut_beyond_the_end_is_the_course_itself() {
        let whole = course(&["abc", "de"]);
        for bytes in [4, 5, 6, u64::MAX] {
            let cut = whole.take_bytes(bytes);
            assert_eq!(cut, whole, "{bytes}");
            assert!(!cut.shortened());
        }
        assert_eq!(whole.take_bytes(0).documents().len(), 1);
    }

    #[test]
    fn order_and_borders_of_documents_are_in_the_fingerprint() {
        let prints = [
            course(&["ab", "c"]),
            course(&["a", "bc"]),
            course(&["c", "ab"]),
            course(&["ab", "c", ""]),
        ]
        .map(|course| course.fingerprint().to_owned());
        let distinct: std::collections::BTreeSet<_> = prints.iter().collect();
        assert_eq!(distinct.len(), prints.len());
    }

    #[test]
    fn names_outside_the_rules_are_refused() {
        for id in ["", "Kjv", "-a", "a b", "a/b", &"a".repeat(97)] {
            assert!(
                Course::new(id, vec![], Provenance::default()).is_err(),
                "{id}"
            );
        }
        let twice = vec![
            Document {
                id: "a".to_owned(),
                text: String::new(),
            };
            2
        ];
        let error = Course::new("test", twice, Provenance::default()).unwrap_err();
        assert_eq!(error.to_string(), "document 2: its id `a` was used before");
    }
}
