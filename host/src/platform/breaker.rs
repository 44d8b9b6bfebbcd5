//! The circuit breaker: a gate that holds too large a share of submissions by crashing raises the alarm and, when
//! the operator wants it, the revision before takes over.
//!
//! What is counted is crashes, not verdicts: a gate may reject or hold everything it sees and mean it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use prism_store::verdict::{Decision, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{Platform, lock};

/// Name under which the breaker changes things.
pub const CIRCUIT_BREAKER: &str = "circuit-breaker";

/// When the breaker trips.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BreakerConfig {
    /// Evaluations of a gate that are looked back at. Default 50.
    pub window: usize,
    /// Not before this many. Default 10: a hostile miner's few bundles that crash a gate should not move it.
    pub at_least: usize,
    /// Share of them that crashed, 0 to 1, from which on it trips. Default 0.3.
    pub share: f64,
    /// Go back to the revision before by itself. Default false: whoever can make a gate crash could then choose
    /// the gates.
    pub rollback: bool,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self {
            window: 50,
            at_least: 10,
            share: 0.3,
            rollback: false,
        }
    }
}

/// What the breaker knows of one gate in one revision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Crashes {
    /// Evaluations looked back at.
    pub evaluations: usize,
    /// Those in which the gate itself broke.
    pub crashes: usize,
    /// Whether the alarm was raised.
    pub tripped: bool,
}

/// A gate crashed too often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trip {
    gate: String,
    digest: String,
    revision: Option<u64>,
    crashes: usize,
    evaluations: usize,
    last: String,
}

#[derive(Debug, Default)]
struct Window {
    crashed: VecDeque<bool>,
    tripped: bool,
}

/// Counts crashes in memory; after a restart it counts anew.
#[derive(Debug)]
pub(super) struct Breaker {
    config: BreakerConfig,
    windows: Mutex<HashMap<(Option<u64>, String), Window>>,
}

impl Breaker {
    pub(super) fn new(config: BreakerConfig) -> Self {
        Self {
            config,
            windows: Mutex::default(),
        }
    }

    /// Counts a verdict; says when that was one crash too many, once a gate and revision.
    pub(super) fn observe(&self, verdict: &Verdict) -> Option<Trip> {
        let mut windows = lock(&self.windows);
        // Those of revisions long gone only take room.
        windows.retain(|(revision, _), _| {
            *revision >= verdict.revision.map(|number| number.saturating_sub(8))
        });
        let mut trip = None;
        for run in verdict.gates.iter().filter(|run| run.gate != "bundle") {
            let window = windows
                .entry((verdict.revision, run.digest.clone()))
                .or_default();
            // A budget that a bundle's own code spent and that was left undecided is no crash.
            let crashed = run.fault.is_some() && run.verdict != Decision::Allow;
            window.crashed.push_back(crashed);
            if window.crashed.len() > self.config.window.max(1) {
                window.crashed.pop_front();
            }
            let crashes = window.crashed.iter().filter(|crashed| **crashed).count();
            let evaluations = window.crashed.len();
            let share = crashes as f64 / evaluations as f64;
            if crashes > 0
                && !window.tripped
                && evaluations >= self.config.at_least
                && share >= self.config.share
            {
                window.tripped = true;
                trip = Some(Trip {
                    gate: run.gate.clone(),
                    digest: run.digest.clone(),
                    revision: verdict.revision,
                    crashes,
                    evaluations,
                    last: run.reason.clone(),
                });
            }
        }
        trip
    }

    /// A revision begins to judge, perhaps not for the first time: what it did before does not count.
    pub(super) fn begin(&self, revision: u64) {
        lock(&self.windows).retain(|(counted, _), _| *counted != Some(revision));
    }

    pub(super) fn crashes(&self, revision: Option<u64>, digest: &str) -> Crashes {
        let windows = lock(&self.windows);
        windows
            .get(&(revision, digest.to_owned()))
            .map_or_else(Crashes::default, |window| Crashes {
                evaluations: window.crashed.len(),
                crashes: window.crashed.iter().filter(|crashed| **crashed).count(),
                tripped: window.tripped,
            })
    }
}

impl Platform {
    /// Raises the alarm, and goes back when that is configured and the tripping revision still judges.
    pub(super) async fn tripped(self: Arc<Self>, trip: Trip) {
        tracing::error!(
            gate = trip.gate,
            digest = trip.digest,
            revision = trip.revision,
            crashes = trip.crashes,
            evaluations = trip.evaluations,
            last = trip.last,
            "a gate crashes too often"
        );
        let detail = json!({
            "gate": trip.gate, "digest": trip.digest, "revision": trip.revision, "crashes": trip.crashes,
            "evaluations": trip.evaluations, "last": trip.last, "by": CIRCUIT_BREAKER,
        });
        let noted = self
            .ask(move |store| store.note("pipeline", "gate.breaker_tripped", detail))
            .await;
        if let Err(error) = noted {
            tracing::error!(%error, "the alarm could not be stored");
        }
        if !self.breaker.config.rollback {
            return;
        }
        let why = format!(
            "{} crashed in {} of {} evaluations: {}",
            trip.gate, trip.crashes, trip.evaluations, trip.last
        );
        match self
            .roll_back_from(trip.revision, CIRCUIT_BREAKER, &why)
            .await
        {
            Ok(None) => {}
            Ok(Some(done)) => tracing::warn!(
                revision = done.revision,
                requeued = done.requeued.len(),
                "went back to the revision before"
            ),
            Err(error) => tracing::error!(%error, "could not go back to the revision before"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use prism_store::verdict::{Facts, GateFault, GateRun};

    use super::*;

    fn verdict(revision: u64, crashed: bool) -> Verdict {
        Verdict {
            verdict: Decision::Hold,
            bundle: String::new(),
            revision: Some(revision),
            context: None,
            facts: Facts::new(),
            not_evaluated: Vec::new(),
            gates: vec![GateRun {
                gate: "a".into(),
                version: "1.0.0".into(),
                digest: "d".into(),
                verdict: Decision::Hold,
                reason: "why".into(),
                fault: crashed.then_some(GateFault::OutOfFuel),
                fuel: 0,
                micros: 0,
                memory_bytes: 0,
                evidence: Vec::new(),
                facts: Facts::new(),
                log_dropped: 0,
                host_calls: Vec::new(),
            }],
        }
    }

    fn trips(verdicts: impl IntoIterator<Item = Verdict>) -> Vec<usize> {
        let breaker = Breaker::new(BreakerConfig {
            window: 10,
            at_least: 4,
            share: 0.5,
            rollback: false,
        });
        verdicts
            .into_iter()
            .enumerate()
            .filter_map(|(index, verdict)| breaker.observe(&verdict).map(|_| index))
            .collect()
    }

    #[test]
    fn it_trips_once_and_not_before_it_has_seen_enough() {
        assert_eq!(trips((0..20).map(|_| verdict(1, true))), [3]);
    }

    #[test]
    fn holding_on_purpose_is_no_crash() {
        assert!(trips((0..50).map(|_| verdict(1, false))).is_empty());
    }

    #[test]
    fn only_the_window_counts() {
        let calm = (0..30).map(|_| verdict(1, false));
        let storm = (0..5).map(|_| verdict(1, true));
        assert_eq!(trips(calm.chain(storm)), [34]);
    }

    #[test]
    fn a_revision_that_comes_back_is_watched_again() {
        let breaker = Breaker::new(BreakerConfig {
            at_least: 2,
            ..BreakerConfig::default()
        });
        let mut alarms = Vec::new();
        for round in 0..2 {
            breaker.begin(1);
            let trips = (0..5).filter(|_| breaker.observe(&verdict(1, true)).is_some());
            alarms.push((round, trips.count()));
        }
        assert_eq!(alarms, [(0, 1), (1, 1)]);
    }

    #[test]
    fn a_new_revision_begins_anew() {
        let first = (0..3).map(|_| verdict(1, true));
        let second = (0..3).map(|_| verdict(2, true));
        assert!(trips(first.chain(second)).is_empty());
    }
}
