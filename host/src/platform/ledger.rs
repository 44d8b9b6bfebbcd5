//! The books on the language model, kept in the store.

use std::time::Duration;

use async_trait::async_trait;
use prism_engine::{ChatResponse, Ledger};
use prism_store::{LlmCall, Store, StoreError, Timestamp};

/// Bytes of text a token stands for where an endpoint reports no usage: about right for source code.
const BYTES_A_TOKEN: usize = 4;

/// What the operator allows.
#[derive(Clone, Copy, Debug)]
pub struct LlmTerms {
    /// Tokens of all calls of one day (UTC), prompts and answers together; none: no bound.
    pub tokens_per_day: Option<u64>,
    /// How long an answer is remembered; zero: not at all.
    pub remember: Duration,
}

/// Usage and remembered answers of this service.
pub(super) struct StoreLedger {
    pub(super) store: Store,
    pub(super) terms: LlmTerms,
}

impl StoreLedger {
    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.store.clone();
        match tokio::task::spawn_blocking(move || work(&store)).await {
            Ok(answer) => answer,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    async fn entered(&self, model: &str, call: LlmCall) {
        let model = model.to_owned();
        let booked = self.on_disk(move |store| store.book_llm_call(&model, call));
        if let Err(error) = booked.await {
            tracing::error!(%error, "a call of the language model could not be booked");
        }
    }
}

#[async_trait]
impl Ledger for StoreLedger {
    async fn recall(&self, model: &str, request_hash: &str) -> Option<ChatResponse> {
        let (name, hash) = (model.to_owned(), request_hash.to_owned());
        let found = self
            .on_disk(move |store| store.llm_review(&name, &hash))
            .await;
        let review = match found {
            Ok(review) => review?,
            Err(error) => {
                tracing::error!(%error, "a remembered answer of the language model can't be read");
                return None;
            }
        };
        if review.at.after(self.terms.remember) <= Timestamp::now() {
            return None;
        }
        let response = serde_json::from_value(review.answer).ok()?;
        self.entered(model, LlmCall::Remembered).await;
        Some(response)
    }

    async fn may_ask(&self) -> bool {
        let Some(budget) = self.terms.tokens_per_day else {
            return true;
        };
        match self.on_disk(|store| store.llm_usage(1)).await {
            Ok(today) => {
                let spent = today.iter().fold(0_u64, |sum, usage| {
                    sum.saturating_add(usage.prompt_tokens)
                        .saturating_add(usage.completion_tokens)
                });
                spent < budget
            }
            Err(error) => {
                tracing::error!(%error, "the language model's budget can't be read, so nothing is asked");
                false
            }
        }
    }

    async fn book(&self, model: &str, shown_bytes: usize, response: Option<&ChatResponse>) {
        let call = response.map_or(LlmCall::Failed, |response| {
            let or_estimate = |reported: u32, bytes: usize| match reported {
                0 => u64::try_from(bytes.div_ceil(BYTES_A_TOKEN)).unwrap_or(u64::MAX),
                tokens => u64::from(tokens),
            };
            LlmCall::Answered {
                prompt_tokens: or_estimate(response.prompt_tokens, shown_bytes),
                completion_tokens: or_estimate(response.completion_tokens, response.content.len()),
            }
        });
        self.entered(model, call).await;
    }

    async fn remember(&self, model: &str, request_hash: &str, response: &ChatResponse) {
        if self.terms.remember.is_zero() {
            return;
        }
        let (model, hash) = (model.to_owned(), request_hash.to_owned());
        let Ok(answer) = serde_json::to_value(response) else {
            return;
        };
        let kept = self.on_disk(move |store| store.remember_llm_review(&model, &hash, answer));
        if let Err(error) = kept.await {
            tracing::error!(%error, "an answer of the language model could not be remembered");
        }
    }
}
