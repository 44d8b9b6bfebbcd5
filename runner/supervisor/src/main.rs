//! The supervisor process.
fn main() {}
