//! Tokenizers: what turns a document into ids, and an id back into its bytes.
//!
//! Here live vocabularies and nothing else: no course, no key, no torch. `bytes` and `gpt2` are built in; a miner's
//! `tokenizer.json` and an operator's SentencePiece model are read by whoever holds no key, written as a vocabulary file
//! and read from there by whoever does. Separators are the layout's, so encoding a text never yields one.

mod error;
mod gpt2;
mod merges;
mod sentencepiece;
mod split;
mod table;
mod tokenizer_json;
mod vocabulary;

use std::sync::Arc;

use sha2::{Digest, Sha256};

pub use error::{TokenizerError, VocabularyProblem};
pub use sentencepiece::MAX_MODEL_BYTES;
pub use table::{MAX_IDS, MAX_PIECE_BYTES, MAX_TOKEN_BYTES, Table};
pub use tokenizer_json::MAX_JSON_BYTES;
pub use vocabulary::MAX_VOCABULARY_BYTES;

/// Ids of the `bytes` tokenizer: the 256 bytes and the separator.
pub const BYTES_VOCAB: u32 = 257;

/// The separator of the `bytes` tokenizer.
pub const BYTES_SEPARATOR: u32 = 256;

/// A tokenizer. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tokenizer {
    /// One id a byte, id 256 the separator.
    Bytes,
    /// GPT-2's 50,257 ids, end of text the separator.
    Gpt2(&'static Table),
    /// A vocabulary from a file.
    File(Arc<Table>),
}

/// What a tokenizer must do for the layout; the check of a course is written against this.
pub trait Codec {
    /// Its name in `prism.yaml`.
    fn name(&self) -> &str;
    /// Number of ids, the separator included.
    fn vocab_size(&self) -> u32;
    /// The id that stands before each document and fills tails.
    fn separator(&self) -> u32;
    /// Ids of a text, without separators.
    fn encode(&self, text: &str) -> Vec<u32>;
    /// The bytes of an id; none for an id that stands for no text, the separator among them.
    fn token(&self, id: u32) -> Option<&[u8]>;
}

/// Each byte, to be lent out.
const BYTES: [u8; 256] = {
    let mut bytes = [0; 256];
    let mut value = 0;
    while value < 256 {
        #[allow(
            clippy::indexing_slicing,
            clippy::cast_possible_truncation,
            reason = "a constant table"
        )]
        {
            bytes[value] = value as u8;
        }
        value += 1;
    }
    bytes
};

struct Bytes;

impl Codec for Bytes {
    fn name(&self) -> &str {
        "bytes"
    }

    fn vocab_size(&self) -> u32 {
        BYTES_VOCAB
    }

    fn separator(&self) -> u32 {
        BYTES_SEPARATOR
    }

    fn encode(&self, text: &str) -> Vec<u32> {
        text.bytes().map(u32::from).collect()
    }

    fn token(&self, id: u32) -> Option<&[u8]> {
        BYTES.chunks(1).nth(id as usize)
    }
}

impl Codec for Table {
    fn name(&self) -> &str {
        self.name()
    }

    fn vocab_size(&self) -> u32 {
        self.tokens().count()
    }

    fn separator(&self) -> u32 {
        self.separator()
    }

    fn encode(&self, text: &str) -> Vec<u32> {
        self.encode(text)
    }

    fn token(&self, id: u32) -> Option<&[u8]> {
        self.tokens().get(id)
    }
}

impl Tokenizer {
    /// A tokenizer that is built in: `bytes` or `gpt2`. The first call for `gpt2` reads its vocabulary, later ones
    /// share it.
    ///
    /// # Errors
    /// [`TokenizerError::Unknown`] for any other name.
    pub fn named(name: &str) -> Result<Self, TokenizerError> {
        match name {
            "bytes" => Ok(Self::Bytes),
            "gpt2" => Ok(Self::Gpt2(gpt2::table()?)),
            _ => Err(TokenizerError::Unknown {
                name: name.to_owned(),
            }),
        }
    }

    /// The byte-level BPE of a `tokenizer.json`, at most [`MAX_JSON_BYTES`] long, with one id behind the largest for
    /// the separator. `name` is its path as `prism.yaml` spells it. The file may be a stranger's: call this where no
    /// key is, and hand [`Tokenizer::to_vocabulary`] on.
    ///
    /// # Errors
    /// What isn't accepted of the format is refused by its field's name; see `docs/tokenizers.md`.
    pub fn from_json(name: &str, text: &[u8]) -> Result<Self, TokenizerError> {
        Ok(Self::File(Arc::new(tokenizer_json::read(name, text)?)))
    }

    /// `llama`: a SentencePiece `tokenizer.model`, at most [`MAX_MODEL_BYTES`] long, whose id 1 is the separator.
    ///
    /// # Errors
    /// What isn't accepted of the format is refused by its field's name.
    pub fn from_sentencepiece(model: &[u8]) -> Result<Self, TokenizerError> {
        Ok(Self::File(Arc::new(sentencepiece::read(model)?)))
    }

    /// The vocabulary file of a tokenizer that isn't built in; none for one that is.
    #[must_use]
    pub fn to_vocabulary(&self) -> Option<Vec<u8>> {
        match self {
            Self::Bytes | Self::Gpt2(_) => None,
            Self::File(table) => Some(vocabulary::write(table)),
        }
    }

    /// Reads what [`Tokenizer::to_vocabulary`] wrote, at most [`MAX_VOCABULARY_BYTES`] long. Whatever the file says,
    /// ids of a text are below [`Codec::vocab_size`], none is the separator, and their bytes are the text.
    ///
    /// # Errors
    /// When the file is damaged or its vocabulary contradicts itself.
    pub fn from_vocabulary(name: &str, file: &[u8]) -> Result<Self, TokenizerError> {
        Ok(Self::File(Arc::new(vocabulary::read(name, file)?)))
    }

    fn codec(&self) -> &dyn Codec {
        match self {
            Self::Bytes => &Bytes,
            Self::Gpt2(table) => *table,
            Self::File(table) => &**table,
        }
    }

    /// Digest that names the vocabulary with all its content, for the manifests of data.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let content = match self {
            Self::Bytes => Vec::new(),
            Self::Gpt2(table) => vocabulary::write(table),
            Self::File(table) => vocabulary::write(table),
        };
        let head = format!(
            "prism_tokenizer.v1\n{}\n{}\n{}\n",
            self.name(),
            self.vocab_size(),
            self.separator()
        );
        hex::encode(
            Sha256::new_with_prefix(head)
                .chain_update(content)
                .finalize(),
        )
    }

    /// Bytes of a list of ids; separators and unknown ids add none.
    #[must_use]
    pub fn decode(&self, ids: &[u32]) -> Vec<u8> {
        let tokens = ids.iter().filter_map(|id| self.token(*id));
        tokens.flatten().copied().collect()
    }

    /// Bytes an id decodes to; 0 for the separator.
    #[must_use]
    pub fn byte_len(&self, id: u32) -> u32 {
        let bytes = self.token(id).map_or(0, <[u8]>::len);
        u32::try_from(bytes).unwrap_or(u32::MAX)
    }
}

impl Codec for Tokenizer {
    fn name(&self) -> &str {
        self.codec().name()
    }

    fn vocab_size(&self) -> u32 {
        self.codec().vocab_size()
    }

    fn separator(&self) -> u32 {
        self.codec().separator()
    }

    fn encode(&self, text: &str) -> Vec<u32> {
        self.codec().encode(text)
    }

    fn token(&self, id: u32) -> Option<&[u8]> {
        self.codec().token(id)
    }
}
