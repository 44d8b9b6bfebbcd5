//! The rules of this gate.

/// The manifest is outside its format.
pub(crate) const MANIFEST: &str = "prism:contract-manifest";
/// A named file is missing.
pub(crate) const MISSING_FILE: &str = "prism:contract-missing-file";
/// One of the two scripts is empty, or they are one.
pub(crate) const SCRIPTS: &str = "prism:contract-scripts";
/// A script, or a module it imports, does not parse.
pub(crate) const SYNTAX: &str = "prism:contract-syntax";
/// The function to call is not there.
pub(crate) const ENTRY_MISSING: &str = "prism:contract-entry-missing";
/// The function to call is replaced later.
pub(crate) const ENTRY_REBOUND: &str = "prism:contract-entry-rebound";
/// The function can't be called with the context alone.
pub(crate) const ENTRY_SIGNATURE: &str = "prism:contract-entry-signature";
/// The declared tokenizer is not served.
pub(crate) const TOKENIZER: &str = "prism:contract-tokenizer";

/// Each rule and what it asks, for `describe`.
pub(crate) const ALL: [(&str, &str); 8] = [
    (
        MANIFEST,
        "prism.yaml keeps to its format: known keys, plain values, exact paths.",
    ),
    (
        MISSING_FILE,
        "The files that the manifest names, or the default scripts, are in the bundle.",
    ),
    (
        SCRIPTS,
        "Architecture and training are two different files with code in them.",
    ),
    (
        SYNTAX,
        "The scripts and what they import are Python of the runner's version.",
    ),
    (
        ENTRY_MISSING,
        "Each script defines its function with `def` at top level.",
    ),
    (
        ENTRY_REBOUND,
        "Nothing replaces a script's function after its definition.",
    ),
    (
        ENTRY_SIGNATURE,
        "Each function can be called with the context alone.",
    ),
    (TOKENIZER, "The declared tokenizer is one that is served."),
];
