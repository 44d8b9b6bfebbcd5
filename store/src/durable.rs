//! Durable before return, with one flush for all who wait at the same time.
//!
//! sled writes its log with `sync_file_range`, which reaches the disk's cache but neither its metadata nor, on
//! a loss of power, the disk itself. So each flush is followed by one `fdatasync` of the log file. The first who
//! needs a flush does it; whoever comes meanwhile waits and is covered by the next one, done by one of them.

use std::fs::File;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::StoreError;

pub(crate) struct Durable {
    database: sled::Db,
    log: File,
    state: Mutex<State>,
    flushed: Condvar,
}

#[derive(Default)]
struct State {
    /// Number of the last write that was applied.
    applied: u64,
    /// Number of the last write known to be on disk.
    durable: u64,
    flushing: bool,
    flushes: u64,
}

impl Durable {
    pub(crate) fn new(database: sled::Db, folder: &Path) -> Result<Self, StoreError> {
        // sled 0.34 keeps its whole log in this one file.
        let log =
            File::open(folder.join("db")).map_err(StoreError::io("opening the database's log"))?;
        Ok(Self {
            database,
            log,
            state: Mutex::default(),
            flushed: Condvar::new(),
        })
    }

    /// Call after a write was applied; returns the ticket to wait with.
    pub(crate) fn applied(&self) -> u64 {
        let mut state = self.lock();
        state.applied += 1;
        state.applied
    }

    /// Returns once the write of this ticket is on disk.
    pub(crate) fn wait(&self, ticket: u64) -> Result<(), StoreError> {
        let mut state = self.lock();
        while state.durable < ticket {
            if state.flushing {
                state = self
                    .flushed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            state.flushing = true;
            let covers = state.applied;
            drop(state);
            let result = self.flush();
            state = self.lock();
            state.flushing = false;
            self.flushed.notify_all();
            result?;
            state.durable = state.durable.max(covers);
            state.flushes += 1;
        }
        Ok(())
    }

    /// Flushes done, and writes they covered.
    pub(crate) fn counters(&self) -> (u64, u64) {
        let state = self.lock();
        (state.flushes, state.durable)
    }

    fn flush(&self) -> Result<(), StoreError> {
        self.database
            .flush()
            .map_err(StoreError::database("flushing the database"))?;
        self.log
            .sync_data()
            .map_err(StoreError::io("writing the database's log to disk"))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
