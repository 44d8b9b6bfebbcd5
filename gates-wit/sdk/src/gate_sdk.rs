//! Author kit for gates written in Rust: guest bindings, evidence builders, typed config.
