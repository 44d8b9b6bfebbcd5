//! From raw bindings to symbols: declarations redirect, guards are recognised.

use rustpython_ruff_python_ast as ast;
use rustpython_ruff_text_size::TextRange;

use super::{Builder, Declared, RawBinding};
use crate::scope::{Binding, BindingId, BindingKind, ScopeId, ScopeKind, Scopes, Symbol, SymbolId};

pub(super) fn settle<'a>(builder: Builder<'a>) -> Scopes<'a> {
    let Builder {
        scopes,
        declared,
        raw,
        mut names,
        stars,
        guards,
        ..
    } = builder;
    names.sort_unstable();
    let mut built = Scopes {
        scopes,
        symbols: Vec::new(),
        bindings: Vec::new(),
        names,
        stars,
        type_only: Vec::new(),
    };
    let is = |declared: &[Declared<'a>], scope: ScopeId, name: &str, global: bool| {
        declared.get(scope.get()).is_some_and(|declared| {
            if global {
                declared.global.contains(name)
            } else {
                declared.nonlocal.contains(name)
            }
        })
    };
    // Own names first; then declarations, which need them.
    for binding in &raw {
        if !is(&declared, binding.scope, binding.name, true)
            && !is(&declared, binding.scope, binding.name, false)
        {
            enter(&mut built, binding.scope, binding.name);
        }
    }
    for (index, declarations) in declared.iter().enumerate() {
        let scope = ScopeId::at(index);
        for name in &declarations.global {
            let symbol = enter(&mut built, ScopeId(0), name);
            alias(&mut built, scope, name, symbol);
        }
        for name in &declarations.nonlocal {
            if let Some(symbol) = enclosing_function_symbol(&built, scope, name) {
                alias(&mut built, scope, name, symbol);
            }
        }
    }
    for binding in raw {
        let symbol = built
            .scopes
            .get(binding.scope.get())
            .and_then(|scope| scope.symbols.get(binding.name))
            .copied();
        let Some(symbol) = symbol else { continue };
        let id = BindingId::at(built.bindings.len());
        let Some(entry) = built.symbols.get_mut(symbol.get()) else {
            continue;
        };
        if binding.deletes {
            entry.deleted = true;
            continue;
        }
        entry.bindings.push(id);
        // What one scope binds for another (`global`) holds from nobody knows when.
        if let Some(from) = binding.holds_from.filter(|_| entry.scope == binding.scope) {
            entry.holds_from = Some(entry.holds_from.map_or(from, |earlier| earlier.min(from)));
        }
        let RawBinding { kind, start, .. } = binding;
        built.bindings.push(Binding {
            symbol,
            kind,
            start,
            type_only: false,
        });
    }
    let mut type_only: Vec<TextRange> = Vec::new();
    for (name, dotted, range) in guards {
        let inside = type_only
            .last()
            .is_some_and(|last| last.contains_range(range));
        if !inside && is_type_checking(&built, name, dotted) {
            type_only.push(range);
        }
    }
    built.type_only = type_only;
    let type_only: Vec<bool> = built
        .bindings
        .iter()
        .map(|binding| built.is_type_only(binding.start))
        .collect();
    for (binding, type_only) in built.bindings.iter_mut().zip(type_only) {
        binding.type_only = type_only;
    }
    built
}
fn enter<'a>(built: &mut Scopes<'a>, scope: ScopeId, name: &'a str) -> SymbolId {
    let next = SymbolId::at(built.symbols.len());
    let Some(entry) = built.scopes.get_mut(scope.get()) else {
        return next;
    };
    let id = *entry.symbols.entry(name).or_insert(next);
    if id == next {
        built.symbols.push(Symbol {
            name,
            scope,
            bindings: Vec::new(),
            deleted: false,
            holds_from: None,
        });
    }
    id
}

fn alias<'a>(built: &mut Scopes<'a>, scope: ScopeId, name: &'a str, symbol: SymbolId) {
    if let Some(entry) = built.scopes.get_mut(scope.get()) {
        entry.symbols.insert(name, symbol);
    }
}

fn enclosing_function_symbol(built: &Scopes<'_>, scope: ScopeId, name: &str) -> Option<SymbolId> {
    let mut next = built.scope(scope)?.parent;
    while let Some(scope) = next.and_then(|id| built.scope(id)) {
        if matches!(scope.kind, ScopeKind::Function | ScopeKind::Lambda)
            && let Some(symbol) = scope.symbols.get(name)
        {
            return Some(*symbol);
        }
        next = scope.parent;
    }
    None
}

/// Whether the test of an `if` is `typing.TYPE_CHECKING` and nothing else.
fn is_type_checking(built: &Scopes<'_>, name: &ast::ExprName, dotted: bool) -> bool {
    let from_typing = |module: &str| matches!(module, "typing" | "typing_extensions");
    let resolution = built.resolve(name);
    let Some(symbol) = resolution.symbol.and_then(|id| built.symbol(id)) else {
        return false;
    };
    !symbol.bindings.is_empty()
        && resolution.fallback.is_none()
        && symbol.bindings.iter().all(|id| {
            built
                .binding(*id)
                .is_some_and(|binding| match binding.kind {
                    BindingKind::Import(alias) => dotted && from_typing(&alias.name),
                    BindingKind::ImportFrom(from, alias) => {
                        !dotted
                            && from.level == 0
                            && from.module.as_deref().is_some_and(from_typing)
                            && alias.name.as_str() == "TYPE_CHECKING"
                    }
                    _ => false,
                })
        })
}
