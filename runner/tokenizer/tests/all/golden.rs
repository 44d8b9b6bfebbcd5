//! Ids are those of the libraries that own the formats; `data/make.py` wrote them down.

use prism_tokenizer::{Codec, Tokenizer};
use serde::Deserialize;

use crate::{JSON, assert_exact, data, json, pieces};

#[derive(Deserialize)]
struct Case {
    text: String,
    ids: Vec<u32>,
}

fn agrees(tokenizer: &Tokenizer, name: &str) {
    let file = String::from_utf8(data(&format!("{name}.golden.jsonl"))).unwrap();
    let mut cases = 0;
    for line in file.lines() {
        let Case { text, ids } = serde_json::from_str(line).unwrap();
        assert_eq!(assert_exact(tokenizer, &text), ids, "{name}: {text:?}");
        cases += 1;
    }
    assert!(cases > 40, "{name}: {cases} cases");
}

#[test]
fn a_tokenizer_json_encodes_as_its_library_does() {
    for name in JSON {
        agrees(&json(name), name);
    }
}

#[test]
fn a_sentencepiece_model_encodes_as_its_library_does_without_the_space_in_front() {
    agrees(&pieces(), "pieces-700");
}

#[test]
fn the_separator_of_a_tokenizer_json_is_one_id_more() {
    let tokenizer = json("words-600");
    assert_eq!((tokenizer.vocab_size(), tokenizer.separator()), (601, 600));
    // With a gap before the last id.
    let tokenizer = json("ignore-merges-450");
    assert_eq!(tokenizer.separator() + 1, tokenizer.vocab_size());
    let nothing = (450..tokenizer.vocab_size()).filter(|id| tokenizer.token(*id).is_none());
    assert!(nothing.count() > 5);
}

#[test]
fn the_separator_of_a_sentencepiece_model_is_its_beginning() {
    let tokenizer = pieces();
    assert_eq!(tokenizer.name(), "llama");
    assert_eq!((tokenizer.vocab_size(), tokenizer.separator()), (700, 1));
}

#[test]
fn the_sign_that_pieces_use_for_a_space_stays_itself() {
    let tokenizer = pieces();
    let ids = assert_exact(&tokenizer, "a\u{2581}b the\u{2581}");
    // Its three bytes begin after the unknown, the two ends and 0xe2 other bytes.
    assert!(
        ids.windows(3)
            .any(|three| three == [0xe2 + 3, 0x96 + 3, 0x81 + 3])
    );
    assert_ne!(tokenizer.encode("\u{2581}the"), tokenizer.encode(" the"));
}

#[test]
fn an_added_token_never_comes_from_text_and_keeps_its_id() {
    let tokenizer = json("words-600");
    assert_eq!(tokenizer.token(0), None);
    let ids = assert_exact(&tokenizer, "a<|endoftext|>b");
    assert!(ids.len() > 10, "{ids:?}");
}

#[test]
fn gpt2_encodes_as_tiktoken_does() {
    let tokenizer = Tokenizer::named("gpt2").unwrap();
    assert_eq!(
        (tokenizer.vocab_size(), tokenizer.separator()),
        (50_257, 50_256)
    );
    // From the README of GPT-2's own encoder and from tiktoken's tests.
    assert_eq!(tokenizer.encode("Hello world"), [15496, 995]);
    assert_eq!(
        tokenizer.encode("hello \n\n 12345"),
        [31373, 220, 628, 17031, 2231]
    );
    let theirs = tiktoken_rs::r50k_base().unwrap();
    for name in JSON {
        let file = String::from_utf8(data(&format!("{name}.golden.jsonl"))).unwrap();
        for line in file.lines() {
            let Case { text, .. } = serde_json::from_str(line).unwrap();
            let ids = assert_exact(&tokenizer, &text);
            assert_eq!(ids, theirs.encode_ordinary(&text), "{text:?}");
        }
    }
    let ids = assert_exact(&tokenizer, "<|endoftext|>");
    assert!(!ids.contains(&50_256) && ids.len() > 1, "{ids:?}");
}
