//! What holds of every layout of every course with every tokenizer, against a model that lays out the whole course at
//! once: the lanes' streams as lists.

use std::sync::Arc;

use prism_tokenizer::{Codec, Tokenizer};
use proptest::prelude::*;

use crate::documents::{Course, Document, Provenance};
use crate::encoded::Encoded;
use crate::layout::{Layout, Step};
use crate::score::Score;

/// A tokenizer with tokens of one byte, of halves of characters, and of several words; its separator is id 0, so
/// that nothing can rest on the separator being the last id.
#[derive(Clone, Debug)]
struct Words {
    tokens: Vec<Vec<u8>>,
}

const LONG: [&str; 8] = ["th", "the", " the", "and the ", "é", "aa", "aaaaaaaa", "\n"];

impl Words {
    fn new() -> Self {
        let single = (0..=255u8).map(|byte| vec![byte]);
        let long = LONG.iter().map(|text| text.as_bytes().to_vec());
        Self {
            tokens: single.chain(long).collect(),
        }
    }
}

impl Codec for Words {
    fn name(&self) -> &str {
        "words"
    }
    fn vocab_size(&self) -> u32 {
        self.tokens.len() as u32 + 1
    }
    fn separator(&self) -> u32 {
        0
    }
    fn encode(&self, text: &str) -> Vec<u32> {
        let mut rest = text.as_bytes();
        let mut ids = Vec::new();
        while !rest.is_empty() {
            let (place, token) = self
                .tokens
                .iter()
                .enumerate()
                .filter(|(_, token)| rest.starts_with(token))
                .max_by_key(|(_, token)| token.len())
                .unwrap();
            ids.push(place as u32 + 1);
            rest = &rest[token.len()..];
        }
        ids
    }
    fn token(&self, id: u32) -> Option<&[u8]> {
        self.tokens
            .get((id as usize).checked_sub(1)?)
            .map(Vec::as_slice)
    }
}

fn course(texts: &[String]) -> Course {
    let documents = texts
        .iter()
        .enumerate()
        .map(|(index, text)| Document {
            id: format!("d{index}"),
            text: text.clone(),
        })
        .collect();
    Course::new("test", documents, Provenance::default()).unwrap()
}

/// Every charge of a layout as (document, token of the document, bytes), in the order served. Checks each step on
/// the way: shape, sums, column 0, masks, and that rows are what the model says.
fn charges<C: Codec + Clone>(layout: &Layout<C>) -> Vec<(u64, usize, u32)> {
    let encoded = layout.encoded();
    let codec = encoded.tokenizer();
    let (rows, cols) = (layout.batch_size() as usize, layout.seq_len() as usize);
    // Of each lane, what it reads and which token of which document that is.
    let mut lanes: Vec<Vec<(u32, Option<(u64, usize)>)>> = vec![Vec::new(); rows];
    for place in 0..encoded.course().documents() {
        let lane = &mut lanes[place as usize % rows];
        lane.push((codec.separator(), None));
        let ids = codec.encode(&encoded.course().document(place).unwrap().text);
        lane.extend(
            ids.iter()
                .enumerate()
                .map(|(number, id)| (*id, Some((place, number)))),
        );
    }

    let mut all = Vec::new();
    let mut served = 0;
    let mut last_charged = 1;
    for (number, step) in layout.iter().enumerate() {
        let step: Step = step.unwrap();
        assert_eq!(step.index, number as u64);
        assert_eq!((step.rows as usize, step.cols as usize), (rows, cols));
        assert_eq!(step.tokens.len(), rows * cols);
        assert_eq!(step.target_bytes.len(), rows * (cols - 1));
        for (row, lane) in lanes.iter().enumerate() {
            for col in 0..cols {
                let at = lane.get(number * (cols - 1) + col);
                let (id, place) = at.copied().unwrap_or((codec.separator(), None));
                assert_eq!(step.tokens[row * cols + col], i64::from(id));
                if col == 0 {
                    continue; // Context: it has no target, so it can't be charged.
                }
                let bytes = step.target_bytes[row * (cols - 1) + col - 1];
                match place {
                    // Separators and what fills a tail.
                    None => assert_eq!(bytes, 0),
                    Some((document, token)) => {
                        assert_eq!(bytes as usize, codec.token(id).unwrap().len());
                        all.push((document, token, bytes));
                    }
                }
            }
        }
        let charged = step.target_bytes.iter().filter(|bytes| **bytes > 0).count();
        assert_eq!(step.charged().filter(|yes| *yes).count(), charged);
        assert_eq!(step.charged_tokens, charged as u64);
        let bytes: u64 = step.target_bytes.iter().map(|b| u64::from(*b)).sum();
        assert_eq!(step.charged_bytes, bytes);
        served += 1;
        last_charged = charged;
    }
    assert_eq!(served, layout.steps());
    // The last step is there because something in it is charged.
    assert!(last_charged > 0);
    all
}

/// All that must hold of one layout; returns the bytes charged of each document.
fn check<C: Codec + Clone>(encoded: &Arc<Encoded<C>>, batch_size: u32, seq_len: u32) -> Vec<u64> {
    let layout = Layout::new(Arc::clone(encoded), batch_size, seq_len).unwrap();
    let mut charged = charges(&layout);
    let mut of_documents = vec![0u64; encoded.token_counts().len()];
    for (document, _, bytes) in &charged {
        of_documents[*document as usize] += u64::from(*bytes);
    }
    charged.sort_unstable();
    let tokens = charged
        .iter()
        .map(|(document, token, _)| (*document, *token));
    let every = encoded
        .token_counts()
        .iter()
        .enumerate()
        .flat_map(|(document, count)| {
            (0..*count as usize).map(move |token| (document as u64, token))
        });
    assert!(tokens.eq(every), "each token once, and nothing else");
    assert_eq!(charged.len() as u64, encoded.tokens());
    assert_eq!(of_documents.iter().sum::<u64>(), encoded.course().bytes());
    of_documents
}

/// Documents of every awkward kind: none, empty, one byte, many lanes' worth, beyond ASCII.
fn documents() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(
        prop_oneof![
            Just(String::new()),
            "[a-z]",
            "[a-zA-Zé€\u{1F600} \n]{0,40}",
            "(and the |the|a|é){0,60}",
            "[a-z]{100,300}",
        ],
        0..24,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_token_is_charged_once_and_every_byte_of_each_document_whatever_the_layout(
        texts in documents(),
        (batch_size, seq_len) in (1u32..20, 2u32..50),
        (other_batch_size, other_seq_len) in (1u32..20, 2u32..50),
    ) {
        let lengths: Vec<u64> = texts.iter().map(|text| text.len() as u64).collect();
        let bytes = Arc::new(Encoded::new(course(&texts), Tokenizer::Bytes).unwrap());
        let words = Arc::new(Encoded::new(course(&texts), Words::new()).unwrap());
        prop_assert_eq!(bytes.tokens(), bytes.course().bytes());
        prop_assert!(words.tokens() <= bytes.tokens());
        for (batch_size, seq_len) in [(batch_size, seq_len), (other_batch_size, other_seq_len)] {
            prop_assert_eq!(&check(&bytes, batch_size, seq_len), &lengths);
            prop_assert_eq!(&check(&words, batch_size, seq_len), &lengths);
        }
    }

    #[test]
    fn stopping_earlier_never_scores_better(
        texts in documents(),
        (batch_size, seq_len) in (1u32..8, 2u32..20),
        bits_a_byte in prop::collection::vec(0.0f64..=8.0, 1..40),
    ) {
        let encoded = Arc::new(Encoded::new(course(&texts), Words::new()).unwrap());
        let course_bytes = encoded.course().bytes();
        prop_assume!(course_bytes > 0);
        let layout = Layout::new(encoded, batch_size, seq_len).unwrap();
        let mut last = Score::new(0.0, 0, course_bytes, 0).unwrap();
        prop_assert_eq!(last.bpb, 8.0);
        let (mut bits, mut read) = (0.0, 0);
        for (step, rate) in layout.iter().zip(bits_a_byte.iter().cycle()) {
            let step = step.unwrap();
            bits += rate * step.charged_bytes as f64;
            read += step.charged_bytes;
            let more = Score::new(bits, read, course_bytes, 0).unwrap();
            prop_assert_eq!(more.unread_bytes, course_bytes - read);
            prop_assert!(more.bpb <= last.bpb + 1e-9);
            last = more;
        }
        prop_assert_eq!(last.unread_bytes, 0, "a whole pass leaves nothing unread");
    }
}

#[test]
fn a_file_of_extreme_documents_is_charged_once_whatever_the_layout() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("extreme.course");
    // Longer than a block, one byte, empty; then a hundred thousand tiny ones.
    let mut texts = vec!["and the ".repeat(70_000), "x".to_owned(), String::new()];
    texts.extend((0..100_000).map(|number| "aé"[..[0, 1, 3][number % 3]].to_owned()));
    texts.push("the end".repeat(1000));
    course(&texts).write(&path).unwrap();
    let lengths: Vec<u64> = texts.iter().map(|text| text.len() as u64).collect();
    let encoded = Encoded::new(Course::open(&path, None).unwrap(), Words::new()).unwrap();
    let encoded = Arc::new(encoded);
    for (batch_size, seq_len) in [(1, 8192), (7, 64), (64, 129), (4096, 2)] {
        assert_eq!(check(&encoded, batch_size, seq_len), lengths);
    }
}
