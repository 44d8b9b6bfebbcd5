//! A run that was made again, beside the one that a verdict tells of.

use prism_protocol::manifest::Manifest;
use prism_protocol::outcome::{Outcome, Stopped};
use serde::Serialize;

use crate::commands::compare::{Comparison, digest, settings_that_differ, streams, words};

/// Whether the same came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// Stream and score, bit for bit.
    Equal,
    /// Bit for bit up to where the safety clock stopped the recorded run.
    EqualUntilClock,
    /// In the same layout, and the scores are closer than the tolerance.
    WithinTolerance,
    /// Something else.
    Different,
}

impl Likeness {
    /// Whether it counts as the same.
    pub fn same(self) -> bool {
        self != Self::Different
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Equal => "equal, bit for bit",
            Self::EqualUntilClock => "equal up to where the safety clock stopped the recorded run",
            Self::WithinTolerance => "equal within the tolerance",
            Self::Different => "DIFFERENT",
        }
    }
}

/// One run beside its record.
#[derive(Debug, Serialize)]
pub struct Judged {
    /// Whether the same came out.
    result: Likeness,
    /// The streams of charges.
    comparison: Comparison,
    /// Bits per byte: recorded, and now.
    bpb: [Option<f64>; 2],
    /// The beginning of the recorded stream's digest.
    stream: String,
}

impl Judged {
    /// Compares; scores closer than `tolerance` bits per byte count as the same where layouts are.
    pub fn of(recorded: &Manifest, again: &Manifest, tolerance: f64) -> Self {
        let mut differ = settings_that_differ(recorded, again);
        // Another torch is the very case that the tolerance is for.
        differ.retain(|setting| *setting != "torch");
        let bpb = [recorded, again].map(|run| run.parts.map(|parts| parts.bpb));
        let comparison = if differ.is_empty() {
            streams(recorded, again)
        } else {
            Comparison::NotComparable { differ }
        };
        let close = match bpb {
            [Some(left), Some(right)] => (left - right).abs() <= tolerance,
            _ => false,
        };
        let result = match &comparison {
            Comparison::Identical if bpb[0].map(f64::to_bits) == bpb[1].map(f64::to_bits) => {
                Likeness::Equal
            }
            Comparison::Different { .. } if until_clock(recorded, again) => {
                Likeness::EqualUntilClock
            }
            Comparison::Identical if close => Likeness::WithinTolerance,
            Comparison::Different { outcomes: None, .. } if close => Likeness::WithinTolerance,
            _ => Likeness::Different,
        };
        Self {
            result,
            comparison,
            bpb,
            stream: digest(recorded).to_owned(),
        }
    }

    fn print(&self, name: &str) {
        let shown = |bpb: Option<f64>| bpb.map_or("none".to_owned(), |bpb| format!("{bpb:.6}"));
        let [recorded, again] = self.bpb.map(shown);
        println!("{name:<16} {}", self.result.words());
        println!(
            "                 stream {} {}; bpb {recorded} then, {again} now",
            self.stream,
            words(&self.comparison)
        );
    }
}

/// Whether the clock stopped the recorded run and this one went the same way up to there. The recorded curve's last
/// stretch ended with the clock, so it is not compared.
fn until_clock(recorded: &Manifest, again: &Manifest) -> bool {
    let clock = Outcome::Completed {
        stopped: Stopped::SafetyClock,
    };
    let digests = &recorded.metrics.stream_digests;
    let whole = digests.split_last().map_or(&[][..], |(_, whole)| whole);
    recorded.outcome == clock
        && matches!(again.outcome, Outcome::Completed { .. })
        && !whole.is_empty()
        && again.metrics.stream_digests.starts_with(whole)
}

/// All runs of a verdict.
#[derive(Debug, Serialize)]
pub struct Outcomes {
    /// The measured one.
    pub measure: Judged,
}

impl Outcomes {
    /// The worst of them.
    pub fn result(&self) -> Likeness {
        self.measure.result
    }

    /// Prints them.
    pub fn print(&self) {
        self.measure.print("measured run");
    }
}
