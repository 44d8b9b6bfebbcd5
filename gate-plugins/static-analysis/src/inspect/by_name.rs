//! Attributes by a text: `getattr` and its siblings.
//!
//! A text that is not known could be a special name, and from special names everything is reached. So a read needs a
//! text that is known, one of several known ones, or one that starts like no special name. The one exception is the
//! wrapper that forwards what it lacks: inside a plain `__getattr__(self, name)` that very `name` may be used, because
//! nobody can call such a method with a text of their own (see [`Inspector::slot_call`]).

use prism_pyast::ast::{self, Expr};
use prism_pyast::text::Ranged;
use prism_pyast::{BindingKind, Fold, Origin};

use super::expressions::is_special;
use super::{Inspector, Use};
use crate::rules;
use crate::table;

/// Names that may stand for one another while looking for the texts of one.
const DEEPEST: u8 = 4;

/// The builtins that take an attribute's name as a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ByName {
    Get,
    Has,
    Set,
    Delete,
}

impl<'a> Inspector<'a, '_> {
    pub(super) fn attribute_by_name(&mut self, call: &'a ast::ExprCall, kind: ByName) {
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
        let texts = self.texts(name, DEEPEST);
        let mut known = true;
        for text in texts.iter().flatten() {
            match text {
                Fold::Known(text) => self.known_attribute(call, object, text, kind),
                Fold::Prefix(_) | Fold::Unknown => known = false,
            }
        }
        if texts.is_some() && known {
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
        let own = self.is_receiver(object);
        let harmless = texts.is_some_and(|texts| {
            texts.iter().all(|text| match text {
                Fold::Known(_) => true,
                Fold::Prefix(start) => table::harmless_start(start, own),
                Fold::Unknown => false,
            })
        });
        if harmless {
            return;
        }
        match kind {
            ByName::Get | ByName::Has if self.forwards(object, name) => {}
            ByName::Get | ByName::Has => {
                let message = "the attribute's name is only known at run time and could be a special one. Instead: start it with a fixed text (f\"layer{i}\"), keep the objects in a dict or nn.ModuleDict, use self.get_submodule(name) for layers, or dataclasses.asdict(self) for a configuration.";
                self.report(call.start(), rules::NO_DYNAMIC_ATTR, message.to_owned());
            }
            // An object's own attributes mean nothing to Python's protocols; a class's do.
            ByName::Set | ByName::Delete if self.may_be_class(object) || self.is_built(name) => {
                let message = "the attribute's name is only known at run time and could be a special method of a class. Instead: start it with a fixed text (f\"layer{i}\"), and write methods into the class.";
                self.report(call.start(), rules::NO_DYNAMIC_ATTR, message.to_owned());
            }
            ByName::Set | ByName::Delete => {}
        }
    }

    /// `getattr(x, "name")` with a text that is known.
    fn known_attribute(
        &mut self,
        call: &'a ast::ExprCall,
        object: &'a Expr,
        text: &str,
        kind: ByName,
    ) {
        match kind {
            ByName::Get | ByName::Has => {
                let own = self.is_receiver(object);
                self.attribute_name(text, call.start(), self.is_super(object), own);
                if kind == ByName::Get && matches!(text, "format" | "format_map") {
                    self.template(object);
                }
            }
            ByName::Set | ByName::Delete => {
                if is_special(text) {
                    self.attribute_name(text, call.start(), false, false);
                }
                self.attribute_set(object, text, call.start(), kind == ByName::Delete);
            }
        }
        let origins = self.program.origins(self.index, object);
        self.judge_known_name(&origins, text, call, kind);
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

    /// What a text may be: each known whole or from its start. None when nothing is known of some of it.
    fn texts(&self, expr: &'a Expr, left: u8) -> Option<Vec<Fold>> {
        match self.program.fold(self.index, expr) {
            Fold::Unknown => {}
            text => return Some(vec![text]),
        }
        let left = left.checked_sub(1)?;
        match expr {
            Expr::If(choice) => {
                let mut texts = self.texts(&choice.body, left)?;
                texts.extend(self.texts(&choice.orelse, left)?);
                Some(texts)
            }
            Expr::Name(name) => match self.program.single_binding(self.index, name)? {
                BindingKind::Item(items) => self.texts_of_items(items, left),
                BindingKind::Value(value) => self.texts(value, left),
                _ => None,
            },
            // One of a dict of texts. A dict bound to a name may be changed later; only one written in place is known.
            Expr::Subscript(ast::ExprSubscript { value, .. }) => match &**value {
                Expr::Dict(dict) => self.all(dict.items.iter().map(|item| &item.value), left),
                _ => None,
            },
            _ => None,
        }
    }

    /// The texts that a loop over `items` goes through. A tuple may have a name; a list could be changed by it.
    fn texts_of_items(&self, items: &'a Expr, left: u8) -> Option<Vec<Fold>> {
        match items {
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                self.all(elts.iter(), left)
            }
            Expr::ListComp(ast::ExprListComp { elt, .. })
            | Expr::Generator(ast::ExprGenerator { elt, .. }) => self.texts(elt, left),
            Expr::Name(name) => match self.program.single_value(self.index, name)? {
                tuple @ Expr::Tuple(_) => self.texts_of_items(tuple, left.checked_sub(1)?),
                _ => None,
            },
            _ => None,
        }
    }

    fn all(&self, texts: impl Iterator<Item = &'a Expr>, left: u8) -> Option<Vec<Fold>> {
        let mut all = Vec::new();
        for text in texts {
            all.extend(self.texts(text, left)?);
        }
        Some(all)
    }

    /// Whether a text is put together here: what is found in a table of names is not, `"_" * 2 + name` is.
    fn is_built(&self, name: &'a Expr) -> bool {
        match name {
            Expr::BinOp(_) | Expr::FString(_) | Expr::Call(_) => true,
            Expr::Name(name) => matches!(
                self.program.single_value(self.index, name),
                Some(Expr::BinOp(_) | Expr::FString(_) | Expr::Call(_))
            ),
            _ => false,
        }
    }

    /// The first parameter of a method around.
    pub(super) fn is_receiver(&self, expr: &'a Expr) -> bool {
        matches!(expr, Expr::Name(name) if self
            .selves
            .iter()
            .any(|own| own.method != "__new__" && own.parameter == name.id.as_str()))
    }

    /// Whether `getattr(object, name)` hands on what `__getattr__(self, name)` was asked for: from what the object
    /// holds, or from its base.
    fn forwards(&self, object: &'a Expr, name: &'a Expr) -> bool {
        self.is_asked_for(name) && self.is_held(object)
    }

    /// Whether `name` is the text a plain `__getattr__` around was called with.
    fn is_asked_for(&self, name: &'a Expr) -> bool {
        let (Expr::Name(name), Some(own)) = (name, self.selves.last()) else {
            return false;
        };
        let bindings = self
            .scopes
            .resolve(name)
            .symbol
            .and_then(|symbol| self.scopes.symbol(symbol))
            .map(|symbol| symbol.bindings.as_slice());
        let Some([only]) = bindings else { return false };
        own.asked_for.is_some()
            && self.scopes.binding(*only).map(|binding| binding.start) == own.asked_for
    }

    fn is_held(&self, expr: &'a Expr) -> bool {
        match expr {
            Expr::Name(_) => self.is_receiver(expr),
            Expr::Attribute(attribute) => self.is_held(&attribute.value),
            Expr::Call(call) => match &*call.func {
                Expr::Name(_) => self.is_super(expr),
                Expr::Attribute(attribute) => self.is_super(&attribute.value),
                _ => false,
            },
            _ => false,
        }
    }

    /// `super().__getattr__(name)` reads, `object.__setattr__(self, name, value)` sets by a text as well.
    pub(super) fn slot_call(&mut self, call: &'a ast::ExprCall) {
        let Expr::Attribute(method) = &*call.func else {
            return;
        };
        let args = &call.arguments.args;
        let on_class = !method.value.is_call_expr();
        match method.attr.as_str() {
            "__getattr__" => {
                let known = args.last().is_some_and(|name| {
                    self.is_asked_for(name)
                        || self.texts(name, DEEPEST).is_some_and(|texts| {
                            texts.iter().all(|text| match text {
                                Fold::Known(text) => !is_special(text),
                                Fold::Prefix(start) => table::harmless_start(start, true),
                                Fold::Unknown => false,
                            })
                        })
                });
                if !known {
                    let message = "`__getattr__` is called with a name that is only known at run time. Instead: call it inside your own __getattr__ with the name it was given, or with a text written out.";
                    self.report(call.start(), rules::NO_DYNAMIC_ATTR, message.to_owned());
                }
            }
            "__setattr__" | "__delattr__"
                if on_class && !args.first().is_some_and(|object| self.is_receiver(object)) =>
            {
                self.report_tampering(call.start(), "an attribute of a guarded object");
            }
            _ => {}
        }
    }
}
