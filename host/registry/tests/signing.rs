//! Keys, signatures and the key set against files that are broken, exposed, swapped or hostile.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use prism_registry::*;
use prism_store::records::GateSignature;

const COMPONENT: &[u8] = b"a component";

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn key_set(&self) -> PathBuf {
        self.path("keys.toml")
    }

    /// A new key that the key set has.
    fn trusted(&self, id: &str) -> SecretKey {
        let key = key(id);
        KeySet::add(&self.key_set(), key.id(), &key.public(), "a colleague").unwrap();
        key
    }

    fn check(
        &self,
        component: &[u8],
        signatures: &[GateSignature],
        purpose: Purpose,
    ) -> Result<Signer, TrustError> {
        let digest = prism_component::digest(component);
        KeySet::read(&self.key_set())
            .unwrap()
            .check(&digest, signatures, purpose)
    }
}

fn key(id: &str) -> SecretKey {
    SecretKey::generate(id.parse().unwrap()).unwrap()
}

fn signed(component: &[u8], keys: &[&SecretKey]) -> Vec<GateSignature> {
    let mut file = SignatureFile::new(&prism_component::digest(component));
    for key in keys {
        file.sign(key).unwrap();
    }
    file.signatures().to_vec()
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

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

#[test]
fn one_signature_of_an_active_key_suffices_beside_others() {
    let desk = Desk::new();
    let (known, revoked, stranger) = (
        desk.trusted("known"),
        desk.trusted("revoked"),
        key("stranger"),
    );
    KeySet::revoke(&desk.key_set(), revoked.id(), "laptop stolen").unwrap();
    let signatures = signed(COMPONENT, &[&stranger, &revoked, &known]);
    let signer = desk
        .check(COMPONENT, &signatures, Purpose::Install)
        .unwrap();
    assert_eq!(
        (signer.key_id.as_str(), signer.state),
        ("known", KeyState::Active)
    );
}

#[test]
fn each_way_to_be_untrusted_is_named() {
    let desk = Desk::new();
    let (known, stranger) = (desk.trusted("known"), key("stranger"));
    let install = |component: &[u8], signatures: &[GateSignature]| {
        desk.check(component, signatures, Purpose::Install)
            .unwrap_err()
    };
    assert!(matches!(
        install(COMPONENT, &[]),
        TrustError::Unsigned { .. }
    ));

    let unknown = install(COMPONENT, &signed(COMPONENT, &[&stranger]));
    assert!(
        unknown.to_string().contains("stranger")
            && unknown.to_string().contains("prism gate key trust")
    );

    // One byte changed, and the signature of another component.
    let mut changed = COMPONENT.to_vec();
    changed[3] ^= 1;
    for other in [&changed[..], b"another component", b""] {
        let misfit = install(other, &signed(COMPONENT, &[&known]));
        assert!(matches!(misfit, TrustError::Misfit { .. }), "{misfit}");
        assert!(
            misfit.to_string().contains(&prism_component::digest(other)),
            "{misfit}"
        );
    }
    // A stranger who takes a known key's name.
    let forged = signed(COMPONENT, &[&key("known")]);
    assert!(matches!(
        install(COMPONENT, &forged),
        TrustError::Misfit { .. }
    ));
    // A signature that isn't one.
    let junk = [GateSignature {
        key_id: "known".into(),
        signature: "AAAA".into(),
    }];
    assert!(matches!(
        install(COMPONENT, &junk),
        TrustError::Misfit { .. }
    ));
    // An id made to fool a terminal.
    let shown = [GateSignature {
        key_id: "\u{1b}[2Jknown".into(),
        signature: String::new(),
    }];
    assert!(!install(COMPONENT, &shown).to_string().contains('\u{1b}'));
}

#[test]
fn the_key_signs_a_message_of_its_own_and_not_the_bare_digest() {
    let desk = Desk::new();
    let known = desk.trusted("known");
    let digest = prism_component::digest(COMPONENT);
    // Signed elsewhere, for another purpose: with openssl, over the digest alone.
    known.write(&desk.path("k.pem")).unwrap();
    fs::write(desk.path("m"), format!("sha256:{digest}\n")).unwrap();
    let signature = openssl_sign(&desk, "m");
    let signatures = [GateSignature {
        key_id: "known".into(),
        signature,
    }];
    let error = desk
        .check(COMPONENT, &signatures, Purpose::Install)
        .unwrap_err();
    assert!(matches!(error, TrustError::Misfit { .. }));
}

#[test]
fn openssl_makes_the_same_signature_from_the_documented_message() {
    let desk = Desk::new();
    let known = desk.trusted("known");
    let digest = prism_component::digest(COMPONENT);
    known.write(&desk.path("k.pem")).unwrap();
    fs::write(desk.path("m"), format!("prism gate v1\nsha256:{digest}\n")).unwrap();
    assert_eq!(
        openssl_sign(&desk, "m"),
        signed(COMPONENT, &[&known])[0].signature
    );
}

fn openssl_sign(desk: &Desk, message: &str) -> String {
    let status = Command::new("openssl")
        .args(["pkeyutl", "-sign", "-rawin", "-inkey"])
        .arg(desk.path("k.pem"))
        .arg("-in")
        .arg(desk.path(message))
        .arg("-out")
        .arg(desk.path("signature"))
        .status()
        .unwrap();
    assert!(status.success());
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(fs::read(desk.path("signature")).unwrap())
}

#[test]
fn rotation_keeps_what_is_installed_and_takes_nothing_new_from_the_old_key() {
    let desk = Desk::new();
    let (old, new) = (desk.trusted("acme-2025"), desk.trusted("acme-2026"));
    let change = KeySet::retire(&desk.key_set(), old.id()).unwrap();
    assert_eq!(
        (change.was, change.key.state),
        (Some(KeyState::Active), KeyState::Retired)
    );
    let by_old = signed(COMPONENT, &[&old]);
    assert_eq!(
        desk.check(COMPONENT, &by_old, Purpose::Install)
            .unwrap_err(),
        TrustError::Retired {
            key_id: old.id().clone()
        }
    );
    assert_eq!(
        desk.check(COMPONENT, &by_old, Purpose::Use).unwrap().state,
        KeyState::Retired
    );
    // Retired, it still must have signed these very bytes.
    assert!(desk.check(b"other", &by_old, Purpose::Use).is_err());
    desk.check(
        COMPONENT,
        &signed(COMPONENT, &[&old, &new]),
        Purpose::Install,
    )
    .unwrap();
}

#[test]
fn a_revoked_key_is_refused_for_what_is_installed_too_and_never_comes_back() {
    let desk = Desk::new();
    let stolen = desk.trusted("stolen");
    let signatures = signed(COMPONENT, &[&stolen]);
    desk.check(COMPONENT, &signatures, Purpose::Use).unwrap();
    KeySet::retire(&desk.key_set(), stolen.id()).unwrap();
    KeySet::revoke(&desk.key_set(), stolen.id(), "laptop stolen").unwrap();
    for purpose in [Purpose::Install, Purpose::Use] {
        let error = desk.check(COMPONENT, &signatures, purpose).unwrap_err();
        assert_eq!(
            error,
            TrustError::Revoked {
                key_id: stolen.id().clone()
            }
        );
    }
    assert!(matches!(
        KeySet::retire(&desk.key_set(), stolen.id()),
        Err(KeySetError::Revoked(_))
    ));
    // Neither under its own id nor under another.
    let add = |id: &str| KeySet::add(&desk.key_set(), &id.parse().unwrap(), &stolen.public(), "");
    assert!(matches!(add("stolen"), Err(KeySetError::DuplicateId(_))));
    assert!(matches!(
        add("fresh"),
        Err(KeySetError::DuplicateKey { .. })
    ));
    // Revoking twice is no error: the second person in an emergency must not think it failed.
    assert_eq!(
        KeySet::revoke(&desk.key_set(), stolen.id(), "")
            .unwrap()
            .was,
        Some(KeyState::Revoked)
    );
    let set = KeySet::read(&desk.key_set()).unwrap();
    assert_eq!(set.get("stolen").unwrap().note, "laptop stolen");
}

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

#[test]
fn the_documented_openssl_commands_verify_what_was_signed_and_nothing_else() {
    let page = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/gates/signing.md"
    ))
    .unwrap();
    let commands = page
        .split("<!-- tested: openssl -->\n```sh\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let desk = Desk::new();
    let known = key("acme-2026");
    let mut file = SignatureFile::new(&prism_component::digest(COMPONENT));
    file.sign(&key("other")).unwrap();
    file.sign(&known).unwrap();
    file.write(&desk.path("gate.wasm.sig")).unwrap();
    fs::write(desk.path("acme-2026.pub"), known.public().to_string()).unwrap();
    for (component, verified) in [(COMPONENT, true), (b"another", false)] {
        fs::write(desk.path("gate.wasm"), component).unwrap();
        let ran = Command::new("bash")
            .args(["-euc", commands])
            .current_dir(desk.folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        assert_eq!(
            ran.status.success(),
            verified,
            "{said}{}",
            String::from_utf8_lossy(&ran.stderr)
        );
        assert_eq!(said.contains("Verified Successfully"), verified, "{said}");
    }
}

#[test]
fn a_key_made_with_openssl_signs_once_its_id_is_written_before_it() {
    let desk = Desk::new();
    let path = desk.path("k.pem");
    let made = Command::new("openssl")
        .args(["genpkey", "-algorithm", "ed25519"])
        .output()
        .unwrap();
    fs::write(&path, &made.stdout).unwrap();
    chmod(&path, 0o600);
    assert!(matches!(SecretKey::read(&path), Err(KeyError::NoId(_))));
    fs::write(
        &path,
        [b"Prism gate key: by-openssl\n", &made.stdout[..]].concat(),
    )
    .unwrap();
    let key = SecretKey::read(&path).unwrap();
    KeySet::add(&desk.key_set(), key.id(), &key.public(), "").unwrap();
    desk.check(COMPONENT, &signed(COMPONENT, &[&key]), Purpose::Install)
        .unwrap();
}
