//! What the supervisor asks, as Python sees it.

use prism_protocol::wire::{ToWorker, Want};
use pyo3::prelude::*;

/// What the supervisor asks next.
#[pyclass(frozen, get_all)]
#[derive(Default)]
pub struct Order {
    /// `welcome`, `refused`, `predict`, `cut`, `train`, `end`, `export_state`, `build`, `load_state`, `next` or `bye`.
    kind: &'static str,
    /// The step, for `predict`, `cut` and `train`.
    step: u64,
    /// Rows, for `predict`, `cut` and `train`.
    rows: u32,
    /// Columns, for `predict`, `cut` and `train`.
    cols: u32,
    /// Of how many rows raw logits are wanted, for `predict`.
    logits_rows: u32,
    /// Whether signals are wanted, for `train`.
    sample: bool,
    /// Why, for `refused`.
    reason: String,
}

impl From<&ToWorker> for Order {
    fn from(message: &ToWorker) -> Self {
        let bare = |kind| Self {
            kind,
            ..Self::default()
        };
        match message {
            ToWorker::Predict {
                step,
                rows,
                cols,
                want,
            } => Self {
                step: *step,
                rows: *rows,
                cols: *cols,
                logits_rows: match want {
                    Want::Charges => 0,
                    Want::Logits { rows } => *rows,
                },
                ..bare("predict")
            },
            ToWorker::Cut {
                step, rows, cols, ..
            } => Self {
                step: *step,
                rows: *rows,
                cols: *cols,
                ..bare("cut")
            },
            ToWorker::Train {
                step,
                rows,
                cols,
                sample,
            } => Self {
                step: *step,
                rows: *rows,
                cols: *cols,
                sample: *sample,
                ..bare("train")
            },
            ToWorker::Refused { reason } => Self {
                reason: reason.clone(),
                ..bare("refused")
            },
            ToWorker::Welcome { .. } => bare("welcome"),
            ToWorker::End { .. } => bare("end"),
            ToWorker::ExportState {} => bare("export_state"),
            ToWorker::Build {} => bare("build"),
            ToWorker::LoadState {} => bare("load_state"),
            ToWorker::State(_) => bare("state"),
            ToWorker::StateChunk { .. } => bare("state_chunk"),
            ToWorker::StateEnd {} => bare("state_end"),
            ToWorker::Next {} => bare("next"),
            ToWorker::Bye {} => bare("bye"),
        }
    }
}
