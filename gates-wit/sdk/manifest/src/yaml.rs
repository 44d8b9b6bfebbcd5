//! The YAML subset: mappings, lists and scalars, nothing that refers, types or multiplies.
//!
//! The parser underneath is a full YAML 1.2 one, which emits a flat stream of events; this module
//! turns them into a small tree and refuses everything outside the subset before it could cost
//! anything. Text is at most [`MAX_BYTES`] long and every event is looked at once.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use crate::error::{ManifestError, Problem};

/// Size of a manifest at most, in bytes.
pub(crate) const MAX_BYTES: usize = 16 * 1024;

/// Nested collections at most; the outermost mapping is the first.
pub(crate) const MAX_DEPTH: usize = 4;

/// A place in the manifest, both numbers 1-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// One value with its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// An absent value, `~` or `null`.
    Null,
    /// A plain scalar that YAML reads as a number or a truth value.
    Typed(String),
    Text(String),
    List(Vec<Node>),
    /// In the order of the file; keys are distinct.
    Mapping(Vec<Entry>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) place: Place,
    pub(crate) value: Node,
}

impl Value {
    /// What the value is, for an error message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Typed(_) => "a number or truth value",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }
}

/// Parses the one document of a manifest; none when it is empty.
pub(crate) fn parse(path: &str, bytes: &[u8]) -> Result<Option<Node>, ManifestError> {
    if bytes.len() > MAX_BYTES {
        return Err(ManifestError::whole(
            path,
            Problem::TooLong { bytes: bytes.len() },
        ));
    }
    let text =
        std::str::from_utf8(bytes).map_err(|_| ManifestError::whole(path, Problem::NotUtf8))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(line) = text.lines().position(|line| line.starts_with('%')) {
        let place = Place {
            line: u32::try_from(line + 1).unwrap_or(u32::MAX),
            column: 1,
        };
        return Err(ManifestError::at(path, place, Problem::Directive));
    }
    Reader {
        path,
        parser: Parser::new_from_str(text),
    }
    .document()
}

struct Reader<'a> {
    path: &'a str,
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
}

/// A collection that is still open.
struct Open {
    place: Place,
    value: Value,
    /// The key whose value comes next; only in a mapping.
    key: Option<(String, Place)>,
}

impl<'a> Reader<'a> {
    fn document(mut self) -> Result<Option<Node>, ManifestError> {
        let mut open: Vec<Open> = Vec::new();
        let mut root = None;
        let mut documents = 0;
        while let Some((event, place)) = self.next()? {
            let done = match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(self.refuse(place, Problem::SeveralDocuments));
                    }
                    continue;
                }
                Event::Alias(_) => return Err(self.refuse(place, Problem::Alias)),
                Event::Scalar(_, _, anchor, _)
                | Event::SequenceStart(anchor, _)
                | Event::MappingStart(anchor, _)
                    if anchor != 0 =>
                {
                    return Err(self.refuse(place, Problem::Anchor));
                }
                Event::Scalar(_, _, _, Some(_))
                | Event::SequenceStart(_, Some(_))
                | Event::MappingStart(_, Some(_)) => {
                    return Err(self.refuse(place, Problem::Tag));
                }
                Event::Scalar(text, style, _, None) => Node {
                    place,
                    value: scalar(&text, style),
                },
                Event::SequenceStart(..) => {
                    self.enter(&mut open, place, Value::List(Vec::new()))?;
                    continue;
                }
                Event::MappingStart(..) => {
                    self.enter(&mut open, place, Value::Mapping(Vec::new()))?;
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                    Some(closed) => Node {
                        place: closed.place,
                        value: closed.value,
                    },
                    None => continue,
                },
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {
                    continue;
                }
            };
            match open.last_mut() {
                None => root = Some(done),
                Some(parent) => self.add(parent, done)?,
            }
        }
        Ok(root.filter(|node| node.value != Value::Null))
    }

    fn next(&mut self) -> Result<Option<(Event<'a>, Place)>, ManifestError> {
        match self.parser.next_event() {
            None => Ok(None),
            Some(Ok((event, span))) => Ok(Some((event, place_of(span)))),
            Some(Err(error)) => Err(self.syntax(&error)),
        }
    }

    fn enter(&self, open: &mut Vec<Open>, place: Place, value: Value) -> Result<(), ManifestError> {
        if open.len() >= MAX_DEPTH {
            return Err(self.refuse(place, Problem::TooDeep));
        }
        open.push(Open {
            place,
            value,
            key: None,
        });
        Ok(())
    }

    fn add(&self, parent: &mut Open, node: Node) -> Result<(), ManifestError> {
        match &mut parent.value {
            Value::List(items) => items.push(node),
            Value::Mapping(entries) => match parent.key.take() {
                Some((key, place)) => entries.push(Entry {
                    key,
                    place,
                    value: node,
                }),
                None => {
                    let key = match node.value {
                        Value::Text(key) | Value::Typed(key) => key,
                        other => {
                            return Err(
                                self.refuse(node.place, Problem::KeyKind { kind: other.kind() })
                            );
                        }
                    };
                    if key == "<<" {
                        return Err(self.refuse(node.place, Problem::MergeKey));
                    }
                    if let Some(first) = entries.iter().find(|entry| entry.key == key) {
                        let first = first.place.line;
                        return Err(self.refuse(node.place, Problem::DuplicateKey { key, first }));
                    }
                    parent.key = Some((key, node.place));
                }
            },
            // Only collections are ever opened.
            Value::Null | Value::Typed(_) | Value::Text(_) => {}
        }
        Ok(())
    }

    fn refuse(&self, place: Place, problem: Problem) -> ManifestError {
        ManifestError::at(self.path, place, problem)
    }

    fn syntax(&self, error: &ScanError) -> ManifestError {
        let marker = error.marker();
        let place = place(marker.line(), marker.col());
        self.refuse(
            place,
            Problem::Syntax {
                detail: error.info().to_owned(),
            },
        )
    }
}

fn place_of(span: Span) -> Place {
    place(span.start.line(), span.start.col())
}

/// The parser counts lines from 1 and columns from 0.
fn place(line: usize, column: usize) -> Place {
    let fit = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Place {
        line: fit(line.max(1)),
        column: fit(column + 1),
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::Text(text.to_owned());
    }
    // The core schema of YAML 1.2, section 10.3.2.
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Value::Typed(text.to_owned()),
        _ if is_number(text) => Value::Typed(text.to_owned()),
        _ => Value::Text(text.to_owned()),
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    let radix = |prefix: &str, radix| {
        digits
            .strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_digit(radix)))
    };
    let word = matches!(digits, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN");
    let decimal = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.parse::<f64>().is_ok();
    radix("0x", 16) || radix("0o", 8) || word || decimal
}
