//! A `tokenizer.json` as a bundle brings it, and a text to read with it: the first line that is `=== ` divides them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use prism_tokenizer::{Codec, Tokenizer};

const DIVIDE: &[u8] = b"\n=== \n";

fuzz_target!(|data: &[u8]| {
    let at = data.windows(DIVIDE.len()).position(|window| window == DIVIDE);
    let (json, text) = match at {
        Some(at) => (&data[..at], &data[at + DIVIDE.len()..]),
        None => (data, &b"the quick  brown\n\nfox's 12 \xc3\xa9"[..]),
    };
    let Ok(tokenizer) = Tokenizer::from_json("tokenizer.json", json) else {
        return;
    };
    // What the host made of it reads the same on the supervisor's side.
    let vocabulary = tokenizer.to_vocabulary().unwrap();
    let read = Tokenizer::from_vocabulary("tokenizer.json", &vocabulary).unwrap();
    assert_eq!(read.fingerprint(), tokenizer.fingerprint());
    let text = String::from_utf8_lossy(text);
    let ids = read.encode(&text);
    assert_eq!(ids, tokenizer.encode(&text));
    for id in &ids {
        assert!(*id < read.vocab_size() && *id != read.separator());
        assert!(read.byte_len(*id) > 0);
    }
    assert_eq!(read.decode(&ids), text.as_bytes());
});
