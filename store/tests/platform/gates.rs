//! Installed gates.

use super::*;

#[test]
fn a_gate_is_kept_whole_and_found_by_any_of_its_names() {
    let mut house = House::new();
    let old = house.install("contract", "1.0.0");
    let gate = house.install("contract", "1.1.0");
    assert_eq!(gate.grants, ["corpus", "llm"]);
    assert_eq!(
        (gate.installed_by.as_str(), gate.cases, gate.bytes),
        ("alice", 2, 14)
    );
    house.reopen();
    assert_eq!(house.gate(&gate.digest).unwrap().unwrap(), gate);
    assert_eq!(house.gates().unwrap(), [gate.clone(), old.clone()]);
    assert_eq!(
        house.gate_component(&gate.digest).unwrap(),
        b"contract@1.1.0"
    );
    let digest = &gate.digest;
    for reference in [
        "contract",
        "contract@1.1.0",
        digest,
        &digest[..8],
        &format!("sha256:{digest}"),
    ] {
        assert_eq!(house.find_gate(reference).unwrap(), gate, "{reference}");
    }
    assert_eq!(house.find_gate("contract@1.0.0").unwrap(), old);
    let events = house.history("gates").unwrap();
    let last = &events.last().unwrap();
    assert_eq!(
        (last.kind.as_str(), &last.detail["by"], &last.detail["why"]),
        ("gate.installed", &json!("alice"), &json!("first try"))
    );
}

#[test]
fn an_unknown_name_is_refused_with_what_there_is() {
    let house = House::new();
    let gate = house.install("contract", "1.0.0");
    for reference in [
        "",
        "contrac",
        "contract@2.0.0",
        "@",
        &gate.digest[..7],
        &gate.digest.to_uppercase(),
        "../../etc/passwd",
        "00000000",
    ] {
        let text = invalid(house.find_gate(reference));
        assert!(text.contains("contract@1.0.0"), "{text}");
    }
    let text = invalid(house.find_gate(&"\u{1b}[2J\n".repeat(1000)));
    assert!(text.len() < 1500 && !text.contains('\u{1b}'), "{text}");
    assert!(matches!(
        house.gate_component("nothing"),
        Err(StoreError::NotFound { .. })
    ));
}

#[test]
fn digests_that_begin_alike_are_refused_with_both() {
    let house = House::new();
    // The first pair of decimal numbers whose SHA-256 agree in eight digits is found among some hundred thousand.
    let mut seen = std::collections::HashMap::new();
    let (one, other) = (0u32..)
        .find_map(|n| {
            let id = BlobId::of(n.to_string().as_bytes());
            seen.insert(id.as_str()[..8].to_owned(), n)
                .map(|earlier| (earlier, n))
        })
        .unwrap();
    let digests = [one, other].map(|n| {
        let text = n.to_string();
        let new = new_gate(text.as_bytes(), &format!("gate-{n}"), "1.0.0");
        house.install_gate(new, "alice", "").unwrap().digest
    });
    let text = invalid(house.find_gate(&digests[0][..8]));
    for digest in &digests {
        assert!(text.contains(digest), "{text}");
        assert_eq!(&house.find_gate(digest).unwrap().digest, digest);
    }
}

#[test]
fn the_same_component_again_changes_nothing_and_another_under_its_name_is_refused() {
    let house = House::new();
    let gate = house.install("contract", "1.0.0");
    let events = || house.history("gates").unwrap().len();
    let before = events();

    let mut again = new_gate(b"contract@1.0.0", "contract", "1.0.0");
    again.grants = ["corpus", "llm", "corpus"].map(str::to_owned).into();
    assert_eq!(house.install_gate(again, "bob", "again").unwrap(), gate);

    let mut more = new_gate(b"contract@1.0.0", "contract", "1.0.0");
    more.grants.clear();
    let text = invalid(house.install_gate(more, "bob", "fewer grants"));
    assert!(text.contains("prism gate grant"), "{text}");

    let other = new_gate(b"other bytes", "contract", "1.0.0");
    let text = invalid(house.install_gate(other, "bob", "rebuilt"));
    assert!(
        text.contains("raise the version") && text.contains(&gate.digest),
        "{text}"
    );
    assert_eq!(house.gates().unwrap(), [gate]);
    assert_eq!(events(), before);
}

#[test]
fn the_installation_may_bring_a_rebuilt_component_and_its_name_means_the_newest() {
    let house = House::new();
    let first = house.install("contract", "1.0.0");
    let mut rebuilt = new_gate(b"rebuilt", "contract", "1.0.0");
    rebuilt.origin = "installation";
    let rebuilt = house
        .install_gate(rebuilt, "installation", "start")
        .unwrap();
    assert_ne!(first.digest, rebuilt.digest);
    assert_eq!(house.find_gate("contract@1.0.0").unwrap(), rebuilt);
    assert_eq!(house.find_gate(&first.digest).unwrap(), first);
}

#[test]
fn grants_change_with_who_and_why_and_nothing_else_does() {
    let mut house = House::new();
    let gate = house.install("contract", "1.0.0");
    let fewer = house
        .grant_gate(
            &gate.digest,
            vec!["corpus".into(), "corpus".into()],
            "bob",
            "no model needed",
        )
        .unwrap();
    assert_eq!(
        fewer,
        Gate {
            grants: vec!["corpus".into()],
            ..gate.clone()
        }
    );
    let events = house.history("gates").unwrap().len();
    house
        .grant_gate(&gate.digest, vec!["corpus".into()], "bob", "again")
        .unwrap();
    assert_eq!(house.history("gates").unwrap().len(), events);
    house.reopen();
    assert_eq!(house.gate(&gate.digest).unwrap().unwrap(), fewer);
    let last = house.history("gates").unwrap().pop().unwrap();
    assert_eq!(last.kind, "gate.granted");
    assert_eq!(last.detail["from"], json!(["corpus", "llm"]));
    assert_eq!(last.detail["to"], json!(["corpus"]));
    assert_eq!(
        (&last.detail["by"], &last.detail["why"]),
        (&json!("bob"), &json!("no model needed"))
    );
    assert!(matches!(
        house.grant_gate("nothing", vec![], "bob", ""),
        Err(StoreError::NotFound { .. })
    ));
}

#[test]
fn a_component_that_was_changed_on_disk_is_not_given_out_and_installing_it_again_heals_it() {
    let house = House::new();
    let gate = house.install("contract", "1.0.0");
    let (shard, rest) = gate.digest.split_at(2);
    let path = house.folder.path().join("blobs").join(shard).join(rest);
    std::fs::write(&path, b"contract@6.6.6").unwrap();
    assert!(matches!(
        house.gate_component(&gate.digest),
        Err(StoreError::BlobDamaged(_))
    ));
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(
        house.gate_component(&gate.digest),
        Err(StoreError::BlobMissing(_))
    ));
    assert_eq!(house.install("contract", "1.0.0"), gate);
    assert_eq!(
        house.gate_component(&gate.digest).unwrap(),
        b"contract@1.0.0"
    );
}
