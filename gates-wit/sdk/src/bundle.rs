//! The closed bundle as a gate sees it: every file, sorted by path, byte for byte what will run.

use std::collections::BTreeMap;

use thiserror::Error;

/// The files of one submitted bundle.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    files: BTreeMap<String, Vec<u8>>,
}

/// A file that a gate wanted to read as text is not UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{path} is not UTF-8: the first invalid byte is at offset {offset}")]
pub struct NotText {
    /// Bundle path.
    pub path: String,
    /// Offset of the first invalid byte.
    pub offset: usize,
}

/// One file of a bundle.
#[derive(Clone, Copy, Debug)]
pub struct SourceFile<'a> {
    path: &'a str,
    bytes: &'a [u8],
}

impl Bundle {
    /// A bundle of the given files; paths use `/`.
    #[must_use]
    pub fn new(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self { files }
    }

    /// A bundle of text files, for tests.
    #[must_use]
    pub fn from_texts(files: &[(&str, &str)]) -> Self {
        let own = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
        Self::new(files.iter().map(own).collect())
    }

    /// Every file, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = SourceFile<'_>> {
        self.files
            .iter()
            .map(|(path, bytes)| SourceFile { path, bytes })
    }

    /// Every file whose name ends in `.py`, sorted by path.
    pub fn python_files(&self) -> impl Iterator<Item = SourceFile<'_>> {
        self.files().filter(|file| file.is_python())
    }

    /// The file at exactly this path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<SourceFile<'_>> {
        let (path, bytes) = self.files.get_key_value(path)?;
        Some(SourceFile { path, bytes })
    }

    /// The files by path.
    #[must_use]
    pub fn as_map(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }
}

impl<'a> SourceFile<'a> {
    /// Bundle path with `/` separators.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether the name ends in `.py`.
    #[must_use]
    pub fn is_python(&self) -> bool {
        self.path.ends_with(".py")
    }

    /// The file as text.
    ///
    /// # Errors
    /// When it is not UTF-8. The host has refused such Python files before any gate, so a gate that
    /// meets one may treat it as the bundle's fault.
    pub fn text(&self) -> Result<&'a str, NotText> {
        std::str::from_utf8(self.bytes).map_err(|error| NotText {
            path: self.path.to_owned(),
            offset: error.valid_up_to(),
        })
    }
}

/// The lines of a Python source without their ends. A line ends where Python's lexer ends it: at a
/// line feed, a carriage return, or both together. A last line without an end counts; an empty text
/// has no line.
pub fn lines(source: &str) -> impl Iterator<Item = &str> {
    let mut rest = source;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(at) = rest.find(['\n', '\r']) else {
            return Some(std::mem::take(&mut rest));
        };
        let (line, end) = rest.split_at(at);
        rest = end
            .strip_prefix("\r\n")
            .or_else(|| end.get(1..))
            .unwrap_or_default();
        Some(line)
    })
}

/// The text of a 1-based line, or none when the source is shorter.
#[must_use]
pub fn line_text(source: &str, line: u32) -> Option<&str> {
    lines(source).nth(usize::try_from(line).ok()?.checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;

    #[test]
    fn lines_end_where_python_ends_them() {
        let of = |source| lines(source).collect::<Vec<_>>();
        assert_eq!(of("a\nb\r\nc\rd"), ["a", "b", "c", "d"]);
        assert_eq!(of("a\n"), ["a"]);
        assert_eq!(of("a\n\n"), ["a", ""]);
        assert_eq!(of("\r\r\n"), ["", ""]);
        assert!(of("").is_empty());
    }

    #[test]
    fn line_numbers_start_at_one() {
        assert_eq!(line_text("a\nb\n", 2), Some("b"));
        assert_eq!(line_text("a\nb\n", 0), None);
        assert_eq!(line_text("a\nb\n", 3), None);
    }

    #[test]
    fn a_file_that_is_not_text_says_where() {
        let bundle = Bundle::new(BTreeMap::from([("a.py".to_owned(), b"ok\xff".to_vec())]));
        let error = bundle.get("a.py").unwrap().text().unwrap_err();
        assert_eq!(
            error,
            NotText {
                path: "a.py".to_owned(),
                offset: 2
            }
        );
    }
}
