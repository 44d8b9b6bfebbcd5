//! A scanner for Python's tokens, as far as the lexical rules need it: where strings and comments are,
//! how deep brackets and expressions go, and how much there is of everything.
//!
//! It reads the lexical grammar of CPython 3.11 to 3.13 (reference manual, chapter 2) and leaves every
//! judgement about syntax to the parsers behind it. A file in which it would lose track is refused.

use super::text_literal::Prefix;
use crate::limits::{
    MAX_CHAIN, MAX_ELIF, MAX_INDENTATION, MAX_LITERALS, MAX_NESTING, MAX_NUMBER_BYTES,
    MAX_STRINGS_BYTES, MAX_TOKENS,
};
use crate::refusal::{Findings, Rule};

/// Words that may each cost a recursive parser one level.
const OPERATOR_WORDS: [&str; 13] = [
    "not", "and", "or", "if", "else", "lambda", "await", "in", "is", "for", "yield", "from",
    "async",
];

/// Scanning a file ended early; the finding is made.
#[derive(Debug)]
pub(super) struct Stop;

/// What a scanning of code ends at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The file's.
    Text,
    /// The `}` of an f-string's field.
    Brace,
    /// The `:` before a field's format.
    Format,
}

/// An open bracket, or the file itself.
#[derive(Debug, Default)]
struct Level {
    /// Operators since the last comma.
    chain: usize,
    /// `lambda` whose colon has not come yet: a comma among its parameters ends no expression.
    lambdas: usize,
}

pub(super) struct Scanner<'a, 'f> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// F-string fields around the place.
    pub(super) fields: usize,
    findings: &'f mut Findings,
    levels: Vec<Level>,
    /// Sum of the chains of all levels.
    chain: usize,
    indents: Vec<usize>,
    tokens: usize,
    literals: usize,
    string_bytes: usize,
    elifs: usize,
}

/// Scans a file and gives the number of its tokens.
pub(super) fn scan(path: &str, text: &str, findings: &mut Findings) -> usize {
    let mut scanner = Scanner {
        path,
        text,
        at: 0,
        fields: 0,
        findings,
        levels: vec![Level::default()],
        chain: 0,
        indents: Vec::new(),
        tokens: 0,
        literals: 0,
        string_bytes: 0,
        elifs: 0,
    };
    // A stop has left its finding; there is nothing more to say of the file.
    let _: Result<End, Stop> = scanner.indentation().and_then(|()| scanner.code());
    scanner.tokens
}

impl<'a> Scanner<'a, '_> {
    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn stop(&mut self, rule: Rule, at: usize, message: impl Into<String>) -> Stop {
        self.findings.at(rule, self.path, self.text, at, message);
        Stop
    }

    /// Scans code until the file's end or, inside an f-string's field, until the field's expression ends.
    pub(super) fn code(&mut self) -> Result<End, Stop> {
        let base = self.levels.len();
        let field = self.fields > 0;
        while let Some(byte) = self.peek(0) {
            let inner = self.levels.len() > base;
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' => {
                    self.at += 1;
                    if self.levels.len() == 1 {
                        self.end_expression(true);
                        self.indentation()?;
                    }
                }
                b'\\' if self.fields > 0 || !matches!(self.peek(1), Some(b'\n' | b'\r')) => {
                    let message = "a backslash that continues no line; inside an f-string's field Python 3.11 allows none";
                    return Err(self.stop(Rule::Strings, self.at, message));
                }
                b'\\' => self.at += if self.peek(1) == Some(b'\r') { 3 } else { 2 },
                b'#' if self.fields > 0 => {
                    let message = "a comment inside an f-string's field, which Python before 3.12 doesn't allow";
                    return Err(self.stop(Rule::Strings, self.at, message));
                }
                b'#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                b'"' | b'\'' => self.string(Prefix::default(), self.at)?,
                b'}' if field && !inner => return Ok(End::Brace),
                b':' if field && !inner => return Ok(End::Format),
                b'!' if field && !inner && self.peek(1) != Some(b'=') => {
                    // The conversion, `!r`, is followed by the field's end or its format.
                    self.at += 1;
                }
                b'(' | b'[' | b'{' => {
                    self.operator()?;
                    self.at += 1;
                    self.open()?;
                }
                b')' | b']' | b'}' => {
                    self.token()?;
                    self.at += 1;
                    if inner {
                        self.close();
                    }
                }
                b',' | b';' => {
                    self.token()?;
                    self.at += 1;
                    self.end_expression(byte == b';');
                }
                b'0'..=b'9' => self.number()?,
                b'.' if self.peek(1).is_some_and(|next| next.is_ascii_digit()) => self.number()?,
                b'_' | b'a'..=b'z' | b'A'..=b'Z' => self.word()?,
                0x80.. => self.beyond_ascii(),
                _ => {
                    if byte == b':'
                        && let Some(level) = self.levels.last_mut()
                    {
                        level.lambdas = level.lambdas.saturating_sub(1);
                    }
                    self.operator()?;
                    self.at += 1;
                }
            }
        }
        Ok(End::Text)
    }

    /// Opens a bracket or a field.
    pub(super) fn open(&mut self) -> Result<(), Stop> {
        if self.levels.len() > MAX_NESTING {
            let message = format!("brackets nested deeper than {MAX_NESTING}; name the parts");
            return Err(self.stop(Rule::Nesting, self.at - 1, message));
        }
        self.levels.push(Level::default());
        Ok(())
    }

    pub(super) fn close(&mut self) {
        if let Some(level) = self.levels.pop() {
            self.chain -= level.chain;
        }
    }

    pub(super) fn token(&mut self) -> Result<(), Stop> {
        self.tokens += 1;
        if self.tokens > MAX_TOKENS {
            let message = format!("more than {MAX_TOKENS} tokens in one file");
            return Err(self.stop(Rule::Tokens, self.at, message));
        }
        Ok(())
    }

    /// Counts a literal of so many string bytes.
    pub(super) fn literal(&mut self, start: usize, string_bytes: usize) -> Result<(), Stop> {
        self.token()?;
        self.literals += 1;
        self.string_bytes += string_bytes;
        if self.literals > MAX_LITERALS {
            let message = format!(
                "more than {MAX_LITERALS} literals in one file; compute tables instead of listing them"
            );
            return Err(self.stop(Rule::Literals, start, message));
        }
        if self.string_bytes > MAX_STRINGS_BYTES {
            let message =
                format!("the file's strings have more than {MAX_STRINGS_BYTES} bytes together");
            return Err(self.stop(Rule::Literals, start, message));
        }
        Ok(())
    }

    fn operator(&mut self) -> Result<(), Stop> {
        self.token()?;
        self.chain += 1;
        if let Some(level) = self.levels.last_mut() {
            level.chain += 1;
        }
        if self.chain > MAX_CHAIN {
            let message =
                format!("an expression of more than {MAX_CHAIN} operators; name its parts");
            return Err(self.stop(Rule::Nesting, self.at, message));
        }
        Ok(())
    }

    fn end_expression(&mut self, statement: bool) {
        if let Some(level) = self.levels.last_mut()
            && (statement || level.lambdas == 0)
        {
            self.chain -= level.chain;
            *level = Level::default();
        }
    }

    /// Follows the indentation of the logical line that starts here.
    fn indentation(&mut self) -> Result<(), Stop> {
        let rest = self.rest();
        let code = rest.trim_start_matches([' ', '\t']);
        if code.is_empty() || code.starts_with(['#', '\n', '\r']) {
            return Ok(());
        }
        // A tab goes to the next multiple of 8; whether tabs and spaces mix legally is for the parser.
        let spaces = rest.bytes().take(rest.len() - code.len());
        let column = spaces.fold(0, |column, byte| {
            if byte == b'\t' {
                (column / 8 + 1) * 8
            } else {
                column + 1
            }
        });
        self.indents.retain(|indent| *indent < column);
        if column > 0 {
            self.indents.push(column);
        }
        if self.indents.len() > MAX_INDENTATION {
            let message = format!("indented deeper than {MAX_INDENTATION} levels");
            return Err(self.stop(Rule::Nesting, self.at, message));
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Stop> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let run = |from: usize, fits: fn(&u8) -> bool| {
            from + bytes
                .get(from..)
                .unwrap_or_default()
                .iter()
                .take_while(|byte| fits(byte))
                .count()
        };
        let digits: fn(&u8) -> bool = |byte| byte.is_ascii_digit() || *byte == b'_';
        let prefixed = self.peek(0) == Some(b'0')
            && matches!(self.peek(1), Some(b'x' | b'X' | b'o' | b'O' | b'b' | b'B'));
        let mut end = if prefixed {
            let hexadecimal = matches!(self.peek(1), Some(b'x' | b'X'));
            run(
                start + 2,
                if hexadecimal {
                    |byte| byte.is_ascii_hexdigit() || *byte == b'_'
                } else {
                    digits
                },
            )
        } else {
            let mut end = run(start, digits);
            if bytes.get(end) == Some(&b'.') {
                end = run(end + 1, digits);
            }
            if matches!(bytes.get(end), Some(b'e' | b'E')) {
                let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
                if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
                    end = run(end + 1 + sign, digits);
                }
            }
            end
        };
        end += usize::from(matches!(bytes.get(end), Some(b'j' | b'J')));
        self.at = end;
        if end - start > MAX_NUMBER_BYTES {
            let message = format!(
                "a number of {} characters; at most {MAX_NUMBER_BYTES} are allowed",
                end - start
            );
            return Err(self.stop(Rule::Literals, start, message));
        }
        self.literal(start, 0)
    }

    fn word(&mut self) -> Result<(), Stop> {
        let start = self.at;
        let plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let rest = self.rest();
        let word = rest
            .get(
                ..rest
                    .find(|character| !plain(character))
                    .unwrap_or(rest.len()),
            )
            .unwrap_or_default();
        self.at += word.len();
        if matches!(self.peek(0), Some(b'"' | b'\'')) {
            if let Some(prefix) = Prefix::of(word) {
                return self.string(prefix, start);
            }
            // To this scanner a plain string, to a parser that knows Python 3.14 one with fields.
            if matches!(word.to_ascii_lowercase().as_str(), "t" | "tr" | "rt") {
                let message =
                    "a template string, which Python before 3.14 doesn't have; use an f-string";
                return Err(self.stop(Rule::Strings, start, message));
            }
        }
        if word == "elif" {
            self.elifs += 1;
            if self.elifs > MAX_ELIF {
                let message = format!("more than {MAX_ELIF} `elif` in one file; use a dictionary");
                return Err(self.stop(Rule::Nesting, start, message));
            }
        }
        if word == "lambda"
            && let Some(level) = self.levels.last_mut()
        {
            level.lambdas += 1;
        }
        if OPERATOR_WORDS.contains(&word) {
            self.operator()
        } else {
            self.token()
        }
    }

    fn beyond_ascii(&mut self) {
        let Some(character) = self.rest().chars().next() else {
            // Not at a character's start: only behind a line end that is refused already.
            self.at += 1;
            return;
        };
        let message = format!(
            "`{}` (U+{:04X}) outside of a string or comment; names and operators are ASCII",
            character.escape_debug(),
            u32::from(character)
        );
        self.findings
            .at(Rule::Identifier, self.path, self.text, self.at, message);
        // One finding a run, not one a character.
        let run = self.rest().find(|other: char| other.is_ascii());
        self.at += run.unwrap_or(self.rest().len());
    }
}
