//! Publishing a gate: what a registry has is not sent again, what is published is not changed.

use prism_component::Component;
use prism_store::records::Descriptor;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, StatusCode};
use semver::Version;

use super::Registry;
use crate::manifest::{
    Blob, COMPONENT_TYPE, CONFIG_TYPE, Config, DESCRIPTOR_TYPE, MANIFEST_TYPE,
    MAX_DESCRIPTOR_BYTES, Manifest, SIGNATURES_TYPE,
};
use crate::reference::Reference;
use crate::signature::SignatureFile;
use crate::transport::{Call, RegistryError, success};

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

impl Registry {
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

fn to_json(value: &impl serde::Serialize) -> Result<Vec<u8>, RegistryError> {
    serde_json::to_vec(value).map_err(|error| RegistryError::Unfit(error.to_string()))
}
