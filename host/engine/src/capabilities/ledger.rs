//! What the language model costs, and what it has answered before.

use async_trait::async_trait;

use crate::llm::ChatResponse;

/// The operator's books on the language model. An answer is named by the model asked for and by the hash of the
/// request, the delimiter left out of it: the same source under the same prompt is the same question.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// The answer that decided the last time this was asked.
    async fn recall(&self, model: &str, request_hash: &str) -> Option<ChatResponse>;

    /// Whether the budget has room for another call. Calls at the same time may overdraw it by one each.
    async fn may_ask(&self) -> bool;

    /// Books a call that was made. `shown_bytes` is the length of the request; without a response it failed.
    async fn book(&self, model: &str, shown_bytes: usize, response: Option<&ChatResponse>);

    /// Remembers an answer that the gate decided by. One that made it hold is not remembered: asking again may help.
    async fn remember(&self, model: &str, request_hash: &str, response: &ChatResponse);
}
