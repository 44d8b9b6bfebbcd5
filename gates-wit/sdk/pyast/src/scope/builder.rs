//! The walk that finds scopes, bindings and name nodes.

use std::collections::{BTreeMap, BTreeSet};

use rustpython_ruff_python_ast::visitor::{self, Visitor};
use rustpython_ruff_python_ast::{self as ast, Expr, ExprContext, Pattern, Stmt, TypeParam};
use rustpython_ruff_text_size::{Ranged, TextRange, TextSize};

use super::{
    Binding, BindingId, BindingKind, Scope, ScopeId, ScopeKind, Scopes, Symbol, SymbolId,
    paired_targets,
};

/// A binding whose symbol is not known yet: `nonlocal` may point at a scope whose own binding comes later.
struct RawBinding<'a> {
    scope: ScopeId,
    name: &'a str,
    kind: BindingKind<'a>,
    start: TextSize,
    holds_from: Option<TextSize>,
    /// Not a binding but an unbinding.
    deletes: bool,
}

#[derive(Default)]
struct Declared<'a> {
    global: BTreeSet<&'a str>,
    nonlocal: BTreeSet<&'a str>,
}

struct Builder<'a> {
    scopes: Vec<Scope<'a>>,
    declared: Vec<Declared<'a>>,
    raw: Vec<RawBinding<'a>>,
    names: Vec<(TextSize, ScopeId)>,
    stars: Vec<&'a ast::StmtImportFrom>,
    /// Bodies under `if NAME:` or `if NAME.TYPE_CHECKING:`, to be judged when all bindings are known.
    guards: Vec<(&'a ast::ExprName, bool, TextRange)>,
    scope: ScopeId,
    /// Statements around the current one, inside its scope, that may not run it.
    conditions: usize,
}

/// Where the value of a target comes from.
#[derive(Clone, Copy)]
enum Source<'a> {
    Value(&'a Expr),
    Item(&'a Expr),
    Opaque,
}

pub(super) fn build<'a>(body: &'a [Stmt]) -> Scopes<'a> {
    let mut builder = Builder {
        scopes: vec![Scope {
            kind: ScopeKind::Module,
            parent: None,
            symbols: BTreeMap::new(),
        }],
        declared: vec![Declared::default()],
        raw: Vec::new(),
        names: Vec::new(),
        stars: Vec::new(),
        guards: Vec::new(),
        scope: ScopeId(0),
        conditions: 0,
    };
    builder.visit_body(body);
    builder.finish()
}

impl<'a> Builder<'a> {
    fn bind(
        &mut self,
        name: &'a str,
        start: TextSize,
        kind: BindingKind<'a>,
        holds_from: Option<TextSize>,
    ) {
        let holds_from = holds_from.filter(|_| self.conditions == 0);
        self.raw.push(RawBinding {
            scope: self.scope,
            name,
            kind,
            start,
            holds_from,
            deletes: false,
        });
    }

    fn unbind(&mut self, name: &'a str, start: TextSize) {
        let (scope, kind) = (self.scope, BindingKind::Opaque);
        self.raw.push(RawBinding {
            scope,
            name,
            kind,
            start,
            holds_from: None,
            deletes: true,
        });
    }

    fn bind_target(&mut self, target: &'a Expr, source: Source<'a>, holds_from: Option<TextSize>) {
        match target {
            Expr::Name(name) => {
                let kind = match source {
                    Source::Value(value) => BindingKind::Value(value),
                    Source::Item(items) => BindingKind::Item(items),
                    Source::Opaque => BindingKind::Opaque,
                };
                self.names.push((name.range.start(), self.scope));
                self.bind(name.id.as_str(), name.range.start(), kind, holds_from);
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                let pairs = match source {
                    Source::Value(value) => paired_targets(target, value),
                    Source::Item(_) | Source::Opaque => None,
                };
                if let Some(pairs) = pairs {
                    for (target, value) in pairs {
                        self.bind_target(target, Source::Value(value), holds_from);
                    }
                } else {
                    for element in elts {
                        self.bind_target(element, Source::Opaque, holds_from);
                    }
                }
            }
            Expr::Starred(starred) => self.bind_target(&starred.value, Source::Opaque, holds_from),
            other => self.visit_expr(other),
        }
    }

    /// Runs `inside` in a new scope.
    fn nested(&mut self, kind: ScopeKind, inside: impl FnOnce(&mut Self)) {
        let id = ScopeId::at(self.scopes.len());
        self.scopes.push(Scope {
            kind,
            parent: Some(self.scope),
            symbols: BTreeMap::new(),
        });
        self.declared.push(Declared::default());
        let around = std::mem::replace(&mut self.scope, id);
        let conditions = std::mem::take(&mut self.conditions);
        inside(self);
        self.scope = around;
        self.conditions = conditions;
    }

    /// Runs `inside` in the scope of type parameters, if there are any.
    fn generic(&mut self, parameters: Option<&'a ast::TypeParams>, inside: impl FnOnce(&mut Self)) {
        match parameters {
            Some(parameters) => self.nested(ScopeKind::TypeParameters, |builder| {
                builder.visit_type_params(parameters);
                inside(builder);
            }),
            None => inside(self),
        }
    }

    fn conditional(&mut self, inside: impl FnOnce(&mut Self)) {
        self.conditions += 1;
        inside(self);
        self.conditions -= 1;
    }

    fn function(&mut self, function: &'a ast::StmtFunctionDef) {
        for decorator in &function.decorator_list {
            self.visit_decorator(decorator);
        }
        // The body runs only after the name is bound, so recursion means the function itself.
        let body = function.body.first().map_or(function.end(), Ranged::start);
        self.bind(
            function.name.as_str(),
            function.name.start(),
            BindingKind::Function(function),
            Some(body),
        );
        self.generic(function.type_params.as_deref(), |builder| {
            builder.parameter_expressions(&function.parameters);
            if let Some(returns) = &function.returns {
                builder.visit_annotation(returns);
            }
            builder.nested(ScopeKind::Function, |builder| {
                builder.bind_parameters(&function.parameters);
                builder.visit_body(&function.body);
            });
        });
    }

    fn class(&mut self, class: &'a ast::StmtClassDef) {
        for decorator in &class.decorator_list {
            self.visit_decorator(decorator);
        }
        self.bind(
            class.name.as_str(),
            class.name.start(),
            BindingKind::Class(class),
            Some(class.end()),
        );
        self.generic(class.type_params.as_deref(), |builder| {
            if let Some(arguments) = &class.arguments {
                builder.visit_arguments(arguments);
            }
            builder.nested(ScopeKind::Class, |builder| builder.visit_body(&class.body));
        });
    }

    /// Defaults and annotations belong to the scope around the function.
    fn parameter_expressions(&mut self, parameters: &'a ast::Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = &parameter.default {
                self.visit_expr(default);
            }
        }
        for parameter in parameters {
            if let Some(annotation) = parameter.annotation() {
                self.visit_annotation(annotation);
            }
        }
    }

    fn bind_parameters(&mut self, parameters: &'a ast::Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            let name = &parameter.parameter.name;
            let kind = BindingKind::Parameter(parameter.default.as_deref());
            self.bind(name.as_str(), name.start(), kind, None);
        }
        for parameter in [&parameters.vararg, &parameters.kwarg]
            .into_iter()
            .flatten()
        {
            self.bind(
                parameter.name.as_str(),
                parameter.name.start(),
                BindingKind::Parameter(None),
                None,
            );
        }
    }

    fn comprehension(&mut self, generators: &'a [ast::Comprehension], elements: &[&'a Expr]) {
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        self.nested(ScopeKind::Comprehension, |builder| {
            for (index, generator) in generators.iter().enumerate() {
                if index > 0 {
                    builder.visit_expr(&generator.iter);
                }
                builder.bind_target(&generator.target, Source::Item(&generator.iter), None);
                for condition in &generator.ifs {
                    builder.visit_expr(condition);
                }
            }
            for element in elements {
                builder.visit_expr(element);
            }
        });
    }

    fn walrus(&mut self, named: &'a ast::ExprNamed) {
        self.visit_expr(&named.value);
        let here = self.scope;
        while let Some(scope) = self.scopes.get(self.scope.get()) {
            match (scope.kind, scope.parent) {
                (ScopeKind::Comprehension, Some(parent)) => self.scope = parent,
                _ => break,
            }
        }
        self.bind_target(&named.target, Source::Value(&named.value), None);
        self.scope = here;
    }

    fn pattern_capture(&mut self, name: Option<&'a ast::Identifier>) {
        if let Some(name) = name {
            self.bind(name.as_str(), name.start(), BindingKind::Opaque, None);
        }
    }

    fn finish(self) -> Scopes<'a> {
        let Self {
            scopes,
            declared,
            raw,
            mut names,
            stars,
            guards,
            ..
        } = self;
        names.sort_unstable();
        let mut built = Scopes {
            scopes,
            symbols: Vec::new(),
            bindings: Vec::new(),
            names,
            stars,
            type_only: Vec::new(),
        };
        let is = |declared: &[Declared<'a>], scope: ScopeId, name: &str, global: bool| {
            declared.get(scope.get()).is_some_and(|declared| {
                if global {
                    declared.global.contains(name)
                } else {
                    declared.nonlocal.contains(name)
                }
            })
        };
        // Own names first; then declarations, which need them.
        for binding in &raw {
            if !is(&declared, binding.scope, binding.name, true)
                && !is(&declared, binding.scope, binding.name, false)
            {
                enter(&mut built, binding.scope, binding.name);
            }
        }
        for (index, declarations) in declared.iter().enumerate() {
            let scope = ScopeId::at(index);
            for name in &declarations.global {
                let symbol = enter(&mut built, ScopeId(0), name);
                alias(&mut built, scope, name, symbol);
            }
            for name in &declarations.nonlocal {
                if let Some(symbol) = enclosing_function_symbol(&built, scope, name) {
                    alias(&mut built, scope, name, symbol);
                }
            }
        }
        for binding in raw {
            let symbol = built
                .scopes
                .get(binding.scope.get())
                .and_then(|scope| scope.symbols.get(binding.name))
                .copied();
            let Some(symbol) = symbol else { continue };
            let id = BindingId::at(built.bindings.len());
            let Some(entry) = built.symbols.get_mut(symbol.get()) else {
                continue;
            };
            if binding.deletes {
                entry.deleted = true;
                continue;
            }
            entry.bindings.push(id);
            // What one scope binds for another (`global`) holds from nobody knows when.
            if let Some(from) = binding.holds_from.filter(|_| entry.scope == binding.scope) {
                entry.holds_from = Some(entry.holds_from.map_or(from, |earlier| earlier.min(from)));
            }
            let RawBinding { kind, start, .. } = binding;
            built.bindings.push(Binding {
                symbol,
                kind,
                start,
                type_only: false,
            });
        }
        let mut type_only: Vec<TextRange> = Vec::new();
        for (name, dotted, range) in guards {
            let inside = type_only
                .last()
                .is_some_and(|last| last.contains_range(range));
            if !inside && is_type_checking(&built, name, dotted) {
                type_only.push(range);
            }
        }
        built.type_only = type_only;
        let type_only: Vec<bool> = built
            .bindings
            .iter()
            .map(|binding| built.is_type_only(binding.start))
            .collect();
        for (binding, type_only) in built.bindings.iter_mut().zip(type_only) {
            binding.type_only = type_only;
        }
        built
    }
}

fn enter<'a>(built: &mut Scopes<'a>, scope: ScopeId, name: &'a str) -> SymbolId {
    let next = SymbolId::at(built.symbols.len());
    let Some(entry) = built.scopes.get_mut(scope.get()) else {
        return next;
    };
    let id = *entry.symbols.entry(name).or_insert(next);
    if id == next {
        built.symbols.push(Symbol {
            name,
            scope,
            bindings: Vec::new(),
            deleted: false,
            holds_from: None,
        });
    }
    id
}

fn alias<'a>(built: &mut Scopes<'a>, scope: ScopeId, name: &'a str, symbol: SymbolId) {
    if let Some(entry) = built.scopes.get_mut(scope.get()) {
        entry.symbols.insert(name, symbol);
    }
}

fn enclosing_function_symbol(built: &Scopes<'_>, scope: ScopeId, name: &str) -> Option<SymbolId> {
    let mut next = built.scope(scope)?.parent;
    while let Some(scope) = next.and_then(|id| built.scope(id)) {
        if matches!(scope.kind, ScopeKind::Function | ScopeKind::Lambda)
            && let Some(symbol) = scope.symbols.get(name)
        {
            return Some(*symbol);
        }
        next = scope.parent;
    }
    None
}

/// Whether the test of an `if` is `typing.TYPE_CHECKING` and nothing else.
fn is_type_checking(built: &Scopes<'_>, name: &ast::ExprName, dotted: bool) -> bool {
    let from_typing = |module: &str| matches!(module, "typing" | "typing_extensions");
    let resolution = built.resolve(name);
    let Some(symbol) = resolution.symbol.and_then(|id| built.symbol(id)) else {
        return false;
    };
    !symbol.bindings.is_empty()
        && resolution.fallback.is_none()
        && symbol.bindings.iter().all(|id| {
            built
                .binding(*id)
                .is_some_and(|binding| match binding.kind {
                    BindingKind::Import(alias) => dotted && from_typing(&alias.name),
                    BindingKind::ImportFrom(from, alias) => {
                        !dotted
                            && from.level == 0
                            && from.module.as_deref().is_some_and(from_typing)
                            && alias.name.as_str() == "TYPE_CHECKING"
                    }
                    _ => false,
                })
        })
}

impl<'a> Visitor<'a> for Builder<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = match &alias.asname {
                        Some(name) => name.as_str(),
                        None => alias.name.split('.').next().unwrap_or(&alias.name),
                    };
                    self.bind(
                        name,
                        alias.start(),
                        BindingKind::Import(alias),
                        Some(import.end()),
                    );
                }
            }
            Stmt::ImportFrom(from) => {
                for alias in &from.names {
                    if alias.name.as_str() == "*" {
                        self.stars.push(from);
                        continue;
                    }
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    self.bind(
                        name,
                        alias.start(),
                        BindingKind::ImportFrom(from, alias),
                        Some(from.end()),
                    );
                }
            }
            Stmt::Assign(assign) => {
                self.visit_expr(&assign.value);
                for target in &assign.targets {
                    self.bind_target(target, Source::Value(&assign.value), Some(assign.end()));
                }
            }
            Stmt::AnnAssign(assign) => {
                self.visit_annotation(&assign.annotation);
                match &assign.value {
                    Some(value) => {
                        self.visit_expr(value);
                        self.bind_target(&assign.target, Source::Value(value), Some(assign.end()));
                    }
                    // Makes the name local, binds nothing.
                    None => self.bind_target(&assign.target, Source::Opaque, None),
                }
            }
            Stmt::AugAssign(assign) => {
                self.visit_expr(&assign.value);
                self.bind_target(&assign.target, Source::Opaque, None);
            }
            Stmt::TypeAlias(alias) => {
                self.bind_target(&alias.name, Source::Opaque, Some(alias.end()));
                self.generic(alias.type_params.as_deref(), |builder| {
                    builder.visit_expr(&alias.value)
                });
            }
            Stmt::For(each) => {
                self.visit_expr(&each.iter);
                self.bind_target(&each.target, Source::Item(&each.iter), None);
                self.conditional(|builder| {
                    builder.visit_body(&each.body);
                    builder.visit_body(&each.orelse);
                });
            }
            Stmt::With(with) => {
                for item in &with.items {
                    self.visit_expr(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.bind_target(target, Source::Opaque, None);
                    }
                }
                // A context manager may swallow what interrupts its body.
                self.conditional(|builder| builder.visit_body(&with.body));
            }
            Stmt::If(branch) => {
                let guard = match &*branch.test {
                    Expr::Name(name) => Some((name, false)),
                    Expr::Attribute(attribute) if attribute.attr.as_str() == "TYPE_CHECKING" => {
                        match &*attribute.value {
                            Expr::Name(name) => Some((name, true)),
                            _ => None,
                        }
                    }
                    _ => None,
                };
                if let (Some((name, dotted)), Some(first), Some(last)) =
                    (guard, branch.body.first(), branch.body.last())
                {
                    self.guards
                        .push((name, dotted, TextRange::new(first.start(), last.end())));
                }
                self.conditional(|builder| visitor::walk_stmt(builder, stmt));
            }
            Stmt::While(_) | Stmt::Try(_) | Stmt::Match(_) => {
                self.conditional(|builder| visitor::walk_stmt(builder, stmt));
            }
            Stmt::Global(global) => {
                if let Some(declared) = self.declared.get_mut(self.scope.get()) {
                    declared
                        .global
                        .extend(global.names.iter().map(ast::Identifier::as_str));
                }
            }
            Stmt::Nonlocal(nonlocal) => {
                if let Some(declared) = self.declared.get_mut(self.scope.get()) {
                    declared
                        .nonlocal
                        .extend(nonlocal.names.iter().map(ast::Identifier::as_str));
                }
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => {
                self.names.push((name.range.start(), self.scope));
                match name.ctx {
                    ExprContext::Load | ExprContext::Invalid => {}
                    ExprContext::Store => self.bind(
                        name.id.as_str(),
                        name.range.start(),
                        BindingKind::Opaque,
                        None,
                    ),
                    ExprContext::Del => self.unbind(name.id.as_str(), name.range.start()),
                }
            }
            Expr::Named(named) => self.walrus(named),
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.parameter_expressions(parameters);
                }
                self.nested(ScopeKind::Lambda, |builder| {
                    if let Some(parameters) = &lambda.parameters {
                        builder.bind_parameters(parameters);
                    }
                    builder.visit_expr(&lambda.body);
                });
            }
            Expr::ListComp(ast::ExprListComp {
                elt, generators, ..
            })
            | Expr::SetComp(ast::ExprSetComp {
                elt, generators, ..
            })
            | Expr::Generator(ast::ExprGenerator {
                elt, generators, ..
            }) => self.comprehension(generators, &[&**elt]),
            Expr::DictComp(ast::ExprDictComp {
                key,
                value,
                generators,
                ..
            }) => {
                self.comprehension(generators, &[&**key, &**value]);
            }
            _ => visitor::walk_expr(self, expr),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.bind(name.as_str(), name.start(), BindingKind::Opaque, None);
            self.unbind(name.as_str(), name.start());
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::MatchAs(pattern) => self.pattern_capture(pattern.name.as_ref()),
            Pattern::MatchStar(pattern) => self.pattern_capture(pattern.name.as_ref()),
            Pattern::MatchMapping(pattern) => self.pattern_capture(pattern.rest.as_ref()),
            _ => {}
        }
        visitor::walk_pattern(self, pattern);
    }

    fn visit_type_param(&mut self, parameter: &'a TypeParam) {
        let name = match parameter {
            TypeParam::TypeVar(parameter) => &parameter.name,
            TypeParam::TypeVarTuple(parameter) => &parameter.name,
            TypeParam::ParamSpec(parameter) => &parameter.name,
        };
        self.bind(name.as_str(), name.start(), BindingKind::Opaque, None);
        visitor::walk_type_param(self, parameter);
    }
}
