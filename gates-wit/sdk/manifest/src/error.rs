//! Why a manifest was refused, and where.

use std::fmt;

use thiserror::Error;

use crate::yaml::{MAX_BYTES, MAX_DEPTH, Place};

/// A refused manifest. `Display` gives the message without the place; the place is in the fields.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct ManifestError {
    /// The manifest; for a default that does not hold (no manifest, no `architecture.py`), the missing file.
    pub path: String,
    /// 1-based line in the manifest; none when the whole file or its absence is meant.
    pub line: Option<u32>,
    /// 1-based column.
    pub column: Option<u32>,
    /// What is wrong.
    pub problem: Problem,
}

impl ManifestError {
    pub(crate) fn at(path: &str, place: Place, problem: Problem) -> Self {
        Self {
            path: path.to_owned(),
            line: Some(place.line),
            column: Some(place.column),
            problem,
        }
    }

    pub(crate) fn whole(path: &str, problem: Problem) -> Self {
        Self {
            path: path.to_owned(),
            line: None,
            column: None,
            problem,
        }
    }
}

impl fmt::Display for ManifestError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(out)
    }
}

/// What is wrong with a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// Both spellings of the name are there.
    #[error("both prism.yaml and prism.yml are in the bundle; keep one")]
    TwoManifests,
    /// Larger than the limit.
    #[error("the manifest has {bytes} bytes; at most {MAX_BYTES} are allowed")]
    TooLong {
        /// Its size.
        bytes: usize,
    },
    /// Not UTF-8.
    #[error("the manifest is not UTF-8")]
    NotUtf8,
    /// No YAML.
    #[error("this is not valid YAML: {detail}")]
    Syntax {
        /// The parser's words.
        detail: String,
    },
    /// Nested too deep.
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// `&name`.
    #[error("anchors (`&name`) are not allowed; write the value out")]
    Anchor,
    /// `*name`.
    #[error("aliases (`*name`) are not allowed; write the value out")]
    Alias,
    /// `!tag`.
    #[error("tags (`!name`) are not allowed")]
    Tag,
    /// `%YAML` and `%TAG`.
    #[error("directives (`%...`) are not allowed")]
    Directive,
    /// `<<`.
    #[error("merge keys (`<<`) are not allowed; write the keys out")]
    MergeKey,
    /// More than one document.
    #[error("a manifest is one document; remove the second `---`")]
    SeveralDocuments,
    /// A key that is no scalar.
    #[error("a key must be a text, and this one is {kind}")]
    KeyKind {
        /// What it is.
        kind: &'static str,
    },
    /// The same key twice.
    #[error("the key `{key}` is already on line {first}")]
    DuplicateKey {
        /// The key.
        key: String,
        /// 1-based line of the first.
        first: u32,
    },
    /// A key that means nothing.
    #[error("unknown key `{key}`; {hint}")]
    UnknownKey {
        /// The key, with the keys it is under.
        key: String,
        /// What to write instead.
        hint: String,
    },
    /// A value of the wrong kind.
    #[error("`{key}` must be {wanted}, and it is {found}{advice}")]
    WrongKind {
        /// The key, with the keys it is under.
        key: String,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
        /// How to repair it, when that is plain.
        advice: &'static str,
    },
    /// A value out of a fixed list.
    #[error("`{key}` can't be `{value}`; {hint}")]
    UnknownValue {
        /// The key.
        key: &'static str,
        /// What was written.
        value: String,
        /// What to write instead.
        hint: String,
    },
    /// Two keys that say the same thing.
    #[error("`{first}` and `{second}` both name the function; keep one")]
    NamedTwice {
        /// The first key.
        first: String,
        /// The second.
        second: String,
    },
    /// A path in a form that no bundle file has.
    #[error("`{value}` is no bundle path: {why}")]
    BadPath {
        /// What was written.
        value: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No Python identifier.
    #[error("`{value}` is no function name: letters, digits and `_`, not starting with a digit")]
    BadSymbol {
        /// What was written.
        value: String,
    },
    /// A text with characters or a length that its purpose does not allow.
    #[error("`{key}` must be 1 to {max} printable characters")]
    BadText {
        /// The key.
        key: &'static str,
        /// Characters at most.
        max: usize,
    },
    /// A declared file that the bundle lacks. Paths are compared byte for byte.
    #[error("the bundle has no file `{path}`{hint}")]
    MissingFile {
        /// The path.
        path: String,
        /// A file of the same base name elsewhere.
        hint: String,
    },
    /// Both entry points in one file.
    #[error("architecture and training must be two different files, and both are `{path}`")]
    SameFile {
        /// The file.
        path: String,
    },
}
