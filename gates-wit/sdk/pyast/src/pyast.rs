//! Python source as the gates see it: tree, positions, scopes and what a name stands for.
//!
//! Reading order: [`Module`] (one parsed file), [`Scopes`] (who binds which name, and which binding a load
//! means), [`Layout`] (which file an import finds), [`Program`] (all of it together: the dotted path an
//! expression stands for), [`fold_string`] (strings that are known before the program runs).
//!
//! What is *not* here: opinions. This crate says that `h.load` is `torch.hub.load`; whether that is allowed is
//! a gate's business. It never runs code, reads no files, and works the same natively and inside a gate
//! (`wasm32-unknown-unknown`, no WASI).
//!
//! Everything is linear in the size of the source up to a logarithm, because the source is written by people
//! who gain when a gate is slow.

mod builtin_names;
mod constant;
mod depth;
mod layout;
mod legality;
mod module;
mod paths;
mod program;
mod scope;

pub use constant::{Fold, Names, fold_string};
pub use depth::{MAX_DEPTH, MAX_NESTING};
pub use layout::{Layout, NodeId};
pub use module::{Module, ParseError, ParseErrorKind, Position};
pub use paths::{PathId, Paths};
pub use program::{MAX_ORIGINS, ModuleIndex, Origin, Origins, Program};
pub use rustpython_ruff_python_ast as ast;
pub use rustpython_ruff_python_ast::PythonVersion;
pub use rustpython_ruff_text_size as text;
pub use scope::{
    Binding, BindingId, BindingKind, Resolution, Scope, ScopeId, ScopeKind, Scopes, Symbol,
    SymbolId, paired_targets,
};
