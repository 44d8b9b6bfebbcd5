//! A thousand swaps between two signed versions of a gate while eight clients ask for verdicts all the time.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use prism_tests::markers;
use prism_tests::swapping::{Arena, VERSIONS};

const SWAPS: usize = 1000;

#[tokio::test(flavor = "multi_thread")]
async fn no_verdict_fails_or_mixes_revisions_over_a_thousand_swaps_under_load() {
    let folder = tempfile::tempdir().unwrap();
    let arena = Arc::new(Arena::new(folder.path()));
    let swapping = async {
        for swap in 1..=SWAPS {
            arena.swap(VERSIONS[swap % 2]).await;
        }
    };
    let (answers, ()) = arena.under_load(swapping).await;
    let digests = arena.digests(SWAPS + 1).await;
    assert_eq!(digests.len(), SWAPS + 1);

    let mut seen = BTreeSet::new();
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.verdict);
        let run = answer.marker();
        assert!(run["fault"].is_null(), "{run}");
        let revision = answer.verdict["revision"].as_u64().unwrap();
        assert_eq!(
            run["digest"],
            digests[&revision].as_str(),
            "revision {revision} judged by another's gate"
        );
        // What the code itself says, not what the host believes it ran.
        assert_eq!(run["facts"][markers::FACT], run["version"], "{run}");
        seen.insert(revision);
    }
    let versions: BTreeSet<_> = answers
        .iter()
        .map(|answer| answer.marker()["version"].to_string())
        .collect();
    assert_eq!(versions.len(), 2, "both versions must have judged");
    assert!(
        seen.len() > 100,
        "only {} revisions were seen at work",
        seen.len()
    );
    assert!(answers.len() > SWAPS, "only {} verdicts", answers.len());

    // Nothing drains for ever.
    let status = arena.get("/status").await;
    assert_eq!(status["draining"].as_array().unwrap().len(), 0, "{status}");
    assert_eq!(status["places"], status["places_free"]);
}
