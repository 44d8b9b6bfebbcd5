//! Installed gates.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use prism_component::{Capability, MAX_COMPONENT_BYTES};
use prism_store::records::{Descriptor, Gate, GateSignature};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Admin, Asked, Parameters, Part};
use crate::http::refused::Refused;
use crate::operators::Role;
use crate::platform::install::Delivery;

/// A signature in a request: `KEY-ID:BASE64`, once a signer.
const SIGNATURE: &str = "prism-gate-signature";

/// Signatures of one component.
const SIGNATURES: usize = 16;

/// An installed gate.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct GateView {
    /// SHA-256 of the component.
    pub digest: String,
    /// What it says of itself.
    pub descriptor: Descriptor,
    /// Version of the contract it was built for.
    pub contract: String,
    /// Size of the component, in bytes.
    pub bytes: u64,
    /// Capabilities it was granted.
    pub grants: Vec<String>,
    /// Ids of the keys that signed it.
    pub signed_by: Vec<String>,
    /// Where it came from.
    pub origin: String,
    /// Number of self-test cases it carries.
    pub cases: u64,
    /// RFC 3339.
    pub installed_at: String,
    /// Who installed it.
    pub installed_by: String,
}

impl From<Gate> for GateView {
    fn from(gate: Gate) -> Self {
        Self {
            digest: gate.digest,
            descriptor: gate.descriptor,
            contract: gate.contract,
            bytes: gate.bytes,
            grants: gate.grants,
            signed_by: gate
                .signatures
                .into_iter()
                .map(|signature| signature.key_id)
                .collect(),
            origin: gate.origin,
            cases: gate.cases,
            installed_at: gate.installed_at.rfc3339(),
            installed_by: gate.installed_by,
        }
    }
}

/// How a component is to be installed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct InstallQuery {
    /// Capabilities to grant, separated by commas: `llm`, `corpus`.
    #[serde(default)]
    grants: String,
    /// Where it came from, for people.
    #[serde(default)]
    origin: String,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// What a gate may do.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grants {
    /// Names of capabilities; these and no others.
    pub grants: Vec<String>,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// Every installed gate, the newest first.
#[utoipa::path(get, path = "/internal/v1/admin/gates", tag = "gates", responses((status = 200, body = [GateView])))]
pub(super) async fn list(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
) -> Result<Json<Vec<GateView>>, Refused> {
    admin.operator(&headers, Role::Read).await?;
    let gates = admin.http.store(|store| store.gates()).await?;
    Ok(Json(gates.into_iter().map(GateView::from).collect()))
}

/// One installed gate.
#[utoipa::path(get, path = "/internal/v1/admin/gates/{reference}", tag = "gates",
    params(("reference", description = "id@version, digest, beginning of a digest, or id")),
    responses((status = 200, body = GateView)))]
pub(super) async fn show(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Part(reference): Part<String>,
) -> Result<Json<GateView>, Refused> {
    admin.operator(&headers, Role::Read).await?;
    let gate = admin.platform.find(&reference).await?;
    Ok(Json(gate.into()))
}

/// Installs a component. Nothing judges by it until a revision names it.
///
/// The body is the component; each signature stands in a header `Prism-Gate-Signature: KEY-ID:BASE64`.
#[utoipa::path(post, path = "/internal/v1/admin/gates", tag = "gates", params(InstallQuery),
    request_body(content_type = "application/wasm", content = Vec<u8>),
    responses((status = 200, body = GateView), (status = 422, description = "not trusted, or no usable gate")))]
pub(super) async fn install(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Parameters(query): Parameters<InstallQuery>,
    body: Body,
) -> Result<Json<GateView>, Refused> {
    let by = admin.operator(&headers, Role::Operate).await?;
    let signatures = signatures(&headers)?;
    let grants = capabilities(query.grants.split(',').filter(|name| !name.is_empty()))?;
    let _place = admin
        .installs
        .acquire()
        .await
        .map_err(|error| Refused::internal(&error))?;
    let component = admin
        .http
        .body(&headers, body, MAX_COMPONENT_BYTES, "component")
        .await?;
    let delivery = Delivery {
        component: component.to_vec(),
        signatures,
        grants,
        origin: origin(&query.origin)?,
    };
    let gate = admin.platform.install(delivery, &by, &query.reason).await?;
    tracing::info!(
        gate = gate.descriptor.id,
        version = gate.descriptor.version,
        digest = gate.digest,
        by,
        "a gate was installed"
    );
    Ok(Json(gate.into()))
}

/// Changes what an installed gate may do; it counts from the next activation on.
#[utoipa::path(put, path = "/internal/v1/admin/gates/{reference}/grants", tag = "gates", request_body = Grants,
    params(("reference", description = "id@version, digest, beginning of a digest, or id")),
    responses((status = 200, body = GateView)))]
pub(super) async fn grant(
    State(admin): State<Arc<Admin>>,
    headers: HeaderMap,
    Part(reference): Part<String>,
    Asked(asked): Asked<Grants>,
) -> Result<Json<GateView>, Refused> {
    let by = admin.operator(&headers, Role::Operate).await?;
    let grants = capabilities(asked.grants.iter().map(String::as_str))?;
    let gate = admin
        .platform
        .grant(&reference, grants, &by, &asked.reason)
        .await?;
    Ok(Json(gate.into()))
}

fn capabilities<'a>(names: impl Iterator<Item = &'a str>) -> Result<BTreeSet<Capability>, Refused> {
    names
        .map(|name| {
            name.trim()
                .parse()
                .map_err(|error: prism_component::UnknownCapability| {
                    Refused::coded(
                        StatusCode::UNPROCESSABLE_ENTITY,
                        "unknown_capability",
                        &error.to_string(),
                    )
                })
        })
        .collect()
}

fn signatures(headers: &HeaderMap) -> Result<Vec<GateSignature>, Refused> {
    let wrong = |text: &str| {
        Refused::coded(
            StatusCode::UNPROCESSABLE_ENTITY,
            "bad_signature_header",
            text,
        )
    };
    let values: Vec<_> = headers.get_all(SIGNATURE).iter().collect();
    if values.len() > SIGNATURES {
        return Err(wrong("a component has at most 16 signatures"));
    }
    values
        .into_iter()
        .map(|value| {
            let (key_id, signature) = value
                .to_str()
                .ok()
                .and_then(|text| text.split_once(':'))
                .ok_or_else(|| wrong("Prism-Gate-Signature must be KEY-ID:BASE64"))?;
            Ok(GateSignature {
                key_id: key_id.trim().to_owned(),
                signature: signature.trim().to_owned(),
            })
        })
        .collect()
}

/// It is shown on terminals, and the installation's own mark is not for others.
fn origin(text: &str) -> Result<String, Refused> {
    if text.len() > 300
        || text.chars().any(char::is_control)
        || text == crate::platform::INSTALLATION
    {
        return Err(Refused::coded(
            StatusCode::UNPROCESSABLE_ENTITY,
            "bad_origin",
            "origin is at most 300 printable characters and not \"installation\"",
        ));
    }
    Ok(if text.is_empty() {
        "upload".to_owned()
    } else {
        text.to_owned()
    })
}
