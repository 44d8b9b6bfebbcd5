//! The gate's configuration.

use prism_gate_sdk::{Value, json};
use serde::Deserialize;

/// The gate's configuration. Every number is a share between 0 and 1 but the last.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Likeness from which a bundle is rejected; 0.7 by default. Lower turns rewritten copies away and, at some
    /// point, honest work that shares its ideas with earlier work.
    pub reject_similarity: f64,
    /// Likeness from which a bundle is held for a person to look at; 0.55 by default. Twelve unrelated
    /// designs shared 0.2 of a part at most.
    pub review_similarity: f64,
    /// A part is compared by what is common to both only if that is at least this share of the larger one; 0.1 by
    /// default, so that a copy padded to ten times its size is still found, and a small part that is found in a
    /// large work does not make that a copy.
    pub min_share: f64,
    /// A part with fewer features of its own than this has nothing of its own; 12 by default.
    pub min_features: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            reject_similarity: 0.7,
            review_similarity: 0.55,
            min_share: 0.1,
            min_features: 12,
        }
    }
}

/// The schema of [`Config`].
pub(crate) fn schema() -> Value {
    let share = |default: f64, about: &str| json!({"type": "number", "minimum": 0, "maximum": 1, "default": default, "description": about});
    let default = Config::default();
    json!({
        "reject_similarity": share(default.reject_similarity, "Likeness from which a bundle is rejected."),
        "review_similarity": share(default.review_similarity, "Likeness from which a bundle is held for a person."),
        "min_share": share(default.min_share, "What is common counts from this share of the larger part on."),
        "min_features": {
            "type": "integer", "minimum": 1, "default": default.min_features,
            "description": "A part with fewer features of its own has nothing of its own.",
        },
    })
}
