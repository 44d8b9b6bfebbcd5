#![allow(clippy::unwrap_used, reason = "test")]

use super::{Course, Document, Provenance};

fn course(texts: &[&str]) -> Course {
    let documents = texts
        .iter()
        .enumerate()
        .map(|(index, text)| Document {
            id: format!("d{index}"),
            text: (*text).to_owned(),
        })
        .collect();
    Course::new("test", documents, Provenance::default()).unwrap()
}

#[test]
fn a_cut_holds_whole_documents_and_has_its_own_name() {
    let whole = course(&["abc", "", "defgh", "ij"]);
    assert_eq!(whole.bytes(), 10);
    let cut = whole.take_bytes(4).unwrap();
    assert_eq!(cut.documents(), 3);
    assert_eq!(cut.bytes(), 8);
    assert_eq!(cut.id(), "test-first-8");
    assert!(cut.shortened());
    assert_ne!(cut.fingerprint(), whole.fingerprint());
    assert_eq!(
        cut.fingerprint(),
        course(&["abc", "", "defgh"]).fingerprint()
    );
    assert!(cut.document(3).is_err(), "what was cut off is out of reach");
    assert_eq!(cut.take_bytes(1).unwrap().id(), "test-first-3");
}

#[test]
fn a_cut_beyond_the_end_is_the_course_itself() {
    let whole = course(&["abc", "de"]);
    for bytes in [4, 5, 6, u64::MAX] {
        let cut = whole.take_bytes(bytes).unwrap();
        assert_eq!(cut.about(), whole.about(), "{bytes}");
        assert!(!cut.shortened());
    }
    assert_eq!(whole.take_bytes(0).unwrap().documents(), 1);
}

#[test]
fn order_and_borders_of_documents_are_in_the_fingerprint() {
    let prints = [
        course(&["ab", "c"]),
        course(&["a", "bc"]),
        course(&["c", "ab"]),
        course(&["ab", "c", ""]),
    ]
    .map(|course| course.fingerprint().to_owned());
    let distinct: std::collections::BTreeSet<_> = prints.iter().collect();
    assert_eq!(distinct.len(), prints.len());
}

/// Scores name courses by it, so it may never change: the value was made with Python's `hashlib`.
#[test]
fn the_fingerprint_is_the_one_scores_were_stored_with() {
    assert_eq!(
        course(&["ab", ""]).fingerprint(),
        "1b15906c7d84afc6811afe73f88ec9f6902000a3165df63c39a6fe3d2a22a226"
    );
}

#[test]
fn names_outside_the_rules_are_refused() {
    for id in ["", "Kjv", "-a", "a b", "a/b", &"a".repeat(97)] {
        assert!(
            Course::new(id, vec![], Provenance::default()).is_err(),
            "{id}"
        );
    }
    let twice = vec![
        Document {
            id: "a".to_owned(),
            text: String::new(),
        };
        2
    ];
    let error = Course::new("test", twice, Provenance::default()).unwrap_err();
    assert_eq!(error.to_string(), "document 2: its id `a` was used before");
}

#[test]
fn a_document_beyond_the_limit_is_refused() {
    let long = vec![Document {
        id: "a".to_owned(),
        text: "a".repeat((64 << 20) + 1),
    }];
    let error = Course::new("test", long, Provenance::default()).unwrap_err();
    assert!(error.to_string().contains("divide it"), "{error}");
}
