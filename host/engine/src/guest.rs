//! The host's side of one evaluation: what the gate can reach, and how much of it.

use std::sync::Arc;

use prism_gates_wit::BundleFiles;
use prism_gates_wit::v0_1::prism::gate::{bundle, llm, log, types};
use wasmtime::component::{Resource, ResourceTable};
use wasmtime::{ResourceLimiter, Result};

use crate::llm::{ChatRequest, LanguageModel, ModelError};

/// Log lines kept of one evaluation, and characters of a line.
const LOG_LINES: usize = 100;
const LOG_LINE_CHARS: usize = 500;

/// Resource handles a gate can hold: its bundle and nothing more.
const HANDLES: usize = 8;

/// Elements of one table.
const TABLE_ELEMENTS: usize = 40_000;

/// Chat calls in one evaluation.
const CHAT_CALLS: u32 = 4;

/// What one evaluation has at hand.
pub(crate) struct Guest {
    pub(crate) meter: Meter,
    pub(crate) handles: ResourceTable,
    pub(crate) log: Log,
    /// Why a capability could not answer, when it could not.
    pub(crate) capability_down: Option<String>,
    model: Option<Arc<dyn LanguageModel>>,
    chat_calls: u32,
    delimiter: String,
}

impl Guest {
    pub(crate) fn new(memory_bytes: usize, model: Option<Arc<dyn LanguageModel>>) -> Self {
        let mut handles = ResourceTable::new();
        handles.set_max_capacity(HANDLES);
        Self {
            meter: Meter {
                limit: memory_bytes,
                used: 0,
                exceeded: false,
            },
            handles,
            log: Log::default(),
            capability_down: None,
            model,
            chat_calls: CHAT_CALLS,
            delimiter: hex::encode(rand::random::<[u8; 16]>()),
        }
    }
}

/// Counts linear memory over all instances of the component, and remembers that a growth was refused: the guest
/// then traps in its own way, and the reason would be lost.
pub(crate) struct Meter {
    limit: usize,
    used: usize,
    pub(crate) exceeded: bool,
}

impl ResourceLimiter for Meter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool> {
        let used = self.used.saturating_add(desired.saturating_sub(current));
        if used > self.limit {
            self.exceeded = true;
            return Ok(false);
        }
        self.used = used;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool> {
        let fits = desired <= TABLE_ELEMENTS;
        self.exceeded |= !fits;
        Ok(fits)
    }

    fn instances(&self) -> usize {
        128
    }

    fn tables(&self) -> usize {
        64
    }

    fn memories(&self) -> usize {
        8
    }
}

/// What the gate logged, as far as it is kept.
#[derive(Default)]
pub(crate) struct Log {
    lines: Vec<String>,
    dropped: usize,
}

impl Log {
    fn push(&mut self, line: String) {
        if self.lines.len() < LOG_LINES {
            tracing::debug!(target: "prism_engine::gate", "{line}");
            self.lines.push(line);
        } else {
            self.dropped += 1;
        }
    }

    /// The last line, which for a panic says where and why.
    pub(crate) fn last(&self) -> Option<&str> {
        self.lines.last().map(String::as_str)
    }
}

impl types::Host for Guest {}

impl bundle::Host for Guest {}

impl bundle::HostBundleFiles for Guest {
    async fn files(&mut self, handle: Resource<BundleFiles>) -> Result<Vec<bundle::FileInfo>> {
        let files = self.handles.get(&handle)?;
        let info = |(path, content): (&String, &Vec<u8>)| bundle::FileInfo {
            path: path.clone(),
            size: content.len() as u64,
        };
        Ok(files.0.iter().map(info).collect())
    }

    async fn read(
        &mut self,
        handle: Resource<BundleFiles>,
        path: String,
    ) -> Result<std::result::Result<Vec<u8>, bundle::ReadError>> {
        let files = self.handles.get(&handle)?;
        Ok(files
            .0
            .get(&path)
            .cloned()
            .ok_or(bundle::ReadError::NotFound))
    }

    async fn drop(&mut self, handle: Resource<BundleFiles>) -> Result<()> {
        self.handles.delete(handle)?;
        Ok(())
    }
}

impl log::Host for Guest {
    async fn write(&mut self, _level: log::Level, message: String) -> Result<()> {
        // What a gate logs may quote the bundle: no control characters into the operator's terminal.
        let line = message
            .chars()
            .take(LOG_LINE_CHARS)
            .map(|character| {
                if character.is_control() {
                    ' '
                } else {
                    character
                }
            })
            .collect();
        self.log.push(line);
        Ok(())
    }
}

impl llm::Host for Guest {
    async fn delimiter(&mut self) -> Result<String> {
        Ok(self.delimiter.clone())
    }

    async fn complete(
        &mut self,
        request: llm::Request,
    ) -> Result<std::result::Result<llm::Response, llm::Error>> {
        let Some(model) = self.model.clone() else {
            self.capability_down = Some("no language model is configured".into());
            return Ok(Err(llm::Error::Unavailable(
                "no language model is configured".into(),
            )));
        };
        let Some(left) = self.chat_calls.checked_sub(1) else {
            return Ok(Err(llm::Error::BudgetExhausted));
        };
        self.chat_calls = left;
        let request = ChatRequest {
            system: request.system,
            user: request.user,
            answer_schema: request.answer_schema,
            max_tokens: request.max_tokens,
        };
        Ok(match model.complete(request).await {
            Ok(response) => Ok(llm::Response {
                content: response.content,
                model: response.model,
                prompt_tokens: response.prompt_tokens,
                completion_tokens: response.completion_tokens,
            }),
            Err(error) => {
                // A refusal is the model's judgement; everything else is a capability that is down.
                if !matches!(error, ModelError::Refused(_)) {
                    self.capability_down = Some(error.to_string());
                }
                Err(match error {
                    ModelError::Refused(text) => llm::Error::Refused(text),
                    ModelError::TimedOut => llm::Error::TimedOut,
                    error => llm::Error::Unavailable(error.to_string()),
                })
            }
        })
    }
}
