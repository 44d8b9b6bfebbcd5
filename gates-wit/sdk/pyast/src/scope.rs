//! Scopes, bindings, and which of them a load means: Python's own rules, decided without running anything.
//!
//! A name is local to a function if the function binds it anywhere; a class body's names are invisible to the
//! functions inside it; comprehensions are scopes of their own, whose first iterable belongs to the scope around
//! and whose walrus binds there; `global` and `nonlocal` redirect. At module and class level a load that may come
//! before the binding falls through to the builtins, and [`Resolution::open`] says so: `e = eval; eval = None`
//! must not hide the builtin.

mod builder;

use std::collections::BTreeMap;

use rustpython_ruff_python_ast::{self as ast, Expr};
use rustpython_ruff_text_size::{TextRange, TextSize};

/// A scope of one module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(u32);

/// A name in one scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolId(u32);

/// One place that binds a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingId(u32);

macro_rules! index {
    ($($name:ident),*) => {$(
        impl $name {
            pub(crate) fn at(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }

            /// Position in its table.
            #[must_use]
            pub fn get(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
index!(ScopeId, SymbolId, BindingId);

/// What opened a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// A file.
    Module,
    /// `def` or `async def`.
    Function,
    /// `lambda`.
    Lambda,
    /// `class`.
    Class,
    /// A list, set or dict comprehension or a generator expression.
    Comprehension,
    /// The `[T]` of a generic function, class or alias (Python 3.12); sees the names of a class around it.
    TypeParameters,
}

/// One scope.
#[derive(Debug)]
pub struct Scope<'a> {
    /// What opened it.
    pub kind: ScopeKind,
    /// The scope around it; none for the module.
    pub parent: Option<ScopeId>,
    /// Its names.
    pub symbols: BTreeMap<&'a str, SymbolId>,
}

/// A name of one scope, with everything that binds it.
#[derive(Debug)]
pub struct Symbol<'a> {
    /// The name.
    pub name: &'a str,
    /// Its scope.
    pub scope: ScopeId,
    /// Its bindings, in source order.
    pub bindings: Vec<BindingId>,
    /// Some statement may unbind it: `del`, or the end of `except ... as`.
    pub deleted: bool,
    /// The offset from which some binding surely holds, unless it is deleted.
    pub holds_from: Option<TextSize>,
}

/// How a name is bound.
#[derive(Clone, Copy, Debug)]
pub enum BindingKind<'a> {
    /// `import a.b` (binds `a`) or `import a.b as c` (binds `c` to `a.b`).
    Import(&'a ast::Alias),
    /// One name of `from m import n`; never the star.
    ImportFrom(&'a ast::StmtImportFrom, &'a ast::Alias),
    /// `def`.
    Function(&'a ast::StmtFunctionDef),
    /// `class`.
    Class(&'a ast::StmtClassDef),
    /// `name = value`, `name: T = value`, `(name := value)`, or one of `a, b = x, y`.
    Value(&'a Expr),
    /// A parameter, with its default.
    Parameter(Option<&'a Expr>),
    /// An item of what is iterated over: `for name in items`.
    Item(&'a Expr),
    /// Anything else: unpacking, `with ... as`, `except ... as`, a match capture, `+=`.
    Opaque,
}

/// One place that binds a name.
#[derive(Debug)]
pub struct Binding<'a> {
    /// The name.
    pub symbol: SymbolId,
    /// How.
    pub kind: BindingKind<'a>,
    /// Where the name stands.
    pub start: TextSize,
    /// It stands under `if TYPE_CHECKING:` and so never happens at run time.
    pub type_only: bool,
}

/// What a load of a name may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Resolution {
    /// The symbol Python's rules find first.
    pub symbol: Option<SymbolId>,
    /// For a load in a class body before the class binds the name: the symbol around the class.
    pub fallback: Option<SymbolId>,
    /// The load may pass all symbols and reach star imports and builtins.
    pub open: bool,
}

/// The scopes of one module.
#[derive(Debug)]
pub struct Scopes<'a> {
    scopes: Vec<Scope<'a>>,
    symbols: Vec<Symbol<'a>>,
    bindings: Vec<Binding<'a>>,
    /// Name nodes (by offset) and their scopes, sorted.
    names: Vec<(TextSize, ScopeId)>,
    /// `from m import *`, in source order.
    stars: Vec<&'a ast::StmtImportFrom>,
    /// Bodies of `if TYPE_CHECKING:`, sorted, none inside another.
    type_only: Vec<TextRange>,
}

impl<'a> Scopes<'a> {
    /// Finds every scope and binding of a module.
    #[must_use]
    pub fn new(body: &'a [ast::Stmt]) -> Self {
        builder::build(body)
    }

    /// The module's own scope.
    #[must_use]
    pub fn module(&self) -> ScopeId {
        ScopeId(0)
    }

    /// A scope by its id.
    #[must_use]
    pub fn scope(&self, id: ScopeId) -> Option<&Scope<'a>> {
        self.scopes.get(id.get())
    }

    /// A symbol by its id.
    #[must_use]
    pub fn symbol(&self, id: SymbolId) -> Option<&Symbol<'a>> {
        self.symbols.get(id.get())
    }

    /// All symbols.
    #[must_use]
    pub fn symbols(&self) -> &[Symbol<'a>] {
        &self.symbols
    }

    /// A binding by its id.
    #[must_use]
    pub fn binding(&self, id: BindingId) -> Option<&Binding<'a>> {
        self.bindings.get(id.get())
    }

    /// All bindings.
    #[must_use]
    pub fn bindings(&self) -> &[Binding<'a>] {
        &self.bindings
    }

    /// The star imports.
    #[must_use]
    pub fn stars(&self) -> &[&'a ast::StmtImportFrom] {
        &self.stars
    }

    /// A name at module level.
    #[must_use]
    pub fn global(&self, name: &str) -> Option<SymbolId> {
        self.scopes.first()?.symbols.get(name).copied()
    }

    /// Whether the offset lies under `if TYPE_CHECKING:`, where nothing runs.
    #[must_use]
    pub fn is_type_only(&self, offset: TextSize) -> bool {
        let after = self
            .type_only
            .partition_point(|range| range.start() <= offset);
        after
            .checked_sub(1)
            .and_then(|index| self.type_only.get(index))
            .is_some_and(|range| range.contains(offset))
    }

    /// The scope a name node belongs to, whether it is loaded, bound or deleted there.
    #[must_use]
    pub fn scope_of(&self, name: &ast::ExprName) -> Option<ScopeId> {
        let index = self
            .names
            .binary_search_by_key(&name.range.start(), |(offset, _)| *offset)
            .ok()?;
        self.names.get(index).map(|(_, scope)| *scope)
    }

    /// Whether a scope is a class body or inside one.
    #[must_use]
    pub fn inside_class(&self, scope: ScopeId) -> bool {
        let mut next = Some(scope);
        while let Some(scope) = next.and_then(|id| self.scope(id)) {
            if scope.kind == ScopeKind::Class {
                return true;
            }
            next = scope.parent;
        }
        false
    }

    /// What a load of `name` means. A node that is not of this module resolves to nothing but `open`.
    #[must_use]
    pub fn resolve(&self, name: &ast::ExprName) -> Resolution {
        match self.scope_of(name) {
            Some(scope) => self.lookup(scope, name.id.as_str(), name.range.start()),
            None => Resolution {
                open: true,
                ..Resolution::default()
            },
        }
    }

    fn lookup(&self, from: ScopeId, name: &str, offset: TextSize) -> Resolution {
        let mut found = Resolution::default();
        let mut next = Some(from);
        let mut sees_class = true;
        while let Some((id, scope)) = next.and_then(|id| Some((id, self.scope(id)?))) {
            let visible = sees_class || scope.kind != ScopeKind::Class;
            if visible && let Some(symbol) = scope.symbols.get(name) {
                // `global` and `nonlocal` enter the symbol they redirect to.
                let kind = self
                    .symbol(*symbol)
                    .and_then(|symbol| self.scope(symbol.scope))
                    .map(|scope| scope.kind);
                if found.symbol.is_none() {
                    found.symbol = Some(*symbol);
                } else {
                    found.fallback = Some(*symbol);
                }
                match kind {
                    Some(ScopeKind::Module) => {
                        found.open = !self.surely_bound(*symbol, offset);
                        return found;
                    }
                    Some(ScopeKind::Class)
                        if found.fallback.is_none() && !self.surely_bound(*symbol, offset) => {}
                    _ => return found,
                }
            }
            sees_class = scope.kind == ScopeKind::TypeParameters;
            debug_assert!(scope.parent != Some(id), "a scope is not its own parent");
            next = scope.parent;
        }
        found.open = true;
        found
    }

    fn surely_bound(&self, symbol: SymbolId, offset: TextSize) -> bool {
        self.symbol(symbol).is_some_and(|symbol| {
            !symbol.deleted && symbol.holds_from.is_some_and(|from| from <= offset)
        })
    }
}

/// Splits `a, b = x, y` into its pairs, if the sides match one to one without stars.
#[must_use]
pub fn paired_targets<'a>(target: &'a Expr, value: &'a Expr) -> Option<Vec<(&'a Expr, &'a Expr)>> {
    let elements = |expr: &'a Expr| match expr {
        Expr::Tuple(tuple) => Some(&tuple.elts),
        Expr::List(list) => Some(&list.elts),
        _ => None,
    };
    let (targets, values) = (elements(target)?, elements(value)?);
    let plain = |elements: &[Expr]| elements.iter().all(|element| !element.is_starred_expr());
    (targets.len() == values.len() && plain(targets) && plain(values))
        .then(|| targets.iter().zip(values).collect())
}
