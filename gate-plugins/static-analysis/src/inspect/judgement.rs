//! From an origin to a finding: what the table says, in words a miner can act on.

use prism_pyast::text::TextSize;
use prism_pyast::{Origin, Origins};

use super::expressions::is_special;
use super::{Inspector, Use};
use crate::rules;
use crate::table::{self, BuiltinUse, Judgement};

impl Inspector<'_, '_> {
    /// Judges what an expression may stand for; the first violation is reported.
    pub(super) fn judge(&mut self, origins: &Origins, at: TextSize, usage: Use) {
        if origins.overflow {
            let message = "the name stands for too many different things to follow. Instead: use one name for one thing.";
            return self.report(at, rules::NO_DYNAMIC_ATTR, message.to_owned());
        }
        for origin in &origins.known {
            let fine = match origin {
                Origin::External(path) => {
                    let segments = self.program.segments(*path);
                    match segments.as_slice() {
                        [builtins, name, rest @ ..] if builtins == "builtins" => {
                            self.judge_builtin(name, rest.is_empty(), at, usage)
                        }
                        _ => self.judge_path(&segments, at, usage),
                    }
                }
                Origin::Bundle(_) if !usage.takes_module() => {
                    self.report_module_value(at, "a module of the bundle");
                    false
                }
                Origin::Bundle(_) | Origin::Definition(..) => true,
            };
            if !fine {
                return;
            }
        }
    }

    /// Judges one outside path; returns whether it is fine.
    pub(super) fn judge_path(&mut self, segments: &[String], at: TextSize, usage: Use) -> bool {
        let path = segments.join(".");
        match table::judge(segments) {
            Judgement::Object => {
                self.findings.scripts |= path.starts_with("torch.jit.script");
                let direct = matches!(
                    usage,
                    Use::Callee | Use::Alias | Use::Test | Use::Class | Use::Base
                );
                if !direct
                    && !self.in_annotation
                    && let Some(call) = table::call(&path)
                {
                    let message = format!(
                        "`{path}` may be called in the open only, so that its arguments can be seen. Instead: {}.",
                        call.instead
                    );
                    self.report(at, call.rule, message);
                    return false;
                }
                if usage == Use::Value && !self.in_annotation && table::metaclass(&path) {
                    let message = format!(
                        "`{path}` is passed around, and makes classes out of texts where it is called. Instead: name it as the metaclass of a class."
                    );
                    self.report(at, rules::NO_DYNAMIC_CODE, message);
                    return false;
                }
                true
            }
            Judgement::Absent => true,
            Judgement::Module if usage.takes_module() => true,
            Judgement::Module => {
                self.report_module_value(at, &format!("the module `{path}`"));
                false
            }
            Judgement::Denied(advice) => {
                self.report_denied(at, &path, advice);
                false
            }
            Judgement::Unlisted { inside } => {
                self.report_unlisted(at, segments, inside);
                false
            }
        }
    }

    fn report_unlisted(&mut self, at: TextSize, segments: &[String], inside: Option<&'static str>) {
        let path = segments.join(".");
        // `torch.os` is the module `os`, `collections._sys` is `sys`.
        let behind = segments
            .iter()
            .skip(1)
            .find_map(|name| table::denied_root(name.trim_start_matches('_')));
        if let Some(advice) = behind {
            return self.report_denied(at, &path, advice);
        }
        let private = segments.iter().skip(1).find(|name| name.starts_with('_'));
        let (rule, message) = match (inside, private) {
            (Some(inside), Some(name)) => (
                rules::NO_ATTRIBUTE_ESCAPE,
                format!(
                    "`{path}` reaches into `{inside}` by the private name `{name}`. Instead: use its public functions."
                ),
            ),
            (Some(inside), None) if inside.starts_with("torch") => (
                rules::NO_TORCH_ESCAPE,
                format!(
                    "`{path}` is not among the names of `{inside}` a bundle may use. Instead: use torch.nn, torch.nn.functional and plain tensor functions."
                ),
            ),
            (Some(inside), None) => (
                rules::NO_FORBIDDEN_IMPORT,
                format!(
                    "`{path}` is not among the names of `{inside}` a bundle may use. Instead: write the few lines it saves."
                ),
            ),
            (None, _) => (
                rules::NO_FORBIDDEN_IMPORT,
                format!(
                    "`{path}` is neither an allowed module nor a file of the bundle. Instead: put the code into the bundle, or use torch."
                ),
            ),
        };
        self.report(at, rule, message);
    }

    fn report_module_value(&mut self, at: TextSize, what: &str) {
        let message = format!(
            "{what} is passed around as a value, so what is reached through it can't be seen. Instead: use its functions by their names."
        );
        self.report(at, rules::NO_DYNAMIC_ATTR, message);
    }

    fn judge_builtin(&mut self, name: &str, whole: bool, at: TextSize, usage: Use) -> bool {
        match table::builtin(name) {
            BuiltinUse::Free => true,
            BuiltinUse::CallOnly => {
                let allowed = matches!(usage, Use::Callee | Use::Class | Use::Test)
                    || self.in_annotation
                    || !whole;
                if !allowed {
                    let (rule, instead) = match name {
                        "type" => (
                            rules::NO_DYNAMIC_CODE,
                            "call type(x) with one argument, and write classes with `class`",
                        ),
                        _ => (
                            rules::NO_DYNAMIC_ATTR,
                            "call it where you need it, or write a lambda with the attribute",
                        ),
                    };
                    self.report(
                        at,
                        rule,
                        format!("`{name}` is passed around instead of called. Instead: {instead}."),
                    );
                }
                allowed
            }
            BuiltinUse::Denied(advice) => {
                self.report_denied(at, name, advice);
                false
            }
            BuiltinUse::Missing if is_special(name) => {
                self.report_special(name, at, "reading");
                false
            }
            BuiltinUse::Missing => true,
        }
    }
}
