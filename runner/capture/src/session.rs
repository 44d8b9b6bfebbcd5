//! The Python face of the extension: one session with the supervisor.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

use prism_protocol::wire::{
    Api, FromWorker, OutputProblem, Phase, Raised, StateHead, StateKind, StateType, ToWorker, Want,
    WorkerTask,
};
use pyo3::create_exception;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3_tch::PyTensor;
use tch::{Kind, Tensor};

use crate::arithmetic::{Arithmetic, Done, Wanted, Work};
use crate::charges::{ChargeError, Expected};
use crate::link::{Link, LinkError};
use crate::order::Order;
use crate::plain::Plain;

create_exception!(
    prism_capture,
    OutputError,
    PyValueError,
    "The model's output can't be charged."
);
create_exception!(
    prism_capture,
    ProtocolError,
    PyRuntimeError,
    "The link to the supervisor broke."
);

impl From<LinkError> for PyErr {
    fn from(error: LinkError) -> Self {
        ProtocolError::new_err(error.to_string())
    }
}

fn broken(error: impl std::fmt::Display) -> PyErr {
    ProtocolError::new_err(error.to_string())
}

struct Inner {
    link: Link,
    arithmetic: Arithmetic,
    /// The output that is due.
    due: Option<Due>,
}

/// An output that is due.
struct Due {
    step: u64,
    expected: Expected,
    wanted: Wanted,
}

/// One session with the supervisor.
#[pyclass(frozen)]
pub struct Session {
    inner: Mutex<Inner>,
    plain: Plain,
    vocab: i64,
    /// The run's context as JSON.
    #[pyo3(get)]
    context: String,
    /// `train` or `examine`.
    #[pyo3(get)]
    task: &'static str,
    /// `cpu` or `cuda`.
    #[pyo3(get)]
    device: String,
    /// Most rows x columns of a batch.
    #[pyo3(get)]
    max_cells: u64,
}

#[pymethods]
impl Session {
    /// Connects to the supervisor's socket. Charges are computed on at most `threads` cores.
    #[new]
    fn connect(
        py: Python<'_>,
        path: PathBuf,
        python: String,
        torch: String,
        threads: usize,
    ) -> PyResult<Self> {
        let (arithmetic, link, welcome) = py.allow_threads(|| {
            let arithmetic = Arithmetic::start(threads).map_err(broken)?;
            let (link, welcome) = Link::connect(&path, python, torch)?;
            Ok::<_, PyErr>((arithmetic, link, welcome))
        })?;
        Ok(Self {
            inner: Mutex::new(Inner {
                link,
                arithmetic,
                due: None,
            }),
            plain: Plain::new(py, &welcome.device)?,
            vocab: i64::from(welcome.context.vocab_size),
            context: serde_json::to_string(&welcome.context).map_err(broken)?,
            task: match welcome.task {
                WorkerTask::Train => "train",
                WorkerTask::Examine => "examine",
            },
            device: welcome.device,
            max_cells: welcome.max_cells,
        })
    }

    /// Opens the stream. `api` is `compatible` or `fast`.
    fn open(&self, py: Python<'_>, api: &str, batch_size: u32, seq_len: u32) -> PyResult<()> {
        let api = match api {
            "compatible" => Api::Compatible,
            "fast" => Api::Fast,
            other => return Err(broken(format!("no interface `{other}`"))),
        };
        self.say(
            py,
            FromWorker::Open {
                api,
                batch_size,
                seq_len,
            },
        )
    }

    /// Waits for what the supervisor asks next, with its rows where there are any.
    fn receive(&self, py: Python<'_>) -> PyResult<(Order, Option<PyTensor>)> {
        py.allow_threads(|| {
            let mut inner = self.lock()?;
            let message = inner.link.receive()?;
            let tokens = match &message {
                ToWorker::Predict {
                    step,
                    rows,
                    cols,
                    want,
                } => {
                    let tokens = inner.tokens(*rows, *cols)?;
                    let handed = tensor(&tokens, *rows, *cols)?;
                    let logits_rows = match want {
                        Want::Charges => 0,
                        Want::Logits { rows } => *rows,
                    };
                    inner.due = Some(Due {
                        step: *step,
                        expected: self.expected(*rows, *cols),
                        wanted: Wanted::Charges {
                            tokens,
                            logits_rows,
                        },
                    });
                    Some(handed)
                }
                ToWorker::Cut {
                    step,
                    rows,
                    cols,
                    at,
                } => {
                    inner.due = Some(Due {
                        step: *step,
                        expected: self.expected(*rows, *cols),
                        wanted: Wanted::At(at.clone()),
                    });
                    Some(tensor(&inner.tokens(*rows, *cols)?, *rows, *cols)?)
                }
                ToWorker::Train { rows, cols, .. } => {
                    Some(tensor(&inner.tokens(*rows, *cols)?, *rows, *cols)?)
                }
                ToWorker::Welcome { .. } => return Err(broken("a second welcome")),
                _ => None,
            };
            Ok((Order::from(&message), tokens.map(PyTensor)))
        })
    }

    /// Answers the last `predict` with the charges of the model's output, the last `cut` with its logits at the places
    /// asked about.
    ///
    /// Raises `OutputError`, after telling the supervisor, when the output can't be charged.
    #[pyo3(signature = (output, model_params=None))]
    fn answer(&self, output: &Bound<'_, PyAny>, model_params: Option<u64>) -> PyResult<()> {
        let py = output.py();
        let logits = match self.plain.problem(output)? {
            None => Ok(output.extract::<PyTensor>()?.0),
            Some(problem) => Err(ChargeError::Output(problem)),
        };
        py.allow_threads(|| {
            let mut inner = self.lock()?;
            let Due {
                step,
                expected,
                wanted,
            } = inner.due.take().ok_or_else(|| broken("no answer is due"))?;
            let done = match logits {
                Ok(logits) => {
                    let work = Work {
                        logits,
                        expected,
                        wanted,
                    };
                    inner.arithmetic.compute(work).map_err(broken)?
                }
                Err(error) => Err(error),
            };
            match done {
                Ok(Done { charged, logits }) => {
                    let memory = &inner.link.memory;
                    memory.write_logits(&logits).map_err(broken)?;
                    let answer = match charged {
                        Some(charged) => {
                            memory.write_charges(&charged.bits).map_err(broken)?;
                            FromWorker::Predicted {
                                step,
                                model_params,
                                largest_logit: Some(charged.largest_logit),
                            }
                        }
                        None => FromWorker::Answered { step },
                    };
                    Ok(inner.link.send(&answer)?)
                }
                Err(error) => {
                    let problem = match &error {
                        ChargeError::Output(problem) => problem.clone(),
                        ChargeError::Torch(_) => OutputProblem::NotFloating {},
                    };
                    inner.link.send(&FromWorker::BadOutput { step, problem })?;
                    Err(OutputError::new_err(error.to_string()))
                }
            }
        })
    }

    /// The miner's loop asked for the next batch.
    #[pyo3(signature = (step, gradient_norm=None, cuda_peak_bytes=None))]
    fn trained(
        &self,
        py: Python<'_>,
        step: u64,
        gradient_norm: Option<f64>,
        cuda_peak_bytes: Option<u64>,
    ) -> PyResult<()> {
        self.say(
            py,
            FromWorker::Trained {
                step,
                // JSON has no other numbers.
                gradient_norm: gradient_norm.filter(|norm| norm.is_finite()),
                cuda_peak_bytes,
            },
        )
    }

    /// `train(ctx)` returned.
    fn finished(&self, py: Python<'_>) -> PyResult<()> {
        self.say(py, FromWorker::Finished {})
    }

    /// Miner code raised.
    #[pyo3(signature = (phase, class_, file=None, line=None, traceback=None))]
    fn raised(
        &self,
        py: Python<'_>,
        phase: &str,
        class_: String,
        file: Option<String>,
        line: Option<u32>,
        traceback: Option<String>,
    ) -> PyResult<()> {
        let phase = match phase {
            "startup" => Phase::Startup,
            "import_architecture" => Phase::ImportArchitecture,
            "import_training" => Phase::ImportTraining,
            "predict" => Phase::Predict,
            "export_state" => Phase::ExportState,
            "build" => Phase::Build,
            "load_state" => Phase::LoadState,
            _ => Phase::Train,
        };
        self.say(
            py,
            FromWorker::Raised(Raised {
                phase,
                class: class_,
                file,
                line,
                traceback,
            }),
        )
    }

    /// Sends one tensor of the state. The tensor must lie on the CPU, dense.
    fn state(
        &self,
        py: Python<'_>,
        name: String,
        parameter: bool,
        tensor: PyTensor,
    ) -> PyResult<()> {
        let tensor = tensor.0;
        py.allow_threads(move || {
            let mut inner = self.lock()?;
            let flat = tch::no_grad(|| {
                tensor
                    .f_detach()?
                    .f_to_device(tch::Device::Cpu)?
                    .f_contiguous()
            })
            .map_err(broken)?;
            let kind = flat.f_kind().map_err(broken)?;
            let dtype = state_type(kind)
                .ok_or_else(|| broken(format!("state of type {kind:?} can't be exported")))?;
            let shape = flat.size().into_iter().map(i64::unsigned_abs).collect();
            let kind = if parameter {
                StateKind::Parameter
            } else {
                StateKind::Buffer
            };
            inner.link.send(&FromWorker::State(StateHead {
                name,
                kind,
                dtype,
                shape,
            }))?;
            let flat = flat.f_reshape([-1]).map_err(broken)?;
            let width = i64::try_from(dtype.bytes()).map_err(broken)?;
            let room =
                i64::try_from(inner.link.memory.regions().state.bytes).map_err(broken)? / width;
            let total = i64::try_from(flat.numel()).map_err(broken)?;
            let mut start = 0;
            while start < total {
                let count = room.min(total - start);
                let piece = flat.f_narrow(0, start, count).map_err(broken)?;
                let elements = usize::try_from(count).map_err(broken)?;
                let mut bytes = vec![0; elements * usize::try_from(width).map_err(broken)?];
                piece.f_copy_data_u8(&mut bytes, elements).map_err(broken)?;
                inner.link.memory.write_state(&bytes).map_err(broken)?;
                inner.link.send(&FromWorker::StateChunk {
                    bytes: bytes.len() as u64,
                })?;
                if inner.link.receive()? != (ToWorker::Next {}) {
                    return Err(broken("the supervisor stopped taking the state"));
                }
                start += count;
            }
            Ok(())
        })
    }

    /// All of the state was sent.
    fn state_end(&self, py: Python<'_>) -> PyResult<()> {
        self.say(py, FromWorker::StateEnd {})
    }

    /// The model that is to be examined is built.
    fn built(&self, py: Python<'_>) -> PyResult<()> {
        self.say(py, FromWorker::Built {})
    }

    /// The next tensor of the state to be loaded: its name, whether it is a parameter, itself on the CPU. None after
    /// the last.
    fn take_state(&self, py: Python<'_>) -> PyResult<Option<(String, bool, PyTensor)>> {
        py.allow_threads(|| {
            let mut inner = self.lock()?;
            let head = match inner.link.receive()? {
                ToWorker::State(head) => head,
                ToWorker::StateEnd {} => return Ok(None),
                _ => return Err(broken("the supervisor stopped sending the state")),
            };
            let elements: u64 = head.shape.iter().product();
            let due = usize::try_from(elements * head.dtype.bytes()).map_err(broken)?;
            let mut bytes = Vec::with_capacity(due);
            while bytes.len() < due {
                let ToWorker::StateChunk { bytes: count } = inner.link.receive()? else {
                    return Err(broken("the supervisor stopped sending a tensor"));
                };
                let count = usize::try_from(count).map_err(broken)?;
                bytes.extend(inner.link.memory.read_state(count).map_err(broken)?);
                inner.link.send(&FromWorker::Next {})?;
            }
            let shape: Vec<i64> = head.shape.iter().map(|size| size.cast_signed()).collect();
            let tensor = Tensor::f_from_data_size(&bytes, &shape, torch_kind(head.dtype));
            let parameter = head.kind == StateKind::Parameter;
            Ok(Some((
                head.name,
                parameter,
                PyTensor(tensor.map_err(broken)?),
            )))
        })
    }

    /// The state is loaded.
    fn loaded(&self, py: Python<'_>) -> PyResult<()> {
        self.say(py, FromWorker::Loaded {})
    }
}

impl Session {
    fn lock(&self) -> PyResult<MutexGuard<'_, Inner>> {
        self.inner
            .try_lock()
            .map_err(|_| broken("the session is in use by another thread"))
    }

    fn expected(&self, rows: u32, cols: u32) -> Expected {
        Expected {
            rows: rows.into(),
            cols: cols.into(),
            vocab: self.vocab,
        }
    }

    fn say(&self, py: Python<'_>, message: FromWorker) -> PyResult<()> {
        py.allow_threads(|| Ok(self.lock()?.link.send(&message)?))
    }
}

impl Inner {
    fn tokens(&self, rows: u32, cols: u32) -> PyResult<Vec<i64>> {
        let count = usize::try_from(u64::from(rows) * u64::from(cols)).map_err(broken)?;
        self.link.memory.read_tokens(count).map_err(broken)
    }
}

fn tensor(tokens: &[i64], rows: u32, cols: u32) -> PyResult<Tensor> {
    Tensor::f_from_slice(tokens)
        .and_then(|tensor| tensor.f_reshape([i64::from(rows), i64::from(cols)]))
        .map_err(broken)
}

/// Torch's types and the protocol's.
const TYPES: [(Kind, StateType); 12] = [
    (Kind::Bool, StateType::Bool),
    (Kind::Uint8, StateType::Uint8),
    (Kind::Int8, StateType::Int8),
    (Kind::Int16, StateType::Int16),
    (Kind::Int, StateType::Int32),
    (Kind::Int64, StateType::Int64),
    (Kind::Half, StateType::Float16),
    (Kind::BFloat16, StateType::Bfloat16),
    (Kind::Float, StateType::Float32),
    (Kind::Double, StateType::Float64),
    (Kind::ComplexFloat, StateType::Complex64),
    (Kind::ComplexDouble, StateType::Complex128),
];

fn state_type(kind: Kind) -> Option<StateType> {
    let known = TYPES.iter().find(|(torch, _)| *torch == kind);
    known.map(|(_, state)| *state)
}

fn torch_kind(dtype: StateType) -> Kind {
    let known = TYPES.iter().find(|(_, state)| *state == dtype);
    known.map_or(Kind::Uint8, |(torch, _)| *torch)
}
