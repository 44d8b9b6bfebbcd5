//! The language model: what it was asked, and what it answered.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::Record;
use crate::timestamp::Timestamp;

/// An answer by which a gate decided, remembered so that the same question is not paid for twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LlmReview {
    /// The model asked for.
    pub model: String,
    /// Lowercase hex SHA-256 of the request, the delimiter of the evaluation left out of it.
    pub request_hash: String,
    /// The whole answer.
    pub answer: Value,
    /// When it was given.
    pub at: Timestamp,
}

impl Record for LlmReview {
    const TABLE: &'static str = "llm_reviews";
}

/// What one model was asked on one day (UTC).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LlmUsage {
    /// Days since 1970.
    pub day: u64,
    /// The model asked for.
    pub model: String,
    /// Calls that were made, those that failed included.
    pub calls: u64,
    /// Of these, those that brought no answer.
    pub failed: u64,
    /// Questions that a remembered answer settled: no call.
    pub remembered: u64,
    /// Tokens of the prompts.
    pub prompt_tokens: u64,
    /// Tokens of the answers.
    pub completion_tokens: u64,
}

impl Record for LlmUsage {
    const TABLE: &'static str = "llm_usage";
}
