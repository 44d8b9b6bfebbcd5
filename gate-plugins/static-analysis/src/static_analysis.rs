//! The static-analysis gate.
