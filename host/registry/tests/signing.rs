//! Keys, signatures and the key set against files that are broken, exposed, swapped or hostile.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test"
)]

#[path = "signing/envelope.rs"]
mod envelope;
#[path = "signing/files.rs"]
mod files;
#[path = "signing/key_set.rs"]
mod key_set;
#[path = "signing/keys.rs"]
mod keys;
#[path = "signing/openssl.rs"]
mod openssl;
#[path = "signing/trust.rs"]
mod trust;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use prism_registry::*;
use prism_store::records::GateSignature;

const COMPONENT: &[u8] = b"a component";

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn key_set(&self) -> PathBuf {
        self.path("keys.toml")
    }

    /// A new key that the key set has.
    fn trusted(&self, id: &str) -> SecretKey {
        let key = key(id);
        KeySet::add(&self.key_set(), key.id(), &key.public(), "a colleague").unwrap();
        key
    }

    fn check(
        &self,
        component: &[u8],
        signatures: &[GateSignature],
        purpose: Purpose,
    ) -> Result<Signer, TrustError> {
        let digest = prism_component::digest(component);
        KeySet::read(&self.key_set())
            .unwrap()
            .check(&digest, signatures, purpose)
    }
}

fn key(id: &str) -> SecretKey {
    SecretKey::generate(id.parse().unwrap()).unwrap()
}

fn signed(component: &[u8], keys: &[&SecretKey]) -> Vec<GateSignature> {
    let mut file = SignatureFile::new(&prism_component::digest(component));
    for key in keys {
        file.sign(key).unwrap();
    }
    file.signatures().to_vec()
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
