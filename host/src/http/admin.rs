//! The operators' API: gates, revisions, shadows, replays, signed verdicts, events (`docs/gates/operating.md`).
//!
//! It lies below `/internal/`, which the BASE proxy never forwards, and takes tokens of its own: who holds the
//! challenge's token may hand in submissions, not change the gates. Errors say `{"detail": {"code", "message"}}`:
//! a word for programs and a text that says what to do. Answers hold no secret and no path of the server.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post};
use tokio::sync::Semaphore;
use utoipa::OpenApi;

use super::Http;
use super::refused::Refused;
use crate::operators::{Operators, Role};
use crate::platform::{Platform, PlatformError};

mod events;
mod gates;
mod held;
mod llm;
mod replays;
mod revisions;
mod shadows;
mod submissions;
mod verdicts;

pub use gates::{GateView, Grants};
pub use held::{Requeue, Requeued};
pub use llm::{LlmDay, LlmView};
pub use revisions::{RevisionView, Rollback};
pub use shadows::{ShadowView, ShadowsView};

/// JSON bodies of this API are small, in bytes.
const JSON_BYTES: usize = 1 << 20;

/// Components taken in at one time; each is held in memory.
const INSTALLS: usize = 2;

/// A JSON body; what is wrong with it is told in this API's form.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Refused))]
struct Asked<T>(T);

/// Query parameters, likewise.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Refused))]
struct Parameters<T>(T);

/// A part of the path, likewise.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Refused))]
struct Part<T>(T);

impl From<JsonRejection> for Refused {
    fn from(rejection: JsonRejection) -> Self {
        Self::coded(rejection.status(), "bad_body", &rejection.body_text())
    }
}

impl From<QueryRejection> for Refused {
    fn from(rejection: QueryRejection) -> Self {
        Self::coded(rejection.status(), "bad_query", &rejection.body_text())
    }
}

impl From<PathRejection> for Refused {
    fn from(rejection: PathRejection) -> Self {
        Self::coded(rejection.status(), "bad_path", &rejection.body_text())
    }
}

/// What these handlers have.
pub(super) struct Admin {
    http: Arc<Http>,
    platform: Arc<Platform>,
    installs: Semaphore,
}

/// The document that describes this API.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Prism operators' API",
        description = "Install gates, try them in shadow and on history, activate and roll back pipeline revisions. \
                       Every request carries `Authorization: Bearer TOKEN`; `prism token new` makes tokens. \
                       Every change is in the event log with who and why."
    ),
    paths(
        revisions::status,
        gates::list,
        gates::install,
        gates::show,
        gates::grant,
        revisions::list,
        revisions::show,
        revisions::plan,
        revisions::activate,
        revisions::roll_back,
        shadows::show,
        replays::start,
        replays::list,
        replays::show,
        replays::cancel,
        verdicts::judge,
        submissions::verdict,
        held::requeue,
        llm::show,
        events::list,
    )
)]
struct Document;

/// The API's OpenAPI document.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

pub(super) fn router(http: Arc<Http>, platform: Arc<Platform>) -> Router {
    let admin = Arc::new(Admin {
        http,
        platform,
        installs: Semaphore::new(INSTALLS),
    });
    let routes = Router::new()
        .route("/status", get(revisions::status))
        .route("/gates", get(gates::list).post(gates::install))
        .route("/gates/{reference}", get(gates::show))
        .route(
            "/gates/{reference}/grants",
            axum::routing::put(gates::grant),
        )
        .route("/revisions", get(revisions::list).post(revisions::activate))
        .route("/revisions/{number}", get(revisions::show))
        .route("/plan", post(revisions::plan))
        .route("/rollback", post(revisions::roll_back))
        .route("/shadows/{reference}", get(shadows::show))
        .route("/replays", get(replays::list).post(replays::start))
        .route("/replays/{id}", get(replays::show).delete(replays::cancel))
        .route("/verdicts", post(verdicts::judge))
        .route("/submissions/{id}/verdict", get(submissions::verdict))
        .route("/held/requeue", post(held::requeue))
        .route("/llm", get(llm::show))
        .route("/events", get(events::list))
        .route("/openapi.json", get(|| async { axum::Json(openapi()) }))
        .layer(DefaultBodyLimit::max(JSON_BYTES))
        .with_state(admin);
    Router::new().nest("/internal/v1/admin", routes)
}

impl Admin {
    /// The name of the operator whose token this is, if their role allows it.
    async fn operator(&self, headers: &HeaderMap, wanted: Role) -> Result<String, Refused> {
        let Some(path) = self.http.app.config.operators_file.clone() else {
            return Err(Refused::coded(
                StatusCode::SERVICE_UNAVAILABLE,
                "no_operators",
                "this service has no operators: set operators_file and make a token with `prism token new`",
            ));
        };
        let read = tokio::task::spawn_blocking(move || Operators::read(&path)).await;
        let operators = match read {
            Ok(Ok(operators)) => operators,
            Ok(Err(error)) => {
                // The text names a path of the server, which is for the log.
                tracing::error!(%error, "nobody can operate the gates");
                return Err(Refused::coded(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "no_operators",
                    "the operators' file can't be used; the service's log says why",
                ));
            }
            Err(error) => return Err(Refused::internal(&error)),
        };
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        // Two authorization headers are none: which one counts must not be a matter of opinion.
        let operator = match (values.next(), values.next()) {
            (Some(value), None) => operators.of_header(value.as_bytes()),
            _ => None,
        };
        let Some(operator) = operator else {
            return Err(Refused::coded(
                StatusCode::UNAUTHORIZED,
                "no_token",
                "this needs `Authorization: Bearer TOKEN` with the token of an operator",
            ));
        };
        if operator.role < wanted {
            return Err(Refused::coded(
                StatusCode::FORBIDDEN,
                "role",
                &format!(
                    "the token of {} may read only; this needs the role operate",
                    operator.name
                ),
            ));
        }
        Ok(operator.name.clone())
    }
}

impl From<PlatformError> for Refused {
    fn from(error: PlatformError) -> Self {
        let status = match &error {
            PlatformError::Store(error) => return Self::internal(error),
            PlatformError::KeySet(error) => {
                // The text names a path of the server.
                tracing::error!(%error, "the key set can't be used");
                return Self::coded(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "key_set",
                    "the set of trusted keys can't be used; the service's log says why",
                );
            }
            PlatformError::NotFound(_) => StatusCode::NOT_FOUND,
            PlatformError::Outdated { .. } => StatusCode::CONFLICT,
            PlatformError::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
            PlatformError::Untrusted(_)
            | PlatformError::Load(_)
            | PlatformError::Config { .. }
            | PlatformError::SelfTest { .. }
            | PlatformError::Cases { .. }
            | PlatformError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::coded(status, error.code(), &error.to_string())
    }
}
