//! What a key set says to signatures.

use prism_registry::*;
use prism_store::records::GateSignature;

use super::{COMPONENT, Desk, key, signed};

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
