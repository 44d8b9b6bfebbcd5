//! What goes wrong between here and a registry. No text holds a password, a token or an address with a query.

use std::fmt;

use prism_component::ComponentError;
use url::Url;

use crate::signature::SignatureError;

use super::host;

/// Why a push or pull failed.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// No answer.
    #[error("can't speak to {registry}: {source}")]
    Unreachable {
        /// Host and port.
        registry: String,
        /// What the connection says.
        source: reqwest::Error,
    },
    /// Not let in.
    #[error("{registry} denies access{}", if *known { ": user or password is wrong, or may not do this" } else { " to strangers: name a user and a password file, or run `docker login`" })]
    Denied {
        /// Host and port.
        registry: String,
        /// Whether there were credentials.
        known: bool,
    },
    /// Nothing there.
    #[error("the registry does not have {0}: look at the name and the version")]
    NotFound(String),
    /// Any other refusal.
    #[error("the registry refuses {what} with status {status}: {says}")]
    Refused {
        /// What was asked for.
        what: String,
        /// HTTP status.
        status: u16,
        /// The beginning of what it says, without control characters.
        says: String,
    },
    /// Sent elsewhere.
    #[error(
        "the registry sends {what} from another host, {host}: if that is its storage, allow it by name"
    )]
    Redirect {
        /// What was asked for.
        what: String,
        /// Host and port.
        host: String,
    },
    /// Larger than it can be.
    #[error("{what} has more than {limit} bytes: it is broken, or the registry is hostile")]
    TooLarge {
        /// What was asked for.
        what: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// Another size than the manifest says.
    #[error(
        "{what} has {found} bytes and should have {expected}: it was damaged or changed; nothing of it is used"
    )]
    Size {
        /// What was asked for.
        what: String,
        /// Bytes expected.
        expected: u64,
        /// Bytes that came.
        found: u64,
    },
    /// Other content than its digest says.
    #[error(
        "{what} is sha256:{found} and should be sha256:{expected}: it was damaged or changed; nothing of it is used"
    )]
    Digest {
        /// What was asked for.
        what: String,
        /// Lowercase hex SHA-256 expected.
        expected: String,
        /// Lowercase hex SHA-256 of what came.
        found: String,
    },
    /// Not what the protocol says.
    #[error("{what} is malformed: {why}")]
    Malformed {
        /// What was asked for.
        what: String,
        /// What is wrong.
        why: String,
    },
    /// Something else than a gate.
    #[error("{what} is no gate: {why}")]
    Foreign {
        /// What was asked for.
        what: String,
        /// What it is.
        why: String,
    },
    /// What is published stays.
    #[error(
        "{reference} is published already, and it is {holds}: a version never changes; publish a new version"
    )]
    Taken {
        /// Registry, path and version.
        reference: String,
        /// What is there.
        holds: String,
    },
    /// Not ready to be pushed.
    #[error("it can't be pushed: {0}")]
    Unfit(String),
    /// The component is no gate.
    #[error("{what}: {source}")]
    Component {
        /// Which.
        what: String,
        /// Why.
        source: ComponentError,
    },
    /// The signature file is none, or belongs to another component.
    #[error("the signatures: {0}")]
    Signatures(#[from] SignatureError),
}

impl RegistryError {
    pub(crate) fn unreachable(url: &Url, error: reqwest::Error) -> Self {
        Self::Unreachable {
            registry: host(url),
            source: error.without_url(),
        }
    }

    pub(crate) fn malformed(what: &str, why: impl fmt::Display) -> Self {
        Self::Malformed {
            what: what.to_owned(),
            why: why.to_string(),
        }
    }

    pub(crate) fn redirect(what: &str, target: &Url) -> Self {
        Self::Redirect {
            what: what.to_owned(),
            host: host(target),
        }
    }
}
