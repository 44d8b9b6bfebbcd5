//! One gate: a component that was read, compiled, linked and asked what it is.

mod descriptor;
mod sizes;

use std::collections::BTreeSet;
use std::time::Duration;

use prism_component::{Capability, Component, ContractVersion};
use prism_store::records::Descriptor;
use prism_store::verdict::GateFault;

use crate::capabilities::Capabilities;
use crate::capabilities::corpus::Asker;
use crate::contract::Ready;
use crate::fault::{Broken, Stage, in_words};
use crate::guest::Guest;
use crate::load_error::{LoadError, LoadReason};
use crate::runtime::{Limits, Runtime};

/// What `describe` may use: it has nothing to do but answer.
const DESCRIBE: Limits = Limits {
    fuel: 500_000_000,
    memory_bytes: 512 << 20,
    timeout: Duration::from_secs(5),
};

/// A gate that is ready to judge. One per component; shared by all evaluations.
pub struct Gate {
    pub(crate) ready: Ready,
    descriptor: Descriptor,
    component: Component,
    rules: BTreeSet<String>,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "Gate({} {} {})",
            self.id(),
            self.version(),
            self.digest()
        )
    }
}

impl Gate {
    /// Loads a component: out of the cache when it was compiled before. `name` is for error texts; `grants` are
    /// the capabilities the operator lets it have.
    ///
    /// # Errors
    /// Says which check failed and what to do.
    pub async fn load(
        runtime: &Runtime,
        name: &str,
        component: &[u8],
        grants: &BTreeSet<Capability>,
    ) -> Result<Self, LoadError> {
        Self::try_load(runtime, component, grants)
            .await
            .map_err(|reason| LoadError {
                name: name.to_owned(),
                reason,
            })
    }

    async fn try_load(
        runtime: &Runtime,
        bytes: &[u8],
        grants: &BTreeSet<Capability>,
    ) -> Result<Self, LoadReason> {
        let component = Component::read(bytes)?;
        if let Some(ungranted) = component.capabilities.difference(grants).next() {
            return Err(LoadReason::Ungranted(*ungranted));
        }
        sizes::check(bytes, DESCRIBE.memory_bytes)?;
        let code = runtime.compiled(bytes, &component.digest).await?;
        let ready = Ready::link(component.contract, &runtime.engine, &code)
            .map_err(|error| LoadReason::Unlinkable(format!("{error:#}")))?;
        let described = describe(runtime, &ready).await?;
        let descriptor = descriptor::checked(described, &component.capabilities)?;
        Ok(Self {
            ready,
            rules: descriptor
                .rules
                .iter()
                .map(|rule| rule.id.clone())
                .collect(),
            descriptor,
            component,
        })
    }

    /// What it says of itself.
    #[must_use]
    pub fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    /// Its id, for example `static-analysis`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.descriptor.id
    }

    /// Its semantic version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.descriptor.version
    }

    /// SHA-256 of the component, lowercase hex.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.component.digest
    }

    /// The version of the contract it was built for.
    #[must_use]
    pub fn contract(&self) -> ContractVersion {
        self.component.contract
    }

    /// The capabilities it imports.
    #[must_use]
    pub fn capabilities(&self) -> &BTreeSet<Capability> {
        &self.component.capabilities
    }

    /// Size of the component, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.component.bytes
    }

    pub(crate) fn raises(&self, rule: &str) -> bool {
        self.rules.contains(rule)
    }

    pub(crate) fn produces(&self, fact: &str) -> bool {
        self.descriptor.facts.iter().any(|name| name == fact)
    }
}

async fn describe(
    runtime: &Runtime,
    ready: &Ready,
) -> Result<prism_gates_wit::v1_1::prism::gate::types::Descriptor, LoadReason> {
    let _place = runtime.describing_place().await;
    let nobody = Asker {
        submission: String::new(),
        hotkey: String::new(),
    };
    let guest = Guest::new(DESCRIBE.memory_bytes, Capabilities::default(), nobody);
    let mut store = runtime.store(guest, &DESCRIBE);
    let asked = async {
        let broken = |stage| move |error| Broken::Ended(stage, error);
        let instance = ready
            .instantiate(&mut store)
            .await
            .map_err(broken(Stage::Instantiating))?;
        instance
            .describe(&mut store)
            .await
            .map_err(broken(Stage::Calling))
    };
    let answer = match tokio::time::timeout(DESCRIBE.timeout, asked).await {
        Ok(answer) => answer,
        Err(_) => Err(Broken::TimedOut),
    };
    answer.map_err(|broken| match broken.fault(store.data()) {
        GateFault::OutOfFuel => LoadReason::DescribeOutOfFuel {
            fuel: DESCRIBE.fuel,
        },
        GateFault::TimedOut => LoadReason::DescribeTimedOut {
            seconds: DESCRIBE.timeout.as_secs(),
        },
        GateFault::OutOfMemory => sizes::memory(DESCRIBE.memory_bytes),
        GateFault::OutOfTable => sizes::table(),
        GateFault::ReportTooLarge(text) | GateFault::BadReport(text) => {
            LoadReason::BadDescriptor(text)
        }
        fault => LoadReason::DescribeTrapped(in_words(&fault)),
    })
}
