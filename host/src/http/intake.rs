//! From a request's headers and body to a submission (contracts/base.md 2.2).

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;
use prism_store::NewSubmission;
use prism_store::records::CodeForm;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use super::Http;
use super::refused::{Problem, Refused};

/// Longest hotkey, in characters.
const HOTKEY: usize = 128;

/// Beyond the code itself, what a JSON body may hold: escapes, metadata, names.
const JSON_SLACK: usize = 1 << 20;

/// Longest file name; the reference has no limit, a file system does.
const FILENAME: usize = 255;

/// The verified hotkey, or the 422 that FastAPI would give.
pub(super) fn hotkey(headers: &HeaderMap) -> Result<String, Refused> {
    const NAME: &str = "X-Base-Verified-Hotkey";
    let place = ["header", NAME];
    let Some(value) = headers.get(NAME) else {
        return Err(Problem::missing(place, Value::Null).into());
    };
    let hotkey = latin1(value.as_bytes());
    match hotkey.chars().count() {
        0 => Err(Problem::too_short(place, 1, "").into()),
        1..=HOTKEY => Ok(hotkey),
        _ => Err(Problem::too_long(place, HOTKEY, &hotkey).into()),
    }
}

/// Header bytes as HTTP means them; never fails and keeps every byte apart.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<String> {
    headers.get(name).map(|value| latin1(value.as_bytes()))
}

fn too_large(what: &str) -> Refused {
    Refused::new(StatusCode::PAYLOAD_TOO_LARGE, &format!("{what} too large"))
}

impl Http {
    /// Reads the submission of an authorised caller.
    pub(super) async fn intake(
        &self,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<NewSubmission, Refused> {
        let hotkey = hotkey(headers)?;
        let uid = text(headers, "x-base-verified-uid").and_then(|uid| uid.trim().parse().ok());
        let content_type = text(headers, header::CONTENT_TYPE);
        let is_json = content_type
            .as_ref()
            .is_some_and(|kind| kind.to_ascii_lowercase().contains("application/json"));
        let most = self.app.config.max_code_bytes;
        let limit = if is_json {
            most.saturating_mul(2).saturating_add(JSON_SLACK)
        } else {
            most / 4 * 3
        };
        let body = self.body(headers, body, limit, "submission").await?;
        let code = if is_json {
            from_json(&body, most)?
        } else {
            let kind = content_type.unwrap_or_else(|| "application/octet-stream".into());
            from_raw(&body, text(headers, "x-submission-filename"), kind)?
        };
        let Code {
            filename,
            form,
            content,
            code_hash,
            metadata,
        } = code;
        Ok(NewSubmission {
            hotkey,
            uid,
            filename,
            form,
            content,
            code_hash,
            metadata,
        })
    }

    /// The whole body, never more than `limit` bytes of it in memory and not longer than the body's time.
    pub(super) async fn body(
        &self,
        headers: &HeaderMap,
        body: Body,
        limit: usize,
        what: &str,
    ) -> Result<Bytes, Refused> {
        let announced = headers
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse().ok());
        if announced.is_some_and(|length: u64| length > limit as u64) {
            return Err(too_large(what));
        }
        let reading = async {
            let mut parts = body.into_data_stream();
            let mut whole = Vec::new();
            while let Some(part) = parts.next().await {
                let part = part.map_err(|_| {
                    Refused::new(StatusCode::BAD_REQUEST, "the request body broke off")
                })?;
                if whole.len().saturating_add(part.len()) > limit {
                    return Err(too_large(what));
                }
                whole.extend_from_slice(&part);
            }
            Ok(Bytes::from(whole))
        };
        match timeout(self.body_time, reading).await {
            Ok(read) => read,
            Err(_) => Err(Refused::new(
                StatusCode::REQUEST_TIMEOUT,
                "the request body took too long",
            )),
        }
    }
}

struct Code {
    filename: String,
    form: CodeForm,
    content: Vec<u8>,
    code_hash: String,
    metadata: Map<String, Value>,
}

/// The JSON form: `code`, `filename`, `metadata`; other fields are ignored.
fn from_json(body: &[u8], most: usize) -> Result<Code, Refused> {
    let malformed = || Refused::new(StatusCode::BAD_REQUEST, "invalid JSON submission");
    let value: Value = serde_json::from_slice(body).map_err(|_| malformed())?;
    let Value::Object(mut fields) = value else {
        let message = "Input should be a valid dictionary or instance of SubmissionRequest";
        return Err(
            Problem::new("model_type", ["body", "submission"], message, Value::Null).into(),
        );
    };
    let mut problems = Vec::new();
    let code = match fields.remove("code") {
        Some(Value::String(code)) if !code.is_empty() => Some(code),
        Some(Value::String(_)) => {
            problems.push(Problem::too_short(["body", "code"], 1, ""));
            None
        }
        Some(other) => {
            problems.push(Problem::new(
                "string_type",
                ["body", "code"],
                "Input should be a valid string",
                brief(other),
            ));
            None
        }
        None => {
            problems.push(Problem::missing(["body", "code"], Value::Null));
            None
        }
    };
    let filename = match fields.remove("filename") {
        None => Some("model.py".to_owned()),
        Some(Value::String(filename)) => {
            problems.extend(filename_problem(&filename));
            Some(filename)
        }
        Some(other) => {
            let message = "Input should be a valid string";
            problems.push(Problem::new(
                "string_type",
                ["body", "filename"],
                message,
                brief(other),
            ));
            None
        }
    };
    let metadata = match fields.remove("metadata") {
        None => Some(Map::new()),
        Some(Value::Object(metadata)) => Some(metadata),
        Some(other) => {
            let message = "Input should be a valid dictionary";
            problems.push(Problem::new(
                "dict_type",
                ["body", "metadata"],
                message,
                brief(other),
            ));
            None
        }
    };
    let (Some(code), Some(filename), Some(metadata), true) =
        (code, filename, metadata, problems.is_empty())
    else {
        return Err(Refused::invalid(problems));
    };
    if code.len() > most {
        return Err(too_large("submission"));
    }
    let code_hash = hex::encode(Sha256::digest(code.as_bytes()));
    // What claims to be an archive and is no base64 is kept as it came: the bundle stage says what is wrong.
    let archive = if filename.ends_with(".zip") {
        STANDARD.decode(&code).ok()
    } else {
        None
    };
    let (form, content) = match archive {
        Some(bytes) => (CodeForm::Archive, bytes),
        None => (CodeForm::Text, code.into_bytes()),
    };
    Ok(Code {
        filename,
        form,
        content,
        code_hash,
        metadata,
    })
}

/// The raw form: the body is the archive, or a script when it is called `.py`.
fn from_raw(body: &[u8], filename: Option<String>, kind: String) -> Result<Code, Refused> {
    let filename = filename
        .filter(|name| name.ends_with(".py") || name.ends_with(".zip"))
        .unwrap_or_else(|| "submission.zip".into());
    if body.is_empty() {
        return Err(Problem::too_short(["body", "code"], 1, "").into());
    }
    if let Some(problem) = filename_problem(&filename) {
        return Err(problem.into());
    }
    // `code` is the base64 text for raw bodies, and its hash is of that text.
    let code_hash = hex::encode(Sha256::digest(STANDARD.encode(body)));
    let form = if filename.ends_with(".py") {
        CodeForm::Text
    } else {
        CodeForm::Archive
    };
    let Value::Object(metadata) = json!({ "content_type": kind, "bridge": true }) else {
        return Err(Refused::internal(&"an object literal is an object"));
    };
    Ok(Code {
        filename,
        form,
        content: body.to_vec(),
        code_hash,
        metadata,
    })
}

/// `^[A-Za-z0-9_.-]+\.(py|zip)$`.
fn filename_problem(name: &str) -> Option<Problem> {
    let place = ["body", "filename"];
    let stem = name
        .strip_suffix(".py")
        .or_else(|| name.strip_suffix(".zip"));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    if !stem.is_some_and(|stem| !stem.is_empty() && stem.bytes().all(plain)) {
        let pattern = r"^[A-Za-z0-9_.-]+\.(py|zip)$";
        let message = format!("String should match pattern '{pattern}'");
        let shown: String = name.chars().take(FILENAME).collect();
        let problem = Problem::new("string_pattern_mismatch", place, &message, json!(shown));
        return Some(problem.with(json!({ "pattern": pattern })));
    }
    (name.len() > FILENAME).then(|| Problem::too_long(place, FILENAME, name))
}

/// An input short enough to be repeated in an answer.
fn brief(input: Value) -> Value {
    match input {
        Value::Null | Value::Bool(_) | Value::Number(_) => input,
        _ => Value::Null,
    }
}
