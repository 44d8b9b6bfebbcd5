//! Who made a gate, and how it travels: signatures, the operator's key set, gates as OCI artifacts.
//!
//! for push and pull. Trust comes from signatures alone, which are checked without a network; a registry is only
//! a place where bytes lie. Nothing here compiles or runs a gate, and nothing here installs one.
//!

pub mod compatibility;
pub mod file;
pub mod key;
pub mod key_set;
pub mod signature;

pub use compatibility::{compatible, previous_in_range};
pub use file::FileError;
pub use key::{KeyError, KeyId, PublicKey, SecretKey};
pub use key_set::{KeySet, KeySetError, KeyState, Purpose, Signer, TrustError, TrustedKey};
pub use signature::{SignatureError, SignatureFile};
