//! The gate platform inside one process: over a real store, the real engine, signed gates.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use prism_bundle::Bundle;
use prism_engine::{Runtime, Settings, Submission};
use prism_host::platform::breaker::BreakerConfig;
use prism_host::platform::change::{ChangeRequest, PromoteGate, SetGate, Step};
use prism_host::platform::install::Delivery;
use prism_host::platform::replay::{ReplayRequest, ReplayState};
use prism_host::platform::{Parts, Platform, PlatformError};
use prism_store::records::{CodeForm, CrashPolicy, GateMode, GateSignature, ReasonCode, State};
use prism_store::records::{Gate, Reason};
use prism_store::verdict::{Decision, GateFault, Verdict};
use prism_store::{Ended, NewSubmission, QueuePolicy, Store};
use prism_tests::markers::{self, Behaviour};
use prism_tests::service::archive;
use prism_tests::{bundles, home};

struct World {
    folder: tempfile::TempDir,
    key: PathBuf,
    store: Store,
    platform: Arc<Platform>,
}

async fn world(breaker: BreakerConfig) -> World {
    let folder = tempfile::tempdir().unwrap();
    let key = markers::trusted_key(folder.path());
    let (store, platform) = start(folder.path(), breaker).await;
    World {
        folder,
        key,
        store,
        platform,
    }
}

async fn start(folder: &Path, breaker: BreakerConfig) -> (Store, Arc<Platform>) {
    let store = Store::open(&folder.join("data"), &QueuePolicy::default()).unwrap();
    let settings = Settings {
        cache: Some(folder.join("cwasm")),
        ..Settings::default()
    };
    let parts = Parts {
        store: store.clone(),
        runtime: Arc::new(Runtime::start(&settings).unwrap()),
        model: None,
        key_set: folder.join("gate-keys.toml"),
        gates: None,
        breaker,
    };
    (store, Platform::start(parts).await.unwrap())
}

fn set(gate: &str, mode: GateMode) -> ChangeRequest {
    ChangeRequest {
        steps: vec![Step::Set(SetGate {
            gate: gate.to_owned(),
            mode: Some(mode),
            ..SetGate::default()
        })],
        reason: "test".into(),
        based_on: None,
    }
}

impl World {
    async fn install(&self, component: Vec<u8>) -> Result<Gate, PlatformError> {
        let path = self.folder.path().join("component.wasm");
        std::fs::write(&path, &component).unwrap();
        let sign = [
            "gate",
            "sign",
            path.to_str().unwrap(),
            "--key",
            self.key.to_str().unwrap(),
        ];
        markers::prism(self.folder.path(), &sign).ok();
        let file: serde_json::Value = serde_json::from_slice(
            &std::fs::read(self.folder.path().join("component.wasm.sig")).unwrap(),
        )
        .unwrap();
        std::fs::remove_file(self.folder.path().join("component.wasm.sig")).unwrap();
        let signatures: Vec<GateSignature> =
            serde_json::from_value(file["signatures"].clone()).unwrap();
        let delivery = Delivery {
            component,
            signatures,
            grants: BTreeSet::new(),
            origin: "test".into(),
        };
        self.platform.install(delivery, "tester", "test").await
    }

    async fn marker(&self, version: &str, behaviour: Behaviour) -> Gate {
        self.install(markers::behaving(version, "1.0", behaviour))
            .await
            .unwrap()
    }

    async fn activate(&self, version: &str) -> u64 {
        let request = set(&format!("marker@{version}"), GateMode::Enforce);
        self.platform
            .activate(&request, false, "tester")
            .await
            .unwrap()
            .revision
    }

    /// Takes a submission in and judges it as the worker does.
    async fn submit(&self) -> (String, Verdict) {
        let new = NewSubmission {
            hotkey: "5Hot".into(),
            uid: None,
            filename: "b.zip".into(),
            form: CodeForm::Archive,
            code_hash: String::new(),
            content: archive("example-small"),
            metadata: serde_json::Map::new(),
        };
        let id = self.store.accept(new, 21_600).unwrap().id;
        let claim = self.store.claim(&QueuePolicy::default()).unwrap().unwrap();
        assert_eq!(claim.submission.id, id);
        let bundle = bundle();
        let submission = Submission::new(&id, "5Hot", &bundle);
        let (verdict, pipeline) = self
            .platform
            .judge(&submission, &bundle, Duration::ZERO)
            .await
            .unwrap();
        self.store.record_verdict(&claim, &verdict).unwrap();
        self.platform
            .judged(pipeline, submission, bundle, verdict.clone());
        let held = Reason {
            code: ReasonCode::GateFault,
            detail: "test".into(),
        };
        self.store.finish(&claim, Ended::Held(held)).unwrap();
        (id, verdict)
    }

    async fn until<T>(&self, what: &str, mut reached: impl AsyncFnMut() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(value) = reached().await {
                return value;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "never: {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn bundle() -> Bundle {
    Bundle::open(&bundles().join("example-small")).unwrap_or_else(|_| unreachable!())
}

fn marker(verdict: &Verdict) -> &prism_store::verdict::GateRun {
    verdict
        .gates
        .iter()
        .find(|run| run.gate == markers::ID)
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_new_version_never_displaces_a_working_one() {
    let world = world(BreakerConfig::default()).await;
    world.marker("1.0.0", Behaviour::Allow).await;
    let active = world.activate("1.0.0").await;
    // Its own case says allow; it rejects, traps, or runs out of fuel.
    for (version, behaviour) in [
        ("1.1.0", Behaviour::Reject),
        ("1.2.0", Behaviour::Trap),
        ("1.3.0", Behaviour::Loop),
    ] {
        let component = markers::with_case(&markers::behaving(version, "1.0", behaviour), "allow");
        world.install(component).await.unwrap();
        let request = set(&format!("marker@{version}"), GateMode::Enforce);
        let error = world
            .platform
            .activate(&request, false, "tester")
            .await
            .unwrap_err();
        assert_eq!(error.code(), "self_test_failed", "{error}");
        assert!(error.to_string().contains("small"), "{error}");
        assert_eq!(
            world.platform.plan(&request).await.unwrap_err().code(),
            "self_test_failed"
        );
    }
    assert_eq!(world.platform.pipeline().revision(), Some(active));
    let (_, verdict) = world.submit().await;
    assert_eq!(
        (verdict.verdict, verdict.revision),
        (Decision::Allow, Some(active))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rolling_back_goes_further_each_time_and_survives_a_restart() {
    let world = world(BreakerConfig::default()).await;
    for version in ["1.0.0", "1.1.0", "1.2.0"] {
        world.marker(version, Behaviour::Allow).await;
        world.activate(version).await;
    }
    for version in ["1.1.0", "1.0.0"] {
        world
            .platform
            .roll_back(None, false, "tester", "test")
            .await
            .unwrap();
        assert_eq!(marker(&world.submit().await.1).version, version);
    }
    let error = world
        .platform
        .roll_back(None, false, "tester", "test")
        .await
        .unwrap_err();
    assert_eq!(error.code(), "not_found");
    let revision = world.platform.pipeline().revision();
    let World {
        folder,
        store,
        platform,
        ..
    } = world;
    drop((store, platform));
    let (_, platform) = start(folder.path(), BreakerConfig::default()).await;
    assert_eq!(platform.pipeline().revision(), revision);
    let (verdict, _) = platform
        .judge(&Submission::local(&bundle()), &bundle(), Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(marker(&verdict).facts[markers::FACT], "1.0.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_slower_is_told_and_changes_nothing() {
    let world = world(BreakerConfig::default()).await;
    world.marker("1.0.0", Behaviour::Allow).await;
    world.marker("1.1.0", Behaviour::Allow).await;
    let seen = world.activate("1.0.0").await;
    let now = world.activate("1.1.0").await;
    let mut late = set("marker@1.0.0", GateMode::Enforce);
    late.based_on = Some(seen);
    let error = world
        .platform
        .activate(&late, false, "tester")
        .await
        .unwrap_err();
    assert_eq!(error.code(), "outdated");
    assert_eq!(world.platform.pipeline().revision(), Some(now));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_crashes_too_often_is_rolled_back_and_what_it_held_is_judged_again() {
    let world = world(BreakerConfig {
        window: 10,
        at_least: 3,
        share: 0.5,
        rollback: true,
    })
    .await;
    world.marker("1.0.0", Behaviour::Allow).await;
    world.marker("1.1.0", Behaviour::Trap).await;
    let good = world.activate("1.0.0").await;
    let bad = world.activate("1.1.0").await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let (id, verdict) = world.submit().await;
        assert_eq!(
            (verdict.verdict, verdict.revision),
            (Decision::Hold, Some(bad))
        );
        assert!(matches!(marker(&verdict).fault, Some(GateFault::Trap(_))));
        held.push(id);
    }
    world
        .until("the revision before judges again", async || {
            (world.platform.pipeline().revision() == Some(good)).then_some(())
        })
        .await;
    for id in held.iter().take(2) {
        world
            .until("it is back in the queue", async || {
                let submission = world.store.submission(id).unwrap().unwrap();
                (submission.state == State::Pending).then_some(())
            })
            .await;
    }
    let events = world.store.history("pipeline").unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert!(kinds.contains(&"gate.breaker_tripped"), "{kinds:?}");
    assert!(
        events
            .iter()
            .any(|event| event.detail.to_string().contains("circuit-breaker"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_judges_without_deciding_and_its_disagreements_are_listed() {
    let world = world(BreakerConfig::default()).await;
    world.marker("1.0.0", Behaviour::Allow).await;
    let candidate = world.marker("1.1.0", Behaviour::Reject).await;
    world.activate("1.0.0").await;
    let shadow = set("marker@1.1.0", GateMode::Shadow);
    world
        .platform
        .activate(&shadow, false, "tester")
        .await
        .unwrap();
    let (id, verdict) = world.submit().await;
    assert_eq!(verdict.verdict, Decision::Allow);
    assert_eq!(
        verdict.gates.len(),
        2,
        "the shadow's report is not part of the verdict"
    );
    let counts = world
        .until("the shadow has judged", async || {
            let counts = world.store.shadow_counts(&candidate.digest).unwrap();
            (counts.judged == 1).then_some(counts)
        })
        .await;
    assert_eq!((counts.agreed, counts.disagreed), (0, 1));
    let page = world
        .store
        .shadow_results(&candidate.digest, true, 10, None)
        .unwrap();
    assert_eq!(page.results[0].submission_id, id);
    assert_eq!(page.results[0].shadow.decision, Decision::Reject);

    let promote = ChangeRequest {
        steps: vec![Step::Promote(PromoteGate {
            gate: "marker".into(),
        })],
        reason: "test".into(),
        based_on: None,
    };
    world
        .platform
        .activate(&promote, false, "tester")
        .await
        .unwrap();
    assert_eq!(world.submit().await.1.verdict, Decision::Reject);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_lists_what_a_candidate_would_change_and_decides_nothing() {
    let world = world(BreakerConfig::default()).await;
    world.marker("1.0.0", Behaviour::Allow).await;
    world.marker("1.1.0", Behaviour::Reject).await;
    world.marker("1.2.0", Behaviour::Allow).await;
    world.activate("1.0.0").await;
    let mut ids = BTreeSet::new();
    for _ in 0..12 {
        ids.insert(world.submit().await.0);
    }
    for (version, different) in [("1.1.0", 10), ("1.2.0", 0)] {
        let request = ReplayRequest {
            gate: format!("marker@{version}"),
            config: None,
            fuel: None,
            last: 10,
            live_llm: false,
            estimate: false,
        };
        let id = world.platform.replay(request, "tester").await.unwrap().id;
        let report = world
            .until("the replay ends", async || {
                let report = world.platform.replay_report(id).unwrap();
                (report.state != ReplayState::Running).then_some(report)
            })
            .await;
        assert_eq!(report.state, ReplayState::Finished);
        assert_eq!(
            (report.done, report.different, report.unreadable),
            (10, different, 0)
        );
        for difference in &report.differences {
            assert!(ids.contains(&difference.submission_id));
            assert_eq!(
                (difference.verdict_was, difference.verdict_now),
                (Decision::Allow, Decision::Reject)
            );
        }
    }
    assert_eq!(world.submit().await.1.verdict, Decision::Allow);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_policy_never_lets_a_bundle_pass() {
    let world = world(BreakerConfig::default()).await;
    world.marker("1.0.0", Behaviour::Trap).await;
    for (policy, decision) in [
        (CrashPolicy::Hold, Decision::Hold),
        (CrashPolicy::Reject, Decision::Reject),
        (CrashPolicy::RetryThenHold { retries: 2 }, Decision::Hold),
        (CrashPolicy::RetryThenHold { retries: 4 }, Decision::Hold),
    ] {
        let mut request = set("marker@1.0.0", GateMode::Enforce);
        if let Step::Set(set) = &mut request.steps[0] {
            set.on_crash = Some(policy);
        }
        world
            .platform
            .activate(&request, false, "tester")
            .await
            .unwrap();
        assert_eq!(world.submit().await.1.verdict, decision, "{policy:?}");
    }
    // More than the queue would grant is refused, not silently cut.
    for retries in [0, 5, u32::MAX] {
        let mut request = set("marker@1.0.0", GateMode::Enforce);
        if let Step::Set(set) = &mut request.steps[0] {
            set.on_crash = Some(CrashPolicy::RetryThenHold { retries });
        }
        let error = world
            .platform
            .activate(&request, false, "tester")
            .await
            .unwrap_err();
        assert!(error.to_string().contains("1 to 4"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_takes_its_gates_out_of_every_further_activation() {
    let world = world(BreakerConfig::default()).await;
    world.marker("1.0.0", Behaviour::Allow).await;
    world.marker("1.1.0", Behaviour::Allow).await;
    let active = world.activate("1.0.0").await;
    let keys = [
        "gate",
        "key",
        "revoke",
        "author",
        "--keys",
        "gate-keys.toml",
        "--reason",
        "lost",
    ];
    markers::prism(world.folder.path(), &keys).ok();
    let request = set("marker@1.1.0", GateMode::Enforce);
    let error = world
        .platform
        .activate(&request, false, "tester")
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("author") && error.to_string().contains("revoked"),
        "{error}"
    );
    assert_eq!(world.platform.pipeline().revision(), Some(active));
    let refused = world
        .install(markers::component("1.2.0", "1.0"))
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("revoked"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_can_not_be_loaded_at_a_start_holds_and_says_why() {
    let world = world(BreakerConfig::default()).await;
    let gate = world.marker("1.0.0", Behaviour::Allow).await;
    world.activate("1.0.0").await;
    let World {
        folder,
        store,
        platform,
        ..
    } = world;
    drop((store, platform));
    // One byte of the component changes on the disk.
    let blob = find(&folder.path().join("data/blobs"), gate.blob.as_str());
    let mut bytes = std::fs::read(&blob).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&blob, bytes).unwrap();
    let (_, platform) = start(folder.path(), BreakerConfig::default()).await;
    let (verdict, _) = platform
        .judge(&Submission::local(&bundle()), &bundle(), Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(verdict.verdict, Decision::Hold);
    assert!(matches!(
        marker(&verdict).fault,
        Some(GateFault::CannotLoad(_))
    ));
    let status = platform.status().await.unwrap();
    assert!(
        status.alarms.iter().any(|alarm| alarm.contains("marker")),
        "{:?}",
        status.alarms
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_contract_versions_judge_side_by_side() {
    let world = world(BreakerConfig::default()).await;
    for (version, contract) in [("1.0.0", "1.0"), ("2.0.0", "1.1")] {
        world
            .install(markers::component(version, contract))
            .await
            .unwrap();
        world.activate(version).await;
        let run = world.submit().await.1;
        assert_eq!(marker(&run).facts[markers::FACT], version);
    }
    let shadow = set("marker@1.0.0", GateMode::Shadow);
    world
        .platform
        .activate(&shadow, false, "tester")
        .await
        .unwrap();
    let status = world.platform.status().await.unwrap();
    let contracts: Vec<_> = status
        .gates
        .iter()
        .map(|gate| gate.contract.clone().unwrap())
        .collect();
    assert_eq!(contracts, ["1.1.0", "1.0.0"]);
}

fn find(folder: &Path, name: &str) -> PathBuf {
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let found = path.to_string_lossy().replace('/', "").ends_with(name);
            if path.is_dir() {
                open.push(path);
            } else if found || path.ends_with(name) {
                return path;
            }
        }
    }
    panic!("no blob {name} below {}", home().root().display())
}
