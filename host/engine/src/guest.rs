//! The host's side of one evaluation: what the gate can reach, and how much of it.

use prism_gates_wit::BundleFiles;
use prism_gates_wit::v1_1::prism::gate::{bundle, log, types};
use wasmtime::component::{Resource, ResourceTable};
use wasmtime::{ResourceLimiter, Result};

use crate::capabilities::corpus::Asker;
use crate::capabilities::{self, Calls, Capabilities};

/// Log lines kept of one evaluation, and characters of a line.
const LOG_LINES: usize = 100;
const LOG_LINE_CHARS: usize = 500;

/// Log calls in one evaluation.
const LOG_CALLS: u64 = 10_000;

/// Bytes copied between gate and host in one evaluation, both ways together. A bundle has at most a few MiB.
const COPIED_BYTES: usize = 64 << 20;

/// Resource handles the host keeps for a gate: its bundle and nothing more.
const HANDLES: usize = 8;

/// Elements of one table; CPython's function table has some 12,000.
pub(crate) const TABLE_ELEMENTS: usize = 40_000;

/// Core instances in one component: the CPython gate has a few dozen small ones.
pub(crate) const CORE_INSTANCES: u32 = 64;

/// Tables in one component.
pub(crate) const TABLES: u32 = 16;

/// Linear memories in one component.
pub(crate) const MEMORIES: u32 = 2;

/// What a host function stops a gate for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stopped {
    #[error("more than {LOG_CALLS} calls of the log")]
    LogFlood,
    #[error("more than {COPIED_BYTES} bytes copied between gate and host")]
    CopiedTooMuch,
}

/// What one evaluation has at hand.
pub(crate) struct Guest {
    pub(crate) meter: Meter,
    pub(crate) handles: ResourceTable,
    pub(crate) log: Log,
    pub(crate) capabilities: Capabilities,
    pub(crate) calls: Calls,
    pub(crate) asker: Asker,
    pub(crate) delimiter: Option<String>,
    pub(crate) chat_calls: u32,
    pub(crate) corpus_calls: u32,
    copied: usize,
}

impl Guest {
    pub(crate) fn new(memory_bytes: usize, capabilities: Capabilities, asker: Asker) -> Self {
        let mut handles = ResourceTable::new();
        handles.set_max_capacity(HANDLES);
        Self {
            meter: Meter {
                limit: memory_bytes,
                used: 0,
                refused: None,
            },
            handles,
            log: Log::default(),
            calls: Calls::new(capabilities.recorded.as_ref()),
            capabilities,
            asker,
            delimiter: None,
            chat_calls: capabilities::LLM_CALLS,
            corpus_calls: capabilities::CORPUS_CALLS,
            copied: 0,
        }
    }

    /// Counts bytes that cross the boundary. wasmtime bounds each single call by itself, but neither their sum nor
    /// what the host hands over.
    pub(crate) fn copy(&mut self, bytes: usize) -> Result<()> {
        self.copied = self.copied.saturating_add(bytes);
        if self.copied > COPIED_BYTES {
            return Err(Stopped::CopiedTooMuch.into());
        }
        Ok(())
    }
}

/// What a gate wanted to grow beyond its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Memory,
    Table,
}

/// Counts linear memory over all instances of the component, and remembers that a growth was refused: the guest
/// then traps in its own way, and the reason would be lost.
pub(crate) struct Meter {
    limit: usize,
    pub(crate) used: usize,
    pub(crate) refused: Option<Refused>,
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
            self.refused = Some(Refused::Memory);
            return Ok(false);
        }
        self.used = used;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> Result<()> {
        self.refused = Some(Refused::Memory);
        Ok(())
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool> {
        let fits = desired <= TABLE_ELEMENTS;
        if !fits {
            self.refused = Some(Refused::Table);
        }
        Ok(fits)
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> Result<()> {
        self.refused = Some(Refused::Table);
        Ok(())
    }

    fn instances(&self) -> usize {
        CORE_INSTANCES as usize
    }

    fn tables(&self) -> usize {
        TABLES as usize
    }

    fn memories(&self) -> usize {
        MEMORIES as usize
    }
}

/// What the gate logged, as far as it is kept.
#[derive(Default)]
pub(crate) struct Log {
    lines: Vec<String>,
    pub(crate) dropped: u64,
}

impl Log {
    fn push(&mut self, line: impl FnOnce() -> String) -> Result<()> {
        if self.lines.len() < LOG_LINES {
            let line = line();
            tracing::debug!(target: "prism_engine::gate", "{line}");
            self.lines.push(line);
            return Ok(());
        }
        self.dropped += 1;
        if self.dropped > LOG_CALLS - LOG_LINES as u64 {
            return Err(Stopped::LogFlood.into());
        }
        Ok(())
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
        let files = self.handles.get(&handle)?.clone();
        self.copy(
            files
                .0
                .keys()
                .map(|path| path.len() + size_of::<u64>())
                .sum(),
        )?;
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
        let files = self.handles.get(&handle)?.clone();
        let found = files.0.get(&path);
        // Counted before it is copied.
        self.copy(path.len() + found.map_or(0, Vec::len))?;
        Ok(found.cloned().ok_or(bundle::ReadError::NotFound))
    }

    async fn drop(&mut self, handle: Resource<BundleFiles>) -> Result<()> {
        self.handles.delete(handle)?;
        Ok(())
    }
}

impl log::Host for Guest {
    async fn write(&mut self, _level: log::Level, message: String) -> Result<()> {
        self.copy(message.len())?;
        // What a gate logs may quote the bundle: no control characters into the operator's terminal.
        let plain = |character: char| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        };
        self.log
            .push(|| message.chars().take(LOG_LINE_CHARS).map(plain).collect())
    }
}
