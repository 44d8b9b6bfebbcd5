//! The run protocol: what the host tells a supervisor, what supervisor and worker say to each other,
//! how a run can end, and the manifest. No torch, no process handling.

pub mod event;
pub mod manifest;
pub mod outcome;
pub mod spec;
pub mod syscalls;
pub mod wire;
