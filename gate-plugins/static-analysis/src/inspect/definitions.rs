//! Functions, classes and the special names they may define.

use prism_pyast::ast::visitor::Visitor;
use prism_pyast::ast::{self, Expr};
use prism_pyast::text::{Ranged, TextSize};

use super::expressions::is_special;
use super::{Inspector, Own, Use};
use crate::rules;
use crate::table;

impl<'a> Inspector<'a, '_> {
    pub(super) fn function(&mut self, function: &'a ast::StmtFunctionDef) {
        function
            .decorator_list
            .iter()
            .for_each(|decorator| self.visit_decorator(decorator));
        let name = function.name.as_str();
        if is_special(name) && !(self.in_class_body && table::special_define(name)) {
            self.report_definition(name, function.name.start());
        }
        self.defaults(&function.parameters);
        for parameter in &function.parameters {
            if let Some(annotation) = parameter.annotation() {
                self.visit_annotation(annotation);
            }
        }
        if let Some(returns) = &function.returns {
            self.visit_annotation(returns);
        }
        if let Some(parameters) = &function.type_params {
            self.visit_type_params(parameters);
        }
        let receiver = self.receiver(function);
        self.selves.extend(receiver);
        self.in_state(
            |state| (state.in_class_body, state.in_function, state.guarded) = (false, true, false),
            |inspector| inspector.visit_body(&function.body),
        );
        if receiver.is_some() {
            self.selves.pop();
        }
    }

    /// The first parameter of a method: the object itself.
    fn receiver(&self, function: &'a ast::StmtFunctionDef) -> Option<Own<'a>> {
        let is_static = function.decorator_list.iter().any(|decorator| {
            self.paths_of(&decorator.expression)
                .iter()
                .any(|path| path == "builtins.staticmethod" || path == "builtins.classmethod")
        });
        if !self.in_class_body || is_static {
            return None;
        }
        let mut parameters = function.parameters.iter_non_variadic_params();
        let first = parameters.next()?;
        let method = function.name.as_str();
        // A decorator could keep the function and call it with any text.
        let forwards = method == "__getattr__" && function.decorator_list.is_empty();
        Some(Own {
            method,
            parameter: first.parameter.name.as_str(),
            asked_for: parameters
                .next()
                .filter(|_| forwards)
                .map(|name| name.parameter.name.start()),
        })
    }

    /// Defaults are bound to parameters, which are followed.
    pub(super) fn defaults(&mut self, parameters: &'a ast::Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = &parameter.default {
                self.expr(default, Use::Alias);
            }
        }
    }

    pub(super) fn class(&mut self, class: &'a ast::StmtClassDef) {
        class
            .decorator_list
            .iter()
            .for_each(|decorator| self.visit_decorator(decorator));
        self.captured(Some(&class.name));
        if let Some(arguments) = &class.arguments {
            for base in &arguments.args {
                self.base(base);
                self.expr(base, Use::Value);
            }
            for keyword in &arguments.keywords {
                let is_metaclass = keyword
                    .arg
                    .as_ref()
                    .is_none_or(|name| name.as_str() == "metaclass");
                if is_metaclass && !self.is_allowed_metaclass(&keyword.value) {
                    let message = "a metaclass runs code where none is seen. Instead: use a decorator or a plain function.";
                    self.report(keyword.start(), rules::NO_DYNAMIC_CODE, message.to_owned());
                }
                let usage = if is_metaclass { Use::Class } else { Use::Value };
                self.expr(&keyword.value, usage);
            }
        }
        if let Some(parameters) = &class.type_params {
            self.visit_type_params(parameters);
        }
        self.in_state(
            |state| state.in_class_body = true,
            |inspector| inspector.visit_body(&class.body),
        );
    }

    /// A base class that makes more of the class than it seems.
    fn base(&mut self, base: &'a Expr) {
        for path in self.paths_of(base) {
            if table::sealed(&path) {
                let message = format!(
                    "a subclass of `{path}` runs its methods inside the harness's own operations. Instead: write a function, or a nn.Module that returns plain tensors."
                );
                self.report(base.start(), rules::NO_HARNESS_TAMPERING, message);
            } else if table::metaclass(&path) {
                let message = "a subclass of a metaclass runs code where none is seen. Instead: use a decorator or a plain function.";
                self.report(base.start(), rules::NO_DYNAMIC_CODE, message.to_owned());
            }
        }
    }

    fn is_allowed_metaclass(&self, value: &'a Expr) -> bool {
        let origins = self.program.origins(self.index, value);
        let paths = self.paths_of(value);
        !origins.unknown
            && paths.len() == origins.known.len()
            && !paths.is_empty()
            && paths.iter().all(|path| table::metaclass(path))
    }

    /// A name bound without a name node: a class, `except ... as name`, a match capture.
    pub(super) fn captured(&mut self, name: Option<&'a ast::Identifier>) {
        if let Some(name) = name
            && is_special(name.as_str())
        {
            self.special_name_bound(name.as_str(), name.start());
        }
    }

    /// `__name__ = ...` in any scope.
    pub(super) fn special_name_bound(&mut self, name: &str, at: TextSize) {
        let allowed = if self.in_class_body {
            table::special_assign_in_class(name)
        } else {
            table::special_assign_in_module(name)
        };
        if !allowed {
            self.report_definition(name, at);
        }
    }

    fn report_definition(&mut self, name: &str, at: TextSize) {
        let message = format!(
            "defining the special name `{name}` is not allowed: Python calls it where no call is seen. Instead: use an ordinary method and call it."
        );
        self.report(at, rules::NO_ATTRIBUTE_ESCAPE, message);
    }
}
