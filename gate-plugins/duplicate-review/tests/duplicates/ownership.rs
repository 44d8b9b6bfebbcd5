//! Who came first owns, whatever was submitted since.

use prism_gate_sdk::{Decision, json};

use crate::memory::{Files, Memory, rules, victim};

/// Another learning rate: too little to be new.
fn tuned(files: &Files) -> Files {
    let change = |text: &String| text.replace("0.01", "0.012").replace("2e-3", "3e-3");
    files
        .iter()
        .map(|(path, text)| (path.clone(), change(text)))
        .collect()
}

fn with_training_of(files: &Files, other: &Files) -> Files {
    let mut mixed = files.clone();
    mixed.insert("training.py".to_owned(), other["training.py"].clone());
    mixed
}

#[test]
fn a_first_submission_is_allowed_and_so_is_the_same_again_by_its_miner() {
    let mut memory = Memory::default();
    let work = victim("decay");
    assert_eq!(memory.submit("alice", &work).decision, Decision::Allow);
    assert_eq!(memory.submit("alice", &work).decision, Decision::Allow);
    assert_eq!(
        memory.submit("alice", &tuned(&work)).decision,
        Decision::Allow
    );
}

#[test]
fn a_copy_in_between_takes_nothing_from_its_owner() {
    let mut memory = Memory::default();
    let work = victim("pyramid");
    memory.submit("alice", &work);
    let copy = memory.submit("bob", &tuned(&work));
    assert_eq!(copy.decision, Decision::Reject);
    assert_eq!(
        rules(&copy).into_iter().collect::<Vec<_>>(),
        ["prism:duplicate"]
    );
    assert_eq!(
        memory.submit("alice", &tuned(&work)).decision,
        Decision::Allow
    );
    // Trying again does not make a copy one's own.
    assert_eq!(memory.submit("bob", &work).decision, Decision::Reject);
    let third = memory.submit("carol", &work);
    assert_eq!(third.decision, Decision::Reject);
    assert_eq!(
        third.facts.get("nearest_submission"),
        Some(&json!("submission-1"))
    );
}

#[test]
fn a_new_way_to_train_a_known_architecture_is_welcome() {
    let mut memory = Memory::default();
    let (alice, carol) = (victim("decay"), victim("crossed"));
    memory.submit("alice", &alice);
    let variant = with_training_of(&alice, &carol);
    let report = memory.submit("bob", &variant);
    assert_eq!(report.decision, Decision::Allow);
    assert_eq!(
        report.facts.get("architecture_similarity"),
        Some(&json!(1.0))
    );
    let training = report.facts.get("training_containment").unwrap().as_f64();
    assert!(training.unwrap() < 0.1);
    // The variant as a whole is Bob's: somebody else's copy of it is one, and Alice keeps her architecture.
    assert_eq!(memory.submit("dave", &variant).decision, Decision::Reject);
    assert_eq!(
        memory.submit("alice", &tuned(&alice)).decision,
        Decision::Allow
    );
}

#[test]
fn a_copied_architecture_with_a_standard_loop_adds_nothing() {
    let mut memory = Memory::default();
    let work = victim("crossed");
    memory.submit("alice", &work);
    let mut copy = work.clone();
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = example.join("../../tests/bundles/example-small/training.py");
    copy.insert(
        "training.py".to_owned(),
        std::fs::read_to_string(example).unwrap(),
    );
    assert_eq!(memory.submit("bob", &copy).decision, Decision::Reject);
}

#[test]
fn a_published_example_is_nobodys() {
    let mut memory = Memory::default();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/bundles");
    for name in ["example-1m", "example-small"] {
        let example = crate::memory::files(&folder.join(name));
        assert_eq!(memory.submit("alice", &example).decision, Decision::Allow);
        assert_eq!(
            memory.submit("bob", &example).decision,
            Decision::Allow,
            "{name}"
        );
    }
}
