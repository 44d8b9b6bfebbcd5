//! One step of following: from a binding or an expression to its origins, given those of the names it reads.

use std::collections::BTreeSet;

use crate::builtin_names::is_builtin;

use super::{
    BindingId, BindingKind, Expr, Fold, Global, ModuleIndex, NodeId, Origin, Origins, PathId,
    Program, ScopeKind, ast,
};

/// Most leaves of one conditional expression that are followed; honest code has a handful.
const MAX_LEAVES: usize = 64;
/// Most modules passed through by star imports while looking for one name.
const MAX_STARS: usize = 64;

/// Which modules a search through star imports has been to.
#[derive(Default)]
struct Stars {
    seen: BTreeSet<ModuleIndex>,
    exhausted: bool,
}

impl Stars {
    /// Whether `module` is to be searched now.
    fn enter(&mut self, module: ModuleIndex) -> bool {
        if self.seen.len() >= MAX_STARS {
            self.exhausted = true;
            return false;
        }
        self.seen.insert(module)
    }
}

/// The outcome of one step.
#[derive(Default)]
pub(super) struct Followed {
    pub(super) origins: Origins,
    /// The symbols that were read on the way.
    pub(super) read: Vec<Global>,
}

impl<'a> Program<'a> {
    pub(super) fn follow(&self, module: ModuleIndex, expr: &'a Expr) -> Followed {
        let mut read = Vec::new();
        let mut leaves = MAX_LEAVES;
        let origins = self.follow_expr(module, expr, &mut read, &mut leaves);
        Followed { origins, read }
    }

    pub(super) fn follow_binding(
        &self,
        module: ModuleIndex,
        id: BindingId,
        kind: BindingKind<'a>,
    ) -> Followed {
        let mut read = Vec::new();
        let origins = match kind {
            BindingKind::Import(alias) => {
                let whole = alias.name.as_str();
                let bound = if alias.asname.is_some() {
                    whole
                } else {
                    whole.split('.').next().unwrap_or(whole)
                };
                self.imported_module(module, 0, Some(bound))
            }
            BindingKind::ImportFrom(from, alias) => {
                let base = self.imported_module(module, from.level, from.module.as_deref());
                self.attributes(&base, alias.name.as_str(), &mut read)
            }
            BindingKind::Function(_) | BindingKind::Class(_) => {
                Origins::one(Origin::Definition(module, id))
            }
            BindingKind::Value(value) => return self.follow(module, value),
            BindingKind::Parameter(Some(default)) => {
                let mut followed = self.follow(module, default);
                followed.origins.unknown = true;
                return followed;
            }
            // `for kind in (nn.Linear, nn.Conv1d)`: each of them.
            BindingKind::Item(
                Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }),
            ) => {
                let mut origins = Origins::opaque();
                let mut leaves = MAX_LEAVES;
                for element in elts {
                    origins.join(&self.follow_expr(module, element, &mut read, &mut leaves));
                    if origins.overflow {
                        break;
                    }
                }
                // A long table of things is not a name with too many meanings: its elements are judged where they stand.
                origins.overflow = false;
                origins
            }
            BindingKind::Parameter(None) | BindingKind::Item(_) | BindingKind::Opaque => {
                Origins::opaque()
            }
        };
        Followed { origins, read }
    }

    fn follow_expr(
        &self,
        module: ModuleIndex,
        expr: &'a Expr,
        read: &mut Vec<Global>,
        leaves: &mut usize,
    ) -> Origins {
        let Some(left) = leaves.checked_sub(1) else {
            return Origins {
                overflow: true,
                unknown: true,
                ..Origins::default()
            };
        };
        match expr {
            Expr::Name(name) => {
                *leaves = left;
                self.follow_name(module, name, read)
            }
            Expr::Attribute(attribute) => {
                let base = self.follow_expr(module, &attribute.value, read, leaves);
                self.attributes(&base, attribute.attr.as_str(), read)
            }
            Expr::Named(named) => self.follow_expr(module, &named.value, read, leaves),
            Expr::If(choice) => {
                let mut origins = self.follow_expr(module, &choice.body, read, leaves);
                origins.join(&self.follow_expr(module, &choice.orelse, read, leaves));
                origins
            }
            Expr::BoolOp(operation) => {
                let mut origins = Origins::default();
                for value in &operation.values {
                    origins.join(&self.follow_expr(module, value, read, leaves));
                    if origins.overflow {
                        break;
                    }
                }
                origins
            }
            Expr::Call(call) => {
                *leaves = left;
                self.follow_getattr(module, call, read, leaves)
                    .unwrap_or_else(Origins::opaque)
            }
            _ => {
                *leaves = left;
                Origins::opaque()
            }
        }
    }

    /// `getattr(x, "name")` is `x.name`.
    fn follow_getattr(
        &self,
        module: ModuleIndex,
        call: &'a ast::ExprCall,
        read: &mut Vec<Global>,
        leaves: &mut usize,
    ) -> Option<Origins> {
        let (object, name) = match &*call.arguments.args {
            [object, name] | [object, name, _] => (object, name),
            _ => return None,
        };
        if !matches!(&*call.func, Expr::Name(_) | Expr::Attribute(_)) {
            return None;
        }
        let function = self.follow_expr(module, &call.func, read, leaves);
        let getattr = self.paths.borrow_mut().dotted("builtins.getattr");
        if !function.known.contains(&Origin::External(getattr)) {
            return None;
        }
        let Fold::Known(name) = self.fold(module, name) else {
            return None;
        };
        let base = self.follow_expr(module, object, read, leaves);
        let mut origins = self.attributes(&base, &name, read);
        origins.unknown = true;
        Some(origins)
    }

    fn follow_name(
        &self,
        module: ModuleIndex,
        name: &'a ast::ExprName,
        read: &mut Vec<Global>,
    ) -> Origins {
        let Some(scopes) = self.scopes(module) else {
            return Origins::opaque();
        };
        let resolution = scopes.resolve(name);
        let mut origins = Origins::default();
        for symbol in [resolution.symbol, resolution.fallback]
            .into_iter()
            .flatten()
        {
            let global = Global { module, symbol };
            read.push(global);
            origins.join(&self.symbol_origins(global));
        }
        // A star import rebinds a global whenever it runs, before or after the binding that is seen.
        let global = resolution
            .symbol
            .and_then(|symbol| scopes.symbol(symbol))
            .is_some_and(|symbol| symbol.scope == scopes.module());
        if global && !resolution.open {
            let mut stars = Stars::default();
            let starred = self.through_stars(module, name.id.as_str(), read, &mut stars);
            origins.join(&starred);
            origins.overflow |= stars.exhausted;
        }
        if resolution.open {
            let mut stars = Stars::default();
            let starred = self.through_stars(module, name.id.as_str(), read, &mut stars);
            origins.join(&starred);
            origins.overflow |= stars.exhausted;
            if is_builtin(name.id.as_str()) {
                let mut paths = self.paths.borrow_mut();
                let builtins = paths.root("builtins");
                origins.add(Origin::External(paths.child(builtins, name.id.as_str())));
            } else {
                origins.unknown = true;
            }
        }
        origins
    }

    /// What `name` may be through the star imports of `module`.
    fn through_stars(
        &self,
        module: ModuleIndex,
        name: &str,
        read: &mut Vec<Global>,
        stars: &mut Stars,
    ) -> Origins {
        let mut origins = Origins::default();
        let Some(named) = self.stars.get(module.get()) else {
            return origins;
        };
        if named.is_empty() || !stars.enter(module) {
            return origins;
        }
        for origin in named {
            match origin {
                Origin::Bundle(node) => {
                    origins.join(&self.bundle_attribute(*node, name, read, stars));
                }
                Origin::External(path) => origins.add(Origin::External(self.child(*path, name))),
                Origin::Definition(..) => {}
            }
            if origins.overflow {
                break;
            }
        }
        origins
    }

    /// The origins of `base.name`.
    fn attributes(&self, base: &Origins, name: &str, read: &mut Vec<Global>) -> Origins {
        let mut origins = Origins {
            unknown: base.unknown,
            overflow: base.overflow,
            ..Origins::default()
        };
        for origin in &base.known {
            match origin {
                Origin::External(path) => origins.add(Origin::External(self.child(*path, name))),
                Origin::Bundle(node) => {
                    let mut stars = Stars::default();
                    let found = self.bundle_attribute(*node, name, read, &mut stars);
                    origins.overflow |= stars.exhausted;
                    origins.join(&found);
                }
                Origin::Definition(..) => origins.unknown = true,
            }
        }
        origins
    }

    fn bundle_attribute(
        &self,
        node: NodeId,
        name: &str,
        read: &mut Vec<Global>,
        stars: &mut Stars,
    ) -> Origins {
        let mut origins = Origins::default();
        let child = self.layout.child(node, name);
        if let Some(child) = child {
            origins.add(Origin::Bundle(child));
        }
        let symbol = self
            .layout
            .module(node)
            .and_then(|module| self.scopes(module)?.global(name));
        // Decided by what is written, not by what is known so far: the fixed point must not depend on the order.
        origins.unknown = child.is_none() && symbol.is_none();
        if let Some(module) = self.layout.module(node) {
            match symbol {
                Some(symbol) => {
                    let global = Global { module, symbol };
                    read.push(global);
                    origins.join(&self.symbol_origins(global));
                    // A name that the module may leave unbound comes through its star imports.
                    origins.join(&self.through_stars(module, name, read, stars));
                }
                None => {
                    origins.join(&self.through_stars(module, name, read, stars));
                }
            }
        }
        origins
    }

    /// What `import name` or `from ..name` finds. Both the bundle's file and the outside module if the name is
    /// reserved: whichever wins at run time has been judged.
    pub(super) fn imported_module(
        &self,
        module: ModuleIndex,
        level: u32,
        name: Option<&str>,
    ) -> Origins {
        let mut origins = Origins::default();
        if level > 0 {
            if let Some(node) = self.layout.relative(module, level, name) {
                origins.add(Origin::Bundle(node));
            }
            return origins;
        }
        let Some(name) = name else { return origins };
        let root = name.split('.').next().unwrap_or(name);
        let own = self.layout.absolute(root).is_some();
        for node in self.layout.anywhere(name) {
            origins.add(Origin::Bundle(node));
        }
        if !own || (self.reserved)(root) {
            let path = self.paths.borrow_mut().dotted(name);
            origins.add(Origin::External(path));
        }
        origins
    }

    fn child(&self, path: PathId, name: &str) -> PathId {
        self.paths.borrow_mut().child(path, name)
    }

    /// Whether a binding's scope is a class body, where a name becomes an attribute others can reach untracked.
    #[must_use]
    pub fn binds_in_class(&self, module: ModuleIndex, name: &ast::ExprName) -> bool {
        self.scopes(module)
            .and_then(|scopes| scopes.scope(scopes.scope_of(name)?))
            .is_some_and(|scope| scope.kind == ScopeKind::Class)
    }
}
