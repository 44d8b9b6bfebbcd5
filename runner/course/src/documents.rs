//! What a course is: documents in a fixed order under one fingerprint. How it lies in a file is in `format`.

mod error;
mod kind;
mod survey;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use error::CourseError;
pub use kind::{Class, Pool, UnknownKind};
use survey::survey;

use crate::format::{self, Header};
use crate::key::Key;

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

/// Most that [`Course::open`] accepts. Documents are read when they are asked for, so these bound disk and time more than
/// memory; what grows with the course are 8 bytes a document and 72 bytes a block, of which there is one for each 64 KiB or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all texts. Default 64 GiB.
    pub bytes: u64,
    /// Number of documents. Default 4,194,304.
    pub documents: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 30,
            documents: 4 << 20,
        }
    }
}

/// Most bytes of a course's name.
const MAX_ID: usize = 96;

/// Most bytes of the name of a course that [`Course::take_bytes`] made.
const MAX_CUT_ID: usize = 128;

/// Most bytes of a document's name.
pub(crate) const MAX_DOCUMENT_ID: usize = 1024;

/// Most bytes of a document's text: what a reader holds at a time.
pub(crate) const MAX_DOCUMENT_BYTES: u64 = 64 << 20;

/// Documents that can be had one by one, in any order, as often as asked.
pub(crate) trait Documents: Send + Sync {
    /// The document at a place, from 0.
    fn document(&self, place: u64) -> Result<Document, CourseError>;
}

impl Documents for Vec<Document> {
    fn document(&self, place: u64) -> Result<Document, CourseError> {
        usize::try_from(place)
            .ok()
            .and_then(|place| self.get(place))
            .cloned()
            .ok_or(CourseError::NoDocument { place })
    }
}

/// What a course is called and meant for, before its documents are looked at.
#[derive(Clone, Debug)]
pub(crate) struct Title {
    pub(crate) id: String,
    pub(crate) class: Class,
    pub(crate) pool: Pool,
    pub(crate) provenance: Provenance,
}

/// A fixed list of documents in a fixed order. Cheap to clone: the documents stay where they are.
#[derive(Clone)]
pub struct Course {
    about: Header,
    sealed: bool,
    documents: Arc<dyn Documents>,
}

impl std::fmt::Debug for Course {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Course")
            .field("about", &self.about)
            .field("sealed", &self.sealed)
            .finish_non_exhaustive()
    }
}

impl Course {
    /// A practice course of these documents in this order, held in memory.
    ///
    /// # Errors
    /// [`CourseError::Id`] and [`CourseError::Document`].
    pub fn new(
        id: &str,
        documents: Vec<Document>,
        provenance: Provenance,
    ) -> Result<Self, CourseError> {
        let title = Title {
            id: id.to_owned(),
            class: Class::Practice,
            pool: Pool::Course,
            provenance,
        };
        let count = documents.len() as u64;
        Self::of(title, Arc::new(documents), count)
    }

    /// A course of the first `count` of these documents, each of which is read once to know them all.
    pub(crate) fn of(
        title: Title,
        documents: Arc<dyn Documents>,
        count: u64,
    ) -> Result<Self, CourseError> {
        check_id(&title.id, MAX_ID)?;
        let found = survey::<CourseError>(&*documents, count, &mut |_, _| Ok(()))?;
        Ok(Self {
            about: Header {
                schema: format::SCHEMA.to_owned(),
                id: title.id,
                class: title.class,
                pool: title.pool,
                fingerprint: found.fingerprint,
                documents: count,
                bytes: found.bytes,
                shortened: false,
                provenance: title.provenance,
            },
            sealed: false,
            documents,
        })
    }

    /// A course as a file tells it; what it holds is believed only once [`Course::read_through`] has passed.
    pub(crate) fn stored(
        about: Header,
        sealed: bool,
        documents: Arc<dyn Documents>,
    ) -> Result<Self, CourseError> {
        let longest = if about.shortened { MAX_CUT_ID } else { MAX_ID };
        check_id(&about.id, longest)?;
        Ok(Self {
            about,
            sealed,
            documents,
        })
    }

    /// Opens a course file within the default [`Limits`]; a sealed one with its key, one in the clear without.
    /// Header and index are checked here, every block when it is read, all documents together by
    /// [`Encoded`](crate::Encoded).
    ///
    /// # Errors
    /// Most variants name the file and what is wrong with it.
    pub fn open(path: &Path, key: Option<&Key>) -> Result<Self, CourseError> {
        Self::open_within(path, key, Limits::default())
    }

    /// Opens a course file within limits of the caller's.
    ///
    /// # Errors
    /// As [`Course::open`].
    pub fn open_within(
        path: &Path,
        key: Option<&Key>,
        limits: Limits,
    ) -> Result<Self, CourseError> {
        format::open(path, key, limits)
    }

    /// Reads only the header of a course file. That of a sealed course is its public one, without provenance,
    /// and believed only once the course is opened with its key.
    ///
    /// # Errors
    /// As [`Course::open`].
    pub fn header(path: &Path) -> Result<Header, CourseError> {
        Ok(format::read_header(path)?.0)
    }

    /// The header of a file that may be served: a course's own pool, and sealed exactly where there is a key.
    ///
    /// # Errors
    /// What stands against it, or what is wrong with the file.
    pub fn servable(path: &Path, with_key: bool) -> Result<Header, CourseError> {
        let (header, sealed) = format::read_header(path)?;
        let path = || path.to_owned();
        match (sealed, with_key) {
            (true, false) => return Err(CourseError::Sealed { path: path() }),
            (false, true) => return Err(CourseError::NotSealed { path: path() }),
            _ => {}
        }
        header.check_served(&path())?;
        Ok(header)
    }

    /// Writes the course file in the clear; an existing file is replaced only once the new one is complete.
    ///
    /// # Errors
    /// [`CourseError::Io`], and what reading the documents gives.
    pub fn write(&self, path: &Path) -> Result<(), CourseError> {
        format::write_file(path, true, |file| {
            format::write(self, &self.about, file, path, &mut |_| {})
        })
    }

    /// The whole documents from the beginning that hold at least `bytes` bytes, or the course itself where it
    /// has no more. Id and fingerprint are those of the cut, so its documents are read once.
    ///
    /// # Errors
    /// When a document can't be read, and [`CourseError::NoCut`] of a sealed course: whoever asks for its beginning
    /// can't know the fingerprint that scores on it would have.
    pub fn take_bytes(&self, bytes: u64) -> Result<Self, CourseError> {
        if self.sealed {
            return Err(CourseError::NoCut {
                id: self.about.id.clone(),
            });
        }
        if bytes > self.bytes() {
            return Ok(self.clone());
        }
        let (mut held, mut count) = (0u64, 0u64);
        while count < self.documents() && (held < bytes || count == 0) {
            held += self.document(count)?.text.len() as u64;
            count += 1;
        }
        if count == self.documents() {
            return Ok(self.clone());
        }
        let found = survey::<CourseError>(&*self.documents, count, &mut |_, _| Ok(()))?;
        // A cut of a cut is named after the whole course.
        let whole = match self.about.id.rsplit_once("-first-") {
            Some((whole, _)) if self.about.shortened => whole,
            _ => &self.about.id,
        };
        let mut cut = self.clone();
        cut.about.id = format!("{whole}-first-{held}");
        cut.about.fingerprint = found.fingerprint;
        cut.about.documents = count;
        cut.about.bytes = held;
        cut.about.shortened = true;
        Ok(cut)
    }

    /// Reads every document once, in order, hands it to `each` with its place from 0, and checks at the end that
    /// together they have the fingerprint and the bytes the course claims.
    ///
    /// # Errors
    /// What `each` gives, and [`CourseError`].
    pub fn read_through<E: From<CourseError>>(
        &self,
        each: &mut dyn FnMut(u64, &Document) -> Result<(), E>,
    ) -> Result<(), E> {
        let found = survey(&*self.documents, self.documents(), each)?;
        if found.fingerprint != self.about.fingerprint || found.bytes != self.about.bytes {
            return Err(E::from(CourseError::Fingerprint {
                id: self.about.id.clone(),
            }));
        }
        Ok(())
    }

    /// The document at a place, from 0.
    ///
    /// # Errors
    /// When it can't be read, or isn't what it was when the course was opened.
    pub fn document(&self, place: u64) -> Result<Document, CourseError> {
        if place >= self.documents() {
            return Err(CourseError::NoDocument { place });
        }
        self.documents.document(place)
    }

    /// What the course says of itself.
    #[must_use]
    pub fn about(&self) -> &Header {
        &self.about
    }

    /// Whether the file is sealed.
    #[must_use]
    pub fn sealed(&self) -> bool {
        self.sealed
    }

    /// Id; of a cut, the whole course's with `-first-` and the bytes held.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.about.id
    }

    /// SHA-256 over the documents' ids and texts in order, in hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.about.fingerprint
    }

    /// Bytes of all texts.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.about.bytes
    }

    /// Number of documents.
    #[must_use]
    pub fn documents(&self) -> u64 {
        self.about.documents
    }

    /// Whether [`Course::take_bytes`] left documents out.
    #[must_use]
    pub fn shortened(&self) -> bool {
        self.about.shortened
    }
}

/// Whether a name may name a course.
pub(crate) fn check_new_id(id: &str) -> Result<(), CourseError> {
    check_id(id, MAX_ID)
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
