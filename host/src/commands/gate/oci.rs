//! `prism gate push` and `prism gate pull`: gates as OCI artifacts, signatures included.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use prism_registry::{
    Access, Credentials, Package, Reference, Registry, SignatureFile, compatible, previous_in_range,
};
use prism_store::records::GateSignature;

use super::source::{Source, read, runtime};

/// How a registry is spoken to.
#[derive(clap::Args)]
pub struct RegistryArgs {
    /// User of the registry; what `docker login` left otherwise
    #[arg(long, requires = "registry_password_file", value_name = "USER")]
    registry_user: Option<String>,
    /// File with the user's password or token
    #[arg(long, value_name = "FILE")]
    registry_password_file: Option<PathBuf>,
    /// Speak HTTP without TLS; a registry on this machine needs no such permission
    #[arg(long)]
    plain_http: bool,
    /// Host the registry may send to for blobs; once each
    #[arg(long = "blob-host", value_name = "HOST")]
    blob_hosts: Vec<String>,
}

/// Pushes a component with its signatures. A published version never changes.
#[derive(clap::Args)]
pub struct PushArgs {
    /// The component, with FILE.sig beside it
    component: PathBuf,
    /// HOST/REPOSITORY:VERSION; the version is the gate's
    reference: Reference,
    /// Push although rules, facts or capabilities are gone that an earlier version of this range had
    #[arg(long)]
    allow_incompatible: bool,
    #[command(flatten)]
    registry: RegistryArgs,
}

/// Pulls a component and its signatures into FILE and FILE.sig. Every digest is checked; trust is another question.
#[derive(clap::Args)]
pub struct PullArgs {
    /// HOST/REPOSITORY:VERSION, or @sha256:DIGEST
    reference: Reference,
    /// File of the component [default: REPOSITORY's last part and .wasm, here]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    registry: RegistryArgs,
}

impl RegistryArgs {
    fn access(&self, reference: &Reference) -> anyhow::Result<Access> {
        let credentials = match (&self.registry_user, &self.registry_password_file) {
            (Some(user), Some(path)) => Credentials::from_file(user, path)?,
            _ => match Credentials::docker_config() {
                Some(path) if path.exists() => {
                    Credentials::from_docker(&path, reference.registry())?
                }
                _ => Credentials::Anonymous,
            },
        };
        Ok(Access {
            credentials,
            plain_http: self.plain_http,
            blob_hosts: self.blob_hosts.clone(),
        })
    }
}

/// Pushes, after asking what an earlier version promised.
pub async fn push(args: PushArgs) -> anyhow::Result<ExitCode> {
    let source = Source::open(&args.component)?;
    let path = SignatureFile::beside(&args.component);
    if !path.exists() {
        bail!(
            "{} is not signed, and nobody could install it: sign it with `prism gate sign`",
            args.component.display()
        );
    }
    let signatures = SignatureFile::read(&path)?;
    signatures.for_component(&source.found.digest)?;
    let gate = source.load(&*runtime()?).await?;
    let descriptor = gate.descriptor();
    let reference = match args.reference.version() {
        Some(_) => args.reference.clone(),
        None => args.reference.at(descriptor
            .version
            .parse()
            .context("the gate's version is no semantic version")?),
    };
    let registry = Registry::new(&reference, args.registry.access(&reference)?)?;
    if let Some(new) = reference.version()
        && let Some(earlier) = previous_in_range(&registry.versions().await?, new)
    {
        let before = reference.at(earlier.clone());
        let published = Registry::new(&before, args.registry.access(&before)?)?;
        let broken = published
            .descriptor()
            .await?
            .map_or_else(Vec::new, |before| compatible(&before, descriptor));
        if !broken.is_empty() && !args.allow_incompatible {
            bail!(
                "{new} breaks what {earlier} promised:\n  {}\nraise the version out of its range, or push with \
                 --allow-incompatible",
                broken.join("\n  ")
            );
        }
    }
    let package = Package {
        component: &source.component,
        signatures: Some(&signatures),
        descriptor,
    };
    let pushed = registry.push(&package).await?;
    if pushed.was_there {
        println!(
            "{} is there already, the same to the byte",
            pushed.reference
        );
    } else {
        println!(
            "pushed {} ({} bytes sent)",
            pushed.reference, pushed.sent_bytes
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Pulls into a file.
pub async fn pull(args: PullArgs) -> anyhow::Result<ExitCode> {
    let path = args
        .out
        .unwrap_or_else(|| PathBuf::from(file_name(&args.reference)));
    let origin = pull_into(&args.reference, &args.registry, &path).await?;
    println!("{} from {origin}", path.display());
    if !SignatureFile::beside(&path).exists() {
        println!("it is not signed");
    }
    Ok(ExitCode::SUCCESS)
}

/// Pulls a component into a folder; its path, and the reference with its digest.
pub async fn fetch(
    reference: &str,
    registry: &RegistryArgs,
    folder: &Path,
) -> anyhow::Result<(PathBuf, String)> {
    let reference: Reference = reference.parse()?;
    let path = folder.join(file_name(&reference));
    let origin = pull_into(&reference, registry, &path).await?;
    Ok((path, format!("oci://{origin}")))
}

fn file_name(reference: &Reference) -> String {
    let last = reference.repository().rsplit('/').next().unwrap_or("gate");
    format!("{last}.wasm")
}

async fn pull_into(
    reference: &Reference,
    registry: &RegistryArgs,
    path: &Path,
) -> anyhow::Result<String> {
    let pulled = Registry::new(reference, registry.access(reference)?)?
        .pull()
        .await?;
    std::fs::write(path, &pulled.component)
        .with_context(|| format!("cannot write {}", path.display()))?;
    if let Some(signatures) = &pulled.signatures {
        signatures.write(&SignatureFile::beside(path))?;
    }
    Ok(pulled.reference.to_string())
}

/// The signatures beside a component; none when there is no such file.
pub fn signatures(component: &Path) -> anyhow::Result<Vec<GateSignature>> {
    let path = SignatureFile::beside(component);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let digest = prism_component::digest(&read(component)?);
    Ok(SignatureFile::read(&path)?.for_component(&digest)?.to_vec())
}
