//! Calls whose arguments decide what is reached.

use prism_pyast::ast::{self, Expr};
use prism_pyast::text::Ranged;
use prism_pyast::{BindingKind, Fold, Origin};

use super::expressions::is_special;
use super::{Inspector, Use};
use crate::rules;
use crate::table;

/// The builtins that take an attribute's name as a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ByName {
    Get,
    Has,
    Set,
    Delete,
}

impl<'a> Inspector<'a, '_> {
    pub(super) fn call(&mut self, expr: &'a Expr, call: &'a ast::ExprCall, usage: Use) {
        self.expr(&call.func, Use::Callee);
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
                "builtins.type" => self.type_call(call),
                "builtins.str.format" | "builtins.str.format_map" => {
                    if let Some(template) = call.arguments.args.first() {
                        self.template(template);
                    }
                }
                _ => {}
            }
            if let Some(condition) = table::call(path) {
                self.conditional_call(call, path, condition);
            }
        }
        if let Expr::Attribute(attribute) = &*call.func
            && matches!(attribute.attr.as_str(), "format" | "format_map")
        {
            self.template(&attribute.value);
        }
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

    /// `type` with one argument asks; with more it makes a class.
    fn type_call(&mut self, call: &'a ast::ExprCall) {
        let asks = matches!(&*call.arguments.args, [one] if !one.is_starred_expr())
            && call.arguments.keywords.is_empty();
        if !asks {
            let message = "`type` with more than one argument makes a class out of texts. Instead: write it with `class`.";
            self.report(call.start(), rules::NO_DYNAMIC_CODE, message.to_owned());
        }
    }

    /// Attribute fields inside a `str.format` template read attributes without an attribute node.
    fn template(&mut self, template: &'a Expr) {
        let (Fold::Known(text) | Fold::Prefix(text)) = self.program.fold(self.index, template)
        else {
            return;
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
                other => self
                    .program
                    .fold(self.index, other)
                    .known()
                    .map(str::to_owned),
            };
            if !text.is_some_and(|text| argument.allow.contains(&text.as_str())) {
                let allowed = argument.allow.join(" or ");
                let message = format!(
                    "`{}` of `{path}` must be {allowed} here. Instead: {}.",
                    argument.name, condition.instead
                );
                self.report(value.start(), condition.rule, message);
            }
        }
    }

    fn attribute_by_name(&mut self, call: &'a ast::ExprCall, kind: ByName) {
        let arguments = &call.arguments;
        let plain =
            arguments.keywords.is_empty() && !arguments.args.iter().any(Expr::is_starred_expr);
        let (object, name) = match &*arguments.args {
            [object, name] | [object, name, _] if plain => (object, name),
            _ => {
                let message =
                    "the object and the name can't be seen. Instead: pass both as plain arguments.";
                return self.report(call.start(), rules::NO_DYNAMIC_ATTR, message.to_owned());
            }
        };
        let origins = self.program.origins(self.index, object);
        let imported = origins.overflow
            || origins.known.iter().any(|origin| match origin {
                Origin::External(path) => !self.program.path_text(*path).starts_with("builtins."),
                Origin::Bundle(_) => true,
                Origin::Definition(..) => false,
            });
        if let Some(names) = self.known_names(name) {
            for text in names {
                match kind {
                    ByName::Get | ByName::Has => {
                        self.attribute_name(&text, name.start(), self.is_super(object))
                    }
                    ByName::Set | ByName::Delete => {
                        if is_special(&text) {
                            self.attribute_name(&text, name.start(), false);
                        }
                        self.attribute_set(object, &text, call.start(), kind == ByName::Delete);
                    }
                }
                self.judge_known_name(&origins, &text, call, kind);
            }
            return;
        }
        if imported {
            let rule = if matches!(kind, ByName::Set | ByName::Delete) {
                rules::NO_HARNESS_TAMPERING
            } else {
                rules::NO_DYNAMIC_ATTR
            };
            let message = "the name of an attribute of something imported is only known at run time. Instead: choose from a dict of functions: {\"gelu\": F.gelu}[name].";
            return self.report(call.start(), rule, message.to_owned());
        }
        let harmless_prefix = match self.program.fold(self.index, name) {
            Fold::Prefix(prefix) => {
                !prefix.starts_with('_') && !table::some_attribute_starts_with(&prefix)
            }
            Fold::Known(_) | Fold::Unknown => false,
        };
        // Setting and asking reveal nothing; reading does, but for one's own object.
        if kind == ByName::Get && !harmless_prefix && !self.is_own(object) {
            let message = "the attribute's name is only known at run time. Instead: read it from self, start the name with a fixed text (f\"layer{i}\"), or keep the objects in a dict.";
            self.report(call.start(), rules::NO_DYNAMIC_ATTR, message.to_owned());
        }
    }

    /// `getattr(F, name)` where `name` is one of several known texts: each is judged.
    fn judge_known_name(
        &mut self,
        origins: &prism_pyast::Origins,
        name: &str,
        call: &'a ast::ExprCall,
        kind: ByName,
    ) {
        if kind != ByName::Get {
            return;
        }
        for origin in &origins.known {
            if let Origin::External(path) = origin {
                let mut segments = self.program.segments(*path);
                if segments.first().is_some_and(|root| root == "builtins") {
                    continue;
                }
                segments.push(name.to_owned());
                // What a known single name stands for is judged with its use; here only that it is allowed at all.
                if !self.judge_path(&segments, call.start(), Use::Base) {
                    return;
                }
            }
        }
    }

    /// The texts an expression may be, if all are known.
    fn known_names(&self, expr: &'a Expr) -> Option<Vec<String>> {
        if let Fold::Known(text) = self.program.fold(self.index, expr) {
            return Some(vec![text]);
        }
        match expr {
            Expr::If(choice) => {
                let mut names = self.known_names(&choice.body)?;
                names.extend(self.known_names(&choice.orelse)?);
                Some(names)
            }
            Expr::Name(name) => match self.program.single_binding(self.index, name)? {
                BindingKind::Item(
                    Expr::Tuple(ast::ExprTuple { elts, .. })
                    | Expr::List(ast::ExprList { elts, .. }),
                ) => {
                    let fold = |element: &'a Expr| {
                        self.program
                            .fold(self.index, element)
                            .known()
                            .map(str::to_owned)
                    };
                    elts.iter().map(fold).collect()
                }
                BindingKind::Value(value @ (Expr::If(_) | Expr::Subscript(_))) => {
                    self.known_names(value)
                }
                _ => None,
            },
            // One of a dict of texts.
            Expr::Subscript(ast::ExprSubscript { value, .. }) => {
                let dict = match &**value {
                    Expr::Dict(dict) => dict,
                    Expr::Name(name) => match self.program.single_value(self.index, name)? {
                        Expr::Dict(dict) => dict,
                        _ => return None,
                    },
                    _ => return None,
                };
                // A dict bound to a name may be changed later; only one written in place is known.
                value.is_dict_expr().then_some(())?;
                let fold = |element: &'a Expr| {
                    self.program
                        .fold(self.index, element)
                        .known()
                        .map(str::to_owned)
                };
                dict.items.iter().map(|item| fold(&item.value)).collect()
            }
            _ => None,
        }
    }

    /// Whether an expression is the method's own object, whose attributes the class sets in the open; in a
    /// `__getattr__`, which forwards what it lacks, also what it holds: `getattr(self.module, name)`.
    fn is_own(&self, expr: &'a Expr) -> bool {
        let forwards = self
            .selves
            .last()
            .is_some_and(|own| own.method == "__getattr__");
        match expr {
            Expr::Name(name) => self
                .selves
                .iter()
                .any(|own| own.parameter == name.id.as_str()),
            Expr::Attribute(attribute) => forwards && self.is_own(&attribute.value),
            Expr::Call(call) => match &*call.func {
                Expr::Name(_) => self.is_super(expr),
                Expr::Attribute(attribute) => forwards && self.is_super(&attribute.value),
                _ => false,
            },
            _ => false,
        }
    }
}
