//! Bringing a component in: who signed it, what it asks for, what it says of itself.

use std::collections::BTreeSet;

use prism_component::{Capability, Component, cases};
use prism_engine::{LoadError, LoadReason};
use prism_registry::{KeySet, Purpose};
use prism_store::NewGate;
use prism_store::records::{Gate, GateSignature};

use super::{Platform, PlatformError};

/// A component and what comes with it.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The component.
    pub component: Vec<u8>,
    /// Its signatures.
    pub signatures: Vec<GateSignature>,
    /// Capabilities the operator grants.
    pub grants: BTreeSet<Capability>,
    /// Where it came from, for people.
    pub origin: String,
}

impl Platform {
    /// Checks signature, contract, grants and descriptor, and keeps the component. Nothing judges by it until a
    /// revision names it.
    ///
    /// # Errors
    /// Says which check failed and what to do; nothing was kept then.
    pub async fn install(
        &self,
        delivery: Delivery,
        by: &str,
        why: &str,
    ) -> Result<Gate, PlatformError> {
        let digest = prism_component::digest(&delivery.component);
        self.keys()?
            .check(&digest, &delivery.signatures, Purpose::Install)?;
        let (by, why) = (by.to_owned(), why.to_owned());
        self.bring_in(delivery, by, why).await
    }

    /// The part that the installation's own gates go through as well.
    pub(super) async fn bring_in(
        &self,
        delivery: Delivery,
        by: String,
        why: String,
    ) -> Result<Gate, PlatformError> {
        let Delivery {
            component,
            signatures,
            grants,
            origin,
        } = delivery;
        // Before anything is compiled: the contract and the wishes can be read off.
        let found = Component::read(&component).map_err(|source| {
            PlatformError::Load(LoadError {
                name: origin.clone(),
                reason: LoadReason::Component(source),
            })
        })?;
        let number = self.case_count(&origin, &component)?;
        let gate = self
            .load(origin.clone(), component.clone(), grants.clone())
            .await?;
        self.keep(&gate);
        let descriptor = gate.descriptor().clone();
        self.ask(move |store| {
            store.install_gate(
                NewGate {
                    component: &component,
                    contract: found.contract.text(),
                    descriptor,
                    grants: grants.iter().map(ToString::to_string).collect(),
                    signatures,
                    origin: &origin,
                    cases: number,
                },
                &by,
                &why,
            )
        })
        .await
    }

    /// Changes what an installed gate may do. It counts from the next activation on.
    ///
    /// # Errors
    /// When there is no such gate.
    pub async fn grant(
        &self,
        reference: &str,
        grants: BTreeSet<Capability>,
        by: &str,
        why: &str,
    ) -> Result<Gate, PlatformError> {
        let (reference, by, why) = (reference.to_owned(), by.to_owned(), why.to_owned());
        let gate = self
            .ask(move |store| {
                let gate = store.find_gate(&reference)?;
                let names = grants.iter().map(ToString::to_string).collect();
                store.grant_gate(&gate.digest, names, &by, &why)
            })
            .await?;
        self.forget(&gate.digest);
        Ok(gate)
    }

    /// The gate that a reference names.
    ///
    /// # Errors
    /// When none, or more than one, is meant; the text lists candidates.
    pub async fn find(&self, reference: &str) -> Result<Gate, PlatformError> {
        let reference = reference.to_owned();
        self.ask(move |store| store.find_gate(&reference)).await
    }

    /// Puts one held submission back into the queue, or those that a broken gate holds.
    ///
    /// # Errors
    /// When there is no such submission or gate, or it is not held.
    pub async fn requeue(
        &self,
        submission: Option<String>,
        gate: Option<String>,
        by: &str,
        why: &str,
    ) -> Result<Vec<String>, PlatformError> {
        let (by, why) = (by.to_owned(), why.to_owned());
        self.ask(move |store| match submission {
            Some(id) => store
                .requeue(&id, &by, &why)
                .map(|submission| vec![submission.id]),
            None => {
                let digest = gate
                    .map(|gate| store.find_gate(&gate))
                    .transpose()?
                    .map(|gate| gate.digest);
                store.requeue_held(digest.as_deref(), &by, &why)
            }
        })
        .await
    }

    /// The trusted keys as they are now. Without a file there are none.
    pub(super) fn keys(&self) -> Result<KeySet, PlatformError> {
        if self.key_set.exists() {
            KeySet::read(&self.key_set).map_err(PlatformError::KeySet)
        } else {
            Ok(KeySet::default())
        }
    }

    fn case_count(&self, name: &str, component: &[u8]) -> Result<u64, PlatformError> {
        let wrong = |reason: String| PlatformError::Cases {
            gate: name.to_owned(),
            reason,
        };
        let files = cases::extract(component).map_err(|error| wrong(error.to_string()))?;
        let cases = prism_engine::Case::all(&files).map_err(|error| wrong(error.to_string()))?;
        Ok(cases.len() as u64)
    }
}
