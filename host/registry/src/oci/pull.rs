//! Bringing a gate: nothing is returned whose size or digest is not what the manifest says.

use std::collections::BTreeMap;

use prism_component::{Component, MAX_COMPONENT_BYTES};
use prism_store::records::Descriptor;

use super::{Registry, foreign};
use crate::manifest::{
    Blob, COMPONENT_TYPE, DESCRIPTOR_TYPE, MAX_DESCRIPTOR_BYTES, Manifest, SIGNATURES_TYPE,
};
use crate::reference::Reference;
use crate::signature::{MAX_SIGNATURE_FILE_BYTES, SignatureFile, is_digest};
use crate::transport::{RegistryError, body, success};

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

impl Registry {
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
