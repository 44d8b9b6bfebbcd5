//! What supervisor and worker say to each other over the one Unix socket of a run.
//!
//! Control messages are JSON behind a length ([`frame`]); tensors never travel in them but through sealed
//! shared memory ([`memory`]). The supervisor asks, the worker answers: after the worker's [`FromWorker::Open`]
//! each [`ToWorker::Predict`] is answered by `Predicted`, each [`ToWorker::Cut`] by `Answered`, each [`ToWorker::Train`] by
//! `Trained` when the miner's loop asks for the next batch, and [`ToWorker::ExportState`] by the state's tensors. A worker
//! that examines a state ([`WorkerTask::Examine`]) says `Built` instead of `Open` and trains on nothing. Everything the worker says is hostile: unknown types,
//! unknown fields, a wrong step or an oversized frame end the run as a protocol violation.
//! Neither end's behaviour lives here, only the words.

pub mod frame;
pub mod memory;

use serde::{Deserialize, Serialize};

use crate::outcome::Stopped;
use crate::spec::Context;
use memory::Regions;

/// Version of this protocol; both ends must agree exactly.
pub const PROTOCOL: u32 = 3;

/// Most bytes of a chunk of exported state.
pub const STATE_CHUNK_BYTES: u64 = 4 << 20;

/// Most bytes of raw logits the supervisor asks for in one step, in whole rows.
pub const LOGITS_BYTES: u64 = 64 << 20;

/// What the supervisor says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ToWorker {
    /// The answer to `hello`; the shared memory's descriptor travels with it.
    Welcome {
        /// [`PROTOCOL`].
        protocol: u32,
        /// What miners see of the run.
        context: Box<Context>,
        /// What the worker is for.
        task: WorkerTask,
        /// `cpu` or `cuda`.
        device: String,
        /// Most rows x columns of a batch on this course.
        max_cells: u64,
        /// Where things lie in the shared memory.
        regions: Regions,
    },
    /// `open` asked for a layout out of bounds. The worker may ask again.
    Refused {
        /// What was out of bounds, and the bounds.
        reason: String,
    },
    /// Predict these rows without training on them.
    Predict {
        /// Number of the step, from 0.
        step: u64,
        /// Rows in the token region.
        rows: u32,
        /// Columns of each row.
        cols: u32,
        /// What to answer with.
        want: Want,
    },
    /// Predict rows whose text is cut and followed by foreign text, and put the model's state back as it was.
    Cut {
        /// Number of the step whose rows were cut.
        step: u64,
        /// Rows in the token region.
        rows: u32,
        /// Columns of each row.
        cols: u32,
        /// Row and column of the logits that are wanted, each column the last before its row's cut.
        at: Vec<(u32, u32)>,
    },
    /// Hand these rows to the miner's loop.
    Train {
        /// The step just predicted.
        step: u64,
        /// Rows in the token region.
        rows: u32,
        /// Columns of each row.
        cols: u32,
        /// Whether to answer with what the signals are made of.
        sample: bool,
    },
    /// The stream is over.
    End {
        /// Why.
        stopped: Stopped,
    },
    /// Send the state of the model.
    ExportState {},
    /// The chunk of state was copied; the region may be used again.
    Next {},
    /// Build the model once more.
    Build {},
    /// A state follows in chunks: load it into the model that was built, and nothing else.
    LoadState {},
    /// A tensor of it begins; its bytes follow in chunks.
    State(StateHead),
    /// The next bytes of the tensor lie in the state region; answered by `next`.
    StateChunk {
        /// How many.
        bytes: u64,
    },
    /// All of the state was sent; answered by `loaded`.
    StateEnd {},
    /// Nothing more will be asked.
    Bye {},
}

/// What a worker is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerTask {
    /// Run the bundle's `train(ctx)`.
    Train,
    /// Build the model, load a state into it and answer.
    Examine,
}

/// What stands before a tensor's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateHead {
    /// Name within the model.
    pub name: String,
    /// Parameter or buffer.
    pub kind: StateKind,
    /// Element type.
    pub dtype: StateType,
    /// Sizes of its dimensions.
    pub shape: Vec<u64>,
}

/// What a prediction is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Want {
    /// A charge in bits for each column but the first, rows x (columns - 1).
    Charges,
    /// The charges, and of the first rows the raw logits, rows x columns x vocabulary.
    Logits {
        /// How many rows, at least one.
        rows: u32,
    },
}

/// How a miner's loop asks for its batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Api {
    /// `iter_train_batches`: the harness predicts in eval mode without gradients, then the loop trains.
    Compatible,
    /// `stream`: the one forward pass of the loop is charged.
    Fast,
}

impl Api {
    /// Its name in manifests and messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Compatible => "compatible",
            Self::Fast => "fast",
        }
    }
}

/// What the worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromWorker {
    /// The first message.
    Hello {
        /// [`PROTOCOL`].
        protocol: u32,
        /// Process id as the worker sees it; for logs only.
        pid: u32,
        /// Version of its Python.
        python: String,
        /// Version of its torch.
        torch: String,
    },
    /// The miner opened the stream.
    Open {
        /// The interface it uses.
        api: Api,
        /// Rows of a batch.
        batch_size: u32,
        /// Columns of a row.
        seq_len: u32,
    },
    /// The charges (and logits) of the step lie in the shared memory.
    Predicted {
        /// The step asked for.
        step: u64,
        /// Elements of the model's distinct parameters, where counted.
        model_params: Option<u64>,
        /// The largest magnitude among the logits.
        largest_logit: Option<f64>,
    },
    /// The raw logits that a cut question wanted lie in the shared memory, one row of them for each place.
    Answered {
        /// The step asked for.
        step: u64,
    },
    /// The model that is to be examined is built.
    Built {},
    /// The chunk of the state to be loaded was copied.
    Next {},
    /// The state is loaded.
    Loaded {},
    /// The model's output can't be charged.
    BadOutput {
        /// The step asked for.
        step: u64,
        /// What was wrong with it.
        problem: OutputProblem,
    },
    /// The miner's loop asked for the next batch.
    Trained {
        /// The step handed out.
        step: u64,
        /// The L2 norm over the gradients found on the model, when asked for and there are any.
        gradient_norm: Option<f64>,
        /// Most memory of the GPU that tensors took, when asked for, in bytes.
        cuda_peak_bytes: Option<u64>,
    },
    /// `train(ctx)` returned.
    Finished {},
    /// A tensor of the state begins; its bytes follow in chunks.
    State(StateHead),
    /// The next bytes of the tensor lie in the state region.
    StateChunk {
        /// How many.
        bytes: u64,
    },
    /// All of the state was sent.
    StateEnd {},
    /// Miner code (or the worker on its behalf) raised.
    Raised(Raised),
}

/// An exception in the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raised {
    /// What was being done.
    pub phase: Phase,
    /// Class of the exception.
    pub class: String,
    /// Innermost file of the bundle in the traceback, relative to the bundle's root.
    pub file: Option<String>,
    /// Line in that file.
    pub line: Option<u32>,
    /// The whole traceback.
    pub traceback: Option<String>,
}

/// What a worker was doing when something was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Before any miner code.
    Startup,
    /// Importing the architecture script.
    ImportArchitecture,
    /// Importing the training script.
    ImportTraining,
    /// Inside `train(ctx)`, `build_model` included.
    Train,
    /// Inside the model, predicting.
    Predict,
    /// Exporting the state.
    ExportState,
    /// Building the model that is to be examined.
    Build,
    /// Loading a state into it.
    LoadState,
}

impl Phase {
    /// The phase in words, to follow "while".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Startup => "starting",
            Self::ImportArchitecture => "importing the architecture script",
            Self::ImportTraining => "importing the training script",
            Self::Train => "training",
            Self::Predict => "predicting",
            Self::ExportState => "exporting the state",
            Self::Build => "building the model again",
            Self::LoadState => "loading the exported state",
        }
    }
}

/// Why an output can't be charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum OutputProblem {
    /// Neither a tensor, nor a sequence starting with one, nor an object with `logits`.
    NotATensor {},
    /// A subclass of the tensor class.
    Subclass {},
    /// Not a plain dense tensor of a floating type.
    NotFloating {},
    /// Another shape than rows x columns x vocabulary.
    Shape {
        /// The shape it has.
        got: Vec<i64>,
    },
    /// A value that is infinite or not a number.
    NotFinite {},
}

/// Parameter or buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateKind {
    /// A trained tensor.
    Parameter,
    /// A persistent buffer.
    Buffer,
}

/// Element types that state is exported in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are torch's")]
pub enum StateType {
    Bool,
    Uint8,
    Int8,
    Int16,
    Int32,
    Int64,
    Float16,
    Bfloat16,
    Float32,
    Float64,
    Complex64,
    Complex128,
}

impl StateType {
    /// Bytes of an element.
    #[must_use]
    pub fn bytes(self) -> u64 {
        match self {
            Self::Bool | Self::Uint8 | Self::Int8 => 1,
            Self::Int16 | Self::Float16 | Self::Bfloat16 => 2,
            Self::Int32 | Self::Float32 => 4,
            Self::Int64 | Self::Float64 | Self::Complex64 => 8,
            Self::Complex128 => 16,
        }
    }
}

#[cfg(test)]
mod tests;
