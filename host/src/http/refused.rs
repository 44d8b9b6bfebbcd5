//! Errors: what the caller is told, and what only the log is.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use prism_store::StoreError;
use serde_json::{Value, json};

/// An answer that is not a success, in FastAPI's envelope `{"detail": ...}`.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    detail: Value,
}

impl Refused {
    pub(super) fn new(status: StatusCode, detail: &str) -> Self {
        Self {
            status,
            detail: json!(detail),
        }
    }

    pub(super) fn not_found(detail: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// With a word for programs beside the text for people.
    pub(super) fn coded(status: StatusCode, code: &str, message: &str) -> Self {
        Self {
            status,
            detail: json!({ "code": code, "message": message }),
        }
    }

    /// A fault of ours: the caller learns nothing of it, the log everything.
    pub(super) fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
    }

    /// 422 in the list form.
    pub(super) fn invalid(problems: Vec<Problem>) -> Self {
        let detail = problems.into_iter().map(|problem| problem.0).collect();
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            detail: Value::Array(detail),
        }
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::invalid(vec![problem])
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(json!({ "detail": self.detail }))).into_response();
        // Whoever is refused in the middle of a body must not have the rest read as another request.
        if self.status == StatusCode::PAYLOAD_TOO_LARGE
            || self.status == StatusCode::REQUEST_TIMEOUT
        {
            response.headers_mut().insert(
                header::CONNECTION,
                header::HeaderValue::from_static("close"),
            );
        }
        response
    }
}

/// One entry of a 422 list, worded as pydantic does.
#[derive(Debug)]
pub(super) struct Problem(Value);

impl Problem {
    pub(super) fn new(kind: &str, place: [&str; 2], message: &str, input: Value) -> Self {
        Self(json!({ "type": kind, "loc": place, "msg": message, "input": input }))
    }

    pub(super) fn missing(place: [&str; 2], input: Value) -> Self {
        Self::new("missing", place, "Field required", input)
    }

    pub(super) fn with(mut self, limits: Value) -> Self {
        if let Some(fields) = self.0.as_object_mut() {
            fields.insert("ctx".into(), limits);
        }
        self
    }

    pub(super) fn too_short(place: [&str; 2], least: usize, input: &str) -> Self {
        let unit = if least == 1 {
            "character"
        } else {
            "characters"
        };
        let message = format!("String should have at least {least} {unit}");
        Self::new("string_too_short", place, &message, json!(input))
            .with(json!({ "min_length": least }))
    }

    pub(super) fn too_long(place: [&str; 2], most: usize, input: &str) -> Self {
        // Not the whole input: an answer should not be longer than the question.
        let shown: String = input.chars().take(most).collect();
        let message = format!("String should have at most {most} characters");
        Self::new("string_too_long", place, &message, json!(shown))
            .with(json!({ "max_length": most }))
    }
}
