//! Why a component can't be used as a gate: one reason a check, each with a word for machines.

use prism_component::{Capability, ComponentError};

/// A component that can't be used as a gate.
#[derive(Debug, thiserror::Error)]
#[error("the gate {name} can't be loaded: {reason}")]
pub struct LoadError {
    /// What the caller calls it: a file's name, a digest.
    pub name: String,
    /// Which check it failed.
    pub reason: LoadReason,
}

/// Which check a component failed. Every text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum LoadReason {
    /// What it imports or exports is not the contract.
    #[error(transparent)]
    Component(#[from] ComponentError),
    /// It fits no function of the contract, although its names do.
    #[error(
        "its imports and exports have the names of the contract and other types: build it anew with the author \
         kit of its version ({0})"
    )]
    Unlinkable(String),
    /// It asks for what the operator did not grant.
    #[error(
        "it asks for the capability `{0}`, which is not granted to it: grant it with `--grant {0}` if the gate \
         may have it"
    )]
    Ungranted(Capability),
    /// wasmtime does not take it.
    #[error("it can't be compiled: {0}")]
    CompileFailed(String),
    /// The compiler took too long.
    #[error(
        "compiling it took more than {seconds} s: the component is too large or made to be slow; make it smaller, or \
         raise the compiler's limit"
    )]
    CompileTimedOut {
        /// The limit, in seconds.
        seconds: u64,
    },
    /// The compiler needed too much memory.
    #[error(
        "compiling it takes more than {bytes} bytes of memory: the component is too large or made to be; make it \
         smaller, or raise the compiler's limit"
    )]
    CompileOutOfMemory {
        /// The limit, in bytes.
        bytes: u64,
    },
    /// `describe` trapped.
    #[error("its `describe` broke: {0}; it must only return what the gate is")]
    DescribeTrapped(String),
    /// `describe` spent its fuel.
    #[error("its `describe` spent its fuel budget ({fuel}); it must only return what the gate is")]
    DescribeOutOfFuel {
        /// The budget.
        fuel: u64,
    },
    /// `describe` took too long.
    #[error("its `describe` took more than {seconds} s; it must only return what the gate is")]
    DescribeTimedOut {
        /// The limit, in seconds.
        seconds: u64,
    },
    /// It starts with more than `describe` may use, or `describe` took more.
    #[error("its `describe` reached a limit of {what}; it must only return what the gate is")]
    DescribeOutOfMemory {
        /// Which limit, with its size.
        what: String,
    },
    /// The descriptor breaks a limit of the contract.
    #[error("it does not describe itself properly: {0}")]
    BadDescriptor(String),
    /// Imports and descriptor name different capabilities.
    #[error(
        "it imports the capabilities [{imported}] and its descriptor names [{declared}]: `describe` must name \
         exactly those it imports, each with its reason"
    )]
    CapabilityUndeclared {
        /// By its imports.
        imported: String,
        /// By its own words.
        declared: String,
    },
}

impl LoadError {
    /// The reason in one word, for machines: the API, `--json` and metrics use it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.reason {
            LoadReason::Component(error) => match error {
                ComponentError::ForeignImports(_) => "foreign_imports",
                ComponentError::UnknownContract { .. } | ComponentError::MixedContract(_) => {
                    "unknown_contract"
                }
                ComponentError::NoGate => "no_gate",
                ComponentError::Malformed(_)
                | ComponentError::TooLarge { .. }
                | ComponentError::NotComponent
                | ComponentError::Cases(_) => "malformed",
            },
            LoadReason::Unlinkable(_) => "unlinkable",
            LoadReason::Ungranted(_) => "ungranted",
            LoadReason::CompileFailed(_) => "compile_failed",
            LoadReason::CompileTimedOut { .. } => "compile_timed_out",
            LoadReason::CompileOutOfMemory { .. } => "compile_out_of_memory",
            LoadReason::DescribeTrapped(_) => "describe_trapped",
            LoadReason::DescribeOutOfFuel { .. } => "describe_out_of_fuel",
            LoadReason::DescribeTimedOut { .. } => "describe_timed_out",
            LoadReason::DescribeOutOfMemory { .. } => "describe_out_of_memory",
            LoadReason::BadDescriptor(_) => "bad_descriptor",
            LoadReason::CapabilityUndeclared { .. } => "capability_undeclared",
        }
    }
}
