//! Pipeline revisions: immutable, numbered, with who and why; one of them is active.
//!
//! Each revision knows the one that was active when it was made, and a rollback goes there. So one rollback after
//! another goes further back each time, never to and fro, and never to a revision that was itself rolled back from:
//! after 1, 2, 3, back to 2, then 4, a rollback of 4 goes to 2. Who wants another one names its number.

use std::collections::BTreeSet;

use serde_json::json;

use crate::Store;
use crate::change::Change;
use crate::error::StoreError;
use crate::key::Key;
use crate::record::Record;
use crate::records::{Gate, GateMode, PipelineRevision, RevisionEntry};

impl Store {
    /// Makes this list of gates the active revision. A list that is active already keeps its number.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] when nothing in the list is enforced, a gate stands twice in one mode, is not
    /// installed or is not the one it is called, or a configuration is no object; when the database fails.
    pub fn activate_pipeline(
        &self,
        entries: Vec<RevisionEntry>,
        by: &str,
        why: &str,
    ) -> Result<PipelineRevision, StoreError> {
        let mut change = self.change();
        check(&change, &entries)?;
        let active = self.active_pipeline()?;
        if let Some(active) = active.clone().filter(|active| active.entries == entries) {
            return Ok(active);
        }
        let last = self
            .scan::<PipelineRevision>(Key::of(PipelineRevision::TABLE))
            .next_back()
            .transpose()?;
        let revision = PipelineRevision {
            number: last.map_or(0, |last| last.number) + 1,
            created_at: change.now,
            created_by: by.to_owned(),
            reason: why.to_owned(),
            based_on: active.as_ref().map(|active| active.number),
            entries,
        };
        change.put(revision_key(revision.number), &revision)?;
        turn(&mut change, active.as_ref(), &revision, by, why)?;
        change.commit()?;
        Ok(revision)
    }

    /// Makes an older revision the active one again.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] when it doesn't pass the checks of a new one any more,
    /// as one of the first schema whose gates are not installed; when the database fails.
    pub fn activate_revision(
        &self,
        number: u64,
        by: &str,
        why: &str,
    ) -> Result<PipelineRevision, StoreError> {
        let mut change = self.change();
        let revision = change
            .get::<PipelineRevision>(revision_key(number))?
            .ok_or_else(|| StoreError::NotFound {
                what: "revision",
                id: number.to_string(),
            })?;
        let active = self.active_pipeline()?;
        if active
            .as_ref()
            .is_some_and(|active| active.number == number)
        {
            return Ok(revision);
        }
        check(&change, &revision.entries)?;
        turn(&mut change, active.as_ref(), &revision, by, why)?;
        change.commit()?;
        Ok(revision)
    }

    /// The active revision; none before the first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn active_pipeline(&self) -> Result<Option<PipelineRevision>, StoreError> {
        let number = self
            .0
            .tree
            .get(active_key().into_bytes())
            .map_err(StoreError::database("reading the active revision"))?;
        match number.and_then(|bytes| bytes.first_chunk::<8>().copied()) {
            Some(number) => self.revision(u64::from_be_bytes(number)),
            None => Ok(None),
        }
    }

    /// The revision that was active when the active one was made: where a rollback goes. One after another goes
    /// further back each time, and never to a revision that was rolled back from.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn previous_pipeline(&self) -> Result<Option<PipelineRevision>, StoreError> {
        match self.active_pipeline()?.and_then(|active| active.based_on) {
            Some(number) => self.revision(number),
            None => Ok(None),
        }
    }

    /// The revision of this number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn revision(&self, number: u64) -> Result<Option<PipelineRevision>, StoreError> {
        self.read(revision_key(number))
    }

    /// At most `limit` revisions, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn revisions(&self, limit: usize) -> Result<Vec<PipelineRevision>, StoreError> {
        self.scan(Key::of(PipelineRevision::TABLE))
            .rev()
            .take(limit)
            .collect()
    }
}

fn check(change: &Change<'_>, entries: &[RevisionEntry]) -> Result<(), StoreError> {
    let invalid = |reason: String| Err(StoreError::Invalid(reason));
    if !entries.iter().any(|entry| entry.mode == GateMode::Enforce) {
        return invalid(
            "nothing in the list is enforced, so every bundle would pass: enforce at least one gate"
                .into(),
        );
    }
    let mut places = BTreeSet::new();
    for entry in entries {
        let RevisionEntry {
            gate,
            version,
            digest,
            ..
        } = entry;
        // One that is off keeps the place of an enforced one: turning it on again changes nothing but the mode.
        let shadow = entry.mode == GateMode::Shadow;
        if !places.insert((gate, shadow)) {
            let place = if shadow { "shadow" } else { "enforced or off" };
            return invalid(format!(
                "the gate {gate} stands more than once as {place}: leave one of them out"
            ));
        }
        let installed = change.get::<Gate>(Key::of(Gate::TABLE).text(digest))?;
        let Some(Gate { descriptor, .. }) = installed else {
            return invalid(format!(
                "the gate {gate}@{version} ({digest}) is not installed: install it first"
            ));
        };
        if (&descriptor.id, &descriptor.version) != (gate, version) {
            return invalid(format!(
                "{digest} is {}@{}, not {gate}@{version}: correct the name or the digest",
                descriptor.id, descriptor.version
            ));
        }
        if !entry.config.is_object() {
            return invalid(format!(
                "the configuration of {gate} is not a JSON object: write {{}} for none"
            ));
        }
    }
    Ok(())
}

fn turn(
    change: &mut Change<'_>,
    from: Option<&PipelineRevision>,
    to: &PipelineRevision,
    by: &str,
    why: &str,
) -> Result<(), StoreError> {
    change.index(active_key(), &to.number.to_be_bytes());
    let detail = json!({
        "from": from.map(|from| from.number), "to": to.number, "by": by, "why": why, "entries": to.entries,
    });
    change.event("pipeline", "pipeline.activated", detail)?;
    Ok(())
}

fn active_key() -> Key {
    Key::of("meta").text("active_pipeline")
}

fn revision_key(number: u64) -> Key {
    Key::of(PipelineRevision::TABLE).number(number)
}
