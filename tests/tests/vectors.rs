//! The gates' self-test vectors, judged by the installed components: what a gate says natively in its own tests
//! it must say inside WebAssembly too, on its small stack and within its fuel.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use prism_bundle::Bundle;
use prism_engine::{Pipeline, Runtime, Settings};
use prism_host::config::ContextConfig;
use prism_host::context;
use prism_tests::home;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn every_vector_of_every_gate_gets_its_expected_verdict_rules_and_lines() {
    let home = home();
    let runtime = Arc::new(
        Runtime::start(&Settings {
            cache: Some(home.cwasm_dir()),
            ..Settings::default()
        })
        .unwrap(),
    );
    let pipeline = Pipeline::standard(runtime, &home.gates_dir(), "3.11", None)
        .await
        .unwrap();
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../gate-plugins");
    let mut checked = 0;
    for gate in ["contract", "static-analysis", "param-cap"] {
        let Ok(vectors) = std::fs::read_dir(plugins.join(gate).join("vectors")) else {
            continue;
        };
        for vector in vectors
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
        {
            let expected: Value =
                serde_json::from_slice(&std::fs::read(vector.join("expected.json")).unwrap())
                    .unwrap();
            // A vector may lie beyond the host's own lexical limits, which no gate ever sees; the gate's native
            // tests cover those.
            let Ok(bundle) = Bundle::open(&vector.join("bundle")) else {
                continue;
            };
            let context = context::run_context(&ContextConfig::default(), &bundle);
            let verdict = pipeline
                .judge(
                    &context::submission(&context, "", ""),
                    &bundle,
                    Duration::ZERO,
                )
                .await;
            let run = verdict.gates.iter().find(|run| run.gate == gate).unwrap();
            assert_eq!(run.fault, None, "{}: {}", vector.display(), run.reason);
            assert_eq!(
                json!(run.verdict),
                expected["verdict"],
                "{}: {run:?}",
                vector.display()
            );
            let rules: Vec<_> = run
                .evidence
                .iter()
                .map(|found| json!({"rule": found.rule, "path": found.path, "line": found.line}))
                .collect();
            assert_eq!(json!(rules), expected["rules"], "{}", vector.display());
            checked += 1;
        }
    }
    assert!(checked >= 5, "only {checked} vectors were found");
}
