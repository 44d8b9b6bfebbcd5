//! The language-model capability: one chat call to any OpenAI-compatible endpoint. The key stays here.

use std::time::Duration;

use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable};
use reqwest::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Bytes of an answer's body.
const MAX_BODY: usize = 1 << 20;

/// Longest wait an endpoint can ask for: with it, three tries of a minute each fit into the gate's five.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// One chat call.
#[derive(Clone, Debug)]
pub struct ChatRequest {
    /// System message.
    pub system: String,
    /// User message.
    pub user: String,
    /// JSON Schema the answer should conform to.
    pub answer_schema: String,
    /// Upper bound on the answer, in tokens.
    pub max_tokens: u32,
}

/// Its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatResponse {
    /// The text, unvalidated.
    pub content: String,
    /// The model that answered; empty in a hand-written recording.
    #[serde(default)]
    pub model: String,
    /// Tokens of the prompt.
    #[serde(default)]
    pub prompt_tokens: u32,
    /// Tokens of the answer.
    #[serde(default)]
    pub completion_tokens: u32,
}

/// Why there is no answer. No variant carries a key or a URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Nothing answered, or with a server error, after all retries.
    #[error("the language model can't be reached: {0}")]
    Unavailable(String),
    /// The endpoint has too much to do, and said how long to wait if it did; after all retries.
    #[error("the language model is busy: the endpoint answered 429")]
    Busy(Option<Duration>),
    /// Too slow.
    #[error("the language model did not answer in time")]
    TimedOut,
    /// The endpoint or the model said no.
    #[error("the language model refused: {0}")]
    Refused(String),
    /// It answered something that is no chat completion.
    #[error("the language model's answer can't be read: {0}")]
    Unreadable(String),
}

impl ModelError {
    fn worth_a_retry(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Busy(_))
    }

    /// How long to wait before the next try: what the endpoint asks for, within bounds, where that is longer.
    fn wait(&self, planned: Option<Duration>) -> Option<Duration> {
        match self {
            Self::Busy(Some(asked)) => {
                planned.map(|planned| planned.max((*asked).min(LONGEST_WAIT)))
            }
            _ => planned,
        }
    }
}

/// Something that answers chat calls.
#[async_trait]
pub trait LanguageModel: Send + Sync {
    /// The model asked for, as the operator configured it: answers are remembered under this name.
    fn name(&self) -> &str;

    /// Asks once, retries included.
    ///
    /// # Errors
    /// Typed, so that a gate can tell a judgement from an outage.
    async fn complete(&self, request: ChatRequest) -> Result<ChatResponse, ModelError>;
}

/// How an endpoint is told the schema of the answer. Whatever it makes of it, the answer is checked here again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerFormat {
    /// `response_format: {"type": "json_schema", "json_schema": {..}}`: OpenAI, OpenRouter, vLLM, llama.cpp.
    #[default]
    JsonSchema,
    /// `response_format: {"type": "json_object", "schema": {..}}`: llama-cpp-python, Together.
    JsonObject,
}

impl AnswerFormat {
    fn request(self, schema: Value) -> Value {
        match self {
            Self::JsonSchema => json!({
                "type": "json_schema",
                "json_schema": {"name": "review", "strict": true, "schema": schema},
            }),
            Self::JsonObject => json!({"type": "json_object", "schema": schema}),
        }
    }
}

/// Where the model is.
#[derive(Clone)]
pub struct OpenAiSettings {
    /// Up to and without `/chat/completions`.
    pub url: String,
    /// Model name.
    pub model: String,
    /// Bearer token, when the endpoint wants one.
    pub key: Option<String>,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Further tries after an outage.
    pub retries: usize,
    /// How the endpoint wants to be told the answer's schema.
    pub answer_format: AnswerFormat,
}

impl std::fmt::Debug for OpenAiSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Neither the key nor a URL that may hold one.
        formatter
            .debug_struct("OpenAiSettings")
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// An OpenAI-compatible endpoint: OpenRouter, a gateway, a local server.
#[derive(Debug)]
pub struct OpenAiModel {
    http: reqwest::Client,
    settings: OpenAiSettings,
}

impl OpenAiModel {
    /// A client with the settings' timeout.
    ///
    /// # Errors
    /// When the TLS back end can't be set up.
    pub fn new(settings: OpenAiSettings) -> Result<Self, ModelError> {
        let http = reqwest::Client::builder()
            .timeout(settings.timeout)
            // A redirect would carry the key to another host.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| ModelError::Unavailable(error.without_url().to_string()))?;
        Ok(Self { http, settings })
    }

    async fn ask(&self, body: &Value) -> Result<ChatResponse, ModelError> {
        let mut request = self.http.post(format!(
            "{}/chat/completions",
            self.settings.url.trim_end_matches('/')
        ));
        if let Some(key) = &self.settings.key {
            request = request.bearer_auth(key);
        }
        let mut response = request.json(body).send().await.map_err(transport)?;
        let status = response.status();
        let retry_after = response.headers().get(reqwest::header::RETRY_AFTER);
        let retry_after = retry_after
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let mut text = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(transport)? {
            text.extend_from_slice(&chunk);
            if text.len() > MAX_BODY {
                return Err(ModelError::Unreadable(format!(
                    "it is longer than {MAX_BODY} bytes"
                )));
            }
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(ModelError::Busy(retry_after));
        }
        if status.is_server_error() {
            return Err(ModelError::Unavailable(format!(
                "the endpoint answered {status}"
            )));
        }
        if status.is_redirection()
            || matches!(
                status,
                StatusCode::UNAUTHORIZED
                    | StatusCode::PAYMENT_REQUIRED
                    | StatusCode::FORBIDDEN
                    | StatusCode::NOT_FOUND
            )
        {
            // The operator's settings are wrong: an outage, not a judgement of the bundle.
            return Err(ModelError::Unreadable(format!(
                "the endpoint answered {status}"
            )));
        }
        if !status.is_success() {
            return Err(ModelError::Refused(format!(
                "the endpoint answered {status}"
            )));
        }
        read(&text)
    }
}

#[async_trait]
impl LanguageModel for OpenAiModel {
    fn name(&self) -> &str {
        &self.settings.model
    }

    async fn complete(&self, request: ChatRequest) -> Result<ChatResponse, ModelError> {
        let schema: Value = serde_json::from_str(&request.answer_schema).map_err(|error| {
            ModelError::Unreadable(format!("the gate's answer schema is not JSON: {error}"))
        })?;
        let body = json!({
            "model": self.settings.model,
            "temperature": 0.0,
            "max_tokens": request.max_tokens,
            "messages": [
                {"role": "system", "content": request.system},
                {"role": "user", "content": request.user},
            ],
            "response_format": self.settings.answer_format.request(schema),
        });
        (|| self.ask(&body))
            .retry(
                ExponentialBuilder::default()
                    .with_jitter()
                    .with_max_times(self.settings.retries),
            )
            .when(ModelError::worth_a_retry)
            .adjust(ModelError::wait)
            .await
    }
}

fn transport(error: reqwest::Error) -> ModelError {
    if error.is_timeout() {
        ModelError::TimedOut
    } else {
        ModelError::Unavailable(error.without_url().to_string())
    }
}

fn read(body: &[u8]) -> Result<ChatResponse, ModelError> {
    let answer: Value = serde_json::from_slice(body)
        .map_err(|error| ModelError::Unreadable(format!("it is not JSON: {error}")))?;
    let message = answer.pointer("/choices/0/message");
    if let Some(refusal) = message
        .and_then(|message| message.get("refusal"))
        .and_then(Value::as_str)
    {
        return Err(ModelError::Refused(refusal.chars().take(500).collect()));
    }
    let content = message
        .and_then(|message| message.get("content"))
        .and_then(Value::as_str)
        .ok_or_else(|| ModelError::Unreadable("it has no choices[0].message.content".into()))?;
    let tokens = |name: &str| {
        answer
            .pointer(&format!("/usage/{name}"))
            .and_then(Value::as_u64)
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(0)
    };
    Ok(ChatResponse {
        content: content.to_owned(),
        model: answer
            .get("model")
            .and_then(Value::as_str)
            .unwrap_or("unnamed")
            .to_owned(),
        prompt_tokens: tokens("prompt_tokens"),
        completion_tokens: tokens("completion_tokens"),
    })
}
