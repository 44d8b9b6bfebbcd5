//! Shards: which split an id falls to, how a record is written, and a writer that fills one split.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use prism_tokenizer::{Codec, Tokenizer};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::{DataError, at};
use super::manifest::{MODULUS, SPLITS, ShardEntry, SplitEntry, split_fingerprint};

/// Documents of a full shard.
pub(super) const DOCUMENTS_PER_SHARD: u64 = 1024;

/// A line of a shard. The order of the fields is that of sorted keys.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) text: String,
}

impl Record {
    /// Compact, non-ASCII kept, newline at the end.
    pub(super) fn line(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }
}

/// The split an id falls to.
pub(super) fn split_of(id: &str) -> &'static str {
    let bucket = Sha256::digest(id.as_bytes())
        .iter()
        .fold(0u32, |left, byte| (left * 256 + u32::from(*byte)) % MODULUS);
    SPLITS
        .iter()
        .find(|(_, [first, last])| (*first..=*last).contains(&bucket))
        .map_or("train", |(name, _)| name)
}

/// Digest of a text with each run of white space as one space and none at the ends: two documents that
/// differ only there are one text, and must not stand in two splits.
pub(super) fn content_key(text: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    for word in text.split_whitespace() {
        digest.update(word.as_bytes());
        digest.update(b" ");
    }
    digest.finalize().into()
}

/// Path of a shard relative to the data folder.
pub(super) fn shard_path(split: &str, index: usize) -> String {
    format!("{split}/{split}-{index:05}.jsonl")
}

/// Writes the shards of one split; records must come sorted by id.
pub(super) struct SplitWriter<'a> {
    root: &'a Path,
    split: &'static str,
    tokenizer: Tokenizer,
    entry: SplitEntry,
    open: Option<OpenShard>,
}

struct OpenShard {
    path: PathBuf,
    out: BufWriter<File>,
    digest: Sha256,
    entry: ShardEntry,
}

impl<'a> SplitWriter<'a> {
    pub(super) fn new(
        root: &'a Path,
        split: &'static str,
        tokenizer: Tokenizer,
    ) -> Result<Self, DataError> {
        let folder = root.join(split);
        fs::create_dir(&folder).map_err(at(&folder))?;
        Ok(Self {
            root,
            split,
            tokenizer,
            entry: SplitEntry::default(),
            open: None,
        })
    }

    pub(super) fn push(&mut self, record: &Record) -> Result<(), DataError> {
        let mut shard = match self.open.take() {
            Some(shard) => shard,
            None => self.next_shard()?,
        };
        let line = record
            .line()
            .map_err(|error| at(&shard.path)(error.into()))?;
        shard.out.write_all(&line).map_err(at(&shard.path))?;
        shard.digest.update(&line);
        let tokens = self.tokenizer.encode(&record.text).len() as u64;
        shard.entry.bytes += line.len() as u64;
        shard.entry.doc_count += 1;
        shard.entry.token_count += tokens;
        self.entry.doc_count += 1;
        self.entry.token_count += tokens;
        self.entry.byte_count += record.text.len() as u64;
        if shard.entry.doc_count == DOCUMENTS_PER_SHARD {
            self.close(shard)
        } else {
            self.open = Some(shard);
            Ok(())
        }
    }

    pub(super) fn finish(mut self) -> Result<SplitEntry, DataError> {
        if let Some(shard) = self.open.take() {
            self.close(shard)?;
        }
        self.entry.fingerprint = split_fingerprint(self.split, &self.entry.shards);
        Ok(self.entry)
    }

    fn next_shard(&self) -> Result<OpenShard, DataError> {
        let name = shard_path(self.split, self.entry.shards.len());
        let path = self.root.join(&name);
        Ok(OpenShard {
            out: BufWriter::new(File::create_new(&path).map_err(at(&path))?),
            path,
            digest: Sha256::new(),
            entry: ShardEntry {
                path: name,
                sha256: String::new(),
                bytes: 0,
                doc_count: 0,
                token_count: 0,
            },
        })
    }

    fn close(&mut self, shard: OpenShard) -> Result<(), DataError> {
        let OpenShard {
            path,
            out,
            digest,
            mut entry,
        } = shard;
        let file = out
            .into_inner()
            .map_err(|error| at(&path)(error.into_error()))?;
        file.sync_all().map_err(at(&path))?;
        entry.sha256 = hex::encode(digest.finalize());
        self.entry.shards.push(entry);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::{Record, content_key, split_of};

    /// Checked with Python: `int(hashlib.sha256(id.encode()).hexdigest(), 16) % 1000`.
    #[test]
    fn the_id_decides_the_split() {
        for (id, split) in SPLIT_CASES {
            assert_eq!(split_of(id), *split, "{id}");
        }
    }

    const SPLIT_CASES: &[(&str, &str)] = &[
        ("kjv-gen-000", "train"),
        ("kjv-gen-001", "train"),
        ("kjv-gen-002", "train"),
        ("kjv-gen-059", "val"),
        ("kjv-gen-236", "val"),
        ("kjv-gen-280", "val"),
        ("kjv-gen-074", "test"),
        ("kjv-gen-113", "test"),
        ("kjv-gen-118", "test"),
        ("doc-90", "train"),
        ("doc-94", "test"),
        ("doc-180", "val"),
        ("doc-183", "train"),
        ("doc-661", "test"),
        ("doc-1855", "val"),
    ];

    #[test]
    fn records_are_written_as_the_contract_says() {
        let record = Record {
            id: "é/1".to_owned(),
            text: "a\"b\\\n\t\u{1}\u{7f}€".to_owned(),
        };
        let line = String::from_utf8(record.line().unwrap()).unwrap();
        assert_eq!(
            line,
            "{\"id\":\"é/1\",\"text\":\"a\\\"b\\\\\\n\\t\\u0001\u{7f}€\"}\n"
        );
    }

    #[test]
    fn white_space_does_not_make_another_text() {
        assert_eq!(content_key("a  b\r\nc\n"), content_key(" a b c"));
        assert_ne!(content_key("ab c"), content_key("a bc"));
        assert_ne!(content_key("a b"), content_key("A b"));
    }
}
