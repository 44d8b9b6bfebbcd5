//! Which files of the bundle run when one of them is imported.
//!
//! Every import statement counts, wherever it stands: under a condition, in a function, in a `try`.
//! What a name imported by star may pull in is taken generously: the package's direct children.

use std::collections::BTreeSet;

use prism_pyast::ast::visitor::{Visitor, walk_stmt};
use prism_pyast::ast::{Stmt, StmtImportFrom};
use prism_pyast::{Layout, Module, ModuleIndex};

/// The positions in `modules` of everything that importing `entry` may run, itself included, ascending.
pub(crate) fn reached(modules: &[Module], layout: &Layout, entry: usize) -> BTreeSet<usize> {
    let steps = modules.iter().flat_map(|module| module.path().split('/'));
    let names: BTreeSet<&str> = steps
        .map(|step| step.strip_suffix(".py").unwrap_or(step))
        .collect();
    let mut found = BTreeSet::from([entry]);
    let mut waiting = vec![entry];
    while let Some(index) = waiting.pop() {
        let Some(module) = modules.get(index) else {
            continue;
        };
        let mut imports = Imports {
            layout,
            from: ModuleIndex::new(index),
            names: &names,
            targets: Vec::new(),
        };
        imports.visit_body(module.body());
        for target in imports.targets {
            if found.insert(target.get()) {
                waiting.push(target.get());
            }
        }
    }
    found
}

struct Imports<'a> {
    layout: &'a Layout,
    from: ModuleIndex,
    /// Every name that a module or folder of the bundle has.
    names: &'a BTreeSet<&'a str>,
    targets: Vec<ModuleIndex>,
}

impl<'a> Visitor<'a> for Imports<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => import
                .names
                .iter()
                .for_each(|alias| self.absolute(&alias.name)),
            Stmt::ImportFrom(import) => self.import_from(import),
            _ => walk_stmt(self, statement),
        }
    }

    // No expression holds a statement.
    fn visit_expr(&mut self, _expression: &'a prism_pyast::ast::Expr) {}
}

impl Imports<'_> {
    /// Importing `a.b.c` runs `a`, `a.b` and `a.b.c`.
    fn absolute(&mut self, dotted: &str) {
        let ends = dotted
            .match_indices('.')
            .map(|(at, _)| at)
            .chain([dotted.len()]);
        for end in ends {
            let prefix = dotted.get(..end).unwrap_or(dotted);
            let module = self
                .layout
                .absolute(prefix)
                .and_then(|node| self.layout.module(node));
            self.targets.extend(module);
        }
    }

    fn import_from(&mut self, import: &StmtImportFrom) {
        let name = import.module.as_deref();
        let node = if import.level == 0 {
            let Some(name) = name else { return };
            self.absolute(name);
            self.layout.absolute(name)
        } else {
            self.packages_of(import.level, name);
            self.layout.relative(self.from, import.level, name)
        };
        let Some(node) = node else { return };
        self.targets.extend(self.layout.module(node));
        for alias in &import.names {
            if alias.name.as_str() == "*" {
                self.children(node);
            } else {
                let child = self.layout.child(node, &alias.name);
                self.targets
                    .extend(child.and_then(|child| self.layout.module(child)));
            }
        }
    }

    /// The packages a relative import goes through: the folder it starts in and each step down.
    fn packages_of(&mut self, level: u32, name: Option<&str>) {
        self.targets.extend(
            self.layout
                .relative(self.from, level, None)
                .and_then(|node| self.layout.module(node)),
        );
        let Some(name) = name else { return };
        for (end, _) in name.match_indices('.') {
            let node = name
                .get(..end)
                .and_then(|prefix| self.layout.relative(self.from, level, Some(prefix)));
            self.targets
                .extend(node.and_then(|node| self.layout.module(node)));
        }
    }

    /// `__all__` may name submodules, which a star then imports.
    fn children(&mut self, node: prism_pyast::NodeId) {
        for name in self.names {
            let child = self.layout.child(node, name);
            self.targets
                .extend(child.and_then(|child| self.layout.module(child)));
        }
    }
}
