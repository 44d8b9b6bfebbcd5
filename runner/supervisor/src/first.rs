//! What a run left behind for the runs that check it: its manifest and its charges.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use prism_course::{Course, Step};
use prism_protocol::manifest::{Manifest, Parts, STREAM_FILE};
use prism_protocol::spec;
use prism_protocol::wire::Api;

/// A first run, as its supervisor wrote it.
pub struct First {
    /// The interface it used.
    pub api: Api,
    /// Rows of a batch.
    pub batch_size: u32,
    /// Columns of a row.
    pub seq_len: u32,
    /// Steps that were charged.
    pub steps: u64,
    /// Bytes that were charged.
    pub bytes: u64,
    /// What its number is made of.
    pub parts: Parts,
    /// Digest of its charges.
    pub stream_sha256: String,
}

impl First {
    /// Reads the manifest.
    ///
    /// # Errors
    /// When it can't be read or is not one of a completed run of this course.
    pub fn read(spec: &spec::First, course: &Course) -> Result<Self, String> {
        let path = spec.manifest.display();
        let bytes = std::fs::read(&spec.manifest).map_err(|error| format!("{path}: {error}"))?;
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|error| format!("{path}: {error}"))?;
        let Manifest {
            run, parts, data, ..
        } = &manifest;
        let (Some(api), Some(batch_size), Some(seq_len), Some(parts)) =
            (run.api, run.batch_size, run.seq_len, *parts)
        else {
            return Err(format!("{path}: not the manifest of a completed run"));
        };
        if (manifest.course.fingerprint.as_str(), manifest.course.bytes)
            != (course.fingerprint(), course.bytes())
        {
            return Err(format!("{path}: the run was made on another course"));
        }
        Ok(Self {
            api,
            batch_size,
            seq_len,
            steps: data.consumed_batches,
            bytes: data.covered_bytes,
            parts,
            stream_sha256: manifest.metrics.stream_sha256,
        })
    }
}

/// Reads the charges of a run, step by step.
pub struct Charges(BufReader<File>);

impl Charges {
    /// From the first step on.
    ///
    /// # Errors
    /// When the file can't be opened.
    pub fn open(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(BufReader::new(file)))
    }

    /// The charges of the next step's charged tokens, in bits.
    ///
    /// # Errors
    /// When there are fewer.
    pub fn of(&mut self, step: &Step) -> Result<Vec<f64>, String> {
        let mut value = [0; 8];
        (0..step.charged_tokens)
            .map(|_| match self.0.read_exact(&mut value) {
                Ok(()) => Ok(f64::from_le_bytes(value)),
                Err(error) => Err(format!("the charges of the first run: {error}")),
            })
            .collect()
    }
}

/// Writes the charges of a run.
pub struct Sink(BufWriter<File>);

impl Sink {
    /// An empty file in the run's folder.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn create(out_dir: &Path) -> std::io::Result<Self> {
        let file = File::create(out_dir.join(STREAM_FILE))?;
        Ok(Self(BufWriter::new(file)))
    }

    /// Adds the charges of a step's charged tokens.
    ///
    /// # Errors
    /// When the disk is full, for example.
    pub fn add(&mut self, charges: &[f64]) -> std::io::Result<()> {
        charges
            .iter()
            .try_for_each(|charge| self.0.write_all(&charge.to_le_bytes()))
    }

    /// Everything is in the file.
    ///
    /// # Errors
    /// When the disk is full, for example.
    pub fn end(mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}
