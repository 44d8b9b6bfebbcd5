//! The two functions the harness calls: present, at top level, callable with the context, and still
//! themselves when the file has been imported.

use prism_gate_sdk::Evidence;
use prism_pyast::ast::{Stmt, StmtFunctionDef};
use prism_pyast::text::{Ranged, TextSize};
use prism_pyast::{Binding, BindingKind, Module, Scopes};

use crate::rules;

/// Checks that `symbol` of `module` can be called as `symbol(ctx)`.
pub(crate) fn check(module: &Module, symbol: &str, evidence: &mut Vec<Evidence>) {
    let scopes = Scopes::new(module.body());
    let bindings = bindings(&scopes, symbol);
    let definition = module
        .body()
        .iter()
        .rev()
        .find_map(|statement| match statement {
            Stmt::FunctionDef(function) if function.name.as_str() == symbol => Some(function),
            _ => None,
        });
    let Some(definition) = definition else {
        evidence.push(missing(module, symbol, &bindings));
        return;
    };
    rebindings(module, symbol, definition, &scopes, &bindings, evidence);
    signature(module, definition, evidence);
}

fn bindings<'s, 'a>(scopes: &'s Scopes<'a>, symbol: &str) -> Vec<&'s Binding<'a>> {
    let found = scopes.global(symbol).and_then(|id| scopes.symbol(id));
    let ids = found
        .map(|symbol| symbol.bindings.as_slice())
        .unwrap_or_default();
    ids.iter()
        .filter_map(|id| scopes.binding(*id))
        .filter(|binding| !binding.type_only)
        .collect()
}

fn finding(rule: &str, module: &Module, offset: TextSize, message: String) -> Evidence {
    let place = module.position(offset);
    Evidence::error(rule, message).at(module.path(), module.source(), place.line, place.column)
}

fn missing(module: &Module, symbol: &str, bindings: &[&Binding<'_>]) -> Evidence {
    let wanted = format!("write `def {symbol}(ctx):` at the top level of this file");
    match bindings.first() {
        None => Evidence::error(
            rules::ENTRY_MISSING,
            format!("there is no function `{symbol}`; {wanted}, or name yours in prism.yaml"),
        )
        .in_file(module.path()),
        Some(binding) => {
            let what = match binding.kind {
                BindingKind::Import(_) | BindingKind::ImportFrom(..) => "is imported",
                BindingKind::Function(_) => "is defined inside another statement",
                BindingKind::Class(_) => "is a class",
                _ => "is a variable",
            };
            finding(
                rules::ENTRY_MISSING,
                module,
                binding.start,
                format!("`{symbol}` {what}; {wanted}"),
            )
        }
    }
}

/// Anything but the one definition could put another function in its place.
fn rebindings(
    module: &Module,
    symbol: &str,
    definition: &StmtFunctionDef,
    scopes: &Scopes<'_>,
    bindings: &[&Binding<'_>],
    evidence: &mut Vec<Evidence>,
) {
    let own = definition.name.range.start();
    let mut refuse = |offset, what: &str| {
        let message = format!("{what}; `{symbol}` must be bound once, by its `def`");
        evidence.push(finding(rules::ENTRY_REBOUND, module, offset, message));
    };
    for binding in bindings.iter().filter(|binding| binding.start != own) {
        refuse(
            binding.start,
            &format!("`{symbol}` is bound a second time here"),
        );
    }
    if scopes
        .global(symbol)
        .and_then(|id| scopes.symbol(id))
        .is_some_and(|found| found.deleted)
    {
        refuse(own, &format!("`{symbol}` is deleted in this file"));
    }
    for star in scopes
        .stars()
        .iter()
        .filter(|star| star.range().start() > own)
    {
        refuse(
            star.range().start(),
            &format!(
                "this import may bring another `{symbol}`; import names one by one, or above the function"
            ),
        );
    }
}

fn signature(module: &Module, definition: &StmtFunctionDef, evidence: &mut Vec<Evidence>) {
    let name = definition.name.as_str();
    let parameters = &definition.parameters;
    let positional = || parameters.posonlyargs.iter().chain(&parameters.args);
    let problem = if positional().next().is_none() && parameters.vararg.is_none() {
        Some(format!(
            "`{name}` takes no positional parameter; it is called with the context, so write `def {name}(ctx):`"
        ))
    } else {
        let extra = positional()
            .skip(1)
            .chain(&parameters.kwonlyargs)
            .find(|parameter| parameter.default.is_none());
        extra.map(|parameter| {
            let extra = parameter.parameter.name.as_str();
            format!(
                "`{name}` is called with the context alone; give the parameter `{extra}` a default"
            )
        })
    };
    if let Some(message) = problem {
        evidence.push(finding(
            rules::ENTRY_SIGNATURE,
            module,
            definition.name.range.start(),
            message,
        ));
    }
    if definition.is_async {
        let message =
            format!("`{name}` is async, and the harness does not await it; write a plain `def`");
        let mut found = finding(
            rules::ENTRY_SIGNATURE,
            module,
            definition.name.range.start(),
            message,
        );
        found.severity = prism_gate_sdk::Severity::Warning;
        evidence.push(found);
    }
}
