//! Whole runs against the library: a scripted hostile worker over a real socket (`hostile`), and the real
//! worker under a real Python with torch (`honest`); and every attack on the verified score, with a worker that learns in
//! Rust (`battery`). One binary, because linking libtorch takes a while.
//!
//! The second kind needs `PRISM_PYTHON` (an interpreter with torch) and the built capture extension beside
//! this binary (`cargo build -p prism-capture`); without them it says so and is skipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test"
)]

#[path = "run/analytic.rs"]
mod analytic;
#[path = "run/battery.rs"]
mod battery;
#[path = "run/clocks.rs"]
mod clocks;
#[path = "run/courses.rs"]
mod courses;
#[path = "run/fast.rs"]
mod fast;
#[path = "run/faults.rs"]
mod faults;
#[path = "run/honest.rs"]
mod honest;
#[path = "run/hostile.rs"]
mod hostile;
#[path = "run/interface.rs"]
mod interface;
#[path = "run/outputs.rs"]
mod outputs;
#[path = "run/program.rs"]
mod program;
#[path = "run/puppet.rs"]
mod puppet;
#[path = "run/python.rs"]
mod python;
#[path = "run/stage.rs"]
mod stage;
#[path = "run/verified.rs"]
mod verified;
