//! Reading the event log.

use serde_json::Value;

use crate::Store;
use crate::error::StoreError;
use crate::key::{Key, last_number};
use crate::record::Record;
use crate::records::Event;

impl Store {
    /// Everything that happened to a subject, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn history(&self, subject: &str) -> Result<Vec<Event>, StoreError> {
        self.keys(Key::of("events_by_subject").text(subject))
            .map(|entry| {
                let (key, _) = entry?;
                let sequence = last_number(&key).unwrap_or(0);
                self.read(Key::of(Event::TABLE).number(sequence))?
                    .ok_or_else(|| StoreError::NotFound {
                        what: "event",
                        id: sequence.to_string(),
                    })
            })
            .collect()
    }

    /// Tells of something that changed no record: an alarm, a finished replay.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn note(&self, subject: &str, kind: &str, detail: Value) -> Result<(), StoreError> {
        let mut change = self.change();
        change.event(subject, kind, detail)?;
        change.commit()
    }

    /// At most `limit` events after `sequence`, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn events_after(&self, sequence: u64, limit: usize) -> Result<Vec<Event>, StoreError> {
        let from = Key::of(Event::TABLE)
            .number(sequence.saturating_add(1))
            .into_bytes();
        let end = Key::of(Event::TABLE).number(u64::MAX).into_bytes();
        let range = self.0.tree.range(from..end).values().take(limit);
        range
            .map(|value| {
                crate::record::decode(
                    &value.map_err(StoreError::database("reading the event log"))?,
                )
            })
            .collect()
    }
}

/// The number the next event gets.
pub(crate) fn next_sequence(tree: &sled::Tree) -> Result<u64, StoreError> {
    let last = tree
        .scan_prefix(Key::of(Event::TABLE).into_bytes())
        .keys()
        .next_back();
    let last = last
        .transpose()
        .map_err(StoreError::database("reading the event log"))?;
    Ok(last.and_then(|key| last_number(&key)).unwrap_or(0) + 1)
}
