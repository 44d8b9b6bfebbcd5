//! `llama`: a SentencePiece model of the kind LLaMA has, byte-pair merges by score with bytes for what has no piece.
//!
//! Text is encoded as `sentencepiece` does but for two things that keep bytes exact: no space is put before a text, and
//! U+2581, which pieces use for the space, is encoded as its bytes. A model whose pieces are matched in other ways, or
//! which changes text first, is refused.

use std::collections::HashSet;

use crate::error::{TokenizerError, VocabularyProblem, quote};
use crate::merges::Merge;
use crate::table::{Form, Parts, Table, Tokens, merges_of};

const NAME: &str = "llama";

/// Bytes of a SentencePiece model at most.
pub const MAX_MODEL_BYTES: usize = 8 << 20;

/// The beginning-of-sequence piece, which is the separator.
const BEGIN: u32 = 1;

/// The space in pieces.
const SPACE: &str = "\u{2581}";

/// Reads a `tokenizer.model`.
pub(crate) fn read(model: &[u8]) -> Result<Table, TokenizerError> {
    if model.len() > MAX_MODEL_BYTES {
        return Err(TokenizerError::TooLong {
            name: NAME.to_owned(),
            bytes: model.len(),
            limit: MAX_MODEL_BYTES,
        });
    }
    let mut reading = Reading::default();
    // `ModelProto` of sentencepiece_model.proto.
    for field in fields(model) {
        match field? {
            (1, Value::Bytes(piece)) => reading.piece(piece)?,
            (2, Value::Bytes(trainer)) => reading.trainer(trainer)?,
            (3, Value::Bytes(normalizer)) => reading.normalizer(normalizer)?,
            _ => {}
        }
    }
    Table::new(NAME, reading.parts()?)
}

/// What is gathered of a model. The flags start as the format's defaults.
struct Reading {
    tokens: Tokens,
    /// Normal pieces and their scores.
    scores: Vec<(u32, f32)>,
    bytes: Vec<Option<u32>>,
    /// Kind of the piece that separates.
    begin: Option<u64>,
    model_type: u64,
    byte_fallback: u64,
    removes_spaces: u64,
    escapes_spaces: u64,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            tokens: Tokens::default(),
            scores: Vec::new(),
            bytes: vec![None; 256],
            begin: None,
            model_type: 1,
            byte_fallback: 0,
            removes_spaces: 1,
            escapes_spaces: 1,
        }
    }
}

/// `SentencePiece.Type`.
const NORMAL: u64 = 1;
const UNKNOWN: u64 = 2;
const CONTROL: u64 = 3;
const BYTE: u64 = 6;

/// `TrainerSpec.ModelType`.
const BPE: u64 = 2;

impl Reading {
    fn piece(&mut self, message: &[u8]) -> Result<(), TokenizerError> {
        let (mut text, mut score, mut kind) = ("", 0.0, NORMAL);
        for field in fields(message) {
            match field? {
                (1, Value::Bytes(bytes)) => {
                    text = std::str::from_utf8(bytes).map_err(|_| damaged())?;
                }
                (2, Value::Fixed(bits)) => score = f32::from_bits(bits),
                (3, Value::Number(number)) => kind = number,
                _ => {}
            }
        }
        let id = self.tokens.count();
        if id == BEGIN {
            self.begin = Some(kind);
        }
        let token = match kind {
            UNKNOWN | CONTROL => Vec::new(),
            BYTE => {
                let byte = byte_of(text)
                    .ok_or_else(|| refuse("a byte piece", quote(text), "named <0x00> to <0xFF>"))?;
                if let Some(place) = self.bytes.get_mut(usize::from(byte)) {
                    *place = Some(id);
                }
                vec![byte]
            }
            NORMAL if text.is_empty() || text.contains(' ') => {
                return Err(refuse("a piece", quote(text), "some text without a space"));
            }
            NORMAL if score.is_finite() => {
                self.scores.push((id, score));
                text.replace(SPACE, " ").into_bytes()
            }
            NORMAL => return Err(refuse("a score", score.to_string(), "a finite number")),
            _ => {
                let found = format!("of type {kind}");
                let accepted = "normal, byte, control and unknown pieces";
                return Err(refuse(&format!("piece {}", quote(text)), found, accepted));
            }
        };
        self.tokens.push(&token).map_err(vocabulary)
    }

    fn trainer(&mut self, message: &[u8]) -> Result<(), TokenizerError> {
        for field in fields(message) {
            match field? {
                (3, Value::Number(number)) => self.model_type = number,
                (35, Value::Number(number)) => self.byte_fallback = number,
                _ => {}
            }
        }
        Ok(())
    }

    fn normalizer(&mut self, message: &[u8]) -> Result<(), TokenizerError> {
        for field in fields(message) {
            match field? {
                (2, Value::Bytes(map)) if !map.is_empty() => {
                    let found = format!("a map of {} bytes", map.len());
                    let field = "normalizer_spec.precompiled_charsmap";
                    return Err(refuse(field, found, "none: text may not change"));
                }
                (4, Value::Number(number)) => self.removes_spaces = number,
                (5, Value::Number(number)) => self.escapes_spaces = number,
                _ => {}
            }
        }
        Ok(())
    }

    fn parts(self) -> Result<Parts, TokenizerError> {
        let (removes, escapes) = (self.removes_spaces, self.escapes_spaces);
        for (field, says, accepted) in [
            ("trainer_spec.model_type", self.model_type, BPE),
            ("trainer_spec.byte_fallback", self.byte_fallback, 1),
            ("normalizer_spec.remove_extra_whitespaces", removes, 0),
            ("normalizer_spec.escape_whitespaces", escapes, 1),
        ] {
            if says != accepted {
                let accepted = match accepted {
                    0 => "0",
                    1 => "1",
                    _ => "2 (BPE)",
                };
                return Err(refuse(field, says.to_string(), accepted));
            }
        }
        if self.begin != Some(CONTROL) {
            let accepted = "a control piece, the beginning of a sequence";
            return Err(refuse("piece 1", "none".to_owned(), accepted));
        }
        let mut bytes = Vec::with_capacity(256);
        for (byte, id) in (0..=u8::MAX).zip(&self.bytes) {
            let missing = || vocabulary(VocabularyProblem::MissingByte { byte });
            bytes.push(id.ok_or_else(missing)?);
        }
        let merges = self.merges()?;
        Ok(Parts {
            form: Form::Characters,
            separator: BEGIN,
            tokens: self.tokens,
            bytes,
            merges,
        })
    }

    /// Pieces of higher score go first, those of equal score together.
    fn merges(&self) -> Result<Vec<Merge>, TokenizerError> {
        let mut order = self.scores.clone();
        order.sort_by(|left, right| right.1.total_cmp(&left.1));
        let equal = order.chunk_by(|left, right| left.1 == right.1);
        let ranked: Vec<(u32, u32)> = (0..)
            .zip(equal)
            .flat_map(|(rank, pieces)| pieces.iter().map(move |(id, _)| (*id, rank)))
            .collect();
        self.check_characters()?;
        Ok(merges_of(&ranked, &self.tokens))
    }

    /// Merging starts from pieces of one character; one that lacks would be merged by `sentencepiece` all the same.
    fn check_characters(&self) -> Result<(), TokenizerError> {
        let texts = self.scores.iter().filter_map(|(id, _)| {
            let token = self.tokens.get(*id)?;
            std::str::from_utf8(token).ok()
        });
        let mut all = HashSet::new();
        for text in texts.clone() {
            if !all.insert(text) {
                return Err(refuse("a piece", quote(text), "each piece once"));
            }
        }
        for text in texts {
            let mut buffer = [0; 4];
            let lacks = |character: &char| !all.contains(&*character.encode_utf8(&mut buffer));
            if let Some(character) = text.chars().find(lacks) {
                let found = format!("without a piece for its {}", quote(&character.to_string()));
                let accepted = "one piece for each character of a piece";
                return Err(refuse(&format!("piece {}", quote(text)), found, accepted));
            }
        }
        Ok(())
    }
}

/// The byte of a piece like `<0x41>`.
fn byte_of(piece: &str) -> Option<u8> {
    let digits = piece.strip_prefix("<0x")?.strip_suffix('>')?;
    let hex = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u8::from_str_radix(digits, 16).ok().filter(|_| hex)
}

fn refuse(field: &str, found: String, accepted: &'static str) -> TokenizerError {
    TokenizerError::Field {
        name: NAME.to_owned(),
        field: field.to_owned(),
        found,
        accepted,
    }
}

fn vocabulary(problem: VocabularyProblem) -> TokenizerError {
    TokenizerError::Vocabulary {
        name: NAME.to_owned(),
        problem,
    }
}

fn damaged() -> TokenizerError {
    TokenizerError::Unreadable {
        name: NAME.to_owned(),
        problem: "it is no SentencePiece model".to_owned(),
    }
}

/// A field's value in the wire format of protocol buffers.
enum Value<'a> {
    Number(u64),
    Fixed(u32),
    Bytes(&'a [u8]),
    /// Eight bytes, which nothing here reads.
    Long,
}

/// The fields of a message.
fn fields(message: &[u8]) -> impl Iterator<Item = Result<(u64, Value<'_>), TokenizerError>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let field = next_field(&mut rest);
        if field.is_none() {
            rest = &[];
        }
        Some(field.ok_or_else(damaged))
    })
}

fn next_field<'a>(rest: &mut &'a [u8]) -> Option<(u64, Value<'a>)> {
    let key = number(rest)?;
    let value = match key & 7 {
        0 => Value::Number(number(rest)?),
        1 => {
            take(rest, 8)?;
            Value::Long
        }
        2 => {
            let length = usize::try_from(number(rest)?).ok()?;
            Value::Bytes(take(rest, length)?)
        }
        5 => Value::Fixed(u32::from_le_bytes(take(rest, 4)?.try_into().ok()?)),
        _ => return None,
    };
    Some((key >> 3, value))
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

/// A number in groups of seven bits, lowest first, ten of them at most.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let [byte] = take(rest, 1)?.try_into().ok()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}
