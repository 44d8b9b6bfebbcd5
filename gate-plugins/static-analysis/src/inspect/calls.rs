//! Calls whose arguments decide what is reached.

use prism_pyast::Fold;
use prism_pyast::ast::{self, Expr};
use prism_pyast::text::Ranged;

use super::by_name::ByName;
use super::{Inspector, Use};
use crate::rules;
use crate::table;

impl<'a> Inspector<'a, '_> {
    pub(super) fn call(&mut self, expr: &'a Expr, call: &'a ast::ExprCall, usage: Use) {
        if !self.saves_artifact(call) {
            self.expr(&call.func, Use::Callee);
        }
        let paths = self.paths_of(&call.func);
        let mut by_name = None;
        let mut classes = false;
        for path in &paths {
            match path.as_str() {
                "builtins.getattr" => by_name = Some(ByName::Get),
                "builtins.hasattr" => by_name = Some(ByName::Has),
                "builtins.setattr" => by_name = Some(ByName::Set),
                "builtins.delattr" => by_name = Some(ByName::Delete),
                "builtins.isinstance" | "builtins.issubclass" => classes = true,
                "builtins.str.format" | "builtins.str.format_map" => {
                    if let Some(template) = call.arguments.args.first() {
                        self.template(template);
                    }
                }
                path if path.ends_with(".register") && path.split('.').count() > 2 => {
                    self.report_tampering(call.start(), &format!("what `{path}` registers with"));
                }
                path => self.class_call(call, path),
            }
            if let Some(condition) = table::call(path) {
                self.conditional_call(call, path, condition);
            }
        }
        self.enumeration_call(call);
        self.shaped_like_a_class(call);
        self.slot_call(call);
        if let Some(kind) = by_name {
            self.attribute_by_name(call, kind);
            if kind == ByName::Get && usage != Use::Chain {
                let origins = self.program.origins(self.index, expr);
                self.judge(&origins, call.start(), usage);
            }
        }
        for (index, argument) in call.arguments.args.iter().enumerate() {
            let usage = match index {
                0 if by_name.is_some() => Use::Base,
                1 if classes => Use::Class,
                _ => Use::Value,
            };
            match argument {
                Expr::Tuple(tuple) if usage == Use::Class => {
                    tuple.elts.iter().for_each(|class| self.expr(class, usage))
                }
                _ => self.expr(argument, usage),
            }
        }
        for keyword in &call.arguments.keywords {
            self.expr(&keyword.value, Use::Value);
        }
    }

    /// `torch.save(what, ctx.artifacts_dir + "/name.pt")`: the one way a bundle may write a file, because those written
    /// for the reference do. The path has to be written out in the call, so that it stays in that folder.
    fn saves_artifact(&self, call: &'a ast::ExprCall) -> bool {
        let [what, path] = &*call.arguments.args else {
            return false;
        };
        let origins = self.program.origins(self.index, &call.func);
        let is_save = !origins.unknown && !origins.overflow && origins.known.len() == 1;
        is_save
            && self.paths_of(&call.func) == ["torch.save"]
            && call.arguments.keywords.is_empty()
            && !what.is_starred_expr()
            && self.is_below_artifacts(path)
    }

    fn is_below_artifacts(&self, path: &'a Expr) -> bool {
        let stays = |text: &str| !text.split('/').any(|part| part == "..");
        match path {
            Expr::BinOp(sum) if sum.op == ast::Operator::Add => {
                let rest = self.program.fold(self.index, &sum.right);
                is_artifacts_dir(&sum.left) && rest.known().is_some_and(stays)
            }
            Expr::FString(text) => {
                let mut elements = text.value.elements();
                let folder = elements.next();
                folder
                    .and_then(|first| first.as_interpolation())
                    .is_some_and(|first| {
                        is_artifacts_dir(&first.expression)
                            && first.conversion == ast::ConversionFlag::None
                            && first.format_spec.is_none()
                    })
                    && text.value.as_slice().len() == 1
                    && elements.all(|element| {
                        element
                            .as_literal()
                            .is_some_and(|literal| stays(&literal.value))
                    })
            }
            _ => false,
        }
    }

    /// Attribute fields inside a `str.format` template read attributes without an attribute node.
    pub(super) fn template(&mut self, template: &'a Expr) {
        let Fold::Known(text) = self.program.fold(self.index, template) else {
            let message = "what the template reads is only known at run time. Instead: write the template out, or use an f-string; call a method of your own something else than `format`.";
            return self.report(
                template.start(),
                rules::NO_ATTRIBUTE_ESCAPE,
                message.to_owned(),
            );
        };
        for field in text.split('{').skip(1) {
            let path = field.split(['}', '!', ':']).next().unwrap_or_default();
            for name in path.split(['.', '[']).skip(1) {
                let name = name.trim_end_matches(']');
                if name.starts_with('_') || table::attribute(name).is_some() {
                    let message = format!(
                        "the template reads the attribute `{name}`. Instead: pass the text you want to print."
                    );
                    return self.report(template.start(), rules::NO_ATTRIBUTE_ESCAPE, message);
                }
            }
        }
    }

    fn conditional_call(
        &mut self,
        call: &'a ast::ExprCall,
        path: &str,
        condition: &'static table::Call,
    ) {
        let starred = call.arguments.args.iter().any(Expr::is_starred_expr);
        let spread = call
            .arguments
            .keywords
            .iter()
            .any(|keyword| keyword.arg.is_none());
        if (starred || spread) && !condition.arguments.is_empty() {
            let message = format!(
                "the arguments of `{path}` can't be seen behind a star. Instead: write them out; {}.",
                condition.instead
            );
            self.report(call.start(), condition.rule, message);
            return;
        }
        for argument in condition.arguments {
            let by_keyword = call
                .arguments
                .keywords
                .iter()
                .find(|keyword| {
                    keyword
                        .arg
                        .as_ref()
                        .is_some_and(|name| name.as_str() == argument.name)
                })
                .map(|keyword| &keyword.value);
            let by_position = argument
                .position
                .and_then(|position| call.arguments.args.get(position));
            let Some(value) = by_keyword.or(by_position) else {
                continue;
            };
            let text = match value {
                Expr::NoneLiteral(_) => Some("None".to_owned()),
                Expr::BooleanLiteral(literal) => {
                    Some(if literal.value { "True" } else { "False" }.to_owned())
                }
                Expr::NumberLiteral(ast::ExprNumberLiteral {
                    value: ast::Number::Int(number),
                    ..
                }) => Some(number.to_string()),
                Expr::Dict(dict) if are_switches(dict) => Some(SWITCHES.to_owned()),
                other => self
                    .program
                    .fold(self.index, other)
                    .known()
                    .map(str::to_owned),
            };
            if !text.is_some_and(|text| argument.allow.contains(&text.as_str())) {
                let must = match argument.allow {
                    [] => "must be left out".to_owned(),
                    allowed => format!("must be {}", allowed.join(" or ")),
                };
                let message = format!(
                    "`{}` of `{path}` {must} here. Instead: {}.",
                    argument.name, condition.instead
                );
                self.report(value.start(), condition.rule, message);
            }
        }
    }
}

/// `ctx.artifacts_dir`, whatever the context is called.
fn is_artifacts_dir(expr: &Expr) -> bool {
    expr.as_attribute_expr().is_some_and(|attribute| {
        attribute.attr.as_str() == "artifacts_dir" && attribute.value.is_name_expr()
    })
}

/// What the table calls a dict of texts to truth values and numbers, written out.
const SWITCHES: &str = "{\"name\": True}";

fn are_switches(dict: &ast::ExprDict) -> bool {
    dict.items.iter().all(|item| {
        matches!(item.key, Some(Expr::StringLiteral(_)))
            && matches!(
                item.value,
                Expr::BooleanLiteral(_) | Expr::NumberLiteral(_) | Expr::NoneLiteral(_)
            )
    })
}
