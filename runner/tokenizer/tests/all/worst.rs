//! Texts and vocabularies that are as slow as they get stay fast: a course's author or a miner writes them.

use std::time::{Duration, Instant};

use prism_tokenizer::{Codec, MAX_PIECE_BYTES, Tokenizer};

use crate::{assert_exact, every};

/// A quadratic algorithm takes a minute for a text of this many bytes.
const BYTES: usize = 1 << 18;
const LIMIT: Duration = Duration::from_secs(10);

fn texts() -> Vec<(&'static str, String)> {
    let mut state = 1u32;
    let random = (0..BYTES).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + (state >> 24) as u8 % 26)
    });
    vec![
        ("one letter", "a".repeat(BYTES)),
        ("spaces", " ".repeat(BYTES)),
        ("spaces before a word", " ".repeat(BYTES) + "x"),
        ("line ends", "\n".repeat(BYTES)),
        ("marks", "'".repeat(BYTES)),
        ("no spaces", random.collect()),
    ]
}

#[test]
fn a_long_text_without_a_boundary_takes_no_longer_than_another() {
    for tokenizer in every() {
        for (what, text) in texts() {
            let start = Instant::now();
            assert_exact(tokenizer, &text);
            let took = start.elapsed();
            assert!(took < LIMIT, "{what} with {tokenizer:?}: {took:?}");
        }
    }
}

#[test]
fn a_piece_above_the_bound_is_cut_between_characters() {
    let text = format!("a{}", "\u{e9}".repeat(MAX_PIECE_BYTES / 2));
    for tokenizer in every()
        .iter()
        .filter(|tokenizer| tokenizer.name() == "whole-400.json")
    {
        assert_exact(tokenizer, &text);
    }
}

/// Tokens of `a` of every length up to 1,000 and every way to put them together that the limits allow.
fn hostile() -> Tokenizer {
    let alphabet: Vec<char> = ('!'..='~')
        .chain('\u{a1}'..='\u{ac}')
        .chain('\u{ae}'..='\u{143}')
        .collect();
    let mut vocab = serde_json::Map::new();
    for character in alphabet {
        let id = vocab.len();
        vocab.insert(character.to_string(), id.into());
    }
    let mut merges = Vec::new();
    for length in 2..=1000 {
        let id = vocab.len();
        vocab.insert("a".repeat(length), id.into());
        for left in [1, length / 2, length - 1] {
            let pair = format!("{} {}", "a".repeat(left), "a".repeat(length - left));
            if !merges.contains(&pair) && merges.iter().map(String::len).sum::<usize>() < 1_000_000
            {
                merges.push(pair);
            }
        }
    }
    let file = serde_json::json!({
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false},
        "model": {"type": "BPE", "vocab": vocab, "merges": merges},
    });
    Tokenizer::from_json("hostile.json", &serde_json::to_vec(&file).unwrap()).unwrap()
}

#[test]
fn a_hostile_vocabulary_takes_no_longer_than_another() {
    let tokenizer = hostile();
    for (what, text) in texts() {
        let start = Instant::now();
        assert_exact(&tokenizer, &text);
        let took = start.elapsed();
        assert!(took < LIMIT, "{what}: {took:?}");
    }
}
