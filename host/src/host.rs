//! The service: bridge, queue, scoring, leaderboard, weights.
//!
//! In reading order: [`http`] takes submissions in and shows what became of them; [`worker`] claims them, has them
//! judged, looked at by [`preflight`] and run, has what counts checked ([`verification`]), and makes a score ([`scoring`]) of the manifest; [`platform`] says by which gates, and lets
//! [`operators`] change them; [`leaderboard`] and [`weights`] say what the scores amount to; [`service`] puts all
//! of it together under a [`config`].

pub mod config;
pub mod context;
pub mod http;
pub mod leaderboard;
pub mod operators;
pub mod platform;
pub mod preflight;
pub mod scoring;
pub mod service;
pub mod state;
mod stored;
pub mod verdict;
pub mod verification;
pub mod weights;
pub mod worker;
