//! Pipeline revisions.

use std::thread;

use super::*;

fn activate(house: &House, gates: &[&Gate]) -> u64 {
    let entries = gates
        .iter()
        .map(|gate| entry(gate, GateMode::Enforce))
        .collect();
    house
        .activate_pipeline(entries, "alice", "because")
        .unwrap()
        .number
}

fn previous(house: &House) -> Option<u64> {
    house
        .previous_pipeline()
        .unwrap()
        .map(|revision| revision.number)
}

#[test]
fn a_revision_never_changes_and_the_same_list_keeps_its_number() {
    let mut house = House::new();
    assert_eq!(house.active_pipeline().unwrap(), None);
    assert_eq!(previous(&house), None);
    let (a, b) = (house.install("a", "1.0.0"), house.install("b", "1.0.0"));
    assert_eq!(activate(&house, &[&a]), 1);
    assert_eq!(activate(&house, &[&a]), 1);
    let events = house.history("pipeline").unwrap().len();
    assert_eq!(activate(&house, &[&a]), 1);
    assert_eq!(house.history("pipeline").unwrap().len(), events);
    assert_eq!(activate(&house, &[&a, &b]), 2);
    assert_eq!(activate(&house, &[&b, &a]), 3, "the order decides too");
    house.reopen();
    let active = house.active_pipeline().unwrap().unwrap();
    assert_eq!((active.number, active.based_on), (3, Some(2)));
    assert_eq!(
        (active.created_by.as_str(), active.reason.as_str()),
        ("alice", "because")
    );
    assert_eq!(house.revision(1).unwrap().unwrap().entries.len(), 1);
    assert_eq!(house.revision(4).unwrap(), None);
    let numbers = |limit| -> Vec<u64> {
        let revisions = house.revisions(limit).unwrap();
        revisions.iter().map(|revision| revision.number).collect()
    };
    assert_eq!(numbers(10), [3, 2, 1]);
    assert_eq!(numbers(2), [3, 2]);
    let last = house.history("pipeline").unwrap().pop().unwrap();
    assert_eq!(last.kind, "pipeline.activated");
    assert_eq!(
        (&last.detail["from"], &last.detail["to"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(
        (&last.detail["by"], &last.detail["why"]),
        (&json!("alice"), &json!("because"))
    );
}

#[test]
fn rollbacks_go_further_back_each_time_and_never_to_what_was_rolled_back_from() {
    let mut house = House::new();
    let gates: Vec<Gate> = (0..4)
        .map(|n| house.install("a", &format!("1.{n}.0")))
        .collect();
    for (gate, number) in gates.iter().take(3).zip(1..) {
        assert_eq!(activate(&house, &[gate]), number);
    }
    let back = |house: &House| {
        let to = previous(house).unwrap();
        house.activate_revision(to, "bob", "it crashes").unwrap();
        to
    };
    assert_eq!(back(&house), 2);
    house.reopen();
    assert_eq!(back(&house), 1);
    assert_eq!(previous(&house), None);

    house.activate_revision(2, "bob", "try again").unwrap();
    assert_eq!(activate(&house, &[&gates[3]]), 4);
    assert_eq!(back(&house), 2, "3 was rolled back from");
    assert_eq!(back(&house), 1);

    let last = house.history("pipeline").unwrap().pop().unwrap();
    assert_eq!(
        (&last.detail["from"], &last.detail["to"], &last.detail["by"]),
        (&json!(2), &json!(1), &json!("bob"))
    );
    let events = house.history("pipeline").unwrap().len();
    house.activate_revision(1, "bob", "it is active").unwrap();
    assert_eq!(house.history("pipeline").unwrap().len(), events);
    assert!(matches!(
        house.activate_revision(9, "bob", ""),
        Err(StoreError::NotFound { .. })
    ));
    // An older list, activated as a list, is a new revision: a number says when it was made.
    assert_eq!(activate(&house, &[&gates[2]]), 5);
}

#[test]
fn a_list_that_could_not_judge_is_refused_and_changes_nothing() {
    let house = House::new();
    let (a, b) = (house.install("a", "1.0.0"), house.install("b", "1.0.0"));
    activate(&house, &[&a]);
    let enforced = || entry(&a, GateMode::Enforce);
    let stranger = RevisionEntry {
        digest: "0".repeat(64),
        ..enforced()
    };
    let misnamed = RevisionEntry {
        gate: "b".into(),
        ..enforced()
    };
    let old = RevisionEntry {
        version: "0.9.0".into(),
        ..enforced()
    };
    let text = RevisionEntry {
        config: json!("{}"),
        ..enforced()
    };
    let refused = [
        (vec![], "enforced"),
        (vec![entry(&a, GateMode::Shadow)], "enforced"),
        (
            vec![entry(&a, GateMode::Off), entry(&b, GateMode::Shadow)],
            "enforced",
        ),
        (vec![enforced(), enforced()], "more than once"),
        (
            vec![
                enforced(),
                entry(&b, GateMode::Shadow),
                entry(&b, GateMode::Shadow),
            ],
            "more than once as shadow",
        ),
        (vec![enforced(), entry(&a, GateMode::Off)], "more than once"),
        (vec![stranger], "not installed"),
        (vec![misnamed], "is a@1.0.0"),
        (vec![old], "is a@1.0.0"),
        (vec![text], "JSON object"),
    ];
    for (entries, why) in refused {
        let said = invalid(house.activate_pipeline(entries, "bob", ""));
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(house.active_pipeline().unwrap().unwrap().number, 1);
    assert_eq!(house.revisions(9).unwrap().len(), 1);

    let both = vec![
        enforced(),
        entry(&a, GateMode::Shadow),
        entry(&b, GateMode::Off),
    ];
    house
        .activate_pipeline(both, "bob", "a beside its own shadow")
        .unwrap();
}

#[test]
fn concurrent_activations_get_numbers_of_their_own_and_leave_one_active() {
    let mut house = House::new();
    let gates: Vec<Gate> = (0..8)
        .map(|n| house.install("a", &format!("1.{n}.0")))
        .collect();
    let store = house.store();
    let mut numbers: Vec<u64> = thread::scope(|scope| {
        let threads: Vec<_> = gates
            .iter()
            .map(|gate| {
                scope.spawn(move || {
                    let numbers: Vec<u64> = (0..10)
                        .map(|n| {
                            let mut list = vec![entry(gate, GateMode::Enforce)];
                            list[0].limits.fuel = n;
                            let revision = store.activate_pipeline(list, "alice", "").unwrap();
                            assert_eq!(revision.entries[0].digest, gate.digest);
                            revision.number
                        })
                        .collect();
                    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
                    numbers
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=80).collect::<Vec<u64>>());
    house.reopen();
    assert_eq!(house.active_pipeline().unwrap().unwrap().number, 80);
    // The log tells one line of succession without a gap.
    let turns = house.history("pipeline").unwrap();
    let mut active = json!(null);
    for turn in &turns {
        assert_eq!(turn.detail["from"], active);
        active = turn.detail["to"].clone();
    }
    assert_eq!((turns.len(), active), (80, json!(80)));
}
