//! What an operator sets while the service runs: courses, runtime configuration.

use serde_json::{Value, json};

use crate::Store;
use crate::error::StoreError;
use crate::key::Key;
use crate::record::Record;
use crate::records::{Course, RuntimeSetting};
use crate::timestamp::Timestamp;

impl Store {
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
