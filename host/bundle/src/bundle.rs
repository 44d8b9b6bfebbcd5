//! The closed bundle: strict archive reading and lexical rules, before any gate.
