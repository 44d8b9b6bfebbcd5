//! A refused bundle: every finding, each under a rule with an id.

use std::collections::HashMap;

use prism_store::verdict::{Evidence, Severity};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Most findings of one rule in one file.
const PER_FILE: usize = 5;

/// Most findings of one bundle.
const PER_BUNDLE: usize = 200;

/// A bundle that is not closed or not lexically plain. No gate has seen it.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("the bundle is refused: {}", self.summary())]
pub struct Refusal {
    /// What is wrong, in the order it was found; at least one.
    pub evidence: Vec<Evidence>,
}

impl Refusal {
    /// The first finding in one line, and how many there are beside it.
    #[must_use]
    pub fn summary(&self) -> String {
        let Some(first) = self.evidence.first() else {
            return "no finding".to_owned();
        };
        let place = match (&first.path, first.line) {
            (Some(path), Some(line)) => format!("{path}:{line}: "),
            (Some(path), None) => format!("{path}: "),
            _ => String::new(),
        };
        let more = match self.evidence.len() - 1 {
            0 => String::new(),
            count => format!(" (and {count} more)"),
        };
        format!("{place}{} [{}]{more}", first.message, first.rule)
    }
}

macro_rules! rules {
    ($($name:ident $id:literal $summary:literal,)*) => {
        /// A rule of the closed bundle.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Rule {
            $(#[doc = $summary] $name,)*
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The id that evidence carries.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => concat!("prism:", $id),)* }
            }

            /// One sentence for people.
            #[must_use]
            pub fn summary(self) -> &'static str {
                match self { $(Self::$name => $summary,)* }
            }
        }
    };
}

rules! {
    Archive "bundle-archive" "The zip is well formed, and no two readers can see different files in it.",
    Entries "bundle-entries" "At most 200 files and 400 entries.",
    Size "bundle-size" "At most 2,000,000 bytes in all, and every file as large as announced.",
    Compression "bundle-compression" "Files are stored or deflated.",
    Encryption "bundle-encryption" "Nothing is encrypted.",
    Kind "bundle-kind" "Only regular files and folders: no links, no devices.",
    Name "bundle-name" "Names are short, relative and plain ASCII.",
    Suffix "bundle-suffix" "Files end in .py, .toml, .yaml, .yml, .json, .txt or .md.",
    Duplicate "bundle-duplicate" "No name twice.",
    Collision "bundle-collision" "No path is both file and folder, and no two paths differ by case alone.",
    Reserved "bundle-reserved-name" "No module is named like one of Python, torch or the harness.",
    Empty "bundle-empty" "There is at least one file.",
    Tokenizer "bundle-tokenizer" "A tokenizer.json that prism.yaml names is byte-level BPE in the form that is served.",
    Encoding "lexical-encoding" "Text is UTF-8 and says nothing else of itself.",
    Character "lexical-character" "No control, bidirectional or invisible characters.",
    Identifier "lexical-identifier" "Outside strings and comments Python is ASCII.",
    Length "lexical-length" "Python files and lines have a bounded length.",
    Nesting "lexical-nesting" "Brackets, indentation and operator chains have a bounded depth.",
    Tokens "lexical-tokens" "A bounded number of tokens.",
    Literals "lexical-literals" "A bounded number and size of literals.",
    Strings "lexical-string" "Strings end, and mean the same to every supported Python.",
}

/// Where a finding is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) line: Option<u32>,
    pub(crate) column: Option<u32>,
    pub(crate) snippet_hash: Option<String>,
}

impl Place {
    /// The place of a byte offset in a text. Lines end at a line feed or a lone carriage return.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let start = line_start(before);
        let newlines = before
            .bytes()
            .zip(before.bytes().skip(1).chain([b' ']))
            .filter(|pair| matches!(pair, (b'\n', _)) || (pair.0 == b'\r' && pair.1 != b'\n'))
            .count();
        let rest = text.get(start..).unwrap_or_default();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        let column = before.get(start..).unwrap_or_default().chars().count();
        Self {
            line: u32::try_from(newlines + 1).ok(),
            column: u32::try_from(column + 1).ok(),
            snippet_hash: Some(hex::encode(Sha256::digest(line.as_bytes()))),
        }
    }
}

fn line_start(before: &str) -> usize {
    before.rfind(['\n', '\r']).map_or(0, |at| at + 1)
}

/// Collects findings and keeps a hostile bundle from producing a flood of them.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    evidence: Vec<Evidence>,
    counts: HashMap<Rule, HashMap<String, usize>>,
    dropped: usize,
}

impl Findings {
    /// A finding about the whole bundle.
    pub(crate) fn whole(&mut self, rule: Rule, message: impl Into<String>) {
        self.push(rule, None, Place::default(), message.into());
    }

    /// A finding about one file or name.
    pub(crate) fn file(&mut self, rule: Rule, path: &str, message: impl Into<String>) {
        self.push(rule, Some(path), Place::default(), message.into());
    }

    /// A finding at a byte offset of a file's text.
    pub(crate) fn at(
        &mut self,
        rule: Rule,
        path: &str,
        text: &str,
        offset: usize,
        message: impl Into<String>,
    ) {
        if !self.skip(rule, path) {
            self.push(rule, Some(path), Place::of(text, offset), message.into());
        }
    }

    /// Counts a finding that would not be listed any more, so that a flood of them costs no message each.
    pub(crate) fn skip(&mut self, rule: Rule, path: &str) -> bool {
        let full = self.full(rule, Some(path));
        self.dropped += usize::from(full);
        full
    }

    /// Counts findings that the caller knows would be skipped.
    pub(crate) fn unlisted(&mut self, count: usize) {
        self.dropped += count;
    }

    fn full(&self, rule: Rule, path: Option<&str>) -> bool {
        let of_file = path.and_then(|path| self.counts.get(&rule)?.get(path));
        self.evidence.len() >= PER_BUNDLE || of_file.is_some_and(|count| *count >= PER_FILE)
    }

    fn push(&mut self, rule: Rule, path: Option<&str>, place: Place, message: String) {
        if self.full(rule, path) {
            self.dropped += 1;
            return;
        }
        if let Some(path) = path {
            let of_rule = self.counts.entry(rule).or_default();
            *of_rule.entry(path.to_owned()).or_default() += 1;
        }
        self.evidence.push(Evidence {
            rule: rule.id().to_owned(),
            path: path.map(str::to_owned),
            line: place.line,
            column: place.column,
            severity: Severity::Error,
            message,
            snippet_hash: place.snippet_hash,
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.evidence.is_empty()
    }

    /// The refusal, when anything was found.
    pub(crate) fn into_refusal(mut self) -> Option<Refusal> {
        let last = self.evidence.last()?.rule.clone();
        if self.dropped > 0 {
            self.evidence.push(Evidence {
                rule: last,
                path: None,
                line: None,
                column: None,
                severity: Severity::Info,
                message: format!(
                    "{} more findings of the same kinds are not listed",
                    self.dropped
                ),
                snippet_hash: None,
            });
        }
        Some(Refusal {
            evidence: self.evidence,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;

    #[test]
    fn places_count_characters_and_every_line_end() {
        let place = Place::of("é\r\nxé!y\n", "é\r\nxé".len());
        assert_eq!((place.line, place.column), (Some(2), Some(3)));
        assert_eq!(
            place.snippet_hash.unwrap(),
            hex::encode(Sha256::digest("xé!y".as_bytes()))
        );
        assert_eq!(Place::of("a\rb", 2).line, Some(2));
        assert_eq!(Place::of("a", 99).line, Some(1));
    }

    #[test]
    fn a_flood_is_cut_and_said_so() {
        let mut findings = Findings::default();
        for index in 0..1000 {
            findings.at(Rule::Identifier, "a.py", "x", 0, "bad");
            findings.whole(Rule::Name, format!("{index}"));
        }
        let refusal = findings.into_refusal().unwrap();
        assert_eq!(refusal.evidence.len(), PER_BUNDLE + 1);
        assert_eq!(
            refusal
                .evidence
                .iter()
                .filter(|one| one.path.is_some())
                .count(),
            PER_FILE
        );
        assert!(
            refusal
                .evidence
                .last()
                .unwrap()
                .message
                .starts_with("1800 more")
        );
    }

    #[test]
    fn rule_ids_are_distinct_and_in_the_two_families() {
        let ids: std::collections::BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        assert_eq!(ids.len(), Rule::ALL.len());
        assert!(
            ids.iter()
                .all(|id| id.starts_with("prism:bundle-") || id.starts_with("prism:lexical-"))
        );
    }
}
