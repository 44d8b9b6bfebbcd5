//! Attacks that are run, and honest bundles that train: `docs/batteries.md` says what came of each.
//!
//! The ordinary suite runs a few; `scripts/batteries` runs all and writes the page, `scripts/batteries NAME...` those
//! whose names begin so.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use prism_protocol::outcome::Outcome;
use prism_tests::batteries::cases;
use prism_tests::batteries::runs_page::{BEGINS, attack_row, honest_row, page, row_of};
use prism_tests::batteries::runtime::{Court, SANE, TOLERANCE, attacks};
use tokio::sync::OnceCell;
use tokio::task::JoinSet;

/// One of each kind: a protocol broken, a shape, a stall, a quota, a leak that gates and preflight miss, one that
/// preflight finds, the harness patched, a window that would hide bytes.
const SOME: &[&str] = &[
    "LK-01-echo-after-a-start",
    "LK-02-linear-over-time",
    "LK-15-text-in-an-error",
    "RS-06-many-files",
    "RS-11-fork-bomb",
    "SE-30-tensor-subclass",
    "SE-45-patched-clock",
    "SG-01-answer-of-its-own",
    "SG-02-forged-manifest",
    "SG-11-one-class",
    "SG-17-stops-when-best",
    "X-hung-collective",
    "OK-17-sibling-helper",
    "OK-26-exact-positions",
    "OK-29-dict-output",
    "OK-31-half-logits",
    "OK-32-dropout",
    "design-moe-topk",
];

static COURT: OnceCell<Arc<Court>> = OnceCell::const_new();

async fn court() -> Arc<Court> {
    let open = || async { Arc::new(Court::open().await) };
    Arc::clone(COURT.get_or_init(open).await)
}

/// Whether this bundle is to be run: some by default, else those that `PRISM_BATTERIES` names by how they begin.
fn chosen(name: &str) -> bool {
    match std::env::var("PRISM_BATTERIES") {
        Ok(starts) => starts
            .split_whitespace()
            .any(|start| name.starts_with(start)),
        Err(_) => SOME.contains(&name),
    }
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/batteries.md")
}

fn kept() -> String {
    std::fs::read_to_string(path()).unwrap()
}

static PAGE: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// With `PRISM_UPDATE_GOLDEN` the rows go into the page.
fn keep(rows: &BTreeMap<String, String>) {
    if std::env::var_os("PRISM_UPDATE_GOLDEN").is_none() {
        return;
    }
    let _alone = PAGE.lock().unwrap();
    let old = kept();
    let row = |name: &str| {
        let old = row_of(&old, name).map(str::to_owned);
        rows.get(name)
            .cloned()
            .or(old)
            .unwrap_or_else(|| format!("| {name} | not run yet |"))
    };
    let gates = old
        .split_once(BEGINS)
        .map_or(old.as_str(), |(gates, _)| gates);
    std::fs::write(path(), format!("{gates}{}", page(row, &cases("honest")))).unwrap();
}

fn none(failures: &[String]) {
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_attack_is_refused_fails_with_its_reason_or_gains_nothing_and_what_gains_is_named() {
    let mut work = JoinSet::new();
    for attack in attacks().into_iter().filter(|attack| chosen(&attack.name)) {
        let court = court().await;
        work.spawn(async move {
            let judged = court.judge(&attack).await;
            eprintln!("{}: {judged:?}", attack.name);
            (attack, judged)
        });
    }
    let (mut rows, mut wrong) = (BTreeMap::new(), Vec::new());
    for (attack, judged) in work.join_all().await {
        wrong.extend(
            attack
                .wrong(&judged)
                .map(|why| format!("{}: {why}", attack.name)),
        );
        let row = attack_row(&attack, &judged);
        wrong.extend(differs(&attack.name, &row));
        rows.insert(attack.name, row);
    }
    keep(&rows);
    none(&wrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn honest_bundles_train_from_end_to_end_in_the_jail() {
    let mut work = JoinSet::new();
    for honest in cases("honest")
        .into_iter()
        .filter(|honest| chosen(&honest.name))
    {
        let court = court().await;
        work.spawn(async move {
            let ran = court.train(&honest).await;
            eprintln!("{}: {ran:?}", honest.name);
            (honest, ran)
        });
    }
    let (mut rows, mut wrong) = (BTreeMap::new(), Vec::new());
    for (honest, ran) in work.join_all().await {
        match (&ran.outcome, ran.bpb) {
            (Outcome::Completed { .. }, Some(bpb)) if bpb < SANE => {
                let row = honest_row(&honest, bpb);
                wrong.extend(differs(&honest.name, &row));
                rows.insert(honest.name, row);
            }
            _ => wrong.push(format!("{}: {ran:?}", honest.name)),
        }
    }
    keep(&rows);
    none(&wrong);
}

/// Whether a row says something else than the page, apart from figures of another processor.
fn differs(name: &str, row: &str) -> Option<String> {
    if std::env::var_os("PRISM_UPDATE_GOLDEN").is_some() {
        return None;
    }
    let page = kept();
    let Some(old) = row_of(&page, name) else {
        return Some(format!(
            "{name} is not on the page: run scripts/batteries {name}"
        ));
    };
    let same = old.split(" | ").count() == row.split(" | ").count()
        && old.split(" | ").zip(row.split(" | ")).all(|(old, new)| {
            let numbers = (figure(old), figure(new));
            match numbers {
                (Some(old), Some(new)) => (old - new).abs() <= 2.0 * TOLERANCE,
                _ => old == new,
            }
        });
    (!same).then(|| format!("the page says\n  {old}\nand it is now\n  {row}"))
}

fn figure(cell: &str) -> Option<f64> {
    cell.trim_matches(['|', ' ']).parse().ok()
}

#[test]
fn the_page_has_a_row_for_every_bundle_that_is_run_and_no_other() {
    let old = kept();
    let row =
        |name: &str| row_of(&old, name).map_or_else(|| format!("no row for {name}"), str::to_owned);
    let now = page(row, &cases("honest"));
    let (_, old) = old.split_once(BEGINS).unwrap_or_default();
    assert!(
        now.strip_prefix(BEGINS) == Some(old),
        "docs/batteries.md has not a row for each bundle of tests/batteries/runtime and honest: run scripts/batteries"
    );
}
