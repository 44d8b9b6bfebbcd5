//! The table of what may be reached, as data; the reasons stand in `table/table.toml`.

include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// Why something is not allowed, and what to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    pub(crate) name: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) why: &'static str,
    pub(crate) instead: &'static str,
}

/// A call that is allowed with certain arguments only, and only in the open.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) path: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) instead: &'static str,
    pub(crate) arguments: &'static [Argument],
}

/// An argument that must be one of some constants, or left out.
#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) position: Option<usize>,
    pub(crate) allow: &'static [&'static str],
}

/// What the table says of a dotted path.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Judgement {
    /// An allowed module: fine to look into, not to hand around.
    Module,
    /// An allowed function, class or constant, or something inside one.
    Object,
    /// A module the run does not have.
    Absent,
    /// Denied by name.
    Denied(&'static Advice),
    /// In no list. `inside` is the allowed module it was looked for in, if there is one.
    Unlisted { inside: Option<&'static str> },
}

/// What the table says of a name that no scope binds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum BuiltinUse {
    Free,
    /// Only as the function of a call.
    CallOnly,
    Denied(&'static Advice),
    /// No builtin of that name exists; loading it fails.
    Missing,
}

fn listed(list: &'static [&'static str], name: &str) -> bool {
    list.binary_search(&name).is_ok()
}

fn advice(list: &'static [Advice], name: &str) -> Option<&'static Advice> {
    let index = list.binary_search_by(|entry| entry.name.cmp(name)).ok()?;
    list.get(index)
}

fn module(path: &str) -> Option<(&'static str, &'static [&'static str])> {
    let index = MODULES
        .binary_search_by(|(name, _)| (*name).cmp(path))
        .ok()?;
    MODULES.get(index).copied()
}

/// Judges a path outside the bundle by its segments.
pub(crate) fn judge(segments: &[String]) -> Judgement {
    let Some((root, rest)) = segments.split_first() else {
        return Judgement::Unlisted { inside: None };
    };
    if let Some(advice) = advice(DENIED, root) {
        return Judgement::Denied(advice);
    }
    if listed(ABSENT, root) {
        let hidden = rest
            .iter()
            .find(|name| name.starts_with('_') || advice(DENIED, name).is_some());
        return if hidden.is_some() {
            Judgement::Unlisted { inside: None }
        } else {
            Judgement::Absent
        };
    }
    let Some((mut inside, mut names)) = module(root) else {
        return Judgement::Unlisted { inside: None };
    };
    let mut path = root.clone();
    for name in rest {
        path.push('.');
        path.push_str(name);
        if let Some(advice) = advice(DENIED, &path) {
            return Judgement::Denied(advice);
        }
        match module(&path) {
            Some((found, found_names)) => (inside, names) = (found, found_names),
            None if listed(names, name) || listed(READ_ON_MODULE, name) => {
                return Judgement::Object;
            }
            None => {
                return Judgement::Unlisted {
                    inside: Some(inside),
                };
            }
        }
    }
    Judgement::Module
}

/// What is said of a module's own name: `os` in `torch.os`.
pub(crate) fn denied_root(name: &str) -> Option<&'static Advice> {
    advice(DENIED, name)
}

/// Judges a name that no scope binds.
pub(crate) fn builtin(name: &str) -> BuiltinUse {
    if listed(BUILTINS_FREE, name) {
        BuiltinUse::Free
    } else if listed(BUILTINS_CALL, name) {
        BuiltinUse::CallOnly
    } else {
        advice(BUILTINS_DENIED, name).map_or(BuiltinUse::Missing, BuiltinUse::Denied)
    }
}

/// An attribute name that is denied on whatever it is read from.
pub(crate) fn attribute(name: &str) -> Option<&'static Advice> {
    advice(ATTRIBUTES, name)
}

/// An attribute name that is denied on everything but the method's own object.
pub(crate) fn attribute_of_others(name: &str) -> Option<&'static Advice> {
    advice(ATTRIBUTES_OF_OTHERS, name)
}

/// An attribute name that may not be set on anything but the method's own object.
pub(crate) fn attribute_set_on_others(name: &str) -> Option<&'static Advice> {
    advice(ATTRIBUTES_SET, name)
}

/// Whether no name that starts with `prefix` is special or denied; `own` when it is an attribute of the method's own
/// object.
pub(crate) fn harmless_start(prefix: &str, own: bool) -> bool {
    let others = if own { &[] } else { ATTRIBUTES_OF_OTHERS };
    let mut denied = ATTRIBUTES.iter().chain(others);
    !prefix.is_empty()
        && prefix != "_"
        && !prefix.starts_with("__")
        && !denied.any(|entry| entry.name.starts_with(prefix))
}

/// Whether a class may not be subclassed.
pub(crate) fn sealed(path: &str) -> bool {
    listed(SEALED, path)
}

/// The conditions on a call.
pub(crate) fn call(path: &str) -> Option<&'static Call> {
    let index = CALLS.binary_search_by(|entry| entry.path.cmp(path)).ok()?;
    CALLS.get(index)
}

/// Whether an attribute of something imported may be set.
pub(crate) fn settable(path: &str) -> bool {
    listed(SETTABLE, path)
}

/// Whether a special method may be read as an attribute; `on_super` when it is read from `super()` or a class.
pub(crate) fn special_read(name: &str, on_super: bool) -> bool {
    listed(READ, name) || on_super && listed(READ_ON_SUPER, name)
}

/// Whether a class may define this special method.
pub(crate) fn special_define(name: &str) -> bool {
    listed(DEFINE, name)
}

/// Whether this special name may be assigned in a class body.
pub(crate) fn special_assign_in_class(name: &str) -> bool {
    listed(ASSIGN_IN_CLASS, name) || listed(DEFINE, name)
}

/// Whether this special name may be assigned in a module or function.
pub(crate) fn special_assign_in_module(name: &str) -> bool {
    listed(ASSIGN_IN_MODULE, name)
}

/// Whether a class may have this metaclass.
pub(crate) fn metaclass(path: &str) -> bool {
    listed(METACLASS, path)
}

/// Whether a top-level name belongs to the interpreter, an installed package or the harness, not to the bundle.
pub(crate) fn reserved(root: &str) -> bool {
    module(root).is_some()
        || listed(STANDARD, root)
        || listed(ABSENT, root)
        || advice(DENIED, root).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(path: &str) -> Judgement {
        judge(&path.split('.').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn lists_are_sorted_so_that_searches_find() {
        assert!(MODULES.is_sorted_by_key(|(path, _)| path));
        assert!(MODULES.iter().all(|(_, names)| names.is_sorted()));
        for list in [
            DENIED,
            BUILTINS_DENIED,
            ATTRIBUTES,
            ATTRIBUTES_OF_OTHERS,
            ATTRIBUTES_SET,
        ] {
            assert!(list.is_sorted_by_key(|entry| entry.name));
        }
        for list in [
            ABSENT,
            SETTABLE,
            SEALED,
            BUILTINS_FREE,
            BUILTINS_CALL,
            STANDARD,
            READ,
            READ_ON_SUPER,
            DEFINE,
            ASSIGN_IN_CLASS,
        ] {
            assert!(list.is_sorted());
        }
        assert!(CALLS.is_sorted_by_key(|call| call.path));
    }

    #[test]
    fn paths_are_judged_by_the_longest_entry() {
        assert!(matches!(judged("torch"), Judgement::Module));
        assert!(matches!(judged("torch.nn.functional"), Judgement::Module));
        assert!(matches!(
            judged("torch.nn.functional.gelu"),
            Judgement::Object
        ));
        assert!(matches!(
            judged("torch.float32.itemsize"),
            Judgement::Object
        ));
        assert!(
            matches!(judged("torch.hub.load"), Judgement::Denied(advice) if advice.name == "torch.hub")
        );
        assert!(matches!(
            judged("torch.os"),
            Judgement::Unlisted {
                inside: Some("torch")
            }
        ));
        assert!(matches!(
            judged("torch.nn.functional.torch"),
            Judgement::Unlisted { .. }
        ));
        assert!(matches!(
            judged("left_pad"),
            Judgement::Unlisted { inside: None }
        ));
        assert!(matches!(
            judged("flash_attn.flash_attn_func"),
            Judgement::Absent
        ));
        assert!(matches!(
            judged("flash_attn.os"),
            Judgement::Unlisted { .. }
        ));
    }

    #[test]
    fn every_conditional_call_is_allowed_at_all() {
        for call in CALLS {
            assert!(
                matches!(judged(call.path), Judgement::Object),
                "{}",
                call.path
            );
        }
    }
}
