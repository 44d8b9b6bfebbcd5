//! The operator's half: status, plan, activate, promote, drop, rollback, revisions.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use prism_host::http::admin::{RevisionView, Rollback};
use prism_host::platform::activate::{Activation, Plan};
use prism_host::platform::change::{ChangeRequest, PromoteGate, RemoveGate, SetGate, Step};
use prism_host::platform::status::Status;
use prism_store::records::{CrashPolicy, GateMode};
use serde_json::Value;

use super::client::ServerArgs;
use super::show::{
    mode, policy, print_activation, print_differences, print_draining, print_json, print_self_tests,
};
use super::table::{bytes, grouped, short, table};

/// `prism gate status`.
#[derive(clap::Args)]
pub struct StatusArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What goes for one gate.
#[derive(clap::Args)]
pub struct SettingArgs {
    /// JSON file with its configuration
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Fuel of one evaluation
    #[arg(long)]
    fuel: Option<u64>,
    /// Linear memory, in MiB
    #[arg(long, value_name = "MIB")]
    memory: Option<u64>,
    /// Wall-clock backstop, in milliseconds
    #[arg(long, value_name = "MS")]
    timeout: Option<u64>,
    /// When the gate itself breaks: `hold`, `reject`, or `retry=N` (then hold)
    #[arg(long, value_parser = crash_policy, value_name = "POLICY")]
    on_crash: Option<CrashPolicy>,
    /// Put it in front of this gate
    #[arg(long, value_name = "GATE")]
    before: Option<String>,
}

fn crash_policy(text: &str) -> Result<CrashPolicy, String> {
    match (text, text.strip_prefix("retry=")) {
        ("hold", _) => Ok(CrashPolicy::Hold),
        ("reject", _) => Ok(CrashPolicy::Reject),
        (_, Some(number)) => match number.parse() {
            Ok(retries) => Ok(CrashPolicy::RetryThenHold { retries }),
            Err(_) => Err("retry=N takes a number of further attempts".into()),
        },
        _ => Err(
            "it is `hold`, `reject` or `retry=N`; nothing lets a bundle pass because a gate broke"
                .into(),
        ),
    }
}

impl SettingArgs {
    pub fn set(&self, gate: &str, mode: GateMode) -> anyhow::Result<SetGate> {
        let config = self
            .config
            .as_ref()
            .map(|path| -> anyhow::Result<Value> {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                serde_json::from_str(&text)
                    .with_context(|| format!("{} is not JSON", path.display()))
            })
            .transpose()?;
        Ok(SetGate {
            gate: gate.to_owned(),
            mode: Some(mode),
            config,
            fuel: self.fuel,
            memory_bytes: self.memory.map(|mib| mib << 20),
            timeout_ms: self.timeout,
            on_crash: self.on_crash,
            only_if_not_rejected: None,
            before: self.before.clone(),
        })
    }
}

/// `prism gate plan`.
#[derive(clap::Args)]
pub struct PlanArgs {
    /// id@version, digest, beginning of a digest, or id for its newest version
    #[arg(required_unless_present_any = ["file", "standard"])]
    gate: Option<String>,
    /// JSON file with a list of steps, as the API takes them
    #[arg(long, conflicts_with = "gate", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Back to the gates of the installation
    #[arg(long, conflicts_with_all = ["gate", "file"])]
    standard: bool,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    server: ServerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// `prism gate activate`.
#[derive(clap::Args)]
pub struct ActivateArgs {
    #[command(flatten)]
    plan: PlanArgs,
    /// Why; it stands in the revision and in the event log
    #[arg(long, short)]
    reason: String,
    /// Only if this revision is still the active one
    #[arg(long, value_name = "REVISION")]
    based_on: Option<u64>,
    /// Put submissions that a broken gate holds back into the queue
    #[arg(long)]
    requeue: bool,
}

/// `prism gate promote`.
#[derive(clap::Args)]
pub struct PromoteArgs {
    /// Gate id
    gate: String,
    /// Why
    #[arg(long, short)]
    reason: String,
    #[command(flatten)]
    server: ServerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// `prism gate drop`.
#[derive(clap::Args)]
pub struct DropArgs {
    /// Gate id
    gate: String,
    /// Only its shadow
    #[arg(long)]
    shadow: bool,
    /// Why
    #[arg(long, short)]
    reason: String,
    #[command(flatten)]
    server: ServerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// `prism gate rollback`.
#[derive(clap::Args)]
pub struct RollbackArgs {
    /// To this revision; the one before the active one otherwise
    #[arg(long, value_name = "REVISION")]
    to: Option<u64>,
    /// Why
    #[arg(long, short)]
    reason: String,
    /// Put submissions that a broken gate holds back into the queue
    #[arg(long)]
    requeue: bool,
    #[command(flatten)]
    server: ServerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// `prism gate revisions`.
#[derive(clap::Args)]
pub struct RevisionsArgs {
    /// How many, the newest first
    #[arg(long, default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    server: ServerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Which gates judge.
pub async fn status(args: StatusArgs) -> anyhow::Result<ExitCode> {
    let status: Status = args.server.client()?.get("/status").await?;
    if args.json {
        return print_json(&status);
    }
    match (status.revision, &status.created_by, &status.created_at) {
        (Some(number), Some(by), Some(at)) => println!(
            "revision {number}, made {at} by {by}: {}",
            status.reason.as_deref().unwrap_or_default()
        ),
        _ => println!("no revision is active: nothing but the closed bundle is judged"),
    }
    let mut gates = table([
        "gate",
        "version",
        "digest",
        "mode",
        "fuel",
        "memory",
        "when it breaks",
        "crashes",
        "",
    ]);
    for gate in &status.gates {
        let note = match (&gate.shadow, &gate.why_not) {
            (Some(counts), _) => format!("judged {}, agreed {}", counts.judged, counts.agreed),
            (None, Some(why)) => why.clone(),
            (None, None) => String::new(),
        };
        gates.add_row([
            gate.gate.clone(),
            gate.version.clone(),
            short(&gate.digest),
            mode(gate.mode).to_owned(),
            grouped(gate.limits.fuel),
            bytes(gate.limits.memory_bytes),
            policy(gate.on_crash),
            format!("{} of {}", gate.crashes.crashes, gate.crashes.evaluations),
            note,
        ]);
    }
    println!("{gates}");
    println!(
        "places: {} of {} free{}",
        status.places_free,
        status.places,
        if status.pooling {
            ""
        } else {
            ", no pooling allocator on this machine"
        }
    );
    for draining in &status.draining {
        print_draining(draining);
    }
    if status.shadows_skipped > 0 {
        println!(
            "{} submissions were not shown to shadows, for want of a place",
            status.shadows_skipped
        );
    }
    for alarm in &status.alarms {
        println!("ALARM: {alarm}");
    }
    Ok(ExitCode::SUCCESS)
}

impl PlanArgs {
    fn steps(&self) -> anyhow::Result<Vec<Step>> {
        if self.standard {
            return Ok(vec![Step::Standard]);
        }
        if let Some(path) = &self.file {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            return serde_json::from_str(&text)
                .with_context(|| format!("{} is not a list of steps", path.display()));
        }
        match &self.gate {
            Some(gate) => Ok(vec![Step::Set(self.settings.set(gate, GateMode::Enforce)?)]),
            None => bail!("which gate? give id@version, --file or --standard"),
        }
    }
}

/// What a change would do.
pub async fn plan(args: PlanArgs) -> anyhow::Result<ExitCode> {
    let request = ChangeRequest {
        steps: args.steps()?,
        reason: String::new(),
        based_on: None,
    };
    let plan: Plan = args.server.client()?.post("/plan", &request).await?;
    if args.json {
        return print_json(&plan);
    }
    print_differences(&plan.differences, plan.active);
    print_self_tests(&plan.self_tests);
    if let Some(active) = plan.active.filter(|_| !plan.differences.is_empty()) {
        println!(
            "every check passed; `prism gate activate ... --based-on {active} --reason WHY` makes it so"
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Lets a gate judge.
pub async fn activate(args: ActivateArgs) -> anyhow::Result<ExitCode> {
    let request = ChangeRequest {
        steps: args.plan.steps()?,
        reason: args.reason,
        based_on: args.based_on,
    };
    change(&args.plan.server, &request, args.requeue, args.plan.json).await
}

/// Lets a shadow take over.
pub async fn promote(args: PromoteArgs) -> anyhow::Result<ExitCode> {
    let step = Step::Promote(PromoteGate { gate: args.gate });
    one_step(&args.server, step, args.reason, args.json).await
}

/// Takes a gate out.
pub async fn drop_gate(args: DropArgs) -> anyhow::Result<ExitCode> {
    let step = Step::Remove(RemoveGate {
        gate: args.gate,
        mode: args.shadow.then_some(GateMode::Shadow),
    });
    one_step(&args.server, step, args.reason, args.json).await
}

/// Makes a change of one step.
pub async fn one_step(
    server: &ServerArgs,
    step: Step,
    reason: String,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let request = ChangeRequest {
        steps: vec![step],
        reason,
        based_on: None,
    };
    change(server, &request, false, json).await
}

async fn change(
    server: &ServerArgs,
    request: &ChangeRequest,
    requeue: bool,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let path = format!("/revisions?requeue={requeue}");
    let done: Activation = server.client()?.post(&path, request).await?;
    print_activation(&done, json)
}

/// Goes back.
pub async fn rollback(args: RollbackArgs) -> anyhow::Result<ExitCode> {
    let request = Rollback {
        to: args.to,
        reason: args.reason,
        requeue: args.requeue,
    };
    let done: Activation = args.server.client()?.post("/rollback", &request).await?;
    print_activation(&done, args.json)
}

/// Lists revisions.
pub async fn revisions(args: RevisionsArgs) -> anyhow::Result<ExitCode> {
    let revisions: Vec<RevisionView> = args
        .server
        .client()?
        .ask("/revisions", &[("limit", args.limit)])
        .await?;
    if args.json {
        return print_json(&revisions);
    }
    let mut list = table(["", "revision", "made", "by", "gates", "why"]);
    for revision in revisions {
        let gates: Vec<_> = revision
            .entries
            .iter()
            .map(|entry| match entry.mode {
                GateMode::Enforce => format!("{}@{}", entry.gate, entry.version),
                other => format!("{}@{} ({})", entry.gate, entry.version, mode(other)),
            })
            .collect();
        list.add_row([
            if revision.active { "*" } else { "" }.to_owned(),
            revision.number.to_string(),
            revision.created_at,
            revision.created_by,
            gates.join("\n"),
            revision.reason,
        ]);
    }
    println!("{list}");
    Ok(ExitCode::SUCCESS)
}
