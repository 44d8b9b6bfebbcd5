//! Which code of a bundle may run, by names alone and generously: a function runs if code that runs mentions its
//! name anywhere, as a name, an attribute or in an import. So "never called" is said of a function only when nothing
//! that runs so much as names it.

use std::collections::{BTreeMap, BTreeSet};

use prism_gate_sdk::python::ast::visitor::{Visitor, walk_expr, walk_stmt};
use prism_gate_sdk::python::ast::{Expr, ExprCall, Stmt, StmtFunctionDef};
use prism_gate_sdk::python::{Module, ModuleIndex};
use prism_manifest::Manifest;

/// Methods that torch and its optimisers call without naming them in the bundle.
const CALLED_BY_TORCH: [&str; 5] = ["forward", "backward", "setup_context", "step", "extra_repr"];

/// Code that runs as a whole or not at all: the top level of a file, or the body of a function.
pub(crate) struct Unit<'a> {
    /// The file.
    pub(crate) module: ModuleIndex,
    /// The name by which it is reached: the file's stem (of a package its folder), or the function's name.
    name: &'a str,
    mentions: BTreeSet<&'a str>,
    /// Names and attribute chains, each as long as it goes.
    pub(crate) chains: Vec<&'a Expr>,
    /// Calls.
    pub(crate) calls: Vec<&'a ExprCall>,
}

/// The units that may run when the harness builds the model and trains it.
pub(crate) fn reached<'a>(modules: &'a [Module], manifest: &'a Manifest) -> Vec<Unit<'a>> {
    let mut units: Vec<Option<Unit<'a>>> = units(modules).into_iter().map(Some).collect();
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, unit) in units.iter().enumerate() {
        let name = unit.as_ref().map_or("", |unit| unit.name);
        by_name.entry(name).or_default().push(at);
    }
    let parts = [&manifest.architecture, &manifest.training];
    let mut waiting: Vec<&str> = CALLED_BY_TORCH.to_vec();
    for part in parts {
        waiting.extend([part.symbol.as_str(), stem(&part.entrypoint)]);
    }
    let mut found = Vec::new();
    while let Some(name) = waiting.pop() {
        for at in by_name.remove(name).unwrap_or_default() {
            let unit = units.get_mut(at).and_then(Option::take);
            waiting.extend(unit.iter().flat_map(|unit| unit.mentions.iter().copied()));
            found.extend(unit);
        }
    }
    found
}

fn units(modules: &[Module]) -> Vec<Unit<'_>> {
    let mut walk = Walk {
        module: ModuleIndex::new(0),
        open: Vec::new(),
        closed: Vec::new(),
    };
    for (index, module) in modules.iter().enumerate() {
        walk.module = ModuleIndex::new(index);
        walk.unit(stem(module.path()), module.body());
    }
    walk.closed
}

/// `layers` of `net/layers.py`, `net` of `net/__init__.py`.
fn stem(path: &str) -> &str {
    let path = path.strip_suffix("/__init__.py").unwrap_or(path);
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.strip_suffix(".py").unwrap_or(name)
}

struct Walk<'a> {
    module: ModuleIndex,
    /// The units around, innermost last.
    open: Vec<Unit<'a>>,
    closed: Vec<Unit<'a>>,
}

impl<'a> Walk<'a> {
    fn unit(&mut self, name: &'a str, body: &'a [Stmt]) {
        self.open.push(Unit {
            module: self.module,
            name,
            mentions: BTreeSet::new(),
            chains: Vec::new(),
            calls: Vec::new(),
        });
        self.visit_body(body);
        self.closed.extend(self.open.pop());
    }

    fn here(&mut self, tell: impl FnOnce(&mut Unit<'a>)) {
        if let Some(unit) = self.open.last_mut() {
            tell(unit);
        }
    }

    fn mention(&mut self, dotted: &'a str) {
        self.here(|unit| unit.mentions.extend(dotted.split('.')));
    }

    fn function(&mut self, function: &'a StmtFunctionDef) {
        let decorators = function.decorator_list.iter();
        decorators.for_each(|decorator| self.visit_decorator(decorator));
        self.visit_parameters(&function.parameters);
        let name = function.name.as_str();
        // Python calls the special methods of a class by itself.
        if name.starts_with("__") {
            self.visit_body(&function.body);
        } else {
            self.unit(name, &function.body);
        }
    }
}

impl<'a> Visitor<'a> for Walk<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::Import(import) => {
                let names = import.names.iter();
                names.for_each(|alias| self.mention(&alias.name));
            }
            Stmt::ImportFrom(import) => {
                self.mention(import.module.as_deref().unwrap_or_default());
                let names = import.names.iter();
                names.for_each(|alias| self.mention(&alias.name));
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(_) | Expr::Attribute(_) => {
                self.here(|unit| unit.chains.push(expr));
                let mut link = expr;
                while let Expr::Attribute(attribute) = link {
                    self.mention(&attribute.attr);
                    link = &attribute.value;
                }
                match link {
                    Expr::Name(name) => self.mention(&name.id),
                    base => self.visit_expr(base),
                }
            }
            Expr::Call(call) => {
                self.here(|unit| unit.calls.push(call));
                walk_expr(self, expr);
            }
            _ => walk_expr(self, expr),
        }
    }
}
