//! The versions of the contract, side by side: one module of identical shape a version, and the choice between
//! them. The older ones speak the types of the newest, so nothing is converted.

mod v1_0;
mod v1_1;

use prism_component::ContractVersion;
use prism_gates_wit::BundleFiles;
use prism_gates_wit::v1_1::prism::gate::types;
use wasmtime::component::{Component, Resource};
use wasmtime::{Engine, Result, Store};

use crate::guest::Guest;

/// A linked gate of whichever version.
pub(crate) enum Ready {
    V1_0(v1_0::Ready),
    V1_1(v1_1::Ready),
}

impl Ready {
    pub(crate) fn link(
        version: ContractVersion,
        engine: &Engine,
        component: &Component,
    ) -> Result<Self> {
        match version {
            ContractVersion::V1_0 => v1_0::Ready::link(engine, component).map(Self::V1_0),
            ContractVersion::V1_1 => v1_1::Ready::link(engine, component).map(Self::V1_1),
        }
    }

    pub(crate) async fn instantiate(&self, store: &mut Store<Guest>) -> Result<Instance> {
        match self {
            Self::V1_0(ready) => ready.instantiate(store).await.map(Instance::V1_0),
            Self::V1_1(ready) => ready.instantiate(store).await.map(Instance::V1_1),
        }
    }
}

/// An instance of whichever version.
pub(crate) enum Instance {
    V1_0(v1_0::Instance),
    V1_1(v1_1::Instance),
}

impl Instance {
    pub(crate) async fn describe(&self, store: &mut Store<Guest>) -> Result<types::Descriptor> {
        match self {
            Self::V1_0(gate) => gate.describe(store).await,
            Self::V1_1(gate) => gate.describe(store).await,
        }
    }

    pub(crate) async fn evaluate(
        &self,
        store: &mut Store<Guest>,
        submission: &types::Submission,
        bundle: Resource<BundleFiles>,
        config: &str,
        facts: &[types::Fact],
    ) -> Result<types::Report> {
        match self {
            Self::V1_0(gate) => {
                gate.evaluate(store, submission, bundle, config, facts)
                    .await
            }
            Self::V1_1(gate) => {
                gate.evaluate(store, submission, bundle, config, facts)
                    .await
            }
        }
    }
}
