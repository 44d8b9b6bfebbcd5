//! The walk over one module: every expression is judged by what it may stand for.
//!
//! What makes the judgement sound, as far as a static one can be: a module never becomes a value that is not followed
//! (an element, an argument, an attribute, a result), so every way to a module's content is a chain of names and
//! attributes whose origins are known; and what leads out of plain objects (special attributes, frames, attributes by
//! an unknown text) is refused by its name.

mod by_name;
mod calls;
mod definitions;
mod expressions;
mod imports;
mod judgement;
mod making;

use prism_pyast::ast::visitor::{self, Visitor};
use prism_pyast::ast::{self, Expr, Pattern, Stmt};
use prism_pyast::text::{Ranged, TextSize};
use prism_pyast::{Module, ModuleIndex, Program, Scopes, paired_targets};

use crate::finding::Findings;
use crate::table::Advice;

/// How the value of an expression is used, which decides what it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// In a way that is not followed.
    Value,
    /// Bound to a plain name, which is followed.
    Alias,
    /// Something is read from it in the open: the base of an attribute, the object of `getattr`.
    Base,
    /// As [`Use::Base`], and the whole chain has been judged already.
    Chain,
    /// Called.
    Callee,
    /// Compared or tested for truth.
    Test,
    /// A class in `isinstance`.
    Class,
}

impl Use {
    /// Whether a module may stand here.
    fn takes_module(self) -> bool {
        matches!(self, Self::Alias | Self::Base | Self::Chain | Self::Test)
    }
}

/// The walk's state.
struct Inspector<'a, 'p> {
    program: &'p Program<'a>,
    scopes: &'p Scopes<'a>,
    index: ModuleIndex,
    module: &'a Module,
    findings: &'p mut Findings,
    /// Directly in a class body.
    in_class_body: bool,
    /// Inside any function.
    in_function: bool,
    /// Inside an annotation.
    in_annotation: bool,
    /// Inside a `try` that catches ImportError.
    guarded: bool,
    /// The methods around, innermost last.
    selves: Vec<Own<'a>>,
}

/// A method and the parameter that is its own object.
#[derive(Clone, Copy, Debug)]
struct Own<'a> {
    method: &'a str,
    parameter: &'a str,
    /// Where the second parameter of a plain `__getattr__` stands: the name that was asked for.
    asked_for: Option<TextSize>,
}

/// Judges one module.
pub(crate) fn inspect(program: &Program<'_>, index: ModuleIndex, findings: &mut Findings) {
    let (Some(module), Some(scopes)) = (program.module(index), program.scopes(index)) else {
        return;
    };
    let mut inspector = Inspector {
        program,
        scopes,
        index,
        module,
        findings,
        in_class_body: false,
        in_function: false,
        in_annotation: false,
        guarded: false,
        selves: Vec::new(),
    };
    inspector.visit_body(module.body());
}

impl<'a> Inspector<'a, '_> {
    fn report(&mut self, at: TextSize, rule: &'static str, message: String) {
        self.findings
            .add(self.module.path(), self.module.position(at), rule, message);
    }

    /// Reports something the table denies by name. `what` is the source's own words.
    fn report_denied(&mut self, at: TextSize, what: &str, advice: &Advice) {
        let reached = if what == advice.name {
            format!("`{what}`")
        } else {
            format!("`{what}` reaches `{}`", advice.name)
        };
        let message = if what == advice.name {
            format!(
                "{reached} is not allowed: {}. Instead: {}.",
                advice.why, advice.instead
            )
        } else {
            format!(
                "{reached}, which is not allowed: {}. Instead: {}.",
                advice.why, advice.instead
            )
        };
        self.report(at, advice.rule, message);
    }

    /// The values of `a = b = value`.
    fn assigned(&mut self, targets: &[&'a Expr], value: &'a Expr) {
        let followed = |target: &&Expr| target.is_name_expr();
        if targets.iter().all(followed) && !self.in_class_body {
            return self.expr(value, Use::Alias);
        }
        if let [target] = targets
            && let Some(pairs) = paired_targets(target, value)
        {
            for (target, value) in pairs {
                self.assigned(&[target], value);
            }
            return;
        }
        self.expr(value, Use::Value);
    }

    fn in_state<T>(
        &mut self,
        change: impl FnOnce(&mut Self),
        inside: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let state = (
            self.in_class_body,
            self.in_function,
            self.in_annotation,
            self.guarded,
        );
        change(self);
        let result = inside(self);
        (
            self.in_class_body,
            self.in_function,
            self.in_annotation,
            self.guarded,
        ) = state;
        result
    }

    /// Whether the handlers of a `try` catch a failed import.
    fn catches_import_error(&self, handlers: &'a [ast::ExceptHandler]) -> bool {
        let catches = |expr: &'a Expr| {
            self.paths_of(expr).iter().any(|path| {
                matches!(
                    path.as_str(),
                    "builtins.ImportError"
                        | "builtins.ModuleNotFoundError"
                        | "builtins.Exception"
                        | "builtins.BaseException"
                )
            })
        };
        handlers
            .iter()
            .any(
                |ast::ExceptHandler::ExceptHandler(handler)| match handler.type_.as_deref() {
                    None => true,
                    Some(Expr::Tuple(tuple)) => tuple.elts.iter().any(catches),
                    Some(expr) => catches(expr),
                },
            )
    }
}

impl<'a> Visitor<'a> for Inspector<'a, '_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            // Under `if TYPE_CHECKING:` nothing runs.
            _ if self.scopes.is_type_only(stmt.start()) => {}
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(from) => self.import_from(from),
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::Assign(assign) => {
                let targets: Vec<&Expr> = assign.targets.iter().collect();
                self.assigned(&targets, &assign.value);
                assign
                    .targets
                    .iter()
                    .for_each(|target| self.expr(target, Use::Value));
            }
            Stmt::AnnAssign(assign) => {
                self.visit_annotation(&assign.annotation);
                if let Some(value) = &assign.value {
                    self.assigned(&[&assign.target], value);
                }
                self.expr(&assign.target, Use::Value);
            }
            Stmt::If(branch) => {
                self.expr(&branch.test, Use::Test);
                self.visit_body(&branch.body);
                for clause in &branch.elif_else_clauses {
                    if let Some(test) = &clause.test {
                        self.expr(test, Use::Test);
                    }
                    self.visit_body(&clause.body);
                }
            }
            Stmt::Assert(assert) => {
                self.expr(&assert.test, Use::Test);
                if let Some(message) = &assert.msg {
                    self.expr(message, Use::Value);
                }
            }
            Stmt::Try(attempt) => {
                let guards = self.catches_import_error(&attempt.handlers);
                self.in_state(
                    |state| state.guarded |= guards,
                    |inspector| inspector.visit_body(&attempt.body),
                );
                attempt
                    .handlers
                    .iter()
                    .for_each(|handler| self.visit_except_handler(handler));
                self.visit_body(&attempt.orelse);
                self.visit_body(&attempt.finalbody);
            }
            Stmt::TypeAlias(alias) => {
                self.in_state(
                    |state| state.in_annotation = true,
                    |inspector| inspector.expr(&alias.value, Use::Value),
                );
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.expr(expr, Use::Value);
    }

    fn visit_annotation(&mut self, expr: &'a Expr) {
        self.in_state(
            |state| state.in_annotation = true,
            |inspector| inspector.expr(expr, Use::Value),
        );
    }

    fn visit_decorator(&mut self, decorator: &'a ast::Decorator) {
        self.expr(&decorator.expression, Use::Callee);
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(inner) = handler;
        self.captured(inner.name.as_ref());
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::MatchAs(pattern) => self.captured(pattern.name.as_ref()),
            Pattern::MatchStar(pattern) => self.captured(pattern.name.as_ref()),
            Pattern::MatchMapping(pattern) => self.captured(pattern.rest.as_ref()),
            _ => {}
        }
        match pattern {
            // A class pattern reads attributes without an attribute node.
            Pattern::MatchClass(class) => {
                self.expr(&class.cls, Use::Class);
                for keyword in &class.arguments.keywords {
                    self.attribute_name(keyword.attr.as_str(), keyword.attr.start(), false, false);
                    self.visit_pattern(&keyword.pattern);
                }
                class
                    .arguments
                    .patterns
                    .iter()
                    .for_each(|pattern| self.visit_pattern(pattern));
            }
            Pattern::MatchValue(value) => self.expr(&value.value, Use::Test),
            _ => visitor::walk_pattern(self, pattern),
        }
    }
}
