//! Statements of the canonical form.

use prism_pyast::ast::{
    Alias, Arguments, Decorator, ExceptHandler, Identifier, Parameter, ParameterWithDefault,
    Parameters, Stmt, StmtIf, TypeParam, TypeParams, WithItem,
};

use super::{Canonical, Tag};

impl Canonical {
    pub(super) fn block(&mut self, body: &[Stmt]) {
        self.list(body.iter(), Self::statement);
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::FunctionDef(node) => {
                self.tag(Tag::FunctionDef);
                self.flag(node.is_async);
                self.decorators(&node.decorator_list);
                self.name(&node.name);
                self.type_params(node.type_params.as_deref());
                self.parameters(&node.parameters);
                self.option(node.returns.as_deref(), Self::expression);
                self.block(&node.body);
            }
            Stmt::ClassDef(node) => {
                self.tag(Tag::ClassDef);
                self.decorators(&node.decorator_list);
                self.name(&node.name);
                self.type_params(node.type_params.as_deref());
                // `class A:` and `class A():` are the same.
                let arguments = node.arguments.as_deref().filter(|given| !given.is_empty());
                self.option(arguments, Self::arguments);
                self.block(&node.body);
            }
            Stmt::Return(node) => {
                self.tag(Tag::Return);
                self.option(node.value.as_deref(), Self::expression);
            }
            Stmt::Delete(node) => {
                self.tag(Tag::Delete);
                self.expressions(&node.targets);
            }
            Stmt::TypeAlias(node) => {
                self.tag(Tag::TypeAlias);
                self.expression(&node.name);
                self.type_params(node.type_params.as_deref());
                self.expression(&node.value);
            }
            Stmt::Assign(node) => {
                self.tag(Tag::Assign);
                self.expressions(&node.targets);
                self.expression(&node.value);
            }
            Stmt::AugAssign(node) => {
                self.tag(Tag::AugAssign);
                self.expression(&node.target);
                self.text(node.op.as_str());
                self.expression(&node.value);
            }
            Stmt::AnnAssign(node) => {
                self.tag(Tag::AnnAssign);
                self.flag(node.simple);
                self.expression(&node.target);
                self.expression(&node.annotation);
                self.option(node.value.as_deref(), Self::expression);
            }
            Stmt::For(node) => {
                self.tag(Tag::For);
                self.flag(node.is_async);
                self.expression(&node.target);
                self.expression(&node.iter);
                self.block(&node.body);
                self.block(&node.orelse);
            }
            Stmt::While(node) => {
                self.tag(Tag::While);
                self.expression(&node.test);
                self.block(&node.body);
                self.block(&node.orelse);
            }
            Stmt::If(node) => self.conditional(node),
            Stmt::With(node) => {
                self.tag(Tag::With);
                self.flag(node.is_async);
                self.list(
                    node.items.iter(),
                    |form,
                     WithItem {
                         context_expr,
                         optional_vars,
                         ..
                     }| {
                        form.expression(context_expr);
                        form.option(optional_vars.as_deref(), Self::expression);
                    },
                );
                self.block(&node.body);
            }
            Stmt::Match(node) => {
                self.tag(Tag::Match);
                self.expression(&node.subject);
                self.list(node.cases.iter(), |form, case| {
                    form.pattern(&case.pattern);
                    form.option(case.guard.as_deref(), Self::expression);
                    form.block(&case.body);
                });
            }
            Stmt::Raise(node) => {
                self.tag(Tag::Raise);
                self.option(node.exc.as_deref(), Self::expression);
                self.option(node.cause.as_deref(), Self::expression);
            }
            Stmt::Try(node) => {
                self.tag(Tag::Try);
                self.flag(node.is_star);
                self.block(&node.body);
                self.list(
                    node.handlers.iter(),
                    |form, ExceptHandler::ExceptHandler(handler)| {
                        form.option(handler.type_.as_deref(), Self::expression);
                        form.option(handler.name.as_ref(), Self::name);
                        form.block(&handler.body);
                    },
                );
                self.block(&node.orelse);
                self.block(&node.finalbody);
            }
            Stmt::Assert(node) => {
                self.tag(Tag::Assert);
                self.expression(&node.test);
                self.option(node.msg.as_deref(), Self::expression);
            }
            Stmt::Import(node) => {
                self.tag(Tag::Import);
                self.aliases(&node.names);
            }
            Stmt::ImportFrom(node) => {
                self.tag(Tag::ImportFrom);
                self.count(node.level as usize);
                self.option(node.module.as_ref(), Self::name);
                self.aliases(&node.names);
            }
            Stmt::Global(node) => {
                self.tag(Tag::Global);
                self.list(node.names.iter(), Self::name);
            }
            Stmt::Nonlocal(node) => {
                self.tag(Tag::Nonlocal);
                self.list(node.names.iter(), Self::name);
            }
            Stmt::Expr(node) => {
                self.tag(Tag::ExprStmt);
                self.expression(&node.value);
            }
            Stmt::Pass(_) => self.tag(Tag::Pass),
            Stmt::Break(_) => self.tag(Tag::Break),
            Stmt::Continue(_) => self.tag(Tag::Continue),
            // Only notebooks have these; a module's parser refuses them.
            Stmt::IpyEscapeCommand(node) => {
                self.tag(Tag::Escape);
                self.text(&node.value);
            }
        }
    }

    /// Writes `elif` as the nested `if` that it is, in a loop: a chain may be long.
    fn conditional(&mut self, node: &StmtIf) {
        self.tag(Tag::If);
        self.expression(&node.test);
        self.block(&node.body);
        for clause in &node.elif_else_clauses {
            let Some(test) = &clause.test else {
                // `else` is the last clause.
                return self.block(&clause.body);
            };
            self.count(1);
            self.tag(Tag::If);
            self.expression(test);
            self.block(&clause.body);
        }
        self.block(&[]);
    }

    fn decorators(&mut self, decorators: &[Decorator]) {
        self.list(decorators.iter(), |form, decorator| {
            form.expression(&decorator.expression)
        });
    }

    fn aliases(&mut self, aliases: &[Alias]) {
        self.list(aliases.iter(), |form, alias| {
            form.name(&alias.name);
            form.option(alias.asname.as_ref(), Self::name);
        });
    }

    pub(super) fn name(&mut self, name: &Identifier) {
        self.text(name.as_str());
    }

    pub(super) fn arguments(&mut self, arguments: &Arguments) {
        self.list(arguments.args.iter(), Self::expression);
        self.list(arguments.keywords.iter(), |form, keyword| {
            form.option(keyword.arg.as_ref(), Self::name);
            form.expression(&keyword.value);
        });
    }

    pub(super) fn parameters(&mut self, parameters: &Parameters) {
        for group in [
            &parameters.posonlyargs,
            &parameters.args,
            &parameters.kwonlyargs,
        ] {
            self.list(
                group.iter(),
                |form,
                 ParameterWithDefault {
                     parameter, default, ..
                 }| {
                    form.parameter(parameter);
                    form.option(default.as_deref(), Self::expression);
                },
            );
        }
        self.option(parameters.vararg.as_deref(), Self::parameter);
        self.option(parameters.kwarg.as_deref(), Self::parameter);
    }

    fn parameter(&mut self, parameter: &Parameter) {
        self.name(&parameter.name);
        self.option(parameter.annotation.as_deref(), Self::expression);
    }

    fn type_params(&mut self, params: Option<&TypeParams>) {
        let params = params
            .map(|params| params.type_params.as_slice())
            .unwrap_or_default();
        self.list(params.iter(), |form, param| match param {
            TypeParam::TypeVar(node) => {
                form.tag(Tag::TypeVar);
                form.name(&node.name);
                form.option(node.bound.as_deref(), Self::expression);
                form.option(node.default.as_deref(), Self::expression);
            }
            TypeParam::TypeVarTuple(node) => {
                form.tag(Tag::TypeVarTuple);
                form.name(&node.name);
                form.option(node.default.as_deref(), Self::expression);
            }
            TypeParam::ParamSpec(node) => {
                form.tag(Tag::ParamSpec);
                form.name(&node.name);
                form.option(node.default.as_deref(), Self::expression);
            }
        });
    }
}
