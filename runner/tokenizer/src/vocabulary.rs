//! The canonical vocabulary file: how a table gets from the process that parsed a stranger's file to the one that holds
//! the course.
//!
//! All numbers are little-endian: the mark; form, digits, words and ignore-merges, a byte each; separator and number of
//! ids, u32 each; each id's bytes behind their u16 length; the token of each of the 256 bytes, u32 each; the number of
//! merges and their rank, left, right and made, u32 each, in order of rank; SHA-256 of all before. A table has one such
//! file and a file is read only if it is the one its table would write.

use sha2::{Digest, Sha256};

use crate::error::{TokenizerError, VocabularyProblem};
use crate::merges::Merge;
use crate::split::{Digits, Split};
use crate::table::{Form, MAX_MERGES, Parts, Table, Tokens, too_many};

const MARK: &[u8] = b"prism-vocabulary.v1\n";

/// Bytes of a vocabulary file at most.
pub const MAX_VOCABULARY_BYTES: usize = 32 << 20;

const DIGEST_BYTES: usize = 32;

/// Writes the file of a table.
pub(crate) fn write(table: &Table) -> Vec<u8> {
    let mut file = MARK.to_vec();
    file.extend(match table.form() {
        Form::Bytes {
            split,
            ignore_merges,
        } => {
            let digits = match split.digits {
                Digits::Kept => 0,
                Digits::Runs => 1,
                Digits::Single => 2,
            };
            [0, digits, u8::from(split.words), u8::from(ignore_merges)]
        }
        Form::Characters => [1, 0, 0, 0],
    });
    let tokens = table.tokens();
    file.extend(table.separator().to_le_bytes());
    file.extend(tokens.count().to_le_bytes());
    for id in 0..tokens.count() {
        let token = tokens.get(id).unwrap_or_default();
        // A token's length is bounded far below.
        file.extend((token.len() as u16).to_le_bytes());
        file.extend(token);
    }
    for id in table.bytes() {
        file.extend(id.to_le_bytes());
    }
    let merges = table.merges().by_rank();
    file.extend((merges.len() as u32).to_le_bytes());
    for merge in merges {
        for number in [merge.rank, merge.left, merge.right, merge.made] {
            file.extend(number.to_le_bytes());
        }
    }
    let digest = Sha256::digest(&file);
    file.extend(digest);
    file
}

/// Reads a file; `name` is what the tokenizer is called.
pub(crate) fn read(name: &str, file: &[u8]) -> Result<Table, TokenizerError> {
    if file.len() > MAX_VOCABULARY_BYTES {
        return Err(TokenizerError::TooLong {
            name: name.to_owned(),
            bytes: file.len(),
            limit: MAX_VOCABULARY_BYTES,
        });
    }
    let unreadable = |problem: &str| TokenizerError::Unreadable {
        name: name.to_owned(),
        problem: problem.to_owned(),
    };
    let body = file.strip_prefix(MARK);
    let body = body.ok_or_else(|| unreadable("it is no vocabulary file of this version"))?;
    let damaged = || unreadable("the vocabulary file is damaged; write it again");
    let (body, digest) = body
        .len()
        .checked_sub(DIGEST_BYTES)
        .and_then(|length| body.split_at_checked(length))
        .ok_or_else(damaged)?;
    let hashed = Sha256::new_with_prefix(MARK).chain_update(body).finalize();
    if hashed.as_slice() != digest {
        return Err(damaged());
    }
    let mut reader = Reader { rest: body };
    let parts = match reader.parts() {
        Some(Ok(parts)) if reader.rest.is_empty() => parts,
        Some(Err(problem)) => {
            return Err(TokenizerError::Vocabulary {
                name: name.to_owned(),
                problem,
            });
        }
        Some(Ok(_)) | None => return Err(damaged()),
    };
    let in_order = parts.merges.is_sorted();
    let table = Table::new(name, parts)?;
    in_order.then_some(table).ok_or_else(damaged)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn take(&mut self, length: usize) -> Option<&[u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn number(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// None where the file ends early or says something it can't.
    fn parts(&mut self) -> Option<Result<Parts, VocabularyProblem>> {
        let form = match self.array()? {
            [0, digits @ 0..=2, words @ 0..=1, ignore_merges @ 0..=1] => Form::Bytes {
                split: Split {
                    digits: match digits {
                        0 => Digits::Kept,
                        1 => Digits::Runs,
                        _ => Digits::Single,
                    },
                    words: words == 1,
                },
                ignore_merges: ignore_merges == 1,
            },
            [1, 0, 0, 0] => Form::Characters,
            _ => return None,
        };
        let separator = self.number()?;
        let count = self.number()?;
        let mut tokens = Tokens::default();
        for _ in 0..count {
            let length = u16::from_le_bytes(self.array()?);
            if let Err(problem) = tokens.push(self.take(usize::from(length))?) {
                return Some(Err(problem));
            }
        }
        let bytes = (0..256).map(|_| self.number()).collect::<Option<_>>()?;
        let count = self.number()? as usize;
        if count > MAX_MERGES {
            return Some(Err(too_many("merges", count, MAX_MERGES)));
        }
        let merges = (0..count).map(|_| {
            Some(Merge {
                rank: self.number()?,
                left: self.number()?,
                right: self.number()?,
                made: self.number()?,
            })
        });
        let merges = merges.collect::<Option<_>>()?;
        Some(Ok(Parts {
            form,
            separator,
            tokens,
            bytes,
            merges,
        }))
    }
}
