//! `prism run` over the courses and tokenizers a service may be given, and `prism compare` over what came of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::path::{Path, PathBuf};
use std::process::Output;

use prism_course::{Course, Document, Provenance};
use prism_tests::{bundles, home, prism};
use serde_json::Value;
use tempfile::TempDir;

#[track_caller]
fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        let told = String::from_utf8_lossy(&output.stderr);
        panic!("{error}: {told}{}", String::from_utf8_lossy(&output.stdout))
    })
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A folder with a course of about 70 kB of the practice course's text.
struct Served(TempDir);

impl Served {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let practice = Course::open(&home().default_course(), None).unwrap();
        let (mut documents, mut bytes) = (Vec::new(), 0);
        while bytes < 70_000 {
            let Document { id, text } = practice.document(documents.len() as u64).unwrap();
            bytes += text.len();
            documents.push(Document { id, text });
        }
        Course::new("period-1", documents, Provenance::default())
            .unwrap()
            .write(&folder.path().join("period-1.course"))
            .unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs a bundle on a course of the folder and keeps the manifest.
    fn run(&self, bundle: &Path, course: &str, more: &[&str]) -> (Value, PathBuf) {
        let manifest = self.path(&format!("{course}.json"));
        let course = self.path(course);
        let fixed = [
            "run",
            "--json",
            text(bundle),
            "--course",
            text(&course),
            "--manifest",
        ];
        let arguments = [&fixed[..], &[text(&manifest)], more].concat();
        (json(&prism(&arguments)), manifest)
    }

    /// A copy of `example-small` that is read with a tokenizer of its own.
    fn bundle_with(&self, tokenizer: &[u8]) -> PathBuf {
        let bundle = self.path("bundle");
        std::fs::create_dir_all(bundle.join("tok")).unwrap();
        for name in ["architecture.py", "training.py"] {
            let script =
                std::fs::read_to_string(bundles().join("example-small").join(name)).unwrap();
            let script = script
                .replace("SEPARATOR = 256", "")
                .replace("=SEPARATOR", "=ctx.separator");
            std::fs::write(bundle.join(name), script).unwrap();
        }
        std::fs::write(bundle.join("prism.yaml"), "tokenizer: tok/tokenizer.json\n").unwrap();
        std::fs::write(bundle.join("tok/tokenizer.json"), tokenizer).unwrap();
        bundle
    }
}

/// Every token of the course was charged, and decodes to its bytes.
#[track_caller]
fn whole(result: &Value) -> &Value {
    assert_eq!(result["status"], "completed", "{result:#}");
    let manifest = &result["manifest"];
    assert_eq!(manifest["data"]["unread_bytes"], 0);
    assert_eq!(
        manifest["metrics"]["covered_bytes"],
        manifest["course"]["bytes"]
    );
    manifest
}

#[test]
fn a_bundle_in_the_form_of_the_earlier_service_runs_on_gpt2_s_ids() {
    let served = Served::new();
    let bundle = bundles().join("for-the-reference");
    let (result, _) = served.run(&bundle, "period-1.course", &[]);
    let manifest = whole(&result);
    assert_eq!(manifest["data"]["tokenizer"], "gpt2");
    let tokens = manifest["metrics"]["predicted_tokens"].as_u64().unwrap();
    let bytes = manifest["course"]["bytes"].as_u64().unwrap();
    assert!(tokens * 3 < bytes, "{tokens} tokens of {bytes} bytes");
    assert_eq!(manifest["anti_cheat"]["step0_recomputed"], true);
}

#[test]
fn a_bundle_may_bring_its_own_tokenizer_and_pays_for_it() {
    let served = Served::new();
    let tokenizer = include_bytes!("../../runner/tokenizer/tests/data/words-600.json");
    let bundle = served.bundle_with(tokenizer);
    let (result, _) = served.run(&bundle, "period-1.course", &[]);
    let manifest = whole(&result);
    assert_eq!(manifest["data"]["tokenizer"], "tok/tokenizer.json");
    let compressed = |result: &Value| result["parts"]["bundle_compressed_bytes"].as_u64().unwrap();
    let small = bundles().join("example-small");
    let (plain, _) = served.run(&small, "period-1.course", &[]);
    assert!(compressed(manifest) > compressed(whole(&plain)) + 2_000);
}

#[test]
fn a_tokenizer_that_is_not_served_is_refused_before_any_gate() {
    let served = Served::new();
    for (content, words) in [
        ("{\"model\": {\"type\": \"WordPiece\"}}", "model"),
        ("{", "can't be read"),
    ] {
        let bundle = served.bundle_with(content.as_bytes());
        let output = prism(&["check", "--gates-only", "--json", text(&bundle)]);
        assert_eq!(output.status.code(), Some(3));
        let verdict = json(&output);
        let evidence = &verdict["gates"][0]["evidence"][0];
        assert_eq!(evidence["rule"], "prism:bundle-tokenizer", "{verdict:#}");
        assert_eq!(evidence["path"], "tok/tokenizer.json");
        assert!(
            evidence["message"].as_str().unwrap().contains(words),
            "{evidence}"
        );
    }
}

#[test]
fn a_sealed_course_is_served_with_its_key_alone_and_gives_the_same_stream() {
    let served = Served::new();
    let (key, sealed) = (served.path("key"), served.path("period-1.sealed"));
    let made = prism(&["data", "keygen", "--json", "--out", text(&key)]);
    let public = json(&made)["public_key"].as_str().unwrap().to_owned();
    let course = served.path("period-1.course");
    let seal = [
        "data",
        "seal",
        text(&course),
        "--recipient",
        &public,
        "--out",
        text(&sealed),
    ];
    let output = prism(&seal);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let bundle = bundles().join("example-small");
    let (clear, first) = served.run(&bundle, "period-1.course", &[]);
    let (kept, second) = served.run(&bundle, "period-1.sealed", &["--key", text(&key)]);
    assert_eq!(
        whole(&clear)["course"]["fingerprint"],
        whole(&kept)["course"]["fingerprint"]
    );
    let output = prism(&["compare", text(&first), text(&second)]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("identical"), "{told}");

    // What has no key, another key or only a part of it says so, and what to do.
    let other = served.path("other");
    assert!(
        prism(&["data", "keygen", "--out", text(&other)])
            .status
            .success()
    );
    let run = ["run", text(&bundle), "--course", text(&sealed)];
    for (more, words) in [
        (vec![], "--key"),
        (vec!["--key", text(&other)], "sealed for another"),
        (vec!["--key", text(&key), "--bytes", "65536"], "sealed"),
    ] {
        let output = prism(&[&run[..], &more].concat());
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{more:?}: {told}");
        assert!(told.contains(words), "{more:?}: {told}");
        assert!(!told.contains("AGE-SECRET-KEY"));
    }
}

#[test]
fn compare_says_where_two_runs_part_and_what_can_not_be_compared() {
    let served = Served::new();
    let bundle = bundles().join("example-small");
    let (_, first) = served.run(&bundle, "period-1.course", &[]);
    let change = |name: &str, change: &dyn Fn(&mut Value)| {
        let mut manifest: Value = serde_json::from_slice(&std::fs::read(&first).unwrap()).unwrap();
        change(&mut manifest);
        let path = served.path(name);
        std::fs::write(&path, manifest.to_string()).unwrap();
        path
    };
    let parted = change("parted.json", &|manifest| {
        let metrics = &mut manifest["metrics"];
        metrics["stream_sha256"] = "0".repeat(64).into();
        let digests = metrics["stream_digests"].as_array_mut().unwrap();
        digests
            .iter_mut()
            .skip(2)
            .for_each(|digest| *digest = "0".repeat(16).into());
        let bits = metrics["sum_neg_log2_likelihood_bits"].as_f64().unwrap();
        metrics["sum_neg_log2_likelihood_bits"] = (bits + 700.0).into();
    });
    let other_seed = change("seed.json", &|manifest| manifest["run"]["seed"] = 7.into());
    let output = prism(&[
        "compare",
        "--json",
        text(&first),
        text(&parted),
        text(&other_seed),
    ]);
    assert_eq!(output.status.code(), Some(6));
    let told = json(&output);
    let manifest: Value = serde_json::from_slice(&std::fs::read(&first).unwrap()).unwrap();
    let ends = &manifest["metrics"]["covered_bytes_cumulative"];
    let comparison = &told[0]["comparison"];
    assert_eq!(comparison["result"], "different");
    assert_eq!(comparison["same_until_byte"], ends[1]);
    assert_eq!(comparison["differ_before_byte"], ends[2]);
    assert!((comparison["bpb_difference"].as_f64().unwrap() - 0.01).abs() < 0.001);
    assert_eq!(told[1]["comparison"]["differ"], serde_json::json!(["seed"]));

    let output = prism(&["compare", text(&first), text(&bundles().join("README.md"))]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("is no manifest of a run"), "{told}");
}
