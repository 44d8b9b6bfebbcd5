//! Where a gate lies in a registry: `host[:port]/path:1.2.0` or `host[:port]/path@sha256:…`.
//!
//! The registry is always written out (there is no default one), and a tag is always a semantic version: `latest`
//! would be another gate tomorrow.

use std::fmt;
use std::str::FromStr;

use semver::Version;

use crate::signature::is_digest;

/// Why a text is no reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no reference to a gate: {why}; expected is for example registry.example.org/gates/contract:1.2.0"
)]
pub struct ReferenceError {
    text: String,
    why: &'static str,
}

/// A place in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    registry: String,
    repository: String,
    version: Option<Version>,
    digest: Option<String>,
}

impl Reference {
    /// Host and port of the registry.
    #[must_use]
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The path in it.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The version, when it has a tag.
    #[must_use]
    pub fn version(&self) -> Option<&Version> {
        self.version.as_ref()
    }

    /// The manifest's digest, lowercase hex SHA-256, when it is pinned.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// The same place with this version and no digest.
    #[must_use]
    pub fn at(&self, version: Version) -> Self {
        Self {
            version: Some(version),
            digest: None,
            ..self.clone()
        }
    }

    /// The same place, pinned to a manifest's digest (lowercase hex SHA-256).
    #[must_use]
    pub fn pinned(&self, digest: &str) -> Self {
        Self {
            digest: Some(digest.to_owned()),
            ..self.clone()
        }
    }

    /// Whether the registry runs on this very machine, so that plain HTTP shows nothing to anybody.
    #[must_use]
    pub fn is_local(&self) -> bool {
        let host = self
            .registry
            .split_once(':')
            .map_or(self.registry.as_str(), |(host, _)| host);
        matches!(host, "localhost" | "127.0.0.1")
    }

    /// What a registry calls it: the digest when there is one, else the tag.
    pub(crate) fn name(&self) -> Option<String> {
        let pinned = self
            .digest
            .as_ref()
            .map(|digest| format!("sha256:{digest}"));
        pinned.or_else(|| self.version.as_ref().map(Version::to_string))
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let no = |why| ReferenceError {
            text: text
                .chars()
                .take(200)
                .flat_map(char::escape_default)
                .collect(),
            why,
        };
        let rest = text.strip_prefix("oci://").unwrap_or(text);
        let (registry, rest) = rest
            .split_once('/')
            .ok_or(no("it has no registry before the first `/`"))?;
        if !is_registry(registry) {
            return Err(no(
                "what is before the first `/` is no host[:port] of a registry",
            ));
        }
        let (rest, digest) = match rest.split_once('@') {
            Some((rest, digest)) => {
                let digest = digest
                    .strip_prefix("sha256:")
                    .filter(|digest| is_digest(digest))
                    .ok_or(no("after `@` comes `sha256:` and 64 lowercase hex digits"))?;
                (rest, Some(digest.to_owned()))
            }
            None => (rest, None),
        };
        let (repository, tag) = match rest.split_once(':') {
            Some((repository, tag)) => (repository, Some(tag)),
            None => (rest, None),
        };
        if !is_repository(repository) {
            return Err(no(
                "the path has parts of a-z 0-9, with single . - _ between them, and 255 characters at most",
            ));
        }
        let version = tag
            .map(Version::parse)
            .transpose()
            .map_err(|_| no("the tag is not a semantic version such as 1.2.0"))?;
        if version
            .as_ref()
            .is_some_and(|version| !version.build.is_empty())
        {
            return Err(no("a tag can't have build metadata (`+…`)"));
        }
        if version.is_none() && digest.is_none() {
            return Err(no("it has neither a version nor a digest"));
        }
        Ok(Self {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            version,
            digest,
        })
    }
}

/// A name with a dot or a port, or `localhost`: anything else would be a path without a registry.
fn is_registry(text: &str) -> bool {
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let named = !host.is_empty()
        && host.split('.').all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    let port_fits = port.is_none_or(|port| {
        port.bytes().all(|byte| byte.is_ascii_digit())
            && port.parse::<u16>().is_ok_and(|port| port > 0)
    });
    named && port_fits && (host.contains('.') || port.is_some() || host == "localhost")
}

fn is_repository(text: &str) -> bool {
    let part = |part: &str| {
        let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        part.bytes().next().is_some_and(word)
            && part.bytes().last().is_some_and(word)
            && part
                .bytes()
                .all(|byte| word(byte) || b".-_".contains(&byte))
            && !part.contains("..")
    };
    text.len() <= 255 && text.split('/').all(part)
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.registry, self.repository)?;
        if let Some(version) = &self.version {
            write!(formatter, ":{version}")?;
        }
        if let Some(digest) = &self.digest {
            write!(formatter, "@sha256:{digest}")?;
        }
        Ok(())
    }
}
