//! `prism gate`: write, test, sign, ship, shadow, swap and roll back gates.
//!
//! The author's half (`new`, `build`, `test`, `bench`, `inspect`, `key`, `sign`, `verify`, `push`, `pull`) needs no
//! server; the operator's half talks to a running service over its operators' API.

use std::process::ExitCode;

use clap::Subcommand;

mod bench;
mod build;
mod client;
mod grant;
mod held;
mod inspect;
mod install;
mod key;
mod list;
mod llm;
mod new;
mod oci;
mod pipeline;
mod replay;
mod shadow;
mod show;
mod sign;
mod source;
mod table;
mod test;

pub use client::ServerArgs;

/// Write, test, sign, ship, shadow, swap and roll back gates
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Begin a gate: a project with a first rule and two cases
    New(new::NewArgs),
    /// Build a gate's project into one component
    Build(build::BuildArgs),
    /// Judge a gate's cases and compare with what they expect
    Test(test::Args),
    /// Measure a gate on its cases: latency, fuel, memory, instantiation
    Bench(bench::Args),
    /// Show what a component is, asks for and carries
    Inspect(inspect::Args),
    /// Make signing keys, and keep the set of keys you trust
    Key(key::Args),
    /// Sign a component
    Sign(sign::SignArgs),
    /// Check a component's signatures against a set of keys
    Verify(sign::VerifyArgs),
    /// Push a component and its signatures to an OCI registry
    Push(oci::PushArgs),
    /// Pull a component and its signatures from an OCI registry
    Pull(oci::PullArgs),
    /// Install a component on a service
    Install(install::Args),
    /// Change what an installed gate may do
    Grant(grant::Args),
    /// List the gates of this installation, or with --remote those of a service
    List(list::Args),
    /// Show which gates judge, what drains, and every alarm
    Status(pipeline::StatusArgs),
    /// Show what a change would do, after making every check
    Plan(pipeline::PlanArgs),
    /// Let a gate judge from now on
    Activate(pipeline::ActivateArgs),
    /// Let a candidate judge live submissions without deciding; without an argument, show how it compares
    Shadow(shadow::Args),
    /// Let a shadow take the place of the gate it stands behind
    Promote(pipeline::PromoteArgs),
    /// Take a gate, or its shadow, out of the pipeline
    Drop(pipeline::DropArgs),
    /// Go back to an older revision
    Rollback(pipeline::RollbackArgs),
    /// List pipeline revisions: who, when, why
    Revisions(pipeline::RevisionsArgs),
    /// Let a candidate judge stored submissions again and list what it would change
    Replay(replay::Args),
    /// Put submissions that a broken gate holds back into the queue
    Requeue(held::Args),
    /// Show what the language model was asked, and what that cost
    Llm(llm::Args),
}

/// Runs one of them.
pub async fn gate(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::New(args) => new::new(args),
        Command::Build(args) => build::build(args),
        Command::Test(args) => test::test(args).await,
        Command::Bench(args) => bench::bench(args).await,
        Command::Inspect(args) => inspect::inspect(args).await,
        Command::Key(args) => key::key(args),
        Command::Sign(args) => sign::sign(args),
        Command::Verify(args) => sign::verify(args),
        Command::Push(args) => oci::push(args).await,
        Command::Pull(args) => oci::pull(args).await,
        Command::Install(args) => install::install(args).await,
        Command::Grant(args) => grant::grant(args).await,
        Command::List(args) => list::list(args).await,
        Command::Status(args) => pipeline::status(args).await,
        Command::Plan(args) => pipeline::plan(args).await,
        Command::Activate(args) => pipeline::activate(args).await,
        Command::Shadow(args) => shadow::shadow(args).await,
        Command::Promote(args) => pipeline::promote(args).await,
        Command::Drop(args) => pipeline::drop_gate(args).await,
        Command::Rollback(args) => pipeline::rollback(args).await,
        Command::Revisions(args) => pipeline::revisions(args).await,
        Command::Replay(args) => replay::replay(args).await,
        Command::Requeue(args) => held::requeue(args).await,
        Command::Llm(args) => llm::llm(args).await,
    }
}
