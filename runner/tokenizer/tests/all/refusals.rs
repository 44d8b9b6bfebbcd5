//! What isn't accepted is refused by name, and no file whatever makes a tokenizer that isn't exact.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use prism_tokenizer::{Codec, MAX_JSON_BYTES, MAX_VOCABULARY_BYTES, Tokenizer};

use crate::{assert_exact, data};

fn words() -> Value {
    serde_json::from_slice(&data("words-600.json")).unwrap()
}

fn refusal(file: &Value) -> String {
    let text = serde_json::to_vec(file).unwrap();
    let refused = Tokenizer::from_json("t.json", &text);
    refused.expect_err("refused").to_string()
}

#[test]
fn a_field_that_is_not_accepted_is_named_with_what_is() {
    let byte_level = json!({"type": "ByteLevel", "add_prefix_space": false, "use_regex": true});
    for (pointer, value, expected) in [
        (
            "/truncation",
            json!({"max_length": 8}),
            "`truncation` is \"{\\\"max_length\\\":8}\"; accepted is null",
        ),
        ("/padding", json!({"strategy": "Fixed"}), "`padding`"),
        (
            "/normalizer",
            json!({"type": "NFC"}),
            "`normalizer` is \"NFC\"; accepted is null",
        ),
        (
            "/pre_tokenizer",
            json!(null),
            "`pre_tokenizer` is null; accepted is ByteLevel",
        ),
        (
            "/pre_tokenizer",
            json!({"type": "Whitespace"}),
            "`pre_tokenizer` is \"Whitespace\"; accepted is ByteLevel, or a Sequence of Digits and ByteLevel",
        ),
        (
            "/pre_tokenizer/add_prefix_space",
            json!(true),
            "`pre_tokenizer.add_prefix_space` is true; accepted is false",
        ),
        (
            "/pre_tokenizer",
            json!({"type": "ByteLevel"}),
            "`pre_tokenizer.add_prefix_space` is true",
        ),
        (
            "/pre_tokenizer/use_regex",
            json!("yes"),
            "`pre_tokenizer.use_regex` is",
        ),
        (
            "/pre_tokenizer",
            json!({"type": "Sequence", "pretokenizers": []}),
            "`pre_tokenizer` is \"Sequence\"",
        ),
        (
            "/pre_tokenizer",
            json!({"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "(a+)+$"}}, byte_level]}),
            "`pre_tokenizer` is \"Sequence\"",
        ),
        (
            "/post_processor",
            json!({"type": "TemplateProcessing"}),
            "`post_processor` is \"TemplateProcessing\"; accepted is ByteLevel or null",
        ),
        ("/decoder", json!({"type": "WordPiece"}), "`decoder`"),
        (
            "/model/type",
            json!("Unigram"),
            "`model.type` is \"Unigram\"; accepted is \"BPE\"",
        ),
        (
            "/model/dropout",
            json!(0.1),
            "`model.dropout` is 0.1; accepted is null",
        ),
        ("/model/byte_fallback", json!(true), "`model.byte_fallback`"),
        (
            "/model/continuing_subword_prefix",
            json!("##"),
            "`model.continuing_subword_prefix` is \"##\"",
        ),
        (
            "/model/end_of_word_suffix",
            json!("</w>"),
            "`model.end_of_word_suffix`",
        ),
        (
            "/model/merges/3",
            json!("onlyone"),
            "`model.merges[3]` is \"onlyone\"; accepted is two tokens",
        ),
        (
            "/model/merges/3",
            json!(["ab", "zz9"]),
            "`model.merges[3]` is \"zz9\"; accepted is tokens that model.vocab has",
        ),
        ("/model/merges/3", json!(["a", "b", "c"]), "can't be read"),
        (
            "/model/vocab",
            json!([["a", 0.0]]),
            "a mapping of tokens to ids",
        ),
        ("/model/vocab/a", json!(-1), "can't be read"),
        ("/model/vocab/a", json!(5), "token an id"),
        (
            "/added_tokens/0/id",
            json!(9000),
            "an added token of id 9000; accepted is the same id in both",
        ),
        ("/added_tokens/0/id", json!(300_000), "an added token"),
    ] {
        let mut file = words();
        let place = file
            .pointer_mut(pointer)
            .unwrap_or_else(|| panic!("{pointer}"));
        *place = value;
        let error = refusal(&file);
        assert!(
            error.contains(expected) && error.starts_with("`t.json`"),
            "{pointer}: {error}"
        );
    }
}

#[test]
fn a_vocabulary_that_is_not_complete_or_too_large_is_refused() {
    let edit = |edit: &dyn Fn(&mut Value)| {
        let mut file = words();
        edit(&mut file);
        refusal(&file)
    };
    let vocab = |file: &mut Value, token: &str, id: u32| {
        file["model"]["vocab"][token] = json!(id);
    };
    let without = edit(&|file| {
        file["model"]["merges"] = json!([]);
        file["model"]["vocab"]
            .as_object_mut()
            .unwrap()
            .remove("~")
            .unwrap();
    });
    assert!(without.contains("byte 0x7e has no token"), "{without}");
    let foreign = edit(&|file| vocab(file, "two words", 700));
    assert!(
        foreign.contains("\"two words\"; accepted is tokens in byte-level"),
        "{foreign}"
    );
    assert!(edit(&|file| vocab(file, "", 700)).contains("`model.vocab` is \"\""));
    let long = edit(&|file| vocab(file, &"a".repeat(1025), 700));
    assert!(
        long.contains("token 700 has 1025 bytes; it may have 1024"),
        "{long}"
    );
    let far = edit(&|file| vocab(file, "aaaaaa", 262_143));
    assert!(
        far.contains("262145 ids with the separator; it may have 262144"),
        "{far}"
    );
    let added = edit(&|file| {
        file["added_tokens"] =
            json!([{"id": 0, "content": "<|endoftext|>"}, {"id": 900, "content": "a"}]);
    });
    assert!(added.contains("`model.vocab`"), "{added}");
    let twice = edit(&|file| {
        let merges = file["model"]["merges"].as_array_mut().unwrap();
        merges.push(merges[0].clone());
    });
    assert!(twice.contains("are merged twice"), "{twice}");
    assert!(edit(&|file| file["surprise"] = json!(1)).contains("unknown field `surprise`"));
    assert!(edit(&|file| file["model"]["extra"] = json!(1)).contains("unknown field `extra`"));
}

#[test]
fn a_token_named_twice_is_refused_though_json_lets_it_be() {
    let text = String::from_utf8(data("words-600.json")).unwrap();
    let text = text.replacen("\"vocab\":{", "\"vocab\":{\"a\":650,", 1);
    let error = Tokenizer::from_json("t.json", text.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("\"a\" twice"), "{error}");
}

#[test]
fn a_file_that_is_too_long_or_too_deep_is_refused_unread() {
    let long = vec![b' '; MAX_JSON_BYTES + 1];
    let error = Tokenizer::from_json("t.json", &long)
        .unwrap_err()
        .to_string();
    assert_eq!(error, "`t.json` has 2000001 bytes; it may have 2000000");
    let mut file = br#"{"model":"#.to_vec();
    file.extend(vec![b'['; 1_000_000]);
    assert!(Tokenizer::from_json("t.json", &file).is_err());
    let long = vec![0; MAX_VOCABULARY_BYTES + 1];
    assert!(Tokenizer::from_vocabulary("t", &long).is_err());
}

#[test]
fn a_name_that_is_not_built_in_is_refused() {
    let error = Tokenizer::named("llama").unwrap_err().to_string();
    assert_eq!(
        error,
        "tokenizer `llama` is not built in; `bytes` and `gpt2` are, any other comes with a vocabulary"
    );
}

#[test]
fn a_sentencepiece_model_of_another_kind_is_refused() {
    // Fields of `NormalizerSpec` and `TrainerSpec` as the file has them, and what replaces them.
    let model = data("pieces-700.model");
    for (field, from, to) in [
        (
            "remove_extra_whitespaces",
            &[0x20, 0x00][..],
            &[0x20, 0x01][..],
        ),
        ("model_type", &[0x18, 0x02], &[0x18, 0x01]),
        ("byte_fallback", &[0x98, 0x02, 0x01], &[0x98, 0x02, 0x00]),
    ] {
        let place = model
            .windows(from.len())
            .rposition(|window| window == from)
            .unwrap();
        let mut changed = model.clone();
        changed[place..place + to.len()].copy_from_slice(to);
        let error = Tokenizer::from_sentencepiece(&changed)
            .unwrap_err()
            .to_string();
        assert!(error.contains(field), "{field}: {error}");
    }
    for garbage in [&b""[..], b"{}", &[0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]] {
        assert!(Tokenizer::from_sentencepiece(garbage).is_err());
    }
}

#[test]
fn a_vocabulary_file_of_another_version_says_so() {
    let error = Tokenizer::from_vocabulary("t", b"prism-vocabulary.v9\n").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no vocabulary file of this version"),
        "{error}"
    );
}

const TEXTS: [&str; 4] = [
    "",
    " the LORD begat 12 sons\n\n  é\u{1F600}\0",
    "aaaa'sss",
    "\u{2581}<|endoftext|><s><0x41>",
];

fn if_read_then_exact(read: Result<Tokenizer, prism_tokenizer::TokenizerError>) {
    if let Ok(tokenizer) = read {
        for text in TEXTS {
            assert_exact(&tokenizer, text);
        }
    }
}

/// Cuts a file or overwrites, repeats or removes some of it.
fn mutated(file: &[u8], changes: &[(Index, u8, u8)]) -> Vec<u8> {
    let mut file = file.to_vec();
    for (place, how, byte) in changes {
        if file.is_empty() {
            break;
        }
        let place = place.index(file.len());
        match how % 5 {
            0 => file.truncate(place),
            1 => file.insert(place, *byte),
            2 => {
                file.remove(place);
            }
            _ => file[place] = *byte,
        }
    }
    file
}

fn changes() -> impl Strategy<Value = Vec<(Index, u8, u8)>> {
    prop::collection::vec(any::<(Index, u8, u8)>(), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_mutated_tokenizer_json_is_refused_or_exact(changes in changes()) {
        for name in ["words-600.json", "whole-400.json", "digits-500.json"] {
            if_read_then_exact(Tokenizer::from_json("t.json", &mutated(&data(name), &changes)));
        }
    }

    #[test]
    fn a_mutated_sentencepiece_model_is_refused_or_exact(changes in changes()) {
        let model = mutated(&data("pieces-700.model"), &changes);
        if_read_then_exact(Tokenizer::from_sentencepiece(&model));
    }

    #[test]
    fn a_mutated_vocabulary_file_is_refused(changes in changes()) {
        let file = crate::json("words-600").to_vocabulary().unwrap();
        let changed = mutated(&file, &changes);
        if changed != file {
            prop_assert!(Tokenizer::from_vocabulary("t", &changed).is_err());
        }
    }

    #[test]
    fn a_vocabulary_file_with_a_true_digest_is_refused_or_exact_and_canonical(changes in changes()) {
        for tokenizer in [crate::json("words-600"), crate::pieces()] {
            let file = tokenizer.to_vocabulary().unwrap();
            let mut changed = mutated(&file[..file.len() - 32], &changes);
            changed.extend(Sha256::digest(&changed));
            let read = Tokenizer::from_vocabulary("t", &changed);
            if let Ok(tokenizer) = &read {
                prop_assert_eq!(tokenizer.to_vocabulary().unwrap(), changed);
                prop_assert!(tokenizer.separator() < tokenizer.vocab_size());
            }
            if_read_then_exact(read);
        }
    }
}
