//! Charges from the model's output.
//!
//! Logits become float32 first, whatever the model works in, so that a coarse number format can't be chosen
//! for its rounding; everything after that is float64. Work is done in pieces of one size, so a long row over a large
//! vocabulary takes little memory beyond the logits themselves, and the numbers are the same on every repeat. On the CPU
//! torch only copies a piece out, whatever its strides; the arithmetic is `prism_charges`, on several cores. On a GPU
//! the arithmetic is torch's.

use std::thread;

use prism_charges::{ChargeFault, charge};
use prism_protocol::wire::OutputProblem;
use tch::{Device, Kind, TchError, Tensor};

/// Elements copied out at once on the CPU (4 MiB), and worked on at once on a GPU (16 MiB in float64).
const CPU_PIECE: i64 = 1 << 20;
const GPU_PIECE: i64 = 2 << 20;

/// Fewest elements that are worth a thread.
const THREAD_ELEMENTS: usize = 1 << 17;

/// Why there are no charges.
#[derive(Debug, thiserror::Error)]
pub enum ChargeError {
    /// The output breaks the contract.
    #[error("{}", describe(.0))]
    Output(OutputProblem),
    /// torch failed on it.
    #[error("the output can't be read: {0}")]
    Torch(#[from] TchError),
}

impl From<ChargeFault> for ChargeError {
    fn from(fault: ChargeFault) -> Self {
        match fault {
            ChargeFault::NotFinite => Self::Output(OutputProblem::NotFinite {}),
            // Sizes and ids come from the supervisor, so these can't be.
            ChargeFault::Target | ChargeFault::Size => {
                Self::Torch(TchError::Shape(fault.to_string()))
            }
        }
    }
}

fn describe(problem: &OutputProblem) -> String {
    match problem {
        OutputProblem::NotATensor {} => {
            "the model must return a tensor, a tuple or list that starts with one, or an object with .logits".into()
        }
        OutputProblem::Subclass {} => "the output must be a plain torch.Tensor, not a subclass".into(),
        OutputProblem::NotFloating {} => {
            "the output must be a plain dense floating-point tensor: not sparse, nested, quantised, meta or vmapped".into()
        }
        OutputProblem::Shape { got } => {
            format!("the output must have the shape [rows, columns, vocab_size]; it has {got:?}")
        }
        OutputProblem::NotFinite {} => "the output holds values that are infinite or not a number".into(),
    }
}

/// What is asked of an output.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// Rows of the batch.
    pub rows: i64,
    /// Columns of a row.
    pub cols: i64,
    /// Classes.
    pub vocab: i64,
}

/// The charges of a batch.
pub struct Charged {
    /// In bits, row by row without the first column.
    pub bits: Vec<f64>,
    /// The largest magnitude among all logits.
    pub largest_logit: f64,
}

/// Computes charges; keeps the memory of a piece from batch to batch.
pub struct Counter {
    threads: usize,
    piece: Vec<f32>,
}

impl Counter {
    /// A counter that works on at most so many cores.
    pub fn new(threads: usize) -> Self {
        Self {
            threads: threads.max(1),
            piece: Vec::new(),
        }
    }

    /// The charges of a batch.
    ///
    /// `logits` is [rows, columns, vocabulary] as the model gave it, `tokens` the batch row by row; the logits of a
    /// column are about the token of the next.
    ///
    /// # Errors
    /// When the output breaks the contract or torch fails on it.
    pub fn charge(
        &mut self,
        logits: &Tensor,
        tokens: &[i64],
        expected: Expected,
    ) -> Result<Charged, ChargeError> {
        let logits = checked(logits, expected)?;
        if logits.device() == Device::Cpu {
            self.on_cpu(&logits, tokens, expected)
        } else {
            on_gpu(&logits, tokens, expected)
        }
    }

    fn on_cpu(
        &mut self,
        logits: &Tensor,
        tokens: &[i64],
        expected: Expected,
    ) -> Result<Charged, ChargeError> {
        let mut charged = Charged {
            bits: Vec::with_capacity(tokens.len()),
            largest_logit: 0.0,
        };
        let (cols, vocab) = (size(expected.cols), size(expected.vocab));
        for block in blocks(expected, CPU_PIECE) {
            let elements = size(block.height * block.breadth * expected.vocab);
            if self.piece.len() < elements {
                self.piece.resize(elements, 0.0);
            }
            block
                .of(logits)?
                .f_to_kind(Kind::Float)?
                .f_resolve_neg()?
                .f_copy_data(&mut self.piece, elements)?;
            // A column's target is the token after it; the last column of a row has none.
            let mut columns = Vec::new();
            let pieces = self.piece.chunks_exact(vocab).take(elements / vocab);
            for (number, piece) in pieces.enumerate() {
                let col = size(block.col) + number % size(block.breadth);
                let row = size(block.row) + number / size(block.breadth);
                let target = tokens.get(row * cols + col + 1).filter(|_| col + 1 < cols);
                columns.push((piece, target));
            }
            for part in self.shared(&columns) {
                let (bits, largest) = part?;
                charged.bits.extend(bits);
                charged.largest_logit = charged.largest_logit.max(f64::from(largest));
            }
        }
        Ok(charged)
    }

    /// Charges columns, shared out among threads that touch nothing of torch's; the parts in their order.
    fn shared(&self, columns: &[(&[f32], Option<&i64>)]) -> Vec<Part> {
        let elements: usize = columns.iter().map(|(logits, _)| logits.len()).sum();
        let parts = self.threads.min(elements / THREAD_ELEMENTS).max(1);
        let share = columns.len().div_ceil(parts).max(1);
        thread::scope(|scope| {
            let mut chunks = columns.chunks(share);
            let first = chunks.next().unwrap_or_default();
            let others: Vec<_> = chunks
                .map(|chunk| {
                    let started = thread::Builder::new().spawn_scoped(scope, || part(chunk));
                    // Without another thread this one does it.
                    started.map_err(|_| part(chunk))
                })
                .collect();
            let mut done = vec![part(first)];
            done.extend(others.into_iter().map(|other| match other {
                Ok(thread) => thread.join().unwrap_or(Err(ChargeFault::Size)),
                Err(done) => done,
            }));
            done
        })
    }
}

/// Charges of some columns and the largest magnitude in them.
type Part = Result<(Vec<f64>, f32), ChargeFault>;

fn part(columns: &[(&[f32], Option<&i64>)]) -> Part {
    let (mut bits, mut largest) = (Vec::with_capacity(columns.len()), 0f32);
    for (logits, target) in columns {
        let target = target.map_or(&[][..], std::slice::from_ref);
        largest = largest.max(charge(logits, target, logits.len(), &mut bits)?);
    }
    Ok((bits, largest))
}

/// The same in torch's operations, piece by piece; only what comes of it crosses to the CPU, once.
fn on_gpu(logits: &Tensor, tokens: &[i64], expected: Expected) -> Result<Charged, ChargeError> {
    let Expected { rows, cols, .. } = expected;
    let targets = Tensor::f_from_slice(tokens)?
        .f_reshape([rows, cols])?
        .f_to_device(logits.device())?;
    let (mut nats, mut reach) = (Vec::new(), Vec::new());
    for block in blocks(expected, GPU_PIECE) {
        let piece = block.of(logits)?.f_to_kind(Kind::Float)?;
        reach.push(piece.f_abs()?.f_amax([0i64, 1, 2], false)?);
        let charged = block.breadth.min(cols - 1 - block.col);
        if charged < 1 {
            continue;
        }
        let piece = piece.f_narrow(1, 0, charged)?.f_to_kind(Kind::Double)?;
        let truth = targets
            .f_narrow(0, block.row, block.height)?
            .f_narrow(1, block.col + 1, charged)?
            .f_unsqueeze(-1)?;
        let at_truth = piece.f_gather(-1, &truth, false)?.f_squeeze_dim(-1)?;
        let sums = piece.f_logsumexp(&[-1i64][..], false)?;
        nats.push(sums.f_sub(&at_truth)?.f_reshape([-1])?);
    }
    // The largest of values of which one is not a number is not a number.
    let largest_logit = Tensor::f_stack(&reach, 0)?.f_max()?.f_double_value(&[])?;
    if !largest_logit.is_finite() {
        return Err(ChargeError::Output(OutputProblem::NotFinite {}));
    }
    let nats = Tensor::f_cat(&nats, 0)?;
    let mut bits = vec![0f64; nats.numel()];
    let count = bits.len();
    nats.f_copy_data(&mut bits, count)?;
    for value in &mut bits {
        *value /= std::f64::consts::LN_2;
    }
    Ok(Charged {
        bits,
        largest_logit,
    })
}

/// Some columns of some rows.
struct Block {
    row: i64,
    height: i64,
    col: i64,
    breadth: i64,
}

impl Block {
    fn of(&self, logits: &Tensor) -> Result<Tensor, TchError> {
        logits
            .f_narrow(0, self.row, self.height)?
            .f_narrow(1, self.col, self.breadth)
    }
}

/// A batch in blocks of about `piece` elements, row by row: whole rows, or of long rows some columns of one.
fn blocks(expected: Expected, piece: i64) -> Vec<Block> {
    let Expected { rows, cols, vocab } = expected;
    let height = (piece / (cols * vocab).max(1)).clamp(1, rows.max(1));
    let breadth = (piece / (height * vocab).max(1)).clamp(1, cols.max(1));
    let mut blocks = Vec::new();
    for row in (0..rows).step_by(size(height)) {
        for col in (0..cols).step_by(size(breadth)) {
            blocks.push(Block {
                row,
                height: height.min(rows - row),
                col,
                breadth: breadth.min(cols - col),
            });
        }
    }
    blocks
}

fn size(value: i64) -> usize {
    usize::try_from(value).unwrap_or(0)
}

/// The first rows of the logits as float32 on the CPU, row by row.
///
/// # Errors
/// When the output breaks the contract or torch fails on it.
pub fn raw(logits: &Tensor, expected: Expected, rows: i64) -> Result<Vec<f32>, ChargeError> {
    let plain = checked(logits, expected)?
        .f_narrow(0, 0, rows)?
        .f_to_kind(Kind::Float)?
        .f_resolve_neg()?;
    let mut values = vec![0f32; plain.numel()];
    let count = values.len();
    plain.f_copy_data(&mut values, count)?;
    Ok(values)
}

/// The logits at some rows and columns as float32 on the CPU, one place after another.
///
/// # Errors
/// When the output breaks the contract or torch fails on it.
pub fn at(
    logits: &Tensor,
    expected: Expected,
    places: &[(u32, u32)],
) -> Result<Vec<f32>, ChargeError> {
    let plain = checked(logits, expected)?;
    let side = |values: Vec<i64>| Tensor::f_from_slice(&values)?.f_to_device(plain.device());
    let rows = side(places.iter().map(|(row, _)| i64::from(*row)).collect())?;
    let cols = side(places.iter().map(|(_, col)| i64::from(*col)).collect())?;
    let picked = plain
        .f_index(&[Some(rows), Some(cols)])?
        .f_to_kind(Kind::Float)?
        .f_resolve_neg()?
        .f_contiguous()?;
    let mut values = vec![0f32; picked.numel()];
    let count = values.len();
    picked.f_copy_data(&mut values, count)?;
    Ok(values)
}

fn checked(logits: &Tensor, expected: Expected) -> Result<Tensor, ChargeError> {
    let problem = |problem| Err(ChargeError::Output(problem));
    if !matches!(
        logits.f_kind(),
        Ok(Kind::Half | Kind::BFloat16 | Kind::Float | Kind::Double)
    ) {
        return problem(OutputProblem::NotFloating {});
    }
    let got = logits.size();
    if got != [expected.rows, expected.cols, expected.vocab] {
        // A shape can be as long as a message; what is reported of it is not.
        return problem(OutputProblem::Shape {
            got: got.into_iter().take(8).collect(),
        });
    }
    Ok(logits.f_detach()?)
}
