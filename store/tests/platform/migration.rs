//! Folders of the first schema: records written here byte by byte, as the release before the gate platform did.

use prism_store::records::PipelineRevision;

use super::*;

const OLD_DIGEST: &str = "aa11";

/// Key of the first format: table, NUL, then texts with their length, or numbers.
fn key(table: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut key = [table.as_bytes(), &[0]].concat();
    for part in parts {
        key.extend_from_slice(part);
    }
    key
}

fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u32).to_be_bytes(), text.as_bytes()].concat()
}

/// A record of schema 0.
fn record(json: &serde_json::Value) -> Vec<u8> {
    [&[0], json.to_string().as_bytes()].concat()
}

fn old_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let database = sled::open(folder.path().join("db")).unwrap();
    database
        .insert(key("meta", &[&text("format")]), &[1])
        .unwrap();
    for digest in [OLD_DIGEST, "bb22"] {
        let gate = json!({"digest": digest, "id": "contract", "version": "0.1.0", "first_seen": 5});
        let gate_key = key("gates", &[&text(digest)]);
        database.insert(gate_key, record(&gate)).unwrap();
    }
    let settings = |gate: &str, config: &str| {
        let config = json!({
            "config": config, "fuel": 7_000, "memory_bytes": 65_536, "timeout_seconds": 10,
        });
        json!({
            "gate": gate, "version": "0.1.0", "digest": OLD_DIGEST, "mode": "enforce",
            "settings": config.to_string(),
        })
    };
    let off = json!({
        "gate": "llm-review", "version": "", "digest": "", "mode": "off", "settings": "{}",
    });
    let lists = [
        vec![settings("contract", "{}")],
        vec![
            settings("contract", r#"{"limit": 3}"#),
            settings("param-cap", "{}"),
            off,
        ],
    ];
    for (entries, number) in lists.into_iter().zip(1u64..) {
        let revision = json!({"number": number, "created_at": number, "entries": entries});
        let revision_key = key("pipeline_revisions", &[&number.to_be_bytes()]);
        database.insert(revision_key, record(&revision)).unwrap();
    }
    let active = key("meta", &[&text("active_pipeline")]);
    database.insert(active, &2u64.to_be_bytes()).unwrap();
    database.flush().unwrap();
    folder
}

#[test]
fn notes_of_digests_vanish_with_an_event_and_revisions_are_read_in_the_new_form() {
    let folder = old_folder();
    let store = open(&folder);
    assert!(store.gates().unwrap().is_empty());
    assert_eq!(store.gate(OLD_DIGEST).unwrap(), None);
    let events = store.history("gates").unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].kind, "gate.forgotten");
    assert_eq!(events[0].detail["gates"][0]["digest"], OLD_DIGEST);
    assert_eq!(events[0].detail["gates"].as_array().unwrap().len(), 2);

    let active = store.active_pipeline().unwrap().unwrap();
    let expected = PipelineRevision {
        number: 2,
        created_at: prism_store::Timestamp(2),
        created_by: "installation".into(),
        reason: "made before reasons were kept".into(),
        based_on: Some(1),
        entries: active.entries.clone(),
    };
    assert_eq!(active, expected);
    let [contract, cap] = &active.entries[..] else {
        panic!("an entry without a component stayed: {active:?}");
    };
    let limits = GateLimits {
        fuel: 7_000,
        memory_bytes: 65_536,
        timeout_ms: 10_000,
    };
    let judged_by = RevisionEntry {
        gate: "contract".into(),
        version: "0.1.0".into(),
        digest: OLD_DIGEST.into(),
        mode: GateMode::Enforce,
        config: json!({"limit": 3}),
        limits,
        on_crash: CrashPolicy::Hold,
        undecided_fact: None,
        only_if_not_rejected: false,
    };
    assert_eq!(contract, &judged_by);
    assert_eq!(cap.undecided_fact.as_deref(), Some("param_count"));
    assert_eq!(store.previous_pipeline().unwrap().unwrap().number, 1);
}

#[test]
fn an_opened_old_folder_goes_on_with_the_next_number_and_is_not_migrated_twice() {
    let folder = old_folder();
    let store = open(&folder);
    let text = invalid(store.activate_revision(1, "bob", "back"));
    assert!(text.contains("not installed"), "{text}");

    let gate = store
        .install_gate(new_gate(b"component", "contract", "1.0.0"), "bob", "")
        .unwrap();
    let revision = store
        .activate_pipeline(vec![entry(&gate, GateMode::Enforce)], "bob", "")
        .unwrap();
    assert_eq!((revision.number, revision.based_on), (3, Some(2)));
    let events = store.history("gates").unwrap();
    drop(store);
    let store = open(&folder);
    assert_eq!(store.gates().unwrap(), [gate]);
    assert_eq!(store.history("gates").unwrap(), events);
    assert_eq!(store.active_pipeline().unwrap().unwrap(), revision);
}

#[test]
fn a_damaged_old_record_is_named_not_guessed() {
    let entry = |mode: &str, settings: &str| json!({"gate": "a", "version": "1", "digest": "d", "mode": mode, "settings": settings});
    for (entries, why) in [
        (json!(null), "no entries"),
        (
            json!([{"gate": "a", "version": "1", "digest": "d"}]),
            "settings",
        ),
        (json!([entry("enforce", "{")]), "migrating from version 0"),
        (
            json!([entry("enforce", r#"{"config": "{"}"#)]),
            "migrating from version 0",
        ),
        (
            json!([entry(
                "maybe",
                r#"{"timeout_seconds": 18446744073709551615}"#
            )]),
            "maybe",
        ),
    ] {
        let folder = old_folder();
        let database = sled::open(folder.path().join("db")).unwrap();
        let revision = json!({"number": 2, "created_at": 2, "entries": entries});
        let two = key("pipeline_revisions", &[&2u64.to_be_bytes()]);
        database.insert(two, record(&revision)).unwrap();
        // A note of a gate goes like the others even when it is no JSON.
        let gate = key("gates", &[&text("cc33")]);
        database.insert(gate, b"\0not json".to_vec()).unwrap();
        drop(database);
        let store = open(&folder);
        assert!(store.gates().unwrap().is_empty());
        let error = store.active_pipeline().unwrap_err().to_string();
        assert!(
            error.contains("pipeline_revisions") && error.contains(why),
            "{error}"
        );
    }
}

#[test]
fn scores_and_miners_of_before_verification_are_read_without_one() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&folder));
    let database = sled::open(folder.path().join("db")).unwrap();
    let score = json!({
        "submission_id": "s", "hotkey": "h", "epoch_id": 3, "created_at": 1, "scored_at": 2, "scored_sequence": 4,
        "level": "provisional", "scoring": "prism_scoring.v1", "course": "c", "device": "cpu",
        "isolation": "local-full", "bpb": 2.5,
        "parts": {"code_bits": 20.0, "unread_bytes": 0, "bundle_bits": 0, "course_bytes": 8},
        "base": 0.25, "penalty": 1.0, "tie_break": 0.0, "anti_cheat_multiplier": 1.0, "final_score": 0.25,
        "model_params": 5, "arch_hash": null, "training_hash": null, "architecture_name": null,
        "manifest": "0".repeat(64),
    });
    database
        .insert(key("scores", &[&text("s")]), record(&score))
        .unwrap();
    let miner =
        json!({"hotkey": "h", "uid": null, "first_seen": 1, "last_seen": 2, "submissions": 1});
    database
        .insert(key("miners", &[&text("h")]), record(&miner))
        .unwrap();
    drop(database);
    let store = open(&folder);
    let read = store.score("s").unwrap().unwrap();
    assert_eq!(
        (read.bpb, read.verification, read.verdict),
        (2.5, None, None)
    );
    assert_eq!(store.verdict_bundle("s").unwrap(), None);
    let cooling = QueuePolicy {
        cooldown: std::time::Duration::from_secs(u64::from(u32::MAX)),
        ..policy()
    };
    assert_eq!(store.cooldown("h", &cooling).unwrap(), None);
}
