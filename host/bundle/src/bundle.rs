//! The closed bundle: strict archive reading and lexical rules, before any gate.
//!
//! A [`Bundle`] that exists is closed: a bounded number of plainly named text files, nothing else, and
//! every reader sees the same ones. What a gate reads is what will run, byte for byte; a bundle that
//! would need repair is refused with every finding that could safely be made. The one repair is that
//! a byte order mark at the start of a file is dropped.
//!
//! What the code means is none of this crate's business: that is for the gates.

mod archive;
mod folder;
mod lexical;
pub mod limits;
mod names;
mod refusal;
mod reserved;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use prism_manifest::{Manifest, ManifestError, Tokenizer as Declared};
use prism_tokenizer::Tokenizer;
use sha2::{Digest, Sha256};
use thiserror::Error;

use refusal::Findings;
pub use refusal::{Refusal, Rule};

/// A closed bundle. Clones share the content.
#[derive(Clone, Debug)]
pub struct Bundle {
    files: Arc<BTreeMap<String, Vec<u8>>>,
    digest: Arc<str>,
    /// Made of the bundle's own tokenizer.json.
    tokenizer: Option<Tokenizer>,
}

/// Why a path could not be opened as a bundle.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The file system said no; the bundle is not to blame.
    #[error("cannot read {}: {source}", .path.display())]
    Io {
        /// What was being read.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It was read, and is no closed bundle.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// What was found in an archive or a folder, before any rule about names and contents as a whole.
#[derive(Debug, Default)]
struct Raw {
    files: BTreeMap<String, Vec<u8>>,
    folders: BTreeSet<String>,
}

impl Bundle {
    /// Reads a zip archive.
    ///
    /// # Errors
    /// A refusal with every finding, when the archive is not a closed bundle.
    pub fn from_zip(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut findings = Findings::default();
        let raw = archive::read(bytes, &mut findings);
        Self::close(raw, findings)
    }

    /// Reads a zip archive out of its standard base64 form, padded, on one line.
    ///
    /// # Errors
    /// As [`Bundle::from_zip`].
    pub fn from_base64(text: &str) -> Result<Self, Refusal> {
        let mut findings = Findings::default();
        // Checked before decoding, so that the decoder allocates nothing in vain.
        if text.len() / 4 * 3 > limits::MAX_ARCHIVE_BYTES + 3 {
            archive::too_large(text.len() / 4 * 3, &mut findings);
            return Self::close(Raw::default(), findings);
        }
        match base64::engine::general_purpose::STANDARD.decode(text) {
            Ok(bytes) => Self::from_zip(&bytes),
            Err(error) => {
                findings.whole(
                    Rule::Archive,
                    format!("the archive is not strict base64: {error}"),
                );
                Self::close(Raw::default(), findings)
            }
        }
    }

    /// Closes files that are already apart, for example the single script of a `.py` upload.
    ///
    /// # Errors
    /// As [`Bundle::from_zip`].
    pub fn from_files(files: BTreeMap<String, Vec<u8>>) -> Result<Self, Refusal> {
        let mut findings = Findings::default();
        let mut raw = Raw::default();
        if files.len() > limits::MAX_FILES {
            names::too_many(files.len(), &mut findings);
            return Self::close(raw, findings);
        }
        let total: u64 = files.values().map(|content| content.len() as u64).sum();
        if total > limits::MAX_TOTAL_BYTES {
            names::too_large(&mut findings);
            return Self::close(raw, findings);
        }
        for (path, content) in files {
            if names::check(path.as_bytes(), names::Kind::File, &mut findings).is_some() {
                raw.files.insert(path, content);
            }
        }
        Self::close(raw, findings)
    }

    /// Opens a folder or a `.zip` file.
    ///
    /// # Errors
    /// Apart: what the file system said, and a refusal.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let io_error = |source| OpenError::Io {
            path: path.to_owned(),
            source,
        };
        if fs::metadata(path).map_err(io_error)?.is_dir() {
            let mut findings = Findings::default();
            let raw = folder::read(path, &mut findings)?;
            return Ok(Self::close(raw, findings)?);
        }
        let bytes =
            folder::read_bounded(path, limits::MAX_ARCHIVE_BYTES as u64).map_err(io_error)?;
        Ok(Self::from_zip(&bytes)?)
    }

    /// Every file by its path, sorted.
    #[must_use]
    pub fn files(&self) -> &Arc<BTreeMap<String, Vec<u8>>> {
        &self.files
    }

    /// SHA-256 of the canonical content, lowercase hex. It depends on paths and contents alone: not on
    /// compression, order, time stamps, byte order marks or a wrapping folder.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Bytes of all files together.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.files
            .values()
            .map(|content| content.len() as u64)
            .sum()
    }

    /// What the bundle declares of itself.
    ///
    /// # Errors
    /// When `prism.yaml` or the defaults in its place don't fit the files. The bundle is closed all the
    /// same: the `contract` gate tells the miner.
    pub fn manifest(&self) -> Result<Manifest, ManifestError> {
        Manifest::from_files(&self.files)
    }

    /// The tokenizer the bundle declares, built in or made of its own `tokenizer.json`; none for one whose
    /// vocabulary lies elsewhere, and `bytes` where the manifest can't be read.
    #[must_use]
    pub fn tokenizer(&self) -> Option<Tokenizer> {
        self.tokenizer.clone().or_else(|| {
            let declared = self.manifest().unwrap_or_default().tokenizer;
            Tokenizer::named(declared.name()).ok()
        })
    }

    /// Writes the files below an existing folder. Nothing that is there already is overwritten.
    ///
    /// # Errors
    /// When the file system says no; what was written by then stays.
    pub fn write_to(&self, folder: &Path) -> io::Result<()> {
        for (path, content) in &*self.files {
            let target = folder.join(path);
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::File::create_new(target)?.write_all(content)?;
        }
        Ok(())
    }

    fn close(raw: Raw, mut findings: Findings) -> Result<Self, Refusal> {
        let readable = findings.is_empty();
        let raw = names::unwrap_folder(raw, &mut findings);
        names::check_tree(&raw, &mut findings);
        if raw.files.is_empty() && readable {
            findings.whole(
                Rule::Empty,
                "the bundle has no file; put architecture.py and training.py into it",
            );
        }
        let files = lexical::check(raw.files, &mut findings);
        reserved::check(&files, &raw.folders, &mut findings);
        let tokenizer = own_tokenizer(&files, &mut findings);
        match findings.into_refusal() {
            Some(refusal) => Err(refusal),
            None => Ok(Self {
                digest: digest(&files).into(),
                files: Arc::new(files),
                tokenizer,
            }),
        }
    }
}

/// Read here, once, so that gates and run get the vocabulary of one and the same reading.
fn own_tokenizer(files: &BTreeMap<String, Vec<u8>>, findings: &mut Findings) -> Option<Tokenizer> {
    let Ok(manifest) = Manifest::from_files(files) else {
        return None;
    };
    let Declared::File(path) = manifest.tokenizer else {
        return None;
    };
    match Tokenizer::from_json(&path, files.get(&path)?) {
        Ok(tokenizer) => Some(tokenizer),
        Err(error) => {
            findings.file(Rule::Tokenizer, &path, error.to_string());
            None
        }
    }
}

/// Domain-separated, and every length before its bytes, so that no two bundles have one encoding.
fn digest(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    hash.update(b"prism-bundle-1\0");
    for (path, content) in files {
        for part in [path.as_bytes(), content] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hex::encode(hash.finalize())
}
