//! Which statement and expression binds what, and where scopes open.

use rustpython_ruff_python_ast::visitor::{self, Visitor};
use rustpython_ruff_python_ast::{self as ast, Expr, ExprContext, Pattern, Stmt, TypeParam};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::{Builder, Source};
use crate::scope::{BindingKind, ScopeKind};

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
