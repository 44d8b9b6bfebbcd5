//! The thread that computes charges.
//!
//! Modes that miner code may have entered (dispatch modes, autocast, gradient mode) are kept by torch per
//! thread, so a thread of our own sees none of them. It lives as long as the worker, because a new thread
//! would build a new pool of compute threads at every step. It has torch work on one core, where torch does little but
//! copy.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};

use tch::Tensor;

use crate::charges::{ChargeError, Charged, Counter, Expected, at, raw};

/// One output and what is wanted of it.
pub struct Work {
    /// The model's output.
    pub logits: Tensor,
    /// The contract.
    pub expected: Expected,
    /// What is wanted.
    pub wanted: Wanted,
}

/// What is wanted of an output.
pub enum Wanted {
    /// The charges of a batch.
    Charges {
        /// The batch, row by row. As it came: the rows that were handed out are the model's to change.
        tokens: Vec<i64>,
        /// Of how many rows the raw logits are wanted too.
        logits_rows: u32,
    },
    /// The raw logits at these rows and columns.
    At(Vec<(u32, u32)>),
}

/// What came of it.
pub struct Done {
    /// What is charged, where that was wanted.
    pub charged: Option<Charged>,
    /// Float32 logits of the rows or places that were wanted.
    pub logits: Vec<f32>,
}

/// The thread is gone: it panicked, or the process is ending.
#[derive(Debug, thiserror::Error)]
#[error("the thread that computes charges has ended")]
pub struct Gone;

/// Handle of the thread.
pub struct Arithmetic {
    work: Sender<Work>,
    done: Receiver<Result<Done, ChargeError>>,
}

impl Arithmetic {
    /// Starts the thread, which shares its own work with at most `threads` - 1 others for the time of a batch, and waits until it stands, because it sets the process-wide number of torch's
    /// compute threads on its way; the caller sets that number again afterwards.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(threads: usize) -> std::io::Result<Self> {
        let (work, todo) = channel::<Work>();
        let (answer, done) = channel();
        let (ready, standing) = channel();
        std::thread::Builder::new()
            .name("prism-charges".into())
            .spawn(move || {
                tch::set_num_threads(1);
                let _ = ready.send(());
                let mut counter = Counter::new(threads);
                tch::no_grad(|| {
                    for work in todo {
                        let result =
                            catch_unwind(AssertUnwindSafe(|| compute(&mut counter, &work)));
                        let Ok(result) = result else { return };
                        if answer.send(result).is_err() {
                            return;
                        }
                    }
                });
            })?;
        let _ = standing.recv();
        Ok(Self { work, done })
    }

    /// Computes one batch, blocking.
    ///
    /// # Errors
    /// [`Gone`] outside, what is wrong with the output inside.
    pub fn compute(&self, work: Work) -> Result<Result<Done, ChargeError>, Gone> {
        self.work.send(work).map_err(|_| Gone)?;
        self.done.recv().map_err(|_| Gone)
    }
}

fn compute(counter: &mut Counter, work: &Work) -> Result<Done, ChargeError> {
    if let tch::Device::Cuda(index) = work.logits.device() {
        // The model may have worked on a stream of its own.
        tch::Cuda::synchronize(index as i64);
    }
    let Work {
        logits,
        expected,
        wanted,
    } = work;
    match wanted {
        Wanted::Charges {
            tokens,
            logits_rows,
        } => {
            let charged = Some(counter.charge(logits, tokens, *expected)?);
            let logits = match logits_rows {
                0 => Vec::new(),
                rows => raw(logits, *expected, i64::from(*rows))?,
            };
            Ok(Done { charged, logits })
        }
        Wanted::At(places) => Ok(Done {
            charged: None,
            logits: at(logits, *expected, places)?,
        }),
    }
}
