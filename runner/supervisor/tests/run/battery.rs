//! Every attack on the verified score that a worker can make, carried through the three runs by a worker in Rust that really
//! learns: none may end with a better score than the honest one, but where that is allowed and bounded.
//!
//! `scripts/batteries --native` writes `docs/native-battery.md`, which says what came of each.

#[path = "battery/attacks.rs"]
mod attacks;
#[path = "battery/ground.rs"]
pub mod ground;
#[path = "battery/judged.rs"]
mod judged;
#[path = "battery/learner.rs"]
mod learner;
#[path = "battery/worker.rs"]
mod worker;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use attacks::{Attack, TWIN, all};
use judged::{End, Judged, Verified, judge};

/// By how many standard errors a verified score may be below its twin's. At less than one in ten thousand by luck.
const ERRORS: f64 = 4.0;

/// Above this a state has learned its course by heart: `prism::scoring` counts its held-out step as failed then.
const MEMORISED_GAP: f64 = 1.0;

const HEAD: &str = "# Attacks on the verified score

Each attack is a worker in Rust that speaks the run protocol and predicts with a model that learns: counts of bytes by the two
bytes before them. It goes through the real supervisor's three runs: it is measured, run again with cut questions at secret
places, and its state is examined. The worker is **told** which run it is in, so what is defeated here is defeated where a
worker has found out. `scripts/batteries --native` runs all of them and writes this page.

An attack may end in three ways: the first run fails, the score is void, or it is verified and not better than that of the honest
twin by more than four standard errors. (A worker that leaves before any code of the bundle has run is started again.) The text is
twelve chapters of the King James Bible; 256 draws, margin 0.002 bpb at level 1e-4.
*Verified* has two standard errors (±) of the correction in it. *Learned* is how much better the exported state is than a fresh
model, on chapters that were never served; *gap* is how much worse it is there than on what was served last; above 1 the
held-out step has failed, which halves the final score. Bits per byte throughout.

";

#[test]
fn no_attack_is_worth_its_while() {
    let twin = judge(&TWIN);
    let End::Verified(honest) = &twin.end else {
        panic!("the honest twin: {:?}", twin.end)
    };
    assert!(
        twin.captured
            .is_some_and(|captured| (captured - honest.bpb).abs() < 1e-6)
    );
    assert!(honest.largest_difference < 1e-4 && honest.delta > 1.0);
    let mut page = format!(
        "{HEAD}| Attack | What it does | Came of it | Captured | Verified | ± | Learned | ± | Gap |\n\
         |---|---|---|---|---|---|---|---|---|\n{}",
        row(&TWIN, &twin)
    );
    let mut gained = Vec::new();
    let attacks = all();
    for (attack, judged) in attacks.iter().zip(judge_all(&attacks)) {
        if let End::Verified(verified) = &judged.end
            && attack.policy.is_none() == gains(verified, honest)
        {
            gained.push(format!("{}: {verified:?}", attack.name));
        }
        if let ("course-in-the-state", End::Verified(verified)) = (attack.name, &judged.end) {
            assert!(verified.gap > MEMORISED_GAP, "{verified:?}");
        }
        page += &row(attack, &judged);
    }
    assert!(gained.is_empty(), "against {honest:?}\n{gained:#?}");
    compare(&page);
}

/// Judges them, two at a time; in their order.
fn judge_all(attacks: &[Attack]) -> Vec<Judged> {
    let (next, judged) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(attack) = attacks.get(number) else {
                        return;
                    };
                    let one = judge(attack);
                    judged.lock().unwrap().insert(number, one);
                }
            });
        }
    });
    judged.into_inner().unwrap().into_values().collect()
}

/// Whether a verified score, or what the state has learned, is better than the twin's by more than can be luck.
fn gains(one: &Verified, honest: &Verified) -> bool {
    one.bpb < honest.bpb - ERRORS * one.error - 1e-6
        || one.delta > honest.delta + ERRORS * one.delta_error + 1e-6
}

fn row(attack: &Attack, judged: &Judged) -> String {
    let captured = judged
        .captured
        .map_or("-".to_owned(), |bpb| format!("{bpb:.3}"));
    let (end, rest) = match &judged.end {
        End::Pending => ("back to pending".to_owned(), "- | - | - | - | -".to_owned()),
        End::Failed(reason) => (
            format!("failed `{}`", word(reason)),
            "- | - | - | - | -".to_owned(),
        ),
        End::Void(ruling) => (
            format!("void `{}`", ruling.name()),
            "- | - | - | - | -".to_owned(),
        ),
        End::Verified(one) => {
            let end = match attack.policy {
                Some(policy) => format!("better, and allowed: {policy}"),
                None => "verified".to_owned(),
            };
            let rest = format!(
                "{:.3} | {:.3} | {:.2} | {:.2} | {:.2}",
                one.bpb, one.error, one.delta, one.delta_error, one.gap
            );
            (end, rest)
        }
    };
    let mut row = String::new();
    writeln!(
        row,
        "| {} | {} | {end} | {captured} | {rest} |",
        attack.name, attack.what
    )
    .unwrap();
    row
}

/// A reason as manifests spell it.
fn word(reason: &prism_protocol::outcome::FailReason) -> String {
    serde_json::to_value(reason)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

/// Compares with the page that is kept, or replaces it. Figures may differ a little: what an attack learns from foreign text is
/// never the same.
fn compare(page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/native-battery.md");
    if std::env::var_os("PRISM_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, page).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let equal = kept.lines().count() == page.lines().count()
        && kept
            .lines()
            .zip(page.lines())
            .all(|(one, other)| same(one, other));
    assert!(
        equal,
        "docs/native-battery.md is not what comes of the attacks now: run scripts/batteries --native and read the difference\n{page}"
    );
}

/// Whether two lines say the same but for figures that are a little apart.
fn same(one: &str, other: &str) -> bool {
    const TOLERANCE: f64 = 0.05;
    /// Columns of the standard errors of what was verified and of what was learned.
    const VERIFIED: usize = 6;
    const LEARNED: usize = 8;
    let [one, other] = [one, other].map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let error = |column: usize| {
        let cell = one.get(if column <= VERIFIED {
            VERIFIED
        } else {
            LEARNED
        });
        cell.and_then(|cell| cell.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    let close = |column: usize| match (one[column].parse::<f64>(), other[column].parse::<f64>()) {
        (Ok(left), Ok(right)) => (left - right).abs() <= TOLERANCE + ERRORS * error(column),
        _ => one[column] == other[column],
    };
    one.len() == other.len() && (0..one.len()).all(close)
}
