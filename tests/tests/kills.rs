//! SIGKILL at random moments, to the worker, to torchrun, to the supervisor and to the host itself: the outcome is
//! typed, no run that was killed has a score, and nothing is left behind.
//!
//! `PRISM_KILLS` sets how many runs are killed (`scripts/kills` kills 100), `PRISM_KILL_SEED` repeats a series.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use prism_executor::{Cancel, Executor, ExecutorError, LocalExecutor, RunResult};
use prism_protocol::event::Event;
use prism_protocol::outcome::{FailReason, Outcome, Stopped};
use prism_tests::{home, job};
use tokio::sync::mpsc;

const BUNDLE: &str = "example-small";
const COURSE_BYTES: u64 = 65_536;
/// Killed in the ordinary suite; three of each kind.
const FEW: u64 = 9;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Victim {
    Worker,
    Torchrun,
    Supervisor,
}

impl Victim {
    /// Whether this command line is its own and not that of the programs around it.
    fn is(self, arguments: &[String]) -> bool {
        let python = arguments
            .first()
            .is_some_and(|name| name.contains("python"));
        let runs = |module: &str| arguments.iter().any(|argument| argument == module);
        match self {
            Self::Worker => {
                python && runs("prism_challenge.worker") && !runs("torch.distributed.run")
            }
            Self::Torchrun => python && runs("torch.distributed.run"),
            Self::Supervisor => arguments
                .first()
                .is_some_and(|name| name.ends_with("/prism-supervisor")),
        }
    }
}

/// Numbers that look random and are the same for the same seed (splitmix64).
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// A process and its parent.
fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(1)?.parse().ok()
}

/// Every process below this one.
fn descendants(root: u32) -> Vec<u32> {
    let numbers = fs::read_dir("/proc").unwrap().flatten();
    let all: Vec<(u32, u32)> = numbers
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, parent(pid)?)))
        .collect();
    let mut found = vec![root];
    let mut next = 0;
    while let Some(above) = found.get(next).copied() {
        found.extend(
            all.iter()
                .filter(|(_, up)| *up == above)
                .map(|(pid, _)| *pid),
        );
        next += 1;
    }
    found.remove(0);
    found
}

fn arguments(pid: u32) -> Vec<String> {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let parts = line
        .split(|byte| *byte == 0)
        .filter(|part| !part.is_empty());
    parts
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect()
}

fn kill(pid: u32) -> bool {
    Command::new("kill")
        .args(["-9", &pid.to_string()])
        .stderr(Stdio::null())
        .status()
        .unwrap()
        .success()
}

/// Everything that runs of this host leave while they last: processes below it, control groups, folders, mounts and
/// sockets that carry its number.
fn traces(host: u32) -> Vec<String> {
    let mut found: Vec<String> = descendants(host)
        .into_iter()
        .map(arguments)
        .filter(|line| !line.is_empty() && line[0] != "kill")
        .map(|line| format!("process {line:?}"))
        .collect();
    let group = format!("prism-jail-{host}-");
    let folder = format!("prism-run-{host}-");
    let entries = |place: &Path| -> Vec<String> {
        let entries = fs::read_dir(place).into_iter().flatten().flatten();
        entries
            .map(|entry| entry.path().display().to_string())
            .collect()
    };
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let groups = mounts
        .lines()
        .filter(|line| line.contains(" - cgroup"))
        .filter_map(|line| line.split(' ').nth(4));
    let own = fs::read_to_string("/proc/self/cgroup").unwrap();
    for point in groups {
        for path in own.lines().filter_map(|line| line.splitn(3, ':').nth(2)) {
            found.extend(
                entries(&Path::new(point).join(path.trim_start_matches('/')))
                    .into_iter()
                    .filter(|name| name.contains(&group)),
            );
        }
    }
    found.extend(
        entries(&std::env::temp_dir())
            .into_iter()
            .filter(|name| name.contains(&folder)),
    );
    let sockets = fs::read_to_string("/proc/net/unix").unwrap();
    found.extend(
        mounts
            .lines()
            .chain(sockets.lines())
            .filter(|line| line.contains(&folder))
            .map(str::to_owned),
    );
    found.sort();
    found.dedup();
    found
}

/// Nothing is left, at once or as soon as the kernel has cleaned up.
fn nothing_left(host: u32, after: &str) {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let left = traces(host);
        if left.is_empty() {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "after {after}: {}",
            left.join("\n")
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What the two sides of a round know of a run.
#[derive(Debug, Default)]
struct Progress {
    /// The worker has connected, which it does before it reads anything of the bundle.
    connected: AtomicBool,
    over: AtomicBool,
}

async fn run(
    executor: &LocalExecutor,
    name: &str,
    progress: &Arc<Progress>,
) -> Result<RunResult, ExecutorError> {
    let mut job = job(BUNDLE, COURSE_BYTES);
    job.run_id = name.to_owned();
    let (events, mut received) = mpsc::channel(64);
    let listener = tokio::spawn({
        let progress = Arc::clone(progress);
        async move {
            while let Some(event) = received.recv().await {
                if event == Event::Connected {
                    progress.connected.store(true, SeqCst);
                }
            }
        }
    });
    let result = executor.run(job, events, Cancel::never()).await;
    listener.await.unwrap();
    progress.over.store(true, SeqCst);
    result
}

/// Kills the victim so long after the start, or after the worker has connected; says whether it still was there.
fn strike(victim: Victim, delay: Duration, once_connected: bool, progress: &Progress) -> bool {
    let own = std::process::id();
    let mut due = (!once_connected).then(|| Instant::now() + delay);
    while !progress.over.load(SeqCst) {
        if due.is_none() && progress.connected.load(SeqCst) {
            due = Some(Instant::now() + delay);
        }
        if due.is_some_and(|due| Instant::now() >= due) {
            let mut below = descendants(own).into_iter();
            if let Some(pid) = below.find(|pid| victim.is(&arguments(*pid))) {
                return kill(pid);
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

/// What is left behind is looked for among everything this process has started.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_gives_a_typed_outcome_no_score_and_leaves_nothing() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let executor = LocalExecutor::start(Arc::new(home())).await.unwrap();
    let started = Instant::now();
    let whole = run(&executor, "unharmed", &Arc::default()).await.unwrap();
    let length = u64::try_from(started.elapsed().as_millis()).unwrap();
    assert!(
        matches!(
            whole.outcome,
            Outcome::Completed {
                stopped: Stopped::CourseEnd
            }
        ),
        "{whole:?}"
    );
    let parts = whole.manifest.value["parts"].clone();
    drop(whole);

    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|text| text.parse::<u64>().unwrap())
    };
    let seed = number("PRISM_KILL_SEED").unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.unwrap().as_secs()
    });
    println!("PRISM_KILL_SEED={seed}, an unharmed run takes {length} ms");
    let mut draws = Draws(seed);
    let mut counts = std::collections::BTreeMap::<String, u64>::new();
    for round in 0..number("PRISM_KILLS").unwrap_or(FEW) {
        let victim = [Victim::Worker, Victim::Torchrun, Victim::Supervisor]
            [usize::try_from(round % 3).unwrap()];
        // Half of the blows fall while the bundle runs, which is the smaller part of a short run.
        let once_connected = draws.below(2) == 1;
        let delay = draws.below(if once_connected { length / 4 } else { length });
        let from = if once_connected {
            "the worker's connection"
        } else {
            "the start"
        };
        let what = format!("round {round}: {victim:?} {delay} ms after {from} (seed {seed})");
        let progress = Arc::<Progress>::default();
        let striking = tokio::task::spawn_blocking({
            let progress = Arc::clone(&progress);
            move || {
                strike(
                    victim,
                    Duration::from_millis(delay),
                    once_connected,
                    &progress,
                )
            }
        });
        let result = run(&executor, &format!("kill-{round}"), &progress).await;
        let struck = striking.await.unwrap();
        let connected = progress.connected.load(SeqCst);
        let came = match &result {
            Ok(result) => {
                let score = &result.manifest.value["score"];
                match &result.outcome {
                    // Killed when it had nothing more to say, or not at all.
                    Outcome::Completed { .. } => {
                        assert!(score["prequential_bpb"].is_f64(), "{what}: {score}");
                        assert_eq!(result.manifest.value["parts"], parts, "{what}");
                        "completed, it had finished already"
                    }
                    Outcome::Failed { reason, detail } => {
                        assert!(struck && victim != Victim::Supervisor, "{what}: {detail}");
                        assert_eq!(*reason, FailReason::Killed, "{what}: {detail}");
                        assert!(score.is_null(), "{what}: {score}");
                        "failed: killed"
                    }
                    Outcome::Infrastructure { detail } => {
                        assert!(struck && !connected, "{what}: {detail}");
                        assert!(score.is_null(), "{what}: {score}");
                        "infrastructure: the worker had not connected yet"
                    }
                }
            }
            Err(ExecutorError::Supervisor(detail)) => {
                assert!(struck && victim == Victim::Supervisor, "{what}: {detail}");
                "infrastructure: the supervisor failed"
            }
            Err(error) => panic!("{what}: {error}"),
        };
        *counts.entry(format!("{victim:?}: {came}")).or_default() += 1;
        // What a run's supervisor wrote is kept for as long as its result.
        drop(result);
        nothing_left(std::process::id(), &what);
    }
    for (came, count) in counts {
        println!("{count:>4} {came}");
    }
}

/// Not a test: the host that the next one kills.
#[tokio::test]
#[ignore = "started by the next test"]
async fn a_host_in_the_middle_of_a_run() {
    let executor = LocalExecutor::start(Arc::new(home())).await.unwrap();
    let _ = run(&executor, "host", &Arc::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_host_leaves_nothing_that_the_next_start_does_not_remove() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let program = std::env::current_exe().unwrap();
    for seen in [Victim::Supervisor, Victim::Worker] {
        let mut host = Command::new(&program)
            .args(["--ignored", "--exact", "a_host_in_the_middle_of_a_run"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(120);
        let below = loop {
            let below = descendants(host.id());
            if below.iter().any(|pid| seen.is(&arguments(*pid))) {
                break below;
            }
            assert!(Instant::now() < deadline, "no {seen:?} came up");
            std::thread::sleep(Duration::from_millis(5));
        };
        host.kill().unwrap();
        host.wait().unwrap();
        LocalExecutor::start(Arc::new(home())).await.unwrap();
        // Orphans are nobody's children, so they are looked for by their numbers.
        let deadline = Instant::now() + Duration::from_secs(15);
        while below.iter().any(|pid| !arguments(*pid).is_empty()) {
            let left: Vec<_> = below.iter().map(|pid| arguments(*pid)).collect();
            assert!(Instant::now() < deadline, "{left:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        LocalExecutor::start(Arc::new(home())).await.unwrap();
        nothing_left(
            host.id(),
            &format!("the host was killed when the {seen:?} was up"),
        );
    }
}
