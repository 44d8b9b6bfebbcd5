//! A gate's configuration: a JSON object decoded into the gate's own type, unknown keys refused.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// The configuration of a gate that has nothing to configure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct NoConfig {}

/// Why a configuration was refused. The operator wrote it, so the bundle is not to blame.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum ConfigError {
    /// The text is no JSON object of the expected shape.
    #[error("the gate's configuration does not fit: {0}")]
    Shape(String),
    /// A key that the gate doesn't know, as a dotted path.
    #[error("the gate's configuration has the unknown key `{0}`; `describe` lists the known ones")]
    UnknownKey(String),
}

/// Decodes a configuration; an empty text is an empty object.
pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Result<T, ConfigError> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    // serde would also read a struct from a JSON array, by position.
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| ConfigError::Shape(error.to_string()))?;
    if !value.is_object() {
        return Err(ConfigError::Shape("it must be a JSON object".to_owned()));
    }
    let mut unknown = None;
    let config = serde_ignored::deserialize(value, |path| {
        unknown.get_or_insert_with(|| path.to_string());
    })
    .map_err(|error| ConfigError::Shape(error.to_string()))?;
    match unknown {
        Some(key) => Err(ConfigError::UnknownKey(key)),
        None => Ok(config),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Limits {
        lines: u32,
        nested: NoConfig,
    }

    #[test]
    fn an_empty_text_is_the_default() {
        assert_eq!(decode::<Limits>(" ").unwrap(), Limits::default());
        assert_eq!(decode::<Limits>(r#"{"lines": 3}"#).unwrap().lines, 3);
    }

    #[test]
    fn unknown_keys_are_named_at_any_depth() {
        let error = decode::<Limits>(r#"{"lines": 3, "nested": {"lime": 1}}"#).unwrap_err();
        assert_eq!(error, ConfigError::UnknownKey("nested.lime".to_owned()));
        assert!(decode::<NoConfig>(r#"{"x": 1}"#).is_err());
    }

    #[test]
    fn a_wrong_type_and_an_array_are_refused() {
        assert!(matches!(
            decode::<Limits>(r#"{"lines": "3"}"#),
            Err(ConfigError::Shape(_))
        ));
        assert!(matches!(
            decode::<Limits>("[3, {}]"),
            Err(ConfigError::Shape(_))
        ));
        assert!(matches!(decode::<Limits>("{"), Err(ConfigError::Shape(_))));
    }
}
