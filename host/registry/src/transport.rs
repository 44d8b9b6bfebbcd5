//! HTTP to a registry that is not trusted: bounded bodies, no redirect to another host, passwords only on demand.
//!
//! Speaks the OCI distribution protocol's two ways to log in, Basic and Bearer. TLS checks certificates against the
//! web's roots; plain HTTP is spoken to this very machine, and elsewhere only when it was asked for.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, LOCATION, WWW_AUTHENTICATE};
use reqwest::{Client, Method, Response, StatusCode, redirect};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;
use zeroize::Zeroizing;

use crate::credentials::Credentials;
use crate::reference::Reference;

mod error;

pub use error::RegistryError;

/// A token has at most this many bytes.
const MAX_TOKEN_BYTES: u64 = 64 << 10;

/// How many times a blob may be passed on: registry to storage, storage to a mirror.
const MAX_REDIRECTS: usize = 3;

/// How to speak to a registry.
#[derive(Clone, Default)]
pub struct Access {
    /// Who is there.
    pub credentials: Credentials,
    /// Speak plain HTTP to a registry that is not on this machine. Everybody on the way reads the password and can
    /// change what is pulled (signatures show that, if they are asked for). Default: false.
    pub plain_http: bool,
    /// Hosts (`host[:port]`) that the registry may send blobs from: public registries keep them in a storage service.
    /// Blobs are checked by digest and the password does not go there; what a hostile registry would gain from any
    /// host is a request from this machine to its inner network. Default: none.
    pub blob_hosts: Vec<String>,
}

/// One registry.
pub(crate) struct Transport {
    client: Client,
    base: Url,
    access: Access,
    /// What worked, so that not every request is refused first.
    authorization: Mutex<Option<HeaderValue>>,
}

/// What to send.
#[derive(Clone)]
pub(crate) struct Call {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
}

impl Call {
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: None,
        }
    }
}

#[derive(Deserialize)]
struct Token {
    /// What Docker's registries call it.
    token: Option<Zeroizing<String>>,
    /// What others call it; some send both.
    access_token: Option<Zeroizing<String>>,
}

impl Transport {
    pub fn new(reference: &Reference, access: Access) -> Result<Self, RegistryError> {
        let local = reference.is_local();
        let scheme = if local || access.plain_http {
            "http"
        } else {
            "https"
        };
        let base = format!(
            "{scheme}://{}/v2/{}/",
            reference.registry(),
            reference.repository()
        );
        let base = Url::parse(&base)
            .map_err(|error| RegistryError::malformed("the registry's address", error))?;
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            // Between two pieces of a body, and for the whole: a registry that drips holds nobody for ever.
            .read_timeout(Duration::from_secs(30))
            .timeout(Duration::from_secs(600))
            .user_agent(concat!("prism/", env!("CARGO_PKG_VERSION")));
        if local {
            client = client.no_proxy();
        }
        let client = client
            .build()
            .map_err(|error| RegistryError::unreachable(&base, error))?;
        Ok(Self {
            client,
            base,
            access,
            authorization: Mutex::new(None),
        })
    }

    /// An address below the repository.
    pub fn url(&self, path: &str) -> Result<Url, RegistryError> {
        self.base
            .join(path)
            .map_err(|error| RegistryError::malformed("an address", error))
    }

    /// Sends, and logs in when the registry asks for it.
    pub async fn send(&self, call: Call) -> Result<Response, RegistryError> {
        let known = self.authorization.lock().await.clone();
        let response = self.once(call.clone(), known).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let fresh = self.log_in(&response).await?;
        *self.authorization.lock().await = Some(fresh.clone());
        let response = self.once(call, Some(fresh)).await?;
        match response.status() {
            StatusCode::UNAUTHORIZED => Err(self.denied()),
            _ => Ok(response),
        }
    }

    async fn once(
        &self,
        call: Call,
        authorization: Option<HeaderValue>,
    ) -> Result<Response, RegistryError> {
        let mut request = self
            .client
            .request(call.method, call.url)
            .headers(call.headers);
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some(body) = call.body {
            request = request.body(body);
        }
        request
            .send()
            .await
            .map_err(|error| RegistryError::unreachable(&self.base, error))
    }

    fn denied(&self) -> RegistryError {
        RegistryError::Denied {
            registry: host(&self.base),
            known: matches!(self.access.credentials, Credentials::Password { .. }),
        }
    }

    async fn log_in(&self, refusal: &Response) -> Result<HeaderValue, RegistryError> {
        let challenge = refusal
            .headers()
            .get(WWW_AUTHENTICATE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let (scheme, rest) = challenge.split_once(' ').unwrap_or((challenge, ""));
        if scheme.eq_ignore_ascii_case("basic") {
            let Credentials::Password { user, password } = &self.access.credentials else {
                return Err(self.denied());
            };
            let pair = Zeroizing::new(format!("{user}:{}", password.as_str()));
            return secret(
                &format!("Basic {}", BASE64.encode(pair.as_bytes())),
                "the password",
            );
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(self.denied());
        }
        let what = "the registry's call to log in";
        let mut realm = parameter(rest, "realm")
            .and_then(|realm| Url::parse(realm).ok())
            .ok_or_else(|| RegistryError::malformed(what, "it has no realm"))?;
        // The password goes there, so it goes as safely as to the registry.
        if realm.scheme() != "https" && realm.scheme() != self.base.scheme() {
            return Err(RegistryError::malformed(what, "its realm is not https"));
        }
        for name in ["service", "scope"] {
            if let Some(value) = parameter(rest, name) {
                realm.query_pairs_mut().append_pair(name, value);
            }
        }
        let mut request = self.client.get(realm.clone());
        if let Credentials::Password { user, password } = &self.access.credentials {
            request = request.basic_auth(user, Some(password.as_str()));
        }
        let response = request
            .send()
            .await
            .map_err(|error| RegistryError::unreachable(&realm, error))?;
        if !response.status().is_success() {
            return Err(self.denied());
        }
        let what = "the token";
        let body = Zeroizing::new(body(response, what, MAX_TOKEN_BYTES).await?);
        // Without the parser's words: they might quote the token.
        let answer: Token = serde_json::from_slice(&body)
            .map_err(|_| RegistryError::malformed(what, "it is not the JSON of a token"))?;
        let token = answer
            .token
            .or(answer.access_token)
            .ok_or_else(|| RegistryError::malformed(what, "it is not there"))?;
        secret(&format!("Bearer {}", token.as_str()), what)
    }

    /// Gets what may lie in the registry's storage elsewhere.
    pub async fn get_blob(&self, url: Url, what: &str) -> Result<Response, RegistryError> {
        let mut response = self.send(Call::new(Method::GET, url)).await?;
        for _ in 0..MAX_REDIRECTS {
            if !response.status().is_redirection() {
                return Ok(response);
            }
            let target = self.target(&response, what)?;
            response = if same_origin(&target, &self.base) {
                self.send(Call::new(Method::GET, target)).await?
            } else if self.access.blob_hosts.contains(&host(&target))
                && (target.scheme() == "https" || self.base.scheme() == "http")
            {
                self.once(Call::new(Method::GET, target), None).await?
            } else {
                return Err(RegistryError::redirect(what, &target));
            };
        }
        Err(RegistryError::malformed(
            what,
            "it is passed on again and again",
        ))
    }

    /// Where the registry says the next request goes, made absolute.
    pub fn target(&self, response: &Response, what: &str) -> Result<Url, RegistryError> {
        response
            .headers()
            .get(LOCATION)
            .and_then(|location| location.to_str().ok())
            .and_then(|location| response.url().join(location).ok())
            .ok_or_else(|| RegistryError::malformed(what, "the registry does not say where it is"))
    }

    /// As [`Transport::target`], for what never goes elsewhere: our bytes and our password.
    pub fn own_target(&self, response: &Response, what: &str) -> Result<Url, RegistryError> {
        let target = self.target(response, what)?;
        self.own(target, what)
    }

    /// The address, when it is one of this registry.
    pub fn own(&self, target: Url, what: &str) -> Result<Url, RegistryError> {
        if same_origin(&target, &self.base) {
            Ok(target)
        } else {
            Err(RegistryError::redirect(what, &target))
        }
    }
}

/// A header that debug output leaves out.
fn secret(text: &str, what: &str) -> Result<HeaderValue, RegistryError> {
    let mut header = HeaderValue::from_str(text)
        .map_err(|_| RegistryError::malformed(what, "it has characters that no header can have"))?;
    header.set_sensitive(true);
    Ok(header)
}

fn same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// The value of `name="value"` in a challenge. Values without quotes are not used by registries.
fn parameter<'a>(challenge: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = challenge;
    while let Some((key, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"')?;
        if key
            .trim_start_matches([',', ' '])
            .eq_ignore_ascii_case(name)
        {
            return Some(value);
        }
        rest = after;
    }
    None
}

/// A body of at most `limit` bytes. One without end is left off there.
pub(crate) async fn body(
    mut response: Response,
    what: &str,
    limit: u64,
) -> Result<Vec<u8>, RegistryError> {
    let too_large = || RegistryError::TooLarge {
        what: what.to_owned(),
        limit,
    };
    if response
        .content_length()
        .is_some_and(|length| length > limit)
    {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let url = response.url().clone();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| RegistryError::unreachable(&url, error))?
    {
        if (bytes.len() + chunk.len()) as u64 > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The response when it is a success, else what the registry says.
pub(crate) async fn success(response: Response, what: &str) -> Result<Response, RegistryError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    if status == StatusCode::NOT_FOUND {
        return Err(RegistryError::NotFound(what.to_owned()));
    }
    if status.is_redirection() {
        let target = response
            .headers()
            .get(LOCATION)
            .and_then(|location| response.url().join(location.to_str().ok()?).ok());
        return Err(match target {
            Some(target) => RegistryError::redirect(what, &target),
            None => RegistryError::malformed(what, "it is passed on to nowhere"),
        });
    }
    let says = body(response, what, 4096).await.unwrap_or_default();
    let says: String = String::from_utf8_lossy(&says)
        .chars()
        .filter(|char| !char.is_control())
        .take(300)
        .collect();
    Err(RegistryError::Refused {
        what: what.to_owned(),
        status: status.as_u16(),
        says,
    })
}
