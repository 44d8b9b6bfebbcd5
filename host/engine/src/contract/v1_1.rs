//! `prism:gate` 1.1: linked, instantiated and called.

use prism_gates_wit::BundleFiles;
use prism_gates_wit::v1_1::prism::gate::types;
use prism_gates_wit::v1_1::{FullGate, FullGatePre};
use wasmtime::component::{Component, HasSelf, Linker, Resource};
use wasmtime::{Engine, Result, Store};

use crate::guest::Guest;

/// A gate that is ready to be instantiated.
pub(crate) struct Ready(FullGatePre<Guest>);

impl Ready {
    /// Links every capability of this version; which of them a gate may import was checked before.
    pub(crate) fn link(engine: &Engine, component: &Component) -> Result<Self> {
        let mut linker = Linker::<Guest>::new(engine);
        FullGate::add_to_linker::<_, HasSelf<Guest>>(&mut linker, |guest| guest)?;
        FullGatePre::new(linker.instantiate_pre(component)?).map(Self)
    }

    /// A fresh instance.
    pub(crate) async fn instantiate(&self, store: &mut Store<Guest>) -> Result<Instance> {
        self.0.instantiate_async(store).await.map(Instance)
    }
}

/// One instance.
pub(crate) struct Instance(FullGate);

impl Instance {
    pub(crate) async fn describe(&self, store: &mut Store<Guest>) -> Result<types::Descriptor> {
        self.0.prism_gate_gate().call_describe(store).await
    }

    pub(crate) async fn evaluate(
        &self,
        store: &mut Store<Guest>,
        submission: &types::Submission,
        bundle: Resource<BundleFiles>,
        config: &str,
        facts: &[types::Fact],
    ) -> Result<types::Report> {
        let gate = self.0.prism_gate_gate();
        gate.call_evaluate(store, submission, bundle, config, facts)
            .await
    }
}
