//! The key set's file: what commands do to it, and what is wrong with one.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use prism_registry::*;

use super::{COMPONENT, Desk, chmod, key, signed};

#[test]
fn commands_keep_the_comments_and_order_of_the_key_set() {
    let desk = Desk::new();
    for id in ["c", "a", "b"] {
        desk.trusted(id);
    }
    let text = fs::read_to_string(desk.key_set())
        .unwrap()
        .replace("id = \"a\"", "# by phone, 3 May\nid = \"a\"");
    fs::write(desk.key_set(), text).unwrap();
    chmod(&desk.key_set(), 0o640);
    KeySet::retire(&desk.key_set(), &"a".parse().unwrap()).unwrap();
    let text = fs::read_to_string(desk.key_set()).unwrap();
    assert!(text.contains("# by phone, 3 May"), "{text}");
    assert_eq!(
        fs::metadata(desk.key_set()).unwrap().permissions().mode() & 0o777,
        0o640
    );
    let set = KeySet::read(&desk.key_set()).unwrap();
    let ids: Vec<_> = set.keys().iter().map(|key| key.id.as_str()).collect();
    assert_eq!(ids, ["c", "a", "b"]);
    let missing = KeySet::retire(&desk.key_set(), &"d".parse().unwrap()).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "there is no key `d`; there are: c, a, b"
    );
}

#[test]
fn changes_at_the_same_time_lose_nothing() {
    let desk = Desk::new();
    let path = desk.key_set();
    std::thread::scope(|scope| {
        for number in 0..16 {
            let path = &path;
            scope.spawn(move || {
                let key = key(&format!("key-{number}"));
                KeySet::add(path, key.id(), &key.public(), "").unwrap();
                KeySet::revoke(path, key.id(), "").unwrap();
            });
        }
    });
    let set = KeySet::read(&path).unwrap();
    assert_eq!(set.keys().len(), 16);
    assert!(set.keys().iter().all(|key| key.state == KeyState::Revoked));
}

#[test]
fn a_broken_key_set_trusts_nobody_and_is_not_written_over() {
    let desk = Desk::new();
    let (path, good) = (desk.key_set(), key("k").public());
    let entry =
        |id: &str, rest: &str| format!("[[key]]\nid = \"{id}\"\npublic_key = \"{good}\"\n{rest}\n");
    let cases = [
        ("[[key]".to_owned(), "is no key set"),
        (entry("k", ""), "missing field `state`"),
        (entry("k", "state = \"trusted\""), "unknown variant"),
        (
            entry("k", "state = \"active\"\nexpires = 1"),
            "unknown field",
        ),
        ("[[keys]]\n".to_owned(), "unknown field"),
        (entry("K", "state = \"active\""), "can't be a key's id"),
        (
            entry("k", "state = \"active\"").replace(&good.to_string(), "AAAA"),
            "key `k`: it is no public key",
        ),
        (
            entry("k", "state = \"active\"").repeat(2),
            "two keys with the id `k`",
        ),
        (
            entry("k", "state = \"revoked\"") + &entry("l", "state = \"active\""),
            "are the same key",
        ),
        ("#".repeat(1 << 21), "more than 1048576 bytes"),
    ];
    for (text, says) in cases {
        fs::write(&path, &text).unwrap();
        let error = KeySet::read(&path).unwrap_err().to_string();
        assert!(error.contains(says), "{says}: {error}");
        let other = key("other");
        assert!(
            KeySet::add(&path, other.id(), &other.public(), "").is_err(),
            "{says}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    fs::write(&path, "").unwrap();
    chmod(&path, 0o666);
    assert!(
        KeySet::read(&path)
            .unwrap_err()
            .to_string()
            .contains("chmod o-w")
    );
    assert!(KeySet::read(&desk.path("missing.toml")).is_err());
    assert!(
        KeySet::default()
            .check("00", &signed(COMPONENT, &[&key("k")]), Purpose::Use)
            .is_err()
    );
}
