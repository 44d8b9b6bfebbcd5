//! The walk that finds scopes, bindings and name nodes.

mod settle;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use rustpython_ruff_python_ast::visitor::Visitor;
use rustpython_ruff_python_ast::{self as ast, Expr, Stmt};
use rustpython_ruff_text_size::{Ranged, TextRange, TextSize};

use super::{BindingKind, Scope, ScopeId, ScopeKind, Scopes, paired_targets};

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
    settle::settle(builder)
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
}
