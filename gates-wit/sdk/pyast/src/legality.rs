//! What CPython's compiler refuses after its parser: a `return` outside a function, a `nonlocal` that binds nothing.
//!
//! `ast.parse` accepts such a file and the import of it fails, so a gate that accepted it would judge a program that
//! never runs. Many rules about single statements are those of ruff's own checker; those that depend on the scope follow
//! CPython's `symtable.c` and `compile.c` (3.11 to 3.13) and are here: [`blocks`] for what surrounds a statement,
//! [`symbols`] for declarations. So is what CPython's parser refuses and ruff's does not: [`grammar`], [`indentation`].
//!
//! `tests/test_agreement.py` compares all of it with an interpreter.

mod blocks;
mod grammar;
pub(crate) mod indentation;
mod symbols;
mod walk;

use std::cell::RefCell;

use rustpython_ruff_python_ast::{PythonVersion, Stmt};
use rustpython_ruff_python_parser::semantic_errors::{
    LazyImportContext, SemanticSyntaxChecker, SemanticSyntaxContext, SemanticSyntaxError,
    SemanticSyntaxErrorKind,
};
use rustpython_ruff_text_size::{TextRange, TextSize};

use blocks::Blocks;
use symbols::Symbols;

/// The first problem in source order, if there is one.
pub(crate) fn first_problem(
    body: &[Stmt],
    source: &str,
    version: PythonVersion,
) -> Option<(TextSize, String)> {
    let mut legality = Legality {
        source,
        version,
        future_annotations: false,
        checker: SemanticSyntaxChecker::new(),
        blocks: Blocks::default(),
        symbols: Symbols::default(),
        problems: RefCell::default(),
    };
    legality.module(body);
    let problems = legality.problems.into_inner();
    problems.into_iter().min_by_key(|(start, _)| *start)
}

/// The walk over one file.
struct Legality<'a> {
    source: &'a str,
    version: PythonVersion,
    /// `from __future__ import annotations` was met: annotations are scopes of their own.
    future_annotations: bool,
    checker: SemanticSyntaxChecker,
    blocks: Blocks,
    symbols: Symbols,
    problems: RefCell<Vec<(TextSize, String)>>,
}

impl Legality<'_> {
    fn refuse(&self, start: TextSize, message: impl Into<String>) {
        self.problems.borrow_mut().push((start, message.into()));
    }

    fn refuse_if(&self, start: TextSize, problem: Option<String>) {
        if let Some(message) = problem {
            self.refuse(start, message);
        }
    }

    /// Runs ruff's checker, which wants to see this walk and itself apart.
    fn checked(&mut self, check: impl FnOnce(&mut SemanticSyntaxChecker, &Self)) {
        let mut checker = std::mem::take(&mut self.checker);
        check(&mut checker, self);
        self.checker = checker;
    }
}

/// Answers that keep ruff's checker to what does not depend on scopes: its scope rules are those of a linter, close to
/// CPython's but not the same, so everything is allowed here and decided by [`Blocks`] and [`Symbols`].
impl SemanticSyntaxContext for Legality<'_> {
    fn future_annotations_or_stub(&self) -> bool {
        self.future_annotations
    }

    fn lazy_import_context(&self) -> Option<LazyImportContext> {
        None
    }

    fn python_version(&self) -> PythonVersion {
        self.version
    }

    fn source(&self) -> &str {
        self.source
    }

    fn global(&self, _name: &str) -> Option<TextRange> {
        None
    }

    fn has_nonlocal_binding(&self, _name: &str) -> bool {
        true
    }

    fn in_async_context(&self) -> bool {
        // True would bring the rule about `yield from`, false that about `await`; see `in_generator_context`.
        false
    }

    fn in_await_allowed_context(&self) -> bool {
        true
    }

    fn in_yield_allowed_context(&self) -> bool {
        true
    }

    fn in_sync_comprehension(&self) -> bool {
        false
    }

    fn in_module_scope(&self) -> bool {
        self.blocks.in_module()
    }

    fn in_function_scope(&self) -> bool {
        true
    }

    fn in_generator_context(&self) -> bool {
        true
    }

    fn in_notebook(&self) -> bool {
        false
    }

    fn in_loop_context(&self) -> bool {
        true
    }

    fn is_bound_parameter(&self, _name: &str) -> bool {
        false
    }

    fn report_semantic_error(&self, error: SemanticSyntaxError) {
        // `symbols` has that one, with CPython's view of a lambda inside the comprehension.
        if error.kind != SemanticSyntaxErrorKind::ReboundComprehensionVariable {
            self.refuse(error.range.start(), error.to_string());
        }
    }
}
