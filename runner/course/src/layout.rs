//! From documents to steps of rows and columns.
//!
//! Documents go to `batch_size` lanes round-robin in course order. A lane reads its documents one after
//! another, a separator before each; its windows of `seq_len` columns overlap by one token, so column 0 is
//! context that was charged before (or the first separator) and columns 1.. are charged once each. Separators
//! are given, never charged; what a lane lacks at its end is filled with separators, masked. So the tokens
//! charged over a whole pass are the course's tokens whatever the layout.

use std::ops::RangeInclusive;
use std::sync::Arc;

use prism_tokenizer::{Codec, Tokenizer};
use thiserror::Error;

use crate::documents::CourseError;
use crate::encoded::Encoded;

/// Fewest and most columns of a row, the context column included.
pub const SEQ_LEN: RangeInclusive<u32> = 2..=8192;

/// Fewest and most rows of a batch.
pub const BATCH_SIZE: RangeInclusive<u32> = 1..=4096;

/// A batch holds at most one cell for this many bytes of the course, so that a run always has steps to learn between.
/// Counted in bytes, not in tokens, so that whoever can't read a sealed course knows the bound from its size.
pub const BATCH_FRACTION: u64 = 32;

/// A batch may hold this many cells however small the course is.
pub const MIN_CELLS: u64 = 1024;

/// Most rows x columns of a batch on a course of `bytes` bytes.
#[must_use]
pub fn max_cells(bytes: u64) -> u64 {
    (bytes / BATCH_FRACTION).max(MIN_CELLS)
}

/// Why a layout is out of bounds. The messages go to miners.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LayoutError {
    /// `seq_len` is out of bounds.
    #[error("seq_len is {got}; it must be {} to {}", SEQ_LEN.start(), SEQ_LEN.end())]
    SeqLen {
        /// What was asked for.
        got: u32,
    },
    /// `batch_size` is out of bounds.
    #[error("batch_size is {got}; it must be {} to {}", BATCH_SIZE.start(), BATCH_SIZE.end())]
    BatchSize {
        /// What was asked for.
        got: u32,
    },
    /// The batch is too large a part of the course.
    #[error(
        "batch_size {batch_size} x seq_len {seq_len} is {cells} cells; on this course of {bytes} bytes a batch has at most {limit}"
    )]
    Cells {
        /// Rows asked for.
        batch_size: u32,
        /// Columns asked for.
        seq_len: u32,
        /// Their product.
        cells: u64,
        /// Bytes of the course.
        bytes: u64,
        /// The bound.
        limit: u64,
    },
}

/// A course laid out; hands out its [`Steps`].
#[derive(Debug)]
pub struct Layout<C = Tokenizer> {
    encoded: Arc<Encoded<C>>,
    batch_size: u32,
    seq_len: u32,
    steps: u64,
}

impl<C> Clone for Layout<C> {
    fn clone(&self) -> Self {
        Self {
            encoded: Arc::clone(&self.encoded),
            ..*self
        }
    }
}

impl<C: Codec> Layout<C> {
    /// Lays a course out in `batch_size` rows of `seq_len` columns.
    ///
    /// # Errors
    /// [`LayoutError`] says the bound.
    pub fn new(
        encoded: Arc<Encoded<C>>,
        batch_size: u32,
        seq_len: u32,
    ) -> Result<Self, LayoutError> {
        let limit = max_cells(encoded.course().bytes());
        Self::within(encoded, batch_size, seq_len, limit)
    }

    /// The same with another bound on the cells of a batch: of a text that is asked about in the layout of a larger one.
    ///
    /// # Errors
    /// [`LayoutError`] says the bound.
    pub fn within(
        encoded: Arc<Encoded<C>>,
        batch_size: u32,
        seq_len: u32,
        limit: u64,
    ) -> Result<Self, LayoutError> {
        if !SEQ_LEN.contains(&seq_len) {
            return Err(LayoutError::SeqLen { got: seq_len });
        }
        if !BATCH_SIZE.contains(&batch_size) {
            return Err(LayoutError::BatchSize { got: batch_size });
        }
        let cells = u64::from(batch_size) * u64::from(seq_len);
        if cells > limit {
            return Err(LayoutError::Cells {
                batch_size,
                seq_len,
                cells,
                bytes: encoded.course().bytes(),
                limit,
            });
        }
        // Of each lane: its length, and where its last charged token ends. Empty documents at the end of a
        // lane would otherwise make steps that charge nothing.
        let mut lanes = vec![(0u64, 0u64); batch_size as usize];
        for chunk in encoded.token_counts().chunks(batch_size as usize) {
            for ((length, end), count) in lanes.iter_mut().zip(chunk) {
                *length += 1 + count;
                if *count > 0 {
                    *end = *length;
                }
            }
        }
        let steps = lanes
            .iter()
            .map(|(_, end)| end.saturating_sub(1).div_ceil(u64::from(seq_len - 1)))
            .max()
            .unwrap_or(0);
        Ok(Self {
            encoded,
            batch_size,
            seq_len,
            steps,
        })
    }

    /// The course and its tokenizer.
    #[must_use]
    pub fn encoded(&self) -> &Arc<Encoded<C>> {
        &self.encoded
    }

    /// Rows of a batch.
    #[must_use]
    pub fn batch_size(&self) -> u32 {
        self.batch_size
    }

    /// Columns of a row, the context column included.
    #[must_use]
    pub fn seq_len(&self) -> u32 {
        self.seq_len
    }

    /// Steps of the whole course.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The steps from the first on. Every call starts anew and yields the same. Texts are read as their lanes come to
    /// them; the first error ends the steps.
    #[must_use]
    pub fn iter(&self) -> Steps<C> {
        let lanes = (0..self.batch_size as usize)
            .map(|number| Lane {
                next_document: number as u64,
                tokens: Vec::new(),
                given: 0,
                context: None,
            })
            .collect();
        Steps {
            layout: self.clone(),
            lanes,
            index: 0,
        }
    }
}

impl<C: Codec> IntoIterator for &Layout<C> {
    type Item = Result<Step, CourseError>;
    type IntoIter = Steps<C>;

    fn into_iter(self) -> Steps<C> {
        self.iter()
    }
}

/// One batch of rows, with what is charged in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Number of the step, from 0.
    pub index: u64,
    /// Rows, always the layout's batch size.
    pub rows: u32,
    /// Columns, always the layout's sequence length.
    pub cols: u32,
    /// Ids, row after row, rows x cols.
    pub tokens: Vec<i64>,
    /// Bytes each target decodes to, row after row, rows x (cols - 1), the first standing for column 1;
    /// 0 where nothing is charged (separators and filling).
    pub target_bytes: Vec<u32>,
    /// Targets that are charged.
    pub charged_tokens: u64,
    /// Bytes the charged targets decode to.
    pub charged_bytes: u64,
}

impl Step {
    /// For each target, row after row, rows x (cols - 1): whether it is charged. Every charged token has at
    /// least one byte, so this is where [`Step::target_bytes`] is not 0.
    pub fn charged(&self) -> impl Iterator<Item = bool> + '_ {
        self.target_bytes.iter().map(|bytes| *bytes > 0)
    }
}

/// The steps of a layout, in order.
#[derive(Debug)]
pub struct Steps<C = Tokenizer> {
    layout: Layout<C>,
    lanes: Vec<Lane>,
    index: u64,
}

/// Where a lane stands. It holds one document's tokens at a time.
#[derive(Debug)]
struct Lane {
    /// Place of the document it opens next.
    next_document: u64,
    /// The open document.
    tokens: Vec<u32>,
    /// How many of these were given.
    given: usize,
    /// The last token of the window before.
    context: Option<u32>,
}

impl Lane {
    /// The next token of the lane's documents, each behind a separator; then separators for ever.
    fn next_token<C: Codec>(
        &mut self,
        encoded: &Encoded<C>,
        lanes: u64,
    ) -> Result<u32, CourseError> {
        if let Some(token) = self.tokens.get(self.given) {
            self.given += 1;
            return Ok(*token);
        }
        self.tokens = Vec::new();
        self.given = 0;
        if self.next_document < encoded.course().documents() {
            let document = encoded.course().document(self.next_document)?;
            self.tokens = encoded.tokenizer().encode(&document.text);
            self.next_document += lanes;
        }
        Ok(encoded.tokenizer().separator())
    }
}

impl<C: Codec> Steps<C> {
    fn step(&mut self) -> Result<Step, CourseError> {
        let encoded = Arc::clone(&self.layout.encoded);
        let tokenizer = encoded.tokenizer();
        let (rows, cols) = (self.layout.batch_size, self.layout.seq_len);
        let lanes = u64::from(rows);
        let mut step = Step {
            index: self.index,
            rows,
            cols,
            tokens: Vec::with_capacity(rows as usize * cols as usize),
            target_bytes: Vec::with_capacity(rows as usize * (cols as usize - 1)),
            charged_tokens: 0,
            charged_bytes: 0,
        };
        for lane in &mut self.lanes {
            let mut last = match lane.context {
                Some(token) => token,
                None => lane.next_token(&encoded, lanes)?,
            };
            step.tokens.push(i64::from(last));
            for _ in 1..cols {
                last = lane.next_token(&encoded, lanes)?;
                let bytes = tokenizer.token(last).map_or(0, <[u8]>::len);
                let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
                step.tokens.push(i64::from(last));
                step.target_bytes.push(bytes);
                step.charged_tokens += u64::from(bytes > 0);
                step.charged_bytes += u64::from(bytes);
            }
            lane.context = Some(last);
        }
        Ok(step)
    }
}

impl<C: Codec> Iterator for Steps<C> {
    type Item = Result<Step, CourseError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.index >= self.layout.steps {
            return None;
        }
        let step = self.step();
        self.index = if step.is_ok() {
            self.index + 1
        } else {
            self.layout.steps
        };
        Some(step)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.layout.steps - self.index).unwrap_or(usize::MAX);
        // The first error ends them.
        (left.min(1), Some(left))
    }
}

#[cfg(test)]
mod tests;
