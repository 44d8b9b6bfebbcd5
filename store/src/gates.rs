//! Installed gates: components by digest, with what they say of themselves and what they were granted.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::Store;
use crate::error::StoreError;
use crate::key::Key;
use crate::record::Record;
use crate::records::{Descriptor, Gate, GateSignature};

/// Shortest beginning of a digest that names a gate, in hex digits.
const MIN_PREFIX: usize = 8;

/// Gates that an error names at most.
const CANDIDATES: usize = 20;

/// Origin of the gates that came with the installation, and the name under which it changes things: a rebuilt one may have the version of the one before.
pub const INSTALLATION: &str = "installation";

/// A component that is to be kept.
#[derive(Clone, Debug)]
pub struct NewGate<'a> {
    /// Its bytes.
    pub component: &'a [u8],
    /// Version of the contract it was built for.
    pub contract: &'a str,
    /// What it says of itself.
    pub descriptor: Descriptor,
    /// Capabilities it is granted.
    pub grants: Vec<String>,
    /// The signatures it came with.
    pub signatures: Vec<GateSignature>,
    /// Where it came from, for people.
    pub origin: &'a str,
    /// Number of its self-test cases.
    pub cases: u64,
}

impl Store {
    /// Removes records of the first schema, which only noted that a digest had been seen: the component was not kept
    /// with them, so there is nothing to bring up to date, and the next start installs it again.
    pub(crate) fn forget_first_schema(&self) -> Result<(), StoreError> {
        let mut change = self.change();
        let mut forgotten = Vec::new();
        for entry in self.keys(Key::of(Gate::TABLE)) {
            let (key, value) = entry?;
            if let Some((0, json)) = value.split_first() {
                let old: Value = serde_json::from_slice(json).unwrap_or_default();
                change.remove(Key::from_bytes(key));
                forgotten.push(old);
            }
        }
        if forgotten.is_empty() {
            return Ok(());
        }
        change.event("gates", "gate.forgotten", json!({ "gates": forgotten }))?;
        change.commit()
    }

    /// Keeps a component. The same component again is the gate that is there already.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] when another component has its id and version, or when it is there with other grants;
    /// and when disk or database fail.
    pub fn install_gate(&self, new: NewGate<'_>, by: &str, why: &str) -> Result<Gate, StoreError> {
        let blob = self.blobs().put(new.component)?;
        let mut change = self.change();
        let digest = blob.as_str().to_owned();
        let mut grants = new.grants;
        grants.sort();
        grants.dedup();
        let name = format!("{}@{}", new.descriptor.id, new.descriptor.version);
        if let Some(known) = change.get::<Gate>(gate_key(&digest))? {
            if known.grants == grants {
                return Ok(known);
            }
            return Err(StoreError::Invalid(format!(
                "{name} is installed already, with the grants [{}]: change those with `prism gate grant`",
                known.grants.join(", ")
            )));
        }
        if new.origin != INSTALLATION
            && let Some(other) = self.gates()?.into_iter().find(|gate| {
                gate.descriptor.id == new.descriptor.id
                    && gate.descriptor.version == new.descriptor.version
            })
        {
            return Err(StoreError::Invalid(format!(
                "{name} is installed already as another component ({}): raise the version",
                other.digest
            )));
        }
        let gate = Gate {
            digest: digest.clone(),
            blob,
            bytes: new.component.len() as u64,
            contract: new.contract.to_owned(),
            descriptor: new.descriptor,
            grants,
            signatures: new.signatures,
            origin: new.origin.to_owned(),
            installed_at: change.now,
            installed_by: by.to_owned(),
            cases: new.cases,
        };
        change.put(gate_key(&digest), &gate)?;
        let detail = json!({
            "gate": gate.descriptor.id, "version": gate.descriptor.version, "digest": digest, "grants": gate.grants,
            "signatures": gate.signatures, "origin": gate.origin, "by": by, "why": why,
        });
        change.event("gates", "gate.installed", detail)?;
        change.commit()?;
        Ok(gate)
    }

    /// The gate with this digest.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn gate(&self, digest: &str) -> Result<Option<Gate>, StoreError> {
        self.read(gate_key(digest))
    }

    /// Every installed gate, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn gates(&self) -> Result<Vec<Gate>, StoreError> {
        let mut gates: Vec<Gate> = self
            .scan(Key::of(Gate::TABLE))
            .collect::<Result<_, StoreError>>()?;
        gates.sort_by(|a, b| (b.installed_at, &b.digest).cmp(&(a.installed_at, &a.digest)));
        Ok(gates)
    }

    /// The component of a gate.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`], [`StoreError::BlobDamaged`] when its bytes changed, and when the disk fails.
    pub fn gate_component(&self, digest: &str) -> Result<Vec<u8>, StoreError> {
        let gate = self.gate(digest)?.ok_or_else(|| StoreError::NotFound {
            what: "gate",
            id: digest.to_owned(),
        })?;
        self.blobs().get(&gate.blob)
    }

    /// Changes what a gate may do: these capabilities and no others.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`], or when the database fails.
    pub fn grant_gate(
        &self,
        digest: &str,
        mut grants: Vec<String>,
        by: &str,
        why: &str,
    ) -> Result<Gate, StoreError> {
        let mut change = self.change();
        let mut gate =
            change
                .get::<Gate>(gate_key(digest))?
                .ok_or_else(|| StoreError::NotFound {
                    what: "gate",
                    id: digest.to_owned(),
                })?;
        grants.sort();
        grants.dedup();
        let before = std::mem::replace(&mut gate.grants, grants);
        if before == gate.grants {
            return Ok(gate);
        }
        change.put(gate_key(digest), &gate)?;
        let detail = json!({
            "gate": gate.descriptor.id, "digest": digest, "from": before, "to": gate.grants, "by": by, "why": why,
        });
        change.event("gates", "gate.granted", detail)?;
        change.commit()?;
        Ok(gate)
    }

    /// The gate that a reference means: `id@version`, a digest, at least eight digits of one, or an id for its
    /// newest installation.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] with what there is, when it means none or several; and when the database fails.
    pub fn find_gate(&self, reference: &str) -> Result<Gate, StoreError> {
        let gates = self.gates()?;
        let hex = reference.strip_prefix("sha256:").unwrap_or(reference);
        let is_prefix = hex.len() >= MIN_PREFIX
            && hex
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let named = |gate: &Gate| match reference.split_once('@') {
            Some((id, version)) => gate.descriptor.id == id && gate.descriptor.version == version,
            None => gate.descriptor.id == reference,
        };
        // The newest first: of the installation's rebuilt ones, and of an id's versions.
        if let Some(gate) = gates.iter().find(|gate| named(gate)) {
            return Ok(gate.clone());
        }
        let mut found = gates
            .iter()
            .filter(|gate| is_prefix && gate.digest.starts_with(hex));
        match (found.next(), found.next()) {
            (Some(gate), None) => Ok(gate.clone()),
            (Some(one), Some(other)) => {
                let names: Vec<_> = [one, other]
                    .into_iter()
                    .chain(found)
                    .take(CANDIDATES)
                    .map(|gate| format!("{} ({})", name(gate), gate.digest))
                    .collect();
                Err(StoreError::Invalid(format!(
                    "`{}` is the beginning of several digests: give more digits; there are: {}",
                    shown(reference),
                    names.join(", ")
                )))
            }
            _ => {
                let known: BTreeSet<_> = gates.iter().map(name).collect();
                let known: Vec<_> = known.into_iter().take(CANDIDATES).collect();
                Err(StoreError::Invalid(format!(
                    "no gate `{}` is installed; there are: {}",
                    shown(reference),
                    known.join(", ")
                )))
            }
        }
    }
}

fn name(gate: &Gate) -> String {
    format!("{}@{}", gate.descriptor.id, gate.descriptor.version)
}

/// A stranger's text, short and without control characters.
fn shown(reference: &str) -> String {
    reference
        .chars()
        .take(80)
        .flat_map(char::escape_default)
        .collect()
}

fn gate_key(digest: &str) -> Key {
    Key::of(Gate::TABLE).text(digest)
}
