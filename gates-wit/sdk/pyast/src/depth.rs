//! How deep a file nests, measured on its tokens before any recursive code sees it.
//!
//! The parser, the visitors and the destructor of the tree recurse. A stack overflow can't be caught inside a
//! gate, so the depth is bounded first, by a scan that does not recurse itself. The measure is an upper bound of
//! the tree's depth: brackets, indentation and f-strings nest; every operator, dot, call and keyword of one
//! comma-separated element may add one level (`a.b.c`, `a + b + c`, `not not a`, `lambda: lambda: a`).

use rustpython_ruff_python_ast::token::TokenKind;
use rustpython_ruff_python_parser::{Mode, lexer};

/// Most brackets, indentations and f-strings inside one another. CPython itself stops at 100 indentations and
/// 200 brackets; honest code stays under 20.
pub const MAX_NESTING: usize = 100;
/// Upper bound of the tree's depth, operators and attribute chains included. Sized for a gate's stack of 512 KiB.
pub const MAX_DEPTH: usize = 500;

/// One open bracket, f-string or the logical line itself.
#[derive(Default)]
struct Level {
    /// Operators since the last comma of this level.
    chain: usize,
    /// Lambdas whose colon has not come yet: their commas separate parameters, not elements.
    lambdas: usize,
}

/// Where the source gets too deep.
pub(crate) struct TooDeep {
    /// 1-based line; those inside multi-line strings are not counted, because the lexer keeps its positions to itself.
    pub(crate) line: u32,
    /// Whether something before it is no token of Python, for example an unindent that fits nowhere. The depth is not
    /// to be trusted then, and the source is wrong anyway.
    pub(crate) broken: bool,
}

/// Where the source gets too deep, if it does. Lexical errors before that are left to the parser.
pub(crate) fn too_deep(source: &str) -> Option<TooDeep> {
    let mut lexer = lexer::lex(source, Mode::Module);
    let mut levels = vec![Level::default()];
    let mut indentation = 0_usize;
    let mut chains = 0_usize;
    let mut line = 1_u32;
    let mut broken = false;
    loop {
        let kind = lexer.next_token();
        if matches!(kind, TokenKind::Newline | TokenKind::NonLogicalNewline) {
            line = line.saturating_add(1);
        }
        broken |= kind == TokenKind::Unknown;
        match kind {
            TokenKind::EndOfFile => return None,
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => {
                // `f()()` nests to the left: the call counts on the level around it as well.
                if let Some(level) = levels.last_mut() {
                    level.chain += 1;
                    chains += 1;
                }
                levels.push(Level::default());
            }
            TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd => {
                if levels.len() > 1
                    && let Some(level) = levels.pop()
                {
                    chains = chains.saturating_sub(level.chain);
                }
            }
            TokenKind::Newline | TokenKind::Semi => {
                levels.truncate(1);
                if let Some(level) = levels.last_mut() {
                    *level = Level::default();
                }
                chains = 0;
            }
            TokenKind::Indent => indentation += 1,
            TokenKind::Dedent => indentation = indentation.saturating_sub(1),
            TokenKind::Comma => {
                if let Some(level) = levels.last_mut()
                    && level.lambdas == 0
                {
                    chains = chains.saturating_sub(level.chain);
                    level.chain = 0;
                }
            }
            TokenKind::Colon => {
                if let Some(level) = levels.last_mut() {
                    level.lambdas = level.lambdas.saturating_sub(1);
                }
            }
            TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringMiddle
            | TokenKind::TStringMiddle
            | TokenKind::Comment
            | TokenKind::NonLogicalNewline
            | TokenKind::Equal => {}
            other => {
                if let Some(level) = levels.last_mut() {
                    level.chain += 1;
                    chains += 1;
                    if other == TokenKind::Lambda {
                        level.lambdas += 1;
                    }
                }
            }
        }
        let nesting = levels.len() - 1 + indentation;
        if nesting > MAX_NESTING || nesting + chains > MAX_DEPTH {
            return Some(TooDeep { line, broken });
        }
    }
}
