//! The capability `llm`: one chat call.

use prism_gates_wit::v1_1::prism::gate::llm;
use serde_json::json;
use wasmtime::Result;

use super::{Answer, Failure};
use crate::guest::Guest;
use crate::llm::{ChatRequest, ChatResponse, ModelError};

/// Calls in one evaluation.
pub(crate) const CALLS: u32 = 4;

impl llm::Host for Guest {
    async fn delimiter(&mut self) -> Result<String> {
        if let Some(delimiter) = &self.delimiter {
            return Ok(delimiter.clone());
        }
        let fresh = || hex::encode(rand::random::<[u8; 16]>());
        let delimiter = self.calls.value("llm.delimiter", fresh);
        self.delimiter = Some(delimiter.clone());
        Ok(delimiter)
    }

    async fn complete(
        &mut self,
        request: llm::Request,
    ) -> Result<std::result::Result<llm::Response, llm::Error>> {
        self.copy(request.system.len() + request.user.len() + request.answer_schema.len())?;
        let Some(left) = self.chat_calls.checked_sub(1) else {
            return Ok(Err(llm::Error::BudgetExhausted));
        };
        self.chat_calls = left;
        let asked = json!({
            "answer_schema": request.answer_schema, "max_tokens": request.max_tokens,
            "system": request.system, "user": request.user,
        });
        let model = self.capabilities.model.clone();
        // With a recording alone a missing answer is told apart from a missing model.
        let can_ask = model.is_some() || !self.calls.is_replay();
        let live = can_ask.then_some(async move {
            let Some(model) = model else {
                let text = "no language model is configured";
                return Answer::Error(Failure::Unavailable(text.into()));
            };
            let answer = model.complete(ChatRequest {
                system: request.system,
                user: request.user,
                answer_schema: request.answer_schema,
                max_tokens: request.max_tokens,
            });
            match answer.await {
                Ok(response) => Answer::Ok(response),
                Err(ModelError::Refused(text)) => Answer::Error(Failure::Refused(text)),
                Err(ModelError::TimedOut) => Answer::Error(Failure::TimedOut),
                Err(error) => Answer::Error(Failure::Unavailable(error.to_string())),
            }
        });
        let answer: Answer<ChatResponse> =
            self.calls.answer("llm.complete", asked, false, live).await;
        Ok(match answer {
            Answer::Ok(response) => {
                self.copy(response.content.len() + response.model.len())?;
                Ok(llm::Response {
                    content: response.content,
                    model: response.model,
                    prompt_tokens: response.prompt_tokens,
                    completion_tokens: response.completion_tokens,
                })
            }
            Answer::Error(Failure::Unavailable(text)) => Err(llm::Error::Unavailable(text)),
            Answer::Error(Failure::TimedOut) => Err(llm::Error::TimedOut),
            Answer::Error(Failure::Refused(text)) => Err(llm::Error::Refused(text)),
        })
    }
}
