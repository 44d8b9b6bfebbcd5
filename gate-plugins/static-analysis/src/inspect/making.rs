//! Classes made by a call: their methods, special ones too, would be texts and values that no rule sees.

use prism_pyast::ast::{self, Expr};
use prism_pyast::text::Ranged;
use prism_pyast::{BindingKind, Origin};

use super::Inspector;
use crate::rules;
use crate::table;

/// Bases of bases that are looked through.
const DEEPEST: u8 = 8;
/// The classes whose call with more than a value makes an enumeration.
const ENUMERATIONS: &[&str] = &[
    "enum.Enum",
    "enum.Flag",
    "enum.IntEnum",
    "enum.IntFlag",
    "enum.ReprEnum",
    "enum.StrEnum",
];

impl<'a> Inspector<'a, '_> {
    /// A call of something outside the bundle that may make a class.
    pub(super) fn class_call(&mut self, call: &'a ast::ExprCall, path: &str) {
        match path {
            "builtins.type" => self.type_call(call),
            _ if table::metaclass(path) => self.report_made(call, path),
            _ => {}
        }
    }

    /// `type` with one argument asks; with more it makes a class, and of a class it is what makes classes.
    fn type_call(&mut self, call: &'a ast::ExprCall) {
        match &*call.arguments.args {
            [one] if !one.is_starred_expr() && call.arguments.keywords.is_empty() => {
                if self.may_be_class(one) {
                    let message = "the type of a class makes classes out of texts. Instead: ask for the type of an object, and write classes with `class`.";
                    self.report(call.start(), rules::NO_DYNAMIC_CODE, message.to_owned());
                }
            }
            _ => {
                let message = "`type` with more than one argument makes a class out of texts. Instead: write it with `class`.";
                self.report(call.start(), rules::NO_DYNAMIC_CODE, message.to_owned());
            }
        }
    }

    /// `Enum("Mode", {...})`, also by an enumeration of the bundle without members.
    pub(super) fn enumeration_call(&mut self, call: &'a ast::ExprCall) {
        if call.arguments.args.len() + call.arguments.keywords.len() < 2 {
            return;
        }
        let origins = self.program.origins(self.index, &call.func);
        if origins
            .known
            .iter()
            .any(|origin| self.is_enumeration(*origin, DEEPEST))
        {
            self.report_made(call, "an enumeration");
        }
    }

    fn is_enumeration(&self, origin: Origin, left: u8) -> bool {
        match origin {
            Origin::External(path) => ENUMERATIONS.contains(&self.program.path_text(path).as_str()),
            Origin::Definition(module, id) => {
                let binding = self
                    .program
                    .scopes(module)
                    .and_then(|scopes| scopes.binding(id));
                let (Some(BindingKind::Class(class)), Some(left)) =
                    (binding.map(|binding| binding.kind), left.checked_sub(1))
                else {
                    return false;
                };
                class
                    .arguments
                    .iter()
                    .flat_map(|arguments| &arguments.args)
                    .any(|base| {
                        let origins = self.program.origins(module, base);
                        origins
                            .known
                            .iter()
                            .any(|origin| self.is_enumeration(*origin, left))
                    })
            }
            Origin::Bundle(_) => false,
        }
    }

    /// `x("Name", (Base,), {...})` with an `x` that is not known.
    pub(super) fn shaped_like_a_class(&mut self, call: &'a ast::ExprCall) {
        let [_, Expr::Tuple(bases), Expr::Dict(_)] = &*call.arguments.args else {
            return;
        };
        let origins = self.program.origins(self.index, &call.func);
        let classes = bases.elts.iter().all(|base| self.may_be_class(base));
        if origins.unknown && classes && call.arguments.keywords.is_empty() {
            self.report_made(call, "something unknown");
        }
    }

    fn report_made(&mut self, call: &'a ast::ExprCall, by: &str) {
        let message = format!(
            "a class is made by calling {by} with its contents. Instead: write it with `class`."
        );
        self.report(call.start(), rules::NO_DYNAMIC_CODE, message);
    }

    /// Whether an expression may stand for a class rather than an object, as far as that is written.
    pub(super) fn may_be_class(&self, expr: &'a Expr) -> bool {
        match expr {
            Expr::Call(call) => {
                return self
                    .paths_of(&call.func)
                    .iter()
                    .any(|path| path == "builtins.type");
            }
            Expr::Attribute(attribute) if attribute.attr.as_str() == "__class__" => return true,
            Expr::Name(name)
                if self
                    .selves
                    .iter()
                    .any(|own| own.method == "__new__" && own.parameter == name.id.as_str()) =>
            {
                return true;
            }
            _ => {}
        }
        let origins = self.program.origins(self.index, expr);
        origins.known.iter().any(|origin| match origin {
            Origin::External(path) => {
                let path = self.program.path_text(*path);
                let name = path.rsplit('.').next().unwrap_or_default();
                let mixed = name.starts_with(|first: char| first.is_ascii_uppercase())
                    && name.contains(|letter: char| letter.is_ascii_lowercase());
                mixed || matches!(path.as_str(), "builtins.type" | "builtins.object")
            }
            Origin::Definition(module, id) => {
                let binding = self
                    .program
                    .scopes(*module)
                    .and_then(|scopes| scopes.binding(*id));
                matches!(
                    binding.map(|binding| binding.kind),
                    Some(BindingKind::Class(_))
                )
            }
            Origin::Bundle(_) => false,
        })
    }
}
