//! What surrounds a statement: the scope it runs in, and the loops, `try` and `with` inside that scope.

use rustpython_ruff_python_ast::PythonVersion;

/// Blocks inside one another in one function, as CPython's compiler stacks them (`CO_MAXBLOCKS`).
const MAX_BLOCKS: usize = 20;

/// What opened a scope, as the compiler tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum Kind {
    #[default]
    Module,
    Function,
    AsyncFunction,
    Lambda,
    Class,
    /// A list, set or dict comprehension.
    Comprehension,
    /// A generator expression.
    Generator,
    /// Annotations under `from __future__ import annotations`, type parameters and type aliases.
    Annotation,
}

/// A block of statements that something has to leave in an orderly way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Loop,
    /// The handler of `except*`, which nothing may leave.
    GroupHandler,
    Other,
}

#[derive(Debug, Default)]
struct Scope {
    kind: Kind,
    blocks: Vec<Block>,
    /// It awaits, or iterates asynchronously.
    awaits: bool,
}

/// The scopes around a place, outermost first.
#[derive(Debug)]
pub(super) struct Blocks {
    scopes: Vec<Scope>,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            scopes: vec![Scope::default()],
        }
    }
}

impl Blocks {
    pub(super) fn kind(&self) -> Kind {
        self.scopes.last().map_or(Kind::Module, |scope| scope.kind)
    }

    pub(super) fn in_module(&self) -> bool {
        self.kind() == Kind::Module
    }

    pub(super) fn enter(&mut self, kind: Kind) {
        self.scopes.push(Scope {
            kind,
            ..Scope::default()
        });
    }

    /// Leaves a scope; says what is wrong with a comprehension that awaits where nothing can.
    pub(super) fn leave(&mut self) -> Option<String> {
        let left = self.scopes.pop()?;
        if left.kind != Kind::Comprehension || !left.awaits {
            return None;
        }
        let around = self.kind();
        if let Some(scope) = self.scopes.last_mut() {
            scope.awaits = true;
        }
        let able = matches!(
            around,
            Kind::AsyncFunction | Kind::Comprehension | Kind::Generator
        );
        (!able).then(|| "asynchronous comprehension outside of an asynchronous function".to_owned())
    }

    /// Opens a block; says when there are too many of them.
    pub(super) fn open(&mut self, block: Block, version: PythonVersion) -> Option<String> {
        let scope = self.scopes.last_mut()?;
        scope.blocks.push(block);
        let most = if version >= PythonVersion::PY313 {
            MAX_BLOCKS + 1
        } else {
            MAX_BLOCKS
        };
        (scope.blocks.len() > most).then(|| "too many statically nested blocks".to_owned())
    }

    pub(super) fn close(&mut self) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.blocks.pop();
        }
    }

    /// `break` or `continue`.
    pub(super) fn leave_loop(&self, word: &str) -> Option<String> {
        let blocks = self.scopes.last().map_or(&[][..], |scope| &scope.blocks);
        for block in blocks.iter().rev() {
            match block {
                Block::Loop => return None,
                Block::GroupHandler => return Some(leaves_group(word)),
                Block::Other => {}
            }
        }
        Some(format!("'{word}' outside loop"))
    }

    pub(super) fn leave_function(&self) -> Option<String> {
        let scope = self.scopes.last()?;
        if !matches!(scope.kind, Kind::Function | Kind::AsyncFunction) {
            return Some("'return' outside function".to_owned());
        }
        scope
            .blocks
            .contains(&Block::GroupHandler)
            .then(|| leaves_group("return"))
    }

    pub(super) fn yields(&self, from: bool) -> Option<String> {
        match self.kind() {
            Kind::Function | Kind::Lambda => None,
            Kind::AsyncFunction if !from => None,
            Kind::AsyncFunction => Some("'yield from' inside async function".to_owned()),
            Kind::Module | Kind::Class => Some("'yield' outside function".to_owned()),
            Kind::Comprehension | Kind::Generator => {
                Some("'yield' inside a comprehension".to_owned())
            }
            Kind::Annotation => Some("'yield' within an annotation".to_owned()),
        }
    }

    pub(super) fn awaits(&mut self) -> Option<String> {
        if let Some(scope) = self.scopes.last_mut() {
            scope.awaits = true;
        }
        match self.kind() {
            Kind::AsyncFunction | Kind::Comprehension | Kind::Generator => None,
            Kind::Module | Kind::Class => Some("'await' outside function".to_owned()),
            Kind::Function | Kind::Lambda => Some("'await' outside async function".to_owned()),
            Kind::Annotation => Some("'await' within an annotation".to_owned()),
        }
    }

    /// `async for` or `async with` as a statement.
    pub(super) fn asynchronous(&self, what: &str) -> Option<String> {
        (self.kind() != Kind::AsyncFunction).then(|| format!("'{what}' outside async function"))
    }

    /// An `async for` inside the comprehension that is open.
    pub(super) fn iterates_asynchronously(&mut self) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.awaits = true;
        }
    }
}

fn leaves_group(word: &str) -> String {
    format!("'{word}' cannot appear in an 'except*' block")
}
