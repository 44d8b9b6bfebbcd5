//! `prism gate sign` and `prism gate verify`, offline.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use prism_component::Component;
use prism_registry::{KeySet, Purpose, SecretKey, SignatureFile};
use serde_json::json;

use super::oci::signatures;
use super::show::print_json;
use super::source::read;

/// Signs a component: FILE.sig beside it, where several keys may sign.
#[derive(clap::Args)]
pub struct SignArgs {
    /// The component
    component: PathBuf,
    /// Your private key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// Checks a component's signatures against a set of keys.
///
/// Exit status: 0 trusted, 1 not, with the reason.
#[derive(clap::Args)]
pub struct VerifyArgs {
    /// The component, with FILE.sig beside it
    component: PathBuf,
    /// The set of keys
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Adds a signature.
pub fn sign(args: SignArgs) -> anyhow::Result<ExitCode> {
    let component = read(&args.component)?;
    let found = Component::read(&component).with_context(|| {
        format!(
            "{} is no gate, so nothing was signed",
            args.component.display()
        )
    })?;
    let key = SecretKey::read(&args.key)?;
    let path = SignatureFile::beside(&args.component);
    // A file that tells of another component is of an earlier build.
    let mut file = if path.exists() {
        Some(SignatureFile::read(&path)?).filter(|file| file.digest() == found.digest)
    } else {
        None
    }
    .unwrap_or_else(|| SignatureFile::new(&found.digest));
    file.sign(&key)?;
    file.write(&path)?;
    println!(
        "sha256:{} signed by {}: {}",
        found.digest,
        key.id(),
        path.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// Says who stands for it.
pub fn verify(args: VerifyArgs) -> anyhow::Result<ExitCode> {
    let component = read(&args.component)?;
    let digest = prism_component::digest(&component);
    let keys = KeySet::read(&args.keys)?;
    let signer = keys.check(&digest, &signatures(&args.component)?, Purpose::Install)?;
    if args.json {
        return print_json(&json!({"digest": digest, "key_id": signer.key_id.to_string()}));
    }
    println!("sha256:{digest} is signed by {}", signer.key_id);
    Ok(ExitCode::SUCCESS)
}
