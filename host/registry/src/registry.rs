//! Who made a gate, and how it travels: signatures, the operator's key set, gates as OCI artifacts.
//!
//! Read [`key`] and [`signature`] for what an author does, [`key_set`] for what an operator decides, and [`oci`]
//! for push and pull. [`envelope`] signs documents, for example verdicts, with keys of the same kind. Trust comes from
//! signatures alone, which are checked without a network; a registry is only a place where bytes lie. Nothing here
//! compiles or runs a gate, and nothing here installs one.
//!
//! [`transport`] speaks to registries over `reqwest` because a registry is a stranger: the usual client crate
//! reads manifests and blobs of any length into memory and follows redirects to any host.

pub mod compatibility;
pub mod credentials;
pub mod envelope;
pub mod file;
pub mod key;
pub mod key_set;
pub mod manifest;
pub mod oci;
pub mod public;
pub mod reference;
pub mod signature;
pub mod transport;

pub use compatibility::{compatible, previous_in_range};
pub use credentials::{Credentials, CredentialsError};
pub use envelope::{Envelope, EnvelopeError, Unsigned};
pub use file::FileError;
pub use key::{KeyError, KeyId, PublicKey, SecretKey};
pub use key_set::{
    KeyChange, KeySet, KeySetError, KeyState, Purpose, Signer, TrustError, TrustedKey,
};
pub use oci::{Package, Pulled, Pushed, Registry};
pub use reference::{Reference, ReferenceError};
pub use signature::{SignatureError, SignatureFile};
pub use transport::{Access, RegistryError};
