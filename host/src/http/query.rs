//! Query parameters, with FastAPI's errors.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde_json::json;

use super::refused::{Problem, Refused};

/// The parameters as they came; of several with one name the last counts.
pub(super) struct Parameters(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        // What is no query string has no parameters.
        Ok(Self(
            Query::try_from_uri(&parts.uri)
                .map(|Query(pairs)| pairs)
                .unwrap_or_default(),
        ))
    }
}

impl Parameters {
    /// A whole number within bounds, or none when it is absent.
    pub(super) fn number(&self, name: &str, least: u64, most: u64) -> Result<Option<u64>, Refused> {
        let Some((_, text)) = self.0.iter().rev().find(|(key, _)| key == name) else {
            return Ok(None);
        };
        let place = ["query", name];
        let Ok(number) = text.trim().parse::<i128>() else {
            let message = "Input should be a valid integer, unable to parse string as an integer";
            return Err(Problem::new("int_parsing", place, message, json!(text)).into());
        };
        if number < i128::from(least) {
            let message = format!("Input should be greater than or equal to {least}");
            let problem = Problem::new("greater_than_equal", place, &message, json!(text));
            return Err(problem.with(json!({ "ge": least })).into());
        }
        match u64::try_from(number) {
            Ok(number) if number <= most => Ok(Some(number)),
            _ => {
                let message = format!("Input should be less than or equal to {most}");
                let problem = Problem::new("less_than_equal", place, &message, json!(text));
                Err(problem.with(json!({ "le": most })).into())
            }
        }
    }
}
