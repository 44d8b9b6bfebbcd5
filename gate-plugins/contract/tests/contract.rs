//! The gate over whole bundles: what is refused, where the evidence points, what the fingerprints see.
#![allow(clippy::unwrap_used, reason = "test")]

use prism_gate_contract::Contract;
use prism_gate_sdk::{Bundle, Decision, Gate, Input, Report, Value, judge, snippet_hash};

const ARCHITECTURE: &str =
    "import torch\n\ndef build_model(ctx):\n    return torch.nn.Linear(1, ctx.vocab_size)\n";
const TRAINING: &str = "def train(ctx):\n    model = ctx.build_model()\n";

fn check(files: &[(&str, &str)]) -> Report {
    check_with("{}", files)
}

fn check_with(config: &str, files: &[(&str, &str)]) -> Report {
    judge::<Contract>(
        &Input {
            bundle: Bundle::from_texts(files),
            ..Input::default()
        },
        config,
    )
}

fn scripts<'a>(architecture: &'a str, training: &'a str) -> [(&'a str, &'a str); 2] {
    [("architecture.py", architecture), ("training.py", training)]
}

/// `rule path:line:column` of every finding.
fn findings(report: &Report) -> Vec<String> {
    let number = |number: Option<u32>| number.map_or("-".to_owned(), |number| number.to_string());
    let one = |found: &prism_gate_sdk::Evidence| {
        let path = found.path.as_deref().unwrap_or("-");
        format!(
            "{} {path}:{}:{}",
            found.rule,
            number(found.line),
            number(found.column)
        )
    };
    report.evidence.iter().map(one).collect()
}

fn fact(report: &Report, name: &str) -> Value {
    report.facts.get(name).unwrap().clone()
}

fn arch_hash(files: &[(&str, &str)]) -> String {
    let report = check(files);
    assert_eq!(report.decision, Decision::Allow, "{report:?}");
    fact(&report, "arch_hash").as_str().unwrap().to_owned()
}

#[test]
fn an_ordinary_bundle_is_allowed_with_its_facts() {
    let architecture = format!("ARCHITECTURE_NAME = 'Tiny  GPT!'\n{ARCHITECTURE}");
    let report = check(&scripts(&architecture, TRAINING));
    assert_eq!(report.decision, Decision::Allow, "{report:?}");
    assert!(report.evidence.is_empty() && report.reason.is_empty());
    assert_eq!(fact(&report, "architecture_name"), "Tiny GPT");
    assert_eq!(fact(&report, "tokenizer"), "bytes");
    assert_eq!(fact(&report, "python_files"), 2);
    assert_eq!(
        fact(&report, "source_bytes"),
        architecture.len() + TRAINING.len()
    );
    for hash in ["arch_hash", "training_hash"] {
        let hash = fact(&report, hash);
        let hex = hash.as_str().unwrap().strip_prefix("v1:").unwrap();
        assert_eq!(hex.len(), 64);
    }
}

#[test]
fn every_rule_and_fact_is_described() {
    let described = Contract::describe();
    let report = check(&scripts(ARCHITECTURE, TRAINING));
    let facts: Vec<&str> = report.facts.iter().map(|(name, _)| name).collect();
    let mut expected = described.facts.clone();
    expected.sort();
    assert_eq!(facts, expected);
    assert!(
        described
            .rules
            .iter()
            .all(|rule| rule.id.starts_with("prism:contract-"))
    );
}

#[test]
fn entry_points_must_be_there_and_stay() {
    for (architecture, expected) in [
        ("", "prism:contract-scripts architecture.py:-:-"),
        (
            "x = 1\n",
            "prism:contract-entry-missing architecture.py:-:-",
        ),
        (
            "from m import build_model\n",
            "prism:contract-entry-missing architecture.py:1:15",
        ),
        (
            "build_model = lambda ctx: 1\n",
            "prism:contract-entry-missing architecture.py:1:1",
        ),
        (
            "class build_model: pass\n",
            "prism:contract-entry-missing architecture.py:1:7",
        ),
        (
            "if True:\n    def build_model(ctx): pass\n",
            "prism:contract-entry-missing architecture.py:2:9",
        ),
        (
            "def build_model(ctx): pass\nbuild_model = print\n",
            "prism:contract-entry-rebound architecture.py:2:1",
        ),
        (
            "def build_model(ctx): pass\ndef build_model(ctx): return 2\n",
            "prism:contract-entry-rebound architecture.py:1:5",
        ),
        (
            "def build_model(ctx): pass\nif 1:\n  from x import build_model\n",
            "prism:contract-entry-rebound architecture.py:3:17",
        ),
        (
            "def build_model(ctx): pass\nfor build_model in []: pass\n",
            "prism:contract-entry-rebound architecture.py:2:5",
        ),
        (
            "def build_model(ctx): pass\n(build_model := 3)\n",
            "prism:contract-entry-rebound architecture.py:2:2",
        ),
        (
            "def build_model(ctx): pass\ndef f():\n  global build_model\n  build_model = 1\n",
            "prism:contract-entry-rebound architecture.py:4:3",
        ),
        (
            "def build_model(ctx): pass\ndel build_model\n",
            "prism:contract-entry-rebound architecture.py:1:5",
        ),
        (
            "def build_model(ctx): pass\nfrom x import *\n",
            "prism:contract-entry-rebound architecture.py:2:1",
        ),
        (
            "def build_model(): pass\n",
            "prism:contract-entry-signature architecture.py:1:5",
        ),
        (
            "def build_model(*, ctx): pass\n",
            "prism:contract-entry-signature architecture.py:1:5",
        ),
        (
            "def build_model(ctx, width): pass\n",
            "prism:contract-entry-signature architecture.py:1:5",
        ),
        (
            "def build_model(ctx:\n",
            "prism:contract-syntax architecture.py:",
        ),
        (
            "def build_model(ctx): pass\n\u{a0}x = 1\n",
            "prism:contract-syntax architecture.py:2:",
        ),
    ] {
        let report = check(&scripts(architecture, TRAINING));
        assert_eq!(report.decision, Decision::Reject, "{architecture}");
        let found = findings(&report);
        assert!(
            found.iter().any(|one| one.starts_with(expected)),
            "{architecture}: {found:?}"
        );
    }
}

#[test]
fn forms_that_people_write_are_allowed() {
    for architecture in [
        "def build_model(ctx, /): pass\n",
        "def build_model(*args, **kwargs): pass\n",
        "def build_model(ctx, width=64, *, depth=2): pass\n",
        "from torch.nn import *\ndef build_model(ctx): pass\n",
        "import functools\n@functools.cache\ndef build_model(ctx): pass\n",
        "def f():\n    build_model = 1\ndef build_model(ctx): pass\n",
        "class A:\n    def build_model(self): pass\ndef build_model(ctx): pass\n",
        "async def build_model(ctx): pass\n",
    ] {
        let report = check(&scripts(architecture, TRAINING));
        assert_eq!(
            report.decision,
            Decision::Allow,
            "{architecture}: {:?}",
            findings(&report)
        );
    }
}

#[test]
fn evidence_carries_the_hash_of_its_line() {
    let report = check(&scripts(
        "def build_model(ctx): pass\r\nbuild_model = print\r\n",
        TRAINING,
    ));
    assert_eq!(
        report.evidence.first().unwrap().snippet_hash,
        Some(snippet_hash("build_model = print"))
    );
    assert!(
        report
            .reason
            .starts_with("architecture.py:2: `build_model` is bound a second time here"),
        "{}",
        report.reason
    );
}

#[test]
fn manifest_errors_are_evidence_with_a_line() {
    let [architecture, training] = scripts(ARCHITECTURE, TRAINING);
    for (manifest, expected) in [
        (
            "kind: full\nkindd: x\n",
            "prism:contract-manifest prism.yaml:2:1",
        ),
        (
            "architecture:\n  entrypoint: gone.py\n",
            "prism:contract-missing-file prism.yaml:2:-",
        ),
        (
            "training:\n  entrypoint: architecture.py\n",
            "prism:contract-scripts prism.yaml:2:-",
        ),
        (
            "kind: full\ntokenizer: llama\n",
            "prism:contract-tokenizer prism.yaml:2:-",
        ),
    ] {
        let report = check(&[architecture, training, ("prism.yaml", manifest)]);
        assert_eq!(
            (report.decision, findings(&report)),
            (Decision::Reject, vec![expected.to_owned()])
        );
    }
    let report = check(&[architecture]);
    assert_eq!(
        findings(&report),
        ["prism:contract-missing-file training.py:-:-"]
    );
    assert_eq!(fact(&report, "arch_hash"), Value::Null);
}

#[test]
fn bytes_gpt2_and_a_file_of_the_bundle_are_served_by_default() {
    let [architecture, training] = scripts(ARCHITECTURE, TRAINING);
    // What the file holds is checked by the host, which reads it before any gate.
    let file = ("tok/words.json", "{}");
    for tokenizer in ["bytes", "gpt2", "tok/words.json"] {
        let manifest = format!("tokenizer: {tokenizer}\n");
        let report = check(&[architecture, training, file, ("prism.yaml", &manifest)]);
        assert_eq!(report.decision, Decision::Allow, "{report:?}");
        assert_eq!(fact(&report, "tokenizer"), tokenizer);
    }
    let only_bytes = [architecture, training, ("prism.yaml", "tokenizer: gpt2\n")];
    let report = check_with(r#"{"tokenizers": ["bytes"]}"#, &only_bytes);
    assert_eq!(
        findings(&report),
        ["prism:contract-tokenizer prism.yaml:1:-"]
    );
}

#[test]
fn the_operator_says_which_tokenizers_and_which_python() {
    let files = [
        ("architecture.py", ARCHITECTURE),
        ("training.py", TRAINING),
        ("prism.yaml", "tokenizer: llama\n"),
    ];
    assert_eq!(
        check_with(r#"{"tokenizers": ["bytes", "llama"]}"#, &files).decision,
        Decision::Allow
    );
    let refused = check(&files);
    assert!(
        refused.evidence.iter().any(|found| found
            .message
            .contains("`llama` is not served here; served are: bytes, gpt2, tokenizer.json")),
        "{refused:?}"
    );
    let modern = scripts("type X = int\ndef build_model(ctx): pass\n", TRAINING);
    assert_eq!(check(&modern).decision, Decision::Allow);
    for broken in [
        r#"{"tokenizer": "gpt2"}"#,
        r#"{"tokenizers": "gpt2"}"#,
        "[]",
    ] {
        assert_eq!(check_with(broken, &modern).decision, Decision::Hold);
    }
}

#[test]
fn the_grammar_is_that_of_the_run_and_an_unknown_one_holds() {
    let under = |version: &str| {
        let mut input = Input {
            bundle: Bundle::from_texts(&scripts(
                "type X = int\ndef build_model(ctx): pass\n",
                TRAINING,
            )),
            ..Input::default()
        };
        input.submission.context.python_version = version.to_owned();
        judge::<Contract>(&input, "{}")
    };
    assert_eq!(under("3.12").decision, Decision::Allow);
    assert_eq!(
        findings(&under("3.11")),
        ["prism:contract-syntax architecture.py:1:1"]
    );
    assert_eq!(under("2.7").decision, Decision::Hold);
}

#[test]
fn fingerprints_do_not_see_layout_and_comments() {
    let plain = "def build_model(ctx):\n    x = (1 + 2) * 16\n    if x: y = 'a\"b'\n    elif ctx: y = f'a{x}b'\n    else: y = [1, 2]\n    return y\n";
    let other = "# a comment\ndef build_model(\n    ctx,\n):\n\n  x = ((1 + 2) * 0x10)  # sum\n  if x:\n      y = 'a' \"\\\"b\"\n  else:\n    if ctx:\n      y = f'a{ x }' 'b'\n    else:\n      y = [\n         1, 2,\n      ]\n  return (y)\n";
    assert_eq!(
        arch_hash(&scripts(plain, TRAINING)),
        arch_hash(&scripts(other, TRAINING))
    );
}

#[test]
fn fingerprints_see_every_change_of_meaning() {
    let base = "def build_model(ctx, k=1):\n    return ctx[k:], {**ctx}, f'{k}', k < 2\n";
    let first = arch_hash(&scripts(base, TRAINING));
    for (from, to) in [
        ("k=1", "k=2"),
        ("k=1", "k=1.0"),
        ("k=1", "*, k=1"),
        ("ctx[k:]", "ctx[:k]"),
        ("{**ctx}", "{ctx}"),
        ("f'{k}'", "f'{k!r}'"),
        ("f'{k}'", "'{k}'"),
        ("k < 2", "k <= 2"),
        ("k < 2", "2 < k"),
        ("return", "yield"),
        ("ctx", "context"),
    ] {
        let changed = base.replace(from, to);
        assert_ne!(
            first,
            arch_hash(&scripts(&changed, TRAINING)),
            "{from} -> {to}"
        );
    }
}

/// Threat ID-05: a thin entry file with the model in a sibling.
#[test]
fn fingerprints_cover_what_is_reached_by_import() {
    let entry = "def build_model(ctx):\n    from parts.block import Block\n    return Block()\n";
    let bundle = |block, init, other| {
        arch_hash(&[
            ("architecture.py", entry),
            ("training.py", TRAINING),
            ("parts/__init__.py", init),
            ("parts/block.py", block),
            ("parts/deep.py", other),
        ])
    };
    let first = bundle("from . import deep\nBlock = 1\n", "", "x = 1\n");
    assert_ne!(
        first,
        bundle("from . import deep\nBlock = 2\n", "", "x = 1\n"),
        "imported module"
    );
    assert_ne!(
        first,
        bundle("from . import deep\nBlock = 1\n", "y = 1\n", "x = 1\n"),
        "package around it"
    );
    assert_ne!(
        first,
        bundle("from . import deep\nBlock = 1\n", "", "x = 2\n"),
        "second step"
    );
    let alone = bundle("Block = 1\n", "", "x = 1\n");
    assert_eq!(alone, bundle("Block = 1\n", "", "x = 2\n"), "not imported");
    let star = bundle("from . import *\n", "__all__ = ['deep']\n", "x = 1\n");
    assert_ne!(
        star,
        bundle("from . import *\n", "__all__ = ['deep']\n", "x = 2\n"),
        "star import"
    );
}

#[test]
fn fingerprints_cover_the_files_that_the_manifest_adds() {
    let bundle = |notes| {
        arch_hash(&[
            ("architecture.py", ARCHITECTURE),
            ("training.py", TRAINING),
            ("notes.txt", notes),
            ("prism.yaml", "architecture:\n  files: notes.txt\n"),
        ])
    };
    assert_ne!(bundle("a"), bundle("b"));
}

/// The form `v1` is a promise: hashes are stored for years. When this fails, the form changed and
/// needs a new version, or the parser changed and the form must be mended.
#[test]
fn the_form_is_pinned() {
    let report = check(&scripts(include_str!("every_construct.py"), TRAINING));
    assert_eq!(report.decision, Decision::Allow, "{:?}", findings(&report));
    assert_eq!(
        fact(&report, "arch_hash"),
        "v1:eef64debfa813953804be58e3e3f558da143c86991a718ede685fdc654db3cb1"
    );
    assert_eq!(
        fact(&report, "training_hash"),
        "v1:8aabd31189e22f83521052ab61f184ce955d316464ebad4c81a8b20f6c0601bd"
    );
}

/// A stack overflow inside a gate is a trap, and a trap holds: nobody may cause one at will.
#[test]
fn the_deepest_sources_fit_a_small_stack() {
    let nested = |open: &str, close: &str, times: usize| {
        format!(
            "def build_model(ctx):\n    return {}1{}\n",
            open.repeat(times),
            close.repeat(times)
        )
    };
    let defs: String = (0..98)
        .map(|depth| format!("{}def f():\n", " ".repeat(depth)))
        .collect();
    let sources = [
        nested("(", ")", 95),
        nested("-", "", 480),
        nested("1 + ", "", 480),
        nested("not ", "", 480),
        nested("f(-", ")", 95),
        nested("[", "]", 20_000),
        nested("lambda: ", "", 240),
        nested("f'{", "}'", 90),
        format!("def build_model(ctx):\n    return a{}\n", ".b".repeat(480)),
        format!(
            "def build_model(ctx):\n    return a{}\n",
            ".b".repeat(50_000)
        ),
        format!(
            "def build_model(ctx):\n    if 1: pass\n{}",
            "    elif 1: pass\n".repeat(20_000)
        ),
        format!("def build_model(ctx): pass\n{defs}{}pass\n", " ".repeat(98)),
    ];
    let judged = std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(move || {
            sources
                .iter()
                .map(|source| check(&scripts(source, TRAINING)).decision)
                .collect::<Vec<_>>()
        });
    let decisions = judged.unwrap().join().unwrap();
    let refused = decisions
        .iter()
        .filter(|decision| **decision == Decision::Reject)
        .count();
    assert!(refused < decisions.len(), "{decisions:?}");
    assert!(!decisions.contains(&Decision::Hold));
}
