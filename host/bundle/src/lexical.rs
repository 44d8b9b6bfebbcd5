//! Lexical rules: what text may look like before any parser sees it.
//!
//! They close the gap between what a reader sees, what a gate's parser reads and what CPython runs
//! (coding cookies, bidirectional text, look-alike identifiers, form feeds, f-strings that end
//! elsewhere before Python 3.12), and bound what a recursive parser would recurse into.

mod characters;
mod cookie;
mod scan;
mod text_literal;

use std::collections::BTreeMap;

use crate::limits::{MAX_LINE_BYTES, MAX_PYTHON_BYTES, MAX_TOTAL_TOKENS};
use crate::refusal::{Findings, Rule};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Checks every file and gives them without byte order marks.
pub(crate) fn check(
    files: BTreeMap<String, Vec<u8>>,
    findings: &mut Findings,
) -> BTreeMap<String, Vec<u8>> {
    let files: BTreeMap<_, _> = files
        .into_iter()
        .map(|(path, content)| (path, without_mark(content)))
        .collect();
    let mut tokens = 0;
    for (path, content) in &files {
        match std::str::from_utf8(content) {
            Err(error) => {
                // The valid part before the error locates it.
                let before = content.get(..error.valid_up_to()).unwrap_or_default();
                let text = String::from_utf8_lossy(before);
                let message = "the file is not UTF-8 from here on; save it as UTF-8";
                findings.at(Rule::Encoding, path, &text, text.len(), message);
            }
            Ok(text) => {
                characters::check(path, text, findings);
                if path.ends_with(".py") {
                    tokens += python(path, text, findings);
                }
            }
        }
    }
    if tokens > MAX_TOTAL_TOKENS {
        let message = format!(
            "the Python files have {tokens} tokens together; at most {MAX_TOTAL_TOKENS} are allowed"
        );
        findings.whole(Rule::Tokens, message);
    }
    files
}

fn without_mark(mut content: Vec<u8>) -> Vec<u8> {
    if content.starts_with(BYTE_ORDER_MARK) {
        content.drain(..BYTE_ORDER_MARK.len());
    }
    content
}

/// Checks one Python file and counts its tokens.
fn python(path: &str, text: &str, findings: &mut Findings) -> usize {
    if text.len() > MAX_PYTHON_BYTES {
        let message = format!(
            "the file has {} bytes; Python files may have {MAX_PYTHON_BYTES}",
            text.len()
        );
        findings.file(Rule::Length, path, message);
        return 0;
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.len() > MAX_LINE_BYTES {
            let message = format!(
                "the line has {} bytes; at most {MAX_LINE_BYTES} are allowed",
                line.len()
            );
            findings.at(Rule::Length, path, text, at, message);
        }
        at += line.len();
    }
    cookie::check(path, text, findings);
    scan::scan(path, text, findings)
}
