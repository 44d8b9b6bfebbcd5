//! The gate `duplicate-review`: a bundle, and as the file `note.txt` what the corpus kept of an earlier one. Without it
//! the bundle meets its own twin, sent before by somebody else.

#![no_main]

use libfuzzer_sys::fuzz_target;
use prism_gate_duplicate_review::{Config, DuplicateReview, review};
use prism_gate_sdk::MAX_EVIDENCE;
use prism_gate_sdk::corpus::{Corpus, CorpusError, Fingerprint, Neighbour};

struct Earlier(Option<String>);

impl Corpus for Earlier {
    fn nearest(&self, asked: &Fingerprint, _limit: u32) -> Result<Vec<Neighbour>, CorpusError> {
        assert!(asked.note.len() <= 64 << 10, "the note is too long");
        Ok(vec![Neighbour {
            submission: "earlier".to_owned(),
            hotkey: "somebody".to_owned(),
            similarity: 1.0,
            note: self.0.clone().unwrap_or_else(|| asked.note.clone()),
        }])
    }
}

fuzz_target!(|data: &[u8]| {
    let mut files = prism_fuzz::files(data);
    let note = files.remove("note.txt");
    let note = note.map(|note| String::from_utf8_lossy(&note).into_owned());
    let report = review(&Earlier(note), &prism_fuzz::input(files), &Config::default());
    assert!(report.evidence.len() <= MAX_EVIDENCE);
    prism_fuzz::check::<DuplicateReview>(&report);
});
