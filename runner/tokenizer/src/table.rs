//! A vocabulary that was checked, and encoding with it.
//!
//! Every vocabulary that isn't `bytes` ends here, wherever it was read from: the bytes of each id, the merges, and how
//! a text is cut before merging. [`Table::new`] checks what encoding relies on, so that whatever table there is, the
//! tokens of a text are the text.

use std::collections::HashMap;
use std::fmt;

use crate::error::{TokenizerError, VocabularyProblem};
use crate::merges::{Merge, Merger, Merges};
use crate::split::{Split, part};

/// Ids of a vocabulary at most, the separator included.
pub const MAX_IDS: u32 = 262_144;

/// Bytes of a token at most.
pub const MAX_TOKEN_BYTES: usize = 1024;

/// Bytes of all tokens of a vocabulary at most.
pub(crate) const MAX_TOKENS_BYTES: usize = 8 << 20;

/// Merges of a vocabulary at most.
pub(crate) const MAX_MERGES: usize = 1 << 20;

/// A longer piece of text, in bytes, is cut here before merging, which bounds the memory of encoding by 200 MB.
/// Vocabularies that cut texts into words never meet it.
pub const MAX_PIECE_BYTES: usize = 4 << 20;

/// What merging starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// From bytes, within the pieces of the split. With `ignore_merges` a piece that is a token is that token.
    Bytes { split: Split, ignore_merges: bool },
    /// From characters, and from bytes for characters without a token, over the whole text.
    Characters,
}

/// The bytes of each id; none for ids that stand for no text.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Tokens {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Tokens {
    /// Gives the next id its bytes.
    pub(crate) fn push(&mut self, token: &[u8]) -> Result<(), VocabularyProblem> {
        let id = self.count();
        if id >= MAX_IDS {
            return Err(too_many("ids", id as usize + 1, MAX_IDS as usize));
        }
        if token.len() > MAX_TOKEN_BYTES {
            return Err(VocabularyProblem::LongToken {
                id,
                bytes: token.len(),
                limit: MAX_TOKEN_BYTES,
            });
        }
        let total = self.bytes.len() + token.len();
        if total > MAX_TOKENS_BYTES {
            return Err(too_many("bytes in its tokens", total, MAX_TOKENS_BYTES));
        }
        self.bytes.extend_from_slice(token);
        self.ends.push(total);
        Ok(())
    }

    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn get(&self, id: u32) -> Option<&[u8]> {
        let id = id as usize;
        let start = match id.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        let token = self.bytes.get(start..*self.ends.get(id)?)?;
        Some(token).filter(|token| !token.is_empty())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> + Clone {
        (0..self.count()).filter_map(|id| Some((id, self.get(id)?)))
    }
}

/// A vocabulary as its file has it.
pub(crate) struct Parts {
    pub(crate) form: Form,
    pub(crate) separator: u32,
    pub(crate) tokens: Tokens,
    /// The token of each byte.
    pub(crate) bytes: Vec<u32>,
    pub(crate) merges: Vec<Merge>,
}

/// A checked vocabulary.
#[derive(PartialEq, Eq)]
pub struct Table {
    name: String,
    form: Form,
    separator: u32,
    tokens: Tokens,
    bytes: Vec<u32>,
    /// Tokens of one character; empty in a vocabulary that starts from bytes.
    characters: HashMap<char, u32>,
    merges: Merges,
    /// Pieces that are known to be one token.
    whole: HashMap<Box<str>, u32>,
    /// Whether no token has a space behind anything else, so that words can be merged one by one.
    words: bool,
}

impl Table {
    /// Checks a vocabulary.
    pub(crate) fn new(name: &str, parts: Parts) -> Result<Self, TokenizerError> {
        Self::checked(name, parts).map_err(|problem| TokenizerError::Vocabulary {
            name: name.to_owned(),
            problem,
        })
    }

    fn checked(name: &str, parts: Parts) -> Result<Self, VocabularyProblem> {
        let tokens = &parts.tokens;
        let (id, count) = (parts.separator, tokens.count());
        if id >= count || tokens.get(id).is_some() {
            return Err(VocabularyProblem::Separator { id, count });
        }
        for byte in 0..=u8::MAX {
            let token = parts.bytes.get(usize::from(byte));
            if token.and_then(|id| tokens.get(*id)) != Some(&[byte]) {
                return Err(VocabularyProblem::MissingByte { byte });
            }
        }
        if parts.merges.len() > MAX_MERGES {
            return Err(too_many("merges", parts.merges.len(), MAX_MERGES));
        }
        for merge in &parts.merges {
            let Merge {
                left, right, made, ..
            } = *merge;
            let joined = |made: &[u8]| {
                let (left, right) = (tokens.get(left)?, tokens.get(right)?);
                Some(made.strip_prefix(left)? == right)
            };
            if tokens.get(made).and_then(joined) != Some(true) {
                return Err(VocabularyProblem::Merge { left, right, made });
            }
        }
        let merges = Merges::new(parts.merges, count as usize).map_err(|merge| {
            VocabularyProblem::MergedTwice {
                left: merge.left,
                right: merge.right,
            }
        })?;
        let mut table = Self {
            name: name.to_owned(),
            form: parts.form,
            separator: parts.separator,
            tokens: parts.tokens,
            bytes: parts.bytes,
            characters: HashMap::new(),
            merges,
            whole: HashMap::new(),
            words: false,
        };
        table.index();
        Ok(table)
    }

    /// Fills what encoding looks up beside the merges.
    fn index(&mut self) {
        let texts = self.tokens.iter().filter_map(|(id, token)| {
            let text = std::str::from_utf8(token).ok()?;
            Some((id, text))
        });
        if self.form == Form::Characters {
            self.words = texts.clone().all(|(_, text)| {
                let rest = text.trim_start_matches(' ');
                !rest.contains(' ')
            });
            // A byte's token is a way of last resort; the character's own comes first.
            let characters = texts.clone().filter_map(|(id, text)| {
                let mut characters = text.chars();
                let only = characters.next().filter(|_| characters.next().is_none())?;
                Some((only, id)).filter(|_| !self.bytes.contains(&id))
            });
            self.characters = characters.collect();
        }
        let ignore_merges = matches!(
            self.form,
            Form::Bytes {
                ignore_merges: true,
                ..
            }
        );
        let mut merger = Merger::new(&self.merges);
        let mut ids = Vec::new();
        let mut merges_to = |text: &str, id: u32| {
            ids.clear();
            self.merge(text, &mut merger, &mut ids);
            ids == [id]
        };
        let whole = texts
            .filter(|(id, text)| ignore_merges || merges_to(text, *id))
            .map(|(id, text)| (text.into(), id))
            .collect();
        self.whole = whole;
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn separator(&self) -> u32 {
        self.separator
    }

    pub(crate) fn form(&self) -> Form {
        self.form
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    pub(crate) fn bytes(&self) -> &[u32] {
        &self.bytes
    }

    pub(crate) fn merges(&self) -> &Merges {
        &self.merges
    }

    pub(crate) fn encode(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        let mut merger = Merger::new(&self.merges);
        let each = |piece: &str| match self.whole.get(piece) {
            Some(id) => ids.push(*id),
            None => self.merge(piece, &mut merger, &mut ids),
        };
        match self.form {
            Form::Bytes { split, .. } => split.pieces(text, each),
            Form::Characters if self.words => spaced(text, each),
            Form::Characters => std::iter::once(text).for_each(each),
        }
        ids
    }

    /// Merges one piece.
    fn merge(&self, piece: &str, merger: &mut Merger, ids: &mut Vec<u32>) {
        let mut rest = piece;
        while !rest.is_empty() {
            let end = rest.floor_char_boundary(MAX_PIECE_BYTES);
            let now = part(rest, 0, end);
            rest = part(rest, end, rest.len());
            match self.form {
                Form::Bytes { .. } => merger.merge(self.of_bytes(now.as_bytes()), ids),
                Form::Characters => merger.merge(self.of_characters(now), ids),
            }
        }
    }

    fn of_bytes(&self, bytes: &[u8]) -> impl Iterator<Item = u32> {
        let token = |byte: &u8| self.bytes.get(usize::from(*byte)).copied();
        bytes.iter().filter_map(token)
    }

    fn of_characters(&self, text: &str) -> impl Iterator<Item = u32> {
        text.char_indices().flat_map(|(place, character)| {
            let own = self.characters.get(&character).copied();
            let bytes = match own {
                Some(_) => "",
                None => part(text, place, place + character.len_utf8()),
            };
            own.into_iter().chain(self.of_bytes(bytes.as_bytes()))
        })
    }
}

/// Cuts a text before each run of spaces.
fn spaced<'t>(text: &'t str, mut each: impl FnMut(&'t str)) {
    let mut start = 0;
    let mut before = b' ';
    for (place, byte) in text.bytes().enumerate() {
        if byte == b' ' && before != b' ' {
            each(part(text, start, place));
            start = place;
        }
        before = byte;
    }
    if start < text.len() {
        each(part(text, start, text.len()));
    }
}

/// The merges of a vocabulary that says of its tokens only which goes first: any two that make a token are merged, in
/// the order of the ranks.
pub(crate) fn merges_of(ranked: &[(u32, u32)], tokens: &Tokens) -> Vec<Merge> {
    let named = |(id, rank): &(u32, u32)| Some((tokens.get(*id)?, *id, *rank));
    let ids: HashMap<&[u8], u32> = ranked
        .iter()
        .filter_map(named)
        .map(|(token, id, _)| (token, id))
        .collect();
    let mut merges = Vec::new();
    for (token, made, rank) in ranked.iter().filter_map(named) {
        for (left, right) in (1..token.len()).filter_map(|place| token.split_at_checked(place)) {
            if let (Some(left), Some(right)) = (ids.get(left), ids.get(right)) {
                merges.push(Merge {
                    rank,
                    left: *left,
                    right: *right,
                    made,
                });
            }
        }
    }
    merges
}

pub(crate) fn too_many(what: &'static str, count: usize, limit: usize) -> VocabularyProblem {
    VocabularyProblem::TooMany {
        what,
        count: count as u64,
        limit: limit as u64,
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter
            .debug_struct("Table")
            .field("name", &self.name)
            .field("ids", &self.tokens.count())
            .field("merges", &self.merges.len())
            .finish_non_exhaustive()
    }
}
