//! Self-test cases: read, tried, and wrong in every way they can be.

use std::collections::BTreeMap;

use prism_engine::{Case, ConfigError, check_config, read_folder};
use serde_json::{Value, json};

use crate::guests::{LIMITS, gate, runtime};

const BUNDLE: [(&str, &str); 2] = [
    ("bundle/architecture.py", "def build_model(ctx): ...\n"),
    ("bundle/training.py", "def train(ctx): ...\n"),
];

/// The files of one case.
fn files(more: &[(&str, Value)]) -> BTreeMap<String, Vec<u8>> {
    let bundle = BUNDLE.map(|(path, text)| (format!("one/{path}"), text.as_bytes().to_vec()));
    let more = more
        .iter()
        .map(|(path, content)| (format!("one/{path}"), content.to_string().into_bytes()));
    bundle.into_iter().chain(more).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_passes_or_says_line_by_line_what_differs() {
    let runtime = runtime();
    let finding = json!({"rule": "prism:guest-rule", "path": null, "line": 7});
    let down = json!([{"function": "llm.complete", "answer": {"error": {"unavailable": "no"}}}]);
    let ok = json!([{"function": "llm.complete", "answer": {"ok": {"content": "{}"}}}]);
    let near = json!([{"function": "corpus.nearest", "answer": {"ok": [
        {"submission": "s", "hotkey": "h", "similarity": 1.0, "note": ""}]}}]);
    let expects = |verdict: &str, rules: Value, facts: Value| {
        (
            "expected.json",
            json!({"verdict": verdict, "rules": rules, "facts": facts}),
        )
    };
    let rows: &[(&str, &str, Vec<(&str, Value)>, &[&str])] = &[
        (
            "what it says",
            "rejects",
            vec![expects("reject", json!([finding]), json!({"fact": null}))],
            &[],
        ),
        (
            "nothing",
            "allows",
            vec![expects("allow", json!([]), json!({}))],
            &[],
        ),
        (
            "another verdict",
            "allows",
            vec![expects("reject", json!([finding]), json!({"fact": 3}))],
            &[
                "expected verdict reject, got allow",
                "expected prism:guest-rule at line 7, not got",
                "no such fact",
            ],
        ),
        (
            "one finding too few, and another fact",
            "rejects",
            vec![expects(
                "reject",
                json!([finding, finding]),
                json!({"fact": 3}),
            )],
            &[
                "expected prism:guest-rule at line 7, not got",
                "expected fact fact = 3, got null",
            ],
        ),
        (
            "another line",
            "rejects",
            vec![expects(
                "reject",
                json!([{"rule": "prism:guest-rule", "line": 8}]),
                json!({}),
            )],
            &[
                "got prism:guest-rule at line 7, not expected",
                "expected prism:guest-rule at line 8, not got",
            ],
        ),
        (
            "a gate that breaks",
            "traps",
            vec![expects("hold", json!([]), json!({}))],
            &["the gate broke"],
        ),
        (
            "a model that is down",
            "asks",
            vec![
                expects("hold", json!([]), json!({})),
                ("host-calls.json", down),
            ],
            &[],
        ),
        (
            "a model that answers",
            "asks",
            vec![
                expects("hold", json!([]), json!({})),
                ("host-calls.json", ok),
            ],
            &[],
        ),
        (
            "an answer that is not there",
            "asks",
            vec![
                expects("hold", json!([]), json!({})),
                ("host-calls.json", json!([])),
            ],
            &["no recorded answer to llm.complete"],
        ),
        (
            "an empty corpus",
            "resembles",
            vec![expects("allow", json!([]), json!({}))],
            &[],
        ),
        (
            "a corpus with a neighbour",
            "resembles",
            vec![
                expects("reject", json!([]), json!({})),
                ("host-calls.json", near),
            ],
            &[],
        ),
    ];
    for (what, name, more, wanted) in rows {
        let cases = Case::all(&files(more)).unwrap();
        assert_eq!((cases.len(), cases[0].name.as_str()), (1, "one"), "{what}");
        let gate = gate(&runtime, name).await;
        let outcome = gate.try_case(&runtime, &cases[0], &LIMITS).await.unwrap();
        assert_eq!(
            outcome.differences.len(),
            wanted.len(),
            "{what}: {:?}",
            outcome.differences
        );
        for (found, wanted) in outcome.differences.iter().zip(*wanted) {
            assert!(found.contains(wanted), "{what}: {found}");
        }
    }
}

#[test]
fn what_is_no_case_is_refused_with_its_file() {
    let good = || ("expected.json", json!({"verdict": "allow", "rules": []}));
    let rows: Vec<(&str, Vec<(&str, Value)>, &str)> = vec![
        (
            "nothing expected",
            vec![],
            "the case one has no expected.json",
        ),
        (
            "a file of another name",
            vec![good(), ("expectd.json", json!({}))],
            "one/expectd.json has no place",
        ),
        (
            "an unknown verdict",
            vec![("expected.json", json!({"verdict": "maybe", "rules": []}))],
            "one/expected.json: unknown variant `maybe`",
        ),
        (
            "an unknown field",
            vec![(
                "expected.json",
                json!({"verdict": "allow", "rules": [], "fact": {}}),
            )],
            "one/expected.json: unknown field `fact`",
        ),
        (
            "no rules",
            vec![("expected.json", json!({"verdict": "allow"}))],
            "missing field `rules`",
        ),
        (
            "a config that is a list",
            vec![good(), ("config.json", json!([]))],
            "one/config.json: ",
        ),
        (
            "an unknown host call",
            vec![
                good(),
                (
                    "host-calls.json",
                    json!([{"function": "llm.complet", "answer": {}}]),
                ),
            ],
            "\"llm.complet\"",
        ),
        (
            "a bundle that is not closed",
            vec![good(), ("bundle/os.py", json!("x"))],
            "the bundle of the case one is refused",
        ),
    ];
    for (what, more, says) in rows {
        let error = Case::all(&files(&more)).unwrap_err();
        assert!(error.to_string().contains(says), "{what}: {error}");
    }
    let none = BTreeMap::from([(
        "one/expected.json".to_owned(),
        br#"{"verdict":"allow","rules":[]}"#.to_vec(),
    )]);
    assert!(
        Case::all(&none)
            .unwrap_err()
            .to_string()
            .contains("no bundle/")
    );
    let many = (0..300).map(|at| (format!("{at}/expected.json"), Vec::new()));
    assert!(
        Case::all(&many.collect())
            .unwrap_err()
            .to_string()
            .contains("256")
    );
    assert!(Case::all(&BTreeMap::new()).unwrap().is_empty());
}

#[test]
fn a_folder_of_cases_is_read_without_following_links_and_within_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let good = ("expected.json", json!({"verdict": "allow", "rules": []}));
    for (name, content) in files(&[good]) {
        let file = path.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    }
    std::fs::write(path.join("README.md"), "for people").unwrap();
    let read = read_folder(path).unwrap();
    assert_eq!(read.len(), 4);
    assert_eq!(Case::all(&read).unwrap().len(), 1);
    std::os::unix::fs::symlink("/etc/passwd", path.join("one/bundle/link.py")).unwrap();
    assert!(
        read_folder(path)
            .unwrap_err()
            .to_string()
            .contains("link.py")
    );
    std::fs::remove_file(path.join("one/bundle/link.py")).unwrap();
    let huge = std::fs::File::create(path.join("one/huge")).unwrap();
    huge.set_len(100 << 30).unwrap();
    assert!(
        read_folder(path)
            .unwrap_err()
            .to_string()
            .contains("too large")
    );
    assert!(
        read_folder(&path.join("nowhere"))
            .unwrap_err()
            .to_string()
            .contains("nowhere")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_config_is_held_against_the_gates_own_schema() {
    let runtime = runtime();
    let mut descriptor = gate(&runtime, "allows").await.descriptor().clone();
    let object = json!({
        "type": "object", "additionalProperties": false,
        "properties": {"threshold": {"type": "number", "maximum": 1}, "name": {"pattern": "^(a+)+$"}},
    });
    let aaa = "a".repeat(5_000) + "!";
    for (schema, config, says) in [
        (&object, json!({}), None),
        (&object, json!({"threshold": 0.5}), None),
        (&object, json!({"threshold": 2}), Some("/threshold: ")),
        (&object, json!({"treshold": 0.5}), Some("treshold")),
        (&object, json!({"name": aaa}), Some("/name: ")),
        (&object, json!([]), Some("this is none")),
        (
            &json!({"type": "nonsense"}),
            json!({}),
            Some("the gate's fault"),
        ),
        (
            &json!({"$ref": "http://127.0.0.1:1/x"}),
            json!({}),
            Some("the gate's fault"),
        ),
        (
            &json!({"$ref": "file:///etc/passwd"}),
            json!({}),
            Some("the gate's fault"),
        ),
    ] {
        descriptor.config_schema = schema.clone();
        let found = check_config(&descriptor, &config);
        match says {
            None => assert_eq!(found, Ok(()), "{schema} {config}"),
            Some(says) => {
                let text = found.unwrap_err().to_string();
                assert!(text.contains(says), "{schema} {config}: {text}");
            }
        }
    }
    // A schema that refers to itself ends.
    descriptor.config_schema = json!({"$ref": "#"});
    let _: Result<(), ConfigError> = check_config(&descriptor, &json!({}));
}
