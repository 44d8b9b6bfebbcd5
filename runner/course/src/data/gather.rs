//! Gathering documents: from the inputs into a spool and an index, and what is there twice out again.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use super::error::DataError;
use super::input::Input;
use super::prepare::{Counts, PrepareOptions, Progress, Stage};
use super::shards::content_key;
use super::spool::{Place, Spool, Texts};

/// A document that waits in the spool.
pub(super) struct Entry {
    pub(super) id: String,
    content: [u8; 32],
    pub(super) place: Place,
}

/// All documents of the inputs.
pub(super) struct Gathered {
    /// Sorted by id once duplicates are dropped.
    pub(super) index: Vec<Entry>,
    pub(super) texts: Arc<Texts>,
    pub(super) counts: Counts,
}

/// Reads the inputs into a spool below `root`.
pub(super) fn gather(
    inputs: &[Input],
    options: &PrepareOptions,
    root: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Gathered, DataError> {
    let mut spool = Spool::create(&root.join("spool"))?;
    let mut index = Vec::new();
    let mut steps = Steps::new(Stage::Reading);
    let mut counts = Counts::default();
    let limit = options.max_documents.unwrap_or(u64::MAX);
    for input in inputs {
        if steps.done.documents >= limit {
            break;
        }
        input.read(options.separator.as_deref(), &mut |found| {
            if found.text.trim().is_empty() {
                counts.empty += 1;
            } else {
                index.push(Entry {
                    content: content_key(&found.text),
                    place: spool.push(&found.text)?,
                    id: found.id,
                });
            }
            steps.step(found.text.len() as u64, progress);
            Ok(if steps.done.documents >= limit {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
        })?;
    }
    steps.finish(progress);
    counts.documents_read = steps.done.documents;
    Ok(Gathered {
        index,
        texts: Arc::new(spool.finish()?),
        counts,
    })
}

impl Gathered {
    /// Sorts by id; of one id the first read stays, of one text the smallest id.
    pub(super) fn drop_duplicates(&mut self) {
        let counts = &mut self.counts;
        self.index.sort_by(|left, right| left.id.cmp(&right.id));
        self.index.dedup_by(|later, first| {
            let same = later.id == first.id;
            if same && later.content == first.content {
                counts.duplicates += 1;
            } else if same {
                counts.clashing_ids += 1;
            }
            same
        });
        let mut seen = HashSet::with_capacity(self.index.len());
        self.index.retain(|entry| {
            let new = seen.insert(entry.content);
            counts.duplicate_texts += u64::from(!new);
            new
        });
    }
}

/// Counts what is done and tells of it now and then.
pub(super) struct Steps {
    pub(super) done: Progress,
}

impl Steps {
    pub(super) fn new(stage: Stage) -> Self {
        Self {
            done: Progress {
                stage,
                documents: 0,
                bytes: 0,
            },
        }
    }

    pub(super) fn step(&mut self, bytes: u64, progress: &mut dyn FnMut(Progress)) {
        self.done.documents += 1;
        self.done.bytes += bytes;
        if self.done.documents.is_multiple_of(1024) {
            progress(self.done);
        }
    }

    pub(super) fn finish(&self, progress: &mut dyn FnMut(Progress)) {
        progress(self.done);
    }
}
