//! What a question to the corpus costs: fills a data folder through the store's own calls and asks.
//!
//! ```text
//! cargo run -p prism-store --example corpus -- FOLDER [SUBMISSIONS]
//! ```
//!
//! FOLDER must be new; a folder in memory (`/dev/shm/...`) spares the disk some hundred thousand flushes while it
//! fills, and answers come out of the cache either way. Half of the submissions have features of their own, the
//! other half are variations of one of 500 published examples; 600 have an empty feature set. Each question is asked
//! as a submission that came last, with a sketch that resembles an earlier one.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use prism_store::records::{CodeForm, Reason, ReasonCode};
use prism_store::verdict::{Decision, GateRun, HostCall, Verdict};
use prism_store::{BlobId, Ended, NewSubmission, QueuePolicy, SKETCH_VALUES, Store, StoreError};
use serde_json::{Map, json};

const SCHEME: &str = "functions-1";
const THREADS: u64 = 16;
const QUESTIONS: u64 = 2000;
const EXAMPLES: u64 = 500;
const EMPTY: u64 = 600;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("say FOLDER, which must be new")?;
    let submissions: u64 = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    if Path::new(&folder).exists() {
        return Err(format!("{folder} is there already: name a new folder").into());
    }
    let store = Store::open(Path::new(&folder), &policy())?;
    let begun = Instant::now();
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    while next.fetch_add(1, Ordering::Relaxed) < submissions {
                        submit(&store)?;
                        judge(&store)?;
                    }
                    Ok::<_, StoreError>(())
                })
            })
            .collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or(Ok(())))
    })?;
    println!(
        "{submissions} submissions judged in {:.0?}",
        begun.elapsed()
    );
    let asker = submit(&store)?;
    let ask = |name: &str, sketch: &dyn Fn(u64) -> Vec<u64>| {
        let mut times = Vec::new();
        let mut neighbours = 0;
        for n in 0..QUESTIONS {
            let sketch = sketch(n);
            let begun = Instant::now();
            neighbours += store.corpus_nearest(&asker, SCHEME, &sketch, 16)?.len();
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        let at = |part: usize| {
            times
                .get(times.len() * part / 1000)
                .copied()
                .unwrap_or_default()
        };
        println!(
            "{name}: p50 {:.2?}, p99 {:.2?}, longest {:.2?}; {:.1} neighbours",
            at(500),
            at(990),
            times.last().copied().unwrap_or_default(),
            neighbours as f64 / QUESTIONS as f64,
        );
        Ok::<_, StoreError>(())
    };
    let spread = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % submissions.max(1);
    ask("bundles of their own", &|n| {
        varied(sketch_of(spread(n) | 1), n)
    })?;
    ask("variations of examples", &|n| {
        varied(sketch_of(spread(n) & !1), n)
    })?;
    ask("empty feature sets", &|_| vec![u64::MAX; SKETCH_VALUES])?;
    Ok(())
}

fn policy() -> QueuePolicy {
    QueuePolicy {
        lease: Duration::from_secs(3600),
        ..QueuePolicy::default()
    }
}

fn submit(store: &Store) -> Result<String, StoreError> {
    let content = b"bundle";
    let new = NewSubmission {
        hotkey: "miner".into(),
        uid: None,
        filename: "bundle.zip".into(),
        form: CodeForm::Archive,
        content: content.to_vec(),
        code_hash: BlobId::of(content).as_str().into(),
        metadata: Map::new(),
    };
    Ok(store.accept(new, 21_600)?.id)
}

fn judge(store: &Store) -> Result<(), StoreError> {
    static JUDGED: AtomicU64 = AtomicU64::new(0);
    let Some(claim) = store.claim(&policy())? else {
        return Ok(());
    };
    let number = JUDGED.fetch_add(1, Ordering::Relaxed);
    let fingerprint = json!({ "scheme": SCHEME, "sketch": sketch_of(number), "note": "a note" });
    let run = GateRun {
        gate: "duplicate-review".into(),
        version: "1.0.0".into(),
        digest: "d".into(),
        verdict: Decision::Allow,
        reason: String::new(),
        fault: None,
        fuel: 1,
        micros: 1,
        memory_bytes: 1,
        evidence: vec![],
        facts: [].into(),
        log_dropped: 0,
        host_calls: vec![HostCall {
            function: "corpus.nearest".into(),
            request_hash: None,
            remembered: false,
            request: Some(json!({ "fingerprint": fingerprint, "limit": 16 })),
            answer: json!({ "ok": [] }),
        }],
    };
    let verdict = Verdict {
        verdict: Decision::Allow,
        bundle: "b".repeat(64),
        revision: Some(1),
        context: None,
        facts: [].into(),
        not_evaluated: vec![],
        gates: vec![run],
    };
    store.record_verdict(&claim, &verdict)?;
    let reason = Reason {
        code: ReasonCode::GateRejected,
        detail: "it is enough".into(),
    };
    store.finish(&claim, Ended::Rejected(reason)).map(drop)
}

/// The sketch of a submission: an empty set, features of its own, or a variation of an example.
fn sketch_of(number: u64) -> Vec<u64> {
    if number < EMPTY {
        return vec![u64::MAX; SKETCH_VALUES];
    }
    if number % 2 == 1 {
        return values(number);
    }
    let example = values(u64::MAX - number / 2 % EXAMPLES);
    varied(example, number)
}

fn values(seed: u64) -> Vec<u64> {
    (0..SKETCH_VALUES as u64)
        .map(|n| mix(mix(seed).wrapping_add(n)))
        .collect()
}

/// A fifth to a half of the values replaced.
fn varied(mut sketch: Vec<u64>, seed: u64) -> Vec<u64> {
    let parts = 2 + seed % 4;
    for (value, n) in sketch.iter_mut().zip(0..) {
        let draw = mix(mix(seed ^ 0x5eed).wrapping_add(n));
        if draw.is_multiple_of(parts) {
            *value = draw;
        }
    }
    sketch
}

/// The finaliser of splitmix64.
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
