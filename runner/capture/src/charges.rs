//! Code lengths from logits: -log2 of the softmax at the true token.
//!
//! Logits become float32 first, whatever the model works in, so that a coarse number format can't be chosen
//! for its rounding; everything after that is float64. Work is done in pieces, so a long row over a large
//! vocabulary takes little memory beyond the logits themselves.

use prism_protocol::wire::OutputProblem;
use tch::{Kind, TchError, Tensor};

/// Elements converted to float64 at once (32 MiB).
const PIECE: i64 = 4 << 20;

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

fn describe(problem: &OutputProblem) -> String {
    match problem {
        OutputProblem::NotATensor {} => {
            "the model must return a tensor, a tuple or list that starts with one, or an object with .logits".into()
        }
        OutputProblem::Subclass {} => "the output must be a plain torch.Tensor, not a subclass".into(),
        OutputProblem::NotFloating {} => "the output must be a dense floating-point tensor".into(),
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

/// The charges of a batch in bits, row by row without the first column.
///
/// `logits` is [rows, columns, vocabulary] as the model gave it, `tokens` [rows, columns] on the CPU; the
/// logits of a column are about the token of the next.
///
/// # Errors
/// When the output breaks the contract or torch fails on it.
pub fn charges(
    logits: &Tensor,
    tokens: &Tensor,
    expected: Expected,
) -> Result<Vec<f64>, ChargeError> {
    let Expected { rows, cols, vocab } = expected;
    let logits = checked(logits, expected)?;
    let targets = tokens.f_to_device(logits.device())?;
    let row_step = (PIECE / (cols * vocab).max(1)).clamp(1, rows.max(1));
    let col_step = (PIECE / (row_step * vocab).max(1)).clamp(1, cols.max(1));
    let width = cols - 1;
    let mut bits = Vec::with_capacity(usize::try_from(rows * width).unwrap_or(0));
    for row in (0..rows).step_by(usize::try_from(row_step).unwrap_or(1)) {
        let height = row_step.min(rows - row);
        let mut pieces = Vec::new();
        for col in (0..cols).step_by(usize::try_from(col_step).unwrap_or(1)) {
            let breadth = col_step.min(cols - col);
            let piece = logits
                .f_narrow(0, row, height)?
                .f_narrow(1, col, breadth)?
                .f_to_kind(Kind::Float)?;
            if piece.f_isfinite()?.f_all()?.f_int64_value(&[])? == 0 {
                return Err(ChargeError::Output(OutputProblem::NotFinite {}));
            }
            let charged = breadth.min(width - col);
            if charged < 1 {
                continue;
            }
            let piece = piece.f_narrow(1, 0, charged)?.f_to_kind(Kind::Double)?;
            let truth = targets
                .f_narrow(0, row, height)?
                .f_narrow(1, col + 1, charged)?
                .f_unsqueeze(-1)?;
            let at_truth = piece.f_gather(-1, &truth, false)?.f_squeeze_dim(-1)?;
            pieces.push(piece.f_logsumexp(&[-1i64][..], false)?.f_sub(&at_truth)?);
        }
        let nats = Tensor::f_cat(&pieces, 1)?
            .f_to_device(tch::Device::Cpu)?
            .f_contiguous()?;
        let mut values = vec![0f64; nats.numel()];
        let count = values.len();
        nats.f_copy_data(&mut values, count)?;
        bits.extend(values.into_iter().map(|nats| nats / std::f64::consts::LN_2));
    }
    Ok(bits)
}

/// The logits as float32 on the CPU, row by row.
///
/// # Errors
/// When the output breaks the contract or torch fails on it.
pub fn raw(logits: &Tensor, expected: Expected) -> Result<Vec<f32>, ChargeError> {
    let plain = checked(logits, expected)?
        .f_to_kind(Kind::Float)?
        .f_to_device(tch::Device::Cpu)?
        .f_contiguous()?;
    let mut values = vec![0f32; plain.numel()];
    let count = values.len();
    plain.f_copy_data(&mut values, count)?;
    Ok(values)
}

fn checked(logits: &Tensor, expected: Expected) -> Result<Tensor, ChargeError> {
    let problem = |problem| Err(ChargeError::Output(problem));
    if logits.is_sparse()
        || logits.is_mkldnn()
        || !matches!(
            logits.f_kind(),
            Ok(Kind::Half | Kind::BFloat16 | Kind::Float | Kind::Double)
        )
    {
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
