#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use std::fs;
use std::path::PathBuf;

use super::{Header, MARK};
use crate::documents::{Course, CourseError, Document, Limits, Provenance};

fn course() -> Course {
    let documents = ["In the beginning", "", "é\n\0", &"word ".repeat(2000)]
        .iter()
        .enumerate()
        .map(|(index, text)| Document {
            id: format!("d/{index}"),
            text: (*text).to_owned(),
        })
        .collect();
    let provenance = Provenance {
        dataset: "test".to_owned(),
        ..Provenance::default()
    };
    Course::new("test", documents, provenance).unwrap()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("test.course")
    }

    fn open(&self, bytes: &[u8]) -> Result<Course, CourseError> {
        fs::write(self.file(), bytes).unwrap();
        Course::open(&self.file())
    }
}

/// A course file by hand: a header that may lie, a body, the right digest.
fn forged(header: &serde_json::Value, body: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let header = serde_json::to_vec(header).unwrap();
    let mut bytes = MARK.to_vec();
    bytes.extend((header.len() as u32).to_le_bytes());
    bytes.extend(header);
    bytes.extend(body);
    let digest = Sha256::digest(&bytes);
    bytes.extend(digest);
    bytes
}

fn body(documents: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut plain = Vec::new();
    for (id, text) in documents {
        plain.extend((id.len() as u32).to_le_bytes());
        plain.extend(*id);
        plain.extend((text.len() as u64).to_le_bytes());
        plain.extend(*text);
    }
    zstd::encode_all(&*plain, 3).unwrap()
}

fn header(documents: u64, bytes: u64) -> serde_json::Value {
    serde_json::to_value(Header {
        schema: "prism_course.v1".to_owned(),
        id: "forged".to_owned(),
        fingerprint: "00".repeat(32),
        documents,
        bytes,
        shortened: false,
        provenance: Provenance::default(),
    })
    .unwrap()
}

#[test]
fn what_is_written_is_read_back() {
    let folder = Folder::new();
    for course in [course(), course().take_bytes(5)] {
        course.write(&folder.file()).unwrap();
        assert_eq!(Course::open(&folder.file()).unwrap(), course);
        let header = Course::header(&folder.file()).unwrap();
        assert_eq!(header.fingerprint, course.fingerprint());
        assert_eq!(header.bytes, course.bytes());
    }
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 1);
}

#[test]
fn the_same_course_is_the_same_file() {
    let folder = Folder::new();
    course().write(&folder.file()).unwrap();
    let first = fs::read(folder.file()).unwrap();
    course().write(&folder.file()).unwrap();
    assert_eq!(fs::read(folder.file()).unwrap(), first);
}

#[test]
fn a_change_anywhere_is_found() {
    let folder = Folder::new();
    course().write(&folder.file()).unwrap();
    let good = fs::read(folder.file()).unwrap();
    for place in 0..good.len() {
        let mut bytes = good.clone();
        bytes[place] ^= 0x20;
        assert!(folder.open(&bytes).is_err(), "byte {place} was changed");
    }
    for length in 0..good.len() {
        assert!(folder.open(&good[..length]).is_err(), "cut to {length}");
    }
    let mut longer = good.clone();
    longer.push(0);
    assert!(folder.open(&longer).is_err());
}

#[test]
fn lies_are_named() {
    let folder = Folder::new();
    let one = body(&[(b"a", b"text")]);
    let mut unknown = header(1, 4);
    unknown["more"] = serde_json::json!(1);
    let mut later = header(1, 4);
    later["schema"] = serde_json::json!("prism_course.v9");
    let mut behind = one.clone();
    behind.extend(b"hidden");
    for (bytes, words) in [
        (b"".to_vec(), "no course file"),
        (
            b"PK\x03\x04 something else, long enough to hold a digest".to_vec(),
            "no course file",
        ),
        (forged(&unknown, &one), "unknown field"),
        (forged(&later, &one), "`prism_course.v9` is not known"),
        (forged(&serde_json::json!([]), &one), "is not known"),
        (forged(&header(1, 4), &one), "fingerprint"),
        (forged(&header(2, 4), &one), "document 2"),
        (
            forged(&header(1, 3), &one),
            "more bytes than the header says",
        ),
        (
            forged(&header(1, 5), &one),
            "fewer bytes than the header says",
        ),
        (forged(&header(0, 0), &one), "more than the documents"),
        (
            forged(&header(1, 4), &behind),
            "between the documents and the digest",
        ),
        (forged(&header(1, 4), &[]), "document 1"),
        (forged(&header(1, u64::MAX), &one), "at most"),
        (forged(&header(u64::MAX, 4), &one), "at most"),
        (
            forged(&header(1, 2), &body(&[(b"a", b"\xff\xfe")])),
            "utf-8",
        ),
        (
            forged(&header(2, 2), &body(&[(b"a", b"b"), (b"a", b"c")])),
            "used before",
        ),
        (forged(&header(1, 1), &body(&[(b"", b"b")])), "its id must"),
        (
            forged(&header(1, 1), &body(&[(&[b'i'; 2000], b"b")])),
            "its id claims",
        ),
    ] {
        let error = folder.open(&bytes).unwrap_err().to_string();
        assert!(error.contains(words), "{words}: {error}");
    }
    assert!(
        Course::open(folder.0.path()).is_err(),
        "a folder is no course"
    );
}

#[test]
fn a_header_that_claims_much_takes_no_memory() {
    let folder = Folder::new();
    let mut bytes = MARK.to_vec();
    bytes.extend(u32::MAX.to_le_bytes());
    bytes.extend([0; 64]);
    assert!(matches!(
        folder.open(&bytes),
        Err(CourseError::Header { .. })
    ));

    // 64 MiB of zeros in a few kilobytes, claimed as one byte: refused at the first length.
    let bomb = body(&[(b"a", &vec![0; 64 << 20])]);
    assert!(bomb.len() < 16 << 10);
    assert!(matches!(
        folder.open(&forged(&header(1, 1), &bomb)),
        Err(CourseError::Damaged { .. })
    ));
}

#[test]
fn limits_of_the_caller_hold() {
    let folder = Folder::new();
    course().write(&folder.file()).unwrap();
    let limits = |bytes, documents| Limits { bytes, documents };
    assert!(Course::open_within(&folder.file(), limits(1 << 20, 4)).is_ok());
    for limits in [limits(100, 4), limits(1 << 20, 3)] {
        assert!(matches!(
            Course::open_within(&folder.file(), limits),
            Err(CourseError::TooLarge { .. })
        ));
    }
}
