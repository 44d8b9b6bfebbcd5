//! Which places of a run are asked about again.
//!
//! Independent draws with replacement. One draw is one step, with probability in proportion to the weight of all its
//! candidates, and in it one place, or one in every row ([`Take`]), with probability in proportion to the place's weight.
//! The weight of a token is 1 + what it was charged too little by the reference: what looks forged is looked at more
//! often, and nothing is never looked at.
//!
//! One pass over the run, in memory of draws x rows: every draw is a weighted reservoir of size one. What becomes of the
//! places is the plan's part.

use rand::Rng;
use rand_chacha::ChaCha12Rng;
use serde::{Deserialize, Serialize};

use crate::plan::{Drawn, Picked, Plan};
use crate::seed::{Purpose, Seed};

/// One token of a step: the answer at column `col` - 1 of a row charged it. `col` is at least 1.
#[derive(Copy, Clone, PartialEq, Eq, Ord, PartialOrd, Hash, Debug, Serialize, Deserialize)]
pub struct Place {
    /// The row of the batch.
    pub row: u32,
    /// The column of the token that is asked about.
    pub col: u32,
}

/// A charged token that may be asked about.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Candidate {
    /// Where it is.
    pub place: Place,
    /// The bytes it decodes to.
    pub bytes: u32,
    /// What the first run charged for it, in bits.
    pub captured: f64,
    /// What the trusted reference charges for it, in bits.
    pub reference: f64,
}

/// The weight of a candidate doesn't grow beyond this many bits of suspicion, so that one absurd charge (the process that made it
/// is hostile) doesn't push all other places out of the draw. No honest token is 1,000 bits below the reference.
const MOST_SUSPICION: f64 = 1_000.0;

impl Candidate {
    /// The weight with which it is drawn: 1 to 1 + [`MOST_SUSPICION`].
    fn weight(&self) -> f64 {
        let suspicion = self.reference - self.captured;
        // What is no number compares as false.
        let suspicion = if suspicion > 0.0 { suspicion } else { 0.0 };
        1.0 + suspicion.min(MOST_SUSPICION)
    }
}

/// How many places a draw takes of its step.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Take {
    /// One. A question about it can leave all other rows foreign, so that what they say can't help: for rows may help each
    /// other where their text is not to be seen before it is charged.
    One,
    /// One in every row: for the same forward pass as many places as there are rows, which must not help each other.
    EveryRow,
}

/// Draws places while the stored charges of a run pass by.
pub struct Sampler {
    seed: Seed,
    take: Take,
    random: ChaCha12Rng,
    /// The weight of all steps so far.
    total: f64,
    slots: Vec<Slot>,
}

/// A reservoir of one step.
struct Slot {
    /// The slot takes the step with which the total weight passes this. A reservoir that holds a fair draw of weight W keeps it up to
    /// weight W' with probability W / W', so the next change is at W / u with u uniform (Efraimidis and Spirakis 2006,
    /// algorithm A-ExpJ, for a reservoir of one).
    change: f64,
    drawn: Option<Drawn>,
}

impl Sampler {
    /// A sampler of `draws` independent draws.
    #[must_use]
    pub fn new(seed: Seed, draws: u32, take: Take) -> Self {
        let random = seed.stream(Purpose::Places);
        let slots = (0..draws)
            .map(|_| Slot {
                change: 0.0,
                drawn: None,
            })
            .collect();
        Self {
            seed,
            take,
            random,
            total: 0.0,
            slots,
        }
    }

    /// Offers the charged tokens of a step, sorted by place. Steps come in order, each once. A row without candidates is
    /// absent.
    pub fn offer(&mut self, step: u64, candidates: &[Candidate]) {
        let together = |one: &Candidate, next: &Candidate| {
            self.take == Take::One || one.place.row == next.place.row
        };
        let rows: Vec<Row> = candidates.chunk_by(together).map(Row::new).collect();
        let weight: f64 = rows.iter().map(|row| row.weight).sum();
        self.total += weight;
        for slot in &mut self.slots {
            if weight > 0.0 && slot.change < self.total {
                slot.drawn = Some(Drawn {
                    step,
                    weight,
                    picked: rows
                        .iter()
                        .filter_map(|row| row.pick(&mut self.random))
                        .collect(),
                });
                // In (0, 1], so that nothing is divided by 0.
                let uniform = 1.0 - self.random.random::<f64>();
                slot.change = self.total / uniform;
            }
        }
    }

    /// The places drawn, once all steps have been offered.
    #[must_use]
    pub fn finish(self) -> Plan {
        let drawn = self
            .slots
            .into_iter()
            .filter_map(|slot| slot.drawn)
            .collect();
        Plan::new(self.seed, self.take, self.total, drawn)
    }
}

/// The candidates of which one place is taken, and the sum of their weights.
struct Row<'a> {
    candidates: &'a [Candidate],
    weight: f64,
}

impl<'a> Row<'a> {
    fn new(candidates: &'a [Candidate]) -> Self {
        Self {
            candidates,
            weight: candidates.iter().map(Candidate::weight).sum(),
        }
    }

    /// One place, with what its difference counts for: the weight of all over its own.
    fn pick(&self, random: &mut ChaCha12Rng) -> Option<Picked> {
        let mut aim = random.random::<f64>() * self.weight;
        let chosen = self.candidates.iter().find(|candidate| {
            aim -= candidate.weight();
            aim < 0.0
        });
        // Rounding may aim at the very end.
        let candidate = chosen.or(self.candidates.last())?;
        Some(Picked {
            place: candidate.place,
            bytes: candidate.bytes,
            captured: candidate.captured,
            factor: self.weight / candidate.weight(),
        })
    }
}

#[cfg(test)]
mod tests;
