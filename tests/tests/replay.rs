//! `prism replay` on verdicts that another process made: the same comes out, and whatever was changed is named.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

use prism_bundle::Bundle;
use prism_course::Course;
use prism_executor::{Cancel, Executor, Job, LocalExecutor};
use prism_host::config::Config;
use prism_host::context;
use prism_host::verdict::{PAYLOAD_TYPE, Scored, Sources, document};
use prism_host::verification::{Pools, Seeds, verify};
use prism_protocol::manifest::Manifest;
use prism_protocol::outcome::Ruling;
use prism_registry::{Envelope, KeySet, SecretKey};
use prism_store::verdict::{Decision, Facts, Verdict};
use prism_tests::{bundles, home, job, prism};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{OnceCell, mpsc};

/// Enough for several stretches of the curve.
const COURSE_BYTES: u64 = 70_000;

/// The payload of a verdict on one real run.
static PAYLOAD: OnceCell<Vec<u8>> = OnceCell::const_new();

async fn payload() -> &'static [u8] {
    PAYLOAD.get_or_init(make).await
}

async fn make() -> Vec<u8> {
    let bundle = Bundle::open(&bundles().join("example-small")).unwrap();
    let config = Config::default();
    let course = home().default_course();
    let pools = Pools::of(&config, &home(), &course).unwrap();
    let job = Job {
        files: bundle.files().clone(),
        context: context::run_context(&config.context, &bundle),
        decoys: pools.decoys.clone(),
        ..job("example-small", COURSE_BYTES)
    };
    let executor = LocalExecutor::start(Arc::new(home())).await.unwrap();
    let (events, mut received) = mpsc::channel(64);
    let listener = tokio::spawn(async move { while received.recv().await.is_some() {} });
    let first = executor
        .run(job.clone(), events.clone(), Cancel::never())
        .await
        .unwrap();
    let how = (&config.verification, &pools, Seeds::fresh());
    let verified = verify(&executor, &job, &first, how, events, Cancel::never())
        .await
        .unwrap();
    listener.await.unwrap();
    assert_eq!(verified.ruling, Ruling::Verified, "{:?}", verified.detail);
    let manifest: Manifest = serde_json::from_value(first.manifest.value).unwrap();
    let examination = verified.examination.as_ref().unwrap();
    document(&Sources {
        submission: None,
        bundle: &bundle,
        judgement: &Verdict {
            verdict: Decision::Allow,
            bundle: bundle.digest().to_owned(),
            revision: None,
            context: None,
            facts: Facts::new(),
            not_evaluated: Vec::new(),
            gates: Vec::new(),
        },
        context: &job.context,
        vocabulary: None,
        limits: &job.limits,
        jail: &job.jail,
        measure: &first.manifest.bytes,
        verify: Some(&verified.second.manifest.bytes),
        examine: Some(&examination.manifest.bytes),
        score: &Scored::of(&manifest, Some(&verified)).expect("a completed run"),
    })
    .unwrap()
}

/// A reader's desk: a set of trusted keys, and verdicts.
struct Desk {
    folder: TempDir,
    key: SecretKey,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = SecretKey::generate("verdicts-test".parse().unwrap()).unwrap();
        let keys = folder.path().join("keys.toml");
        KeySet::add(&keys, key.id(), &key.public(), "a service").unwrap();
        Self { folder, key }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A verdict's file with this payload, signed by the trusted key.
    fn signed(&self, payload: &[u8]) -> PathBuf {
        let mut envelope = Envelope::new(PAYLOAD_TYPE, payload.to_vec());
        envelope.sign(&self.key);
        self.write(&envelope.to_bytes().unwrap())
    }

    fn write(&self, bytes: &[u8]) -> PathBuf {
        let path = self.path("verdict.json");
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn replay(&self, verdict: &Path, more: &[&str]) -> Output {
        let keys = self.path("keys.toml");
        let fixed = ["replay", "--json", text(verdict), "--keys", text(&keys)];
        prism(&[&fixed[..], more].concat())
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[track_caller]
fn told(output: &Output, code: i32) -> Value {
    let error = String::from_utf8_lossy(&output.stderr);
    let out = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(code), "{error}{out}");
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("{error}{out}"))
}

/// The payload with one thing changed and every digest of it left as it was.
async fn altered(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut value = serde_json::from_slice(payload().await).unwrap();
    change(&mut value);
    value.to_string().into_bytes()
}

#[tokio::test]
async fn a_verdict_of_another_process_replays_to_the_last_bit() {
    let desk = Desk::new();
    let verdict = desk.signed(payload().await);
    let told = told(&desk.replay(&verdict, &[]), 0);
    assert_eq!(told["result"], "equal", "{told:#}");
    let measured = &told["runs"]["measure"];
    assert_eq!(measured["comparison"]["result"], "identical");
    assert_eq!(measured["bpb"][0], measured["bpb"][1]);
    // The second run at the same places, and the state, too.
    let second = &told["runs"]["verify"];
    assert_eq!(second["comparison"]["result"], "identical");
    assert_eq!(second["bpb"][0], second["bpb"][1]);
    let state = &told["runs"]["examine"];
    assert_eq!(state["result"], "equal");
    assert_eq!(state["ruling"], json!(["verified", "verified"]));
    assert!(state["validation_bpb"][0].is_f64(), "{told:#}");
    assert_eq!(told["signature"]["key_id"], "verdicts-test");
    // For people, by somebody who trusts nobody: the same, and that nobody stands for it.
    let output = prism(&["replay", text(&verdict)]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(8), "{said}");
    assert!(said.contains("equal, bit for bit"), "{said}");
    assert!(said.contains("verdicts-test"), "{said}");
}

#[test]
fn prism_run_writes_a_verdict_that_nobody_signed_and_never_over_another() {
    let desk = Desk::new();
    let verdict = desk.path("local.json");
    let bundle = bundles().join("example-small");
    let run = [
        "run",
        text(&bundle),
        "--bytes",
        "70000",
        "--verdict",
        text(&verdict),
    ];
    let output = prism(&run);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let told = told(&desk.replay(&verdict, &[]), 8);
    assert_eq!(told["result"], "equal", "{told:#}");
    assert_eq!(told["signature"]["state"], "nobody");
    assert_eq!(told["runs"]["verify"], Value::Null);
    let before = std::fs::read(&verdict).unwrap();
    let output = prism(&run);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("is there already"), "{error}");
    assert!(output.stdout.is_empty(), "it was said before the run");
    assert_eq!(std::fs::read(&verdict).unwrap(), before);
}

#[tokio::test]
async fn a_changed_byte_of_the_bundle_or_a_manifest_is_named_and_nothing_runs() {
    let desk = Desk::new();
    let flip = |text: &Value| {
        let text = text.as_str().unwrap();
        let place = text.rfind(|letter: char| letter.is_ascii_digit()).unwrap();
        let digit = if &text[place..=place] == "1" {
            "2"
        } else {
            "1"
        };
        Value::from(format!("{}{digit}{}", &text[..place], &text[place + 1..]))
    };
    for (change, part) in [
        (
            (&|value: &mut Value| {
                let file = &mut value["bundle"]["files"]["architecture.py"]["text"];
                *file = flip(file);
            }) as &dyn Fn(&mut Value),
            "bundle file architecture.py",
        ),
        (
            &|value| {
                let manifest = &mut value["runs"]["measure"]["text"];
                *manifest = flip(manifest);
            },
            "manifest of the measured run",
        ),
        (
            &|value| {
                let manifest = &mut value["runs"]["verify"]["text"];
                *manifest = flip(manifest);
            },
            "manifest of the second run",
        ),
        (&|value| value["score"]["final_score"] = json!(1.0), "score"),
    ] {
        // By a forger without the key: the signature doesn't fit either, and by one with it.
        let changed = altered(change).await;
        for verdict in [
            desk.signed(&changed),
            desk.write(&Envelope::new(PAYLOAD_TYPE, changed).to_bytes().unwrap()),
        ] {
            let told = told(&desk.replay(&verdict, &[]), 7);
            assert_eq!(told["result"], "changed");
            assert_eq!(told["changed"][0]["part"], part, "{told:#}");
            assert_eq!(told["runs"], Value::Null);
        }
    }
}

#[tokio::test]
async fn a_changed_signature_is_told_from_a_changed_verdict() {
    let desk = Desk::new();
    let verdict = desk.signed(payload().await);
    let mut envelope: Value = serde_json::from_slice(&std::fs::read(&verdict).unwrap()).unwrap();
    let signature = envelope["signatures"][0]["sig"].as_str().unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    envelope["signatures"][0]["sig"] = format!("{other}{}", &signature[1..]).into();
    let verdict = desk.write(envelope.to_string().as_bytes());
    let told = told(&desk.replay(&verdict, &[]), 7);
    assert_eq!(told["signature"]["state"], "wrong");
    assert_eq!(told["changed"], json!([]));
}

#[tokio::test]
async fn a_damaged_course_and_another_course_are_told_apart() {
    let desk = Desk::new();
    let verdict = desk.signed(payload().await);
    let mut bytes = std::fs::read(home().default_course()).unwrap();
    let place = bytes.len() / 3;
    bytes[place] ^= 1;
    let damaged = desk.path("damaged.course");
    std::fs::write(&damaged, bytes).unwrap();
    // The damage lies beyond what the run read or within it: either way it is not the course.
    let whole = altered(|value| {
        let manifest = value["runs"]["measure"]["text"].as_str().unwrap();
        let mut manifest: Value = serde_json::from_str(manifest).unwrap();
        let header = Course::header(&home().default_course()).unwrap();
        manifest["course"] = json!({
            "id": header.id, "fingerprint": header.fingerprint, "bytes": header.bytes,
            "documents": header.documents, "shortened": false,
        });
        let manifest = manifest.to_string();
        value["runs"]["measure"] =
            json!({ "sha256": digest(manifest.as_bytes()), "text": manifest });
        let runs = value["runs"].to_string();
        value["digests"]["runs"] = digest(runs.as_bytes()).into();
    })
    .await;
    let whole = desk.signed(&whole);
    let found = told(&desk.replay(&whole, &["--course", text(&damaged)]), 7);
    let changed = &found["changed"][0];
    assert!(
        changed["part"].as_str().unwrap().starts_with("course "),
        "{found:#}"
    );
    assert!(
        changed["detail"]
            .as_str()
            .unwrap()
            .contains("damaged.course")
    );

    let other = desk.path("other.course");
    let documents = vec![prism_course::Document {
        id: "a".into(),
        text: "text".into(),
    }];
    Course::new("other", documents, prism_course::Provenance::default())
        .unwrap()
        .write(&other)
        .unwrap();
    let output = desk.replay(&desk.signed(payload().await), &["--course", text(&other)]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(
        error.contains("`other`") && error.contains("fingerprint"),
        "{error}"
    );
    drop(verdict);
}

#[tokio::test]
async fn a_forger_with_a_key_is_found_by_the_run_itself() {
    let desk = Desk::new();
    // Every digest and the signature are right; only the numbers are not what the bundle does.
    let forged = altered(|value| {
        let manifest = value["runs"]["measure"]["text"].as_str().unwrap();
        let mut manifest: Value = serde_json::from_str(manifest).unwrap();
        let metrics = &mut manifest["metrics"];
        metrics["stream_sha256"] = "0".repeat(64).into();
        let digests = metrics["stream_digests"].as_array_mut().unwrap();
        digests[3..]
            .iter_mut()
            .for_each(|digest| *digest = "0".repeat(16).into());
        manifest["parts"]["bpb"] = json!(1.0);
        let manifest = manifest.to_string();
        value["runs"]["measure"] =
            json!({ "sha256": digest(manifest.as_bytes()), "text": manifest });
        let runs = value["runs"].to_string();
        value["digests"]["runs"] = digest(runs.as_bytes()).into();
    })
    .await;
    let told = told(&desk.replay(&desk.signed(&forged), &[]), 6);
    assert_eq!(told["result"], "different");
    let comparison = &told["runs"]["measure"]["comparison"];
    let until = comparison["same_until_byte"].as_u64().unwrap();
    let before = comparison["differ_before_byte"].as_u64().unwrap();
    assert!(
        0 < until && until < before && before < COURSE_BYTES,
        "{told:#}"
    );
}

#[tokio::test]
async fn what_is_no_verdict_is_refused_with_a_reason() {
    let desk = Desk::new();
    for (bytes, code, words) in [
        (&b"{}"[..], 1, "no DSSE envelope"),
        (b"\x00\xff", 1, "no DSSE envelope"),
        (
            b"{\"payloadType\":\"text/plain\",\"payload\":\"\",\"signatures\":[]}",
            1,
            "text/plain",
        ),
    ] {
        let output = desk.replay(&desk.write(bytes), &[]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{error}");
        assert!(error.contains(words), "{error}");
    }
    let empty = Envelope::new(PAYLOAD_TYPE, b"{}".to_vec())
        .to_bytes()
        .unwrap();
    let told = told(&desk.replay(&desk.write(&empty), &[]), 7);
    assert_eq!(told["changed"][0]["part"], "payload");
    // A stranger's document doesn't decide what it may use of this machine.
    let greedy = altered(|value| {
        value["question"]["context"]["max_parameters"] = json!(1_000_000_000_000_u64);
        let question = value["question"].to_string();
        value["digests"]["question"] = digest(question.as_bytes()).into();
    })
    .await;
    let unsigned = Envelope::new(PAYLOAD_TYPE, greedy).to_bytes().unwrap();
    let output = desk.replay(&desk.write(&unsigned), &[]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("nobody you trust"), "{error}");
}

fn digest(bytes: &[u8]) -> String {
    prism_host::verdict::digest(bytes)
}
