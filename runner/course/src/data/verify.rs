//! Reading a folder of locked data again, believing nothing: pin, partition, files, digests, sizes, counts,
//! order, duplicates, fingerprints, and that course and pools are made of their splits in the order of their seed.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use prism_tokenizer::{Codec, Tokenizer};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::{DataError, at};
use super::input::digest_file;
use super::manifest::{
    CourseEntry, FILE_NAME, Manifest, POOLS, Partition, SPLITS, ShardEntry, SplitEntry,
    split_fingerprint,
};
use super::prepare::order_key;
use super::shards::{DOCUMENTS_PER_SHARD, Record, content_key, shard_path, split_of};
use crate::documents::{Course, MAX_DOCUMENT_BYTES, Pool};

/// JSON may escape a byte with six.
const MAX_LINE_BYTES: u64 = 6 * MAX_DOCUMENT_BYTES + 8192;

/// Documents of courses that were not met yet, by split and id: the digest of their text.
type Wanted = HashMap<(&'static str, String), [u8; 32]>;

/// What was verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Shards read.
    pub shards: u64,
    /// Documents read.
    pub documents: u64,
    /// Bytes of their texts.
    pub bytes: u64,
    /// The manifest they agree with.
    pub manifest: Manifest,
}

/// Verifies a folder that [`prepare`](super::prepare()) wrote; `pin`, where given, must be the manifest's.
///
/// # Errors
/// [`DataError::Mismatch`] names the first file, and line, that does not fit.
pub fn verify(folder: &Path, pin: Option<&str>) -> Result<VerifyReport, DataError> {
    let manifest = Manifest::read(folder)?;
    let manifest_path = folder.join(FILE_NAME);
    check_manifest(&manifest, pin).map_err(|problem| mismatch(&manifest_path, problem))?;
    let tokenizer = Tokenizer::Bytes;
    check_listing(folder, &manifest)?;

    let mut wanted = HashMap::new();
    for (pool, split, entry) in courses(&manifest) {
        check_course(folder, pool, split, entry, &manifest, &mut wanted)?;
    }
    let mut scan = Scan {
        tokenizer,
        contents: HashSet::new(),
        wanted,
        last_id: None,
        report: (0, 0, 0),
    };
    for (split, _) in SPLITS {
        let entry = manifest
            .splits
            .get(split)
            .ok_or_else(|| mismatch(&manifest_path, format!("it lacks split `{split}`")))?;
        scan.split(folder, split, entry)?;
    }
    if let Some((split, id)) = scan.wanted.keys().next() {
        return Err(mismatch(
            &manifest_path,
            format!(
                "a course has document `{id}`, which is not in the {split} split with that text"
            ),
        ));
    }
    let (shards, documents, bytes) = scan.report;
    Ok(VerifyReport {
        shards,
        documents,
        bytes,
        manifest,
    })
}

fn mismatch(path: &Path, problem: impl Into<String>) -> DataError {
    DataError::Mismatch {
        path: path.to_owned(),
        problem: problem.into(),
    }
}

fn check_manifest(manifest: &Manifest, pin: Option<&str>) -> Result<(), String> {
    if let Some(pin) = pin.filter(|pin| *pin != manifest.dataset.pin_sha) {
        return Err(format!(
            "the data set is pinned to `{}`, expected `{pin}`",
            manifest.dataset.pin_sha
        ));
    }
    if manifest.partition != Partition::standard() {
        return Err("the partition is not the one this program divides by".to_owned());
    }
    let tokenizer = Tokenizer::named(&manifest.tokenizer.id).map_err(|error| error.to_string())?;
    if manifest.tokenizer.fingerprint != tokenizer.fingerprint() {
        return Err("the tokenizer has another fingerprint".to_owned());
    }
    if manifest.pools.contains_key(&Pool::Course) {
        return Err("it lists a course among the pools".to_owned());
    }
    if manifest.splits.len() != SPLITS.len() {
        return Err(format!(
            "it lists {} splits, not {}",
            manifest.splits.len(),
            SPLITS.len()
        ));
    }
    Ok(())
}

/// Nothing may lie in the folder that the manifest does not list.
fn check_listing(folder: &Path, manifest: &Manifest) -> Result<(), DataError> {
    let mut listed: BTreeSet<PathBuf> = [PathBuf::from(FILE_NAME)].into();
    for (split, entry) in &manifest.splits {
        for (index, shard) in entry.shards.iter().enumerate() {
            // Paths are made, never taken: a listed path could lead anywhere.
            let expected = shard_path(split, index);
            if shard.path != expected {
                return Err(mismatch(
                    &folder.join(FILE_NAME),
                    format!(
                        "shard {index} of `{split}` is `{}`, expected `{expected}`",
                        shard.path
                    ),
                ));
            }
            listed.insert(PathBuf::from(expected));
        }
    }
    for (_, _, course) in courses(manifest) {
        if course.path != format!("{}.course", course.id) || course.path.contains('/') {
            return Err(mismatch(
                &folder.join(FILE_NAME),
                format!(
                    "the course is at `{}`, expected its id and `.course`",
                    course.path
                ),
            ));
        }
        listed.insert(PathBuf::from(&course.path));
    }
    let splits = SPLITS.map(|(split, _)| split);
    for relative in std::iter::once("").chain(splits) {
        let path = folder.join(relative);
        for entry in fs::read_dir(&path).map_err(at(&path))? {
            let entry = entry.map_err(at(&path))?;
            let name = entry.file_name();
            let kind = entry.file_type().map_err(at(&entry.path()))?;
            let is_split = relative.is_empty()
                && kind.is_dir()
                && splits.iter().any(|split| name.as_os_str() == *split);
            let is_listed = kind.is_file() && listed.contains(&Path::new(relative).join(&name));
            if !is_split && !is_listed {
                return Err(mismatch(&entry.path(), "the manifest does not list it"));
            }
        }
    }
    Ok(())
}

/// The course and its pools, each with the split it must come from.
fn courses(manifest: &Manifest) -> Vec<(Pool, &'static str, &CourseEntry)> {
    let listed = |wanted: Pool| match wanted {
        Pool::Course => manifest.course.as_ref(),
        pool => manifest.pools.get(&pool),
    };
    POOLS
        .iter()
        .filter_map(|(pool, _, split)| Some((*pool, *split, listed(*pool)?)))
        .collect()
}

fn text_key(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Reads a course through and adds its documents to what the shards must hold.
fn check_course(
    folder: &Path,
    pool: Pool,
    split: &'static str,
    entry: &CourseEntry,
    manifest: &Manifest,
    wanted: &mut Wanted,
) -> Result<(), DataError> {
    let path = folder.join(&entry.path);
    if digest_file(&path)? != entry.sha256 {
        return Err(mismatch(&path, "its SHA-256 is not the manifest's"));
    }
    let course = Course::open(&path, None)?;
    let provenance = &course.about().provenance;
    for (what, fits) in [
        ("id", course.id() == entry.id),
        ("pool", course.about().pool == pool),
        ("split", provenance.split == split),
        ("fingerprint", course.fingerprint() == entry.fingerprint),
        ("number of documents", course.documents() == entry.doc_count),
        ("number of bytes", course.bytes() == entry.byte_count),
        ("seed", provenance.seed == entry.seed),
        ("data set", provenance.dataset == manifest.dataset.name),
        ("pin", provenance.pin_sha == manifest.dataset.pin_sha),
    ] {
        if !fits {
            return Err(mismatch(&path, format!("its {what} is not the manifest's")));
        }
    }
    let mut last = [0; 32];
    course.read_through::<DataError>(&mut |_, document| {
        let key = order_key(&entry.seed, &document.id);
        if key < last {
            return Err(mismatch(
                &path,
                "its documents are not in the order of its seed",
            ));
        }
        last = key;
        wanted.insert((split, document.id.clone()), text_key(&document.text));
        Ok(())
    })
}

struct Scan {
    tokenizer: Tokenizer,
    contents: HashSet<[u8; 32]>,
    wanted: Wanted,
    last_id: Option<String>,
    /// Shards, documents, bytes.
    report: (u64, u64, u64),
}

impl Scan {
    fn split(
        &mut self,
        folder: &Path,
        split: &'static str,
        entry: &SplitEntry,
    ) -> Result<(), DataError> {
        self.last_id = None;
        let mut total = SplitEntry {
            fingerprint: split_fingerprint(split, &entry.shards),
            shards: entry.shards.clone(),
            ..SplitEntry::default()
        };
        for (index, shard) in entry.shards.iter().enumerate() {
            let full = index + 1 < entry.shards.len();
            if full && shard.doc_count != DOCUMENTS_PER_SHARD {
                return Err(mismatch(
                    &folder.join(&shard.path),
                    format!(
                        "only the last shard may hold other than {DOCUMENTS_PER_SHARD} documents"
                    ),
                ));
            }
            total.byte_count += self.shard(&folder.join(&shard.path), split, shard)?;
            total.doc_count += shard.doc_count;
            total.token_count += shard.token_count;
        }
        if total != *entry {
            return Err(mismatch(
                &folder.join(FILE_NAME),
                format!("counts or fingerprint of split `{split}` do not fit its shards"),
            ));
        }
        Ok(())
    }

    /// Returns the bytes of the texts.
    fn shard(
        &mut self,
        path: &Path,
        split: &'static str,
        entry: &ShardEntry,
    ) -> Result<u64, DataError> {
        if fs::metadata(path).map_err(at(path))?.len() != entry.bytes {
            return Err(mismatch(path, "its size is not the manifest's"));
        }
        if digest_file(path)? != entry.sha256 {
            return Err(mismatch(path, "its SHA-256 is not the manifest's"));
        }
        let mut reader = BufReader::new(File::open(path).map_err(at(path))?);
        let (mut documents, mut tokens, mut bytes) = (0u64, 0u64, 0u64);
        let mut line = Vec::new();
        loop {
            line.clear();
            (&mut reader)
                .take(MAX_LINE_BYTES)
                .read_until(b'\n', &mut line)
                .map_err(at(path))?;
            if line.is_empty() {
                break;
            }
            documents += 1;
            let record = self
                .record(&line, split)
                .map_err(|problem| mismatch(path, format!("line {documents}: {problem}")))?;
            tokens += self.tokenizer.encode(&record.text).len() as u64;
            bytes += record.text.len() as u64;
            self.last_id = Some(record.id);
        }
        if (documents, tokens) != (entry.doc_count, entry.token_count) {
            return Err(mismatch(path, "its counts are not the manifest's"));
        }
        self.report.0 += 1;
        self.report.1 += documents;
        self.report.2 += bytes;
        Ok(bytes)
    }

    fn record(&mut self, line: &[u8], split: &'static str) -> Result<Record, String> {
        let record: Record = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        if record.line().ok().as_deref() != Some(line) {
            return Err("it is not written as the contract says".to_owned());
        }
        if split_of(&record.id) != split {
            return Err(format!("`{}` falls to another split", record.id));
        }
        if self.last_id.as_ref().is_some_and(|last| *last >= record.id) {
            return Err(format!("`{}` is out of order", record.id));
        }
        if !self.contents.insert(content_key(&record.text)) {
            return Err(format!(
                "the text of `{}` stands under another id too",
                record.id
            ));
        }
        let place = (split, record.id.clone());
        if self.wanted.get(&place) == Some(&text_key(&record.text)) {
            self.wanted.remove(&place);
        }
        Ok(record)
    }
}
