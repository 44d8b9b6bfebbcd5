//! Takes the exported state: raw tensors under a budget, written beside the manifest. This budget is what binds a
//! model's size in the end: gate and preflight count what they are shown, nothing but what passes here survives a run.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use prism_protocol::manifest::{State, StateTensor};
use prism_protocol::outcome::FailReason;
use prism_protocol::wire::{STATE_CHUNK_BYTES, StateHead};
use sha2::{Digest, Sha256};

use crate::failure::Stop;

const FILE: &str = "state.bin";
const INDEX: &str = "state.json";

/// More than any model of a capped size has.
const MAX_TENSORS: usize = 65_536;
const MAX_NAME_BYTES: usize = 512;
const MAX_DIMENSIONS: usize = 16;

/// The state as far as it has come.
pub struct Intake {
    file: BufWriter<File>,
    budget: u64,
    /// Bytes taken of the budget.
    spent: u64,
    /// Bytes in the file.
    written: u64,
    names: BTreeSet<String>,
    tensors: Vec<StateTensor>,
    open: Option<Open>,
}

struct Open {
    tensor: StateTensor,
    missing: u64,
    digest: Sha256,
}

impl Intake {
    /// Nothing yet; at most `budget` bytes may come.
    ///
    /// # Errors
    /// When the file can't be made.
    pub fn new(out_dir: &Path, budget: u64) -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::new(File::create(out_dir.join(FILE))?),
            budget,
            spent: 0,
            written: 0,
            names: BTreeSet::new(),
            tensors: Vec::new(),
            open: None,
        })
    }

    /// A tensor begins.
    ///
    /// # Errors
    /// When it breaks the protocol or the whole gets over the budget.
    pub fn begin(&mut self, head: StateHead) -> Result<(), Stop> {
        let StateHead {
            name, dtype, shape, ..
        } = &head;
        if self.open.is_some() {
            return Err(Stop::violation(
                "a tensor of the state began before the last was whole",
            ));
        }
        if name.len() > MAX_NAME_BYTES
            || shape.len() > MAX_DIMENSIONS
            || self.tensors.len() >= MAX_TENSORS
        {
            return Err(Stop::violation(
                "the state has too many tensors, or too long a name or shape",
            ));
        }
        if !self.names.insert(name.clone()) {
            return Err(Stop::violation("a tensor of the state came twice"));
        }
        let bytes = shape
            .iter()
            .try_fold(dtype.bytes(), |product, size| product.checked_mul(*size));
        // Names and sizes are state as well: a million empty tensors could say a lot.
        let described = (name.len() + size_of_val(shape.as_slice())) as u64;
        let (bytes, spent) = bytes
            .and_then(|bytes| {
                let spent = self.spent.checked_add(bytes)?.checked_add(described)?;
                (spent <= self.budget).then_some((bytes, spent))
            })
            .ok_or_else(|| {
                Stop::failed(
                    FailReason::Quota,
                    format!(
                        "the exported state is larger than its {} bytes",
                        self.budget
                    ),
                )
            })?;
        self.spent = spent;
        let tensor = StateTensor {
            head,
            offset: self.written,
            bytes,
            sha256: String::new(),
        };
        self.open = Some(Open {
            tensor,
            missing: bytes,
            digest: Sha256::new(),
        });
        self.close_if_whole();
        Ok(())
    }

    /// How many bytes the next chunk may have.
    ///
    /// # Errors
    /// When no chunk of that size is due.
    pub fn due(&self, bytes: u64) -> Result<usize, Stop> {
        let missing = self.open.as_ref().map_or(0, |open| open.missing);
        if bytes == 0 || bytes > missing.min(STATE_CHUNK_BYTES) {
            return Err(Stop::violation(
                "a chunk of the state has another size than is due",
            ));
        }
        usize::try_from(bytes).map_err(Stop::infrastructure)
    }

    /// Takes a chunk that [`Self::due`] has allowed.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn chunk(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let Some(open) = &mut self.open else {
            return Err(Stop::violation("a chunk of the state belongs to no tensor"));
        };
        open.digest.update(bytes);
        open.missing = open.missing.saturating_sub(bytes.len() as u64);
        self.written += bytes.len() as u64;
        self.file.write_all(bytes).map_err(Stop::infrastructure)?;
        self.close_if_whole();
        Ok(())
    }

    fn close_if_whole(&mut self) {
        if let Some(Open {
            mut tensor, digest, ..
        }) = self.open.take_if(|open| open.missing == 0)
        {
            tensor.sha256 = hex::encode(digest.finalize());
            self.tensors.push(tensor);
        }
    }

    /// The state is whole; writes its index.
    ///
    /// # Errors
    /// When a tensor is unfinished or the files can't be written.
    pub fn end(mut self, out_dir: &Path) -> Result<State, Stop> {
        if self.open.is_some() {
            return Err(Stop::violation("the state ended within a tensor"));
        }
        self.file.flush().map_err(Stop::infrastructure)?;
        let index = serde_json::to_vec_pretty(&self.tensors).map_err(Stop::infrastructure)?;
        std::fs::write(out_dir.join(INDEX), &index).map_err(Stop::infrastructure)?;
        Ok(State {
            file: FILE.to_owned(),
            index: INDEX.to_owned(),
            bytes: self.written,
            tensors: self.tensors.len() as u64,
            sha256: hex::encode(Sha256::digest(&index)),
        })
    }
}
