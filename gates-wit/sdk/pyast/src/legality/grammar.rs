//! What CPython's grammar refuses and ruff's parser, made for editors, lets pass.

use rustpython_ruff_python_ast::{
    self as ast, AnyParameterRef, ConversionFlag, ExceptHandler, Expr, ExprContext,
    InterpolatedStringElement, Pattern, PythonVersion, Stmt,
};
use rustpython_ruff_text_size::{Ranged, TextRange, TextSize};

use super::Legality;

const DEBUG: &str = "cannot assign to __debug__";
const STAR: &str = "can't use starred expression here";
const STAR_TARGET: &str = "starred assignment target must be in a list or tuple";

impl Legality<'_> {
    fn text(&self, start: TextSize, end: TextSize) -> &str {
        let range = TextRange::new(start, end.max(start));
        self.source.get(range.to_std_range()).unwrap_or_default()
    }

    fn refuse_when(&self, wrong: bool, start: TextSize, message: &str) {
        if wrong {
            self.refuse(start, message);
        }
    }

    pub(super) fn check_statement(&self, stmt: &Stmt) {
        let start = stmt.start();
        match stmt {
            Stmt::Expr(statement) => {
                self.refuse_when(statement.value.is_starred_expr(), start, STAR);
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.refuse_when(target.is_starred_expr(), target.start(), STAR_TARGET);
                }
            }
            Stmt::AnnAssign(assign) => {
                let name = match assign.target.as_ref() {
                    Expr::Name(name) => name.id.as_str(),
                    Expr::Attribute(attribute) => attribute.attr.as_str(),
                    _ => "",
                };
                self.refuse_when(name == "__debug__", start, DEBUG);
            }
            Stmt::With(with) => {
                for target in with
                    .items
                    .iter()
                    .filter_map(|item| item.optional_vars.as_ref())
                {
                    self.refuse_when(target.is_starred_expr(), target.start(), STAR_TARGET);
                }
            }
            Stmt::Import(import) => {
                for alias in import.names.iter().filter(|alias| alias.asname.is_none()) {
                    let root = alias.name.split('.').next();
                    self.refuse_when(root == Some("__debug__"), alias.start(), DEBUG);
                }
            }
            Stmt::ImportFrom(import) => {
                if let Some(star) = import.names.iter().find(|alias| alias.name.as_str() == "*") {
                    let wrong = self.text(start, star.start()).contains('(');
                    self.refuse_when(wrong, star.start(), "`*` can't stand in parentheses");
                }
            }
            Stmt::ClassDef(class) => {
                for argument in class.arguments.iter().flat_map(|arguments| &arguments.args) {
                    let bare = matches!(argument, Expr::Generator(one) if !one.parenthesized);
                    self.refuse_when(
                        bare,
                        argument.start(),
                        "a generator as base needs parentheses",
                    );
                }
            }
            Stmt::Try(attempt) => {
                let before_last = attempt.handlers.iter().rev().skip(1);
                for ExceptHandler::ExceptHandler(one) in before_last {
                    let wrong = one.type_.is_none();
                    self.refuse_when(wrong, one.start(), "default 'except:' must be last");
                }
            }
            _ => {}
        }
    }

    pub(super) fn check_expression(&self, expr: &Expr) {
        match expr {
            Expr::Attribute(attribute) => {
                let written = attribute.ctx != ExprContext::Load;
                let wrong = written && attribute.attr.as_str() == "__debug__";
                self.refuse_when(wrong, expr.start(), DEBUG);
            }
            Expr::Named(named) => {
                // What stands between has no strings, so `#` begins a comment.
                let between = self.text(named.target.end(), named.value.start());
                let code = between
                    .lines()
                    .map(|line| line.split('#').next().unwrap_or_default());
                let closed = code.take_while(|code| !code.trim_start().starts_with(":="));
                let wrong = closed.collect::<String>().contains(')')
                    || between.trim_start().starts_with(')');
                self.refuse_when(
                    wrong,
                    expr.start(),
                    "the target of `:=` can't have parentheses",
                );
            }
            Expr::Lambda(lambda) => {
                let parameters = lambda
                    .parameters
                    .iter()
                    .flat_map(|parameters| parameters.iter());
                for name in parameters.map(AnyParameterRef::name) {
                    self.refuse_when(name.as_str() == "__debug__", name.start(), DEBUG);
                }
            }
            Expr::FString(string) => {
                for element in string.value.elements() {
                    self.check_field(element, 0);
                }
            }
            _ => {}
        }
    }

    pub(super) fn check_keyword(&self, keyword: &ast::Keyword) {
        let wrong = keyword
            .arg
            .as_ref()
            .is_some_and(|name| name.as_str() == "__debug__");
        self.refuse_when(wrong, keyword.start(), DEBUG);
    }

    pub(super) fn check_comprehension(&self, generators: &[ast::Comprehension]) {
        for generator in generators {
            let wrong = generator.target.is_starred_expr();
            self.refuse_when(wrong, generator.target.start(), STAR_TARGET);
        }
    }

    /// `depth` counts the formats around the field.
    fn check_field(&self, element: &InterpolatedStringElement, depth: usize) {
        let InterpolatedStringElement::Interpolation(field) = element else {
            return;
        };
        let start = field.start();
        let most = if self.version >= PythonVersion::PY312 {
            2
        } else {
            1
        };
        self.refuse_when(
            depth > most,
            start,
            "f-string: expressions nested too deeply",
        );
        self.refuse_when(field.expression.is_starred_expr(), start, STAR);
        if self.version < PythonVersion::PY312 && field.conversion != ConversionFlag::None {
            let after = self.text(field.expression.end(), field.end());
            let conversion = after.split_once('!').map_or("", |(_, after)| after);
            let closed = conversion
                .get(1..)
                .is_some_and(|rest| rest.starts_with([':', '}']));
            self.refuse_when(!closed, start, "f-string: expecting '}'");
        }
        for inner in field.format_spec.iter().flat_map(|format| &format.elements) {
            self.check_field(inner, depth + 1);
        }
    }

    pub(super) fn check_pattern(&self, pattern: &Pattern) {
        let start = pattern.start();
        match pattern {
            Pattern::MatchValue(value) => self.check_value(&value.value),
            Pattern::MatchMapping(mapping) => {
                mapping.keys.iter().for_each(|key| self.check_value(key));
                let rest = mapping.rest.as_ref().map(ast::Identifier::as_str);
                self.refuse_when(rest == Some("_"), start, "`**_` can't stand in a pattern");
                self.refuse_when(rest == Some("__debug__"), start, DEBUG);
            }
            Pattern::MatchSequence(sequence) => {
                let stars = sequence.patterns.iter().filter(|one| one.is_match_star());
                let wrong = stars.count() > 1;
                self.refuse_when(wrong, start, "multiple starred names in sequence pattern");
            }
            Pattern::MatchAs(capture) => {
                let name = capture.name.as_ref().map_or("_", |name| name.as_str());
                let wrong = capture.pattern.is_some() && name == "_";
                self.refuse_when(wrong, start, "cannot use '_' as a target");
            }
            Pattern::MatchClass(class) => {
                for keyword in &class.arguments.keywords {
                    self.refuse_when(keyword.attr.as_str() == "__debug__", start, DEBUG);
                }
            }
            _ => {}
        }
    }

    fn check_value(&self, value: &Expr) {
        let wrong = value.is_f_string_expr();
        self.refuse_when(
            wrong,
            value.start(),
            "patterns may only match literals and attribute lookups",
        );
    }
}
