//! Push and pull of gates.
//!
//! What is pushed is the same bytes for the same gate, so a second push of it changes nothing; a version that is
//! published never changes. What is pulled is checked against every digest and size on the way; that says that it
//! is what the manifest names, not that anybody trustworthy made it: for that, ask [`crate::KeySet::check`].

use reqwest::Method;
use reqwest::header::{ACCEPT, HeaderValue, LINK};
use semver::Version;
use serde::Deserialize;

use crate::manifest::{CONFIG_TYPE, MANIFEST_TYPE, MAX_MANIFEST_BYTES, Manifest};
use crate::reference::Reference;
use crate::transport::{Access, Call, RegistryError, Transport, body, success};

mod pull;
mod push;

pub use pull::Pulled;
pub use push::{Package, Pushed};

/// Pages of a list of versions that are read at most; a registry's page has 100 to 1000.
const MAX_TAG_PAGES: usize = 50;

/// Whatever has the name is asked for, so that it is named for what it is, and never replaced: asked for one type alone,
/// a registry says "not found" of a tag that another type has.
const ANY_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
     application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, */*";

/// A repository of a registry.
pub struct Registry {
    transport: Transport,
    reference: Reference,
}

struct Found {
    manifest: Manifest,
    digest: String,
}

impl Registry {
    /// The repository of a reference. Speaks to nobody yet.
    ///
    /// # Errors
    /// When TLS can't be set up.
    pub fn new(reference: &Reference, access: Access) -> Result<Self, RegistryError> {
        Ok(Self {
            transport: Transport::new(reference, access)?,
            reference: reference.clone(),
        })
    }

    /// Versions in the repository, in order. Tags that are no semantic version are passed over; empty when there is
    /// no such repository.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn versions(&self) -> Result<Vec<Version>, RegistryError> {
        #[derive(Deserialize)]
        struct Tags {
            tags: Option<Vec<String>>,
        }
        let what = "the list of versions";
        let mut next = Some(self.transport.url("tags/list?n=1000")?);
        let mut versions = Vec::new();
        for _ in 0..MAX_TAG_PAGES {
            let Some(url) = next else {
                versions.sort();
                return Ok(versions);
            };
            let response = match success(
                self.transport.send(Call::new(Method::GET, url)).await?,
                what,
            )
            .await
            {
                Err(RegistryError::NotFound(_)) => return Ok(Vec::new()),
                response => response?,
            };
            let link = response
                .headers()
                .get(LINK)
                .and_then(|link| link.to_str().ok());
            next = match link.and_then(|link| link.trim().strip_prefix('<')?.split_once('>')) {
                Some((target, relation)) if relation.contains("next") => {
                    let target = response
                        .url()
                        .join(target)
                        .map_err(|error| RegistryError::malformed(what, error))?;
                    Some(self.transport.own(target, what)?)
                }
                _ => None,
            };
            let page = body(response, what, MAX_MANIFEST_BYTES).await?;
            let page: Tags = serde_json::from_slice(&page)
                .map_err(|error| RegistryError::malformed(what, error))?;
            versions.extend(
                page.tags
                    .unwrap_or_default()
                    .iter()
                    .filter_map(|tag| Version::parse(tag).ok()),
            );
        }
        Err(RegistryError::malformed(what, "it has no end"))
    }

    async fn find_this(&self) -> Result<Found, RegistryError> {
        let name = self.reference.name().ok_or_else(|| {
            RegistryError::malformed("the reference", "it has neither a version nor a digest")
        })?;
        let found = self.find(&name).await?;
        match self.reference.digest() {
            Some(expected) if expected != found.digest => Err(RegistryError::Digest {
                what: "the manifest".into(),
                expected: expected.to_owned(),
                found: found.digest,
            }),
            _ => Ok(found),
        }
    }

    async fn find(&self, name: &str) -> Result<Found, RegistryError> {
        let what = "the manifest";
        let mut call = Call::new(
            Method::GET,
            self.transport.url(&format!("manifests/{name}"))?,
        );
        call.headers
            .insert(ACCEPT, HeaderValue::from_static(ANY_MANIFEST));
        let response = self.transport.send(call).await?;
        let named = format!(
            "{}/{}:{name}",
            self.reference.registry(),
            self.reference.repository()
        );
        let response = match success(response, what).await {
            Err(RegistryError::NotFound(_)) => return Err(RegistryError::NotFound(named)),
            response => response?,
        };
        let text = |name: &str| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let (kind, claimed) = (text("content-type"), text("docker-content-digest"));
        let bytes = body(response, what, MAX_MANIFEST_BYTES).await?;
        let digest = prism_component::digest(&bytes);
        if let Some(expected) = claimed
            .as_deref()
            .and_then(|claimed| claimed.strip_prefix("sha256:"))
            && expected != digest
        {
            return Err(RegistryError::Digest {
                what: what.into(),
                expected: expected
                    .chars()
                    .take(64)
                    .flat_map(char::escape_default)
                    .collect(),
                found: digest,
            });
        }
        let kind = kind.unwrap_or_default();
        if kind.split(';').next().map(str::trim) != Some(MANIFEST_TYPE) {
            let kind: String = kind
                .chars()
                .take(100)
                .flat_map(char::escape_default)
                .collect();
            return Err(foreign(&format!(
                "its manifest has the type `{kind}`; a gate's is {MANIFEST_TYPE}"
            )));
        }
        let manifest: Manifest = serde_json::from_slice(&bytes)
            .map_err(|error| RegistryError::malformed(what, error))?;
        if manifest.schema_version != 2 {
            return Err(RegistryError::malformed(what, "its schemaVersion is not 2"));
        }
        if manifest.config.media_type != CONFIG_TYPE {
            return Err(foreign(&format!(
                "its config has the type `{}`; a WebAssembly artifact's is {CONFIG_TYPE}",
                manifest
                    .config
                    .media_type
                    .chars()
                    .take(100)
                    .flat_map(char::escape_default)
                    .collect::<String>()
            )));
        }
        Ok(Found { manifest, digest })
    }
}

fn foreign(why: &str) -> RegistryError {
    RegistryError::Foreign {
        what: "what is there".into(),
        why: why.to_owned(),
    }
}
