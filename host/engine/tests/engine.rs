//! The engine against honest and hostile guests (`guests/README.md`): each limit has a guest that breaks it, each
//! gives its typed fault, and the engine serves on. One binary, so that wasmtime is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "test"
)]

#[path = "engine/capabilities.rs"]
mod capabilities;
#[path = "engine/cases.rs"]
mod cases;
#[path = "engine/compiling.rs"]
mod compiling;
#[path = "engine/contract.rs"]
mod contract;
#[path = "engine/guests.rs"]
mod guests;
#[path = "engine/limits.rs"]
mod limits;
#[path = "engine/loading.rs"]
mod loading;
#[path = "engine/pipeline.rs"]
mod pipeline;
#[path = "engine/places.rs"]
mod places;
