//! One chat call, through the host. A gate takes [`ChatModel`] so that its tests can answer instead.

use thiserror::Error;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The system message.
    pub system: String,
    /// The user message.
    pub user: String,
    /// JSON Schema that the answer must conform to.
    pub answer_schema: String,
    /// Upper bound on the answer, in tokens.
    pub max_tokens: u32,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The answer's text, which should be JSON but comes unvalidated.
    pub content: String,
    /// The model that answered.
    pub model: String,
    /// Tokens of the question.
    pub prompt_tokens: u32,
    /// Tokens of the answer.
    pub completion_tokens: u32,
}

/// Why there is no answer. None of these is the bundle's fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LlmError {
    /// No endpoint is configured, or it can't be reached.
    #[error("the language model is unavailable: {0}")]
    Unavailable(String),
    /// No answer in time.
    #[error("the language model did not answer in time")]
    TimedOut,
    /// The model refused, or the endpoint answered with an error.
    #[error("the language model refused: {0}")]
    Refused(String),
    /// The operator's budget is spent.
    #[error("the budget for language model calls is spent")]
    BudgetExhausted,
}

/// Something that answers chat calls.
pub trait ChatModel {
    /// A delimiter unknown to the submitter, fresh for each evaluation (32 lowercase hex digits).
    fn delimiter(&self) -> String;

    /// One turn.
    ///
    /// # Errors
    /// When there is no answer; the content of an answer is not looked at here.
    fn complete(&self, request: &Request) -> Result<Response, LlmError>;
}

/// The model behind the host's `llm` capability; every call fails in a native build, where there is no host.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostModel;

#[cfg(target_arch = "wasm32")]
impl ChatModel for HostModel {
    fn delimiter(&self) -> String {
        crate::export::bindings::prism::gate::llm::delimiter()
    }

    fn complete(&self, request: &Request) -> Result<Response, LlmError> {
        use crate::export::bindings::prism::gate::llm;
        let Request {
            system,
            user,
            answer_schema,
            max_tokens,
        } = request.clone();
        match llm::complete(&llm::Request {
            system,
            user,
            answer_schema,
            max_tokens,
        }) {
            Ok(llm::Response {
                content,
                model,
                prompt_tokens,
                completion_tokens,
            }) => Ok(Response {
                content,
                model,
                prompt_tokens,
                completion_tokens,
            }),
            Err(llm::Error::Unavailable(why)) => Err(LlmError::Unavailable(why)),
            Err(llm::Error::TimedOut) => Err(LlmError::TimedOut),
            Err(llm::Error::Refused(why)) => Err(LlmError::Refused(why)),
            Err(llm::Error::BudgetExhausted) => Err(LlmError::BudgetExhausted),
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl ChatModel for HostModel {
    fn delimiter(&self) -> String {
        String::new()
    }

    fn complete(&self, _request: &Request) -> Result<Response, LlmError> {
        Err(LlmError::Unavailable(
            "there is no host in a native build".to_owned(),
        ))
    }
}
