//! Why a tokenizer can't be had. The messages go to miners and operators, so what they repeat of a file is cut short.

use thiserror::Error;

/// Why a tokenizer can't be had.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenizerError {
    /// The name is not built in.
    #[error(
        "tokenizer `{name}` is not built in; `bytes` and `gpt2` are, any other comes with a vocabulary"
    )]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// A file is longer than it may be.
    #[error("`{name}` has {bytes} bytes; it may have {limit}")]
    TooLong {
        /// The file, as the manifest or the settings spell it.
        name: String,
        /// Its length.
        bytes: usize,
        /// The bound.
        limit: usize,
    },
    /// A file is not of its format at all.
    #[error("`{name}` can't be read: {problem}")]
    Unreadable {
        /// The file.
        name: String,
        /// What is wrong, with the place where that is known.
        problem: String,
    },
    /// A file asks for something that is not accepted.
    #[error("`{name}`: `{field}` is {found}; accepted is {accepted}")]
    Field {
        /// The file.
        name: String,
        /// Path of the field inside it.
        field: String,
        /// What it says, cut short.
        found: String,
        /// What it may say.
        accepted: &'static str,
    },
    /// A vocabulary contradicts itself or is too large.
    #[error("the vocabulary of `{name}` is not usable: {problem}")]
    Vocabulary {
        /// The tokenizer.
        name: String,
        /// What is wrong with it.
        problem: VocabularyProblem,
    },
}

/// What is wrong with a vocabulary. Ids are those of its file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VocabularyProblem {
    /// There are too many of something.
    #[error("it has {count} {what}; it may have {limit}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        count: u64,
        /// The bound.
        limit: u64,
    },
    /// A token is longer than it may be.
    #[error("token {id} has {bytes} bytes; it may have {limit}")]
    LongToken {
        /// The token.
        id: u32,
        /// Its length.
        bytes: usize,
        /// The bound.
        limit: usize,
    },
    /// A byte has no token of its own, so that some text could not be encoded.
    #[error("byte {byte:#04x} has no token; all 256 must have one")]
    MissingByte {
        /// The byte.
        byte: u8,
    },
    /// The separator is out of range or stands for text.
    #[error("the separator {id} must be an id below {count} that stands for no text")]
    Separator {
        /// The separator.
        id: u32,
        /// Ids of the vocabulary.
        count: u32,
    },
    /// A merge doesn't make the text of its two parts.
    #[error("merging tokens {left} and {right} doesn't make token {made}")]
    Merge {
        /// First part.
        left: u32,
        /// Second part.
        right: u32,
        /// What it claims to make.
        made: u32,
    },
    /// Two merges of the same parts.
    #[error("tokens {left} and {right} are merged twice")]
    MergedTwice {
        /// First part.
        left: u32,
        /// Second part.
        right: u32,
    },
}

/// A file's text for a message: quoted, escaped and cut short.
pub(crate) fn quote(text: &str) -> String {
    const CHARS: usize = 40;
    let mut short: String = text.chars().take(CHARS).collect();
    if text.chars().nth(CHARS).is_some() {
        short.push('…');
    }
    format!("{short:?}")
}
