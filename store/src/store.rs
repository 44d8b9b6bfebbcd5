//! Typed, durable state of the service on sled, and the content-addressed blob folder beside it.
//!
//! One process owns a data folder; an advisory lock refuses a second. Every write goes through one
//! [`change::Change`]: the records it touches, their indexes and the events that tell of it reach sled as one
//! atomic batch, and the call returns when that batch is on disk. Reads never wait for writes. Everything here
//! blocks; an async caller uses a blocking thread.
//!
//! What a state means and when it changes is decided by the service; this crate only keeps its word.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::lock::FolderLock;

pub mod blobs;
pub mod error;
pub mod record;
pub mod records;
pub mod timestamp;
pub mod verdict;

mod boards;
mod change;
mod cooldown;
mod corpus;
mod durable;
mod evaluation;
mod gates;
mod held;
mod history;
mod intake;
mod jobs;
mod key;
mod llm;
mod lock;
mod queue;
mod revisions;
mod settings;
mod shadows;

pub use blobs::{BlobId, Blobs};
pub use corpus::{CorpusNeighbour, SKETCH_VALUES};
pub use error::StoreError;
pub use evaluation::JudgedPage;
pub use gates::{INSTALLATION, NewGate};
pub use intake::NewSubmission;
pub use llm::LlmCall;
pub use queue::{Claim, Ended, QueuePolicy, Retry};
pub use shadows::ShadowPage;
pub use timestamp::Timestamp;

/// Version of the key layout. A folder with a higher one was written by a newer Prism and is refused.
const FORMAT: u8 = 1;

/// Bytes of pages sled keeps in memory. Values are small (large ones are blobs), so this holds months of records.
const CACHE_BYTES: u64 = 64 << 20;

/// How long a database that was closed in this process may take to let go of its lock.
const LEAVING: Duration = Duration::from_secs(5);

/// The state of one service. Cloning shares it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    tree: sled::Tree,
    /// Held while a change reads and writes, so that changes happen one after another.
    writer: Mutex<Writer>,
    durable: durable::Durable,
    blobs: Blobs,
    path: PathBuf,
    // Dropped last: the folder is free only when sled has let go of it.
    _lock: FolderLock,
}

struct Writer {
    next_event: u64,
}

/// Opens the database of a folder whose lock is ours. Whoever still holds sled's own is then an instance on its way
/// out, which lets go of it on a thread of its own: it is waited for.
fn database(folder: &Path) -> sled::Result<sled::Db> {
    let config = sled::Config::new().path(folder).cache_capacity(CACHE_BYTES);
    let deadline = Instant::now() + LEAVING;
    loop {
        match config.open() {
            Err(sled::Error::Io(error))
                if error.to_string().contains("acquire lock") && Instant::now() < deadline =>
            {
                std::thread::sleep(Duration::from_millis(10));
            }
            opened => return opened,
        }
    }
}

impl Store {
    /// Opens the data folder, making it when it is not there, and puts submissions that were running when the
    /// last process ended back into the queue (or holds them, when `policy` gives them no further attempt).
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] when another process has it open, [`StoreError::Format`] when a newer Prism wrote it,
    /// and what the disk or the database says.
    pub fn open(path: &Path, policy: &QueuePolicy) -> Result<Self, StoreError> {
        std::fs::create_dir_all(path).map_err(StoreError::io(format!(
            "making the data folder {}",
            path.display()
        )))?;
        let lock = FolderLock::take(path)?;
        let folder = path.join("db");
        let database = database(&folder).map_err(StoreError::database("opening the database"))?;
        let blobs = Blobs::open(&path.join("blobs"))?;
        let durable = durable::Durable::new(database.clone(), &folder)?;
        let tree = (*database).clone();
        check_format(&tree)?;
        let next_event = history::next_sequence(&tree)?;
        let store = Self(Arc::new(Inner {
            tree,
            writer: Mutex::new(Writer { next_event }),
            durable,
            blobs,
            path: path.to_path_buf(),
            _lock: lock,
        }));
        lock::sync_folder(path)?;
        store.forget_first_schema()?;
        store.recover(policy)?;
        Ok(store)
    }

    /// The blobs.
    pub fn blobs(&self) -> &Blobs {
        &self.0.blobs
    }

    /// The data folder.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Flushes that reached the disk and writes they covered, since the store was opened: their ratio is how
    /// many concurrent writes share one flush.
    pub fn flushes(&self) -> (u64, u64) {
        self.0.durable.counters()
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Store").field(&self.0.path).finish()
    }
}

fn check_format(tree: &sled::Tree) -> Result<(), StoreError> {
    let key = key::Key::of("meta").text("format").into_bytes();
    let read = tree
        .get(&key)
        .map_err(StoreError::database("reading the format"))?;
    match read.as_deref() {
        None => {
            tree.insert(key, &[FORMAT])
                .map_err(StoreError::database("writing the format"))?;
            Ok(())
        }
        Some([FORMAT]) => Ok(()),
        Some(other) => {
            let found = other.first().copied().unwrap_or(0);
            Err(StoreError::Format {
                found,
                known: FORMAT,
            })
        }
    }
}
