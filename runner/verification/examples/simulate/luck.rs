//! What luck can gain: the most a forger keeps if no place hits what it forged, computed and not simulated.
//!
//! A forger picks tokens and a charge for each; it survives if none is drawn. We take as much as survives with a given
//! probability. It knows the reference (it is public) but neither the seed nor the places.

use crate::markdown::{Table, bpb, percent};
use crate::tables::PLACES;
use crate::world::{Token, World};

/// How places are drawn, and what is known of it to the forger.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Draw {
    /// Every token alike.
    Uniform,
    /// By suspicion, as the sampler does, against a forger that claims almost nothing wherever it forges.
    Naive,
    /// By suspicion, against a forger that claims what is best.
    Suspicion,
}

/// A way to forge a token.
struct Claim {
    gain: f64,
    /// The weight it is then drawn with.
    weight: f64,
}

/// What an almost free token is charged.
const BARE: f64 = 0.1;

fn weigh(draw: Draw, captured: f64, reference: f64) -> f64 {
    match draw {
        Draw::Uniform => 1.0,
        Draw::Naive | Draw::Suspicion => 1.0 + (reference - captured).max(0.0),
    }
}

/// A token as the forger sees it: its weight if it is left alone, and what can be claimed.
struct Target {
    honest: f64,
    claims: Vec<Claim>,
}

impl Target {
    fn new(token: &Token, draw: Draw) -> Self {
        let claim = |captured: f64| Claim {
            gain: token.truth - captured,
            weight: weigh(draw, captured, token.reference),
        };
        let mut claims = vec![claim(BARE.min(token.truth))];
        // Between the two, each bit gained costs one of weight, so nothing between them is best at any price.
        if draw == Draw::Suspicion && token.reference > BARE && token.reference < token.truth {
            claims.push(claim(token.reference));
        }
        Self {
            honest: weigh(draw, token.truth, token.reference),
            claims,
        }
    }
}

/// The tokens of a run against one way to draw.
pub struct Forger {
    targets: Vec<Target>,
    bytes: f64,
}

impl Forger {
    pub fn new(world: &World, draw: Draw) -> Self {
        Self {
            targets: (world.tokens.iter())
                .map(|token| Target::new(token, draw))
                .collect(),
            bytes: world.bytes,
        }
    }

    /// What is gained, in bits per byte, where every claim is made that gains more than a price for its weight, and the probability that
    /// a draw hits none.
    fn forge(&self, price: f64) -> (f64, f64) {
        let (mut gain, mut honest, mut forged) = (0.0, 0.0, 0.0);
        for target in &self.targets {
            let worth = |claim: &Claim| claim.gain - price * claim.weight;
            let best = (target.claims.iter())
                .max_by(|one, other| worth(one).total_cmp(&worth(other)))
                .filter(|claim| worth(claim) > 0.0);
            match best {
                Some(claim) => {
                    gain += claim.gain;
                    forged += claim.weight;
                }
                None => honest += target.honest,
            }
        }
        (gain / self.bytes, honest / (honest + forged))
    }

    /// The most that is gained, in bits per byte, by a forger that no draw hits with probability `survival`: a price for all
    /// tokens makes the best choice among those of the same weight (H. Everett, Operations Research 11, 1963).
    pub fn best(&self, draws: usize, survival: f64) -> f64 {
        // No token costs more than this many bits.
        let (mut low, mut high) = (0.0, 1e4);
        // The dearer, the less is forged, the more survives.
        for _ in 0..50 {
            let price = (low + high) / 2.0;
            let (_, missed) = self.forge(price);
            if missed.powf(draws as f64) >= survival {
                high = price;
            } else {
                low = price;
            }
        }
        self.forge(high).0
    }
}

/// The probabilities of surviving that are computed.
pub const SURVIVALS: [f64; 3] = [0.5, 0.1, 0.01];

/// What a forger keeps with which probability.
pub fn table(worlds: &[World]) -> String {
    let mut table = Table::new(&[
        "run",
        "places",
        "survives, %",
        "uniform",
        "suspicion, forged to nothing",
        "suspicion, forged at best",
        "uniform : suspicion at best",
    ]);
    for world in worlds {
        let forgers =
            [Draw::Uniform, Draw::Naive, Draw::Suspicion].map(|draw| Forger::new(world, draw));
        for places in PLACES {
            for survival in SURVIVALS {
                let gains = forgers
                    .each_ref()
                    .map(|forger| forger.best(places, survival));
                let [uniform, _, suspicion] = gains;
                let mut row = vec![
                    world.layout.name.to_owned(),
                    places.to_string(),
                    percent(survival),
                ];
                row.extend(gains.map(bpb));
                row.push(format!("{:.1}", uniform / suspicion));
                table.row(&row);
            }
        }
    }
    table.0
}
