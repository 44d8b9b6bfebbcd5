#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test"
)]

use std::os::fd::AsFd;

use proptest::prelude::*;

use super::frame::{Assembler, FrameError, MAX_FRAME, encode, read};
use super::memory::{Regions, SharedMemory};
use super::*;

fn feed(assembler: &mut Assembler, bytes: &[u8]) -> Result<Vec<FromWorker>, FrameError> {
    let mut messages = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let take = assembler.wanted()?.min(rest.len());
        assembler.push(&rest[..take]);
        rest = &rest[take..];
        while let Some(message) = assembler.message()? {
            messages.push(message);
        }
    }
    Ok(messages)
}

fn framed(json: &str) -> Vec<u8> {
    let mut bytes = u32::try_from(json.len()).unwrap().to_le_bytes().to_vec();
    bytes.extend_from_slice(json.as_bytes());
    bytes
}

fn any_message() -> impl Strategy<Value = FromWorker> {
    prop_oneof![
        (any::<u32>(), any::<u32>(), any::<String>()).prop_map(|(protocol, pid, python)| {
            FromWorker::Hello {
                protocol,
                pid,
                python,
                torch: String::new(),
            }
        }),
        (any::<u32>(), any::<u32>()).prop_map(|(batch_size, seq_len)| FromWorker::Open {
            api: Api::Fast,
            batch_size,
            seq_len
        }),
        (any::<u64>(), any::<Option<u64>>(), any::<Option<i32>>()).prop_map(
            |(step, model_params, logit)| FromWorker::Predicted {
                step,
                model_params,
                largest_logit: logit.map(f64::from),
            }
        ),
        (any::<u64>(), any::<Vec<i64>>()).prop_map(|(step, got)| FromWorker::BadOutput {
            step,
            problem: OutputProblem::Shape { got }
        }),
        Just(FromWorker::Finished {}),
        (any::<String>(), any::<Vec<u64>>()).prop_map(|(name, shape)| FromWorker::State(
            StateHead {
                name,
                kind: StateKind::Buffer,
                dtype: StateType::Bfloat16,
                shape,
            }
        )),
        (
            any::<String>(),
            any::<Option<String>>(),
            any::<Option<u32>>()
        )
            .prop_map(|(class, file, line)| {
                FromWorker::Raised(Raised {
                    phase: Phase::Train,
                    class,
                    file,
                    line,
                    traceback: None,
                })
            }),
    ]
}

proptest! {
    #[test]
    fn a_stream_reads_the_same_in_whatever_pieces_it_comes(
        messages in prop::collection::vec(any_message(), 1..8),
        piece in 1usize..40,
    ) {
        let bytes: Vec<u8> = messages.iter().flat_map(|message| encode(message).unwrap()).collect();
        let mut assembler = Assembler::default();
        let mut got = Vec::new();
        for chunk in bytes.chunks(piece) {
            got.extend(feed(&mut assembler, chunk).unwrap());
        }
        prop_assert_eq!(got, messages);
    }

    #[test]
    fn arbitrary_bytes_are_refused_or_awaited_and_never_stored_beyond_the_bound(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let mut assembler = Assembler::default();
        let _ = feed(&mut assembler, &bytes);
        prop_assert!(assembler.wanted().map_or(true, |wanted| wanted <= MAX_FRAME + 4));
    }

    #[test]
    fn arbitrary_json_behind_a_right_length_never_panics(text in "\\PC{0,200}") {
        let _ = feed(&mut Assembler::default(), &framed(&text));
    }

    #[test]
    fn a_changed_byte_of_a_message_is_another_message_or_refused(
        message in any_message(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = encode(&message).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = feed(&mut Assembler::default(), &bytes);
    }
}

#[test]
fn strictness_row_by_row() {
    for (sentence, json) in [
        ("an unknown type", r#"{"type":"launch"}"#),
        (
            "an unknown field",
            r#"{"type":"trained","step":1,"more":2}"#,
        ),
        (
            "an unknown field in a message without fields",
            r#"{"type":"finished","more":2}"#,
        ),
        ("a field twice", r#"{"type":"trained","step":1,"step":2}"#),
        ("a missing field", r#"{"type":"trained"}"#),
        (
            "an interface of another version",
            r#"{"type":"open","api":"faster","batch_size":1,"seq_len":2}"#,
        ),
        (
            "a stream opened without its interface",
            r#"{"type":"open","batch_size":1,"seq_len":2}"#,
        ),
        ("a negative step", r#"{"type":"trained","step":-1}"#),
        ("a fractional step", r#"{"type":"trained","step":1.5}"#),
        (
            "a step beyond 64 bits",
            r#"{"type":"trained","step":99999999999999999999}"#,
        ),
        (
            "two messages in one frame",
            r#"{"type":"finished"}{"type":"finished"}"#,
        ),
        ("a list", r#"["finished"]"#),
        ("deep nesting", &"[".repeat(5000)),
    ] {
        let refused = feed(&mut Assembler::default(), &framed(json));
        assert!(
            matches!(
                refused,
                Err(FrameError::Malformed(_) | FrameError::NotAnObject)
            ),
            "{sentence} is refused"
        );
    }
}

#[test]
fn lengths_are_checked_before_content() {
    let mut long = u32::try_from(MAX_FRAME + 1).unwrap().to_le_bytes().to_vec();
    long.push(b'{');
    assert!(matches!(
        feed(&mut Assembler::default(), &long),
        Err(FrameError::TooLong(_))
    ));
    assert!(matches!(
        read::<FromWorker>(&mut long.as_slice()),
        Err(FrameError::TooLong(_))
    ));
    assert!(matches!(
        feed(&mut Assembler::default(), &[0; 4]),
        Err(FrameError::Empty)
    ));
    let huge = FromWorker::Raised(Raised {
        phase: Phase::Train,
        class: "x".repeat(MAX_FRAME),
        file: None,
        line: None,
        traceback: None,
    });
    assert!(matches!(encode(&huge), Err(FrameError::TooLong(_))));
}

#[test]
fn regions_follow_one_another_and_bound_the_logits() {
    let regions = Regions::for_cells(1000, 257).unwrap();
    assert_eq!(regions.tokens.bytes, 8000);
    assert_eq!(regions.charges.offset, 8000);
    assert_eq!(regions.logits.bytes, 1000 * 257 * 4);
    assert_eq!(regions.total(), regions.state.offset + STATE_CHUNK_BYTES);
    assert_eq!(
        Regions::for_cells(1 << 20, 50_257).unwrap().logits.bytes,
        LOGITS_BYTES
    );
    assert!(Regions::for_cells(u64::MAX, 257).is_err());
    assert!(Regions::for_cells(u64::MAX / 17, 257).is_err());
}

#[test]
fn what_one_end_writes_the_other_reads() {
    let regions = Regions::for_cells(64, 5).unwrap();
    let ours = SharedMemory::create(regions).unwrap();
    let theirs = SharedMemory::from_fd(ours.fd().try_clone_to_owned().unwrap(), regions).unwrap();
    ours.write_tokens(&[1, -2, i64::MAX]).unwrap();
    assert_eq!(theirs.read_tokens(3).unwrap(), [1, -2, i64::MAX]);
    theirs.write_charges(&[0.5, f64::INFINITY]).unwrap();
    theirs.write_logits(&[1.25; 320]).unwrap();
    theirs.write_state(b"state").unwrap();
    assert_eq!(ours.read_charges(2).unwrap(), [0.5, f64::INFINITY]);
    assert_eq!(ours.read_logits(320).unwrap(), [1.25; 320]);
    assert_eq!(ours.read_state(5).unwrap(), b"state");
    assert!(theirs.write_charges(&[0.0; 65]).is_err());
    assert!(ours.read_tokens(65).is_err());
    assert!(ours.read_tokens(usize::MAX).is_err());
}

#[test]
fn the_other_end_can_neither_shrink_nor_grow_nor_unseal() {
    let regions = Regions::for_cells(64, 5).unwrap();
    let ours = SharedMemory::create(regions).unwrap();
    let theirs = std::fs::File::from(ours.fd().try_clone_to_owned().unwrap());
    assert!(theirs.set_len(10).is_err());
    assert!(theirs.set_len(regions.total() + 1).is_err());
    assert!(rustix::fs::fcntl_add_seals(theirs.as_fd(), rustix::fs::SealFlags::WRITE).is_err());
}

#[test]
fn memory_that_is_not_as_announced_is_refused() {
    let regions = Regions::for_cells(64, 5).unwrap();
    let other = Regions::for_cells(65, 5).unwrap();
    let ours = SharedMemory::create(other).unwrap();
    assert!(SharedMemory::from_fd(ours.fd().try_clone_to_owned().unwrap(), regions).is_err());
    let unsealed = tempfile::tempfile().unwrap();
    unsealed.set_len(regions.total()).unwrap();
    assert!(SharedMemory::from_fd(unsealed.into(), regions).is_err());
}
