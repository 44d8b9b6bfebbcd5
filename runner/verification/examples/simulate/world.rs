//! Synthetic runs: charges that look like those of a model that learns, and a reference that sees the same text.
//!
//! A byte costs level x |z|^1.7 with z normal and a level that falls over the run: half of the bytes next to nothing, one in a
//! thousand eight times the mean, as the reference itself charges for prose. The reference's z is correlated with the
//! model's: what is hard for one predictor is mostly hard for the other. A token costs what its bytes do.

use prism_verification::{Candidate, Place, Seed};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The shape of a run.
#[derive(Clone, Copy)]
pub struct Layout {
    pub name: &'static str,
    pub steps: usize,
    pub rows: usize,
    /// Charged tokens in a row.
    pub cols: usize,
    /// Tokens of 1 to 12 bytes instead of 1.
    pub merged: bool,
}

/// The shapes that are simulated: 2^18 tokens each.
pub const LAYOUTS: [Layout; 2] = [
    Layout {
        name: "bytes, 8 rows",
        steps: 512,
        rows: 8,
        cols: 64,
        merged: false,
    },
    Layout {
        name: "merged, 32 rows",
        steps: 256,
        rows: 32,
        cols: 32,
        merged: true,
    },
];

/// A charged token.
pub struct Token {
    pub step: usize,
    pub place: Place,
    pub bytes: u32,
    /// What the honest model charges, in bits.
    pub truth: f64,
    /// What the reference charges, in bits.
    pub reference: f64,
}

impl Token {
    /// A number by which to choose one token in so many, all over the run.
    pub fn number(&self) -> usize {
        self.step * 7_919 + self.place.row as usize * 104_729 + self.place.col as usize * 31
    }
}

/// A run.
pub struct World {
    pub layout: Layout,
    pub tokens: Vec<Token>,
    pub bytes: f64,
    /// The code length of the honest run, in bits.
    pub bits: f64,
}

/// Random numbers of the simulation.
pub struct Chance(ChaCha8Rng);

impl Chance {
    pub fn new(number: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(number))
    }

    pub fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    /// Standard normal (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    pub fn seed(&mut self) -> Seed {
        Seed::from(self.0.random::<[u8; 32]>())
    }
}

/// How heavy the tail of a byte's charge is, and the mean of |z| to this power.
const TAIL: f64 = 1.7;
const MEAN: f64 = 0.906;

/// The correlation of what model and reference find hard.
const COMMON: f64 = 0.9;

impl World {
    pub fn new(layout: Layout) -> Self {
        let mut chance = Chance::new(1);
        let mut tokens = Vec::with_capacity(layout.steps * layout.rows * layout.cols);
        for step in 0..layout.steps {
            let progress = step as f64 / layout.steps as f64;
            // Mean bits a byte: the model comes from 6 and ends a little below the reference, which learns faster.
            let level = 1.9 + 4.1 * (-6.0 * progress).exp();
            let reference = 2.0 + 2.5 * (-12.0 * progress).exp();
            for row in 0..layout.rows {
                for col in 1..=layout.cols {
                    let length = (chance.normal() * 0.6 + 1.3).exp().round().clamp(1.0, 12.0);
                    let bytes = if layout.merged { length } else { 1.0 };
                    let (mut truth, mut charged) = (1e-3, 1e-3);
                    for _ in 0..bytes as u32 {
                        let surprise = chance.normal();
                        let own = (1.0 - COMMON * COMMON).sqrt() * chance.normal();
                        truth += level * surprise.abs().powf(TAIL) / MEAN;
                        charged += reference * (COMMON * surprise + own).abs().powf(TAIL) / MEAN;
                    }
                    tokens.push(Token {
                        step,
                        place: Place {
                            row: row as u32,
                            col: col as u32,
                        },
                        bytes: bytes as u32,
                        truth,
                        reference: charged,
                    });
                }
            }
        }
        Self {
            layout,
            bytes: tokens.iter().map(|token| f64::from(token.bytes)).sum(),
            bits: tokens.iter().map(|token| token.truth).sum(),
            tokens,
        }
    }

    /// Where a place's token is.
    pub fn index(&self, step: u64, place: Place) -> usize {
        let row = step as usize * self.layout.rows + place.row as usize;
        row * self.layout.cols + place.col as usize - 1
    }

    /// The candidates of each step, for captured charges in the order of the tokens.
    pub fn candidates(&self, captured: &[f64]) -> Vec<Vec<Candidate>> {
        let all: Vec<Candidate> = (self.tokens.iter().zip(captured))
            .map(|(token, captured)| Candidate {
                place: token.place,
                bytes: token.bytes,
                captured: *captured,
                reference: token.reference,
            })
            .collect();
        let step = self.layout.rows * self.layout.cols;
        all.chunks(step).map(<[Candidate]>::to_vec).collect()
    }

    /// The truth that only a share of the tokens exceeds.
    pub fn hardest(&self, share: f64) -> f64 {
        let mut charges: Vec<f64> = self.tokens.iter().map(|token| token.truth).collect();
        charges.sort_by(|one, other| other.total_cmp(one));
        let rank = (share * charges.len() as f64) as usize;
        charges.get(rank).copied().unwrap_or(0.0)
    }
}
