//! The answer's shape: its JSON Schema for the endpoint, and our own parsing of what comes back.

use prism_gate_sdk::{Value, json};
use serde::Deserialize;

use crate::outcome::Hold;
use crate::rules;

/// Bytes of an answer at most; a schema-bound one stays far below.
const MAX_BYTES: usize = 64 * 1024;

/// Findings at most.
const MAX_FINDINGS: usize = 20;

/// What the model says, in form but not yet in content.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    pub(crate) verdict: Verdict,
    pub(crate) confidence: f64,
    pub(crate) summary: String,
    pub(crate) findings: Vec<Finding>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    Allow,
    Reject,
    Unclear,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Finding {
    pub(crate) rule: String,
    pub(crate) path: String,
    pub(crate) line: u32,
    pub(crate) message: String,
}

/// The schema, in the subset that endpoints with strict schemas accept.
pub(crate) fn schema() -> Value {
    let rules: Vec<&str> = rules::reviewed().map(|(id, _)| id).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["verdict", "confidence", "summary", "findings"],
        "properties": {
            "verdict": {"type": "string", "enum": ["allow", "reject", "unclear"]},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            "summary": {"type": "string"},
            "findings": {
                "type": "array",
                "maxItems": MAX_FINDINGS,
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["rule", "path", "line", "message"],
                    "properties": {
                        "rule": {"type": "string", "enum": rules},
                        "path": {"type": "string"},
                        "line": {"type": "integer", "minimum": 1},
                        "message": {"type": "string"},
                    },
                },
            },
        },
    })
}

/// Reads an answer. Nothing is repaired: what is not the JSON object asked for decides nothing.
pub(crate) fn parse(content: &str) -> Result<Answer, Hold> {
    let malformed = |detail: String| Hold::Malformed { detail };
    if content.len() > MAX_BYTES {
        return Err(malformed(format!("it has {} bytes", content.len())));
    }
    // Through an object: serde would read a struct from an array too, by position.
    if !content.trim_start().starts_with('{') {
        return Err(malformed("it is no JSON object".to_owned()));
    }
    let answer: Answer =
        serde_json::from_str(content).map_err(|error| malformed(error.to_string()))?;
    if !(0.0..=1.0).contains(&answer.confidence) {
        return Err(malformed(
            "its confidence is not between 0 and 1".to_owned(),
        ));
    }
    if answer.findings.len() > MAX_FINDINGS {
        return Err(malformed(format!(
            "it has {} findings",
            answer.findings.len()
        )));
    }
    Ok(answer)
}
