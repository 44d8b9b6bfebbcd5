//! A gate's self-test cases, packed into the component.
//!
//! The pack is the author's folder `cases/` as it is, path by path, as compressed JSON in one custom section. What
//! the files mean is the engine's affair.

use std::collections::BTreeMap;
use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wasmparser::{Parser, Payload};

use crate::ComponentError;

/// Name of the custom section.
const SECTION: &str = "prism:cases";

/// Most bytes of all files together, and of the packed form.
pub const MAX_BYTES: usize = 8 << 20;

/// Content by path relative to the folder `cases/`, with `/` separators.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The component with these cases in place of those it had. Equal input gives equal bytes.
///
/// # Errors
/// When the component is broken or the cases are too large.
pub fn embed(component: &[u8], files: &Files) -> Result<Vec<u8>, ComponentError> {
    let mut out = strip(component)?;
    if files.is_empty() {
        return Ok(out);
    }
    let total: usize = files.values().map(Vec::len).sum();
    if total > MAX_BYTES {
        return Err(ComponentError::Cases(format!(
            "they have {total} bytes together; the limit is {MAX_BYTES}"
        )));
    }
    let encoded: BTreeMap<_, _> = files
        .iter()
        .map(|(path, content)| (path, STANDARD.encode(content)))
        .collect();
    let wrong = |error: String| ComponentError::Cases(error);
    let json = serde_json::to_vec(&encoded).map_err(|error| wrong(error.to_string()))?;
    let packed = zstd::encode_all(json.as_slice(), 19).map_err(|error| wrong(error.to_string()))?;
    // A custom section: id 0, length, name length, name, content. Lengths are LEB128.
    let mut body = Vec::new();
    leb128(&mut body, SECTION.len());
    body.extend_from_slice(SECTION.as_bytes());
    body.extend_from_slice(&packed);
    out.push(0);
    leb128(&mut out, body.len());
    out.extend_from_slice(&body);
    Ok(out)
}

/// The cases in a component; empty when it has none.
///
/// # Errors
/// When the component or its cases are broken or too large.
pub fn extract(component: &[u8]) -> Result<Files, ComponentError> {
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 0 && section.name() == SECTION => {
                return unpack(section.data());
            }
            _ => {}
        }
    }
    Ok(Files::new())
}

fn unpack(packed: &[u8]) -> Result<Files, ComponentError> {
    let wrong = |error: &dyn std::fmt::Display| ComponentError::Cases(error.to_string());
    let decoder = zstd::Decoder::new(packed).map_err(|error| wrong(&error))?;
    // Base64 makes three bytes four; the rest is paths and quotes.
    let limit = 2 * MAX_BYTES as u64;
    let mut json = Vec::new();
    decoder
        .take(limit + 1)
        .read_to_end(&mut json)
        .map_err(|error| wrong(&error))?;
    if json.len() as u64 > limit {
        return Err(wrong(&format!("they unpack to more than {limit} bytes")));
    }
    let encoded: BTreeMap<String, String> =
        serde_json::from_slice(&json).map_err(|error| wrong(&error))?;
    encoded
        .into_iter()
        .map(|(path, text)| {
            let content = STANDARD.decode(text).map_err(|error| wrong(&error))?;
            Ok((path, content))
        })
        .collect()
}

/// The component without its cases, byte for byte otherwise.
fn strip(component: &[u8]) -> Result<Vec<u8>, ComponentError> {
    let mut out = component.to_vec();
    let mut depth = 0_usize;
    let mut found = None;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 0 && section.name() == SECTION => {
                found = Some(section.range());
            }
            _ => {}
        }
    }
    if let Some(body) = found {
        // The id and the length stand before the body the parser tells of.
        let mut length = Vec::new();
        leb128(&mut length, body.len());
        let start = body.start.saturating_sub(length.len() + 1);
        out.drain(start..body.end);
    }
    Ok(out)
}

fn leb128(out: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or(0);
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}
