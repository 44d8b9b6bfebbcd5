//! The static-analysis gate: what a bundle's Python reaches.
//!
//! [`analyse`] parses every `.py` file under the run's own grammar, follows names through scopes, aliases, imports and
//! the bundle's own files (`prism-pyast`), and judges each expression by what it may stand for, against a table of
//! allowed names (`table/table.toml`). Comments and strings decide nothing; names decide only through what they are
//! bound to. Everything it finds is reported, with line, column and what to write instead.
//!
//! Not here: byte-level rules and reserved file names (the host's, before any gate), entry points (contract), and
//! anything about behaviour. A static check is hygiene and evidence; the boundary is the jail.

mod analysis;
mod finding;
mod gate;
mod inspect;
mod rules;
mod table;

pub use analysis::{Options, analyse};
pub use finding::Finding;
pub use gate::{Config, StaticAnalysis};
pub use rules::*;

prism_gate_sdk::export_gate!(StaticAnalysis);
