//! The engine against honest and hostile guests (`guests/README.md`): each limit has a guest that breaks it, each
//! gives its typed fault, and the engine serves on.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use prism_bundle::Bundle;
use prism_engine::{
    ChatRequest, ChatResponse, Entry, Gate, LanguageModel, Limits, LoadError, Mode, ModelError,
    OnExhausted, Pipeline, Runtime, Settings, Submission,
};
use prism_store::verdict::{Decision, Facts, GateFault, GateRun};

/// A guest as a component.
fn guest(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    let mut module = wat::parse_str(format!(
        // A guest owes its borrowed bundle back before it returns.
        "(module (import \"prism:gate/bundle@0.1.0\" \"[resource-drop]bundle-files\" \
         (func $drop-bundle (param i32))) {} {})",
        read(&format!("{name}.wat")),
        read("prelude.wat")
    ))
    .unwrap();
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve
        .push_path(folder.join("../../../../gates-wit/wit"))
        .unwrap();
    let world = if name == "asks" {
        "llm-gate"
    } else {
        "plain-gate"
    };
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    wit_component::embed_component_metadata(
        &mut module,
        &resolve,
        world,
        wit_component::StringEncoding::UTF8,
    )
    .unwrap();
    wit_component::ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .unwrap()
        .encode()
        .unwrap()
}

fn runtime() -> Runtime {
    Runtime::start(&Settings {
        concurrency: 4,
        ..Settings::default()
    })
    .unwrap()
}

async fn gate(runtime: &Runtime, name: &str) -> Gate {
    Gate::from_bytes(runtime, name, &guest(name), None)
        .await
        .unwrap()
}

fn bundle() -> Bundle {
    let files = [
        ("architecture.py", "def build_model(ctx): ...\n"),
        ("training.py", "def train(ctx): ...\n"),
    ];
    Bundle::from_files(
        files
            .map(|(path, text)| (path.to_owned(), text.into()))
            .into(),
    )
    .unwrap()
}

const LIMITS: Limits = Limits {
    fuel: 50_000_000,
    memory_bytes: 128 << 20,
    timeout: Duration::from_secs(20),
};

async fn evaluate(runtime: &Runtime, gate: &Gate, limits: &Limits) -> GateRun {
    let bundle = bundle();
    gate.evaluate(
        runtime,
        &Submission::local(&bundle),
        &bundle,
        "{}",
        &Facts::new(),
        limits,
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hostile_guest_gets_its_typed_fault_and_the_engine_serves_on() {
    let runtime = runtime();
    let honest = gate(&runtime, "allows").await;
    let short = Limits {
        fuel: u64::MAX / 4,
        timeout: Duration::from_millis(300),
        ..LIMITS
    };
    for (name, limits, fault) in [
        ("loops", LIMITS, "OutOfFuel"),
        ("loops", short, "TimedOut"),
        ("fills", short, "TimedOut"),
        ("grows", LIMITS, "OutOfMemory"),
        ("widens", LIMITS, "OutOfMemory"),
        ("traps", LIMITS, "Trap"),
        ("recurses", LIMITS, "OutOfStack"),
        ("shouts", LIMITS, "Trap"),
        ("floods", LIMITS, "BadReport"),
        ("rambles", LIMITS, "BadReport"),
        ("points-outside", LIMITS, "BadReport"),
        ("unknown-rule", LIMITS, "BadReport"),
        ("unknown-fact", LIMITS, "BadReport"),
        ("keeps", LIMITS, "BadReport"),
    ] {
        let hostile = gate(&runtime, name).await;
        let started = Instant::now();
        let run = evaluate(&runtime, &hostile, &limits).await;
        let found = format!("{:?}", run.fault.clone().unwrap());
        assert!(found.starts_with(fault), "{name}: {found}");
        assert_eq!(run.verdict, Decision::Hold, "{name}");
        assert!(run.facts.is_empty() && run.evidence.is_empty(), "{name}");
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "{name}: {:?}",
            started.elapsed()
        );
        let after = evaluate(&runtime, &honest, &LIMITS).await;
        assert_eq!(
            (after.verdict, after.fault),
            (Decision::Allow, None),
            "after {name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fuel_is_the_same_at_every_run() {
    let runtime = runtime();
    for name in ["allows", "logs", "rejects", "traps"] {
        let gate = gate(&runtime, name).await;
        let first = evaluate(&runtime, &gate, &LIMITS).await;
        assert!(first.fuel > 0, "{name}");
        for _ in 0..5 {
            assert_eq!(
                evaluate(&runtime, &gate, &LIMITS).await.fuel,
                first.fuel,
                "{name}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_becomes_evidence_and_facts() {
    let runtime = runtime();
    let run = evaluate(&runtime, &gate(&runtime, "rejects").await, &LIMITS).await;
    assert_eq!((run.verdict, run.fault), (Decision::Reject, None));
    assert_eq!(
        (run.gate.as_str(), run.version.as_str(), run.digest.len()),
        ("guest", "1.0.0", 64)
    );
    assert_eq!(
        (run.evidence[0].rule.as_str(), run.evidence[0].line),
        ("prism:guest-rule", Some(7))
    );
    assert_eq!(
        run.facts,
        Facts::from([("fact".to_owned(), serde_json::Value::Null)])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_gate_is_not_loaded_and_says_why() {
    let runtime = runtime();
    let wat = |text: &str| wat::parse_str(text).unwrap();
    let wasi = r#"(component (import "wasi:clocks/monotonic-clock@0.2.0" (instance)))"#;
    let newer = r#"(component (import "prism:gate/log@9.0.0" (instance)))"#;
    let cut = guest("allows").split_at(200).0.to_vec();
    for (what, bytes, text) in [
        (
            "a WASI import",
            wat(wasi),
            "wasi:clocks/monotonic-clock@0.2.0",
        ),
        (
            "another version of the contract",
            wat(newer),
            "prism:gate/log@9.0.0",
        ),
        (
            "no export",
            wat("(component)"),
            "does not export prism:gate/gate",
        ),
        ("a core module", wat("(module)"), "core module"),
        ("an ungranted capability", guest("asks"), "`llm`"),
        (
            "no WebAssembly",
            b"hello".to_vec(),
            "not a valid WebAssembly",
        ),
        ("half a file", cut, "not a valid WebAssembly"),
        ("nothing", vec![], "not a valid WebAssembly"),
        (
            "a describe that traps",
            guest("describes-nothing"),
            "describe",
        ),
        (
            "an endless describe",
            guest("describes-forever"),
            "describe",
        ),
        ("an id in capitals", guest("misnamed"), "\"Guest\""),
    ] {
        let error = Gate::from_bytes(&runtime, "x.wasm", &bytes, None)
            .await
            .err()
            .unwrap();
        assert!(error.to_string().contains(text), "{what}: {error}");
    }
    let error = Gate::load(&runtime, Path::new("/nowhere/x.wasm"), None)
        .await
        .err()
        .unwrap();
    assert!(matches!(error, LoadError::Read { .. }), "{error}");
}

/// Answers, is down, or never comes back.
struct Mock(&'static str);

#[async_trait::async_trait]
impl LanguageModel for Mock {
    async fn complete(&self, _: ChatRequest) -> Result<ChatResponse, ModelError> {
        match self.0 {
            "pends" => std::future::pending().await,
            "down" => Err(ModelError::Unavailable("nobody listens".into())),
            "refuses" => Err(ModelError::Refused("no".into())),
            content => Ok(ChatResponse {
                content: content.into(),
                model: "m".into(),
                prompt_tokens: 1,
                completion_tokens: 1,
            }),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_model_can_answer_be_down_or_never_come_back() {
    let runtime = runtime();
    let limits = Limits {
        timeout: Duration::from_millis(300),
        ..LIMITS
    };
    for (model, fault) in [
        ("{}", None),
        ("refuses", None),
        (
            "down",
            Some(GateFault::CapabilityDown(
                "the language model can't be reached: nobody listens".into(),
            )),
        ),
        ("pends", Some(GateFault::TimedOut)),
    ] {
        let gate = Gate::from_bytes(
            &runtime,
            "asks",
            &guest("asks"),
            Some(Arc::new(Mock(model))),
        )
        .await
        .unwrap();
        let run = evaluate(&runtime, &gate, &limits).await;
        assert_eq!((run.verdict, run.fault), (Decision::Hold, fault), "{model}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_evaluations_than_places_wait_and_one_slow_one_harms_no_other() {
    let runtime = Arc::new(runtime());
    let honest = Arc::new(gate(&runtime, "allows").await);
    let slow = Arc::new(gate(&runtime, "fills").await);
    let short = Limits {
        fuel: u64::MAX / 4,
        timeout: Duration::from_millis(500),
        ..LIMITS
    };
    let spawn = |gate: &Arc<Gate>, limits: Limits| {
        let (runtime, gate) = (Arc::clone(&runtime), Arc::clone(gate));
        tokio::spawn(async move { evaluate(&runtime, &gate, &limits).await })
    };
    let slow = spawn(&slow, short);
    let honest: Vec<_> = (0..200).map(|_| spawn(&honest, LIMITS)).collect();
    for task in honest {
        assert_eq!(task.await.unwrap().fault, None);
    }
    assert_eq!(slow.await.unwrap().fault, Some(GateFault::TimedOut));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_address_space_for_the_pool_instances_are_made_on_demand() {
    let runtime = Runtime::start(&Settings {
        concurrency: 60_000,
        ..Settings::default()
    })
    .unwrap();
    assert!(!runtime.is_pooling());
    for (name, fault) in [
        ("allows", None),
        ("grows", Some(GateFault::OutOfMemory)),
        ("loops", Some(GateFault::OutOfFuel)),
    ] {
        let gate = gate(&runtime, name).await;
        assert_eq!(
            evaluate(&runtime, &gate, &LIMITS).await.fault,
            fault,
            "{name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_precompiled_gate_is_used_again_and_a_tampered_one_is_a_miss() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        Runtime::start(&Settings {
            cache: Some(folder.path().join("cwasm")),
            ..Settings::default()
        })
        .unwrap()
    };
    let files = || -> BTreeMap<_, _> {
        let entries = std::fs::read_dir(folder.path().join("cwasm")).unwrap();
        entries
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect()
    };
    gate(&start(), "allows").await;
    let first = files();
    assert_eq!(first.len(), 3, "the key, the code and its tag");
    for (path, content) in &first {
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(path).unwrap().permissions(),
        );
        assert_eq!(mode & 0o077, 0, "{}", path.display());
        if path.ends_with("key") {
            continue;
        }
        let mut changed = content.clone();
        let at = changed.len() / 2;
        changed[at] ^= 1;
        for bad in [changed, vec![], content[..at].to_vec()] {
            std::fs::write(path, bad).unwrap();
            let runtime = start();
            let gate = gate(&runtime, "allows").await;
            assert_eq!(
                evaluate(&runtime, &gate, &LIMITS).await.verdict,
                Decision::Allow
            );
            assert_eq!(files(), first, "compiled anew, and the same");
        }
    }
}

fn entry(gate: Gate, mode: Mode, on_exhausted: OnExhausted, only_if_not_rejected: bool) -> Entry {
    Entry {
        id: gate.id().to_owned(),
        gate: Some(Arc::new(gate)),
        config: "{}".into(),
        mode,
        limits: LIMITS,
        on_exhausted,
        only_if_not_rejected,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_runs_every_gate_and_combines_reject_over_hold_over_allow() {
    use OnExhausted::{Hold, Undecided};
    let runtime = Arc::new(runtime());
    let gates: &[(&str, &[(&str, Mode, OnExhausted, bool)], Decision, usize)] = &[
        (
            "all allow",
            &[
                ("allows", Mode::Enforce, Hold, false),
                ("allows", Mode::Enforce, Hold, false),
            ],
            Decision::Allow,
            3,
        ),
        (
            "a broken gate holds",
            &[
                ("traps", Mode::Enforce, Hold, false),
                ("allows", Mode::Enforce, Hold, false),
            ],
            Decision::Hold,
            3,
        ),
        (
            "reject wins over hold",
            &[
                ("rejects", Mode::Enforce, Hold, false),
                ("traps", Mode::Enforce, Hold, false),
            ],
            Decision::Reject,
            3,
        ),
        (
            "shadow never decides",
            &[
                ("rejects", Mode::Shadow, Hold, false),
                ("allows", Mode::Enforce, Hold, false),
            ],
            Decision::Allow,
            2,
        ),
        (
            "off is not evaluated",
            &[("rejects", Mode::Off("mode is off"), Hold, false)],
            Decision::Allow,
            1,
        ),
        (
            "a dear gate is not asked after a rejection",
            &[
                ("rejects", Mode::Enforce, Hold, false),
                ("allows", Mode::Enforce, Hold, true),
            ],
            Decision::Reject,
            2,
        ),
        (
            "an exhausted budget holds",
            &[("loops", Mode::Enforce, Hold, false)],
            Decision::Hold,
            2,
        ),
        (
            "or leaves its fact undecided",
            &[("loops", Mode::Enforce, Undecided("param_count"), false)],
            Decision::Allow,
            2,
        ),
        (
            "but a trap holds all the same",
            &[("traps", Mode::Enforce, Undecided("param_count"), false)],
            Decision::Hold,
            2,
        ),
    ];
    for (what, entries, decision, runs) in gates {
        let mut list = Vec::new();
        for (name, mode, on_exhausted, late) in *entries {
            list.push(entry(
                gate(&runtime, name).await,
                *mode,
                *on_exhausted,
                *late,
            ));
        }
        let pipeline = Pipeline::new(Arc::clone(&runtime), list, Some(4));
        let bundle = bundle();
        let verdict = pipeline
            .judge(&Submission::local(&bundle), &bundle, Duration::ZERO)
            .await;
        assert_eq!(
            (verdict.verdict, verdict.gates.len()),
            (*decision, *runs),
            "{what}"
        );
        assert_eq!(
            verdict.gates.len() + verdict.shadow.len() + verdict.not_evaluated.len(),
            entries.len() + 1,
            "{what}"
        );
        assert_eq!(
            (verdict.gates[0].gate.as_str(), verdict.revision),
            ("bundle", Some(4)),
            "{what}"
        );
        assert_eq!(verdict.bundle, bundle.digest(), "{what}");
        let undecided = what.contains("undecided");
        assert_eq!(
            verdict.facts.get("param_count"),
            undecided.then_some(&serde_json::Value::Null),
            "{what}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_bundle_is_rejected_with_all_its_evidence_and_no_gate_runs() {
    let runtime = Arc::new(runtime());
    let late = entry(
        gate(&runtime, "allows").await,
        Mode::Enforce,
        OnExhausted::Hold,
        false,
    );
    let refusal = Bundle::from_files([("os.py".to_owned(), b"x = '".to_vec())].into()).unwrap_err();
    let verdict =
        Pipeline::new(runtime, vec![late], None).refuse(&refusal, Duration::from_micros(5));
    assert_eq!(
        (verdict.verdict, verdict.gates.len()),
        (Decision::Reject, 1)
    );
    assert_eq!(
        (verdict.gates[0].evidence.len(), verdict.gates[0].micros),
        (2, 5)
    );
    assert_eq!(verdict.not_evaluated[0].gate, "guest");
}
