//! What a worker sends over the run's socket, in pieces as a socket hands them over.

#![no_main]

use libfuzzer_sys::fuzz_target;
use prism_protocol::wire::FromWorker;
use prism_protocol::wire::frame::{Assembler, MAX_FRAME, encode};

/// A header and a whole frame: what a reader may be made to hold.
const HELD: usize = MAX_FRAME + 4;

fuzz_target!(|data: &[u8]| {
    let mut assembler = Assembler::default();
    let mut rest = data;
    // Pieces of 1 to 4,096 bytes, as long as the input says; never more than is wanted.
    let mut piece = data.len() % 4096 + 1;
    loop {
        match assembler.message::<FromWorker>() {
            Ok(Some(message)) => {
                // What was understood can be said again and means the same.
                let bytes = encode(&message).unwrap();
                let mut again = Assembler::default();
                again.push(&bytes);
                let heard: FromWorker = again.message().unwrap().unwrap();
                assert_eq!(encode(&heard).unwrap(), bytes);
                continue;
            }
            Ok(None) => {}
            Err(_) => return,
        }
        let Ok(wanted) = assembler.wanted() else {
            return;
        };
        assert!(wanted > 0 && wanted <= HELD);
        let take = wanted.min(piece).min(rest.len());
        if take == 0 {
            return;
        }
        let (now, later) = rest.split_at(take);
        assembler.push(now);
        rest = later;
        piece = piece.rotate_left(3) % 4096 + 1;
    }
});
