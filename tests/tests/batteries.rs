//! Nothing hostile passes, nothing honest is turned away: every bundle of both batteries through the installed gates.
//!
//! `scripts/batteries` writes what came out into `docs/batteries.md`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::Path;

use prism_store::verdict::Verdict;
use prism_store::{QueuePolicy, Store};
use prism_tests::batteries::runs_page::BEGINS;
use prism_tests::batteries::{Arena, Case, Model, cases, table, turned_away};
use tokio::sync::OnceCell;

static ARENA: OnceCell<Arena> = OnceCell::const_new();
static ATTACKS: OnceCell<Vec<(Case, Verdict)>> = OnceCell::const_new();
static HONEST: OnceCell<Vec<(Case, Verdict)>> = OnceCell::const_new();

/// The verdicts on a battery, each made once for all tests of this file.
async fn judged(battery: &str) -> &'static [(Case, Verdict)] {
    let cell = if battery == "attacks" {
        &ATTACKS
    } else {
        &HONEST
    };
    cell.get_or_init(|| async {
        let arena = ARENA.get_or_init(Arena::open).await;
        let mut verdicts = Vec::new();
        for case in cases(battery) {
            let verdict = arena.judge(&case).await;
            verdicts.push((case, verdict));
        }
        verdicts
    })
    .await
}

fn none(failures: &[String]) {
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_attack_is_stopped_by_the_gate_the_rule_and_the_line_named_for_it() {
    let attacks = judged("attacks").await;
    assert!(attacks.len() >= 100, "only {} attacks", attacks.len());
    let escaped: Vec<_> = attacks
        .iter()
        .filter_map(|(case, verdict)| Some(format!("{}: {}", case.name, case.escaped(verdict)?)))
        .collect();
    none(&escaped);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_honest_bundle_is_allowed_without_a_finding() {
    let honest = judged("honest").await;
    let designs = honest
        .iter()
        .filter(|(case, _)| case.name.starts_with("design-"));
    assert!(designs.count() >= 25);
    let away: Vec<_> = honest
        .iter()
        .filter_map(|(case, verdict)| Some(format!("{}: {}", case.name, turned_away(verdict)?)))
        .collect();
    none(&away);
}

/// As on a busy day: each design by another miner, all in one corpus.
#[tokio::test(flavor = "multi_thread")]
async fn complete_designs_of_different_miners_are_no_duplicates_of_one_another() {
    let arena = ARENA.get_or_init(Arena::open).await;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &QueuePolicy::default()).unwrap();
    let mut away = Vec::new();
    for case in cases("honest") {
        if case.name.starts_with("design-") {
            let hotkey = format!("5Miner-{}", case.name);
            let verdict = arena
                .submit(&store, &hotkey, case.bundle(), Model::content())
                .await;
            away.extend(turned_away(&verdict).map(|why| format!("{}: {why}", case.name)));
        }
    }
    none(&away);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_in_the_docs_is_what_the_gates_say() {
    let page = table::page(judged("attacks").await, judged("honest").await);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/batteries.md");
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    // What follows is made by running bundles.
    let (gates, runs) = kept.split_at(kept.find(BEGINS).unwrap_or(kept.len()));
    if std::env::var_os("PRISM_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, page.clone() + runs).unwrap();
        return;
    }
    assert!(
        gates == page,
        "docs/batteries.md is not what the gates say now: run scripts/batteries and read the difference"
    );
}
