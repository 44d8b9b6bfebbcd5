//! What a bundle computes, as a set of features that survives what people do to a copy.
//!
//! Each function that is reached from an entry point is run in the abstract: its statements in order, a value a node
//! that knows the operation it comes from and the values that went in. What is left of the source is a graph of
//! operations (`softmax` of `matmul` of ...). Names of the bundle's own, constants, layout, the order of independent
//! statements, temporary variables, small helpers and everything whose result is never used are gone by
//! construction. Names from outside keep their meaning under any alias: `nn.functional.softmax(x)`, `x.softmax()` and
//! `softmax(x)` are one operation.
//!
//! The features of a function are the neighbourhoods of its operations, the operation with one, two and three
//! levels of what goes in, as in the colour refinement of Weisfeiler and Lehman (1968). An edit changes the
//! features near it and leaves the others, so the share of common features measures how much was kept.
//!
//! What lives here has no opinion about how much is too much; that is the gate's. Nothing is executed, the work is
//! linear in the source up to a logarithm, and recursion is bounded.

mod code;
mod graph;
mod operations;
mod trace;

pub use code::{Code, Entry, FEATURE_BITS, Part, Unit};
