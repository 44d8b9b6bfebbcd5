//! The manifest subset: what is read, what is refused, and where the refusal points.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test")]

use std::collections::BTreeMap;

use prism_manifest::{Kind, Manifest, ManifestError, Problem, Tokenizer};
use proptest::prelude::*;

fn bundle(files: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect()
}

/// A bundle with the default scripts, some more files, and this manifest.
fn with_manifest(manifest: &str) -> BTreeMap<String, Vec<u8>> {
    bundle(&[
        ("prism.yaml", manifest),
        ("architecture.py", ""),
        ("training.py", ""),
        ("src/model.py", ""),
        ("src/layers.py", ""),
        ("tok/tokenizer.json", "{}"),
    ])
}

fn read(manifest: &str) -> Result<Manifest, ManifestError> {
    Manifest::from_files(&with_manifest(manifest))
}

/// The place and the message of a refusal, as a miner would see them.
fn refusal(manifest: &str) -> String {
    let error = read(manifest).unwrap_err();
    format!(
        "{}:{}: {error}",
        error.line.unwrap_or(0),
        error.column.unwrap_or(0)
    )
}

#[test]
fn no_manifest_and_an_empty_one_are_the_defaults() {
    let files = bundle(&[("architecture.py", ""), ("training.py", "")]);
    let default = Manifest::from_files(&files).unwrap();
    assert_eq!(default, Manifest::default());
    assert_eq!(default.architecture.symbol, "build_model");
    assert_eq!(default.training.symbol, "train");
    assert_eq!(default.tokenizer.vocab_size(), Some(257));
    for empty in ["", "# only a comment\n", "---\n", "~\n", "{}"] {
        let read = read(empty).unwrap();
        assert_eq!(
            (read.architecture, read.path.as_deref()),
            (default.architecture.clone(), Some("prism.yaml"))
        );
    }
}

#[test]
fn every_key_is_read() {
    let manifest = read(
        "\u{feff}kind: architecture_only\narchitecture_id: \"42\"\narchitecture:\n  entrypoint: src/model.py::make\n  \
         files: [src/layers.py, src/layers.py]\ntraining: {entrypoint: training.py, entry: fit}\ntokenizer: tok/tokenizer.json\n",
    )
    .unwrap();
    assert_eq!(manifest.kind, Kind::ArchitectureOnly);
    assert_eq!(manifest.architecture_id.as_deref(), Some("42"));
    assert_eq!(manifest.architecture.entrypoint, "src/model.py");
    assert_eq!(manifest.architecture.symbol, "make");
    assert_eq!(manifest.architecture.files, ["src/layers.py"]);
    assert_eq!(manifest.architecture.line, Some(4));
    assert_eq!(manifest.training.symbol, "fit");
    assert_eq!(
        manifest.tokenizer,
        Tokenizer::File("tok/tokenizer.json".to_owned())
    );
    assert_eq!(manifest.tokenizer_line, Some(7));
}

#[test]
fn the_function_may_be_named_by_any_of_its_keys_but_once() {
    for key in ["factory", "function", "entry"] {
        assert_eq!(
            read(&format!("architecture:\n  {key}: make\n"))
                .unwrap()
                .architecture
                .symbol,
            "make"
        );
    }
    let same = "architecture:\n  entrypoint: architecture.py::make\n  factory: make\n";
    assert_eq!(read(same).unwrap().architecture.symbol, "make");
    assert_eq!(
        refusal("architecture:\n  entrypoint: architecture.py::make\n  factory: other\n"),
        "3:3: `architecture.entrypoint` and `architecture.factory` both name the function; keep one"
    );
}

#[test]
fn refusals_say_where_and_what_to_do() {
    for (manifest, expected) in [
        (
            "kind: full\ntokenzier: bytes\n",
            "2:1: unknown key `tokenzier`; did you mean `tokenizer`?",
        ),
        (
            "training:\n  lr: 1\n",
            "2:3: unknown key `training.lr`; there is entrypoint, factory, function, entry, files",
        ),
        (
            "kind: fulll\n",
            "1:7: `kind` can't be `fulll`; did you mean `full`?",
        ),
        (
            "tokenizer: word\n",
            "1:12: `tokenizer` can't be `word`; there is bytes, gpt2, llama, or the path of a tokenizer.json",
        ),
        (
            "architecture_id: 42\n",
            "1:18: `architecture_id` must be a text, and it is a number or truth value; put it in quotes",
        ),
        (
            "architecture: model.py\n",
            "1:15: `architecture` must be a mapping, and it is a text",
        ),
        (
            "kind:\n",
            "`kind` must be a text, and it is nothing; remove the key for the default",
        ),
        (
            "- a\n",
            "1:1: `the manifest` must be a mapping, and it is a list",
        ),
        (
            "kind: full\nkind: full\n",
            "2:1: the key `kind` is already on line 1",
        ),
        (
            "kind: full\n\"kind\": full\n",
            "2:1: the key `kind` is already on line 1",
        ),
        ("a: &x 1\n", "anchors (`&name`) are not allowed"),
        ("kind: *x\n", "1:7: "),
        ("kind: !!str full\n", "tags (`!name`) are not allowed"),
        (
            "architecture:\n  <<: {}\n",
            "2:3: merge keys (`<<`) are not allowed",
        ),
        (
            "kind: full\n---\nkind: full\n",
            "a manifest is one document",
        ),
        (
            "%YAML 1.2\n---\nkind: full\n",
            "1:1: directives (`%...`) are not allowed",
        ),
        (
            "? [a, b]\n: c\n",
            "1:3: a key must be a text, and this one is a list",
        ),
        ("a: [[[[[1]]]]]\n", "1:7: nested deeper than 4 levels"),
        ("kind: [unclosed\n", "this is not valid YAML"),
        (
            "training:\n  factory: a.b\n",
            "2:12: `a.b` is no function name",
        ),
    ] {
        let found = refusal(manifest);
        assert!(found.contains(expected), "{manifest:?}: {found}");
    }
}

#[test]
fn paths_are_exact_and_stay_inside() {
    for (path, expected) in [
        (
            "model.py",
            "the bundle has no file `model.py`; there is `src/model.py`, and paths are exact",
        ),
        ("./architecture.py", "may not contain `.`"),
        ("../architecture.py", "may not contain `.`"),
        ("/architecture.py", "without a leading `/`"),
        ("src//model.py", "an empty step"),
        ("'src\\model.py'", "folders are separated by `/`"),
        (
            "Architecture.py",
            "the bundle has no file `Architecture.py`",
        ),
        ("tok/tokenizer.json", "a script's name ends in .py"),
        ("''", "it is empty"),
    ] {
        let found = refusal(&format!("architecture:\n  entrypoint: {path}\n"));
        assert!(
            found.starts_with("2:") && found.contains(expected),
            "{path}: {found}"
        );
    }
    assert!(refusal("architecture:\n  entrypoint: training.py\n").contains("two different files"));
    assert!(refusal("tokenizer: tokenizer.json\n").contains("there is `tok/tokenizer.json`"));
    assert!(refusal("architecture:\n  files: gone.py\n").contains("no file `gone.py`"));
}

#[test]
fn a_missing_default_script_is_named() {
    let error = Manifest::from_files(&bundle(&[("architecture.py", ""), ("sub/training.py", "")]))
        .unwrap_err();
    assert_eq!((error.path.as_str(), error.line), ("training.py", None));
    assert_eq!(
        error.to_string(),
        "the bundle has no file `training.py`; there is `sub/training.py`, and paths are exact"
    );
}

/// Threat ZP-14: another manifest must not decide.
#[test]
fn only_the_root_manifest_counts_and_two_are_refused() {
    let mut files = with_manifest("kind: full\n");
    files.insert("a/prism.yaml".to_owned(), b"kind: nonsense\n".to_vec());
    assert!(Manifest::from_files(&files).is_ok());
    files.insert("prism.yml".to_owned(), b"kind: full\n".to_vec());
    assert_eq!(
        Manifest::from_files(&files).unwrap_err().problem,
        Problem::TwoManifests
    );
}

/// Threat RS-14: aliases that double at every line, a few hundred bytes for gigabytes of text.
#[test]
fn alias_bombs_are_refused_at_the_first_anchor() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    assert_eq!(read(&bomb).unwrap_err().problem, Problem::Anchor);
}

/// Threat ZP-17: size, nesting, odd types.
#[test]
fn size_and_nesting_are_bounded() {
    let long = format!("# {}\n", "x".repeat(16 * 1024));
    assert!(matches!(
        read(&long).unwrap_err().problem,
        Problem::TooLong { .. }
    ));
    for deep in ["[", "{a: ", "- ", "? ", "a:\n "] {
        assert!(read(&deep.repeat(16 * 1024 / deep.len())).is_err());
    }
    let mut files = with_manifest("");
    files.insert("prism.yaml".to_owned(), b"kind: \xff\n".to_vec());
    assert_eq!(
        Manifest::from_files(&files).unwrap_err().problem,
        Problem::NotUtf8
    );
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[-\\[\\]{}&*!|>%@`'\"?:,#~ \n\r\ta-c0-9<.\u{85}\u{feff}é]{0,200}") {
        let _ = read(&text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Manifest::parse("prism.yaml", &bytes);
    }
}
