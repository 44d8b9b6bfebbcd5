//! The bundle's manifest, `prism.yaml`: which file builds the model, which trains it, and with which
//! tokenizer. Everything in it is optional, as is the file itself.
//!
//! ```yaml
//! kind: full                      # full, architecture_only or training_for_arch
//! architecture_id: my-gpt         # a note for people
//! architecture:
//!   entrypoint: architecture.py   # or architecture.py::build_model
//!   factory: build_model          # also spelled function or entry
//!   files: [layers.py]            # more files that belong to the architecture
//! training:
//!   entrypoint: training.py
//!   factory: train
//! tokenizer: bytes                # bytes, gpt2, llama, or the path of a tokenizer.json
//! ```
//!
//! The host, the gates and the runner all read it through this crate, so that none of them sees
//! another entry point than the others. What the named files contain is not looked at here.

mod error;
mod schema;
mod yaml;

use std::collections::BTreeMap;

pub use error::{ManifestError, Problem};

/// The two names of a manifest. Only the bundle's root is looked at; having both is an error.
pub const NAMES: [&str; 2] = ["prism.yaml", "prism.yml"];

/// What a bundle declares of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The manifest's bundle path; none when the bundle has none and all of this is default.
    pub path: Option<String>,
    /// What the bundle brings.
    pub kind: Kind,
    /// A note for people; decides nothing.
    pub architecture_id: Option<String>,
    /// The model's side.
    pub architecture: Part,
    /// The trainer's side.
    pub training: Part,
    /// The declared tokenizer.
    pub tokenizer: Tokenizer,
    /// 1-based line of the tokenizer's declaration.
    pub tokenizer_line: Option<u32>,
}

/// What a bundle brings. All kinds need both scripts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// An architecture and a training recipe of its own.
    #[default]
    Full,
    /// The training recipe is only there to make the architecture run.
    ArchitectureOnly,
    /// The architecture is somebody's, the training recipe is the entry.
    TrainingForArch,
}

/// One of the two scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Bundle path of the script, exact.
    pub entrypoint: String,
    /// The top-level function to call.
    pub symbol: String,
    /// More files that belong to this side, sorted and distinct.
    pub files: Vec<String>,
    /// 1-based line of the declaration in the manifest; none for a default.
    pub line: Option<u32>,
}

/// A declared tokenizer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tokenizer {
    /// One id a byte, and a separator.
    #[default]
    Bytes,
    /// GPT-2's byte-level BPE.
    Gpt2,
    /// LLaMA's SentencePiece model.
    Llama,
    /// A `tokenizer.json` in the bundle, at this path.
    File(String),
}

impl Manifest {
    /// Reads the manifest of a bundle, or gives the defaults when it has none.
    ///
    /// # Errors
    /// When the manifest is outside the subset, says something that means nothing, or names a file
    /// that the bundle does not have at exactly that path. A bundle without a manifest needs the
    /// default files.
    pub fn from_files(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, ManifestError> {
        let [first, second] = NAMES.map(|name| files.get_key_value(name));
        if let (Some(_), Some((path, _))) = (first, second) {
            return Err(ManifestError::whole(path, Problem::TwoManifests));
        }
        let manifest = match first.or(second) {
            Some((path, bytes)) => Self::parse(path, bytes)?,
            None => Self::default(),
        };
        schema::check_files(&manifest, files)?;
        Ok(manifest)
    }

    /// The folders on the import path of the run, as bundle paths, the bundle's root as an empty one: those of the two
    /// entry points, the model's first. Gates and runner resolve imports alike.
    #[must_use]
    pub fn import_folders(&self) -> Vec<String> {
        let folder = |part: &Part| {
            let split = part.entrypoint.rsplit_once('/');
            split.map_or("", |(folder, _)| folder).to_owned()
        };
        let mut folders = vec![folder(&self.architecture), folder(&self.training)];
        folders.dedup();
        folders
    }

    /// Reads a manifest's text without a look at the bundle around it.
    ///
    /// # Errors
    /// As [`Manifest::from_files`], but for missing files.
    pub fn parse(path: &str, bytes: &[u8]) -> Result<Self, ManifestError> {
        match yaml::parse(path, bytes)? {
            Some(root) => schema::read(path, &root),
            None => Ok(Self {
                path: Some(path.to_owned()),
                ..Self::default()
            }),
        }
    }
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            path: None,
            kind: Kind::default(),
            architecture_id: None,
            architecture: Part::new("architecture.py", "build_model"),
            training: Part::new("training.py", "train"),
            tokenizer: Tokenizer::default(),
            tokenizer_line: None,
        }
    }
}

impl Part {
    fn new(entrypoint: &str, symbol: &str) -> Self {
        Self {
            entrypoint: entrypoint.to_owned(),
            symbol: symbol.to_owned(),
            files: Vec::new(),
            line: None,
        }
    }
}

impl Tokenizer {
    /// The name or path, as the manifest spells it and as `ctx` shows it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Bytes => "bytes",
            Self::Gpt2 => "gpt2",
            Self::Llama => "llama",
            Self::File(path) => path,
        }
    }

    /// Number of ids, the separator included; none when the vocabulary must be read first.
    ///
    /// `bytes` has 256 ids and the separator 256. `gpt2` has 50,257 with its end-of-text, which is
    /// the separator (Radford et al. 2019, section 2.3).
    #[must_use]
    pub fn vocab_size(&self) -> Option<u32> {
        match self {
            Self::Bytes => Some(257),
            Self::Gpt2 => Some(50_257),
            Self::Llama | Self::File(_) => None,
        }
    }
}
