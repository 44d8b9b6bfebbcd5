//! The thread that computes charges.
//!
//! Modes that miner code may have entered (dispatch modes, autocast, gradient mode) are kept by torch per
//! thread, so a thread of our own sees none of them. It lives as long as the worker, because a new thread
//! would build a new pool of compute threads at every step, and works on one core.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};

use tch::Tensor;

use crate::charges::{ChargeError, Expected, charges, raw};

/// One batch to charge.
pub struct Work {
    /// The model's output.
    pub logits: Tensor,
    /// The batch, on the CPU.
    pub tokens: Tensor,
    /// The contract.
    pub expected: Expected,
    /// Whether the raw logits are wanted too.
    pub want_logits: bool,
}

/// What came of it.
pub struct Done {
    /// Bits, row by row without the first column.
    pub charges: Vec<f64>,
    /// Float32 logits, when wanted.
    pub logits: Option<Vec<f32>>,
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
    /// Starts the thread and waits until it stands, because it sets the process-wide number of torch's
    /// compute threads on its way; the caller sets that number again afterwards.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start() -> std::io::Result<Self> {
        let (work, todo) = channel::<Work>();
        let (answer, done) = channel();
        let (ready, standing) = channel();
        std::thread::Builder::new()
            .name("prism-charges".into())
            .spawn(move || {
                tch::set_num_threads(1);
                let _ = ready.send(());
                tch::no_grad(|| {
                    for work in todo {
                        let result = catch_unwind(AssertUnwindSafe(|| compute(&work)));
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

fn compute(work: &Work) -> Result<Done, ChargeError> {
    if let tch::Device::Cuda(index) = work.logits.device() {
        // The model may have worked on a stream of its own.
        tch::Cuda::synchronize(index as i64);
    }
    let charges = charges(&work.logits, &work.tokens, work.expected)?;
    let logits = work
        .want_logits
        .then(|| raw(&work.logits, work.expected))
        .transpose()?;
    Ok(Done { charges, logits })
}
