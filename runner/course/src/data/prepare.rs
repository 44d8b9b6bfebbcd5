//! Preparing data: inputs in, a folder of locked shards and a course out, whole or not at all.
//!
//! Memory holds an index of the documents (some 150 bytes each), not the texts: these wait in a spool beside the
//! result until their order is known.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use prism_tokenizer::{Codec, Tokenizer};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::{DataError, at};
use super::gather::{Entry, Gathered, Steps, gather};
use super::input::{self, Input};
use super::manifest::{
    self, CourseEntry, Dataset, Manifest, POOLS, Partition, SPLITS, SplitEntry, TokenizerEntry,
};
use super::shards::{Record, SplitWriter, split_of};
use super::spool::{Ordered, Place};
use super::staging::{Staging, check_target};
use crate::documents::{Class, Course, CourseError, Limits, Pool, Provenance, Title, check_new_id};

/// How data is prepared.
#[derive(Clone, Debug)]
pub struct PrepareOptions {
    /// Name of the data set.
    pub dataset: String,
    /// Licence of the text.
    pub license: String,
    /// Commit that pins the data set; without one, a digest over the files read.
    pub pin_sha: Option<String>,
    /// Divides plain text files into documents; without one a file is one document.
    pub separator: Option<String>,
    /// Read at most so many documents.
    pub max_documents: Option<u64>,
    /// Make a course.
    pub course: Option<CourseOptions>,
    /// Replace a folder of locked data that is there already.
    pub force: bool,
}

/// Which course is made from the train split. With it come its pools: validation from the val split, decoy from the
/// test split, each whole.
#[derive(Clone, Debug)]
pub struct CourseOptions {
    /// Id of the course; those of its pools have `-validation` and `-decoy` behind it.
    pub id: String,
    /// Decides which documents come in which order.
    pub seed: String,
    /// Whole documents until at least so many bytes are held; without one, the whole train split.
    pub bytes: Option<u64>,
}

/// What was prepared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PrepareReport {
    /// The folder.
    pub folder: PathBuf,
    /// Files read.
    pub files: u64,
    /// Documents read, and those left out.
    pub counts: Counts,
    /// What was written.
    pub manifest: Manifest,
}

/// Documents read, and those left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Documents read.
    pub documents_read: u64,
    /// Documents left out because they hold nothing but white space.
    pub empty: u64,
    /// Documents left out because the id and the text were there already.
    pub duplicates: u64,
    /// Documents left out because the text was there under another id.
    pub duplicate_texts: u64,
    /// Documents left out because the id was there with another text; the first read stays.
    pub clashing_ids: u64,
}

/// How far a preparation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Documents of this stage done.
    pub documents: u64,
    /// Bytes of their texts.
    pub bytes: u64,
}

/// The stages of a preparation, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading the inputs.
    Reading,
    /// Writing the shards.
    Writing,
    /// Making the course.
    Course,
}

/// Prepares `inputs` (files, or folders of files) into the folder `out`.
///
/// # Errors
/// [`DataError`]; what is wrong with an input is said with file and line. `out` is then as it was.
pub fn prepare(
    inputs: &[PathBuf],
    out: &Path,
    options: &PrepareOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<PrepareReport, DataError> {
    check_options(options)?;
    check_target(out, options.force)?;
    let inputs = input::expand(inputs)?;
    let staging = Staging::beside(out)?;
    let root = staging.path();
    let tokenizer = Tokenizer::Bytes;

    let dataset = Dataset {
        name: options.dataset.clone(),
        pin_sha: match &options.pin_sha {
            Some(pin) => pin.clone(),
            None => pin_of(&inputs)?,
        },
        license: options.license.clone(),
        source_doc_limit: options.max_documents,
    };
    let mut gathered = gather(&inputs, options, root, progress)?;
    gathered.drop_duplicates();
    if gathered.index.is_empty() {
        return Err(DataError::NoDocuments);
    }
    let splits = write_splits(&gathered, root, &tokenizer, progress)?;
    let mut pools = match &options.course {
        Some(course) => write_courses(&gathered, course, &dataset, root, progress)?,
        None => BTreeMap::new(),
    };
    gathered.texts.remove()?;

    let manifest = Manifest {
        schema_version: manifest::SCHEMA.to_owned(),
        dataset,
        partition: Partition::standard(),
        tokenizer: TokenizerEntry {
            id: tokenizer.name().to_owned(),
            fingerprint: tokenizer.fingerprint(),
        },
        splits,
        course: pools.remove(&Pool::Course),
        pools,
    };
    write_manifest(&manifest, root)?;
    staging.publish(out, options.force)?;
    Ok(PrepareReport {
        folder: out.to_owned(),
        files: inputs.len() as u64,
        counts: gathered.counts,
        manifest,
    })
}

fn check_options(options: &PrepareOptions) -> Result<(), DataError> {
    let refuse = |option, problem: &str| {
        Err(DataError::Option {
            option,
            problem: problem.to_owned(),
        })
    };
    if options.dataset.trim().is_empty() {
        return refuse("dataset", "the data set needs a name");
    }
    if options.license.trim().is_empty() {
        return refuse("license", "say under which licence the text is");
    }
    if options
        .pin_sha
        .as_ref()
        .is_some_and(|pin| pin.trim().is_empty())
    {
        return refuse("pin_sha", "a pin can't be empty");
    }
    if options.separator.as_ref().is_some_and(String::is_empty) {
        return refuse("separator", "a separator can't be empty");
    }
    if options.max_documents == Some(0) {
        return refuse("max_documents", "at least one document must be read");
    }
    if let Some(course) = &options.course {
        // Asking now saves reading everything first.
        for (_, suffix, _) in POOLS {
            check_new_id(&format!("{}{suffix}", course.id))?;
        }
        if course.bytes == Some(0) {
            return refuse("course bytes", "a course needs at least one byte");
        }
    }
    Ok(())
}

fn pin_of(inputs: &[Input]) -> Result<String, DataError> {
    let mut digest = Sha256::new();
    for input in inputs {
        digest.update(input.digest()?.as_bytes());
        digest.update(b"\n");
    }
    Ok(hex::encode(digest.finalize()))
}

fn write_splits(
    gathered: &Gathered,
    root: &Path,
    tokenizer: &Tokenizer,
    progress: &mut dyn FnMut(Progress),
) -> Result<BTreeMap<String, SplitEntry>, DataError> {
    let mut steps = Steps::new(Stage::Writing);
    let mut splits = BTreeMap::new();
    for (split, _) in SPLITS {
        let mut writer = SplitWriter::new(root, split, tokenizer.clone())?;
        for entry in gathered
            .index
            .iter()
            .filter(|entry| split_of(&entry.id) == split)
        {
            writer.push(&Record {
                id: entry.id.clone(),
                text: gathered.texts.get(entry.place)?,
            })?;
            steps.step(entry.place.bytes, progress);
        }
        splits.insert(split.to_owned(), writer.finish()?);
    }
    steps.finish(progress);
    Ok(splits)
}

/// Where a document stands in the order of a seed. The zero byte keeps seed and id apart.
pub(super) fn order_key(seed: &str, id: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(seed.as_bytes());
    digest.update([0]);
    digest.update(id.as_bytes());
    digest.finalize().into()
}

/// Writes the course and its pools; the map holds all three by what they are for.
fn write_courses(
    gathered: &Gathered,
    options: &CourseOptions,
    dataset: &Dataset,
    root: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<BTreeMap<Pool, CourseEntry>, DataError> {
    let mut steps = Steps::new(Stage::Course);
    let mut entries = BTreeMap::new();
    for (pool, suffix, split) in POOLS {
        let mut found: Vec<&Entry> = gathered
            .index
            .iter()
            .filter(|entry| split_of(&entry.id) == split)
            .collect();
        if found.is_empty() && pool == Pool::Course {
            return Err(DataError::NoTrainDocuments {
                documents: gathered.index.len() as u64,
            });
        }
        if found.is_empty() {
            continue;
        }
        found.sort_by_cached_key(|entry| order_key(&options.seed, &entry.id));
        // Only the course itself is cut: of the pools, whoever uses them takes what they need.
        let wanted = options
            .bytes
            .filter(|_| pool == Pool::Course)
            .unwrap_or(u64::MAX);
        let mut held = 0u64;
        let mut order = Vec::new();
        for entry in found {
            if held >= wanted {
                break;
            }
            held += entry.place.bytes;
            order.push((entry.id.clone(), entry.place));
            steps.step(entry.place.bytes, progress);
        }
        let title = Title {
            id: format!("{}{suffix}", options.id),
            class: Class::Practice,
            pool,
            provenance: Provenance {
                dataset: dataset.name.clone(),
                pin_sha: dataset.pin_sha.clone(),
                license: dataset.license.clone(),
                split: split.to_owned(),
                seed: options.seed.clone(),
            },
        };
        entries.insert(pool, write_course(gathered, title, order, root)?);
    }
    steps.finish(progress);
    Ok(entries)
}

fn write_course(
    gathered: &Gathered,
    title: Title,
    order: Vec<(String, Place)>,
    root: &Path,
) -> Result<CourseEntry, DataError> {
    let name = format!("{}.course", title.id);
    let path = root.join(&name);
    let count = order.len() as u64;
    let documents = Ordered {
        texts: Arc::clone(&gathered.texts),
        entries: order,
    };
    let course = Course::of(title, Arc::new(documents), count)?;
    let limits = Limits::default();
    for (unit, found, limit) in [
        ("bytes", course.bytes(), limits.bytes),
        ("documents", course.documents(), limits.documents),
    ] {
        if found > limit {
            return Err(DataError::Course(CourseError::TooLarge {
                path,
                unit,
                found,
                limit,
            }));
        }
    }
    course.write(&path)?;
    let about = course.about();
    Ok(CourseEntry {
        sha256: input::digest_file(&path)?,
        path: name,
        id: about.id.clone(),
        seed: about.provenance.seed.clone(),
        fingerprint: about.fingerprint.clone(),
        doc_count: about.documents,
        byte_count: about.bytes,
    })
}

fn write_manifest(manifest: &Manifest, root: &Path) -> Result<(), DataError> {
    let path = root.join(manifest::FILE_NAME);
    let mut text = serde_json::to_vec_pretty(manifest).map_err(|error| at(&path)(error.into()))?;
    text.push(b'\n');
    let mut file = fs::File::create_new(&path).map_err(at(&path))?;
    file.write_all(&text)
        .and_then(|()| file.sync_all())
        .map_err(at(&path))
}
