//! Documents in signed envelopes: whose word counts, and what was changed.

use prism_registry::envelope::encoding;
use prism_registry::*;
use serde_json::{Value, json};

use super::{Desk, key, signed};

const TYPE: &str = "application/vnd.prism.test.v1+json";
const PAYLOAD: &[u8] = b"{\"bpb\":1.5}";

fn keys(desk: &Desk) -> KeySet {
    KeySet::read(&desk.key_set()).unwrap()
}

fn sealed(signers: &[&SecretKey]) -> Envelope {
    let mut envelope = Envelope::new(TYPE, PAYLOAD.to_vec());
    for signer in signers {
        envelope.sign(signer);
    }
    envelope
}

/// The envelope after a change of its file.
fn changed(
    envelope: &Envelope,
    change: impl FnOnce(&mut Value),
) -> Result<Envelope, EnvelopeError> {
    let mut value: Value = serde_json::from_slice(&envelope.to_bytes().unwrap()).unwrap();
    change(&mut value);
    Envelope::parse(value.to_string().as_bytes(), TYPE)
}

#[test]
fn what_is_signed_is_the_encoding_of_the_specification() {
    // The example of the specification.
    assert_eq!(
        encoding("http://example.com/HelloWorld", b"hello world"),
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    );
}

#[test]
fn an_envelope_comes_back_from_its_file_and_says_who_stands_for_it() {
    let desk = Desk::new();
    let service = desk.trusted("service");
    let envelope = sealed(&[&key("stranger"), &service]);
    let read = Envelope::parse(&envelope.to_bytes().unwrap(), TYPE).unwrap();
    assert_eq!((read.payload(), &read), (PAYLOAD, &envelope));
    assert_eq!(
        read.signer(&keys(&desk)).unwrap().key_id.as_str(),
        "service"
    );
    // Without a hint every key is tried; the other alphabet of base64 is read too.
    let read = changed(&sealed(&[&service]), |value| {
        let signature = &mut value["signatures"][0];
        signature.as_object_mut().unwrap().remove("keyid");
        let url = signature["sig"]
            .as_str()
            .unwrap()
            .replace('+', "-")
            .replace('/', "_");
        signature["sig"] = url.into();
    });
    let signer = read.unwrap().signer(&keys(&desk)).unwrap();
    assert_eq!(signer.key_id.as_str(), "service");
}

#[test]
fn each_way_to_be_nobodys_is_named() {
    let desk = Desk::new();
    let (service, lost) = (desk.trusted("service"), desk.trusted("lost"));
    KeySet::revoke(&desk.key_set(), lost.id(), "stolen").unwrap();
    let keys = keys(&desk);
    let refused = |envelope: &Envelope| envelope.signer(&keys).unwrap_err();
    assert_eq!(refused(&sealed(&[])), Unsigned::Nobody);
    assert_eq!(
        refused(&sealed(&[&lost])),
        Unsigned::Revoked(lost.id().clone())
    );
    assert_eq!(
        refused(&sealed(&[&key("stranger")])),
        Unsigned::UnknownKeys(vec!["stranger".into()])
    );
    let misfit = Unsigned::Misfit(service.id().clone());
    // Somebody else who takes the name, another payload, another signature, a signature that is none.
    assert_eq!(refused(&sealed(&[&key("service")])), misfit);
    let good = sealed(&[&service]);
    for change in [
        (&|value: &mut Value| value["payload"] = "e30=".into()) as &dyn Fn(&mut Value),
        &|value| value["signatures"][0]["sig"] = "AAAA".into(),
        &|value| value["signatures"][0]["sig"] = "no base64".into(),
    ] {
        assert_eq!(refused(&changed(&good, change).unwrap()), misfit);
    }
    // A retired key was good when it signed.
    KeySet::retire(&desk.key_set(), service.id()).unwrap();
    let signer = good.signer(&self::keys(&desk)).unwrap();
    assert_eq!(signer.state, KeyState::Retired);
}

#[test]
fn a_signature_made_for_another_purpose_does_not_fit() {
    let desk = Desk::new();
    let service = desk.trusted("service");
    // Over a gate, put into an envelope of the text that was signed there.
    let gate = signed(PAYLOAD, &[&service]).remove(0);
    let digest = prism_component::digest(PAYLOAD);
    for payload in [PAYLOAD, signature::message(&digest).as_bytes()] {
        let mut value: Value =
            serde_json::from_slice(&Envelope::new(TYPE, payload.to_vec()).to_bytes().unwrap())
                .unwrap();
        value["signatures"] = json!([{ "keyid": gate.key_id, "sig": gate.signature }]);
        let envelope = Envelope::parse(value.to_string().as_bytes(), TYPE).unwrap();
        assert!(matches!(
            envelope.signer(&keys(&desk)),
            Err(Unsigned::Misfit(_))
        ));
    }
    // Over the same payload under another type.
    let mut other = Envelope::new("application/vnd.prism.other+json", PAYLOAD.to_vec());
    other.sign(&service);
    assert!(matches!(
        Envelope::parse(&other.to_bytes().unwrap(), TYPE),
        Err(EnvelopeError::Type { .. })
    ));
    let mut value: Value = serde_json::from_slice(&other.to_bytes().unwrap()).unwrap();
    value["payloadType"] = TYPE.into();
    let renamed = Envelope::parse(value.to_string().as_bytes(), TYPE).unwrap();
    assert!(matches!(
        renamed.signer(&keys(&desk)),
        Err(Unsigned::Misfit(_))
    ));
}

#[test]
fn what_is_no_envelope_is_refused_with_a_reason() {
    let good = sealed(&[]);
    let many = vec![json!({ "keyid": "a", "sig": "AAAA" }); 33];
    for (broken, words) in [
        (Envelope::parse(b"", TYPE), "no DSSE envelope"),
        (Envelope::parse(b"[]", TYPE), "no DSSE envelope"),
        (Envelope::parse(b"{}", TYPE), "payloadType"),
        (
            changed(&good, |value| value["payload"] = "###".into()),
            "not base64",
        ),
        (
            changed(&good, |value| value["signatures"] = many.into()),
            "more than 32",
        ),
        (
            changed(&good, |value| value["payloadType"] = "\u{1b}[2J".into()),
            "\\u{1b}[2J",
        ),
    ] {
        let error = broken.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_services_key_is_made_once_for_its_owner_alone() {
    let desk = Desk::new();
    let path = desk.path("verdict.key");
    let id = || "made-here".parse();
    let made = SecretKey::read_or_make(&path, id).unwrap();
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path).unwrap()) & 0o777;
    assert_eq!(mode, 0o600);
    let again = SecretKey::read_or_make(&path, || "another".parse()).unwrap();
    assert_eq!((again.id(), again.public()), (made.id(), made.public()));
    let beside = public::beside(&path);
    let (known, public_key) = public::read(&beside).unwrap();
    assert_eq!((&known, public_key), (made.id(), made.public()));
    // Public half gone: made again. A key that can't be used is never replaced.
    std::fs::remove_file(&beside).unwrap();
    SecretKey::read_or_make(&path, id).unwrap();
    assert!(beside.exists());
    std::fs::write(&path, "").unwrap();
    assert!(matches!(
        SecretKey::read_or_make(&path, id),
        Err(KeyError::Private(_))
    ));
}
