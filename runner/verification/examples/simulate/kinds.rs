//! The designs that are simulated: honest ones, and forgers of every kind we could think of.

use crate::world::{Chance, Token, World};

/// What the repeated run charges at a place where the honest model's charge is known.
#[derive(Clone, Copy)]
pub enum Second {
    /// The same to the bit.
    Same,
    /// Off by normal noise of this relative size.
    Noise(f64),
    /// A device that doesn't repeat: every charge is off by 5%, and the whole run by a normal drift of this deviation, in bits per
    /// byte.
    Device(f64),
    /// Worse by this factor: a second run that is sabotaged.
    Worse(f64),
}

/// A repeated run: its answers.
pub struct Repeat<'a> {
    second: Second,
    world: &'a World,
    /// Relative drift.
    drift: f64,
}

impl<'a> Repeat<'a> {
    pub fn new(second: Second, world: &'a World, chance: &mut Chance) -> Self {
        let drift = match second {
            Second::Device(deviation) => chance.normal() * deviation * world.bytes / world.bits,
            _ => 0.0,
        };
        Self {
            second,
            world,
            drift,
        }
    }

    pub fn charge(&self, index: usize, chance: &mut Chance) -> f64 {
        let truth = self
            .world
            .tokens
            .get(index)
            .map_or(0.0, |token| token.truth);
        match self.second {
            Second::Same => truth,
            Second::Noise(size) => truth * (1.0 + size * chance.normal()),
            Second::Device(_) => truth * (1.0 + self.drift + 0.05 * chance.normal()),
            Second::Worse(factor) => truth * factor,
        }
    }
}

/// A kind of design.
pub struct Kind {
    pub name: String,
    /// The captured charge of a token: what the first run claims.
    pub first: Box<dyn Fn(&Token) -> f64>,
    pub second: Second,
}

impl Kind {
    fn new(name: &str, second: Second, first: impl Fn(&Token) -> f64 + 'static) -> Self {
        Self {
            name: name.to_owned(),
            first: Box::new(first),
            second,
        }
    }

    pub fn captured(&self, world: &World) -> Vec<f64> {
        world
            .tokens
            .iter()
            .map(|token| (self.first)(token))
            .collect()
    }
}

/// What a forged charge is: low, but no 0 that a glance would find.
const FORGED: f64 = 0.1;

/// Honest designs; on a device that doesn't repeat, the drift is a quarter of the margin of 0.002 bits per byte.
pub fn honest() -> Vec<Kind> {
    vec![
        Kind::new("honest, repeats to the bit", Second::Same, |token| {
            token.truth
        }),
        Kind::new(
            "honest, rounding noise of 1e-6",
            Second::Noise(1e-6),
            |token| token.truth,
        ),
        Kind::new(
            "honest, device drift of 0.0005 bpb",
            Second::Device(0.0005),
            |token| token.truth,
        ),
    ]
}

/// Forgers.
pub fn forgers(world: &World) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for percent in [0.1, 0.2, 0.5, 1.0, 5.0] {
        let factor = 1.0 - percent / 100.0;
        kinds.push(Kind::new(
            &format!("all charges {percent}% lower"),
            Second::Same,
            move |token| factor * token.truth,
        ));
    }
    for percent in [0.01, 0.1, 1.0, 10.0] {
        let limit = world.hardest(percent / 100.0);
        kinds.push(Kind::new(
            &format!("hardest {percent}% of tokens forged"),
            Second::Same,
            move |token| {
                if token.truth > limit {
                    FORGED
                } else {
                    token.truth
                }
            },
        ));
    }
    for every in [100, 20] {
        let name = format!("one step in {every} halved");
        kinds.push(Kind::new(&name, Second::Same, move |token| {
            if token.step % every == every / 2 {
                token.truth / 2.0
            } else {
                token.truth
            }
        }));
    }
    let late = world.layout.steps / 2;
    kinds.push(Kind::new(
        "second half of the run 2% lower",
        Second::Same,
        move |token| {
            if token.step >= late {
                0.98 * token.truth
            } else {
                token.truth
            }
        },
    ));
    kinds.push(peeking(0.5));
    kinds.push(Kind::new("rounds down to 1/8 bit", Second::Same, |token| {
        (token.truth * 8.0).floor() / 8.0
    }));
    kinds.push(Kind::new(
        "honest run 1, run 2 1% worse",
        Second::Worse(1.01),
        |token| token.truth,
    ));
    kinds.push(inflation());
    kinds
}

/// Sees ahead, which saves it a share of every charge where the text is true, and nothing where it is cut.
pub fn peeking(share: f64) -> Kind {
    let name = format!("sees ahead, saves {}%", 100.0 * share);
    Kind::new(&name, Second::Same, move |token| {
        (1.0 - share) * token.truth
    })
}

/// All charges 1% lower, but for one token in 1,000 that is charged 1,000 bits: if negative corrections counted, a place that hits one
/// would make the run much better than it is.
pub fn inflation() -> Kind {
    Kind::new(
        "one token in 1,000 charged 1,000 bits, others 1% lower",
        Second::Same,
        |token| {
            if token.number().is_multiple_of(1_000) {
                1_000.0
            } else {
                0.99 * token.truth
            }
        },
    )
}
