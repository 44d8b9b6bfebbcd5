//! From the YAML tree to a [`Manifest`]: which keys there are and what their values may be.

use std::collections::BTreeMap;

use crate::error::{ManifestError, Problem};
use crate::yaml::{Entry, Node, Place, Value};
use crate::{Kind, Manifest, Part, Tokenizer};

const ROOT_KEYS: &[&str] = &[
    "kind",
    "architecture_id",
    "architecture",
    "training",
    "tokenizer",
];
const PART_KEYS: &[&str] = &["entrypoint", "factory", "function", "entry", "files"];
const SYMBOL_KEYS: [&str; 3] = ["factory", "function", "entry"];
const KINDS: &[&str] = &["full", "architecture_only", "training_for_arch"];
const TOKENIZERS: &[&str] = &["bytes", "gpt2", "llama"];

/// Characters of `architecture_id` at most.
const MAX_ID_CHARS: usize = 128;

pub(crate) fn read(path: &str, root: &Node) -> Result<Manifest, ManifestError> {
    let schema = Schema { path };
    let mut manifest = Manifest {
        path: Some(path.to_owned()),
        ..Manifest::default()
    };
    for entry in schema.mapping("the manifest", root)? {
        match entry.key.as_str() {
            "kind" => manifest.kind = schema.kind(&entry.value)?,
            "architecture_id" => {
                manifest.architecture_id = Some(schema.architecture_id(&entry.value)?)
            }
            "architecture" => schema.part("architecture", entry, &mut manifest.architecture)?,
            "training" => schema.part("training", entry, &mut manifest.training)?,
            "tokenizer" => {
                manifest.tokenizer = schema.tokenizer(&entry.value)?;
                manifest.tokenizer_line = Some(entry.place.line);
            }
            _ => return Err(schema.unknown("", entry, ROOT_KEYS)),
        }
    }
    Ok(manifest)
}

/// Checks what a manifest names against the bundle, byte for byte.
pub(crate) fn check_files(
    manifest: &Manifest,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<(), ManifestError> {
    let error = |named: &str, line: Option<u32>, problem: Problem| ManifestError {
        path: manifest
            .path
            .clone()
            .filter(|_| line.is_some())
            .unwrap_or_else(|| named.to_owned()),
        line,
        column: None,
        problem,
    };
    let needed = [&manifest.architecture, &manifest.training]
        .into_iter()
        .flat_map(|part| {
            let names = std::iter::once(&part.entrypoint).chain(&part.files);
            names.map(move |name| (name, part.line))
        });
    let table = match &manifest.tokenizer {
        Tokenizer::File(path) => Some((path, manifest.tokenizer_line)),
        Tokenizer::Bytes | Tokenizer::Gpt2 | Tokenizer::Llama => None,
    };
    for (name, line) in needed.chain(table) {
        if !files.contains_key(name) {
            let problem = Problem::MissingFile {
                path: name.clone(),
                hint: elsewhere(name, files),
            };
            return Err(error(name, line, problem));
        }
    }
    if manifest.architecture.entrypoint == manifest.training.entrypoint {
        let path = manifest.training.entrypoint.clone();
        let line = manifest.training.line.or(manifest.architecture.line);
        return Err(error(&path.clone(), line, Problem::SameFile { path }));
    }
    Ok(())
}

/// Names a file of the same base name as a hint; it is never used instead.
fn elsewhere(name: &str, files: &BTreeMap<String, Vec<u8>>) -> String {
    let base = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let same = files.keys().find(|path| base(path) == base(name));
    same.map(|path| format!("; there is `{path}`, and paths are exact"))
        .unwrap_or_default()
}

struct Schema<'a> {
    path: &'a str,
}

impl Schema<'_> {
    fn refuse(&self, place: Place, problem: Problem) -> ManifestError {
        ManifestError::at(self.path, place, problem)
    }

    fn unknown(&self, under: &str, entry: &Entry, known: &[&str]) -> ManifestError {
        let key = if under.is_empty() {
            entry.key.clone()
        } else {
            format!("{under}.{}", entry.key)
        };
        self.refuse(
            entry.place,
            Problem::UnknownKey {
                hint: suggest(&entry.key, known),
                key: shorten(&key),
            },
        )
    }

    fn mapping<'n>(&self, key: &str, node: &'n Node) -> Result<&'n [Entry], ManifestError> {
        match &node.value {
            Value::Mapping(entries) => Ok(entries),
            other => Err(self.wrong(key, "a mapping", node.place, other)),
        }
    }

    fn wrong(&self, key: &str, wanted: &'static str, place: Place, found: &Value) -> ManifestError {
        let advice = match found {
            Value::Typed(_) if wanted.contains("text") => "; put it in quotes",
            Value::Null => "; remove the key for the default",
            _ => "",
        };
        let found = found.kind();
        self.refuse(
            place,
            Problem::WrongKind {
                key: shorten(key),
                wanted,
                found,
                advice,
            },
        )
    }

    fn text<'n>(&self, key: &str, node: &'n Node) -> Result<&'n str, ManifestError> {
        match &node.value {
            Value::Text(text) => Ok(text),
            other => Err(self.wrong(key, "a text", node.place, other)),
        }
    }

    fn kind(&self, node: &Node) -> Result<Kind, ManifestError> {
        match self.text("kind", node)? {
            "full" => Ok(Kind::Full),
            "architecture_only" => Ok(Kind::ArchitectureOnly),
            "training_for_arch" => Ok(Kind::TrainingForArch),
            other => Err(self.unknown_value("kind", other, node.place, KINDS, "")),
        }
    }

    fn unknown_value(
        &self,
        key: &'static str,
        value: &str,
        place: Place,
        known: &[&str],
        also: &str,
    ) -> ManifestError {
        let hint = format!("{}{also}", suggest(value, known));
        self.refuse(
            place,
            Problem::UnknownValue {
                key,
                value: shorten(value),
                hint,
            },
        )
    }

    fn architecture_id(&self, node: &Node) -> Result<String, ManifestError> {
        let key = "architecture_id";
        let id = self.text(key, node)?;
        let fits =
            (1..=MAX_ID_CHARS).contains(&id.chars().count()) && !id.chars().any(char::is_control);
        if fits {
            Ok(id.to_owned())
        } else {
            Err(self.refuse(
                node.place,
                Problem::BadText {
                    key,
                    max: MAX_ID_CHARS,
                },
            ))
        }
    }

    fn tokenizer(&self, node: &Node) -> Result<Tokenizer, ManifestError> {
        match self.text("tokenizer", node)? {
            "bytes" => Ok(Tokenizer::Bytes),
            "gpt2" => Ok(Tokenizer::Gpt2),
            "llama" => Ok(Tokenizer::Llama),
            path if path.ends_with(".json") => {
                Ok(Tokenizer::File(self.bundle_path(path, node.place)?))
            }
            other => {
                let also = ", or the path of a tokenizer.json";
                Err(self.unknown_value("tokenizer", other, node.place, TOKENIZERS, also))
            }
        }
    }

    fn part(&self, name: &str, entry: &Entry, part: &mut Part) -> Result<(), ManifestError> {
        part.line = Some(entry.place.line);
        // The key that named the function, and the function.
        let mut named: Option<(String, String)> = None;
        for inner in self.mapping(name, &entry.value)? {
            let key = format!("{name}.{}", inner.key);
            let symbol = match inner.key.as_str() {
                "entrypoint" => {
                    let text = self.text(&key, &inner.value)?;
                    let (path, symbol) = match text.split_once("::") {
                        Some((path, symbol)) => (path, Some(symbol)),
                        None => (text, None),
                    };
                    part.entrypoint = self.script_path(path, inner.value.place)?;
                    part.line = Some(inner.place.line);
                    symbol
                }
                alias if SYMBOL_KEYS.contains(&alias) => Some(self.text(&key, &inner.value)?),
                "files" => {
                    part.files = self.files(&key, &inner.value)?;
                    None
                }
                _ => return Err(self.unknown(name, inner, PART_KEYS)),
            };
            let Some(symbol) = symbol else { continue };
            let symbol = self.symbol(symbol, inner.value.place)?;
            match named.replace((key.clone(), symbol.clone())) {
                // `a.py::f` beside `factory: f` says the same thing twice, which is harmless.
                Some((first, earlier)) if earlier != symbol => {
                    return Err(
                        self.refuse(inner.place, Problem::NamedTwice { first, second: key })
                    );
                }
                _ => part.symbol = symbol,
            }
        }
        Ok(())
    }

    fn symbol(&self, value: &str, place: Place) -> Result<String, ManifestError> {
        let starts = value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let continues = value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if starts && continues && value.len() <= MAX_ID_CHARS {
            Ok(value.to_owned())
        } else {
            Err(self.refuse(
                place,
                Problem::BadSymbol {
                    value: shorten(value),
                },
            ))
        }
    }

    fn files(&self, key: &str, node: &Node) -> Result<Vec<String>, ManifestError> {
        let wanted = "a text or a list of texts";
        let mut files = match &node.value {
            Value::Text(path) => vec![self.bundle_path(path, node.place)?],
            Value::List(items) => {
                let path = |item: &Node| match &item.value {
                    Value::Text(path) => self.bundle_path(path, item.place),
                    other => Err(self.wrong(key, wanted, item.place, other)),
                };
                items.iter().map(path).collect::<Result<Vec<_>, _>>()?
            }
            other => return Err(self.wrong(key, wanted, node.place, other)),
        };
        files.sort();
        files.dedup();
        Ok(files)
    }

    fn script_path(&self, value: &str, place: Place) -> Result<String, ManifestError> {
        let path = self.bundle_path(value, place)?;
        if path.ends_with(".py") {
            return Ok(path);
        }
        Err(self.refuse(
            place,
            Problem::BadPath {
                value: shorten(value),
                why: "a script's name ends in .py",
            },
        ))
    }

    fn bundle_path(&self, value: &str, place: Place) -> Result<String, ManifestError> {
        let why = if value.is_empty() {
            "it is empty"
        } else if value.contains('\\') {
            "folders are separated by `/`"
        } else if value.starts_with('/') {
            "it starts at the bundle's root, without a leading `/`"
        } else if value.split('/').any(|step| matches!(step, "" | "." | "..")) {
            "it may not contain `.`, `..` or an empty step"
        } else if value.chars().any(char::is_control) {
            "it contains a control character"
        } else {
            return Ok(value.to_owned());
        };
        Err(self.refuse(
            place,
            Problem::BadPath {
                value: shorten(value),
                why,
            },
        ))
    }
}

/// What a message repeats of the manifest's text is cut, and control characters are replaced.
fn shorten(text: &str) -> String {
    let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut short: String = text.chars().take(80).map(clean).collect();
    if text.chars().nth(80).is_some() {
        short.push('…');
    }
    short
}

fn suggest(word: &str, known: &[&str]) -> String {
    let distance = |other: &&&str| strsim::damerau_levenshtein(&shorten(word), other);
    let close = known
        .iter()
        .min_by_key(distance)
        .filter(|best| distance(best) <= 1 + best.len() / 4);
    match close {
        Some(best) => format!("did you mean `{best}`?"),
        None => format!("there is {}", known.join(", ")),
    }
}
