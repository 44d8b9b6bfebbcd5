//! `prism demo`: the whole path on real input. Starts the service with a temporary data folder, submits four
//! bundles through the bridge as the BASE proxy would, shows the runs live and ends with the board.

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use indicatif::{MultiProgress, ProgressBar};
use prism_executor::{Home, IsolationLevel};
use prism_host::config::{Config, Rank};
use prism_host::service::Service;
use prism_protocol::event::Progress;
use serde_json::Value;

use super::progress::RunBar;
use table::Row;

mod table;

/// The bundles of the demo, the miner who submits each, and what it is there to show.
const BUNDLES: [(&str, &str, &str); 5] = [
    (
        "example-1m",
        "5DemoMinerAlice",
        "a transformer of about 1M parameters",
    ),
    ("example-small", "5DemoMinerBob", "a smaller, worse design"),
    (
        "rejected-process",
        "5DemoMinerCarol",
        "reaches a process through an alias",
    ),
    ("over-cap", "5DemoMinerDave", "over the parameter cap"),
    (
        "looks-ahead",
        "5DemoMinerErin",
        "predicts from what is still to come",
    ),
];

/// How often the service is asked for news.
const POLL: Duration = Duration::from_millis(250);

/// Shows the whole path: a temporary service, five bundles, a board.
#[derive(clap::Args)]
pub struct Args {
    /// Serve only about this many bytes of the practice course: every score is verified, which takes longer than the run
    #[arg(long, default_value_t = 200_000)]
    bytes: u64,
    /// Keep the service's data folder and print where it lies
    #[arg(long)]
    keep: bool,
}

/// Exit status 0 when each bundle ended the way it is there to show.
pub async fn demo(args: Args) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let home = Home::locate()?;
    let folder = tempfile::Builder::new().prefix("prism-demo-").tempdir()?;
    let (service, client) = start(&home, folder.path(), Some(args.bytes)).await?;
    eprintln!(
        "service at {}, isolation {}",
        client.base,
        service.isolation()
    );
    eprintln!("llm-review is off in the demo: no language model is configured");
    let mut submitted = Vec::new();
    for (name, hotkey, shows) in BUNDLES {
        let archive = zip_of(&home.root().join("examples").join(name))?;
        let id = client.submit(hotkey, name, archive).await?;
        eprintln!("submitted {name:<17} {shows}");
        submitted.push(Submitted { name, hotkey, id });
    }
    watch(&client, &submitted).await?;
    let rows = rows(&client, &submitted).await?;
    println!("\n{}", table::render(&rows));
    println!(
        "{:.0} s; verified are the scores that would change the board, and provisional ones rank because the demo's policy says so",
        started.elapsed().as_secs_f64()
    );
    service.stop().await;
    if args.keep {
        println!("the service's data: {}", folder.keep().display());
    }
    Ok(if as_expected(&rows) {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(super::INTERNAL)
    })
}

/// A service on a free port with its own token, and a client that speaks to it as the proxy does.
async fn start(
    home: &Home,
    folder: &Path,
    course_bytes: Option<u64>,
) -> anyhow::Result<(Service, Client)> {
    let token = uuid::Uuid::new_v4().to_string();
    let token_file = folder.join("token");
    std::fs::write(&token_file, &token)?;
    let config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data_dir: folder.join("data"),
        shared_token_file: token_file,
        course_bytes,
        rank: Rank::Provisional,
        // The demo's bundles are our own: a machine that lacks a protection can show it too, and it says so.
        minimum_isolation: IsolationLevel::LocalReduced,
        ..Config::default()
    };
    let service = Service::start(config, home.clone()).await?;
    let base = format!("http://{}", service.address());
    Ok((
        service,
        Client {
            http: reqwest::Client::new(),
            base,
            token,
        },
    ))
}

/// Shows every submission's way until all have come to an end.
async fn watch(client: &Client, submitted: &[Submitted]) -> anyhow::Result<()> {
    let bars = MultiProgress::new();
    let mut open: Vec<_> = submitted
        .iter()
        .map(|one| (one, RunBar::new(bars.add(ProgressBar::new(1)), one.name)))
        .collect();
    while !open.is_empty() {
        let mut still = Vec::new();
        for (one, bar) in open {
            let report = client
                .get(&format!("/v1/submissions/{}/report", one.id))
                .await?;
            let status = text(&report, "/submission/status").unwrap_or_default();
            match status {
                "pending" | "running" => {
                    show(&bar, &report);
                    still.push((one, bar));
                }
                _ => bar.end(match report.pointer("/score/bpb").and_then(Value::as_f64) {
                    Some(bpb) => format!("{status}, {bpb:.4} bits per byte"),
                    None => status.to_owned(),
                }),
            }
        }
        open = still;
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}

fn show(bar: &RunBar, report: &Value) {
    let Some(activity) = report
        .get("progress")
        .filter(|progress| !progress.is_null())
    else {
        return bar.say("in the queue");
    };
    match text(activity, "/stage").unwrap_or_default() {
        "gates" => bar.say("at the gates"),
        "preflight" => bar.say("looked at under real torch"),
        "waiting" => bar.say("allowed; waits for its turn to run"),
        "starting" => bar.say("starting the jail"),
        "examining" => bar.say("its exported state is asked"),
        "verifying" => match serde_json::from_value::<Progress>(activity.clone()) {
            Ok(Progress { step, steps, .. }) => {
                bar.say(format!("verified by a second run, step {step}/{steps}"));
            }
            Err(_) => bar.say("verified by a second run"),
        },
        _ => match serde_json::from_value::<Progress>(activity.clone()) {
            Ok(progress) => bar.show(&progress),
            Err(_) => bar.say("running"),
        },
    }
}

/// What became of each, out of the public routes.
async fn rows(client: &Client, submitted: &[Submitted]) -> anyhow::Result<Vec<Row>> {
    let board = client.get("/v1/leaderboard").await?;
    let weights = client.weights().await?;
    let mut rows = Vec::new();
    for one in submitted {
        let report = client
            .get(&format!("/v1/submissions/{}/report", one.id))
            .await?;
        let entry = board
            .pointer("/entries")
            .and_then(Value::as_array)
            .and_then(|entries| {
                entries
                    .iter()
                    .find(|entry| text(entry, "/submission_id") == Some(&one.id))
            });
        rows.push(Row {
            bundle: one.name.to_owned(),
            verdict: text(&report, "/submission/status")
                .unwrap_or("unknown")
                .to_owned(),
            decided_by: decided_by(&report),
            parameters: report
                .pointer("/verdict/facts/param_count")
                .and_then(Value::as_u64),
            bpb: report.pointer("/score/bpb").and_then(Value::as_f64),
            level: text(&report, "/score/level").map(str::to_owned),
            rank: entry
                .and_then(|entry| entry.get("rank"))
                .and_then(Value::as_u64),
            weight: weights
                .pointer(&format!("/weights/{}", one.hotkey))
                .and_then(Value::as_f64),
        });
    }
    Ok(rows)
}

/// The gate that decided, with its rule and place; else what the run says.
fn decided_by(report: &Value) -> String {
    let decision = text(report, "/verdict/verdict").unwrap_or_default();
    let gate = report
        .pointer("/verdict/gates")
        .and_then(Value::as_array)
        .and_then(|gates| {
            gates
                .iter()
                .find(|gate| text(gate, "/verdict") == Some(decision))
        });
    match (decision, gate) {
        ("allow", _) => text(report, "/submission/error")
            .unwrap_or("gates and preflight allow")
            .to_owned(),
        (_, Some(gate)) => {
            let name = text(gate, "/gate").unwrap_or_default();
            let evidence = gate.get("evidence").and_then(Value::as_array);
            let error = evidence
                .into_iter()
                .flatten()
                .find(|one| text(one, "/severity") == Some("error"));
            let Some(error) = error else {
                return name.to_owned();
            };
            let place = match (text(error, "/path"), error.pointer("/line")) {
                (Some(path), Some(line)) if !line.is_null() => format!(" {path}:{line}"),
                (Some(path), _) => format!(" {path}"),
                _ => String::new(),
            };
            format!("{name} {}{place}", text(error, "/rule").unwrap_or_default())
        }
        _ => text(report, "/submission/error").unwrap_or("-").to_owned(),
    }
}

/// What the demo is there to show.
fn as_expected(rows: &[Row]) -> bool {
    let [first, second, process, cap, ahead] = rows else {
        return false;
    };
    let better = matches!((first.bpb, second.bpb), (Some(first), Some(second)) if first < second);
    let rejected =
        |row: &Row, gate: &str| row.verdict == "rejected" && row.decided_by.starts_with(gate);
    let verified = |row: &Row| row.level.as_deref() == Some("verified");
    better
        && verified(first)
        && verified(second)
        && rejected(process, "static-analysis")
        && rejected(cap, "param-cap")
        && rejected(ahead, "preflight")
}

struct Submitted {
    name: &'static str,
    id: String,
    hotkey: &'static str,
}

/// The service as the BASE proxy sees it.
struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Client {
    async fn submit(&self, hotkey: &str, name: &str, archive: Vec<u8>) -> anyhow::Result<String> {
        let response = self
            .http
            .post(format!("{}/internal/v1/bridge/submissions", self.base))
            .bearer_auth(&self.token)
            .header("X-Base-Challenge-Slug", "prism")
            .header("X-Base-Verified-Hotkey", hotkey)
            .header("X-Submission-Filename", format!("{name}.zip"))
            .header("Content-Type", "application/zip")
            .body(archive)
            .send()
            .await?;
        let answer = checked(response).await?;
        Ok(text(&answer, "/id")
            .context("the bridge answered without an id")?
            .to_owned())
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        checked(self.http.get(format!("{}{path}", self.base)).send().await?).await
    }

    async fn weights(&self) -> anyhow::Result<Value> {
        let request = self
            .http
            .get(format!("{}/internal/v1/get_weights", self.base))
            .bearer_auth(&self.token)
            .header("X-Base-Challenge-Slug", "prism");
        checked(request.send().await?).await
    }
}

async fn checked(response: reqwest::Response) -> anyhow::Result<Value> {
    let status = response.status();
    let body = response.text().await?;
    if !status.is_success() {
        bail!("the service answered {status}: {body}");
    }
    Ok(serde_json::from_str(&body)?)
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

fn zip_of(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .with_context(|| {
            format!(
                "no example bundle at {}: run `make setup`",
                folder.display()
            )
        })?
        .collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_type()?.is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            archive.start_file(name, zip::write::SimpleFileOptions::default())?;
            archive.write_all(&std::fs::read(entry.path())?)?;
        }
    }
    Ok(archive.finish()?.into_inner())
}
