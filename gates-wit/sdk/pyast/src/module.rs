//! One parsed file and its positions.

use std::borrow::Cow;

use rustpython_ruff_python_ast::{ModModule, PythonVersion, Stmt};
use rustpython_ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use rustpython_ruff_source_file::LineIndex;
use rustpython_ruff_text_size::{Ranged, TextRange, TextSize};
use serde::{Deserialize, Serialize};

use crate::{depth, legality};

/// A place in a file, as editors and Python's own messages count (columns from 1, though).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in characters.
    pub column: u32,
}

/// Why a file could not be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseErrorKind {
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The grammar of the chosen Python version does not accept it.
    Syntax,
    /// It nests deeper than [`depth::MAX_NESTING`] or [`depth::MAX_DEPTH`].
    TooDeep,
}

/// A file that is not Python of the chosen version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{}:{}: {message}", position.line, position.column)]
pub struct ParseError {
    /// Bundle path.
    pub path: String,
    /// Where the problem starts.
    pub position: Position,
    /// What is wrong, in the parser's words.
    pub message: String,
    /// The class of the problem.
    pub kind: ParseErrorKind,
}

/// One file of a bundle: its text, tree and line table.
#[derive(Debug)]
pub struct Module {
    path: String,
    source: String,
    tree: ModModule,
    comments: Vec<TextRange>,
    lines: LineIndex,
}

impl Module {
    /// Parses one file by the grammar of `version`, which should be the interpreter that will run it.
    ///
    /// # Errors
    /// [`ParseError`] with the first problem, in source order, if the bytes are not UTF-8, nest too deep, or are
    /// not legal in that version.
    pub fn parse(path: &str, bytes: &[u8], version: PythonVersion) -> Result<Self, ParseError> {
        let fail = |kind, position, message: String| ParseError {
            path: path.to_owned(),
            position,
            message,
            kind,
        };
        let source = std::str::from_utf8(bytes).map_err(|error| {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let good = std::str::from_utf8(good).unwrap_or_default();
            let end = TextSize::of(good);
            let position = position_in(&LineIndex::from_source_text(good), good, end);
            fail(
                ParseErrorKind::NotUtf8,
                position,
                "the file is not UTF-8".to_owned(),
            )
        })?;
        // A byte order mark is legal and means nothing; every offset below is without it. To CPython every line end is
        // a line feed, inside strings too; lines and columns stay what they were.
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let source = &*line_feeds(source);
        let lines = LineIndex::from_source_text(source);
        if let Some(depth::TooDeep { line, broken }) = depth::too_deep(source) {
            if broken {
                let message = "an indentation or a token before this line is wrong, and what follows nests too deeply";
                let place = Position { line, column: 1 };
                return Err(fail(ParseErrorKind::Syntax, place, message.to_owned()));
            }
            let message = format!(
                "nested too deeply (at most {} brackets and blocks, {} levels with operators)",
                depth::MAX_NESTING,
                depth::MAX_DEPTH
            );
            return Err(fail(
                ParseErrorKind::TooDeep,
                Position { line, column: 1 },
                message,
            ));
        }
        let parsed = parse_unchecked(
            source,
            ParseOptions::from(Mode::Module).with_target_version(version),
        );
        let syntax = parsed
            .errors()
            .first()
            .map(|error| (error.location.start(), error.error.to_string()));
        let version_error = parsed
            .unsupported_syntax_errors()
            .first()
            .map(|error| (error.range.start(), error.to_string()));
        // What ruff takes for a space or for a part of a string or comment.
        let byte = if source.starts_with('\u{feff}') {
            Some((TextSize::default(), "a second byte order mark".to_owned()))
        } else {
            let at = source.find('\0').and_then(|at| u32::try_from(at).ok());
            at.map(|at| (TextSize::from(at), "a null byte".to_owned()))
        };
        let syntax = byte.or(syntax);
        let first = match (syntax, version_error) {
            (Some(one), Some(other)) => Some(if other.0 < one.0 { other } else { one }),
            (one, other) => one.or(other),
        };
        if let Some((offset, message)) = first {
            return Err(fail(
                ParseErrorKind::Syntax,
                position_in(&lines, source, offset),
                message,
            ));
        }
        let comments = parsed
            .tokens()
            .iter()
            .filter(|token| token.kind().is_comment())
            .map(Ranged::range)
            .collect();
        let Some(parsed) = parsed.try_into_module() else {
            let start = Position { line: 1, column: 1 };
            return Err(fail(
                ParseErrorKind::Syntax,
                start,
                "the file is not a module".to_owned(),
            ));
        };
        let illegal = legality::indentation::first_problem(parsed.tokens(), source);
        let tree = parsed.into_syntax();
        let illegal = illegal.or_else(|| legality::first_problem(&tree.body, source, version));
        if let Some((offset, message)) = illegal {
            return Err(fail(
                ParseErrorKind::Syntax,
                position_in(&lines, source, offset),
                message,
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            source: source.to_owned(),
            tree,
            comments,
            lines,
        })
    }

    /// Bundle path, `/` separated.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The text the offsets of the tree refer to: without a byte order mark, every line end a line feed.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The top-level statements.
    #[must_use]
    pub fn body(&self) -> &[Stmt] {
        &self.tree.body
    }

    /// Where the comments are, in order.
    #[must_use]
    pub fn comments(&self) -> &[TextRange] {
        &self.comments
    }

    /// Line and column of an offset.
    #[must_use]
    pub fn position(&self, offset: TextSize) -> Position {
        position_in(&self.lines, &self.source, offset)
    }

    /// Line and column where a node starts.
    #[must_use]
    pub fn start_of(&self, node: &impl Ranged) -> Position {
        self.position(node.start())
    }

    /// The text of a 1-based line without its line end, or nothing if there is no such line.
    #[must_use]
    pub fn line_text(&self, line: u32) -> &str {
        let Some(line) = usize::try_from(line)
            .ok()
            .and_then(rustpython_ruff_source_file::OneIndexed::new)
        else {
            return "";
        };
        if line.get() > self.lines.line_count() {
            return "";
        }
        let range = self.lines.line_range(line, &self.source);
        self.source
            .get(range.to_std_range())
            .unwrap_or_default()
            .trim_end_matches(['\r', '\n'])
    }
}

fn line_feeds(source: &str) -> Cow<'_, str> {
    if source.contains('\r') {
        Cow::Owned(source.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(source)
    }
}

fn position_in(lines: &LineIndex, source: &str, offset: TextSize) -> Position {
    let found = lines.line_column(offset.min(TextSize::of(source)), source);
    let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Position {
        line: narrow(found.line.get()),
        column: narrow(found.column.get()),
    }
}
