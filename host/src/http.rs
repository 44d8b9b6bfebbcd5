//! The HTTP side: the routes of contracts/base.md and our own, errors in FastAPI's envelope.
//!
//! Responses are neither compressed (the proxy would break them) nor redirects. GET routes don't answer HEAD.
//! Handlers only read the request, ask store and boards on a blocking thread, and write JSON.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::handler::Handler;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use prism_store::{Store, StoreError};
use serde_json::json;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::platform::Platform;
use crate::state::AppState;
use refused::Refused;

mod access;
pub mod admin;
mod boards;
mod bridge;
mod health;
mod intake;
mod internal;
mod jobs;
pub mod listener;
mod query;
mod refused;
mod report;
mod submissions;

/// Uploads read at one time; others wait. Each holds its body in memory, some 20 MB at most.
const UPLOADS: usize = 16;

/// From the first to the last byte of a request's body.
const BODY_TIME: Duration = Duration::from_secs(30);

/// What every handler has.
struct Http {
    app: Arc<AppState>,
    uploads: Semaphore,
    body_time: Duration,
}

impl Http {
    /// Asks the store on a thread that may wait for the disk.
    async fn store<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Refused> {
        let store = self.app.store.clone();
        match tokio::task::spawn_blocking(move || ask(&store)).await {
            Ok(answer) => answer.map_err(Refused::from),
            Err(error) => Err(Refused::internal(&error)),
        }
    }
}

impl Http {
    fn new(app: Arc<AppState>, body_time: Duration) -> Arc<Self> {
        Arc::new(Self {
            app,
            uploads: Semaphore::new(UPLOADS),
            body_time,
        })
    }
}

/// All routes.
pub fn router(app: Arc<AppState>, platform: Arc<Platform>) -> Router {
    let http = Http::new(app, BODY_TIME);
    finished(routes(Arc::clone(&http)).merge(admin::router(http, platform)))
}

fn routes(http: Arc<Http>) -> Router {
    Router::new()
        .route("/health", read(health::health))
        .route("/version", read(health::version))
        .route("/v1/submissions/history", read(submissions::history))
        .route("/v1/submissions/{id}", read(submissions::status))
        .route("/v1/submissions/{id}/curve", read(report::curve))
        .route("/v1/submissions/{id}/report", read(report::report))
        .route("/v1/leaderboard", read(boards::leaderboard))
        .route("/v1/architectures", read(boards::architectures))
        .route("/v1/architectures/{id}", read(boards::architecture))
        .route("/v1/architectures/{id}/variants", read(boards::variants))
        .route("/v1/epochs", read(jobs::epochs))
        .route("/v1/epochs/current", read(jobs::current_epoch))
        .route("/v1/health/eval-jobs", read(jobs::eval_jobs))
        .route("/internal/v1/get_weights", read(internal::weights))
        .route("/internal/v1/work_units", read(internal::work_units))
        .route("/internal/v1/bridge/submissions", post(bridge::submit))
        .with_state(http)
}

/// What holds for every route.
fn finished(routes: Router) -> Router {
    routes
        .fallback(|| async { Refused::not_found("Not Found") })
        .method_not_allowed_fallback(|| async {
            Refused::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
        })
        .layer(CatchPanicLayer::custom(|_| panicked()))
}

/// A GET route; axum would answer HEAD with it, the contract says 405.
fn read<H: Handler<T, Arc<Http>>, T: 'static>(handler: H) -> MethodRouter<Arc<Http>> {
    get(handler).head(|| async {
        let allow = [(header::ALLOW, HeaderValue::from_static("GET"))];
        (StatusCode::METHOD_NOT_ALLOWED, allow)
    })
}

fn panicked() -> Response {
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        axum::Json(json!({ "detail": "Internal Server Error" })),
    )
        .into_response()
}

#[cfg(test)]
mod tests;
