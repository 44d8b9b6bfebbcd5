//! The books on the language model: usage by day and model, and remembered answers.

use serde_json::{Value, json};

use crate::Store;
use crate::error::StoreError;
use crate::key::Key;
use crate::record::Record;
use crate::records::{LlmReview, LlmUsage};
use crate::timestamp::Timestamp;

const DAY_SECONDS: u64 = 86_400;

/// What came of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LlmCall {
    /// The model answered.
    Answered {
        /// Tokens of the prompt.
        prompt_tokens: u64,
        /// Tokens of the answer.
        completion_tokens: u64,
    },
    /// It did not.
    Failed,
    /// Nobody was asked: the answer was remembered.
    Remembered,
}

impl Store {
    /// The answer to this question, if one was remembered.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn llm_review(
        &self,
        model: &str,
        request_hash: &str,
    ) -> Result<Option<LlmReview>, StoreError> {
        self.read(review_key(model, request_hash))
    }

    /// Remembers an answer, in place of an earlier one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn remember_llm_review(
        &self,
        model: &str,
        request_hash: &str,
        answer: Value,
    ) -> Result<(), StoreError> {
        let mut change = self.change();
        let review = LlmReview {
            model: model.to_owned(),
            request_hash: request_hash.to_owned(),
            answer,
            at: change.now,
        };
        change.put(review_key(model, request_hash), &review)?;
        let detail = json!({ "model": model, "request_hash": request_hash });
        change.event("llm", "llm.remembered", detail)?;
        change.commit()
    }

    /// Books one question.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn book_llm_call(&self, model: &str, call: LlmCall) -> Result<(), StoreError> {
        let mut change = self.change();
        let day = change.now.seconds() / DAY_SECONDS;
        let key = || Key::of(LlmUsage::TABLE).number(day).text(model);
        let mut usage = change.get::<LlmUsage>(key())?.unwrap_or_else(|| LlmUsage {
            day,
            model: model.to_owned(),
            ..LlmUsage::default()
        });
        let add = |counter: &mut u64, by: u64| *counter = counter.saturating_add(by);
        let detail = match call {
            LlmCall::Answered {
                prompt_tokens,
                completion_tokens,
            } => {
                add(&mut usage.calls, 1);
                add(&mut usage.prompt_tokens, prompt_tokens);
                add(&mut usage.completion_tokens, completion_tokens);
                json!({ "model": model, "outcome": "answered", "prompt_tokens": prompt_tokens,
                    "completion_tokens": completion_tokens })
            }
            LlmCall::Failed => {
                add(&mut usage.calls, 1);
                add(&mut usage.failed, 1);
                json!({ "model": model, "outcome": "failed" })
            }
            LlmCall::Remembered => {
                add(&mut usage.remembered, 1);
                json!({ "model": model, "outcome": "remembered" })
            }
        };
        change.put(key(), &usage)?;
        change.event("llm", "llm.asked", detail)?;
        change.commit()
    }

    /// Usage of the latest `days` days, today included, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn llm_usage(&self, days: u64) -> Result<Vec<LlmUsage>, StoreError> {
        let today = Timestamp::now().seconds() / DAY_SECONDS;
        let since = today.saturating_sub(days.saturating_sub(1));
        let mut found = Vec::new();
        for usage in self.scan::<LlmUsage>(Key::of(LlmUsage::TABLE)).rev() {
            let usage = usage?;
            if usage.day < since {
                break;
            }
            found.push(usage);
        }
        Ok(found)
    }
}

fn review_key(model: &str, request_hash: &str) -> Key {
    Key::of(LlmReview::TABLE).text(model).text(request_hash)
}
