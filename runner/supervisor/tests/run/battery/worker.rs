//! A worker that answers as a [`Learner`] would, but for what a [`Cheat`] puts in its place.
//!
//! A cheat is told which of the three runs it is in. A real one could only guess that, so what is defeated here is defeated
//! where a worker has found out.

use std::path::Path;

use prism_protocol::wire::{
    Api, FromWorker, STATE_CHUNK_BYTES, StateHead, StateKind, StateType, ToWorker, Want,
};

use super::learner::{Learner, Tensor};
use crate::puppet::{Puppet, trained};

/// Rows and columns of a batch.
pub const ROWS: u32 = 8;
pub const COLS: u32 = 64;

/// Which run it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    First,
    Second,
    Examination,
}

/// The rows of a question, and what the model knows then.
pub struct Asked<'a> {
    pub run: Run,
    pub step: u64,
    pub cols: usize,
    pub tokens: &'a [i64],
    pub learner: &'a Learner,
}

impl Asked<'_> {
    pub fn row(&self, row: usize) -> &[i64] {
        &self.tokens[row * self.cols..(row + 1) * self.cols]
    }

    /// A number that looks random, the same wherever the same column is asked about.
    pub fn dice(&self, row: usize, col: usize, sides: u64) -> u64 {
        let place = self.step * 1_000_003 + row as u64 * 1_009 + col as u64;
        (place.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % sides
    }
}

/// What follows after a cheat has had its way with an order.
#[derive(PartialEq, Eq)]
pub enum Then {
    /// It is carried out.
    GoOn,
    /// The worker leaves.
    Leave,
}

/// The charge of a token: the question, row, column and the honest charge.
type Charge = dyn FnMut(&Asked, usize, usize, f64) -> f64 + Send;
/// The answer to a cut question after a row and column, in place of the honest logits.
type Answer = dyn FnMut(&Asked, usize, usize, Vec<f32>) -> Vec<f32> + Send;
/// What is done before an order is carried out; the rows of a question come with it.
type Before = dyn FnMut(Run, &ToWorker, &[i64], &mut Learner, &mut Puppet) -> Then + Send;

/// What is done otherwise than an honest worker does it.
pub struct Cheat {
    /// Whether it says hello.
    pub greets: bool,
    pub api: Api,
    /// What every run begins with.
    pub fresh: Learner,
    pub layout: fn(Run) -> (u32, u32),
    /// Whether rows are learned from.
    pub learns: fn(Run) -> bool,
    pub charge: Box<Charge>,
    pub answer: Box<Answer>,
    pub before: Box<Before>,
    pub state: Box<dyn FnMut(Vec<Tensor>) -> Vec<Tensor> + Send>,
    /// What is done with a tensor that the model has not.
    pub loaded: Box<dyn FnMut(&str, &[f32]) + Send>,
}

/// Nothing.
pub fn honest() -> Cheat {
    Cheat {
        greets: true,
        api: Api::Compatible,
        fresh: Learner::new(),
        layout: |_| (ROWS, COLS),
        learns: |_| true,
        charge: Box::new(|_, _, _, bits| bits),
        answer: Box::new(|_, _, _, logits| logits),
        before: Box::new(|_, _, _, _, _| Then::GoOn),
        state: Box::new(|state| state),
        loaded: Box::new(|_, _| {}),
    }
}

/// Works for one run.
pub fn work(socket: &Path, run: Run, cheat: Cheat) {
    if !cheat.greets {
        drop(Puppet::connect(socket));
        return;
    }
    let mut puppet = Puppet::greeted(socket);
    let (batch_size, seq_len) = (cheat.layout)(run);
    puppet.say(&match run {
        Run::First | Run::Second => FromWorker::Open {
            api: cheat.api,
            batch_size,
            seq_len,
        },
        Run::Examination => FromWorker::Built {},
    });
    let learner = cheat.fresh.clone();
    Worker {
        puppet,
        learner,
        run,
        cheat,
    }
    .obey();
}

struct Worker {
    puppet: Puppet,
    learner: Learner,
    run: Run,
    cheat: Cheat,
}

impl Worker {
    fn obey(mut self) {
        while let Some(order) = self.puppet.hear() {
            let cells = match order {
                ToWorker::Predict { rows, cols, .. }
                | ToWorker::Cut { rows, cols, .. }
                | ToWorker::Train { rows, cols, .. } => rows as usize * cols as usize,
                _ => 0,
            };
            let tokens = self.puppet.memory().read_tokens(cells).unwrap();
            let before = &mut self.cheat.before;
            let then = before(
                self.run,
                &order,
                &tokens,
                &mut self.learner,
                &mut self.puppet,
            );
            if then == Then::Leave {
                return;
            }
            match order {
                ToWorker::Predict {
                    step, cols, want, ..
                } => self.predict(step, cols as usize, &tokens, want),
                ToWorker::Cut { step, cols, at, .. } => {
                    self.cut(step, cols as usize, &tokens, &at);
                }
                ToWorker::Train { step, cols, .. } => {
                    if (self.cheat.learns)(self.run) {
                        for row in tokens.chunks(cols as usize) {
                            self.learner.learn(row);
                        }
                    }
                    self.puppet.say(&trained(step));
                }
                ToWorker::End { .. } => self.puppet.say(&FromWorker::Finished {}),
                ToWorker::ExportState {} => self.export(),
                ToWorker::Build {} => {
                    self.learner = self.cheat.fresh.clone();
                    self.puppet.say(&FromWorker::Built {});
                }
                ToWorker::LoadState {} => self.load(),
                ToWorker::Bye {} => return,
                other => panic!("{other:?}"),
            }
        }
    }

    fn predict(&mut self, step: u64, cols: usize, tokens: &[i64], want: Want) {
        let asked = Asked {
            run: self.run,
            step,
            cols,
            tokens,
            learner: &self.learner,
        };
        let mut charges = Vec::new();
        let mut logits = Vec::new();
        for (number, row) in tokens.chunks(cols).enumerate() {
            for col in 1..cols {
                let bits = self.learner.bits(&row[..col], row[col]);
                charges.push((self.cheat.charge)(&asked, number, col, bits));
            }
            if matches!(want, Want::Logits { rows } if number < rows as usize) {
                for col in 1..=cols {
                    logits.extend(self.learner.logits(&row[..col]));
                }
            }
        }
        self.puppet.memory().write_charges(&charges).unwrap();
        self.puppet.memory().write_logits(&logits).unwrap();
        self.puppet.say(&FromWorker::Predicted {
            step,
            model_params: None,
            largest_logit: None,
        });
    }

    fn cut(&mut self, step: u64, cols: usize, tokens: &[i64], at: &[(u32, u32)]) {
        let asked = Asked {
            run: self.run,
            step,
            cols,
            tokens,
            learner: &self.learner,
        };
        let mut logits = Vec::new();
        for (row, col) in at {
            let (row, col) = (*row as usize, *col as usize);
            let honest = self.learner.logits(&asked.row(row)[..=col]);
            logits.extend((self.cheat.answer)(&asked, row, col, honest));
        }
        self.puppet.memory().write_logits(&logits).unwrap();
        self.puppet.say(&FromWorker::Answered { step });
    }

    fn export(&mut self) {
        for tensor in (self.cheat.state)(self.learner.state()) {
            self.puppet.say(&FromWorker::State(StateHead {
                name: tensor.name,
                kind: StateKind::Parameter,
                dtype: StateType::Float32,
                shape: tensor.shape,
            }));
            let bytes: Vec<u8> = tensor
                .values
                .iter()
                .flat_map(|one| one.to_le_bytes())
                .collect();
            for chunk in bytes.chunks(STATE_CHUNK_BYTES as usize) {
                self.puppet.memory().write_state(chunk).unwrap();
                let bytes = chunk.len() as u64;
                self.puppet.say(&FromWorker::StateChunk { bytes });
                if self.puppet.hear() != Some(ToWorker::Next {}) {
                    return;
                }
            }
        }
        self.puppet.say(&FromWorker::StateEnd {});
    }

    fn load(&mut self) {
        let mut taken: Option<(StateHead, Vec<u8>)> = None;
        while let Some(order) = self.puppet.hear() {
            if !matches!(order, ToWorker::StateChunk { .. })
                && let Some((head, bytes)) = taken.take()
            {
                let values: Vec<f32> = (bytes.chunks_exact(4))
                    .map(|one| f32::from_le_bytes(one.try_into().unwrap()))
                    .collect();
                (self.cheat.loaded)(&head.name, &values);
                self.learner.load(&head.name, values);
            }
            match order {
                ToWorker::State(head) => taken = Some((head, Vec::new())),
                ToWorker::StateChunk { bytes } => {
                    let chunk = self.puppet.memory().read_state(bytes as usize).unwrap();
                    taken.as_mut().unwrap().1.extend(chunk);
                    self.puppet.say(&FromWorker::Next {});
                }
                ToWorker::StateEnd {} => return self.puppet.say(&FromWorker::Loaded {}),
                other => panic!("{other:?}"),
            }
        }
    }
}
