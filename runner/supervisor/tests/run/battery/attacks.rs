//! The attacks: each a few lines on top of the honest worker.

#[path = "attacks/breaking.rs"]
mod breaking;
#[path = "attacks/forging.rs"]
mod forging;
#[path = "attacks/peeking.rs"]
mod peeking;
#[path = "attacks/state.rs"]
mod state;

use super::worker::{Asked, Cheat, honest};

/// An attack with what it does.
pub struct Attack {
    pub name: &'static str,
    pub what: &'static str,
    pub cheat: fn() -> Cheat,
    /// Early cut questions in the first run; none where verification alone is to find it.
    pub probes: u32,
    pub stall_seconds: u64,
    /// Chapters that the bundle brings along.
    pub chapters: usize,
    /// Why it may score better than its twin; none if it may not.
    pub policy: Option<&'static str>,
}

impl Attack {
    const fn new(name: &'static str, what: &'static str, cheat: fn() -> Cheat) -> Self {
        Self {
            name,
            what,
            cheat,
            probes: 0,
            stall_seconds: 20,
            chapters: 0,
            policy: None,
        }
    }

    /// With early cut questions.
    const fn probed(mut self) -> Self {
        self.probes = 16;
        self
    }

    /// With a short watchdog.
    const fn silent(mut self) -> Self {
        self.stall_seconds = 3;
        self
    }
}

/// The one that isn't any; the others are measured against it.
pub const TWIN: Attack = Attack::new("honest", "nothing: the twin of all others", honest);

/// All of them.
pub fn all() -> Vec<Attack> {
    [
        forging::attacks(),
        peeking::attacks(),
        state::attacks(),
        breaking::attacks(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// An honest worker that tells other charges. Those of step 0 are worked out from raw logits, so it leaves them alone.
fn forging(mut forge: impl FnMut(&Asked, usize, usize, f64) -> f64 + Send + 'static) -> Cheat {
    Cheat {
        charge: Box::new(move |asked, row, col, bits| match asked.step {
            0 => bits,
            _ => forge(asked, row, col, bits),
        }),
        ..honest()
    }
}
