//! `tokenizer.json`: the part of Hugging Face's format that is byte-level BPE.
//!
//! What is accepted here encodes as the `tokenizers` library would, but for two things: added tokens keep their ids
//! and never come from text, and pieces above [`crate::MAX_PIECE_BYTES`] are cut. Everything else is refused by its
//! field's name. The file is a stranger's, so this runs where no key is.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::error::{TokenizerError, VocabularyProblem, quote};
use crate::merges::Merge;
use crate::split::{Digits, Split};
use crate::table::{Form, MAX_IDS, MAX_MERGES, Parts, Table, Tokens, too_many};

/// Bytes of a `tokenizer.json` at most: what a whole bundle may have.
pub const MAX_JSON_BYTES: usize = 2_000_000;

/// Reads a file; `name` is its path.
pub(crate) fn read(name: &str, text: &[u8]) -> Result<Table, TokenizerError> {
    if text.len() > MAX_JSON_BYTES {
        return Err(TokenizerError::TooLong {
            name: name.to_owned(),
            bytes: text.len(),
            limit: MAX_JSON_BYTES,
        });
    }
    let unreadable = |error: serde_json::Error| TokenizerError::Unreadable {
        name: name.to_owned(),
        problem: error.to_string(),
    };
    // First the kind of model: the fields of another kind would be refused one by one, which explains nothing.
    let outline: Outline = serde_json::from_slice(text).map_err(unreadable)?;
    let reader = Reader { name };
    if let Some(kind) = outline.model.kind.filter(|kind| kind != "BPE") {
        return Err(reader.refuse("model.type", quote(&kind), "\"BPE\""));
    }
    let file: File = serde_json::from_slice(text).map_err(unreadable)?;
    let parts = reader.parts(file)?;
    Table::new(name, parts)
}

#[derive(Deserialize)]
struct Outline {
    model: OutlineModel,
}

#[derive(Deserialize)]
struct OutlineModel {
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "version")]
    _version: IgnoredAny,
    #[serde(default)]
    truncation: Value,
    #[serde(default)]
    padding: Value,
    #[serde(default)]
    added_tokens: Vec<AddedToken>,
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
    #[serde(default)]
    post_processor: Value,
    #[serde(default)]
    decoder: Value,
    model: Model,
}

/// How it would be matched in text makes no difference: it never is.
#[derive(Deserialize)]
struct AddedToken {
    id: u32,
    content: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    #[serde(default, rename = "type")]
    _kind: IgnoredAny,
    #[serde(default)]
    dropout: Option<f64>,
    // With a token for each byte nothing is unknown.
    #[serde(default, rename = "unk_token")]
    _unk_token: IgnoredAny,
    #[serde(default, rename = "fuse_unk")]
    _fuse_unk: IgnoredAny,
    #[serde(default)]
    continuing_subword_prefix: Option<String>,
    #[serde(default)]
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(default)]
    ignore_merges: bool,
    vocab: Vocab,
    merges: Vec<Pair>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Pair {
    Two(String, String),
    Spaced(String),
}

/// The vocabulary in the order of the file, entries that repeat a token included.
struct Vocab(Vec<(String, u32)>);

impl<'de> Deserialize<'de> for Vocab {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Vocab;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a mapping of tokens to ids")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vocab, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Vocab(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

struct Reader<'a> {
    name: &'a str,
}

impl Reader<'_> {
    fn refuse(&self, field: &str, found: String, accepted: &'static str) -> TokenizerError {
        TokenizerError::Field {
            name: self.name.to_owned(),
            field: field.to_owned(),
            found,
            accepted,
        }
    }

    fn parts(&self, file: File) -> Result<Parts, TokenizerError> {
        for (field, value) in [
            ("truncation", &file.truncation),
            ("padding", &file.padding),
            ("normalizer", &file.normalizer),
        ] {
            if !value.is_null() {
                return Err(self.refuse(field, shown(value), "null"));
            }
        }
        // Both only say how ids become text again and where tokens lie in it, which their bytes say here.
        for (field, value) in [
            ("post_processor", &file.post_processor),
            ("decoder", &file.decoder),
        ] {
            if !value.is_null() && kind(value) != Some("ByteLevel") {
                return Err(self.refuse(field, shown(value), "ByteLevel or null"));
            }
        }
        let split = self.split(&file.pre_tokenizer)?;
        self.model(&file.model)?;
        let form = Form::Bytes {
            split,
            ignore_merges: file.model.ignore_merges,
        };
        self.table(form, file.added_tokens, file.model)
    }

    fn split(&self, value: &Value) -> Result<Split, TokenizerError> {
        let field = "pre_tokenizer";
        let steps = match kind(value) {
            Some("Sequence") => value.get("pretokenizers").and_then(Value::as_array),
            _ => None,
        };
        let accepted = "ByteLevel, or a Sequence of Digits and ByteLevel";
        match steps.map_or(std::slice::from_ref(value), Vec::as_slice) {
            [bytes] => Ok(Split {
                digits: Digits::Kept,
                words: self.words(field, bytes, accepted)?,
            }),
            [digits, bytes] if kind(digits) == Some("Digits") => Ok(Split {
                digits: if self.flag(field, digits, "individual_digits", false)? {
                    Digits::Single
                } else {
                    Digits::Runs
                },
                words: self.words(field, bytes, accepted)?,
            }),
            _ => Err(self.refuse(field, shown(value), accepted)),
        }
    }

    /// Whether a `ByteLevel` cuts words.
    fn words(
        &self,
        field: &str,
        value: &Value,
        accepted: &'static str,
    ) -> Result<bool, TokenizerError> {
        if kind(value) != Some("ByteLevel") {
            return Err(self.refuse(field, shown(value), accepted));
        }
        if self.flag(field, value, "add_prefix_space", true)? {
            let field = format!("{field}.add_prefix_space");
            return Err(self.refuse(&field, "true".to_owned(), "false: bytes are exact"));
        }
        self.flag(field, value, "use_regex", true)
    }

    fn flag(
        &self,
        field: &str,
        value: &Value,
        key: &str,
        default: bool,
    ) -> Result<bool, TokenizerError> {
        match value.get(key) {
            None => Ok(default),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => {
                Err(self.refuse(&format!("{field}.{key}"), shown(other), "true or false"))
            }
        }
    }

    fn model(&self, model: &Model) -> Result<(), TokenizerError> {
        if let Some(dropout) = model.dropout.filter(|dropout| *dropout != 0.0) {
            return Err(self.refuse("model.dropout", dropout.to_string(), "null"));
        }
        if model.byte_fallback {
            return Err(self.refuse("model.byte_fallback", "true".to_owned(), "false"));
        }
        for (field, value) in [
            (
                "model.continuing_subword_prefix",
                &model.continuing_subword_prefix,
            ),
            ("model.end_of_word_suffix", &model.end_of_word_suffix),
        ] {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                return Err(self.refuse(field, quote(value), "null"));
            }
        }
        Ok(())
    }

    fn table(
        &self,
        form: Form,
        added: Vec<AddedToken>,
        model: Model,
    ) -> Result<Parts, TokenizerError> {
        let mut ids = HashMap::new();
        // What each id stands for: its bytes, none for an added token.
        let mut texts: HashMap<u32, Option<Vec<u8>>> = HashMap::new();
        for added in added {
            if texts.insert(added.id, None).is_some() {
                return Err(self.refuse(
                    "added_tokens",
                    format!("id {} twice", added.id),
                    "one each",
                ));
            }
            ids.insert(added.content, added.id);
        }
        let mut seen = HashMap::new();
        for (token, id) in model.vocab.0 {
            if seen.insert(token.clone(), id).is_some() {
                return Err(self.refuse("model.vocab", format!("{} twice", quote(&token)), "once"));
            }
            if let Some(added) = ids.get(&token) {
                if *added != id {
                    let found = format!("{id} for {}, an added token of id {added}", quote(&token));
                    return Err(self.refuse("model.vocab", found, "the same id in both"));
                }
                continue;
            }
            let bytes = token.chars().map(byte_of).collect::<Option<Vec<u8>>>();
            let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else {
                let accepted = "tokens in byte-level characters, and those of added_tokens";
                return Err(self.refuse("model.vocab", quote(&token), accepted));
            };
            if texts.insert(id, Some(bytes)).is_some() {
                let found = format!("id {id} for {} and another token", quote(&token));
                return Err(self.refuse("model.vocab", found, "one token an id"));
            }
            ids.insert(token, id);
        }
        let merges = self.merges(&model.merges, &ids)?;
        self.assemble(form, texts, merges)
    }

    fn merges(
        &self,
        pairs: &[Pair],
        ids: &HashMap<String, u32>,
    ) -> Result<Vec<Merge>, TokenizerError> {
        if pairs.len() > MAX_MERGES {
            return Err(self.vocabulary(too_many("merges", pairs.len(), MAX_MERGES)));
        }
        let mut merges = Vec::with_capacity(pairs.len());
        for (rank, pair) in (0..).zip(pairs) {
            let field = || format!("model.merges[{rank}]");
            let (left, right) = match pair {
                Pair::Two(left, right) => (left.as_str(), right.as_str()),
                Pair::Spaced(both) => both.split_once(' ').ok_or_else(|| {
                    self.refuse(&field(), quote(both), "two tokens with a space between")
                })?,
            };
            let id = |token: &str| {
                ids.get(token).copied().ok_or_else(|| {
                    self.refuse(&field(), quote(token), "tokens that model.vocab has")
                })
            };
            merges.push(Merge {
                rank,
                left: id(left)?,
                right: id(right)?,
                made: id(&format!("{left}{right}"))?,
            });
        }
        Ok(merges)
    }

    /// Puts the tokens in the order of their ids and the separator behind the last.
    fn assemble(
        &self,
        form: Form,
        mut texts: HashMap<u32, Option<Vec<u8>>>,
        merges: Vec<Merge>,
    ) -> Result<Parts, TokenizerError> {
        let separator = texts.keys().max().map_or(0, |id| id.saturating_add(1));
        if separator >= MAX_IDS {
            return Err(self.vocabulary(too_many(
                "ids with the separator",
                separator as usize + 1,
                MAX_IDS as usize,
            )));
        }
        let mut tokens = Tokens::default();
        let mut bytes = vec![separator; 256];
        for id in 0..=separator {
            let token = texts.remove(&id).flatten().unwrap_or_default();
            if let [byte] = *token
                && let Some(place) = bytes.get_mut(usize::from(byte))
            {
                *place = id;
            }
            tokens
                .push(&token)
                .map_err(|problem| self.vocabulary(problem))?;
        }
        Ok(Parts {
            form,
            separator,
            tokens,
            bytes,
            merges,
        })
    }

    fn vocabulary(&self, problem: VocabularyProblem) -> TokenizerError {
        TokenizerError::Vocabulary {
            name: self.name.to_owned(),
            problem,
        }
    }
}

fn kind(value: &Value) -> Option<&str> {
    value.get("type").and_then(Value::as_str)
}

/// A value for a message.
fn shown(value: &Value) -> String {
    match (kind(value), value) {
        (Some(kind), _) => quote(kind),
        (None, Value::Null) => "null".to_owned(),
        (None, value) => quote(&value.to_string()),
    }
}

/// The byte that a character stands for in byte-level text: printable ones stand for themselves, the other 68 follow
/// from U+0100 on in their order (`bytes_to_unicode` in `encoder.py` of Radford et al. 2019).
fn byte_of(character: char) -> Option<u8> {
    let byte = match u32::from(character) {
        code @ (0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff) => code,
        code @ 0x100..=0x120 => code - 0x100,
        code @ 0x121..=0x142 => code - 0x121 + 0x7f,
        0x143 => 0xad,
        _ => return None,
    };
    u8::try_from(byte).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::byte_of;

    #[test]
    fn every_byte_has_one_character() {
        let bytes: Vec<u8> = ('\0'..'\u{200}').filter_map(byte_of).collect();
        assert_eq!(bytes.len(), 256);
        assert_eq!(bytes.iter().collect::<BTreeSet<_>>().len(), 256);
        for (character, byte) in [('Ġ', b' '), ('Ċ', b'\n'), ('a', b'a'), ('Ń', 0xad)] {
            assert_eq!(byte_of(character), Some(byte));
        }
    }
}
