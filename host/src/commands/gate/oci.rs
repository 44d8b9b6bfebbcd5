//! stub
use std::path::{Path,PathBuf};
use std::process::ExitCode;
use prism_store::records::GateSignature;
use prism_registry::SignatureFile;
#[derive(clap::Args)]
pub struct PushArgs {}
#[derive(clap::Args)]
pub struct PullArgs {}
#[derive(clap::Args)]
pub struct RegistryArgs {}
pub async fn push(_:PushArgs)->anyhow::Result<ExitCode>{unimplemented!()}
pub async fn pull(_:PullArgs)->anyhow::Result<ExitCode>{unimplemented!()}
pub async fn fetch(_:&str,_:&RegistryArgs,_:&Path)->anyhow::Result<(PathBuf,String)>{unimplemented!()}
/// The signatures beside a component; none when there is no such file.
pub fn signatures(component: &Path) -> anyhow::Result<Vec<GateSignature>> {
    let path = SignatureFile::beside(component);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let digest = prism_component::digest(&super::source::read(component)?);
    let file = SignatureFile::read(&path)?;
    Ok(file.for_component(&digest)?.to_vec())
}
