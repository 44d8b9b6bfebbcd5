//! Rules about names: of one entry, and of all of them together.

use std::collections::{BTreeMap, BTreeSet};

use crate::Raw;
use crate::limits::{
    MAX_ENTRIES, MAX_FILES, MAX_PATH_BYTES, MAX_PATH_DEPTH, MAX_SEGMENT_BYTES, MAX_TOTAL_BYTES,
    SUFFIXES,
};
use crate::refusal::{Findings, Rule};

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Folder,
}

pub(crate) fn too_many(count: usize, findings: &mut Findings) {
    let message = format!(
        "{count} entries; at most {MAX_FILES} files and {MAX_ENTRIES} entries with folders are allowed"
    );
    findings.whole(Rule::Entries, message);
}

pub(crate) fn too_large(findings: &mut Findings) {
    findings.whole(
        Rule::Size,
        format!("the files have more than {MAX_TOTAL_BYTES} bytes together"),
    );
}

/// A name as it can be shown: escaped, and cut.
pub(crate) fn shown(raw: &[u8]) -> String {
    let cut = raw.get(..MAX_PATH_BYTES).unwrap_or(raw);
    let more = if cut.len() < raw.len() { "..." } else { "" };
    format!("{}{more}", cut.escape_ascii())
}

/// Checks one name and gives it as text when it is a plain relative path; a folder's comes without `/`.
pub(crate) fn check<'a>(raw: &'a [u8], kind: Kind, findings: &mut Findings) -> Option<&'a str> {
    let mut refuse = |rule, message: String| {
        findings.file(rule, &shown(raw), message);
        None
    };
    let path = match kind {
        Kind::Folder => raw.strip_suffix(b"/").unwrap_or(raw),
        Kind::File => raw,
    };
    let problem = if path.is_empty() {
        Some("the name is empty".to_owned())
    } else if path.starts_with(b"/") {
        Some("the name is absolute; paths start at the bundle's root".to_owned())
    } else if path.contains(&b'\\') {
        Some("the name has a backslash; folders are separated by `/`".to_owned())
    } else if path.get(1) == Some(&b':') {
        Some("the name starts with a drive letter; paths start at the bundle's root".to_owned())
    } else if path.iter().any(u8::is_ascii_control) {
        Some("the name has a control character".to_owned())
    } else if !path.is_ascii() {
        Some("the name has characters beyond ASCII; rename the file".to_owned())
    } else if path.len() > MAX_PATH_BYTES {
        Some(format!(
            "the name has {} bytes; at most {MAX_PATH_BYTES} are allowed",
            path.len()
        ))
    } else {
        None
    };
    let text = match (problem, std::str::from_utf8(path)) {
        (None, Ok(text)) => text,
        (problem, _) => return refuse(Rule::Name, problem.unwrap_or_default()),
    };
    if text.split('/').count() > MAX_PATH_DEPTH {
        return refuse(
            Rule::Name,
            format!("more than {MAX_PATH_DEPTH} folders deep"),
        );
    }
    if let Some(problem) = text.split('/').find_map(segment_problem) {
        return refuse(Rule::Name, problem);
    }
    if kind == Kind::File && !SUFFIXES.iter().any(|suffix| text.ends_with(suffix)) {
        let lower = text.to_ascii_lowercase();
        let message = if SUFFIXES.iter().any(|suffix| lower.ends_with(suffix)) {
            "the suffix must be in lower case".to_owned()
        } else {
            format!(
                "files of this kind are not allowed; allowed are {}",
                SUFFIXES.join(" ")
            )
        };
        return refuse(Rule::Suffix, message);
    }
    Some(text)
}

fn segment_problem(segment: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-. +()@=,".contains(&byte);
    if segment.is_empty() {
        Some("the name has an empty part (`//`)".to_owned())
    } else if segment == "." || segment == ".." {
        Some(format!(
            "the name has the part `{segment}`; paths stay inside the bundle"
        ))
    } else if segment == "__MACOSX" || segment == ".DS_Store" {
        Some("this is an addition of macOS; zip with `zip -r bundle.zip . -x '*.DS_Store' '__MACOSX/*'`".to_owned())
    } else if segment == "__pycache__" {
        Some("compiled files are not part of a bundle; remove the folder `__pycache__`".to_owned())
    } else if segment.starts_with('.') {
        Some(format!(
            "hidden files and folders such as `{segment}` are not part of a bundle; remove it"
        ))
    } else if segment.len() > MAX_SEGMENT_BYTES {
        Some(format!(
            "a part of the name is longer than {MAX_SEGMENT_BYTES} bytes"
        ))
    } else if segment.starts_with(' ') || segment.ends_with([' ', '.']) {
        Some("a part of the name starts or ends with a space, or ends with a dot".to_owned())
    } else {
        let byte = segment.bytes().find(|byte| !plain(*byte))?;
        Some(format!(
            "the name has the character `{}`; use letters, digits, `_`, `-` and `.`",
            char::from(byte)
        ))
    }
}

/// The folder in which every file lies, if there is one.
fn wrapping(raw: &Raw) -> Option<&str> {
    let mut tops = raw
        .files
        .keys()
        .map(|path| path.split_once('/').map(|(top, _)| top));
    let top = tops.next()??;
    tops.all(|other| other == Some(top)).then_some(top)
}

/// Takes one wrapping folder off, when every file lies in it. A second one is refused, so that a bundle which is
/// closed again stays the same.
pub(crate) fn unwrap_folder(raw: Raw, findings: &mut Findings) -> Raw {
    let Some(prefix) = wrapping(&raw).map(|top| format!("{top}/")) else {
        return raw;
    };
    let strip = |path: &String| path.strip_prefix(&prefix).map(str::to_owned);
    let raw = Raw {
        folders: raw.folders.iter().filter_map(strip).collect(),
        files: raw
            .files
            .into_iter()
            .filter_map(|(path, content)| Some((strip(&path)?, content)))
            .collect(),
    };
    if let Some(second) = wrapping(&raw) {
        let message = "every file lies in two folders, one inside the other; put the files into one, or into none";
        findings.file(Rule::Name, second, message);
    }
    raw
}

/// Checks the names against each other.
pub(crate) fn check_tree(raw: &Raw, findings: &mut Findings) {
    if raw.files.len() > MAX_FILES {
        too_many(raw.files.len(), findings);
    }
    let implied = raw.files.keys().flat_map(|path| parents(path));
    let folders: BTreeSet<&str> = implied
        .chain(raw.folders.iter().map(String::as_str))
        .chain(raw.folders.iter().flat_map(|path| parents(path)))
        .collect();
    for path in raw
        .files
        .keys()
        .filter(|path| folders.contains(path.as_str()))
    {
        findings.file(
            Rule::Collision,
            path,
            "this path is both a file and a folder",
        );
    }
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for path in folders
        .iter()
        .copied()
        .chain(raw.files.keys().map(String::as_str))
    {
        if let Some(other) = seen.insert(path.to_ascii_lowercase(), path)
            && other != path
        {
            findings.file(
                Rule::Collision,
                path,
                format!("this path differs from `{other}` by case alone"),
            );
        }
    }
}

fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}
