//! A gate's configuration, held against the JSON Schema that the gate gives for it.

use jsonschema::PatternOptions;
use prism_store::records::Descriptor;
use serde_json::Value;

/// Problems told of at once.
const MAX_PROBLEMS: usize = 20;

/// Characters of one problem's text.
const MAX_TEXT: usize = 300;

/// Why a configuration is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The gate's own schema is none, or refers to something outside itself.
    #[error("the gate's config schema can't be used, which is the gate's fault: {0}")]
    Schema(String),
    /// No JSON object.
    #[error("a configuration is a JSON object; this is none")]
    NotObject,
    /// It does not conform.
    #[error("the configuration does not conform to the gate's schema: {}", .0.join("; "))]
    Invalid(Vec<String>),
}

/// Whether a gate with this descriptor takes this configuration.
///
/// # Errors
/// Every problem with its place, as far as they are few.
pub fn check_config(descriptor: &Descriptor, config: &Value) -> Result<(), ConfigError> {
    if !config.is_object() {
        return Err(ConfigError::NotObject);
    }
    // The schema is a stranger's: patterns that take linear time only. References lead nowhere outside, because
    // the crate is built without any way to fetch one.
    let validator = jsonschema::draft202012::options()
        .with_pattern_options(PatternOptions::regex())
        .build(&descriptor.config_schema)
        .map_err(|error| ConfigError::Schema(short(&error)))?;
    let problems: Vec<_> = validator
        .iter_errors(config)
        .take(MAX_PROBLEMS)
        .map(|error| {
            let place = error.instance_path().to_string();
            if place.is_empty() {
                short(&error)
            } else {
                format!("{place}: {}", short(&error))
            }
        })
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(ConfigError::Invalid(problems))
    }
}

fn short(error: &jsonschema::ValidationError<'_>) -> String {
    error.to_string().chars().take(MAX_TEXT).collect()
}
