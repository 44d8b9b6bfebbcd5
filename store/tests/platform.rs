//! Gates, revisions, shadows and held submissions: what an operator relies on while gates are swapped.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test"
)]

#[path = "platform/gates.rs"]
mod gates;
#[path = "platform/held.rs"]
mod held;
#[path = "platform/history.rs"]
mod history;
#[path = "platform/migration.rs"]
mod migration;
#[path = "platform/revisions.rs"]
mod revisions;
#[path = "platform/shadows.rs"]
mod shadows;

use std::time::Duration;

use prism_store::records::{
    CapabilityRequest, CodeForm, CrashPolicy, Descriptor, Gate, GateLimits, GateMode,
    GateSignature, Reason, ReasonCode, RevisionEntry,
};
use prism_store::verdict::{Decision, GateFault, GateRun, Verdict};
use prism_store::{BlobId, Claim, NewGate, NewSubmission, QueuePolicy, Store, StoreError};
use serde_json::{Map, json};
use tempfile::TempDir;

/// A store with its folder, which can be closed and opened again.
struct House {
    folder: TempDir,
    store: Option<Store>,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Some(open(&folder));
        Self { folder, store }
    }

    fn reopen(&mut self) {
        self.store = None;
        self.store = Some(open(&self.folder));
    }

    /// Submits a bundle and claims it.
    fn claim(&self, content: &[u8]) -> Claim {
        let id = self.accept(upload(content), 21_600).unwrap().id;
        let claim = self.store().claim(&policy()).unwrap().unwrap();
        assert_eq!(claim.submission.id, id);
        claim
    }

    fn store(&self) -> &Store {
        self.store.as_ref().unwrap()
    }

    fn install(&self, id: &str, version: &str) -> Gate {
        let component = format!("{id}@{version}");
        let new = new_gate(component.as_bytes(), id, version);
        self.install_gate(new, "alice", "first try").unwrap()
    }
}

impl std::ops::Deref for House {
    type Target = Store;

    fn deref(&self) -> &Store {
        self.store()
    }
}

fn policy() -> QueuePolicy {
    QueuePolicy {
        max_attempts: 1,
        backoff_first: Duration::ZERO,
        ..QueuePolicy::default()
    }
}

fn open(folder: &TempDir) -> Store {
    Store::open(folder.path(), &policy()).unwrap()
}

fn upload(content: &[u8]) -> NewSubmission {
    NewSubmission {
        hotkey: "miner".into(),
        uid: None,
        filename: "bundle.zip".into(),
        form: CodeForm::Archive,
        content: content.to_vec(),
        code_hash: BlobId::of(content).as_str().into(),
        metadata: Map::new(),
    }
}

fn new_gate<'a>(component: &'a [u8], id: &str, version: &str) -> NewGate<'a> {
    NewGate {
        component,
        contract: "1.1.0",
        descriptor: Descriptor {
            id: id.into(),
            version: version.into(),
            summary: "Looks.".into(),
            rules: vec![],
            facts: vec![],
            capabilities: vec![CapabilityRequest {
                name: "corpus".into(),
                reason: "compares".into(),
            }],
            config_schema: json!({"type": "object"}),
        },
        grants: vec!["llm".into(), "corpus".into()],
        signatures: vec![GateSignature {
            key_id: "key".into(),
            signature: "c2ln".into(),
        }],
        origin: "a file",
        cases: 2,
    }
}

fn entry(gate: &Gate, mode: GateMode) -> RevisionEntry {
    RevisionEntry {
        gate: gate.descriptor.id.clone(),
        version: gate.descriptor.version.clone(),
        digest: gate.digest.clone(),
        mode,
        config: json!({}),
        limits: GateLimits {
            fuel: 1,
            memory_bytes: 1,
            timeout_ms: 1,
        },
        on_crash: CrashPolicy::Hold,
        undecided_fact: None,
        only_if_not_rejected: false,
    }
}

fn run(gate: &str, digest: &str, fault: Option<GateFault>) -> GateRun {
    GateRun {
        gate: gate.into(),
        version: "1.0.0".into(),
        digest: digest.into(),
        verdict: if fault.is_some() {
            Decision::Hold
        } else {
            Decision::Allow
        },
        reason: String::new(),
        fault,
        fuel: 1,
        micros: 1,
        memory_bytes: 1,
        evidence: vec![],
        facts: [].into(),
        log_dropped: 0,
        host_calls: vec![],
    }
}

fn verdict(gates: Vec<GateRun>) -> Verdict {
    Verdict {
        verdict: gates
            .iter()
            .map(|run| run.verdict)
            .max()
            .unwrap_or(Decision::Allow),
        bundle: "b".repeat(64),
        revision: Some(1),
        context: None,
        facts: [].into(),
        not_evaluated: vec![],
        gates,
    }
}

fn reason(code: ReasonCode) -> Reason {
    Reason {
        code,
        detail: "because".into(),
    }
}

/// The text of an error that must be `Invalid`.
fn invalid<T: std::fmt::Debug>(result: Result<T, StoreError>) -> String {
    match result {
        Err(StoreError::Invalid(text)) => text,
        other => panic!("{other:?}"),
    }
}
