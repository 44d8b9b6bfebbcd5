//! What an operator sets while the service runs: pipeline revisions, courses, runtime configuration.

use serde_json::{Value, json};

use crate::Store;
use crate::error::StoreError;
use crate::key::Key;
use crate::record::Record;
use crate::records::{Course, Gate, PipelineRevision, RevisionEntry, RuntimeSetting};
use crate::timestamp::Timestamp;

impl Store {
    /// Makes this list of gates the active revision. A list that is already active keeps its number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn activate_pipeline(
        &self,
        entries: Vec<RevisionEntry>,
    ) -> Result<PipelineRevision, StoreError> {
        let mut change = self.change();
        let last = self
            .scan::<PipelineRevision>(Key::of(PipelineRevision::TABLE))
            .next_back()
            .transpose()?;
        let active = self.active_pipeline()?;
        if let Some(active) = active.clone().filter(|active| active.entries == entries) {
            return Ok(active);
        }
        let revision = PipelineRevision {
            number: last.map_or(0, |last| last.number) + 1,
            created_at: change.now,
            entries,
        };
        for entry in revision
            .entries
            .iter()
            .filter(|entry| !entry.digest.is_empty())
        {
            let key = || Key::of(Gate::TABLE).text(&entry.digest);
            if change.get::<Gate>(key())?.is_none() {
                let gate = Gate {
                    digest: entry.digest.clone(),
                    id: entry.gate.clone(),
                    version: entry.version.clone(),
                    first_seen: change.now,
                };
                change.put(key(), &gate)?;
            }
        }
        change.put(
            Key::of(PipelineRevision::TABLE).number(revision.number),
            &revision,
        )?;
        change.index(
            Key::of("meta").text("active_pipeline"),
            &revision.number.to_be_bytes(),
        );
        let detail = json!({
            "from": active.map(|active| active.number), "to": revision.number, "entries": revision.entries,
        });
        change.event("pipeline", "pipeline.activated", detail)?;
        change.commit()?;
        Ok(revision)
    }

    /// The active revision; none before the first start.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn active_pipeline(&self) -> Result<Option<PipelineRevision>, StoreError> {
        let key = Key::of("meta").text("active_pipeline").into_bytes();
        let number = self
            .0
            .tree
            .get(key)
            .map_err(StoreError::database("reading the active revision"))?;
        let Some(number) = number.and_then(|bytes| bytes.first_chunk::<8>().copied()) else {
            return Ok(None);
        };
        self.read(Key::of(PipelineRevision::TABLE).number(u64::from_be_bytes(number)))
    }

    /// Makes this the course that bundles are run on from now on: only scores on it rank. `bytes` is how much of
    /// it is served, which makes another course of it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn use_course(
        &self,
        fingerprint: &str,
        id: &str,
        bytes: u64,
    ) -> Result<Course, StoreError> {
        let mut change = self.change();
        let active = self.active_course()?;
        if let Some(active) = active
            .clone()
            .filter(|active| active.fingerprint == fingerprint && active.bytes == bytes)
        {
            return Ok(active);
        }
        let key = || course_key(fingerprint, bytes);
        let course = match change.get::<Course>(key())? {
            Some(known) => known,
            None => Course {
                fingerprint: fingerprint.into(),
                id: id.into(),
                bytes,
                first_used: change.now,
            },
        };
        change.put(key(), &course)?;
        change.index(Key::of("meta").text("active_course"), &key().into_bytes());
        change.event(
            "courses",
            "course.used",
            json!({ "from": active, "to": course }),
        )?;
        change.commit()?;
        Ok(course)
    }

    /// The course in use; none before the first start.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn active_course(&self) -> Result<Option<Course>, StoreError> {
        let reading = || StoreError::database("reading the active course");
        let key = Key::of("meta").text("active_course").into_bytes();
        let Some(key) = self.0.tree.get(key).map_err(reading())? else {
            return Ok(None);
        };
        let course = self.0.tree.get(key).map_err(reading())?;
        course
            .map(|bytes| crate::record::decode(&bytes))
            .transpose()
    }

    /// Sets a value of the runtime configuration; it counts from `effective_from` on.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn set_runtime(
        &self,
        key: &str,
        value: Value,
        effective_from: Timestamp,
    ) -> Result<(), StoreError> {
        let mut change = self.change();
        let setting = RuntimeSetting {
            key: key.to_owned(),
            value: value.clone(),
            effective_from,
        };
        change.put(
            Key::of(RuntimeSetting::TABLE)
                .text(key)
                .number(effective_from.0),
            &setting,
        )?;
        let detail = json!({ "key": key, "value": value, "effective_from": effective_from });
        change.event("runtime_config", "runtime_config.set", detail)?;
        change.commit()
    }

    /// The value that counts now.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn runtime(&self, key: &str) -> Result<Option<Value>, StoreError> {
        let now = Timestamp::now();
        for setting in self
            .scan::<RuntimeSetting>(Key::of(RuntimeSetting::TABLE).text(key))
            .rev()
        {
            let setting = setting?;
            if setting.effective_from <= now {
                return Ok(Some(setting.value));
            }
        }
        Ok(None)
    }
}

fn course_key(fingerprint: &str, bytes: u64) -> Key {
    Key::of(Course::TABLE).text(fingerprint).number(bytes)
}
