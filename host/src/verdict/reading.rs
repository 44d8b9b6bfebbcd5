//! A verdict bundle as somebody else wrote it: every part against its digest, and the parts against each other.

use std::collections::BTreeMap;
use std::fmt;

use prism_bundle::Bundle;
use serde_json::Value;

use super::{Document, Part, SCHEMA, digest, digests};

/// Why a payload can't be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Not JSON, or not this document.
    #[error("the payload is no verdict: {0}")]
    Malformed(#[from] serde_json::Error),
    /// A format this release does not know.
    #[error(
        "the verdict has the schema `{0}`, and this release reads `{SCHEMA}`: use the release that wrote it"
    )]
    Schema(String),
}

/// A part that is not what it was when the verdict was made.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Changed {
    /// For example `bundle file architecture.py` or `manifest of the measured run`.
    pub part: String,
    /// What does not fit.
    pub detail: String,
}

impl fmt::Display for Changed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.part, self.detail)
    }
}

/// A verdict and what of it was changed.
#[derive(Clone, Debug)]
pub struct Read {
    /// What it says.
    pub document: Document,
    /// The bundle, when its files are a closed bundle.
    pub bundle: Option<Bundle>,
    /// What does not fit; empty when every part is what it was.
    pub changed: Vec<Changed>,
}

/// Reads a payload and checks it. Whether somebody stands for it is the envelope's to say.
///
/// # Errors
/// [`ReadError`]: then no part can be told from another.
pub fn read(payload: &[u8]) -> Result<Read, ReadError> {
    let value: Value = serde_json::from_slice(payload)?;
    match value.get("schema").and_then(Value::as_str) {
        Some(SCHEMA) => {}
        other => {
            let shown = other.unwrap_or("none").chars().take(64);
            return Err(ReadError::Schema(
                shown.flat_map(char::escape_default).collect(),
            ));
        }
    }
    let found = digests(&value);
    let document: Document = serde_json::from_value(value)?;
    let mut changed = Vec::new();
    let bundle = check_bundle(&document, &mut changed);
    check_runs(&document, &mut changed);
    check_sections(&document, &found, &mut changed);
    Ok(Read {
        document,
        bundle,
        changed,
    })
}

fn check_bundle(document: &Document, changed: &mut Vec<Changed>) -> Option<Bundle> {
    let before = changed.len();
    for (path, part) in &document.bundle.files {
        check_part(&format!("bundle file {}", shown(path)), part, changed);
    }
    let contents = document
        .bundle
        .files
        .iter()
        .map(|(path, part)| (path.clone(), part.text.clone().into_bytes()));
    let whole = "bundle".to_owned();
    let bundle = match Bundle::from_files(contents.collect()) {
        Ok(bundle) => bundle,
        Err(refusal) => {
            changed.push(Changed {
                part: whole,
                detail: format!("its files are no closed bundle: {refusal}"),
            });
            return None;
        }
    };
    // A file that was changed was named already.
    if changed.len() == before && bundle.digest() != document.bundle.digest {
        let detail = "a file is missing, added or renamed, or the bundle's digest was changed";
        changed.push(Changed {
            part: whole.clone(),
            detail: detail.to_owned(),
        });
    }
    if document.judgement.bundle != document.bundle.digest {
        changed.push(Changed {
            part: "judgement".to_owned(),
            detail: "the gates judged another bundle than this one".to_owned(),
        });
    }
    Some(bundle)
}

fn check_runs(document: &Document, changed: &mut Vec<Changed>) {
    let runs = &document.runs;
    let parts = [
        ("measured", Some(&runs.measure)),
        ("second", runs.verify.as_ref()),
        ("examining", runs.examine.as_ref()),
    ];
    for (name, part) in parts {
        let Some(part) = part else { continue };
        let name = format!("manifest of the {name} run");
        check_part(&name, part, changed);
        if let Err(error) = part.manifest() {
            changed.push(Changed {
                part: name,
                detail: format!("it is no manifest that this release reads: {error}"),
            });
        }
    }
}

fn check_part(name: &str, part: &Part, changed: &mut Vec<Changed>) {
    let found = digest(part.text.as_bytes());
    if found != part.sha256 {
        changed.push(Changed {
            part: name.to_owned(),
            detail: format!(
                "its SHA-256 is {found}, and the verdict names {}",
                shown(&part.sha256)
            ),
        });
    }
}

/// The parts as wholes; one in which something finer was found already is not named again.
fn check_sections(
    document: &Document,
    found: &BTreeMap<String, String>,
    changed: &mut Vec<Changed>,
) {
    let told = |name: &str| {
        let finer: &[&str] = match name {
            "bundle" => &["bundle"],
            "runs" => &["manifest"],
            name => &[name],
        };
        finer.iter().any(|finer| {
            changed
                .iter()
                .any(|changed| changed.part.starts_with(finer))
        })
    };
    let wrong: Vec<_> = found
        .iter()
        .filter(|(name, digest)| document.digests.get(*name) != Some(digest) && !told(name))
        .map(|(name, digest)| Changed {
            part: name.clone(),
            detail: match document.digests.get(name) {
                Some(written) => {
                    format!(
                        "its SHA-256 is {digest}, and the verdict names {}",
                        shown(written)
                    )
                }
                None => "the verdict names no digest for it".to_owned(),
            },
        })
        .collect();
    changed.extend(wrong);
}

/// A stranger's text, short and without control characters.
fn shown(text: &str) -> String {
    text.chars()
        .take(256)
        .flat_map(char::escape_default)
        .collect()
}
