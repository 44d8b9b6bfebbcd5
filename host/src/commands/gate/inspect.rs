//! `prism gate inspect`: what a component is, before anyone trusts it.

use std::path::PathBuf;
use std::process::ExitCode;

use prism_component::Component;
use prism_engine::Case;
use prism_registry::SignatureFile;
use prism_store::records::Descriptor;
use serde_json::json;

use super::show::print_json;
use super::source::{Source, runtime};
use super::table::bytes;

/// Shows what a component is, asks for, says of itself and carries. It is run only to describe itself, inside the
/// engine's limits.
#[derive(clap::Args)]
pub struct Args {
    /// A component's file, or a project's folder, which is built first
    gate: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Reads, describes, prints.
pub async fn inspect(args: Args) -> anyhow::Result<ExitCode> {
    let runtime = runtime()?;
    let source = tokio::task::block_in_place(|| Source::open(&args.gate))?;
    let cases = Case::all(&source.cases)?;
    let names: Vec<_> = cases.iter().map(|case| case.name.as_str()).collect();
    let signers = signers(&source.path)?;
    let gate = source.load(&runtime).await?;
    if args.json {
        let found = &source.found;
        return print_json(&json!({
            "file": source.path, "digest": found.digest, "bytes": found.bytes, "contract": found.contract.text(),
            "imports": found.imports, "exports": found.exports, "capabilities": found.capabilities,
            "descriptor": gate.descriptor(), "cases": names, "signed_by": signers,
        }));
    }
    print(&source.found, gate.descriptor());
    println!("cases         {}", listed(&names));
    println!(
        "signed by     {}",
        if signers.is_empty() {
            "nobody; `prism gate sign` signs it".to_owned()
        } else {
            format!(
                "{} (not checked here: `prism gate verify`)",
                signers.join(", ")
            )
        }
    );
    Ok(ExitCode::SUCCESS)
}

/// Ids of the keys in the signature file beside a component.
pub fn signers(component: &std::path::Path) -> anyhow::Result<Vec<String>> {
    let path = SignatureFile::beside(component);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let file = SignatureFile::read(&path)?;
    Ok(file
        .signatures()
        .iter()
        .map(|signature| signature.key_id.clone())
        .collect())
}

/// What a component is, for people.
pub fn print(found: &Component, descriptor: &Descriptor) {
    println!("gate          {}@{}", descriptor.id, descriptor.version);
    println!("summary       {}", descriptor.summary);
    println!("digest        sha256:{}", found.digest);
    println!("size          {}", bytes(found.bytes as u64));
    println!("contract      prism:gate {}", found.contract);
    println!("imports       {}", listed(&found.imports));
    if descriptor.capabilities.is_empty() {
        println!("asks for      no capability");
    }
    for capability in &descriptor.capabilities {
        println!("asks for      {}: {}", capability.name, capability.reason);
    }
    println!("facts         {}", listed(&descriptor.facts));
    println!("rules         {}", descriptor.rules.len());
    for rule in &descriptor.rules {
        println!("  {}: {}", rule.id, rule.summary);
    }
}

fn listed<T: AsRef<str>>(items: &[T]) -> String {
    if items.is_empty() {
        return "none".to_owned();
    }
    items
        .iter()
        .map(AsRef::as_ref)
        .collect::<Vec<_>>()
        .join(", ")
}
