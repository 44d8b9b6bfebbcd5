//! String literals, f-strings among them.
//!
//! Before Python 3.12 an f-string was a string first and split afterwards, so that the first quote of its
//! kind ended it; since PEP 701 its fields are code, with quotes of their own. Both ends are found
//! here, and a literal for which they differ is refused: it would mean two things.

use super::scan::{End, Scanner, Stop};
use crate::limits::MAX_STRING_BYTES;
use crate::refusal::Rule;

/// What the letters before a quote say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Prefix {
    raw: bool,
    formatted: bool,
}

impl Prefix {
    /// The prefix that a word means, if it is one.
    pub(super) fn of(word: &str) -> Option<Self> {
        let (raw, formatted) = match word.to_ascii_lowercase().as_str() {
            "u" | "b" => (false, false),
            "r" | "br" | "rb" => (true, false),
            "f" => (false, true),
            "fr" | "rf" => (true, true),
            _ => return None,
        };
        Some(Self { raw, formatted })
    }
}

/// One, or three, of the quotes a literal starts and ends with.
#[derive(Clone, Copy, Debug)]
struct Quote<'a>(&'a str);

impl Quote<'_> {
    fn is_triple(self) -> bool {
        self.0.len() == 3
    }
}

impl<'a> Scanner<'a, '_> {
    /// Scans the literal whose quote is here and whose prefix started at `start`.
    pub(super) fn string(&mut self, prefix: Prefix, start: usize) -> Result<(), Stop> {
        let rest = self.rest();
        let triple = ["\"\"\"", "'''"]
            .into_iter()
            .find(|triple| rest.starts_with(triple));
        let quote = Quote(triple.or_else(|| rest.get(..1)).unwrap_or_default());
        let body = self.at + quote.0.len();
        let Some(end) = plain_end(self.text, body, quote) else {
            return Err(self.stop(Rule::Strings, start, "this string does not end"));
        };
        if end - body > MAX_STRING_BYTES {
            let message = format!(
                "a string of {} bytes; at most {MAX_STRING_BYTES} are allowed",
                end - body
            );
            return Err(self.stop(Rule::Literals, start, message));
        }
        if self.fields > 0
            && self
                .text
                .get(body..end)
                .is_some_and(|inside| inside.contains('\\'))
        {
            let message =
                "a backslash inside an f-string's field, which Python before 3.12 doesn't allow";
            return Err(self.stop(Rule::Strings, start, message));
        }
        self.literal(start, end - body)?;
        if prefix.formatted {
            self.at = body;
            self.formatted(prefix, quote, start)?;
            if self.at != end {
                return Err(self.ambiguous(start));
            }
        }
        self.at = end + quote.0.len();
        Ok(())
    }

    fn ambiguous(&mut self, start: usize) -> Stop {
        let message = "this f-string ends elsewhere before Python 3.12; use the other kind of quote inside its fields, \
                       and close every field";
        self.stop(Rule::Strings, start, message)
    }

    /// Scans the inside of an f-string up to its closing quote, as Python 3.12 does.
    fn formatted(&mut self, prefix: Prefix, quote: Quote<'_>, start: usize) -> Result<(), Stop> {
        let mut name_escape = false;
        while let Some(byte) = self.peek(0) {
            if self.rest().starts_with(quote.0) {
                return Ok(());
            }
            match byte {
                b'\n' if !quote.is_triple() => break,
                b'\\' => {
                    name_escape =
                        !prefix.raw && self.peek(1) == Some(b'N') && self.peek(2) == Some(b'{');
                    self.at += if name_escape { 3 } else { self.escape() };
                }
                b'{' if self.peek(1) == Some(b'{') => self.at += 2,
                b'{' => self.field(prefix, quote, start)?,
                b'}' if name_escape => {
                    name_escape = false;
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
        Err(self.ambiguous(start))
    }

    /// Bytes of a backslash and what it escapes; a brace is never escaped by one.
    fn escape(&self) -> usize {
        match (self.peek(1), self.peek(2)) {
            (Some(b'{' | b'}'), _) => 1,
            (Some(b'\r'), Some(b'\n')) => 3,
            _ => 2,
        }
    }

    /// Scans a field from its `{` through its `}`.
    fn field(&mut self, prefix: Prefix, quote: Quote<'_>, start: usize) -> Result<(), Stop> {
        self.token()?;
        self.at += 1;
        self.open()?;
        self.fields += 1;
        match self.code()? {
            End::Text => return Err(self.ambiguous(start)),
            End::Brace => {}
            End::Format => {
                self.at += 1;
                self.format(prefix, quote, start)?;
            }
        }
        self.at += 1;
        self.fields -= 1;
        self.close();
        Ok(())
    }

    /// Scans a field's format up to the field's `}`. There are no doubled braces in it.
    fn format(&mut self, prefix: Prefix, quote: Quote<'_>, start: usize) -> Result<(), Stop> {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'}' => return Ok(()),
                b'{' => self.field(prefix, quote, start)?,
                b'\\' | b'\n' => break,
                _ if self.rest().starts_with(quote.0) => break,
                _ => self.at += 1,
            }
        }
        Err(self.ambiguous(start))
    }
}

/// Where a string ends when its quotes are all that counts: at the offset of the closing quote.
fn plain_end(text: &str, body: usize, quote: Quote<'_>) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = body;
    loop {
        match bytes.get(at)? {
            b'\\' if bytes.get(at + 1) == Some(&b'\r') && bytes.get(at + 2) == Some(&b'\n') => {
                at += 3
            }
            b'\\' => at += 2,
            b'\n' if !quote.is_triple() => return None,
            _ if bytes.get(at..)?.starts_with(quote.0.as_bytes()) => return Some(at),
            _ => at += 1,
        }
    }
}
