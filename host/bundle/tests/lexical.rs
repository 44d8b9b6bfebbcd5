//! The lexical rules over Python sources, each row a sentence.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test")]

use std::collections::BTreeMap;

use prism_bundle::{Bundle, Refusal};
use proptest::prelude::*;

fn bundle(source: impl Into<Vec<u8>>) -> Result<Bundle, Refusal> {
    Bundle::from_files(BTreeMap::from([(
        "architecture.py".to_owned(),
        source.into(),
    )]))
}

fn rules(source: impl Into<Vec<u8>>) -> Vec<String> {
    match bundle(source) {
        Ok(_) => vec![],
        Err(refusal) => refusal
            .evidence
            .into_iter()
            .map(|one| one.rule.replace("prism:", ""))
            .collect(),
    }
}

#[test]
fn honest_sources_pass() {
    for (what, source) in [
        ("an empty file", ""),
        ("Windows line ends", "x = 1\r\nif x:\r\n\ty = 2\r\n"),
        ("a byte order mark", "\u{feff}x = 1\n"),
        (
            "other scripts in strings and comments",
            "# größer ✔️ 模型\nx = 'naïve — é'\n\"\"\"数\"\"\"\n",
        ),
        (
            "every prefix",
            "a = b'x' + rb'\\\\' + Rb\"\\\"\" + u'é' + BR'''\n'''",
        ),
        (
            "an f-string with everything",
            "print(f\"{x!r:>{w}.{p}} {{}} {d['k']} {a != b} {(lambda: 1)()} {y:%H:%M} {z=}\")",
        ),
        (
            "names in f-strings",
            "f'\\N{BULLET} {x} \\{y}' rf'\\{x}\\d'",
        ),
        ("nested f-strings", "f\"{f'{x}'}\""),
        (
            "a triple f-string over lines",
            "f'''{\n x\n}\n'quoted' \"\"\" '''",
        ),
        ("a non-ASCII string inside a field", "f\"{d['é']}\""),
        (
            "numbers",
            "0xFFFF_for_ 1_000.5e-3j .5 1. 1e5 0b11 0o7 1if x else 2\n",
        ),
        ("continuations", "x = 1 + \\\n    2\ny = 'a\\\nb'\n"),
        (
            "positional encoding in a comment",
            "import torch\n# positional encoding: sinusoidal\n",
        ),
        ("a table", &format!("x = [{}]\n", "1.0, ".repeat(800))),
        (
            "a deep but honest nesting",
            &format!("x = {}1{}\n", "(".repeat(40), ")".repeat(40)),
        ),
        (
            "an ellipsis and decorators",
            "@a.b(c)\ndef f(*, x: int = ...) -> None: ...\n",
        ),
    ] {
        assert_eq!(rules(source), Vec::<String>::new(), "{what}");
    }
    assert_eq!(
        bundle("\u{feff}x")
            .unwrap()
            .files()
            .get("architecture.py")
            .unwrap(),
        b"x"
    );
}

#[test]
fn hostile_sources_are_refused_under_their_rule() {
    let deep = |open: &str, close: &str, count: usize| {
        format!("x = {}1{}\n", open.repeat(count), close.repeat(count))
    };
    let indented: String = (0..60)
        .map(|depth| format!("{}if x:\n", " ".repeat(depth)))
        .collect();
    let elifs = format!("if x: y\n{}", "elif x: y\n".repeat(501));
    let literals = "[1,\n1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]\n".repeat(1000);
    let tokens = "a\nb\nc\nd\n".repeat(26_000);
    let strings = format!("x = '''{}'''\n", "a\n".repeat(30_000)).repeat(5);
    for (what, source, rule) in [
        ("not UTF-8", b"x = '\xff'".to_vec(), "lexical-encoding"),
        (
            "utf-7 cookie",
            b"# coding: utf-7\n".to_vec(),
            "lexical-encoding",
        ),
        ("NUL", b"x = 1\0".to_vec(), "lexical-character"),
        ("NUL in a string", b"x = '\0'".to_vec(), "lexical-character"),
        (
            "form feed",
            b"if x:\n\x0c    y\n".to_vec(),
            "lexical-character",
        ),
        (
            "lone carriage return",
            b"# a\rimport os\n".to_vec(),
            "lexical-character",
        ),
        (
            "bidirectional override in a comment",
            "# \u{202e}x\n".into(),
            "lexical-character",
        ),
        (
            "zero-width space in a string",
            "x = 'a\u{200b}'".into(),
            "lexical-character",
        ),
        (
            "tag characters",
            "x = '\u{e0041}'".into(),
            "lexical-character",
        ),
        (
            "second byte order mark",
            "x = '\u{feff}'".into(),
            "lexical-character",
        ),
        (
            "full-width identifier",
            "\u{ff45}val('x')".into(),
            "lexical-identifier",
        ),
        ("Greek identifier", "α = 1".into(), "lexical-identifier"),
        ("no-break space", "x\u{a0}= 1".into(), "lexical-identifier"),
        (
            "identifier inside a field",
            "f'{αβγ}'".into(),
            "lexical-identifier",
        ),
        (
            "long line",
            format!("# {}", "a".repeat(5000)).into(),
            "lexical-length",
        ),
        ("large file", "#\n".repeat(200_001).into(), "lexical-length"),
        ("parentheses", deep("(", ")", 500).into(), "lexical-nesting"),
        (
            "unclosed brackets",
            "[".repeat(3000).into(),
            "lexical-nesting",
        ),
        (
            "unary operators",
            format!("x = {}1", "-~".repeat(1000)).into(),
            "lexical-nesting",
        ),
        (
            "not",
            format!("x = {}1", "not ".repeat(1000)).into(),
            "lexical-nesting",
        ),
        (
            "lambdas",
            format!("x = {}1", "lambda a, b: ".repeat(300)).into(),
            "lexical-nesting",
        ),
        (
            "attribute chain",
            format!("x{}", ".a".repeat(1000)).into(),
            "lexical-nesting",
        ),
        (
            "call chain",
            format!("x{}", "()".repeat(1000)).into(),
            "lexical-nesting",
        ),
        (
            "chain over lines",
            format!("x = ({})", "1 +\n".repeat(1000)).into(),
            "lexical-nesting",
        ),
        (
            "conditional chain",
            format!("x = {}1", "1 if y else ".repeat(300)).into(),
            "lexical-nesting",
        ),
        (
            "nested fields",
            format!("x = {}", "f'{f\"{".repeat(100)).into(),
            "lexical-nesting",
        ),
        ("indentation", indented.into_bytes(), "lexical-nesting"),
        ("elif", elifs.into_bytes(), "lexical-nesting"),
        ("literals", literals.into_bytes(), "lexical-literals"),
        (
            "a huge number",
            format!("x = 1{}", "0".repeat(600)).into(),
            "lexical-literals",
        ),
        (
            "a huge string",
            format!("x = '''{}'''", "a\n".repeat(40_000)).into(),
            "lexical-literals",
        ),
        ("much in strings", strings.into_bytes(), "lexical-literals"),
        ("tokens", tokens.into_bytes(), "lexical-tokens"),
        (
            "unterminated string",
            b"x = 'abc\ny = 1'\n".to_vec(),
            "lexical-string",
        ),
        (
            "unterminated triple string",
            b"x = '''abc".to_vec(),
            "lexical-string",
        ),
        (
            "same quote in a field",
            b"f\"{d[\"k\"]}\"".to_vec(),
            "lexical-string",
        ),
        (
            "a field that hides a string's end",
            b"f'{'+ evil +'}'".to_vec(),
            "lexical-string",
        ),
        (
            "backslash in a field",
            b"f\"{'\\n'.join(x)}\"".to_vec(),
            "lexical-string",
        ),
        (
            "comment in a field",
            b"f'''{x # y\n}'''".to_vec(),
            "lexical-string",
        ),
        ("unclosed field", b"f'{x'".to_vec(), "lexical-string"),
        (
            "a template string, whose fields Python 3.14 would read",
            b"x = Tr'{{{x}'".to_vec(),
            "lexical-string",
        ),
        ("stray backslash", b"x = \\ 1\n".to_vec(), "lexical-string"),
    ] {
        assert_eq!(rules(source), [rule], "{what}");
    }
}

#[test]
fn a_finding_says_where_and_carries_the_hash_of_the_line() {
    let refusal = bundle("x = 1\r\ny = 'é' + ñ\r\n").unwrap_err();
    let [found] = refusal.evidence.as_slice() else {
        panic!("{refusal:?}");
    };
    assert_eq!((found.line, found.column), (Some(2), Some(11)));
    assert_eq!(found.path.as_deref(), Some("architecture.py"));
    assert_eq!(found.snippet_hash.as_ref().unwrap().len(), 64);
}

#[test]
fn other_texts_must_be_plain_utf8_but_a_vocabulary_may_list_anything_visible_or_not() {
    let files = |path: &str, content: &[u8]| {
        Bundle::from_files(BTreeMap::from([(path.to_owned(), content.to_vec())])).is_ok()
    };
    assert!(!files("README.md", b"\xff"));
    assert!(!files("README.md", "\u{202e}".as_bytes()));
    assert!(files(
        "tokenizer.json",
        "[\"\u{200b}\", \"Ġthe\"]".as_bytes()
    ));
    assert!(!files("tokenizer.json", b"\0"));
    assert!(files("notes.txt", &vec![b'a'; 1_999_999]));
}

#[test]
fn many_files_together_have_a_token_limit() {
    let files = (0..3)
        .map(|index| (format!("m{index}.py"), "a b\n".repeat(45_000).into_bytes()))
        .collect();
    let refusal = Bundle::from_files(files).unwrap_err();
    assert_eq!(
        refusal.evidence.first().unwrap().rule,
        "prism:lexical-tokens"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn no_source_makes_it_panic(source in "[f'\"{}()\\[\\]:!\\\\#\\n\\r\\t =.,aNlé0-9x\\-]{0,80}") {
        let _ = bundle(source);
    }

    #[test]
    fn no_bytes_make_it_panic(source in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = bundle(source);
    }

    /// A comment or plain string may hold any visible text, and code any ASCII.
    #[test]
    fn visible_text_in_strings_and_comments_passes(text in "[a-zé模型🙂 ]{0,40}") {
        let source = format!("# {text}\nx = '{text}'\nf'{text}{{x}}{text}'\n");
        prop_assert!(bundle(source).is_ok());
    }
}
