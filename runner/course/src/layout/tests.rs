#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use std::sync::Arc;

use proptest::prelude::*;

use super::{Layout, LayoutError, MIN_CELLS, Step, max_cells};
use crate::documents::{Course, Document, Provenance};
use prism_tokenizer::{BYTES_SEPARATOR, Tokenizer};

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
    let steps: Vec<Step> = layout(&["abcd", "xy", "z"], 2, 3).iter().collect();
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

/// Documents of every awkward kind: none, empty, one byte, many lanes' worth, beyond ASCII.
fn documents() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(
        prop_oneof![
            Just(String::new()),
            "[a-z]",
            "[a-zA-Zé€ \n]{0,40}",
            "[a-z]{100,300}",
        ],
        0..24,
    )
}

/// Every place of the course by its document and offset, so that equal letters can't be mistaken: a document's
/// tokens come in order, from its separator on, so following the lanes tells which is which.
fn charged_places(layout: &Layout) -> Vec<(usize, usize)> {
    let batch = layout.batch_size() as usize;
    let mut lanes: Vec<(Option<usize>, usize)> = vec![(None, 0); batch];
    let mut places = Vec::new();
    for step in layout {
        let cols = step.cols as usize;
        for (row, lane) in lanes.iter_mut().enumerate() {
            for col in 0..cols {
                let token = step.tokens[row * cols + col];
                if col == 0 {
                    // Context: given before, except the very first separator.
                    if step.index == 0 {
                        assert_eq!(token, SEP);
                        *lane = (Some(row), 0);
                    }
                    continue;
                }
                let bytes = step.target_bytes[row * (cols - 1) + col - 1];
                if token == SEP {
                    assert_eq!(bytes, 0, "separators and filling are masked");
                    *lane = (lane.0.map(|document| document + batch), 0);
                } else {
                    assert_eq!(bytes, 1);
                    places.push((lane.0.unwrap(), lane.1));
                    lane.1 += 1;
                }
            }
        }
    }
    places
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_byte_is_charged_exactly_once(
        texts in documents(),
        batch_size in 1u32..20,
        seq_len in 2u32..50,
    ) {
        let encoded = encoded(&texts);
        let layout = Layout::new(Arc::clone(&encoded), batch_size, seq_len).unwrap();
        let steps: Vec<Step> = layout.iter().collect();
        prop_assert_eq!(steps.len() as u64, layout.steps());
        for (index, step) in steps.iter().enumerate() {
            prop_assert_eq!(step.index, index as u64);
            prop_assert_eq!((step.rows, step.cols), (batch_size, seq_len));
            prop_assert_eq!(step.tokens.len(), (batch_size * seq_len) as usize);
            prop_assert_eq!(step.target_bytes.len(), (batch_size * (seq_len - 1)) as usize);
            prop_assert_eq!(step.charged().filter(|yes| *yes).count() as u64, step.charged_tokens);
            prop_assert_eq!(
                step.target_bytes.iter().map(|bytes| u64::from(*bytes)).sum::<u64>(),
                step.charged_bytes
            );
        }
        // The last step of a course is there because something in it is charged.
        prop_assert!(steps.last().is_none_or(|step| step.charged_tokens > 0));

        let mut places = charged_places(&layout);
        places.sort_unstable();
        let all: Vec<(usize, usize)> = texts
            .iter()
            .enumerate()
            .flat_map(|(number, text)| (0..text.len()).map(move |offset| (number, offset)))
            .collect();
        prop_assert_eq!(places, all);
        prop_assert_eq!(
            steps.iter().map(|step| step.charged_bytes).sum::<u64>(),
            encoded.course().bytes()
        );
    }

    #[test]
    fn charged_tokens_are_the_texts_whatever_the_layout(
        texts in documents(),
        batch_size in 1u32..20,
        seq_len in 2u32..50,
    ) {
        let encoded = encoded(&texts);
        let layout = Layout::new(encoded, batch_size, seq_len).unwrap();
        let mut histogram = [0u64; 256];
        let mut expected = [0u64; 256];
        for byte in texts.iter().flat_map(|text| text.bytes()) {
            expected[byte as usize] += 1;
        }
        for step in &layout {
            let targets = step
                .tokens
                .chunks(seq_len as usize)
                .flat_map(|row| row.iter().skip(1));
            for (token, charged) in targets.zip(step.charged()) {
                if charged {
                    histogram[usize::try_from(*token).unwrap()] += 1;
                }
            }
        }
        prop_assert_eq!(histogram, expected);
    }

    #[test]
    fn column_zero_repeats_the_column_charged_before(
        texts in documents(),
        batch_size in 1u32..8,
        seq_len in 2u32..20,
    ) {
        let encoded = encoded(&texts);
        let layout = Layout::new(encoded, batch_size, seq_len).unwrap();
        let steps: Vec<Step> = layout.iter().collect();
        let cols = seq_len as usize;
        for pair in steps.windows(2) {
            for row in 0..batch_size as usize {
                prop_assert_eq!(pair[1].tokens[row * cols], pair[0].tokens[row * cols + cols - 1]);
            }
        }
    }
}
