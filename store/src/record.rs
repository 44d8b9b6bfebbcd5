//! How a record lies on disk: one byte with the version of its schema, then JSON.
//!
//! JSON because an operator must be able to read a verdict years later with any tool, and because a migration
//! can be written as a change of fields. Version n has n migration steps behind it; a record of an older
//! version is brought up to date whenever it is read, and is on disk in the new form once it is written again.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::StoreError;

/// Brings a record from one schema version to the next; an error says what is wrong with the record.
pub type Step = fn(Value) -> Result<Value, String>;

/// Something that is stored under a key.
pub trait Record: Serialize + DeserializeOwned {
    /// Name of the table; part of the key.
    const TABLE: &'static str;

    /// Step i leads from schema version i to i + 1; their number is the current version.
    const STEPS: &'static [Step] = &[];
}

/// The bytes of a record.
///
/// # Errors
///
/// When the value has no JSON form.
pub(crate) fn encode<R: Record>(record: &R) -> Result<Vec<u8>, StoreError> {
    let mut bytes = vec![version::<R>()];
    serde_json::to_writer(&mut bytes, record)
        .map_err(|error| unreadable::<R>(error.to_string()))?;
    Ok(bytes)
}

/// The record of these bytes, brought up to date.
///
/// # Errors
///
/// [`StoreError::Newer`] or [`StoreError::Unreadable`].
pub(crate) fn decode<R: Record>(bytes: &[u8]) -> Result<R, StoreError> {
    let Some((&found, json)) = bytes.split_first() else {
        return Err(unreadable::<R>("it is empty".into()));
    };
    let known = version::<R>();
    if found > known {
        return Err(StoreError::Newer {
            table: R::TABLE,
            found,
            known,
        });
    }
    if found == known {
        return serde_json::from_slice(json).map_err(|error| unreadable::<R>(error.to_string()));
    }
    let mut value: Value =
        serde_json::from_slice(json).map_err(|error| unreadable::<R>(error.to_string()))?;
    for (from, step) in R::STEPS.iter().enumerate().skip(usize::from(found)) {
        value = step(value).map_err(|reason| {
            unreadable::<R>(format!("migrating from version {from}: {reason}"))
        })?;
    }
    serde_json::from_value(value).map_err(|error| unreadable::<R>(error.to_string()))
}

fn version<R: Record>() -> u8 {
    u8::try_from(R::STEPS.len()).unwrap_or(u8::MAX)
}

fn unreadable<R: Record>(reason: String) -> StoreError {
    StoreError::Unreadable {
        table: R::TABLE,
        reason,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Lamp {
        lumen: u64,
        colours: Vec<String>,
    }

    impl Record for Lamp {
        const TABLE: &'static str = "lamps";
        const STEPS: &'static [Step] = &[
            // Version 1 counts lumen, not watts.
            |mut value| {
                let object = value.as_object_mut().ok_or("not an object")?;
                let watts = object
                    .remove("watts")
                    .and_then(|watts| watts.as_u64())
                    .ok_or("no watts")?;
                object.insert("lumen".into(), json!(watts * 100));
                Ok(value)
            },
            // Version 2 may have several colours.
            |mut value| {
                let object = value.as_object_mut().ok_or("not an object")?;
                let colour = object.remove("colour").ok_or("no colour")?;
                object.insert("colours".into(), json!([colour]));
                Ok(value)
            },
        ];
    }

    fn at(version: u8, json: &str) -> Vec<u8> {
        [&[version], json.as_bytes()].concat()
    }

    #[test]
    fn a_record_of_any_older_version_is_read_as_the_newest() {
        let lamp = Lamp {
            lumen: 4000,
            colours: vec!["red".into()],
        };
        let fixtures = [
            at(0, r#"{"watts": 40, "colour": "red"}"#),
            at(1, r#"{"lumen": 4000, "colour": "red"}"#),
            at(2, r#"{"lumen": 4000, "colours": ["red"]}"#),
        ];
        for fixture in fixtures {
            assert_eq!(decode::<Lamp>(&fixture).unwrap(), lamp);
        }
        assert_eq!(encode(&lamp).unwrap().first(), Some(&2));
        assert_eq!(decode::<Lamp>(&encode(&lamp).unwrap()).unwrap(), lamp);
    }

    #[test]
    fn what_can_not_be_read_says_so() {
        assert!(matches!(
            decode::<Lamp>(&at(3, "{}")),
            Err(StoreError::Newer {
                found: 3,
                known: 2,
                ..
            })
        ));
        for broken in [
            vec![],
            at(2, "{"),
            at(2, "{}"),
            at(0, "[]"),
            at(0, r#"{"colour": "red"}"#),
        ] {
            assert!(matches!(
                decode::<Lamp>(&broken),
                Err(StoreError::Unreadable { table: "lamps", .. })
            ));
        }
    }
}
