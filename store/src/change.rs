//! One change of the state: what it reads it sees alone, what it writes becomes visible and durable at once.

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

use serde_json::Value;

use crate::error::StoreError;
use crate::key::Key;
use crate::record::{Record, decode, encode};
use crate::records::{Event, Submission};
use crate::timestamp::Timestamp;
use crate::{Inner, Store, Writer, queue};

/// A change under construction. Dropped without [`Change::commit`], it has done nothing.
pub(crate) struct Change<'a> {
    inner: &'a Inner,
    writer: MutexGuard<'a, Writer>,
    staged: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    next_event: u64,
    /// The one time everything in this change is stamped with.
    pub(crate) now: Timestamp,
}

impl Store {
    /// Begins a change; others wait until it is committed or dropped.
    pub(crate) fn change(&self) -> Change<'_> {
        // A poisoned lock is fine: what a panicking change had staged was never applied.
        let writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let next_event = writer.next_event;
        Change {
            inner: &self.0,
            writer,
            staged: BTreeMap::new(),
            next_event,
            now: Timestamp::now(),
        }
    }

    pub(crate) fn read<R: Record>(&self, key: Key) -> Result<Option<R>, StoreError> {
        let bytes = self.0.tree.get(key.into_bytes()).map_err(reading::<R>())?;
        bytes.map(|bytes| decode(&bytes)).transpose()
    }

    /// All records below this prefix in the order of their keys; the newest first with `.rev()`.
    pub(crate) fn scan<R: Record>(
        &self,
        prefix: Key,
    ) -> impl DoubleEndedIterator<Item = Result<R, StoreError>> + use<R> {
        self.0
            .tree
            .scan_prefix(prefix.into_bytes())
            .values()
            .map(|value| {
                let bytes = value.map_err(reading::<R>())?;
                decode(&bytes)
            })
    }

    /// Keys below this prefix, for indexes.
    pub(crate) fn keys(
        &self,
        prefix: Key,
    ) -> impl DoubleEndedIterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> + use<> {
        self.0.tree.scan_prefix(prefix.into_bytes()).map(|pair| {
            let (key, value) = pair.map_err(StoreError::database("reading an index"))?;
            Ok((key.to_vec(), value.to_vec()))
        })
    }
}

fn reading<R: Record>() -> impl FnOnce(sled::Error) -> StoreError {
    StoreError::database(format!("reading a record of `{}`", R::TABLE))
}

impl Change<'_> {
    pub(crate) fn get<R: Record>(&self, key: Key) -> Result<Option<R>, StoreError> {
        let key = key.into_bytes();
        match self.staged.get(&key) {
            Some(staged) => staged.as_deref().map(decode).transpose(),
            None => self
                .inner
                .tree
                .get(key)
                .map_err(reading::<R>())?
                .map(|bytes| decode(&bytes))
                .transpose(),
        }
    }

    pub(crate) fn put<R: Record>(&mut self, key: Key, record: &R) -> Result<(), StoreError> {
        self.staged.insert(key.into_bytes(), Some(encode(record)?));
        Ok(())
    }

    /// An index entry: its value says where to look.
    pub(crate) fn index(&mut self, key: Key, value: &[u8]) {
        self.staged.insert(key.into_bytes(), Some(value.to_vec()));
    }

    pub(crate) fn index_value(&self, key: Key) -> Result<Option<Vec<u8>>, StoreError> {
        let key = key.into_bytes();
        if let Some(staged) = self.staged.get(&key) {
            return Ok(staged.clone());
        }
        let read = self
            .inner
            .tree
            .get(key)
            .map_err(StoreError::database("reading an index"))?;
        Ok(read.map(|value| value.to_vec()))
    }

    pub(crate) fn remove(&mut self, key: Key) {
        self.staged.insert(key.into_bytes(), None);
    }

    /// Tells of the change; returns the event's sequence number.
    pub(crate) fn event(
        &mut self,
        subject: &str,
        kind: &str,
        detail: Value,
    ) -> Result<u64, StoreError> {
        let sequence = self.next_event;
        let event = Event {
            sequence,
            at: self.now,
            subject: subject.into(),
            kind: kind.into(),
            detail,
        };
        self.put(Key::of(Event::TABLE).number(sequence), &event)?;
        self.index(
            Key::of("events_by_subject").text(subject).number(sequence),
            &[],
        );
        self.next_event += 1;
        Ok(sequence)
    }

    pub(crate) fn submission(&self, id: &str) -> Result<Submission, StoreError> {
        self.get(queue::submission_key(id))?
            .ok_or_else(|| StoreError::NotFound {
                what: "submission",
                id: id.to_owned(),
            })
    }

    /// Applies everything and returns once it is on disk.
    pub(crate) fn commit(self) -> Result<(), StoreError> {
        let durable = &self.inner.durable;
        let ticket = self.apply()?;
        durable.wait(ticket)
    }

    /// Applies everything; a crash may lose it. Only for what has no meaning after a crash.
    pub(crate) fn commit_lazily(self) -> Result<(), StoreError> {
        self.apply().map(drop)
    }

    fn apply(mut self) -> Result<u64, StoreError> {
        let mut batch = sled::Batch::default();
        for (key, value) in std::mem::take(&mut self.staged) {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        self.inner
            .tree
            .apply_batch(batch)
            .map_err(StoreError::database("writing a change"))?;
        self.writer.next_event = self.next_event;
        // The writers' lock is let go of here, before the flush, so that the next change can share it.
        Ok(self.inner.durable.applied())
    }
}
