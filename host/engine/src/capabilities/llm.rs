//! The capability `llm`: one chat call.

use prism_gates_wit::v1_1::prism::gate::llm;
use serde_json::json;
use wasmtime::Result;

use super::{Answer, Failure, Ledger};
use crate::guest::Guest;
use crate::llm::{ChatRequest, ChatResponse, LanguageModel, ModelError};
use crate::recording::request_hash;

/// Calls in one evaluation.
pub(crate) const CALLS: u32 = 4;

/// Its name among the host calls.
pub(crate) const COMPLETE: &str = "llm.complete";

/// Stands for the delimiter when a request is hashed: two requests that differ in nothing else ask the same. No
/// source can hold it, because a bundle has no NUL.
const DELIMITER: &str = "\0delimiter\0";

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
        let hash = self.request_hash(&request);
        let (model, ledger) = (
            self.capabilities.model.clone(),
            self.capabilities.ledger.clone(),
        );
        let asked = hash.clone();
        // With a recording alone a missing answer is told apart from a missing model.
        let can_ask = model.is_some() || !self.calls.is_replay();
        let live = can_ask.then_some(async move {
            let Some(model) = model else {
                let text = "no language model is configured";
                return (Answer::Error(Failure::Unavailable(text.into())), false);
            };
            let request = ChatRequest {
                system: request.system,
                user: request.user,
                answer_schema: request.answer_schema,
                max_tokens: request.max_tokens,
            };
            ask(model.as_ref(), ledger.as_deref(), request, &asked).await
        });
        let answer: Answer<ChatResponse> = self.calls.answer(COMPLETE, hash, None, live).await;
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
            Answer::Error(Failure::BudgetExhausted) => Err(llm::Error::BudgetExhausted),
            Answer::Error(Failure::Refused(text)) => Err(llm::Error::Refused(text)),
        })
    }
}

impl Guest {
    /// Names what is asked, whatever the delimiter of this evaluation.
    fn request_hash(&self, request: &llm::Request) -> String {
        let same = |text: &str| match &self.delimiter {
            Some(delimiter) => text.replace(delimiter, DELIMITER),
            None => text.to_owned(),
        };
        request_hash(&json!({
            "answer_schema": request.answer_schema, "max_tokens": request.max_tokens,
            "system": same(&request.system), "user": same(&request.user),
        }))
    }
}

/// Asks the model, unless the ledger remembers its answer or says that the budget is spent; whether it remembered is
/// the second value.
async fn ask(
    model: &dyn LanguageModel,
    ledger: Option<&dyn Ledger>,
    request: ChatRequest,
    hash: &str,
) -> (Answer<ChatResponse>, bool) {
    if let Some(ledger) = ledger {
        if let Some(response) = ledger.recall(model.name(), hash).await {
            return (Answer::Ok(response), true);
        }
        if !ledger.may_ask().await {
            return (Answer::Error(Failure::BudgetExhausted), false);
        }
    }
    let shown = request.system.len() + request.user.len() + request.answer_schema.len();
    let answer = match model.complete(request).await {
        Ok(response) => Answer::Ok(response),
        Err(ModelError::Refused(text)) => Answer::Error(Failure::Refused(text)),
        Err(ModelError::TimedOut) => Answer::Error(Failure::TimedOut),
        Err(error) => Answer::Error(Failure::Unavailable(error.to_string())),
    };
    if let Some(ledger) = ledger {
        let response = match &answer {
            Answer::Ok(response) => Some(response),
            Answer::Error(_) => None,
        };
        ledger.book(model.name(), shown, response).await;
    }
    (answer, false)
}
