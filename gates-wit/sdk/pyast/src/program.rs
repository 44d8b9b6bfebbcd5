//! All modules of a bundle together: the dotted path an expression stands for.
//!
//! A name may be bound in several places, so an expression has a *set* of origins. The sets are the least fixed
//! point over all bindings, independent of the order in which the program would run: what a name may ever stand
//! for is what it is judged by. Followed are imports (also through the bundle's own files and star imports), plain
//! and tuple assignment, walrus, parameter defaults, `x if c else y`, `x or y`, attributes, and `getattr` with a
//! name that is known. Not followed are containers, attributes of objects, and what a call returns: a gate that
//! relies on origins must therefore not let modules into those (see the static-analysis gate).

mod follow;

use std::cell::RefCell;
use std::collections::BTreeSet;

use rustpython_ruff_python_ast::{self as ast, Expr};

use crate::builtin_names::is_builtin;
use crate::constant::{Fold, Names, fold_string};
use crate::layout::{Layout, NodeId};
use crate::module::Module;
use crate::paths::{PathId, Paths};
use crate::scope::{BindingId, BindingKind, ScopeKind, Scopes, SymbolId};

/// Most meanings one name may have before they are given up as [`Origins::overflow`].
pub const MAX_ORIGINS: usize = 16;

/// A module of a [`Program`], by its place in the list it was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleIndex(u32);

impl ModuleIndex {
    /// The module at a position in the list of modules.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// Position in the list of modules.
    #[must_use]
    pub fn get(self) -> usize {
        self.0 as usize
    }
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A dotted path outside the bundle: `torch.nn.Linear`, `builtins.eval`.
    External(PathId),
    /// A module, package or folder of the bundle.
    Bundle(NodeId),
    /// A function or class of the bundle.
    Definition(ModuleIndex, BindingId),
}

/// What an expression may stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    /// The known meanings, sorted.
    pub known: Vec<Origin>,
    /// It may also be something that was not followed.
    pub unknown: bool,
    /// There were more than [`MAX_ORIGINS`]; `known` is not all.
    pub overflow: bool,
}

impl Origins {
    fn opaque() -> Self {
        Self {
            unknown: true,
            ..Self::default()
        }
    }

    fn one(origin: Origin) -> Self {
        Self {
            known: vec![origin],
            ..Self::default()
        }
    }

    fn add(&mut self, origin: Origin) {
        if let Err(place) = self.known.binary_search(&origin) {
            if self.known.len() < MAX_ORIGINS {
                self.known.insert(place, origin);
            } else {
                self.overflow = true;
            }
        }
    }

    /// Returns whether anything was new.
    fn join(&mut self, other: &Self) -> bool {
        let before = (self.known.len(), self.unknown, self.overflow);
        for origin in &other.known {
            self.add(*origin);
        }
        self.unknown |= other.unknown;
        self.overflow |= other.overflow;
        before != (self.known.len(), self.unknown, self.overflow)
    }
}

/// One symbol of the whole program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Global {
    module: ModuleIndex,
    symbol: SymbolId,
}

/// The names of one module, for folding.
struct ModuleNames<'p, 'a> {
    program: &'p Program<'a>,
    module: ModuleIndex,
}

impl<'a> Names<'a> for ModuleNames<'_, 'a> {
    fn value(&self, name: &ast::ExprName) -> Option<&'a Expr> {
        self.program.single_value(self.module, name)
    }

    fn is_builtin(&self, name: &ast::ExprName) -> bool {
        let starred = self.program.scopes(self.module).is_none_or(|scopes| {
            !scopes.stars().is_empty() || scopes.resolve(name).symbol.is_some()
        });
        !starred && is_builtin(name.id.as_str())
    }
}

/// Bindings that are to be followed, taken in sweeps down and up the program: a chain of names settles in one of the
/// two, whichever way it runs.
struct Sweep {
    waiting: BTreeSet<usize>,
    at: usize,
    upwards: bool,
}

impl Sweep {
    fn over(count: usize) -> Self {
        Self {
            waiting: (0..count).collect(),
            at: 0,
            upwards: false,
        }
    }

    fn add(&mut self, more: &BTreeSet<usize>) {
        self.waiting.extend(more);
    }

    fn next(&mut self) -> Option<usize> {
        let ahead = |sweep: &Self| {
            if sweep.upwards {
                sweep.waiting.range(..=sweep.at).next_back().copied()
            } else {
                sweep.waiting.range(sweep.at..).next().copied()
            }
        };
        let next = ahead(self).or_else(|| {
            self.upwards = !self.upwards;
            ahead(self)
        })?;
        self.waiting.remove(&next);
        self.at = next;
        Some(next)
    }
}

/// The modules of a bundle with their scopes, and what their expressions stand for.
#[derive(Debug)]
pub struct Program<'a> {
    modules: &'a [Module],
    scopes: Vec<Scopes<'a>>,
    layout: Layout,
    paths: RefCell<Paths>,
    /// Per module and symbol.
    origins: Vec<Vec<Origins>>,
    /// Per module: what its star imports name, each once.
    stars: Vec<Vec<Origin>>,
    /// Names that the interpreter finds before the bundle's own files.
    reserved: fn(&str) -> bool,
}

impl<'a> Program<'a> {
    /// Puts modules together. `search` lists the folders on the import path (see [`Layout::new`]); `reserved` says
    /// which top-level names are not the bundle's to define: an import of one means the outside module even if
    /// the bundle has a file of that name.
    #[must_use]
    pub fn new(modules: &'a [Module], search: &[String], reserved: fn(&str) -> bool) -> Self {
        let scopes: Vec<Scopes<'a>> = modules
            .iter()
            .map(|module| Scopes::new(module.body()))
            .collect();
        let origins = scopes
            .iter()
            .map(|scopes| vec![Origins::default(); scopes.symbols().len()])
            .collect();
        let layout = Layout::new(modules.iter().map(Module::path), search);
        let stars = vec![Vec::new(); scopes.len()];
        let mut program = Self {
            modules,
            scopes,
            layout,
            paths: RefCell::default(),
            origins,
            stars,
            reserved,
        };
        program.stars = program
            .modules()
            .map(|(index, _)| program.star_origins(index))
            .collect();
        program.settle();
        program
    }

    /// The modules, in their order.
    pub fn modules(&self) -> impl Iterator<Item = (ModuleIndex, &'a Module)> {
        self.modules
            .iter()
            .enumerate()
            .map(|(index, module)| (ModuleIndex::new(index), module))
    }

    /// One module.
    #[must_use]
    pub fn module(&self, index: ModuleIndex) -> Option<&'a Module> {
        self.modules.get(index.get())
    }

    /// The scopes of one module.
    #[must_use]
    pub fn scopes(&self, index: ModuleIndex) -> Option<&Scopes<'a>> {
        self.scopes.get(index.get())
    }

    /// The import layout.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The segments of a path.
    #[must_use]
    pub fn segments(&self, path: PathId) -> Vec<String> {
        self.paths
            .borrow()
            .segments(path)
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    /// A path as written.
    #[must_use]
    pub fn path_text(&self, path: PathId) -> String {
        self.paths.borrow().text(path)
    }

    /// What an expression of `module` may stand for.
    #[must_use]
    pub fn origins(&self, module: ModuleIndex, expr: &'a Expr) -> Origins {
        self.follow(module, expr).origins
    }

    /// What `from m import name` (or `import m as name`) of `module` stands for.
    #[must_use]
    pub fn import_origins(&self, module: ModuleIndex, kind: BindingKind<'a>) -> Origins {
        self.follow_binding(module, BindingId::at(usize::MAX), kind)
            .origins
    }

    /// What `import name` (`level` 0) or the module part of `from ..name import` stands for, as a whole. Nothing is
    /// known if the bundle should have it and does not.
    #[must_use]
    pub fn module_origins(&self, module: ModuleIndex, level: u32, name: Option<&str>) -> Origins {
        self.imported_module(module, level, name)
    }

    /// Folds a string, reading through names that are bound exactly once, to a value.
    #[must_use]
    pub fn fold(&self, module: ModuleIndex, expr: &'a Expr) -> Fold {
        fold_string(
            expr,
            &ModuleNames {
                program: self,
                module,
            },
        )
    }

    /// The one value a name is ever bound to, if there is exactly one binding and it is a plain value.
    #[must_use]
    pub fn single_value(&self, module: ModuleIndex, name: &ast::ExprName) -> Option<&'a Expr> {
        match self.single_binding(module, name)? {
            BindingKind::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The one way a name is ever bound, if there is exactly one.
    #[must_use]
    pub fn single_binding(
        &self,
        module: ModuleIndex,
        name: &ast::ExprName,
    ) -> Option<BindingKind<'a>> {
        let scopes = self.scopes(module)?;
        let resolution = scopes.resolve(name);
        if resolution.fallback.is_some() {
            return None;
        }
        let symbol = scopes.symbol(resolution.symbol?)?;
        // A star import may bind a global name once more.
        if symbol.scope == scopes.module() && !scopes.stars().is_empty() {
            return None;
        }
        match symbol.bindings.as_slice() {
            [only] => Some(scopes.binding(*only)?.kind),
            _ => None,
        }
    }

    /// Brings every symbol's origins to their fixed point. Each binding is followed again only when a symbol it
    /// read has grown, and a symbol grows at most [`MAX_ORIGINS`] times.
    fn settle(&mut self) {
        let offsets: Vec<usize> = self
            .scopes
            .iter()
            .scan(0, |next, scopes| {
                let offset = *next;
                *next += scopes.symbols().len();
                Some(offset)
            })
            .collect();
        let slot = |global: Global| {
            offsets
                .get(global.module.get())
                .map(|offset| offset + global.symbol.get())
        };
        let total: usize = self
            .scopes
            .iter()
            .map(|scopes| scopes.symbols().len())
            .sum();
        let bindings: Vec<(ModuleIndex, BindingId)> = self
            .scopes
            .iter()
            .enumerate()
            .flat_map(|(index, scopes)| {
                let all = (0..scopes.bindings().len()).map(BindingId::at);
                all.map(move |binding| (ModuleIndex::new(index), binding))
            })
            .collect();
        let mut readers: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); total];
        let mut waiting = Sweep::over(bindings.len());
        while let Some(at) = waiting.next() {
            let Some(&(module, id)) = bindings.get(at) else {
                continue;
            };
            let Some(binding) = self
                .scopes
                .get(module.get())
                .and_then(|scopes| scopes.binding(id))
            else {
                continue;
            };
            if binding.type_only {
                continue;
            }
            let target = Global {
                module,
                symbol: binding.symbol,
            };
            let followed = self.follow_binding(module, id, binding.kind);
            for read in followed.read {
                if let Some(readers) = slot(read).and_then(|slot| readers.get_mut(slot)) {
                    readers.insert(at);
                }
            }
            let grown = self
                .origins
                .get_mut(module.get())
                .and_then(|origins| origins.get_mut(target.symbol.get()))
                .is_some_and(|origins| origins.join(&followed.origins));
            if let Some(readers) = slot(target).and_then(|slot| readers.get(slot))
                && grown
            {
                waiting.add(readers);
            }
        }
    }

    fn star_origins(&self, module: ModuleIndex) -> Vec<Origin> {
        let Some(scopes) = self.scopes(module) else {
            return Vec::new();
        };
        let named = scopes.stars().iter();
        let found: BTreeSet<Origin> = named
            .flat_map(|star| {
                self.imported_module(module, star.level, star.module.as_deref())
                    .known
            })
            .collect();
        found.into_iter().collect()
    }

    fn symbol_origins(&self, global: Global) -> Origins {
        self.origins
            .get(global.module.get())
            .and_then(|origins| origins.get(global.symbol.get()))
            .cloned()
            .unwrap_or_default()
    }
}
