//! Tests of the tokenizers, in one binary because each would link the same vocabularies.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod golden;
mod properties;
mod refusals;
mod worst;

use std::path::PathBuf;
use std::sync::OnceLock;

use prism_tokenizer::{Codec, Tokenizer};

fn data(file: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    std::fs::read(folder.join(file)).unwrap()
}

/// The tokenizers of the golden files, by the name of their file.
const JSON: [&str; 5] = [
    "words-600",
    "whole-400",
    "digits-500",
    "numbers-400",
    "ignore-merges-450",
];

fn json(name: &str) -> Tokenizer {
    let file = format!("{name}.json");
    Tokenizer::from_json(&file, &data(&file)).unwrap()
}

fn pieces() -> Tokenizer {
    Tokenizer::from_sentencepiece(&data("pieces-700.model")).unwrap()
}

/// One of each kind.
fn every() -> &'static [Tokenizer] {
    static EVERY: OnceLock<Vec<Tokenizer>> = OnceLock::new();
    EVERY.get_or_init(|| {
        let built_in = ["bytes", "gpt2"].map(|name| Tokenizer::named(name).unwrap());
        let files = JSON.iter().map(|name| json(name));
        let all = built_in.into_iter().chain(files);
        all.chain([pieces()]).collect()
    })
}

/// What the layout and the charges rely on; the ids of the text.
fn assert_exact(tokenizer: &Tokenizer, text: &str) -> Vec<u32> {
    let ids = tokenizer.encode(text);
    for id in &ids {
        assert!(*id < tokenizer.vocab_size(), "{tokenizer:?} {text:?}");
        assert_ne!(*id, tokenizer.separator(), "{tokenizer:?} {text:?}");
        assert!(tokenizer.byte_len(*id) > 0, "{tokenizer:?} {text:?}");
    }
    assert_eq!(tokenizer.decode(&ids), text.as_bytes(), "{tokenizer:?}");
    let bytes: usize = ids.iter().map(|id| tokenizer.byte_len(*id) as usize).sum();
    assert_eq!(bytes, text.len(), "{tokenizer:?} {text:?}");
    ids
}
