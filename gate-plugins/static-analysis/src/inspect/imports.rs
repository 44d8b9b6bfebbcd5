//! Import statements.

use prism_pyast::ast;
use prism_pyast::text::{Ranged, TextSize};
use prism_pyast::{BindingKind, Origin, Origins};

use super::{Inspector, Use};
use crate::rules;
use crate::table::{self, Judgement};

impl<'a> Inspector<'a, '_> {
    pub(super) fn import(&mut self, import: &'a ast::StmtImport) {
        for alias in &import.names {
            let whole = alias.name.as_str();
            // Judged by the whole path, whatever part of it gets bound.
            let origins = self.program.module_origins(self.index, 0, Some(whole));
            self.imported(&origins, alias.start(), whole);
            self.captured(alias.asname.as_ref());
        }
    }

    pub(super) fn import_from(&mut self, from: &'a ast::StmtImportFrom) {
        let base = self
            .program
            .module_origins(self.index, from.level, from.module.as_deref());
        let written = format!(
            "{}{}",
            ".".repeat(from.level as usize),
            from.module.as_deref().unwrap_or_default()
        );
        if base.known.is_empty() {
            return self.report_no_such_module(from.start(), &written);
        }
        for alias in &from.names {
            if alias.name.as_str() == "*" {
                self.star(&base, from.start(), &written);
                continue;
            }
            let origins = self
                .program
                .import_origins(self.index, BindingKind::ImportFrom(from, alias));
            self.imported(
                &origins,
                alias.start(),
                &format!("{written}.{}", alias.name),
            );
            self.captured(alias.asname.as_ref());
        }
    }

    fn imported(&mut self, origins: &Origins, at: TextSize, written: &str) {
        let has_module = origins.known.iter().any(|origin| match origin {
            Origin::External(path) => matches!(
                table::judge(&self.program.segments(*path)),
                Judgement::Module
            ),
            Origin::Bundle(_) => true,
            Origin::Definition(..) => false,
        });
        if has_module && self.in_class_body {
            let message = format!(
                "`{written}` becomes an attribute of the class, where it can't be followed. Instead: import it at the top of the file."
            );
            return self.report(at, rules::NO_DYNAMIC_ATTR, message);
        }
        if origins.known.is_empty() && !origins.unknown {
            return self.report_no_such_module(at, written);
        }
        for origin in &origins.known {
            let Origin::External(path) = origin else {
                continue;
            };
            let segments = self.program.segments(*path);
            if self.guarded && is_absent(&segments) {
                continue;
            }
            if matches!(table::judge(&segments), Judgement::Absent) {
                let root = segments.first().map(String::as_str).unwrap_or_default();
                let message = format!(
                    "`{root}` is not installed in the run. Instead: use torch, or import it inside try/except ImportError with a fallback."
                );
                return self.report(at, rules::NO_FORBIDDEN_IMPORT, message);
            }
            // A builtin that another file of the bundle gives a name to was judged there.
            if segments.first().is_some_and(|root| root == "builtins")
                && !written.starts_with("builtins")
            {
                continue;
            }
            if !self.judge_path(&segments, at, Use::Alias) {
                return;
            }
        }
        if origins.overflow {
            self.judge(origins, at, Use::Alias);
        }
    }

    fn star(&mut self, base: &Origins, at: TextSize, written: &str) {
        let outside = base
            .known
            .iter()
            .any(|origin| matches!(origin, Origin::External(_)));
        if outside {
            let message = format!(
                "`from {written} import *` hides which names are reached. Instead: list the names you use."
            );
            self.report(at, rules::NO_FORBIDDEN_IMPORT, message);
        }
    }

    fn report_no_such_module(&mut self, at: TextSize, written: &str) {
        let message = format!(
            "the bundle has no module `{written}`. Instead: add the file, or correct the import; imports start at the bundle's root and at the entry's folder."
        );
        self.report(at, rules::NO_FORBIDDEN_IMPORT, message);
    }
}

fn is_absent(segments: &[String]) -> bool {
    matches!(table::judge(segments), Judgement::Absent)
}
