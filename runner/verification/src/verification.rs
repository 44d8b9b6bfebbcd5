//! The statistics of verification: which places of a run are asked about again, and what the answers prove.
//!
//! [`Reference`] says what a token should roughly cost, [`Sampler`] draws places from a run's captured charges, [`Plan`] holds
//! the draw while the run is repeated, and [`Estimate`] is what came out of it. [`mean_test`] serves the tests that ask about a
//! mean of differences, [`Challenge`] the duel of two designs over fresh courses. docs/verification.md has the formulas,
//! their proofs and what they can't do.
//!
//! Nothing here reads a file, knows a model or runs one: charges come in as bits, places go out.

mod challenge;
mod means;
mod plan;
mod reference;
mod sampler;
mod seed;

pub use challenge::{Answer, Challenge, FUTILITY, Look, Noise, noise};
pub use means::{MeanTest, mean_test};
pub use plan::{Estimate, Plan};
pub use reference::Reference;
pub use sampler::{Candidate, Place, Sampler, Take};
pub use seed::Seed;
