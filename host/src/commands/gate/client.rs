//! The operators' API, from the command line.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Largest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 << 20;

/// An activation runs every self-test first.
const PATIENCE: Duration = Duration::from_secs(600);

/// Which service, and with which token.
#[derive(clap::Args, Clone)]
pub struct ServerArgs {
    /// The service
    #[arg(
        long,
        env = "PRISM_SERVER",
        value_name = "URL",
        default_value = "http://127.0.0.1:8080"
    )]
    pub server: String,
    /// File with an operator's token; PRISM_ADMIN_TOKEN may hold the token itself
    #[arg(long, env = "PRISM_ADMIN_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,
}

/// A connection to the service.
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl ServerArgs {
    /// Connects lazily; only the token is read here.
    pub fn client(&self) -> anyhow::Result<Client> {
        let token = match (&self.token_file, std::env::var("PRISM_ADMIN_TOKEN")) {
            (Some(path), _) => std::fs::read_to_string(path)
                .with_context(|| format!("cannot read the token file {}", path.display()))?,
            (None, Ok(token)) => token,
            (None, Err(_)) => bail!(
                "an operator's token is needed: --token-file FILE, or PRISM_ADMIN_TOKEN (`prism token new` makes one)"
            ),
        };
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .connect_timeout(Duration::from_secs(10))
            // A redirect would carry the token to another host.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Client {
            http,
            base: format!("{}/internal/v1/admin", self.server.trim_end_matches('/')),
            token: token.trim().to_owned(),
        })
    }
}

impl Client {
    /// GET.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        self.send(self.request(Method::GET, path)).await
    }

    /// GET with parameters.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &impl Serialize,
    ) -> anyhow::Result<T> {
        self.send(self.request(Method::GET, path).query(query))
            .await
    }

    /// POST of a JSON body.
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<T> {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// DELETE.
    pub async fn delete<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// A request with the token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
    }

    /// Sends and reads; an error of the service is told in its own words.
    pub async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> anyhow::Result<T> {
        let mut response = request.send().await.map_err(|error| {
            let text = if error.is_connect() {
                format!(
                    "no service answers at {}: is `prism serve` running there? (--server URL)",
                    self.base
                )
            } else {
                format!(
                    "the service at {} did not answer: {}",
                    self.base,
                    error.without_url()
                )
            };
            anyhow::anyhow!(text)
        })?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER {
                bail!("the service's answer is longer than {MAX_ANSWER} bytes");
            }
        }
        if !status.is_success() {
            bail!("{}", refusal(status, &body));
        }
        serde_json::from_slice(&body)
            .context("the service's answer can't be read: is it the same version of Prism?")
    }
}

fn refusal(status: StatusCode, body: &[u8]) -> String {
    let detail = serde_json::from_slice::<Value>(body)
        .ok()
        .and_then(|body| body.get("detail").cloned());
    let text = |name: &str| {
        detail
            .as_ref()
            .and_then(|detail| detail.get(name))
            .and_then(Value::as_str)
    };
    match (
        text("message"),
        text("code"),
        detail.as_ref().and_then(Value::as_str),
    ) {
        (Some(message), Some(code), _) => format!("{message} [{code}]"),
        (_, _, Some(detail)) => format!("the service answered {status}: {detail}"),
        _ => format!("the service answered {status}"),
    }
}
