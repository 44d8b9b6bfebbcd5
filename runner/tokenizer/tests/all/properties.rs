//! What holds for every text and every tokenizer.

use proptest::prelude::*;

use prism_tokenizer::Tokenizer;

use crate::{JSON, assert_exact, every, json, pieces};

/// Arbitrary text, and text near what vocabularies have rules for.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-e '\n\t0-9\u{2581}Ġ<|>]{0,80}",
        "( |\n|the|and|'s|[0-9]|é|\u{1F600}|\u{3000}|<\\|endoftext\\|>|<0x41>){0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_tokens_of_a_text_are_the_text(text in text()) {
        for tokenizer in every() {
            assert_exact(tokenizer, &text);
        }
    }

    #[test]
    fn gpt2_agrees_with_tiktoken(text in text()) {
        use prism_tokenizer::Codec;
        thread_local! {
            static THEIRS: tiktoken_rs::CoreBPE = tiktoken_rs::r50k_base().unwrap();
        }
        let ours = Tokenizer::named("gpt2").unwrap().encode(&text);
        prop_assert_eq!(ours, THEIRS.with(|theirs| theirs.encode_ordinary(&text)));
    }
}

#[test]
fn a_vocabulary_file_holds_the_whole_tokenizer() {
    let files = JSON.iter().map(|name| json(name)).chain([pieces()]);
    for tokenizer in files {
        use prism_tokenizer::Codec;
        let file = tokenizer.to_vocabulary().unwrap();
        let back = Tokenizer::from_vocabulary(tokenizer.name(), &file).unwrap();
        assert_eq!(back, tokenizer);
        assert_eq!(back.fingerprint(), tokenizer.fingerprint());
        assert_eq!(back.to_vocabulary(), Some(file));
    }
}

#[test]
fn what_is_built_in_needs_no_file() {
    for name in ["bytes", "gpt2"] {
        assert_eq!(Tokenizer::named(name).unwrap().to_vocabulary(), None);
    }
}

#[test]
fn a_fingerprint_covers_what_the_vocabulary_says() {
    let bytes = Tokenizer::named("bytes").unwrap().fingerprint();
    // Locked shards carry it, so it may never change.
    assert_eq!(bytes, BYTES_FINGERPRINT);
    let mut fingerprints: Vec<String> = every().iter().map(Tokenizer::fingerprint).collect();
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), every().len());
    let changed = String::from_utf8(crate::data("words-600.json")).unwrap();
    let changed = changed.replace("\"ignore_merges\":false", "\"ignore_merges\":true");
    let changed = Tokenizer::from_json("words-600.json", changed.as_bytes()).unwrap();
    assert_ne!(changed.fingerprint(), json("words-600").fingerprint());
}

const BYTES_FINGERPRINT: &str = "b078a0763d2641c0068c8ec3838de4d0bbae6c211abc85b6910a13c89bf8813b";

#[test]
fn nothing_of_a_vocabulary_is_printed_by_debug() {
    let shown = format!("{:?}", json("words-600"));
    assert!(shown.len() < 120, "{shown}");
}
