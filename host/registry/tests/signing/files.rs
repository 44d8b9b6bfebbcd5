//! Signature files.

use prism_registry::*;

use super::{COMPONENT, Desk, key};

#[test]
fn several_keys_sign_one_file_and_each_replaces_only_its_own() {
    let desk = Desk::new();
    let (first, second) = (desk.trusted("first"), desk.trusted("second"));
    let path = SignatureFile::beside(&desk.path("gate.wasm"));
    assert!(path.ends_with("gate.wasm.sig"));
    let digest = prism_component::digest(COMPONENT);
    let mut file = SignatureFile::new(&digest);
    assert!(
        !file.sign(&first).unwrap() && !file.sign(&second).unwrap() && file.sign(&first).unwrap()
    );
    file.write(&path).unwrap();
    let read = SignatureFile::read(&path).unwrap();
    assert_eq!(read, file);
    assert_eq!(read.for_component(&digest).unwrap().len(), 2);
    let other = prism_component::digest(b"other");
    assert!(
        read.for_component(&other)
            .unwrap_err()
            .to_string()
            .contains(&other)
    );
    for number in 2..signature::MAX_SIGNATURES {
        file.sign(&key(&format!("k{number}"))).unwrap();
    }
    assert!(file.sign(&key("one-too-many")).is_err());
    assert!(file.to_bytes().unwrap().len() as u64 <= signature::MAX_SIGNATURE_FILE_BYTES);
    assert_eq!(
        SignatureFile::parse(&file.to_bytes().unwrap()).unwrap(),
        file
    );
}

#[test]
fn malformed_signature_files_are_refused() {
    let whole = {
        let mut file = SignatureFile::new(&prism_component::digest(COMPONENT));
        file.sign(&key("k")).unwrap();
        String::from_utf8(file.to_bytes().unwrap()).unwrap()
    };
    let entry = whole[whole.find("    {").unwrap()..=whole.rfind("    }").unwrap() + 4].to_owned();
    let cases = [
        ("", String::new()),
        ("recursion limit", "[".repeat(60_000)),
        ("", "[]".to_owned()),
        ("", whole.replace("\"version\": 1", "\"version\": -1")),
        ("upgrade", whole.replace("\"version\": 1", "\"version\": 2")),
        (
            "unknown field",
            whole.replace("\"version\": 1", "\"version\": 1, \"expires\": 0"),
        ),
        (
            "unknown field",
            whole.replace("\"key_id\"", "\"algorithm\": \"none\", \"key_id\""),
        ),
        (
            "duplicate field",
            whole.replace("\"digest\"", "\"digest\": \"sha256:00\", \"digest\""),
        ),
        ("lowercase hex", whole.replace("sha256:", "sha512:")),
        ("lowercase hex", whole.replace("sha256:", "")),
        ("can't be a key's id", whole.replace("\"k\"", "\"k k\"")),
        ("base64", whole.replace("==\"", "\"")),
        (
            "two signatures",
            whole.replace(&entry, &format!("{entry},\n{entry}")),
        ),
        (
            "more than 32",
            whole.replace(&entry, &vec![entry.clone(); 33].join(",")),
        ),
        ("more than 65536 bytes", whole.clone() + &" ".repeat(70_000)),
    ];
    for (says, text) in cases {
        assert_ne!(text, whole, "{says}");
        let error = SignatureFile::parse(text.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(error.contains(says), "{says}: {error}");
    }
}
