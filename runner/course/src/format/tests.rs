#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

mod forged;
mod sealed;

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use super::block::BLOCK_BYTES;
use super::{DIGEST_BYTES, MARK};
use crate::documents::{Course, CourseError, Document, Limits, Provenance};

fn document(id: impl Into<String>, text: impl Into<String>) -> Document {
    Document {
        id: id.into(),
        text: text.into(),
    }
}

fn provenance() -> Provenance {
    Provenance {
        dataset: "secret-source".to_owned(),
        ..Provenance::default()
    }
}

fn course() -> Course {
    let documents = ["In the beginning", "", "é\n\0", &"word ".repeat(200)]
        .iter()
        .enumerate()
        .map(|(index, text)| document(format!("d/{index}"), *text))
        .collect();
    Course::new("test", documents, provenance()).unwrap()
}

/// Text that does not compress well, the same for the same seed.
fn noise(seed: u64, bytes: usize) -> String {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    (0..bytes)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from(b'!' + (state >> 33) as u8 % 90)
        })
        .collect()
}

/// Many blocks, some of one long document, with documents of every awkward length between.
fn long_course() -> Course {
    let mut documents = Vec::new();
    for number in 0..60u64 {
        let bytes = match number % 12 {
            3 => BLOCK_BYTES,
            5 => BLOCK_BYTES + 1,
            7 => 3 * BLOCK_BYTES,
            9 => 0,
            11 => 1,
            other => usize::try_from(other * 3000).unwrap(),
        };
        documents.push(document(format!("d{number}"), noise(number, bytes)));
    }
    Course::new("long", documents, provenance()).unwrap()
}

fn read_all(course: &Course) -> Result<Vec<Document>, CourseError> {
    let mut all = Vec::new();
    course.read_through::<CourseError>(&mut |_, document| {
        all.push(document.clone());
        Ok(())
    })?;
    Ok(all)
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("test.course")
    }

    fn written(&self, course: &Course) -> Vec<u8> {
        course.write(&self.file()).unwrap();
        fs::read(self.file()).unwrap()
    }

    /// Opens these bytes as a course and reads all of it.
    fn read(&self, bytes: &[u8]) -> Result<Course, CourseError> {
        fs::write(self.file(), bytes).unwrap();
        let course = Course::open(&self.file(), None)?;
        read_all(&course)?;
        Ok(course)
    }
}

#[test]
fn what_is_written_is_read_back() {
    let folder = Folder::new();
    let cut = course().take_bytes(5).unwrap();
    let empty = Course::new("empty", vec![], Provenance::default()).unwrap();
    for course in [course(), cut, empty, long_course()] {
        folder.written(&course);
        let opened = Course::open(&folder.file(), None).unwrap();
        assert_eq!(opened.about(), course.about());
        assert_eq!(read_all(&opened).unwrap(), read_all(&course).unwrap());
        assert_eq!(&Course::header(&folder.file()).unwrap(), course.about());
        assert!(!opened.sealed());
    }
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 1);
}

#[test]
fn documents_come_in_any_order_and_as_often_as_asked() {
    let folder = Folder::new();
    let course = long_course();
    folder.written(&course);
    let opened = Course::open(&folder.file(), None).unwrap();
    for round in 0..3u64 {
        for place in 0..course.documents() {
            let place = (place * 37 + round) % course.documents();
            assert_eq!(
                opened.document(place).unwrap(),
                course.document(place).unwrap()
            );
        }
    }
    assert!(matches!(
        opened.document(course.documents()),
        Err(CourseError::NoDocument { .. })
    ));
    assert!(opened.document(u64::MAX).is_err());
}

#[test]
fn a_hundred_thousand_tiny_documents_are_read_back() {
    let folder = Folder::new();
    let documents = (0..100_000)
        .map(|number| document(number.to_string(), if number % 3 == 0 { "" } else { "a" }))
        .collect();
    let course = Course::new("tiny", documents, Provenance::default()).unwrap();
    folder.written(&course);
    let opened = Course::open(&folder.file(), None).unwrap();
    assert_eq!(read_all(&opened).unwrap(), read_all(&course).unwrap());
}

#[test]
fn the_same_course_is_the_same_file() {
    let folder = Folder::new();
    assert_eq!(folder.written(&course()), folder.written(&course()));
}

#[test]
fn a_change_anywhere_is_found() {
    let folder = Folder::new();
    let good = folder.written(&course());
    for place in 0..good.len() {
        let mut bytes = good.clone();
        bytes[place] ^= 0x20;
        assert!(folder.read(&bytes).is_err(), "byte {place} was changed");
    }
    for length in 0..good.len() {
        assert!(folder.read(&good[..length]).is_err(), "cut to {length}");
    }
    let mut longer = good.clone();
    longer.push(0);
    assert!(folder.read(&longer).is_err());
    let inserted = [&good[..good.len() / 2], b"x", &good[good.len() / 2..]].concat();
    assert!(folder.read(&inserted).is_err());
    assert!(folder.read(&[&*good, &good].concat()).is_err());
}

#[test]
fn a_file_that_changes_after_it_was_opened_is_noticed() {
    let folder = Folder::new();
    let good = folder.written(&long_course());
    let header = usize::try_from(u32::from_le_bytes(
        good[MARK.len()..MARK.len() + 4].try_into().unwrap(),
    ))
    .unwrap();
    let first_block = (MARK.len() + 4 + header + 100) as u64;

    let opened = Course::open(&folder.file(), None).unwrap();
    let file = fs::File::options().write(true).open(folder.file()).unwrap();
    file.write_all_at(b"????", first_block).unwrap();
    let error = opened.document(0).unwrap_err().to_string();
    assert!(
        error.contains("block 0: it does not have its SHA-256"),
        "{error}"
    );
    assert!(opened.document(30).is_ok(), "others are as they were");

    let opened = Course::open(&folder.file(), None).unwrap();
    file.set_len(first_block).unwrap();
    let error = opened.document(30).unwrap_err();
    assert!(matches!(error, CourseError::Damaged { .. }), "{error}");
}

#[test]
fn a_course_that_is_there_is_replaced_whole() {
    let folder = Folder::new();
    let before = folder.written(&course());
    let opened = Course::open(&folder.file(), None).unwrap();
    assert_ne!(folder.written(&long_course()), before);
    // A run goes on with the file it opened.
    assert_eq!(read_all(&opened).unwrap(), read_all(&course()).unwrap());
}

#[test]
fn limits_of_the_caller_hold() {
    let folder = Folder::new();
    folder.written(&course());
    let limits = |bytes, documents| Limits { bytes, documents };
    assert!(Course::open_within(&folder.file(), None, limits(1 << 20, 4)).is_ok());
    for limits in [limits(100, 4), limits(1 << 20, 3)] {
        assert!(matches!(
            Course::open_within(&folder.file(), None, limits),
            Err(CourseError::TooLarge { .. })
        ));
    }
}

#[test]
fn a_folder_is_no_course() {
    let folder = Folder::new();
    assert!(matches!(
        Course::open(folder.0.path(), None),
        Err(CourseError::NotACourse { .. })
    ));
}
