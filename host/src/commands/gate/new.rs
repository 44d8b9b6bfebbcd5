//! stub
#[derive(clap::Args)]
pub struct NewArgs {}
pub fn new(_:NewArgs)->anyhow::Result<std::process::ExitCode>{unimplemented!()}
