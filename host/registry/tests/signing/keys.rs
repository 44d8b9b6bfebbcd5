//! Private and public keys.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use prism_registry::*;

use super::{Desk, chmod, key};

#[test]
fn a_private_key_is_written_for_its_owner_alone_and_never_over_another_file() {
    let desk = Desk::new();
    let (made, path) = (key("acme-2026"), desk.path("acme.pem"));
    made.write(&path).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let before = fs::read(&path).unwrap();
    assert!(matches!(
        key("other").write(&path),
        Err(KeyError::Exists(_))
    ));
    assert_eq!(fs::read(&path).unwrap(), before);
    // A link that points nowhere isn't written through either.
    std::os::unix::fs::symlink(desk.path("elsewhere"), desk.path("link.pem")).unwrap();
    assert!(matches!(
        made.write(&desk.path("link.pem")),
        Err(KeyError::Exists(_))
    ));
    assert!(!desk.path("elsewhere").exists());

    let read = SecretKey::read(&path).unwrap();
    assert_eq!(
        (read.id().as_str(), read.public()),
        ("acme-2026", made.public())
    );
}

#[test]
fn a_private_key_that_others_can_read_is_refused_with_chmod_600() {
    let desk = Desk::new();
    let path = desk.path("k.pem");
    key("k").write(&path).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o644, 0o601] {
        chmod(&path, mode);
        let error = SecretKey::read(&path).err().unwrap();
        assert!(matches!(error, KeyError::Exposed { .. }), "{mode:o}");
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
    chmod(&path, 0o400);
    SecretKey::read(&path).unwrap();
}

#[test]
fn broken_private_key_files_are_refused_and_never_shown() {
    let desk = Desk::new();
    let path = desk.path("k.pem");
    key("k").write(&path).unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    let body = whole.lines().nth(2).unwrap().to_owned();
    let cases = [
        (String::new(), "holds no ed25519 private key"),
        (
            whole.replacen("Prism gate key: k\n", "", 1),
            "Prism gate key: <id>",
        ),
        (
            whole.replacen("key: k", "key: ../k", 1),
            "can't be a key's id",
        ),
        (
            whole.replace(&body, &body[..40]),
            "holds no ed25519 private key",
        ),
        (
            whole.replace(&body, &body.to_uppercase()),
            "holds no ed25519 private key",
        ),
        ("x".repeat(5000), "more than 4096 bytes"),
    ];
    for (text, says) in cases {
        fs::write(&path, text).unwrap();
        let error = SecretKey::read(&path).err().unwrap().to_string();
        assert!(error.contains(says), "{error}");
        assert!(!error.contains(&body[..12]), "{error}");
    }
    fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(SecretKey::read(&path).is_err());
}

#[test]
fn ids_and_public_keys_are_what_they_must_be() {
    for id in ["a", "acme-2026.q1_x", &"x".repeat(64)] {
        id.parse::<KeyId>().unwrap();
    }
    for id in ["", "A", "a b", "ä", "a/b", "a\n", &"x".repeat(65)] {
        assert!(id.parse::<KeyId>().is_err(), "{id}");
    }
    let text = key("a").public().to_string();
    assert_eq!(text.parse::<PublicKey>().unwrap().to_string(), text);
    // The last is a point of order 8, under which anybody can sign.
    let weak = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for bad in ["", "?", &text[..40], "AAAA", &format!("{text} "), weak] {
        assert!(bad.parse::<PublicKey>().is_err(), "{bad}");
    }
}
