//! How to log in to a registry: a user with a password file, or what `docker login` left.
//!
//! A password never comes from the command line, where everybody on the machine could read it, and is never shown.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::file::{self, FileError};

/// A password file has at most this many bytes; registries' tokens are passwords too and can be long.
const MAX_PASSWORD_BYTES: u64 = 16 << 10;

/// Docker's file has at most this many bytes.
const MAX_DOCKER_CONFIG_BYTES: u64 = 1 << 20;

/// Why there are no credentials.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// Nothing in it.
    #[error("{} holds no password", .0.display())]
    Empty(PathBuf),
    /// A user name can't hold a colon, for the protocol ends it there.
    #[error("`{0}` can't be a user name: it has a colon or a control character")]
    User(String),
    /// Not Docker's file. What is wrong is not quoted: the file holds passwords.
    #[error("{} is not what `docker login` writes: log in again, or name a user and a password file", .0.display())]
    Docker(PathBuf),
    /// Kept elsewhere.
    #[error("{} leaves the password for {registry} to a credential helper, which Prism does not start: name a user and a password file", path.display())]
    Helper {
        /// Docker's file.
        path: PathBuf,
        /// The registry.
        registry: String,
    },
    /// Reading failed.
    #[error(transparent)]
    File(#[from] FileError),
}

/// What a registry is told when it asks who is there.
#[derive(Clone, Default)]
pub enum Credentials {
    /// Nobody in particular.
    #[default]
    Anonymous,
    /// A user.
    Password {
        /// Name.
        user: String,
        /// Password or token.
        password: Zeroizing<String>,
    },
}

#[derive(Deserialize)]
struct DockerConfig {
    #[serde(default)]
    auths: BTreeMap<String, DockerEntry>,
    #[serde(default, rename = "credHelpers")]
    helpers: BTreeMap<String, String>,
    #[serde(default, rename = "credsStore")]
    store: String,
}

#[derive(Deserialize)]
struct DockerEntry {
    #[serde(default)]
    auth: Zeroizing<String>,
}

impl Credentials {
    /// A user with the password in a file; a line break at its end is not part of it.
    ///
    /// # Errors
    /// [`CredentialsError`].
    pub fn from_file(user: &str, path: &Path) -> Result<Self, CredentialsError> {
        let text = Zeroizing::new(file::read_text(path, MAX_PASSWORD_BYTES)?);
        Self::new(user, text.trim_end_matches(['\r', '\n']))
            .and_then(|found| found.ok_or_else(|| CredentialsError::Empty(path.to_owned())))
    }

    /// Where `docker login` keeps what it learned: `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`.
    #[must_use]
    pub fn docker_config() -> Option<PathBuf> {
        let folder = std::env::var_os("DOCKER_CONFIG")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".docker")))?;
        Some(folder.join("config.json"))
    }

    /// What `docker login` keeps for a registry; [`Credentials::Anonymous`] when there is no such file or it does not
    /// name the registry.
    ///
    /// # Errors
    /// [`CredentialsError`].
    pub fn from_docker(path: &Path, registry: &str) -> Result<Self, CredentialsError> {
        if !path.exists() {
            return Ok(Self::Anonymous);
        }
        let text = Zeroizing::new(file::read_text(path, MAX_DOCKER_CONFIG_BYTES)?);
        let wrong = || CredentialsError::Docker(path.to_owned());
        let config: DockerConfig = serde_json::from_str(&text).map_err(|_| wrong())?;
        let helped = config.helpers.contains_key(registry);
        match config.auths.get(registry) {
            Some(entry) if !helped && !entry.auth.is_empty() => {
                let bytes = BASE64.decode(entry.auth.as_bytes()).map_err(|_| wrong())?;
                let text = Zeroizing::new(String::from_utf8(bytes).map_err(|_| wrong())?);
                let (user, password) = text.split_once(':').ok_or_else(wrong)?;
                Self::new(user, password)?.ok_or_else(wrong)
            }
            // Docker leaves an empty entry behind when a store has the password.
            Some(_) if helped || !config.store.is_empty() => Err(CredentialsError::Helper {
                path: path.to_owned(),
                registry: registry.to_owned(),
            }),
            None if helped => Err(CredentialsError::Helper {
                path: path.to_owned(),
                registry: registry.to_owned(),
            }),
            _ => Ok(Self::Anonymous),
        }
    }

    fn new(user: &str, password: &str) -> Result<Option<Self>, CredentialsError> {
        if user.contains(':') || user.contains(char::is_control) {
            return Err(CredentialsError::User(
                user.escape_default().take(64).collect(),
            ));
        }
        Ok((!password.is_empty()).then(|| Self::Password {
            user: user.to_owned(),
            password: Zeroizing::new(password.to_owned()),
        }))
    }
}
