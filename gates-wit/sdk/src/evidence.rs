//! Evidence: findings a miner can act on, with a place and the hash of the source line.

use sha2::{Digest, Sha256};

use crate::bundle::{Bundle, line_text};

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably a mistake.
    Warning,
    /// A violated rule.
    Error,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Rule id out of the gate's descriptor.
    pub rule: String,
    /// Bundle path; none when the finding is about the whole bundle.
    pub path: Option<String>,
    /// 1-based line.
    pub line: Option<u32>,
    /// 1-based column, in characters.
    pub column: Option<u32>,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong and what to write instead.
    pub message: String,
    /// Lowercase hex SHA-256 of the source line, without its line end.
    pub snippet_hash: Option<String>,
}

impl Evidence {
    /// A violated rule, about the whole bundle until a place is added.
    #[must_use]
    pub fn error(rule: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, rule, message)
    }

    /// A probable mistake.
    #[must_use]
    pub fn warning(rule: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, rule, message)
    }

    /// Something worth knowing.
    #[must_use]
    pub fn info(rule: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Info, rule, message)
    }

    fn new(severity: Severity, rule: &str, message: impl Into<String>) -> Self {
        let (path, line, column, snippet_hash) = (None, None, None, None);
        Self {
            rule: rule.to_owned(),
            path,
            line,
            column,
            severity,
            message: message.into(),
            snippet_hash,
        }
    }

    /// Names the file.
    #[must_use]
    pub fn in_file(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// Names the place and hashes the line out of the file's source; `line` and `column` are 1-based.
    #[must_use]
    pub fn at(mut self, path: &str, source: &str, line: u32, column: u32) -> Self {
        self.path = Some(path.to_owned());
        self.line = Some(line);
        self.column = Some(column);
        self.snippet_hash = line_text(source, line).map(snippet_hash);
        self
    }

    /// Like [`Evidence::at`], with the source taken from the bundle.
    #[must_use]
    pub fn at_line(self, bundle: &Bundle, path: &str, line: u32) -> Self {
        let source = bundle
            .get(path)
            .and_then(|file| file.text().ok())
            .unwrap_or_default();
        Self {
            column: None,
            ..self.at(path, source, line, 1)
        }
    }
}

/// Lowercase hex SHA-256 of a source line, which is given without its line end.
#[must_use]
pub fn snippet_hash(line: &str) -> String {
    hex::encode(Sha256::digest(line.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_line_without_its_end() {
        let found = Evidence::error("r", "m").at("a.py", "x = 1\r\nimport os\r\n", 2, 1);
        assert_eq!(found.snippet_hash, Some(snippet_hash("import os")));
        assert_eq!((found.line, found.column), (Some(2), Some(1)));
    }

    #[test]
    fn a_line_beyond_the_end_has_no_hash() {
        assert_eq!(
            Evidence::error("r", "m").at("a.py", "x", 9, 1).snippet_hash,
            None
        );
    }

    #[test]
    fn a_line_of_the_bundle_is_found_by_path() {
        let bundle = Bundle::from_texts(&[("a.py", "x = 1\n")]);
        let found = Evidence::info("r", "m").at_line(&bundle, "a.py", 1);
        assert_eq!(found.snippet_hash, Some(snippet_hash("x = 1")));
        assert_eq!(found.column, None);
    }
}
