//! MANIFEST.json of a folder of locked data, schema `prism_locked_data.v1`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::{DataError, at};
use crate::documents::Pool;

/// Value of `schema_version`.
pub const SCHEMA: &str = "prism_locked_data.v1";

pub(super) const FILE_NAME: &str = "MANIFEST.json";

/// Far above the manifest of any data set that fits a course.
const MAX_BYTES: u64 = 64 << 20;

/// The splits with their first and last bucket of [`MODULUS`].
pub(super) const SPLITS: [(&str, [u32; 2]); 3] = [
    ("train", [0, 949]),
    ("val", [950, 974]),
    ("test", [975, 999]),
];

/// What the pools of a course are called, and which split their documents come from.
pub(super) const POOLS: [(Pool, &str, &str); 3] = [
    (Pool::Course, "", "train"),
    (Pool::Validation, "-validation", "val"),
    (Pool::Decoy, "-decoy", "test"),
];

pub(super) const MODULUS: u32 = 1000;

/// The manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema_version: String,
    /// Where the text comes from.
    pub dataset: Dataset,
    /// How documents were divided.
    pub partition: Partition,
    /// What tokens were counted with.
    pub tokenizer: TokenizerEntry,
    /// `train`, `val` and `test`.
    pub splits: BTreeMap<String, SplitEntry>,
    /// The course made from the train split, when one was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course: Option<CourseEntry>,
    /// The pools made with it: `validation` from the val split, `decoy` from the test split. A split without documents
    /// has none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pools: BTreeMap<Pool, CourseEntry>,
}

/// Where the text comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// Name of the data set.
    pub name: String,
    /// Its commit, or SHA-256 over the digests of the files read.
    pub pin_sha: String,
    /// Its licence.
    pub license: String,
    /// Only so many documents were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_doc_limit: Option<u64>,
}

/// How documents were divided: int(hash(key)) mod modulus falls into a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partition {
    /// `sha256`.
    pub hash: String,
    /// `doc.id`.
    pub key: String,
    /// 1000.
    pub modulus: u32,
    /// First and last bucket of each split.
    pub buckets: BTreeMap<String, [u32; 2]>,
}

/// What tokens were counted with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenizerEntry {
    /// Its name.
    pub id: String,
    /// Its digest.
    pub fingerprint: String,
}

/// One split.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitEntry {
    /// Documents.
    pub doc_count: u64,
    /// Tokens of all texts.
    pub token_count: u64,
    /// Bytes of all texts.
    pub byte_count: u64,
    /// Digest over the shards' digests.
    pub fingerprint: String,
    /// Its shards in order.
    pub shards: Vec<ShardEntry>,
}

/// One shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardEntry {
    /// Relative to the manifest's folder.
    pub path: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// Documents in it.
    pub doc_count: u64,
    /// Tokens of their texts.
    pub token_count: u64,
}

/// A course beside the shards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseEntry {
    /// Relative to the manifest's folder.
    pub path: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Id of the course.
    pub id: String,
    /// Seed of the order.
    pub seed: String,
    /// Digest of its documents in order.
    pub fingerprint: String,
    /// Documents in it.
    pub doc_count: u64,
    /// Bytes of its texts.
    pub byte_count: u64,
}

impl Partition {
    /// The one there is.
    pub(super) fn standard() -> Self {
        Self {
            hash: "sha256".to_owned(),
            key: "doc.id".to_owned(),
            modulus: MODULUS,
            buckets: SPLITS
                .iter()
                .map(|(name, buckets)| ((*name).to_owned(), *buckets))
                .collect(),
        }
    }
}

impl Manifest {
    pub(super) fn read(folder: &Path) -> Result<Self, DataError> {
        let path = folder.join(FILE_NAME);
        let mut text = Vec::new();
        fs::File::open(&path)
            .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut text))
            .map_err(at(&path))?;
        let mismatch = |problem: String| DataError::Mismatch {
            path: path.clone(),
            problem,
        };
        if text.len() as u64 > MAX_BYTES {
            return Err(mismatch(format!("it is longer than {MAX_BYTES} bytes")));
        }
        let value: serde_json::Value =
            serde_json::from_slice(&text).map_err(|error| mismatch(error.to_string()))?;
        let schema = value
            .get("schema_version")
            .and_then(serde_json::Value::as_str)
            .unwrap_or("");
        if schema != SCHEMA {
            return Err(mismatch(format!(
                "its schema is `{schema}`; this program reads `{SCHEMA}`"
            )));
        }
        serde_json::from_value(value).map_err(|error| mismatch(error.to_string()))
    }
}

/// Digest of a split: SHA-256 of `{"shard_sha256":[..],"split":name}`, compact, keys sorted.
pub(super) fn split_fingerprint(split: &str, shards: &[ShardEntry]) -> String {
    let digests: Vec<&str> = shards.iter().map(|shard| shard.sha256.as_str()).collect();
    let text = serde_json::json!({ "shard_sha256": digests, "split": split }).to_string();
    hex::encode(Sha256::digest(text.as_bytes()))
}
