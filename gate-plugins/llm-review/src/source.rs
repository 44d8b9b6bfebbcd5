//! What of a bundle is shown: everything that runs and nothing else.
//!
//! Comments and docstrings are blanked out, line by line in place. They do not run, and they are where an author would
//! talk to the reviewer. The manifest is told in our own words, because its comments and notes would be such a place
//! too. The run can't open the other files, so their names and sizes are enough.

use prism_gate_sdk::python::ast::visitor::{Visitor, walk_stmt};
use prism_gate_sdk::python::ast::{Expr, Stmt};
use prism_gate_sdk::python::text::TextRange;
use prism_gate_sdk::python::{Module, ParseError, Position, Ranged, Sources, UnknownPython};
use prism_gate_sdk::{Input, line_text};
use prism_manifest::Manifest;
use thiserror::Error;

use crate::rules;

/// Why a bundle can't be shown whole.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum CannotShow {
    #[error(
        "the source has {chars} characters without comments and docstrings; a review reads it whole and takes at most \
         {limit}. Remove what the model and its training do not need"
    )]
    TooLong { chars: usize, limit: usize },
    #[error("not Python of the run: {}. Correct it", .0.message)]
    NotPython(ParseError),
    /// The host's fault, not the bundle's.
    #[error(transparent)]
    UnknownPython(#[from] UnknownPython),
}

impl CannotShow {
    /// The rule that the bundle breaks; none when it is not to blame.
    pub(crate) fn rule(&self) -> Option<&'static str> {
        match self {
            Self::TooLong { .. } => Some(rules::TOO_LONG),
            Self::NotPython(_) => Some(rules::NOT_PYTHON),
            Self::UnknownPython(_) => None,
        }
    }

    pub(crate) fn place(&self) -> Option<(&str, Position)> {
        match self {
            Self::NotPython(error) => Some((&error.path, error.position)),
            Self::TooLong { .. } | Self::UnknownPython(_) => None,
        }
    }
}

/// A Python file as it is shown.
pub(crate) struct Shown<'a> {
    pub(crate) path: &'a str,
    pub(crate) shown: String,
}

/// The source to show.
pub(crate) struct Source<'a> {
    files: Vec<Shown<'a>>,
    others: Vec<(&'a str, usize)>,
    entries: String,
}

impl<'a> Source<'a> {
    /// # Errors
    /// When the source is no Python, or longer than `limit` characters.
    pub(crate) fn gather(input: &'a Input, limit: usize) -> Result<Self, CannotShow> {
        let sources = Sources::of(input)?;
        if let Some(error) = sources.broken.into_iter().next() {
            return Err(CannotShow::NotPython(error));
        }
        let mut source = Self {
            files: Vec::new(),
            others: Vec::new(),
            entries: entries(input),
        };
        for file in input.bundle.files() {
            match sources
                .modules
                .iter()
                .find(|module| module.path() == file.path())
            {
                Some(module) => source.files.push(Shown {
                    path: file.path(),
                    shown: what_runs(module),
                }),
                None => source.others.push((file.path(), file.bytes().len())),
            }
        }
        let chars = source.files.iter().map(|file| file.shown.chars().count());
        let chars = chars.sum();
        if chars > limit {
            Err(CannotShow::TooLong { chars, limit })
        } else {
            Ok(source)
        }
    }

    pub(crate) fn files(&self) -> &[Shown<'a>] {
        &self.files
    }

    /// Paths and sizes in bytes of what is not shown.
    pub(crate) fn others(&self) -> &[(&'a str, usize)] {
        &self.others
    }

    /// One sentence: where the run begins.
    pub(crate) fn entries(&self) -> &str {
        &self.entries
    }

    /// A line as it is shown, counted from 1; none when there is no such file or line.
    pub(crate) fn line(&self, path: &str, line: u32) -> Option<&str> {
        let file = self.files.iter().find(|file| file.path == path)?;
        line_text(&file.shown, line)
    }

    /// Whether a file is shown.
    pub(crate) fn shows(&self, path: &str) -> bool {
        self.files.iter().any(|file| file.path == path)
    }

    /// Whether the delimiter is one (32 lowercase hex digits) and none of the bundle's text holds it.
    pub(crate) fn is_safe(&self, delimiter: &str) -> bool {
        let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        let unused = |text: &str| !text.contains(delimiter);
        delimiter.len() == 32
            && delimiter.chars().all(hex)
            && self
                .files
                .iter()
                .all(|file| unused(file.path) && unused(&file.shown))
            && self.others.iter().all(|(path, _)| unused(path))
            && unused(&self.entries)
    }
}

/// Where the run begins, as the manifest has it. One that can't be read is for the gate `contract`.
fn entries(input: &Input) -> String {
    let manifest = Manifest::from_files(input.bundle.as_map()).unwrap_or_default();
    let (model, loop_) = (&manifest.architecture, &manifest.training);
    format!(
        "The harness calls {:?} in {:?} to build the model and {:?} in {:?} to train it.",
        model.symbol, model.entrypoint, loop_.symbol, loop_.entrypoint
    )
}

/// The module's text with blanks in place of comments and of strings that stand alone.
fn what_runs(module: &Module) -> String {
    let mut lone = LoneStrings(Vec::new());
    lone.visit_body(module.body());
    let mut blank: Vec<TextRange> = module.comments().iter().copied().chain(lone.0).collect();
    blank.sort_unstable_by_key(|range| range.start());
    let source = module.source();
    let mut text = String::with_capacity(source.len());
    let mut end = 0;
    for range in blank {
        let range = range.to_std_range();
        text.push_str(source.get(end..range.start).unwrap_or_default());
        let hidden = source.get(range.clone()).unwrap_or_default().chars();
        text.extend(hidden.map(|c| if matches!(c, '\n' | '\r') { c } else { ' ' }));
        end = range.end;
    }
    text.push_str(source.get(end..).unwrap_or_default());
    // Blanks at line ends would only be paid for.
    let lines: Vec<_> = prism_gate_sdk::lines(&text).map(str::trim_end).collect();
    lines.join("\n")
}

/// Strings that are statements: docstrings, and notes in their form.
struct LoneStrings(Vec<TextRange>);

impl<'a> Visitor<'a> for LoneStrings {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::Expr(lone) = stmt
            && matches!(&*lone.value, Expr::StringLiteral(_))
        {
            self.0.push(lone.range());
            return;
        }
        walk_stmt(self, stmt);
    }

    // Statements are not inside expressions.
    fn visit_expr(&mut self, _: &'a Expr) {}
}
