//! The contract gate.
