//! Who may: the shared token and the slug (contracts/base.md 1.5).

use axum::http::{HeaderMap, StatusCode, header};

use super::Http;
use super::refused::Refused;
use crate::config::Token;

impl Http {
    /// The token may be a file that is rotated, so it is read at every request, on a blocking thread.
    async fn token(&self) -> Option<Token> {
        let app = std::sync::Arc::clone(&self.app);
        tokio::task::spawn_blocking(move || app.config.token())
            .await
            .ok()
            .flatten()
    }

    /// For routes that only want the token; `invalid internal token` is the contract's wording for them.
    pub(super) async fn bearer(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let Some(token) = self.token().await else {
            tracing::error!(
                "no shared token is configured: set shared_token_file or PRISM_SHARED_TOKEN"
            );
            return Err(Refused::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Internal challenge token is not configured",
            ));
        };
        if holds(&token, headers) {
            Ok(())
        } else {
            Err(Refused::new(
                StatusCode::UNAUTHORIZED,
                "invalid internal token",
            ))
        }
    }

    /// For the route of the challenge SDK: token, then slug.
    pub(super) async fn internal(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let Some(token) = self.token().await else {
            return Err(Refused::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Internal challenge token is not configured",
            ));
        };
        if !holds(&token, headers) {
            return Err(Refused::new(
                StatusCode::UNAUTHORIZED,
                "Invalid internal authorization",
            ));
        }
        let slug = headers
            .get("x-base-challenge-slug")
            .map(|slug| slug.as_bytes());
        if slug != Some(self.app.config.slug.as_bytes()) {
            return Err(Refused::new(
                StatusCode::BAD_REQUEST,
                "Invalid challenge slug header",
            ));
        }
        Ok(())
    }
}

/// Two authorization headers are none: which one counts must not be a matter of opinion.
fn holds(token: &Token, headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => token.is_bearer(value.as_bytes()),
        _ => false,
    }
}
