//! `prism gate install`: a component onto a service, from a file or an OCI registry.

use std::process::ExitCode;

use anyhow::bail;
use prism_component::Capability;
use prism_host::http::admin::GateView;
use reqwest::Method;

use super::client::ServerArgs;
use super::oci::RegistryArgs;
use super::replay::confirmed;
use super::show::print_json;
use super::source::{Source, runtime};
use super::table::short;
use super::{inspect, oci};

/// Installs a component on a service. Nothing judges by it until it is activated.
#[derive(clap::Args)]
pub struct Args {
    /// A component's file with its signatures beside it, or oci://HOST/REPOSITORY:TAG (or @sha256:DIGEST)
    gate: String,
    /// Capability to grant: llm or corpus; once each
    #[arg(long = "grant", value_name = "CAPABILITY")]
    grants: Vec<Capability>,
    /// Why
    #[arg(long, short)]
    reason: String,
    /// Don't ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    registry: RegistryArgs,
    #[command(flatten)]
    server: ServerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Fetches, shows, asks, uploads.
pub async fn install(args: Args) -> anyhow::Result<ExitCode> {
    let client = args.server.client()?;
    // Kept until the upload is done.
    let folder = tempfile::tempdir()?;
    let (path, origin) = match args.gate.strip_prefix("oci://") {
        Some(reference) => oci::fetch(reference, &args.registry, folder.path()).await?,
        None => {
            let path = std::path::PathBuf::from(&args.gate);
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            (path, name.unwrap_or_default())
        }
    };
    if path.is_dir() {
        bail!(
            "{} is a folder: `prism gate build` and `prism gate sign` make a component to install",
            path.display()
        );
    }
    let source = Source::open(&path)?;
    let signatures = oci::signatures(&path)?;
    if !args.json {
        let gate = source.load(&*runtime()?).await?;
        inspect::print(&source.found, gate.descriptor());
        let signers: Vec<_> = signatures
            .iter()
            .map(|signature| signature.key_id.as_str())
            .collect();
        println!(
            "signed by     {}",
            if signers.is_empty() {
                "nobody".into()
            } else {
                signers.join(", ")
            }
        );
        let granted: Vec<_> = args
            .grants
            .iter()
            .map(|capability| capability.name())
            .collect();
        println!(
            "you grant     {}",
            if granted.is_empty() {
                "nothing".into()
            } else {
                granted.join(", ")
            }
        );
    }
    if !args.yes && !confirmed("install it?")? {
        bail!("nothing was installed; --yes goes ahead without a question");
    }
    let grants: Vec<_> = args
        .grants
        .iter()
        .map(|capability| capability.name())
        .collect();
    let mut request = client
        .request(Method::POST, "/gates")
        .query(&[
            ("grants", grants.join(",")),
            ("origin", origin),
            ("reason", args.reason),
        ])
        .header("Content-Type", "application/wasm");
    for signature in &signatures {
        request = request.header(
            "Prism-Gate-Signature",
            format!("{}:{}", signature.key_id, signature.signature),
        );
    }
    let gate: GateView = client.send(request.body(source.component)).await?;
    if args.json {
        return print_json(&gate);
    }
    let name = format!("{}@{}", gate.descriptor.id, gate.descriptor.version);
    println!(
        "installed {name} ({}); `prism gate plan {name}` shows what activating it would change",
        short(&gate.digest)
    );
    Ok(ExitCode::SUCCESS)
}
