//! A gate as an OCI artifact: media types, manifest and config.
//!
//! The layout is the CNCF's for WebAssembly (tag-runtime, "Wasm OCI Artifact layout"): an OCI image manifest whose
//! config has its own media type and whose first layer is the component, so that other WebAssembly tools can pull
//! it. Two layers of ours follow: the signature file, and what the gate says of itself.

use std::collections::BTreeMap;

use prism_component::Component;
use serde::{Deserialize, Serialize};

/// The manifest: OCI image-spec 1.1.
pub const MANIFEST_TYPE: &str = "application/vnd.oci.image.manifest.v1+json";
/// The config.
pub const CONFIG_TYPE: &str = "application/vnd.wasm.config.v0+json";
/// The layer with the component.
pub const COMPONENT_TYPE: &str = "application/wasm";
/// The layer with the signature file.
pub const SIGNATURES_TYPE: &str = "application/vnd.prism.gate.signature.v1+json";
/// The layer with the descriptor.
pub const DESCRIPTOR_TYPE: &str = "application/vnd.prism.gate.descriptor.v1+json";

/// A manifest has at most this many bytes.
pub const MAX_MANIFEST_BYTES: u64 = 4 << 20;
/// A descriptor has at most this many bytes.
pub const MAX_DESCRIPTOR_BYTES: u64 = 1 << 20;

/// An OCI image manifest, as far as it concerns gates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Always 2.
    pub schema_version: u64,
    /// [`MANIFEST_TYPE`].
    #[serde(default)]
    pub media_type: String,
    /// The config.
    pub config: Blob,
    /// The component and what belongs to it.
    pub layers: Vec<Blob>,
    /// For people and for the registry's pages.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// Names a blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Blob {
    /// What it is.
    pub media_type: String,
    /// `sha256:` and its lowercase hex SHA-256.
    pub digest: String,
    /// Its size, in bytes.
    pub size: u64,
}

impl Blob {
    /// The blob with this content.
    #[must_use]
    pub fn of(media_type: &str, content: &[u8]) -> Self {
        Self {
            media_type: media_type.to_owned(),
            digest: format!("sha256:{}", prism_component::digest(content)),
            size: content.len() as u64,
        }
    }
}

/// The config of a WebAssembly artifact.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Config<'a> {
    /// Always the beginning of 1970: the same gate gives the same manifest, whoever pushes it and when.
    created: &'static str,
    /// Always `wasm`.
    architecture: &'static str,
    /// `wasip2` is the layout's word for a component; a gate imports no WASI.
    os: &'static str,
    /// Digests of the layers, in order.
    layer_digests: Vec<&'a str>,
    /// Required of components.
    component: World<'a>,
}

#[derive(Serialize)]
struct World<'a> {
    exports: &'a [String],
    imports: &'a [String],
    target: Option<&'static str>,
}

impl<'a> Config<'a> {
    /// The config for this component and these layers.
    #[must_use]
    pub fn of(component: &'a Component, layers: &'a [Blob]) -> Self {
        Self {
            created: "1970-01-01T00:00:00Z",
            architecture: "wasm",
            os: "wasip2",
            layer_digests: layers.iter().map(|layer| layer.digest.as_str()).collect(),
            component: World {
                exports: &component.exports,
                imports: &component.imports,
                target: None,
            },
        }
    }
}
