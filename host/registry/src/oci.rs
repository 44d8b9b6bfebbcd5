//! Push and pull of gates.
//!
//! What is pushed is the same bytes for the same gate, so a second push of it changes nothing; a version that is
//! published never changes. What is pulled is checked against every digest and size on the way; that says that it
//! is what the manifest names, not that anybody trustworthy made it: for that, ask [`crate::KeySet::check`].

use std::collections::BTreeMap;

use prism_component::{Component, MAX_COMPONENT_BYTES};
use prism_store::records::Descriptor;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue, LINK};
use reqwest::{Method, StatusCode};
use semver::Version;
use serde::Deserialize;

use crate::manifest::{
    Blob, COMPONENT_TYPE, CONFIG_TYPE, Config, DESCRIPTOR_TYPE, MANIFEST_TYPE,
    MAX_DESCRIPTOR_BYTES, MAX_MANIFEST_BYTES, Manifest, SIGNATURES_TYPE,
};
use crate::reference::Reference;
use crate::signature::{MAX_SIGNATURE_FILE_BYTES, SignatureFile, is_digest};
use crate::transport::{Access, Call, RegistryError, Transport, body, success};

/// Pages of a list of versions that are read at most; a registry's page has 100 to 1000.
const MAX_TAG_PAGES: usize = 50;

/// Whatever has the name is asked for, so that it is named for what it is, and never replaced: asked for one type alone,
/// a registry says "not found" of a tag that another type has.
const ANY_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
     application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, */*";

/// A gate that is ready to be pushed.
pub struct Package<'a> {
    /// The component.
    pub component: &'a [u8],
    /// Its signatures.
    pub signatures: Option<&'a SignatureFile>,
    /// What it says of itself; gives the annotations for title, version and description.
    pub descriptor: &'a Descriptor,
}

/// What a push did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// Where it is now, with version and digest.
    pub reference: Reference,
    /// Digest of the component, lowercase hex SHA-256.
    pub component: String,
    /// The very same was there before.
    pub was_there: bool,
    /// Bytes that were sent; what a registry has is not sent again.
    pub sent_bytes: u64,
}

/// What a pull brought. Its signatures are not verified yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Pulled {
    /// Where it was, with the manifest's digest.
    pub reference: Reference,
    /// The component's bytes.
    pub component: Vec<u8>,
    /// What can be read off it; holds its digest.
    pub read: Component,
    /// Its signatures, when it has a file of them; it tells of this component.
    pub signatures: Option<SignatureFile>,
    /// What whoever pushed it says the gate says. For display only.
    pub descriptor: Option<Descriptor>,
    /// The manifest's annotations, for display only.
    pub annotations: BTreeMap<String, String>,
}

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

    /// Publishes a gate under the reference's version. Registries have no "only if absent": of two who publish the
    /// same version in the same moment the later wins, and the earlier is told when it reads back.
    ///
    /// # Errors
    /// [`RegistryError::Taken`] when the version is there with other content, [`RegistryError::Unfit`] when what is
    /// to be pushed does not fit together, else what the registry does.
    pub async fn push(&self, package: &Package<'_>) -> Result<Pushed, RegistryError> {
        let component =
            Component::read(package.component).map_err(|source| RegistryError::Component {
                what: "what is to be pushed".into(),
                source,
            })?;
        let version = self.version_to_push(package.descriptor)?;
        let (manifest, blobs) = assemble(package, &component)?;
        let bytes = to_json(&manifest)?;
        let digest = prism_component::digest(&bytes);
        let mut pushed = Pushed {
            reference: self.reference.at(version).pinned(&digest),
            component: component.digest,
            was_there: false,
            sent_bytes: 0,
        };
        let name = pushed
            .reference
            .version()
            .map(Version::to_string)
            .unwrap_or_default();
        match self.find(&name).await {
            Ok(found) if found.digest == digest => {
                pushed.was_there = true;
                return Ok(pushed);
            }
            Ok(found) => {
                return Err(self.taken(
                    &pushed.reference,
                    &format!("other content, with the manifest sha256:{}", found.digest),
                ));
            }
            Err(RegistryError::NotFound(_)) => {}
            // Whatever else has this name: it is not ours to replace.
            Err(RegistryError::Foreign { .. } | RegistryError::Malformed { .. }) => {
                return Err(self.taken(&pushed.reference, "something that is no gate"));
            }
            Err(error) => return Err(error),
        }
        for (blob, content) in &blobs {
            pushed.sent_bytes += self.put_blob(blob, content).await?;
        }
        let mut call = Call::new(
            Method::PUT,
            self.transport.url(&format!("manifests/{name}"))?,
        );
        call.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(MANIFEST_TYPE));
        pushed.sent_bytes += bytes.len() as u64;
        call.body = Some(bytes);
        success(self.transport.send(call).await?, "the manifest").await?;
        let found = self.find(&name).await?;
        if found.digest != digest {
            return Err(self.taken(
                &pushed.reference,
                &format!("other content, with the manifest sha256:{}", found.digest),
            ));
        }
        Ok(pushed)
    }

    fn version_to_push(&self, descriptor: &Descriptor) -> Result<Version, RegistryError> {
        let version = self
            .reference
            .version()
            .filter(|_| self.reference.digest().is_none())
            .ok_or_else(|| {
                RegistryError::Unfit(
                    "a gate is published under a version: give a reference that ends in `:1.2.0`"
                        .into(),
                )
            })?;
        if descriptor.version == version.to_string() {
            return Ok(version.clone());
        }
        Err(RegistryError::Unfit(format!(
            "the gate says it is version {}, and the reference says {version}: make them equal",
            descriptor.version.escape_default()
        )))
    }

    fn taken(&self, reference: &Reference, holds: &str) -> RegistryError {
        let version = reference
            .version()
            .map(Version::to_string)
            .unwrap_or_default();
        RegistryError::Taken {
            reference: format!(
                "{}/{}:{version}",
                reference.registry(),
                reference.repository()
            ),
            holds: holds.to_owned(),
        }
    }

    async fn put_blob(&self, blob: &Blob, content: &[u8]) -> Result<u64, RegistryError> {
        let what = "an upload";
        let url = self.transport.url(&format!("blobs/{}", blob.digest))?;
        let there = self.transport.send(Call::new(Method::HEAD, url)).await?;
        if there.status() == StatusCode::OK {
            return Ok(0);
        }
        let start = Call::new(Method::POST, self.transport.url("blobs/uploads/")?);
        let started = success(self.transport.send(start).await?, what).await?;
        let mut target = self.transport.own_target(&started, what)?;
        target.query_pairs_mut().append_pair("digest", &blob.digest);
        let mut call = Call::new(Method::PUT, target);
        call.headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        );
        call.body = Some(content.to_vec());
        success(self.transport.send(call).await?, what).await?;
        Ok(blob.size)
    }

    /// Brings a gate, by version or digest.
    ///
    /// # Errors
    /// [`RegistryError`]; nothing of what failed is returned.
    pub async fn pull(&self) -> Result<Pulled, RegistryError> {
        let found = self.find_this().await?;
        let what = "the component";
        let layer =
            only(&found.manifest, COMPONENT_TYPE)?.ok_or_else(|| foreign("it has no component"))?;
        let component = self
            .get_blob(layer, what, MAX_COMPONENT_BYTES as u64)
            .await?;
        let read = Component::read(&component).map_err(|source| RegistryError::Component {
            what: what.into(),
            source,
        })?;
        let signatures = match only(&found.manifest, SIGNATURES_TYPE)? {
            Some(layer) => {
                let bytes = self
                    .get_blob(layer, "the signature file", MAX_SIGNATURE_FILE_BYTES)
                    .await?;
                let file = SignatureFile::parse(&bytes)?;
                file.for_component(&read.digest)?;
                Some(file)
            }
            None => None,
        };
        Ok(Pulled {
            reference: self.reference.pinned(&found.digest),
            descriptor: self.descriptor_of(&found.manifest).await?,
            component,
            read,
            signatures,
            annotations: found.manifest.annotations,
        })
    }

    /// What whoever pushed the gate says it says of itself, without the component; none when it was pushed by another
    /// tool.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn descriptor(&self) -> Result<Option<Descriptor>, RegistryError> {
        let found = self.find_this().await?;
        self.descriptor_of(&found.manifest).await
    }

    async fn descriptor_of(
        &self,
        manifest: &Manifest,
    ) -> Result<Option<Descriptor>, RegistryError> {
        let Some(layer) = only(manifest, DESCRIPTOR_TYPE)? else {
            return Ok(None);
        };
        let what = "the descriptor";
        let bytes = self.get_blob(layer, what, MAX_DESCRIPTOR_BYTES).await?;
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| RegistryError::malformed(what, error))
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

    async fn get_blob(
        &self,
        blob: &Blob,
        what: &str,
        limit: u64,
    ) -> Result<Vec<u8>, RegistryError> {
        let expected = blob
            .digest
            .strip_prefix("sha256:")
            .filter(|digest| is_digest(digest))
            .ok_or_else(|| {
                RegistryError::malformed(what, "its digest in the manifest is no sha256")
            })?;
        // Before a byte of it is asked for.
        if blob.size > limit {
            return Err(RegistryError::TooLarge {
                what: what.into(),
                limit,
            });
        }
        let url = self.transport.url(&format!("blobs/{}", blob.digest))?;
        let response = success(self.transport.get_blob(url, what).await?, what).await?;
        let bytes = body(response, what, blob.size).await?;
        if bytes.len() as u64 != blob.size {
            return Err(RegistryError::Size {
                what: what.into(),
                expected: blob.size,
                found: bytes.len() as u64,
            });
        }
        let found = prism_component::digest(&bytes);
        if found != expected {
            return Err(RegistryError::Digest {
                what: what.into(),
                expected: expected.to_owned(),
                found,
            });
        }
        Ok(bytes)
    }
}

/// The manifest and every blob it names, the layers first.
fn assemble(
    package: &Package<'_>,
    component: &Component,
) -> Result<(Manifest, Vec<(Blob, Vec<u8>)>), RegistryError> {
    let mut blobs = vec![(COMPONENT_TYPE, package.component.to_vec())];
    if let Some(signatures) = package.signatures {
        signatures.for_component(&component.digest)?;
        blobs.push((SIGNATURES_TYPE, signatures.to_bytes()?));
    }
    let descriptor = to_json(package.descriptor)?;
    if descriptor.len() as u64 > MAX_DESCRIPTOR_BYTES {
        return Err(RegistryError::Unfit(format!(
            "its descriptor has more than {MAX_DESCRIPTOR_BYTES} bytes"
        )));
    }
    blobs.push((DESCRIPTOR_TYPE, descriptor));
    let mut blobs: Vec<_> = blobs
        .into_iter()
        .map(|(media_type, content)| (Blob::of(media_type, &content), content))
        .collect();
    let layers: Vec<_> = blobs.iter().map(|(blob, _)| blob.clone()).collect();
    let config = to_json(&Config::of(component, &layers))?;
    let annotations = [
        ("title", &package.descriptor.id),
        ("version", &package.descriptor.version),
        ("description", &package.descriptor.summary),
    ]
    .map(|(name, value)| (format!("org.opencontainers.image.{name}"), value.clone()));
    let manifest = Manifest {
        schema_version: 2,
        media_type: MANIFEST_TYPE.into(),
        config: Blob::of(CONFIG_TYPE, &config),
        layers,
        annotations: annotations.into(),
    };
    blobs.push((manifest.config.clone(), config));
    Ok((manifest, blobs))
}

/// The layer of a type. Layers of types nobody here knows are passed over: a later Prism may add some.
fn only<'a>(manifest: &'a Manifest, media_type: &str) -> Result<Option<&'a Blob>, RegistryError> {
    let mut layers = manifest
        .layers
        .iter()
        .filter(|layer| layer.media_type == media_type);
    match (layers.next(), layers.next()) {
        (layer, None) => Ok(layer),
        (_, Some(_)) => Err(foreign(&format!(
            "it has more than one layer of the type {media_type}"
        ))),
    }
}

fn foreign(why: &str) -> RegistryError {
    RegistryError::Foreign {
        what: "what is there".into(),
        why: why.to_owned(),
    }
}

fn to_json(value: &impl serde::Serialize) -> Result<Vec<u8>, RegistryError> {
    serde_json::to_vec(value).map_err(|error| RegistryError::Unfit(error.to_string()))
}
