//! The canonical form `v1` of a Python file: what it says, without how it is laid out.
//!
//! Comments, blank lines, indentation width, line breaks, redundant parentheses, trailing commas,
//! quote styles, implicit string concatenation, number notation and `elif` against `else: if` do
//! not matter; every name, constant and structure does. The form is a preorder walk of the syntax
//! tree: a tag for each node, a count before each list, a length before each text, a flag before
//! each optional part. So two different trees never write the same bytes. It depends neither on the
//! parser's Debug output nor on a Python version; changing it means a new version prefix.
//!
//! The walk recurses; `prism-pyast` has bounded the tree's depth before.

mod expression;
mod pattern;
mod statement;

use prism_pyast::ast::Stmt;
use sha2::{Digest, Sha256};

/// Prefix of every hash of this form.
pub(crate) const VERSION: &str = "v1";

/// Node tags. The numbers are the form: append, never reorder.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(crate) enum Tag {
    File = 1,
    Text,
    FunctionDef,
    ClassDef,
    Return,
    Delete,
    TypeAlias,
    Assign,
    AugAssign,
    AnnAssign,
    For,
    While,
    If,
    With,
    Match,
    Raise,
    Try,
    Assert,
    Import,
    ImportFrom,
    Global,
    Nonlocal,
    ExprStmt,
    Pass,
    Break,
    Continue,
    Escape,
    BoolOp,
    Named,
    BinOp,
    UnaryOp,
    Lambda,
    IfExp,
    Dict,
    Set,
    ListComp,
    SetComp,
    DictComp,
    Generator,
    Await,
    Yield,
    YieldFrom,
    Compare,
    Call,
    FString,
    TString,
    Str,
    Bytes,
    Int,
    Float,
    Complex,
    True,
    False,
    None,
    Ellipsis,
    Attribute,
    Subscript,
    Starred,
    Name,
    List,
    Tuple,
    Slice,
    Literal,
    Field,
    TypeVar,
    TypeVarTuple,
    ParamSpec,
    MatchValue,
    MatchSingleton,
    MatchSequence,
    MatchMapping,
    MatchClass,
    MatchStar,
    MatchAs,
    MatchOr,
}

/// Hashes the canonical forms of several files into one fingerprint.
pub(crate) struct Canonical {
    hash: Sha256,
}

impl Canonical {
    /// `purpose` separates the fingerprints of different things from one another.
    pub(crate) fn new(purpose: &str) -> Self {
        let mut form = Self {
            hash: Sha256::new(),
        };
        form.text(VERSION);
        form.text(purpose);
        form
    }

    /// Adds a Python file under the name it has for the program.
    pub(crate) fn python(&mut self, name: &str, body: &[Stmt]) {
        self.tag(Tag::File);
        self.text(name);
        self.block(body);
    }

    /// Adds a file that is not Python.
    pub(crate) fn raw(&mut self, name: &str, bytes: &[u8]) {
        self.tag(Tag::Text);
        self.text(name);
        self.bytes(bytes);
    }

    /// `v1:` and the lowercase hex SHA-256.
    pub(crate) fn finish(self) -> String {
        format!("{VERSION}:{}", hex::encode(self.hash.finalize()))
    }

    fn tag(&mut self, tag: Tag) {
        self.hash.update([tag as u8]);
    }

    fn flag(&mut self, flag: bool) {
        self.hash.update([u8::from(flag)]);
    }

    fn count(&mut self, count: usize) {
        // Not usize: its width differs between a gate and a native build.
        self.hash.update((count as u64).to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.hash.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn list<'a, T: 'a>(
        &mut self,
        items: impl ExactSizeIterator<Item = &'a T>,
        write: impl Fn(&mut Self, &'a T),
    ) {
        self.count(items.len());
        items.for_each(|item| write(self, item));
    }

    fn option<T>(&mut self, item: Option<T>, write: impl Fn(&mut Self, T)) {
        self.flag(item.is_some());
        if let Some(item) = item {
            write(self, item);
        }
    }
}
