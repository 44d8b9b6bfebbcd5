//! One pass over documents: their fingerprint and bytes, and that each has a name of its own.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::{CourseError, Document, Documents, MAX_DOCUMENT_BYTES, MAX_DOCUMENT_ID};

/// What a pass over documents found.
pub(super) struct Survey {
    pub(super) fingerprint: String,
    pub(super) bytes: u64,
}

/// Reads the first `count` documents, in order.
///
/// Lengths stand before ids and texts, so no two lists of documents feed the digest the same bytes. Names are
/// compared by 128 bits of their digest: a pass takes 16 bytes a document for them, whatever they are.
pub(super) fn survey<E: From<CourseError>>(
    documents: &dyn Documents,
    count: u64,
    each: &mut dyn FnMut(u64, &Document) -> Result<(), E>,
) -> Result<Survey, E> {
    let mut digest = Sha256::new();
    digest.update(b"prism_course_documents.v1\0");
    digest.update(count.to_le_bytes());
    let mut names = HashSet::new();
    let mut bytes = 0u64;
    for place in 0..count {
        let document = documents.document(place)?;
        check(&document, &mut names).map_err(|problem| CourseError::Document {
            number: place + 1,
            problem,
        })?;
        for part in [&document.id, &document.text] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part.as_bytes());
        }
        bytes += document.text.len() as u64;
        each(place, &document)?;
    }
    Ok(Survey {
        fingerprint: hex::encode(digest.finalize()),
        bytes,
    })
}

fn check(document: &Document, names: &mut HashSet<[u8; 16]>) -> Result<(), String> {
    if document.id.is_empty() || document.id.len() > MAX_DOCUMENT_ID {
        return Err(format!("its id must have 1 to {MAX_DOCUMENT_ID} bytes"));
    }
    if document.text.len() as u64 > MAX_DOCUMENT_BYTES {
        return Err(format!(
            "its text has {} bytes, at most {MAX_DOCUMENT_BYTES} are allowed; divide it",
            document.text.len()
        ));
    }
    let name: [u8; 32] = Sha256::digest(document.id.as_bytes()).into();
    let (half, _) = name.split_at(16);
    if half.try_into().is_ok_and(|half| names.insert(half)) {
        Ok(())
    } else {
        Err(format!("its id `{}` was used before", document.id))
    }
}
