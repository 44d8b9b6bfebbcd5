//! Recorded answers to host calls, so that a verdict can be reached again without what answered then.

use std::collections::VecDeque;
use std::sync::Arc;

use prism_store::verdict::HostCall;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The answers one evaluation was given, in order. Each evaluation that is given a recording starts at its
/// beginning.
#[derive(Clone, Debug, Default)]
pub struct Recording(Arc<[HostCall]>);

impl From<Vec<HostCall>> for Recording {
    fn from(calls: Vec<HostCall>) -> Self {
        Self(calls.into())
    }
}

impl Recording {
    pub(crate) fn rewound(&self) -> Tape {
        Tape(self.0.iter().cloned().collect())
    }
}

/// A recording under way: what was not asked for yet.
pub(crate) struct Tape(VecDeque<HostCall>);

impl Tape {
    /// The next answer to this very request, else the next that was written for whatever is asked.
    pub(crate) fn next(&mut self, function: &str, request_hash: Option<&str>) -> Option<Value> {
        let find = |wanted: Option<&str>| {
            self.0.iter().position(|call| {
                call.function == function && call.request_hash.as_deref() == wanted
            })
        };
        let at = request_hash
            .and_then(|hash| find(Some(hash)))
            .or_else(|| find(None))?;
        self.0.remove(at).map(|call| call.answer)
    }
}

/// Lowercase hex SHA-256 of a request as compact JSON with sorted keys.
pub(crate) fn request_hash(request: &Value) -> String {
    let mut text = String::new();
    write_sorted(request, &mut text);
    hex::encode(Sha256::digest(text))
}

/// serde_json keeps keys sorted unless some crate of the build asks it to keep their order.
fn write_sorted(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (at, (name, value)) in fields.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write_sorted(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_sorted(item, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}
