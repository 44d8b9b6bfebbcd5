#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use std::collections::BTreeSet;

use super::*;

/// A component with these imports and this gate export, and nothing inside.
fn component(imports: &[&str], gate: &str) -> Vec<u8> {
    let imports: String = imports
        .iter()
        .map(|name| format!("(import \"{name}\" (instance))"))
        .collect();
    wat::parse_str(format!(
        "(component {imports} (instance $gate) (export \"{gate}\" (instance $gate)))"
    ))
    .unwrap()
}

#[test]
fn version_and_capabilities_are_read_before_anything_is_compiled() {
    let bytes = component(
        &["prism:gate/log@1.1.0", "prism:gate/corpus@1.1.0"],
        "prism:gate/gate@1.1.0",
    );
    let found = Component::read(&bytes).unwrap();
    assert_eq!(found.contract, ContractVersion::V1_1);
    assert_eq!(found.capabilities, BTreeSet::from([Capability::Corpus]));
    assert_eq!(found.digest, digest(&bytes));
}

#[test]
fn what_is_no_gate_is_refused_with_what_to_do() {
    let cases: [(&[&str], &str, &str); 6] = [
        (
            &["wasi:cli/environment@0.2.0"],
            "prism:gate/gate@1.0.0",
            "wasi:cli/environment@0.2.0",
        ),
        (
            &["prism:gate/clock@1.0.0"],
            "prism:gate/gate@1.0.0",
            "prism:gate/clock@1.0.0",
        ),
        (
            &[],
            "prism:gate/gate@2.0.0",
            "serves prism:gate 1.0.0, 1.1.0",
        ),
        (&[], "prism:gate/gate@0.1.0", "build it anew"),
        (
            &["prism:gate/log@1.0.0"],
            "prism:gate/gate@1.1.0",
            "mixes contract versions",
        ),
        (&[], "other:thing/gate@1.0.0", "export_gate!"),
    ];
    for (imports, gate, says) in cases {
        let error = Component::read(&component(imports, gate)).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn a_module_and_junk_are_named_for_what_they_are() {
    let module = wat::parse_str("(module)").unwrap();
    assert!(matches!(
        Component::read(&module),
        Err(ComponentError::NotComponent)
    ));
    for junk in [&b""[..], b"\0asm", b"hello, world", &[0xff; 64]] {
        assert!(Component::read(junk).is_err());
        assert!(cases::extract(junk).is_err());
    }
}

#[test]
fn cases_travel_inside_the_component_and_are_replaced_not_added() {
    let bytes = component(&[], "prism:gate/gate@1.0.0");
    let first = cases::Files::from([("a/expected.json".to_owned(), vec![b'x'; 300])]);
    let second = cases::Files::from([("b/bundle/a.py".to_owned(), b"\xff\0".to_vec())]);
    let packed = cases::embed(&bytes, &first).unwrap();
    assert_eq!(cases::extract(&packed).unwrap(), first);
    let again = cases::embed(&packed, &second).unwrap();
    assert_eq!(cases::extract(&again).unwrap(), second);
    assert_eq!(cases::embed(&again, &cases::Files::new()).unwrap(), bytes);
    assert_eq!(
        Component::read(&again).unwrap().contract,
        ContractVersion::V1_0
    );
    assert!(cases::extract(&bytes).unwrap().is_empty());
}

#[test]
fn too_many_bytes_of_cases_are_refused_packed_or_not() {
    let bytes = component(&[], "prism:gate/gate@1.0.0");
    let large = cases::Files::from([("a".to_owned(), vec![0; cases::MAX_BYTES + 1])]);
    assert!(cases::embed(&bytes, &large).is_err());
    // A hostile component packs more than the kit would.
    let bomb = zstd::encode_all(&vec![b' '; 3 * cases::MAX_BYTES][..], 3).unwrap();
    let mut hostile = bytes.clone();
    let mut body = vec![11];
    body.extend_from_slice(b"prism:cases");
    body.extend_from_slice(&bomb);
    hostile.push(0);
    let mut length = body.len();
    while length >= 0x80 {
        hostile.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    hostile.push(length as u8);
    hostile.extend_from_slice(&body);
    let error = cases::extract(&hostile).unwrap_err();
    assert!(error.to_string().contains("unpack"), "{error}");
}
