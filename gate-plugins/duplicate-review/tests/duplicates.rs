//! Copies in every dress against a corpus that remembers as the host's does.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test"
)]

#[path = "duplicates/batteries.rs"]
mod batteries;
#[path = "duplicates/memory.rs"]
mod memory;
#[path = "duplicates/ownership.rs"]
mod ownership;
#[path = "duplicates/robustness.rs"]
mod robustness;
