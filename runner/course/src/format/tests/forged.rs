//! Files by hand whose digests are right and whose content lies.

use std::slice::from_ref;

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::{CourseError, DIGEST_BYTES, Folder, MARK};
use crate::documents::{Class, Document, Pool, Provenance};
use crate::format::{Header, SCHEMA};

/// A block with what the index says of it.
#[derive(Clone, Debug)]
struct Block {
    stored: Vec<u8>,
    claims: [u64; 3],
    digest: Option<[u8; DIGEST_BYTES]>,
}

fn plain(documents: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut plain = Vec::new();
    for (id, text) in documents {
        plain.extend((id.len() as u32).to_le_bytes());
        plain.extend(*id);
        plain.extend((text.len() as u64).to_le_bytes());
        plain.extend(*text);
    }
    plain
}

/// An honest block.
fn block(documents: &[(&[u8], &[u8])]) -> Block {
    packed(&plain(documents), documents.len() as u64)
}

fn packed(plain: &[u8], documents: u64) -> Block {
    let stored = zstd::encode_all(plain, 3).unwrap();
    Block {
        claims: [stored.len() as u64, plain.len() as u64, documents],
        stored,
        digest: None,
    }
}

fn header(documents: u64, bytes: u64) -> Header {
    Header {
        schema: SCHEMA.to_owned(),
        id: "forged".to_owned(),
        class: Class::Practice,
        pool: Pool::Course,
        fingerprint: "00".repeat(32),
        documents,
        bytes,
        shortened: false,
        provenance: Provenance::default(),
    }
}

fn file(header: &serde_json::Value, blocks: &[Block], count: u64) -> Vec<u8> {
    let header = serde_json::to_vec(header).unwrap();
    let mut bytes = MARK.to_vec();
    bytes.extend((header.len() as u32).to_le_bytes());
    bytes.extend(header);
    let mut digest = Sha256::new_with_prefix(&bytes);
    let mut index = Vec::new();
    for block in blocks {
        bytes.extend(&block.stored);
        for claim in block.claims {
            index.extend(claim.to_le_bytes());
        }
        index.extend(
            block
                .digest
                .unwrap_or_else(|| Sha256::digest(&block.stored).into()),
        );
    }
    index.extend(count.to_le_bytes());
    digest.update(&index);
    bytes.extend(index);
    bytes.extend(digest.finalize());
    bytes
}

fn forged(header: &Header, blocks: &[Block]) -> Vec<u8> {
    let header = serde_json::to_value(header).unwrap();
    file(&header, blocks, blocks.len() as u64)
}

fn claiming(block: &Block, claims: [u64; 3]) -> Block {
    Block {
        claims,
        ..block.clone()
    }
}

#[test]
fn a_file_by_hand_is_read_when_it_tells_the_truth() {
    let folder = Folder::new();
    let document = Document {
        id: "a".to_owned(),
        text: "text".to_owned(),
    };
    let course = crate::Course::new("forged", vec![document], Provenance::default()).unwrap();
    let mut honest = header(1, 4);
    honest.fingerprint = course.fingerprint().to_owned();
    folder
        .read(&forged(&honest, &[block(&[(b"a", b"text")])]))
        .unwrap();
}

#[test]
fn lies_are_named() {
    let folder = Folder::new();
    let one = block(&[(b"a", b"text")]);
    let [stored, plain_bytes, _] = one.claims;
    let two = block(&[(b"b", b"more")]);
    let json = |header: &Header| serde_json::to_value(header).unwrap();
    let mut unknown = json(&header(1, 4));
    unknown["more"] = serde_json::json!(1);
    let mut later = json(&header(1, 4));
    later["schema"] = serde_json::json!("prism_course.v1");
    let mut class = json(&header(1, 4));
    class["class"] = serde_json::json!("golden");
    let mut name = header(1, 4);
    name.id = "../up".to_owned();
    let mut behind = one.clone();
    behind.stored.extend(b"hidden");
    behind.claims[0] += 6;
    let mut other_digest = one.clone();
    other_digest.digest = Some([7; DIGEST_BYTES]);
    let short = packed(&plain(&[(b"a", b"text")])[..15], 1);

    for (bytes, words) in [
        (b"".to_vec(), "no course file"),
        (
            b"PK\x03\x04 something else, long enough to hold a digest".to_vec(),
            "no course file",
        ),
        (file(&unknown, from_ref(&one), 1), "unknown field"),
        (
            file(&later, from_ref(&one), 1),
            "`prism_course.v1` is not known here",
        ),
        (file(&later, from_ref(&one), 1), "prism data prepare"),
        (file(&class, from_ref(&one), 1), "unknown variant `golden`"),
        (
            file(&serde_json::json!([]), from_ref(&one), 1),
            "is not known",
        ),
        (forged(&name, from_ref(&one)), "can't name a course"),
        (forged(&header(1, 4), from_ref(&one)), "fingerprint"),
        (
            forged(&header(2, 4), from_ref(&one)),
            "its index has 1 documents, its header 2",
        ),
        (
            forged(&header(1, 8), &[one.clone(), two.clone()]),
            "which it has no room for",
        ),
        (forged(&header(1, 4), &[]), "its index has 0 documents"),
        (forged(&header(1, 40), from_ref(&one)), "can't be texts"),
        (
            forged(&header(1, 0), &[block(&[(b"a", &[b'x'; 4000])])]),
            "can't be texts",
        ),
        (forged(&header(1, u64::MAX), from_ref(&one)), "at most"),
        (forged(&header(u64::MAX, 4), from_ref(&one)), "at most"),
        (
            forged(&header(1, 4), &[other_digest]),
            "block 0: it does not have its SHA-256",
        ),
        (forged(&header(1, 4), &[behind]), "behind its frame"),
        (
            forged(
                &header(1, 4),
                &[claiming(&one, [stored, plain_bytes + 1, 1])],
            ),
            "it does not hold 18 bytes",
        ),
        (
            forged(
                &header(1, 4),
                &[claiming(&one, [stored, plain_bytes - 1, 1])],
            ),
            "it does not hold 16 bytes",
        ),
        (
            forged(&header(2, 4), &[claiming(&one, [stored, plain_bytes, 2])]),
            "it holds 1 documents, not 2",
        ),
        (
            forged(
                &header(1, 4),
                &[claiming(&one, [stored - 1, plain_bytes, 1])],
            ),
            "do not end where its index begins",
        ),
        (
            forged(&header(1, 4), &[one.clone(), claiming(&two, [0, 0, 0])]),
            "no room for",
        ),
        (
            forged(
                &header(2, 4),
                &[one.clone(), claiming(&two, [two.claims[0], 17, 0])],
            ),
            "block 1 of its index is out of bounds",
        ),
        (forged(&header(1, 4), &[short]), "a record does not fit"),
        (
            forged(&header(1, 2), &[block(&[(b"a", b"\xff\xfe")])]),
            "utf-8",
        ),
        (
            forged(&header(2, 2), &[block(&[(b"a", b"b"), (b"a", b"c")])]),
            "used before",
        ),
        (
            forged(&header(1, 1), &[block(&[(b"", b"b")])]),
            "its id must",
        ),
        (
            forged(&header(1, 1), &[block(&[(&[b'i'; 1025], b"")])]),
            "its id must",
        ),
    ] {
        let error = folder.read(&bytes).unwrap_err().to_string();
        assert!(error.contains(words), "{words}: {error}");
    }
}

#[test]
fn an_index_that_claims_much_takes_no_memory() {
    let folder = Folder::new();
    let one = block(&[(b"a", b"text")]);
    let [stored, plain_bytes, _] = one.claims;
    let json = serde_json::to_value(header(1, 4)).unwrap();
    for bytes in [
        file(&json, from_ref(&one), 1 << 60),
        file(&json, from_ref(&one), u64::MAX),
        forged(
            &header(1, 4),
            &[claiming(&one, [stored, plain_bytes, 1 << 60])],
        ),
        forged(
            &header(2, 4),
            &[
                claiming(&one, [stored, plain_bytes, u64::MAX]),
                claiming(&one, [stored, plain_bytes, 3]),
            ],
        ),
        forged(&header(1, 4), &[claiming(&one, [stored, 1 << 60, 1])]),
        forged(&header(1, 4), &[claiming(&one, [1 << 60, 1 << 60, 1])]),
        forged(
            &header(1, 4),
            &[claiming(&one, [u64::MAX - 40, 64 << 20, 1])],
        ),
    ] {
        let error = folder.read(&bytes).unwrap_err();
        assert!(matches!(error, CourseError::Damaged { .. }), "{error}");
    }
    let mut bytes = MARK.to_vec();
    bytes.extend(u32::MAX.to_le_bytes());
    bytes.extend([0; 64]);
    assert!(matches!(
        folder.read(&bytes),
        Err(CourseError::Header { .. })
    ));
}

#[test]
fn a_bomb_in_a_block_is_refused_before_it_grows() {
    let folder = Folder::new();
    // 256 MiB of zeros in some kilobytes, told as 100 bytes and told as they are.
    let zeros = vec![0u8; 256 << 20];
    let bomb = packed(&plain(&[(b"a", &zeros)]), 1);
    drop(zeros);
    assert!(bomb.stored.len() < 64 << 10);
    let quiet = claiming(&bomb, [bomb.claims[0], 100, 1]);
    for (blocks, bytes) in [
        (vec![claiming(&quiet, [quiet.claims[0], 100, 1])], 80),
        (vec![bomb.clone()], 256 << 20),
    ] {
        let before = peak_memory();
        let error = folder
            .read(&forged(&header(1, bytes), &blocks))
            .unwrap_err();
        assert!(matches!(error, CourseError::Damaged { .. }), "{error}");
        let grown = peak_memory().saturating_sub(before);
        assert!(grown < 32 << 20, "{grown} bytes more");
    }
}

/// The most memory this process has had so far, in bytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        * 1024
}

/// A number near another, near a power of two, or anything.
fn claim(truth: u64) -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => Just(truth),
        2 => (0u64..8).prop_map(move |more| truth.wrapping_add(more).wrapping_sub(4)),
        1 => (0u32..64).prop_map(|bit| 1 << bit),
        1 => any::<u64>(),
    ]
}

fn hostile_block() -> impl Strategy<Value = Block> {
    let plain = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60),
        Just(plain(&[(b"a", b"text"), (b"b", b"")])),
        Just(plain(&[(b"c", "é".as_bytes())])),
    ];
    let stored = (plain, any::<bool>()).prop_map(|(plain, raw)| match raw {
        true => Block {
            claims: [plain.len() as u64, plain.len() as u64, 1],
            stored: plain,
            digest: None,
        },
        false => packed(&plain, 2),
    });
    stored.prop_flat_map(|block| {
        let [stored, plain, documents] = block.claims;
        (claim(stored), claim(plain), claim(documents)).prop_map(
            move |(stored, plain, documents)| claiming(&block, [stored, plain, documents]),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn whatever_a_file_with_right_digests_claims_it_is_an_error_and_nothing_worse(
        blocks in prop::collection::vec(hostile_block(), 0..4),
        documents in claim(3),
        bytes in claim(6),
        count in claim(2),
    ) {
        let header = serde_json::to_value(header(documents, bytes)).unwrap();
        let bytes = file(&header, &blocks, count);
        prop_assert!(Folder::new().read(&bytes).is_err());
    }
}
