//! A corpus in memory, with the host's index: 42 bands of 3 values, the last fingerprint of each scheme.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use prism_gate_duplicate_review::{Config, review};
use prism_gate_sdk::corpus::{Corpus, CorpusError, Fingerprint, Neighbour, Sketch};
use prism_gate_sdk::{Bundle, Input, Report};

pub type Files = BTreeMap<String, String>;

#[derive(Default)]
pub struct Memory {
    /// Per scheme, in the order of intake: submission, hotkey, sketch, note.
    kept: BTreeMap<String, Vec<(String, String, Sketch, String)>>,
    next: usize,
}

struct Asked<'a> {
    memory: &'a Memory,
    calls: RefCell<Vec<Fingerprint>>,
}

impl Corpus for Asked<'_> {
    fn nearest(
        &self,
        fingerprint: &Fingerprint,
        limit: u32,
    ) -> Result<Vec<Neighbour>, CorpusError> {
        assert!(fingerprint.note.len() <= 64 << 10, "the note is too long");
        self.calls.borrow_mut().push(fingerprint.clone());
        if self.calls.borrow().len() > 16 {
            return Err(CorpusError::BudgetExhausted);
        }
        let bands = |sketch: &Sketch| -> Vec<Vec<u64>> {
            sketch
                .values()
                .chunks_exact(3)
                .map(<[u64]>::to_vec)
                .collect()
        };
        let asked = bands(&fingerprint.sketch);
        let kept = self.memory.kept.get(&fingerprint.scheme);
        let mut found: Vec<Neighbour> = kept
            .into_iter()
            .flatten()
            .filter(|(_, _, sketch, _)| bands(sketch).iter().zip(&asked).any(|(a, b)| a == b))
            .map(|(submission, hotkey, sketch, note)| Neighbour {
                submission: submission.clone(),
                hotkey: hotkey.clone(),
                similarity: sketch.similarity(&fingerprint.sketch),
                note: note.clone(),
            })
            .collect();
        found.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
        found.truncate(limit as usize);
        Ok(found)
    }
}

impl Memory {
    /// Judges a bundle and keeps its fingerprints.
    pub fn submit(&mut self, hotkey: &str, files: &Files) -> Report {
        let mut input = Input {
            bundle: Bundle::new(
                files
                    .iter()
                    .map(|(path, text)| (path.clone(), text.as_bytes().to_vec()))
                    .collect(),
            ),
            ..Input::default()
        };
        input.submission.hotkey = hotkey.to_owned();
        // What the contract gate would say, for files that are laid out alike.
        for (fact, path) in [
            ("arch_hash", "architecture.py"),
            ("training_hash", "training.py"),
        ] {
            let code = files[path].lines().filter(|line| !line.trim().is_empty());
            input.facts.set(fact, code.collect::<Vec<_>>().join("\n"));
        }
        let asked = Asked {
            memory: self,
            calls: RefCell::default(),
        };
        let report = review(&asked, &input, &Config::default());
        let calls = asked.calls.into_inner();
        self.next += 1;
        let id = format!("submission-{}", self.next);
        let last: BTreeMap<String, Fingerprint> = calls
            .into_iter()
            .map(|call| (call.scheme.clone(), call))
            .collect();
        for (scheme, call) in last {
            let place = (id.clone(), hotkey.to_owned(), call.sketch, call.note);
            self.kept.entry(scheme).or_default().push(place);
        }
        report
    }
}

/// The files of a bundle's folder.
pub fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

pub fn batteries() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/batteries")
}

/// A work of somebody's: `decay`, `pyramid` or `crossed`.
pub fn victim(name: &str) -> Files {
    let folder = match name {
        "decay" => "ID-01-packed-again/bundle",
        "pyramid" => "ID-02-renamed/earlier/original",
        _ => "ID-07-same-graph/bundle",
    };
    files(&batteries().join("attacks").join(folder))
}

/// The rules of a report's findings.
pub fn rules(report: &Report) -> BTreeSet<&str> {
    report
        .evidence
        .iter()
        .map(|found| found.rule.as_str())
        .collect()
}
