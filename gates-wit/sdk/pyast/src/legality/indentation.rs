//! Indentation as CPython measures it: twice, with tabs of eight columns and of one, and both must agree.
//!
//! Otherwise a line would belong to one block for a reader with wide tabs and to another for the interpreter.

use rustpython_ruff_python_ast::token::{TokenKind, Tokens};
use rustpython_ruff_text_size::{Ranged, TextSize};

/// Where the indentation of a line stands, by both measures.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Width {
    /// Tabs go to the next multiple of eight.
    wide: usize,
    /// A tab is one column.
    narrow: usize,
}

impl Width {
    fn of(spaces: &str) -> Self {
        spaces
            .chars()
            .fold(Self::default(), |width, character| match character {
                '\t' => Self {
                    wide: (width.wide / 8 + 1) * 8,
                    narrow: width.narrow + 1,
                },
                '\x0c' => Self::default(),
                _ => Self {
                    wide: width.wide + 1,
                    narrow: width.narrow + 1,
                },
            })
    }
}

/// The first line whose indentation CPython refuses.
pub(crate) fn first_problem(tokens: &Tokens, source: &str) -> Option<(TextSize, String)> {
    let mut open = vec![Width::default()];
    let mut begins = true;
    for token in tokens {
        match token.kind() {
            TokenKind::Newline => begins = true,
            TokenKind::NonLogicalNewline
            | TokenKind::Comment
            | TokenKind::Indent
            | TokenKind::Dedent
            | TokenKind::EndOfFile => {}
            _ if begins => {
                begins = false;
                let width = Width::of(spaces(source, token.start()));
                if let Some(message) = enter(&mut open, width) {
                    return Some((token.start(), message.to_owned()));
                }
            }
            _ => {}
        }
    }
    None
}

fn enter(open: &mut Vec<Width>, width: Width) -> Option<&'static str> {
    const MIXED: &str = "inconsistent use of tabs and spaces in indentation";
    let last = open.last().copied().unwrap_or_default();
    if width.wide > last.wide {
        open.push(width);
        return (width.narrow <= last.narrow).then_some(MIXED);
    }
    while open.last().is_some_and(|last| last.wide > width.wide) {
        open.pop();
    }
    let last = open.last().copied().unwrap_or_default();
    if last.wide != width.wide {
        Some("unindent does not match any outer indentation level")
    } else if last.narrow != width.narrow {
        Some(MIXED)
    } else {
        None
    }
}

/// The spaces before the first token of a logical line. Lines that a backslash joins before it count from the first
/// one that is indented.
fn spaces(source: &str, start: TextSize) -> &str {
    let before = source.get(..start.to_usize()).unwrap_or_default();
    let mut found = before.rsplit('\n').next().unwrap_or_default();
    for line in before.rsplit('\n').skip(1) {
        match line.strip_suffix('\\') {
            Some(spaces) if spaces.trim_matches([' ', '\t', '\x0c']).is_empty() => {
                if !spaces.is_empty() {
                    found = spaces;
                }
            }
            _ => break,
        }
    }
    found
}
