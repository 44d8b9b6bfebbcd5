//! Declarations: `global` and `nonlocal` come before the name's use, and `nonlocal` finds a function's name.

use std::collections::BTreeMap;

use rustpython_ruff_text_size::TextSize;

use super::blocks::Kind;

/// What a scope does with a name, so far.
#[derive(Clone, Copy, Debug, Default)]
struct Uses {
    parameter: bool,
    bound: bool,
    /// Bound by an import, which a later `global` doesn't mind.
    imported: bool,
    used: bool,
    annotated: bool,
    global: bool,
    nonlocal: bool,
    /// The target of a `for` of the comprehension that is the scope.
    iterated: bool,
    /// The target of a walrus inside the comprehension that is the scope.
    named: bool,
}

#[derive(Debug, Default)]
struct Scope {
    kind: Kind,
    names: BTreeMap<String, Uses>,
    /// `nonlocal` names of this scope and the ones inside that no function has answered yet.
    wanted: BTreeMap<String, TextSize>,
    /// The class whose name its private names are given (`__x` becomes `_Class__x`).
    class: Option<String>,
    /// Iterables of comprehensions around the place, where nothing may be assigned.
    iterables: usize,
}

/// The scope of a place and those around it.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    /// Outermost first; empty at module level.
    outer: Vec<Scope>,
    here: Scope,
}

impl Symbols {
    pub(super) fn enter(&mut self, kind: Kind, class: Option<&str>) {
        let scope = Scope {
            kind,
            class: class.map(str::to_owned).or_else(|| self.here.class.clone()),
            // A lambda inside an iterable is inside the iterable.
            iterables: self.here.iterables,
            ..Scope::default()
        };
        self.outer.push(std::mem::replace(&mut self.here, scope));
    }

    /// Leaves a scope and gives the `nonlocal` names that no function around binds.
    pub(super) fn leave(&mut self) -> Vec<(TextSize, String)> {
        let around = self.outer.pop().unwrap_or_default();
        let mut left = std::mem::replace(&mut self.here, around);
        let mut problems = Vec::new();
        if is_function(left.kind) {
            // The scope's own `nonlocal` are answered further out, those of the scopes inside here.
            left.wanted.retain(|name, start| {
                let uses = left.names.get(name).copied().unwrap_or_default();
                if uses.global {
                    problems.push((*start, unbound(name)));
                    return false;
                }
                uses.nonlocal || !(uses.bound || uses.imported || uses.parameter)
            });
        }
        if left.kind == Kind::Class {
            left.wanted.remove("__class__");
        }
        for (name, uses) in &left.names {
            if uses.nonlocal && uses.global {
                let start = left.wanted.get(name).copied().unwrap_or_default();
                problems.push((start, format!("name '{name}' is nonlocal and global")));
            }
        }
        for (name, start) in left.wanted {
            if self.outer.is_empty() {
                problems.push((start, unbound(&name)));
            } else {
                self.here.wanted.entry(name).or_insert(start);
            }
        }
        problems
    }

    pub(super) fn load(&mut self, name: &str) {
        self.uses(name).used = true;
    }

    pub(super) fn bind(&mut self, name: &str) {
        self.uses(name).bound = true;
    }

    pub(super) fn import(&mut self, name: &str) {
        self.uses(name).imported = true;
    }

    pub(super) fn parameter(&mut self, name: &str) {
        self.uses(name).parameter = true;
    }

    /// The target of a comprehension's own `for`.
    pub(super) fn iterate(&mut self, name: &str) -> Option<String> {
        let uses = self.uses(name);
        uses.bound = true;
        uses.iterated = true;
        uses.named.then(|| {
            format!("comprehension inner loop cannot rebind assignment expression target '{name}'")
        })
    }

    pub(super) fn enter_iterable(&mut self) {
        self.here.iterables += 1;
    }

    pub(super) fn leave_iterable(&mut self) {
        self.here.iterables = self.here.iterables.saturating_sub(1);
    }

    /// `name: T`, bare and without parentheses.
    pub(super) fn annotate(&mut self, name: &str) -> Option<String> {
        let module = self.outer.is_empty();
        let uses = self.uses(name);
        uses.annotated = true;
        uses.bound = true;
        let declared = uses.global || uses.nonlocal;
        (declared && !module)
            .then(|| format!("annotated name '{name}' can't be global or nonlocal"))
    }

    /// `global name` or `nonlocal name`.
    pub(super) fn declare(&mut self, name: &str, global: bool, start: TextSize) -> Option<String> {
        let word = if global { "global" } else { "nonlocal" };
        let module = self.outer.is_empty();
        if module && !global {
            return Some("nonlocal declaration not allowed at module level".to_owned());
        }
        let key = self.mangled(name);
        let uses = self.uses(name);
        let before = *uses;
        if global {
            uses.global = true;
        } else {
            uses.nonlocal = true;
        }
        if !global {
            self.here.wanted.entry(key).or_insert(start);
        }
        if before.parameter {
            Some(format!("name '{name}' is parameter and {word}"))
        } else if before.annotated {
            Some(format!("annotated name '{name}' can't be {word}"))
        } else if before.used || before.bound {
            Some(format!(
                "name '{name}' is used or assigned to before its {word} declaration"
            ))
        } else {
            None
        }
    }

    /// `(name := value)`: binds in the function around the comprehensions.
    pub(super) fn assign_named(&mut self, name: &str) -> Option<String> {
        if self.here.iterables > 0 {
            return Some(
                "assignment expression cannot be used in a comprehension iterable expression"
                    .to_owned(),
            );
        }
        let inside = is_comprehension(self.here.kind);
        if inside {
            self.uses(name).named = true;
        }
        let key = self.mangled(name);
        let around = self.outer.iter_mut().rev();
        for scope in std::iter::once(&mut self.here).chain(around) {
            match scope.kind {
                Kind::Comprehension | Kind::Generator => {
                    if scope.names.get(&key).is_some_and(|uses| uses.iterated) {
                        return Some(format!(
                            "assignment expression cannot rebind comprehension iteration variable '{name}'"
                        ));
                    }
                }
                Kind::Class if inside => {
                    return Some(
                        "assignment expression within a comprehension cannot be used in a class body"
                            .to_owned(),
                    );
                }
                Kind::Annotation => {
                    return Some("assignment expression within an annotation".to_owned());
                }
                // Declared global there, not assigned.
                Kind::Module if inside => break,
                _ => {
                    scope.names.entry(key).or_default().bound = true;
                    break;
                }
            }
        }
        None
    }

    fn uses(&mut self, name: &str) -> &mut Uses {
        let key = self.mangled(name);
        self.here.names.entry(key).or_default()
    }

    /// The name as its scope keeps it.
    fn mangled(&self, name: &str) -> String {
        let class = self.here.class.as_deref();
        let class = class.map(|class| class.trim_start_matches('_'));
        match class {
            Some(class) if !class.is_empty() && name.starts_with("__") && !name.ends_with("__") => {
                format!("_{class}{name}")
            }
            _ => name.to_owned(),
        }
    }
}

fn is_function(kind: Kind) -> bool {
    matches!(kind, Kind::Function | Kind::AsyncFunction | Kind::Lambda)
}

fn is_comprehension(kind: Kind) -> bool {
    matches!(kind, Kind::Comprehension | Kind::Generator)
}

fn unbound(name: &str) -> String {
    format!("no binding for nonlocal '{name}' found")
}
