#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

mod properties;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use prism_tokenizer::{BYTES_SEPARATOR, Tokenizer};

use super::{Layout, LayoutError, MIN_CELLS, Step, max_cells};
use crate::documents::{Class, Course, CourseError, Document, Documents, Pool, Provenance, Title};
use crate::encoded::Encoded;

const SEP: i64 = BYTES_SEPARATOR as i64;

fn encoded(texts: &[String]) -> Arc<Encoded> {
    let documents = texts
        .iter()
        .enumerate()
        .map(|(index, text)| Document {
            id: format!("d{index}"),
            text: text.clone(),
        })
        .collect();
    let course = Course::new("test", documents, Provenance::default()).unwrap();
    Arc::new(Encoded::new(course, Tokenizer::Bytes).unwrap())
}

fn layout(texts: &[&str], batch_size: u32, seq_len: u32) -> Layout {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    Layout::new(encoded(&texts), batch_size, seq_len).unwrap()
}

fn ids(text: &str) -> Vec<i64> {
    text.chars()
        .map(|letter| {
            if letter == '|' {
                SEP
            } else {
                i64::from(u32::from(letter))
            }
        })
        .collect()
}

#[test]
fn windows_overlap_by_one_and_tails_are_filled() {
    // Lane 0 reads |abcd|z, lane 1 |xy.
    let steps: Vec<Step> = layout(&["abcd", "xy", "z"], 2, 3)
        .iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(steps.len(), 3);
    let rows: Vec<Vec<i64>> = steps.iter().map(|step| step.tokens.clone()).collect();
    assert_eq!(rows[0], ids("|ab|xy"));
    assert_eq!(rows[1], ids("bcdy||"));
    assert_eq!(rows[2], ids("d|z|||"));
    let charged: Vec<Vec<u32>> = steps.iter().map(|step| step.target_bytes.clone()).collect();
    assert_eq!(charged[0], [1, 1, 1, 1]);
    assert_eq!(charged[1], [1, 1, 0, 0]);
    assert_eq!(charged[2], [0, 1, 0, 0]);
    assert_eq!(steps.iter().map(|step| step.charged_bytes).sum::<u64>(), 7);
}

#[test]
fn a_course_without_text_has_no_steps() {
    assert_eq!(layout(&[], 4, 8).steps(), 0);
    assert_eq!(layout(&["", "", ""], 2, 2).steps(), 0);
    assert!(layout(&["", ""], 1, 2).iter().next().is_none());
}

#[test]
fn bounds_are_said() {
    let texts = vec!["a".repeat(100_000)];
    let encoded = encoded(&texts);
    let refuse = |batch_size, seq_len| {
        Layout::new(Arc::clone(&encoded), batch_size, seq_len)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(refuse(1, 1), "seq_len is 1; it must be 2 to 8192");
    assert_eq!(refuse(1, 8193), "seq_len is 8193; it must be 2 to 8192");
    assert_eq!(refuse(0, 64), "batch_size is 0; it must be 1 to 4096");
    assert_eq!(refuse(4097, 2), "batch_size is 4097; it must be 1 to 4096");
    assert_eq!(
        refuse(25, 128),
        "batch_size 25 x seq_len 128 is 3200 cells; on this course of 100000 bytes a batch has at most 3125"
    );
    assert!(Layout::new(Arc::clone(&encoded), 24, 128).is_ok());
    assert!(matches!(
        Layout::new(encoded, u32::MAX, u32::MAX),
        Err(LayoutError::SeqLen { .. })
    ));
    assert_eq!(max_cells(0), MIN_CELLS);
}

/// A course whose disk fails some time after it was checked.
struct Failing {
    documents: Vec<Document>,
    broken: AtomicBool,
}

impl Documents for Failing {
    fn document(&self, place: u64) -> Result<Document, CourseError> {
        if self.broken.load(Ordering::Relaxed) && place > 2 {
            return Err(CourseError::NoDocument { place });
        }
        self.documents.document(place)
    }
}

#[test]
fn a_document_that_cant_be_read_ends_the_steps_with_the_error() {
    let list = (0..6).map(|number| Document {
        id: number.to_string(),
        text: "abc".to_owned(),
    });
    let source = Arc::new(Failing {
        documents: list.collect(),
        broken: AtomicBool::new(false),
    });
    let title = Title {
        id: "failing".to_owned(),
        class: Class::Practice,
        pool: Pool::Course,
        provenance: Provenance::default(),
    };
    let course = Course::of(title, Arc::clone(&source) as Arc<dyn Documents>, 6).unwrap();
    let layout = Layout::new(
        Arc::new(Encoded::new(course, Tokenizer::Bytes).unwrap()),
        2,
        3,
    )
    .unwrap();
    assert!(layout.iter().all(|step| step.is_ok()));
    source.broken.store(true, Ordering::Relaxed);
    let mut steps = layout.iter();
    assert!(steps.next().unwrap().is_ok());
    let error = steps.find_map(Result::err).unwrap();
    assert_eq!(error.to_string(), "the course has no document at place 3");
    assert!(steps.next().is_none(), "nothing follows an error");
}
