//! Runs the self-test cases natively, with their recorded answers in place of a corpus.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use std::cell::RefCell;

use prism_gate_duplicate_review::{Config, review};
use prism_gate_sdk::corpus::{Corpus, CorpusError, Fingerprint, Neighbour};
use prism_gate_sdk::{Value, cases};

/// Answers each call with the next recorded answer; without any the corpus is empty, as in a host.
struct Recorded<'a> {
    answers: RefCell<std::slice::Iter<'a, Value>>,
    is_empty: bool,
}

impl Corpus for Recorded<'_> {
    fn nearest(&self, _: &Fingerprint, _: u32) -> Result<Vec<Neighbour>, CorpusError> {
        if self.is_empty {
            return Ok(Vec::new());
        }
        let mut answers = self.answers.borrow_mut();
        let Some(call) = answers.next() else {
            return Err(CorpusError::Unavailable("nothing is recorded".to_owned()));
        };
        let answer = &call["answer"];
        if let Some(why) = answer["error"]["unavailable"].as_str() {
            return Err(CorpusError::Unavailable(why.to_owned()));
        }
        let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
        let found = answer["ok"].as_array().unwrap().iter();
        Ok(found
            .map(|one| Neighbour {
                submission: text(one, "submission"),
                hotkey: text(one, "hotkey"),
                similarity: one["similarity"].as_f64().unwrap(),
                note: text(one, "note"),
            })
            .collect())
    }
}

#[test]
fn every_case_gets_its_expected_verdict_and_findings() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/cases");
    let run = cases::check(folder, |case| {
        let config: Config = serde_json::from_str(&case.config).unwrap();
        let corpus = Recorded {
            answers: RefCell::new(case.host_calls.iter()),
            is_empty: case.host_calls.is_empty(),
        };
        review(&corpus, &case.input, &config)
    });
    assert!(run.unwrap() >= 4);
}
