//! Why a change of the gates was refused: a word for programs, a text for people, and what to do.

use prism_engine::{Busy, ConfigError, LoadError};
use prism_registry::TrustError;
use prism_store::StoreError;

/// A change that was not made. Nothing of it has happened.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    /// No acceptable signature.
    #[error("the gate is not trusted: {0}")]
    Untrusted(#[from] TrustError),
    /// The key set can't be read.
    #[error("the set of trusted keys can't be used: {0}")]
    KeySet(prism_registry::KeySetError),
    /// The component is no usable gate.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The configuration does not conform to the gate's schema.
    #[error("the configuration of {gate} does not fit: {source}")]
    Config {
        /// The gate.
        gate: String,
        /// Which key and why.
        source: ConfigError,
    },
    /// A self-test case had another verdict than expected.
    #[error(
        "{gate} fails {failed} of its {cases} self-test cases, so the active revision stays: {first}"
    )]
    SelfTest {
        /// The gate and its version.
        gate: String,
        /// Failed cases.
        failed: usize,
        /// All cases.
        cases: usize,
        /// The first difference, with the case's name.
        first: String,
    },
    /// Its cases can't be read.
    #[error("the self-test cases of {gate} can't be used: {reason}")]
    Cases {
        /// The gate.
        gate: String,
        /// Why.
        reason: String,
    },
    /// Another change came first.
    #[error(
        "the active revision is {active}, not {expected}: someone changed it meanwhile; look at `prism gate plan` \
         again"
    )]
    Outdated {
        /// What is active.
        active: u64,
        /// What the caller saw.
        expected: u64,
    },
    /// The request makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// Nothing of that name.
    #[error("{0}")]
    NotFound(String),
    /// Every place of the pool stayed taken.
    #[error("{0}; try again in a moment")]
    Busy(#[from] Busy),
    /// The store.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for PlatformError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Invalid(reason) => Self::Invalid(reason),
            error @ StoreError::NotFound { .. } => Self::NotFound(error.to_string()),
            error => Self::Store(error),
        }
    }
}

impl PlatformError {
    /// The word for programs; it stands in the API's errors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Untrusted(error) => match error {
                TrustError::Unsigned { .. } => "unsigned",
                TrustError::UnknownKeys { .. } => "unknown_key",
                TrustError::Misfit { .. } => "signature_misfit",
                TrustError::Retired { .. } => "key_retired",
                TrustError::Revoked { .. } => "key_revoked",
            },
            Self::KeySet(_) => "key_set",
            Self::Load(error) => error.kind(),
            Self::Config { .. } => "bad_config",
            Self::SelfTest { .. } => "self_test_failed",
            Self::Cases { .. } => "bad_cases",
            Self::Outdated { .. } => "outdated",
            Self::Invalid(_) => "invalid",
            Self::NotFound(_) => "not_found",
            Self::Busy(_) => "busy",
            Self::Store(_) => "internal",
        }
    }
}
