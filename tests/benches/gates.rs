//! What a verdict costs inside the host: a gate that does nothing, a trivial one, one that reads everything, and
//! CPython in a component, on one and two threads; and a whole bundle through the closed-bundle check and a gate.
//!
//! `cargo bench --profile dev --bench gates` (the profile of the tests, so that nothing is compiled anew); results are
//! in `docs/benchmarks.md`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "benchmark")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use prism_bundle::Bundle;
use prism_component::{Capability, Component};
use prism_engine::{Call, Capabilities, Gate, Limits, Runtime, Submission};
use prism_host::service::engine_settings;
use prism_store::records::GateLimits;
use prism_store::verdict::{Decision, Facts};
use prism_tests::{bundles, home, markers};

const LIMITS: GateLimits = GateLimits {
    fuel: 20_000_000_000,
    memory_bytes: 768 << 20,
    timeout_ms: 60_000,
};

struct Bench {
    runtime: Arc<Runtime>,
    gate: Arc<Gate>,
    bundle: Bundle,
}

impl Bench {
    async fn new(component: &[u8], bundle: &str) -> Self {
        let runtime = Arc::new(Runtime::start(&engine_settings(&home())).unwrap());
        let grants: BTreeSet<Capability> = Component::read(component).unwrap().capabilities;
        let gate = Gate::load(&runtime, "bench", component, &grants)
            .await
            .unwrap();
        let bundle = Bundle::open(&bundles().join(bundle))
            .unwrap_or_else(|_| unreachable!("a bundle of the repository"));
        Self {
            runtime,
            gate: Arc::new(gate),
            bundle,
        }
    }

    async fn evaluate(&self) {
        let submission = Submission::local(&self.bundle);
        let run = self
            .gate
            .evaluate(
                &self.runtime,
                &Call {
                    submission: &submission,
                    bundle: &self.bundle,
                    config: "{}",
                    facts: &Facts::new(),
                    limits: &Limits::from(&LIMITS),
                    capabilities: &Capabilities::default(),
                },
            )
            .await
            .unwrap();
        assert_eq!((run.verdict, run.fault), (Decision::Allow, None));
    }
}

fn gates(criterion: &mut Criterion) {
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let installed =
        |gate: &str| std::fs::read(home().gates_dir().join(format!("{gate}.wasm"))).unwrap();
    for (name, component) in [
        ("no-op", markers::component("1.0.0", "1.0")),
        ("data-heavy (static-analysis)", installed("static-analysis")),
        ("cpython (param-cap)", installed("param-cap")),
    ] {
        let bench = Arc::new(tokio.block_on(Bench::new(&component, "example-1m")));
        let mut group = criterion.benchmark_group(name);
        group.bench_function("instantiate", |bencher| {
            bencher.to_async(&tokio).iter(|| async {
                bench
                    .gate
                    .instantiate(&bench.runtime, &Limits::from(&LIMITS))
                    .await
                    .unwrap();
            });
        });
        for threads in [1_u64, 2] {
            group.throughput(Throughput::Elements(threads));
            group.bench_function(format!("verdict, {threads} thread(s)"), |bencher| {
                bencher.to_async(&tokio).iter_custom(|rounds| {
                    let bench = Arc::clone(&bench);
                    async move {
                        let started = Instant::now();
                        let workers: Vec<_> = (0..threads)
                            .map(|_| {
                                let bench = Arc::clone(&bench);
                                tokio::spawn(async move {
                                    for _ in 0..rounds {
                                        bench.evaluate().await;
                                    }
                                })
                            })
                            .collect();
                        for worker in workers {
                            worker.await.unwrap();
                        }
                        started.elapsed()
                    }
                });
            });
        }
        group.finish();
    }
}

/// What every submission is read by, one gate after the other on one core.
fn reading_gates(criterion: &mut Criterion) {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let gates = ["contract", "static-analysis", "duplicate-review"].map(|gate| {
        let component = std::fs::read(home().gates_dir().join(format!("{gate}.wasm"))).unwrap();
        tokio.block_on(Bench::new(&component, "example-1m"))
    });
    criterion.bench_function(
        "contract, static-analysis and duplicate-review",
        |bencher| {
            bencher.to_async(&tokio).iter(|| async {
                for gate in &gates {
                    gate.evaluate().await;
                }
            });
        },
    );
}

/// From the archive's bytes to the verdict of a trivial gate.
fn end_to_end(criterion: &mut Criterion) {
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let bench = tokio.block_on(Bench::new(
        &markers::component("1.0.0", "1.0"),
        "example-small",
    ));
    let archive = prism_tests::service::archive("example-small");
    criterion.bench_function("archive to verdict, trivial gate", |bencher| {
        bencher.to_async(&tokio).iter(|| async {
            let bundle = Bundle::from_zip(&archive)
                .unwrap_or_else(|_| unreachable!("a bundle of the repository"));
            assert_eq!(bundle.digest(), bench.bundle.digest());
            bench.evaluate().await;
        });
    });
}

criterion_group!(benches, gates, reading_gates, end_to_end);
criterion_main!(benches);
