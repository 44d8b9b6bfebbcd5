//! The same with openssl: what is documented is what is done.

use std::fs;
use std::process::Command;

use prism_registry::*;
use prism_store::records::GateSignature;

use super::{COMPONENT, Desk, chmod, key, signed};

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
