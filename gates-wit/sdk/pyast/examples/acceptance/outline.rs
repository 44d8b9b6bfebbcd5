//! What a file means, in short: every name, attribute, call, import, definition and constant with its place.
//!
//! `tests/outline.py` writes the same of CPython's tree. Two readers that disagree about a file disagree here: about where
//! a string ends, what is a comment, what an indentation belongs to.

use std::fmt::Write;

use prism_pyast::ast::visitor::{Visitor, walk_except_handler, walk_expr, walk_pattern, walk_stmt};
use prism_pyast::ast::{ExceptHandler, Expr, Number, Pattern, Stmt};
use prism_pyast::text::{Ranged, TextSize};
use prism_pyast::{Module, ast};
use sha2::{Digest, Sha256};

/// The outline, one item a line, sorted.
pub fn of(module: &Module) -> String {
    let mut outline = Outline {
        module,
        items: Vec::new(),
    };
    outline.visit_body(module.body());
    outline.items.sort();
    outline.items.join("\n")
}

/// Its digest, by which two outlines are compared.
pub fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

struct Outline<'a> {
    module: &'a Module,
    items: Vec<String>,
}

impl Outline<'_> {
    fn item(&mut self, kind: &str, start: TextSize, text: &str) {
        let place = self.module.position(start);
        let mut item = format!("{kind} {}:{} ", place.line, place.column);
        quote(&mut item, text);
        self.items.push(item);
    }

    /// Where no place is comparable: CPython 3.11 has none inside f-strings.
    fn unplaced(&mut self, kind: &str, text: &str) {
        let mut item = format!("{kind} ");
        quote(&mut item, text);
        self.items.push(item);
    }
}

/// Letters as they are, everything else by its number.
fn quote(item: &mut String, text: &str) {
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || "_.*".contains(character) {
            item.push(character);
        } else {
            let _infallible = write!(item, "<{:x}>", u32::from(character));
        }
    }
}

impl<'a> Visitor<'a> for Outline<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => {
                // CPython counts a definition from its keyword, ruff from its first decorator.
                self.unplaced("def", function.name.as_str());
                for parameter in &*function.parameters {
                    self.item(
                        "parameter",
                        parameter.name().start(),
                        parameter.name().as_str(),
                    );
                }
            }
            Stmt::ClassDef(class) => self.unplaced("class", class.name.as_str()),
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.item("import", alias.start(), &imported(alias));
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_deref().unwrap_or_default();
                let from = format!("{} {module}", import.level);
                self.item("from", stmt.start(), &from);
                for alias in &import.names {
                    self.item("import", alias.start(), &imported(alias));
                }
            }
            Stmt::Global(ast::StmtGlobal { names, .. })
            | Stmt::Nonlocal(ast::StmtNonlocal { names, .. }) => {
                for name in names {
                    self.unplaced("declared", name.as_str());
                }
            }
            Stmt::Return(_)
            | Stmt::Raise(_)
            | Stmt::Pass(_)
            | Stmt::If(_)
            | Stmt::For(_)
            | Stmt::While(_)
            | Stmt::With(_)
            | Stmt::Try(_)
            | Stmt::Match(_)
            | Stmt::Assign(_)
            | Stmt::Delete(_)
            | Stmt::AugAssign(_)
            | Stmt::AnnAssign(_) => {
                self.item("statement", stmt.start(), "");
            }
            _ => {}
        }
        if let Stmt::If(choice) = stmt {
            // In CPython's tree an `elif` is an `if` of its own. (ruff's `walk_stmt` would visit its test twice.)
            self.visit_expr(&choice.test);
            self.visit_body(&choice.body);
            for clause in &choice.elif_else_clauses {
                if let Some(test) = &clause.test {
                    self.item("statement", clause.start(), "");
                    self.visit_expr(test);
                }
                self.visit_body(&clause.body);
            }
            return;
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::FString(_) => return self.string(expr),
            Expr::Name(name) => self.item("name", name.start(), name.id.as_str()),
            Expr::Attribute(attribute) => {
                self.item("attribute", attribute.start(), attribute.attr.as_str());
            }
            Expr::Call(call) => self.item("call", call.start(), ""),
            Expr::Lambda(lambda) => {
                self.item("lambda", lambda.start(), "");
                for parameter in lambda
                    .parameters
                    .iter()
                    .flat_map(|parameters| parameters.iter())
                {
                    self.item(
                        "parameter",
                        parameter.name().start(),
                        parameter.name().as_str(),
                    );
                }
            }
            Expr::StringLiteral(literal) => {
                self.item("string", literal.start(), literal.value.to_str());
            }
            Expr::BytesLiteral(literal) => {
                let bytes: String = literal.value.bytes().map(char::from).collect();
                self.item("bytes", literal.start(), &bytes);
            }
            Expr::NumberLiteral(literal) => match &literal.value {
                Number::Int(_) => self.item("int", literal.start(), ""),
                Number::Float(value) => {
                    self.item("float", literal.start(), &format!("{:x}", value.to_bits()));
                }
                Number::Complex { imag, .. } => {
                    self.item("complex", literal.start(), &format!("{:x}", imag.to_bits()));
                }
            },
            Expr::BinOp(operation) => {
                self.item("operation", operation.start(), operation.op.as_str());
            }
            Expr::Compare(comparison) => {
                for op in &*comparison.ops {
                    self.item("comparison", comparison.start(), op.as_str());
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(one) = handler;
        self.item(
            "except",
            one.start(),
            one.name.as_ref().map_or("", |name| name.as_str()),
        );
        walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let bound = match pattern {
            Pattern::MatchAs(capture) => capture.name.as_ref(),
            Pattern::MatchStar(star) => star.name.as_ref(),
            Pattern::MatchMapping(mapping) => mapping.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = bound {
            self.item("capture", pattern.start(), name.as_str());
        }
        if let Pattern::MatchClass(class) = pattern {
            for keyword in &class.arguments.keywords {
                self.unplaced("keyword", keyword.attr.as_str());
            }
        }
        walk_pattern(self, pattern);
    }

    fn visit_keyword(&mut self, keyword: &'a ast::Keyword) {
        let name = keyword.arg.as_ref().map_or("**", |name| name.as_str());
        self.item("keyword", keyword.start(), name);
        self.visit_expr(&keyword.value);
    }
}

fn imported(alias: &ast::Alias) -> String {
    match &alias.asname {
        Some(name) => format!("{} as {name}", alias.name),
        None => alias.name.to_string(),
    }
}

/// What an f-string has inside, where places don't compare.
struct Names<'o, 'a>(&'o mut Outline<'a>);

impl Outline<'_> {
    fn string(&mut self, expr: &Expr) {
        self.item("f-string", expr.start(), "");
        walk_expr(&mut Names(self), expr);
    }
}

impl<'v> Visitor<'v> for Names<'_, '_> {
    fn visit_expr(&mut self, expr: &'v Expr) {
        match expr {
            Expr::Name(name) => self.0.unplaced("name", name.id.as_str()),
            Expr::Attribute(attribute) => self.0.unplaced("attribute", attribute.attr.as_str()),
            Expr::Call(_) => self.0.unplaced("call", ""),
            Expr::StringLiteral(literal) => self.0.unplaced("string", literal.value.to_str()),
            _ => {}
        }
        walk_expr(self, expr);
    }
}
