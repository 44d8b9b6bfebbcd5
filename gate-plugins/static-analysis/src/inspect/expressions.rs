//! Expressions: names, attribute chains, and what they stand for.

use prism_pyast::ast::visitor;
use prism_pyast::ast::{self, BoolOp, Expr, ExprContext, UnaryOp};
use prism_pyast::text::{Ranged, TextSize};
use prism_pyast::{Origin, ScopeKind};

use super::{Inspector, Use};
use crate::rules;
use crate::table::{self, BuiltinUse};

impl<'a> Inspector<'a, '_> {
    pub(super) fn expr(&mut self, expr: &'a Expr, usage: Use) {
        match expr {
            Expr::Name(name) => self.name(expr, name, usage),
            Expr::Attribute(attribute) => self.attribute(expr, attribute, usage),
            Expr::Call(call) => self.call(expr, call, usage),
            Expr::If(choice) => {
                self.expr(&choice.test, Use::Test);
                self.expr(&choice.body, transparent(usage));
                self.expr(&choice.orelse, transparent(usage));
            }
            Expr::BoolOp(ast::ExprBoolOp {
                op: BoolOp::And | BoolOp::Or,
                values,
                ..
            }) => {
                values
                    .iter()
                    .for_each(|value| self.expr(value, transparent(usage)));
            }
            Expr::Named(named) => {
                // Bound in a class body, or at module level through a comprehension in one, it is an attribute.
                let followed = !self.in_class_body;
                self.expr(
                    &named.value,
                    if followed {
                        transparent(usage)
                    } else {
                        Use::Value
                    },
                );
                self.expr(&named.target, Use::Value);
            }
            Expr::Compare(compare) => {
                let plain = compare.ops.iter().all(|op| {
                    matches!(
                        op,
                        ast::CmpOp::Is | ast::CmpOp::IsNot | ast::CmpOp::Eq | ast::CmpOp::NotEq
                    )
                });
                let usage = if plain { Use::Test } else { Use::Value };
                self.expr(&compare.left, usage);
                compare
                    .comparators
                    .iter()
                    .for_each(|value| self.expr(value, usage));
            }
            Expr::UnaryOp(operation) if operation.op == UnaryOp::Not => {
                self.expr(&operation.operand, Use::Test)
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.defaults(parameters);
                }
                self.in_state(
                    |state| (state.in_class_body, state.in_function) = (false, true),
                    |inspector| inspector.expr(&lambda.body, Use::Value),
                );
            }
            Expr::Subscript(subscript) if subscript.ctx != ExprContext::Load => {
                self.tampering(&subscript.value, subscript.start(), "an item");
                self.expr(&subscript.value, Use::Value);
                self.expr(&subscript.slice, Use::Value);
            }
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.in_state(
                    |state| state.in_class_body = false,
                    |inspector| visitor::walk_expr(inspector, expr),
                );
            }
            _ => visitor::walk_expr(self, expr),
        }
    }

    fn name(&mut self, expr: &'a Expr, name: &'a ast::ExprName, usage: Use) {
        let text = name.id.as_str();
        if is_special(text) && name.ctx != ExprContext::Load {
            return self.special_name_bound(text, name.start());
        }
        if matches!(text, "__getattr__" | "__setattr__" | "__delattr__") {
            return self.report_special(text, name.start(), "reading");
        }
        if text.starts_with("__") && !text.ends_with("__") && self.is_mangled(name) {
            self.report(
                name.start(),
                rules::NO_ATTRIBUTE_ESCAPE,
                format!("inside a class Python reads the name `{text}` under another name. Instead: use one underscore."),
            );
        }
        if name.ctx == ExprContext::Load && usage != Use::Chain {
            let origins = self.program.origins(self.index, expr);
            self.judge(&origins, name.start(), usage);
        }
    }

    /// Whether a private name inside a class is not a name of the function it stands in.
    fn is_mangled(&self, name: &ast::ExprName) -> bool {
        let Some(scope) = self.scopes.scope_of(name) else {
            return false;
        };
        if !self.scopes.inside_class(scope) {
            return false;
        }
        let symbol = self
            .scopes
            .resolve(name)
            .symbol
            .and_then(|id| self.scopes.symbol(id));
        let local = symbol
            .and_then(|symbol| self.scopes.scope(symbol.scope))
            .is_some_and(|scope| {
                matches!(
                    scope.kind,
                    ScopeKind::Function | ScopeKind::Lambda | ScopeKind::Comprehension
                )
            });
        !local
    }

    fn attribute(&mut self, expr: &'a Expr, attribute: &'a ast::ExprAttribute, usage: Use) {
        let name = attribute.attr.as_str();
        // Asked only where it makes a difference: it costs a look at everything the base may stand for.
        let on_super = (is_special(name) || matches!(name, "format" | "format_map"))
            && self.is_super(&attribute.value);
        if attribute.ctx == ExprContext::Load {
            let own = self.is_receiver(&attribute.value);
            self.attribute_name(name, attribute.attr.start(), on_super, own);
            self.method_value(attribute, usage, on_super);
            if usage != Use::Chain {
                let origins = self.program.origins(self.index, expr);
                self.judge(&origins, attribute.start(), usage);
            }
            self.expr(&attribute.value, Use::Chain);
        } else {
            if is_special(name) {
                self.report_special(name, attribute.attr.start(), "setting");
            }
            let deletes = attribute.ctx == ExprContext::Del;
            self.attribute_set(&attribute.value, name, attribute.start(), deletes);
            self.expr(&attribute.value, Use::Base);
        }
    }

    /// Methods that mean something else when they are read than when they are called.
    fn method_value(&mut self, attribute: &'a ast::ExprAttribute, usage: Use, on_super: bool) {
        let (name, at) = (attribute.attr.as_str(), attribute.attr.start());
        match name {
            "format" | "format_map" => self.format_method(attribute, usage, on_super),
            "__getattr__" | "__setattr__" | "__delattr__" if usage != Use::Callee => {
                let message = format!(
                    "`{name}` is passed around, and reads or sets attributes by any text where it is called. Instead: call it in the open."
                );
                self.report(at, rules::NO_DYNAMIC_ATTR, message);
            }
            "__enter__" | "__aenter__" if !on_super => {
                let inside = self.selves.last().is_some_and(|own| own.method == name);
                if !inside {
                    let message = format!(
                        "`{name}` called by hand enters a mode that the harness's code would run under. Instead: use a with statement, or call it in an `{name}` of your own."
                    );
                    self.report(at, rules::NO_HARNESS_TAMPERING, message);
                }
            }
            _ => {}
        }
    }

    /// The template of `x.format`, called or not.
    fn format_method(&mut self, attribute: &'a ast::ExprAttribute, usage: Use, on_super: bool) {
        let base = &*attribute.value;
        if on_super || self.is_receiver(base) {
            return;
        }
        let origins = self.program.origins(self.index, base);
        if self
            .paths_of(base)
            .iter()
            .any(|path| path == "builtins.str")
        {
            if usage != Use::Callee {
                let message = "`str.format` is passed around, so its template can't be seen. Instead: call it where you need it.";
                self.report(
                    attribute.attr.start(),
                    rules::NO_DYNAMIC_ATTR,
                    message.to_owned(),
                );
            }
        } else if origins.unknown || origins.overflow {
            self.template(base);
        }
    }

    /// Rules about an attribute's name alone, whatever it is read from.
    pub(super) fn attribute_name(&mut self, name: &str, at: TextSize, on_super: bool, own: bool) {
        let denied = match table::attribute(name) {
            None if !own => table::attribute_of_others(name),
            denied => denied,
        };
        if let Some(advice) = denied {
            self.report_denied(at, name, advice);
        } else if is_special(name) && !table::special_read(name, on_super) {
            self.report_special(name, at, "reading");
        }
    }

    pub(super) fn report_special(&mut self, name: &str, at: TextSize, doing: &str) {
        let rule = match name {
            "__builtins__" | "__class__" | "__dict__" | "__globals__" | "__mro__"
            | "__subclasses__" => rules::NO_DYNAMIC_CODE,
            "__import__" => rules::NO_FORBIDDEN_IMPORT,
            _ => rules::NO_ATTRIBUTE_ESCAPE,
        };
        let instead = match name {
            "__dict__" => {
                "use dataclasses.asdict for a configuration, named_parameters() and named_modules() for a model"
            }
            "__class__" => "make a new object of the class you want",
            "__annotations__" | "__dataclass_fields__" => "use dataclasses.fields",
            "__mro__" | "__bases__" | "__base__" | "__subclasses__" => "name the class you mean",
            _ => "use the operator or function that calls it, or an attribute of your own",
        };
        self.report(
            at,
            rule,
            format!("{doing} the special attribute `{name}` is not allowed. Instead: {instead}."),
        );
    }

    /// `super()`, or a class whose method is called in the open: `object`, `nn.Module`.
    pub(super) fn is_super(&self, value: &'a Expr) -> bool {
        match value {
            Expr::Call(call) => {
                call.func.is_name_expr()
                    && self
                        .paths_of(&call.func)
                        .iter()
                        .any(|path| path == "builtins.super")
            }
            // The longest of the four has two dots, so a longer chain is none of them.
            Expr::Name(_) | Expr::Attribute(_) if links(value) <= 2 => {
                let paths = self.paths_of(value);
                !paths.is_empty()
                    && paths.iter().all(|path| {
                        matches!(
                            path.as_str(),
                            "builtins.object"
                                | "builtins.tuple"
                                | "builtins.dict"
                                | "torch.nn.Module"
                        )
                    })
            }
            _ => false,
        }
    }

    /// Setting or deleting an attribute of something imported.
    pub(super) fn attribute_set(
        &mut self,
        base: &'a Expr,
        name: &str,
        at: TextSize,
        deletes: bool,
    ) {
        if let Some(advice) = table::attribute_set_on_others(name)
            && !self.is_receiver(base)
        {
            return self.report_denied(at, name, advice);
        }
        if self.is_class_of_another(base) {
            let what = format!("`{name}` of an object's class");
            return self.report_tampering(at, &what);
        }
        let origins = self.program.origins(self.index, base);
        for origin in &origins.known {
            match origin {
                Origin::External(path) => {
                    let path = format!("{}.{name}", self.program.path_text(*path));
                    if !table::settable(&path) && !self.is_missing_builtin(&path) {
                        return self.report_tampering(at, &format!("`{path}`"));
                    }
                }
                Origin::Bundle(_) => {
                    let doing = if deletes { "deleted" } else { "set" };
                    let message = format!(
                        "the module attribute `{name}` is {doing} from outside its file. Instead: keep what changes in an object or pass it as an argument."
                    );
                    return self.report(at, rules::NO_HARNESS_TAMPERING, message);
                }
                Origin::Definition(..) => {}
            }
        }
    }

    /// `type(x)` or `x.__class__`, but for the method's own object.
    fn is_class_of_another(&self, expr: &'a Expr) -> bool {
        match expr {
            Expr::Call(call) => {
                self.may_be_class(expr)
                    && !call
                        .arguments
                        .args
                        .first()
                        .is_some_and(|of| self.is_receiver(of))
            }
            Expr::Attribute(attribute) => {
                attribute.attr.as_str() == "__class__" && !self.is_receiver(&attribute.value)
            }
            _ => false,
        }
    }

    /// Storing into something imported.
    fn tampering(&mut self, base: &'a Expr, at: TextSize, what: &str) {
        for path in self.paths_of(base) {
            if !self.is_missing_builtin(&path) {
                return self.report_tampering(at, &format!("{what} of `{path}`"));
            }
        }
    }

    pub(super) fn report_tampering(&mut self, at: TextSize, what: &str) {
        let message = format!(
            "{what} would be changed for everyone, the harness included. Instead: write a subclass or a function of your own."
        );
        self.report(at, rules::NO_HARNESS_TAMPERING, message);
    }

    /// `builtins.x` where no builtin `x` exists: an undefined name, which is nothing.
    fn is_missing_builtin(&self, path: &str) -> bool {
        let mut segments = path.split('.');
        segments.next() == Some("builtins")
            && segments
                .next()
                .is_some_and(|name| matches!(table::builtin(name), BuiltinUse::Missing))
    }

    /// The outside paths an expression may stand for.
    pub(super) fn paths_of(&self, expr: &'a Expr) -> Vec<String> {
        let origins = self.program.origins(self.index, expr);
        origins
            .known
            .iter()
            .filter_map(|origin| match origin {
                Origin::External(path) => Some(self.program.path_text(*path)),
                Origin::Bundle(_) | Origin::Definition(..) => None,
            })
            .collect()
    }
}

/// An operand whose value becomes the value of the whole.
fn transparent(usage: Use) -> Use {
    match usage {
        // The chain above was judged as a whole; each operand still has to be judged as the base it is.
        Use::Chain => Use::Base,
        other => other,
    }
}

/// How many attributes are read one from another, counted to three.
fn links(mut expr: &Expr) -> usize {
    let mut count = 0;
    while let (Expr::Attribute(attribute), 0..=2) = (expr, count) {
        count += 1;
        expr = &attribute.value;
    }
    count
}

/// `__name__`.
pub(super) fn is_special(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__")
}
