//! Gates in order, and one verdict out of what they say.

use std::sync::Arc;
use std::time::Duration;

use prism_bundle::Bundle;
use prism_engine::{
    Capabilities, Entry, Gate, Pipeline, STANDARD_GATES, Submission, standard_entries,
};
use prism_store::records::{CrashPolicy, GateLimits, GateMode, RevisionEntry};
use prism_store::verdict::{Decision, GateFault};
use serde_json::json;

use crate::guests::{bundle, component, gate, load, runtime};

fn entry(gate: Gate, mode: GateMode) -> Entry {
    Entry {
        settings: RevisionEntry {
            gate: gate.id().into(),
            version: gate.version().into(),
            digest: gate.digest().into(),
            mode,
            config: json!({}),
            limits: GateLimits {
                fuel: 50_000_000,
                memory_bytes: 128 << 20,
                timeout_ms: 20_000,
            },
            on_crash: CrashPolicy::Hold,
            undecided_fact: None,
            only_if_not_rejected: false,
        },
        gate: Some(Arc::new(gate)),
        why_off: None,
    }
}

fn plain(_: &mut RevisionEntry) {}
fn late(entry: &mut RevisionEntry) {
    entry.only_if_not_rejected = true;
}
fn off(entry: &mut RevisionEntry) {
    entry.mode = GateMode::Off;
}
fn shadow(entry: &mut RevisionEntry) {
    entry.mode = GateMode::Shadow;
}
fn undecided(entry: &mut RevisionEntry) {
    entry.undecided_fact = Some("param_count".into());
}
fn rejecting(entry: &mut RevisionEntry) {
    entry.on_crash = CrashPolicy::Reject;
}
fn retrying(entry: &mut RevisionEntry) {
    entry.on_crash = CrashPolicy::RetryThenHold { retries: 3 };
}
fn hasty(entry: &mut RevisionEntry) {
    entry.on_crash = CrashPolicy::Reject;
    entry.limits.fuel = u64::MAX / 4;
    entry.limits.timeout_ms = 300;
}

type Row = (
    &'static str,
    &'static [(&'static str, fn(&mut RevisionEntry))],
    Decision,
    usize,
    usize,
);

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_runs_every_gate_and_combines_reject_over_hold_over_allow() {
    use Decision::{Allow, Hold, Reject};
    let runtime = Arc::new(runtime());
    let rows: &[Row] = &[
        (
            "all allow",
            &[("allows", plain), ("allows", plain)],
            Allow,
            3,
            0,
        ),
        (
            "a broken gate holds",
            &[("traps", plain), ("allows", plain)],
            Hold,
            3,
            0,
        ),
        (
            "reject wins over hold",
            &[("rejects", plain), ("traps", plain)],
            Reject,
            3,
            0,
        ),
        (
            "shadow never decides",
            &[("rejects", shadow), ("allows", plain)],
            Allow,
            2,
            0,
        ),
        ("off is not evaluated", &[("rejects", off)], Allow, 1, 1),
        (
            "a dear gate is not asked after a rejection",
            &[("rejects", plain), ("allows", late)],
            Reject,
            2,
            1,
        ),
        ("an exhausted budget holds", &[("loops", plain)], Hold, 2, 0),
        (
            "or leaves its fact undecided",
            &[("loops", undecided)],
            Allow,
            2,
            0,
        ),
        (
            "so does a table used up",
            &[("widens", undecided)],
            Allow,
            2,
            0,
        ),
        (
            "but a trap holds all the same",
            &[("traps", undecided)],
            Hold,
            2,
            0,
        ),
        (
            "a crash rejects where the policy says so",
            &[("traps", rejecting)],
            Reject,
            2,
            0,
        ),
        ("a spent budget too", &[("loops", rejecting)], Reject, 2, 0),
        (
            "but never a fault of this machine",
            &[("loops", hasty)],
            Hold,
            2,
            0,
        ),
        (
            "nor a capability that is down",
            &[("asks", rejecting)],
            Hold,
            2,
            0,
        ),
        (
            "to be retried is to be held first",
            &[("traps", retrying)],
            Hold,
            2,
            0,
        ),
    ];
    for (what, gates, decision, runs, skipped) in rows {
        let mut list = Vec::new();
        for (name, change) in *gates {
            let mut entry = entry(gate(&runtime, name).await, GateMode::Enforce);
            change(&mut entry.settings);
            list.push(entry);
        }
        let pipeline = Pipeline::new(Arc::clone(&runtime), Some(4), list);
        assert_eq!(
            (pipeline.entries().len(), pipeline.revision()),
            (gates.len(), Some(4))
        );
        let bundle = bundle();
        let verdict = pipeline
            .judge(
                &Submission::local(&bundle),
                &bundle,
                &Capabilities::default(),
                Duration::ZERO,
            )
            .await
            .unwrap();
        let found = (
            verdict.verdict,
            verdict.gates.len(),
            verdict.not_evaluated.len(),
        );
        assert_eq!(found, (*decision, *runs, *skipped), "{what}");
        let first = verdict.gates[0].gate.as_str();
        assert_eq!((first, verdict.revision), ("bundle", Some(4)), "{what}");
        assert_eq!(verdict.bundle, bundle.digest(), "{what}");
        let undecided = *decision == Allow && verdict.gates.last().unwrap().fault.is_some();
        let fact = verdict.facts.get("param_count");
        assert_eq!(
            fact,
            undecided.then_some(&serde_json::Value::Null),
            "{what}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_sees_the_facts_its_enforced_sibling_saw() {
    let runtime = Arc::new(runtime());
    // Reports how many facts it was given as the line of its finding.
    let counts = |id: &'static str| {
        component("rejects", "1.1.0", move |text| {
            text.replace(
                "(i32.const 536) (i32.const 7)",
                "(i32.const 536) (i32.load offset=80 (local.get 0))",
            )
            .replace("\"guest\"", id)
            .replace("\"fact\"", &format!("\"f{}", &id[2..]))
        })
    };
    let first = load(&runtime, &counts("\"guesa\"")).await;
    let second = load(&runtime, &counts("\"guesb\"")).await;
    let sibling = load(&runtime, &counts("\"guesb\"")).await;
    let entries = vec![
        // Before everything, yet its sibling comes after one gate.
        entry(sibling, GateMode::Shadow),
        entry(first, GateMode::Enforce),
        entry(second, GateMode::Enforce),
        entry(gate(&runtime, "traps").await, GateMode::Shadow),
    ];
    let pipeline = Pipeline::new(Arc::clone(&runtime), None, entries);
    let bundle = bundle();
    let (submission, capabilities) = (Submission::local(&bundle), Capabilities::default());
    let verdict = pipeline
        .judge(&submission, &bundle, &capabilities, Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(verdict.gates[2].evidence[0].line, Some(1));
    let runs = pipeline
        .shadow(&submission, &bundle, &capabilities, &verdict)
        .await;
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[0].evidence, verdict.gates[2].evidence);
    assert_eq!(runs[0].fuel, verdict.gates[2].fuel);
    assert!(matches!(runs[1].fault, Some(GateFault::Trap(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_bundle_is_rejected_with_all_its_evidence_and_no_gate_runs() {
    let runtime = Arc::new(runtime());
    let mut off = entry(gate(&runtime, "allows").await, GateMode::Off);
    off.why_off = Some("it was asked to rest".into());
    let entries = vec![
        entry(gate(&runtime, "allows").await, GateMode::Enforce),
        off,
    ];
    let refusal = Bundle::from_files([("os.py".to_owned(), b"x = '".to_vec())].into()).unwrap_err();
    let verdict = Pipeline::new(runtime, None, entries).refuse(&refusal, Duration::from_micros(5));
    assert_eq!(
        (verdict.verdict, verdict.gates.len()),
        (Decision::Reject, 1)
    );
    let found = (verdict.gates[0].evidence.len(), verdict.gates[0].micros);
    assert_eq!(found, (2, 5));
    let why: Vec<_> = verdict
        .not_evaluated
        .iter()
        .map(|one| one.reason.as_str())
        .collect();
    assert_eq!(why, ["the bundle is not closed", "it was asked to rest"]);
}

#[test]
fn the_standard_gates_have_their_places() {
    let given = [
        ("llm-review", "1.0.0", "d"),
        ("mine", "1.0.0", "e"),
        ("param-cap", "1.0.0", "c"),
        ("contract", "1.0.0", "a"),
    ];
    let entries = standard_entries(&given);
    let order: Vec<_> = entries.iter().map(|entry| entry.gate.as_str()).collect();
    assert_eq!(order, ["contract", "param-cap", "llm-review", "mine"]);
    for entry in &entries {
        assert_eq!(entry.only_if_not_rejected, entry.gate == "llm-review");
        assert_eq!(entry.undecided_fact.is_some(), entry.gate == "param-cap");
        assert!(entry.limits.fuel > 0 && entry.config == json!({}));
    }
    assert_eq!(STANDARD_GATES.len(), 6);
}
