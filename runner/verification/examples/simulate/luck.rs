//! What luck can gain: the most a forger keeps if no place hits what it forged, computed and not simulated.
//!
//! A forger picks tokens and a charge for each; it survives if none is drawn. For each way to pick we take as much as survives
//! with a given probability. It knows the reference (it is public) but neither the seed nor the places.

use crate::markdown::{Table, bpb, percent};
use crate::tables::PLACES;
use crate::world::{Token, World};

/// How places are drawn.
#[derive(Clone, Copy, PartialEq)]
enum Draw {
    /// Every token alike.
    Uniform,
    /// By suspicion, as the sampler does.
    Suspicion,
}

/// Which tokens are forged first.
#[derive(Clone, Copy, PartialEq)]
enum Pick {
    /// Those that cost most, anywhere in the run.
    Tokens,
    /// Those of whole steps, the dearest first: a step is drawn or not.
    Steps,
}

/// What they are forged to.
#[derive(Clone, Copy, PartialEq)]
enum Forge {
    /// Almost nothing.
    Bare,
    /// What the reference charges, where that gains more for its risk.
    Cunning,
}

/// A token as the forger sees it.
struct Chance {
    gain: f64,
    /// The weight it is drawn with if it is forged, and if it isn't.
    forged: f64,
    honest: f64,
}

/// What an almost free token is charged.
const BARE: f64 = 0.1;

fn weigh(draw: Draw, captured: f64, reference: f64) -> f64 {
    match draw {
        Draw::Uniform => 1.0,
        Draw::Suspicion => 1.0 + (reference - captured).max(0.0),
    }
}

fn chance(token: &Token, draw: Draw, forge: Forge) -> Chance {
    let forged = |captured: f64| {
        (
            token.truth - captured,
            weigh(draw, captured, token.reference),
        )
    };
    let bare = forged(BARE.min(token.truth));
    let cunning = forged(token.reference.clamp(BARE, token.truth.max(BARE)));
    let (gain, weight) = match forge {
        Forge::Cunning if cunning.0 / cunning.1 > bare.0 / bare.1 => cunning,
        _ => bare,
    };
    Chance {
        gain,
        forged: weight,
        honest: weigh(draw, token.truth, token.reference),
    }
}

/// The forgeries of one kind, from the most to the least profitable.
struct Forgeries {
    chances: Vec<Chance>,
    /// How early each token is forged: 0 first.
    turns: Vec<usize>,
    rows: usize,
    cols: usize,
    bytes: f64,
}

impl Forgeries {
    fn new(world: &World, draw: Draw, pick: Pick, forge: Forge) -> Self {
        let chances: Vec<Chance> = world
            .tokens
            .iter()
            .map(|token| chance(token, draw, forge))
            .collect();
        let group = match pick {
            Pick::Tokens => 1,
            Pick::Steps => world.layout.rows * world.layout.cols,
        };
        let mut groups: Vec<(usize, f64)> = (chances.chunks(group))
            .map(|group| {
                group.iter().map(|one| one.gain).sum::<f64>()
                    / group.iter().map(|one| one.forged).sum::<f64>()
            })
            .enumerate()
            .collect();
        groups.sort_by(|one, other| other.1.total_cmp(&one.1));
        let mut turns = vec![0; chances.len()];
        for (turn, (number, _)) in groups.into_iter().enumerate() {
            for place in turns.iter_mut().skip(number * group).take(group) {
                *place = turn * group;
            }
        }
        Self {
            chances,
            turns,
            rows: world.layout.rows,
            cols: world.layout.cols,
            bytes: world.bytes,
        }
    }

    /// What forging the first tokens gains, in bits per byte, and the probability that a draw hits none of them.
    fn forge(&self, count: usize) -> (f64, f64) {
        let (mut gain, mut total, mut missed) = (0.0, 0.0, 0.0);
        let step = self.rows * self.cols;
        for (chances, turns) in self.chances.chunks(step).zip(self.turns.chunks(step)) {
            let (mut weight, mut missed_here) = (0.0, 1.0);
            for (chances, turns) in chances.chunks(self.cols).zip(turns.chunks(self.cols)) {
                let (mut honest, mut forged) = (0.0, 0.0);
                for (chance, turn) in chances.iter().zip(turns) {
                    if *turn < count {
                        gain += chance.gain;
                        forged += chance.forged;
                    } else {
                        honest += chance.honest;
                    }
                }
                weight += honest + forged;
                missed_here *= honest / (honest + forged);
            }
            total += weight;
            missed += weight * missed_here;
        }
        (gain / self.bytes, missed / total)
    }

    /// The most that is gained, in bits per byte, by a forger that no draw hits with probability `survival`.
    fn best(&self, draws: usize, survival: f64) -> f64 {
        let (mut least, mut most) = (0, self.chances.len());
        // More forged tokens never survive better: a bisection.
        while most - least > 1 {
            let count = least + (most - least) / 2;
            let (_, missed) = self.forge(count);
            if missed.powf(draws as f64) >= survival {
                least = count;
            } else {
                most = count;
            }
        }
        self.forge(least).0
    }
}

/// The gains that survive with a probability, and the factor by which suspicion lessens them.
pub struct Luck {
    pub uniform: f64,
    pub suspicion: f64,
}

/// The best ways to forge against both ways to draw.
pub struct Ways(Vec<(Draw, Pick, Forge, Forgeries)>);

impl Ways {
    pub fn new(world: &World) -> Self {
        let ways = [
            (Draw::Uniform, Pick::Tokens, Forge::Bare),
            (Draw::Uniform, Pick::Steps, Forge::Bare),
            (Draw::Suspicion, Pick::Tokens, Forge::Bare),
            (Draw::Suspicion, Pick::Tokens, Forge::Cunning),
            (Draw::Suspicion, Pick::Steps, Forge::Bare),
            (Draw::Suspicion, Pick::Steps, Forge::Cunning),
        ];
        Self(
            ways.into_iter()
                .map(|(draw, pick, forge)| {
                    (draw, pick, forge, Forgeries::new(world, draw, pick, forge))
                })
                .collect(),
        )
    }

    /// What each way gains, and the best against both ways to draw.
    pub fn gains(&self, draws: usize, survival: f64) -> (Vec<f64>, Luck) {
        let gains: Vec<f64> = self
            .0
            .iter()
            .map(|(.., forgeries)| forgeries.best(draws, survival))
            .collect();
        let best = |wanted: Draw| {
            (self.0.iter().zip(&gains))
                .filter(|((draw, ..), _)| *draw == wanted)
                .map(|(_, gain)| *gain)
                .fold(0.0, f64::max)
        };
        let luck = Luck {
            uniform: best(Draw::Uniform),
            suspicion: best(Draw::Suspicion),
        };
        (gains, luck)
    }
}

/// What a forger keeps with which probability.
pub fn table(worlds: &[World]) -> String {
    let mut table = Table::new(&[
        "run",
        "places (draws)",
        "survives, %",
        "uniform: dearest tokens",
        "whole steps",
        "suspicion: bare tokens",
        "cunning tokens",
        "bare steps",
        "cunning steps",
        "best, uniform : suspicion",
    ]);
    for world in worlds {
        let ways = Ways::new(world);
        for places in PLACES {
            let draws = places / world.layout.rows;
            for survival in [0.5, 0.1, 0.01] {
                let (gains, luck) = ways.gains(draws, survival);
                let mut row = vec![
                    world.layout.name.to_owned(),
                    format!("{places} ({draws})"),
                    percent(survival),
                ];
                row.extend(gains.into_iter().map(bpb));
                row.push(format!("{:.1}", luck.uniform / luck.suspicion));
                table.row(&row);
            }
        }
    }
    table.0
}
