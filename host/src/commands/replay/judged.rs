//! A run that was made again, beside the one that a verdict tells of.

use prism_protocol::manifest::{Correction, Examination, Manifest};
use prism_protocol::outcome::{Outcome, Ruling, Stopped};
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
            Comparison::Identical
                if bpb[0].map(f64::to_bits) == bpb[1].map(f64::to_bits)
                    && correction(recorded) == correction(again) =>
            {
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

/// What a second run found: by its digest alone it could have asked elsewhere.
fn correction(run: &Manifest) -> Option<&Correction> {
    run.verification.as_ref()?.correction.as_ref()
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

/// The examination of the exported state beside its record.
#[derive(Debug, Serialize)]
pub struct StateJudged {
    /// Whether the same came out.
    result: Likeness,
    /// What is made of the state: recorded, and now.
    ruling: [Option<Ruling>; 2],
    /// Bits per byte of the state on the windows served last: recorded, and now.
    windows_bpb: [Option<f64>; 2],
    /// Bits per byte of the state on the validation text; null where that text is not at hand.
    validation_bpb: [Option<f64>; 2],
}

impl StateJudged {
    /// Compares. A validation text that is not at hand leaves its numbers unchecked, which is not equal.
    pub fn of(recorded: &Examination, again: Option<&Examination>, tolerance: f64) -> Self {
        let both = [Some(recorded), again];
        let ruling = both.map(|found| found.map(|found| found.ruling));
        let windows_bpb = both.map(|found| Some(found?.windows.as_ref()?.state_bpb));
        let validation_bpb = both.map(|found| Some(found?.validation.as_ref()?.state_bpb));
        let close = |pair: [Option<f64>; 2]| match pair {
            [Some(left), Some(right)] => (left - right).abs() <= tolerance,
            [None, None] => true,
            _ => false,
        };
        let equal = again.is_some_and(|again| {
            again.windows == recorded.windows && again.validation == recorded.validation
        });
        let near = close(windows_bpb) && (validation_bpb[1].is_none() || close(validation_bpb));
        let result = match ruling[0] == ruling[1] {
            true if equal => Likeness::Equal,
            true if near => Likeness::WithinTolerance,
            _ => Likeness::Different,
        };
        Self {
            result,
            ruling,
            windows_bpb,
            validation_bpb,
        }
    }

    fn print(&self) {
        let shown = |bpb: [Option<f64>; 2]| {
            let [then, now] =
                bpb.map(|bpb| bpb.map_or("none".to_owned(), |bpb| format!("{bpb:.6}")));
            format!("{then} then, {now} now")
        };
        println!("{:<16} {}", "exported state", self.result.words());
        println!(
            "                 bpb on the last windows {}; on the validation text {}",
            shown(self.windows_bpb),
            shown(self.validation_bpb)
        );
    }
}

/// All runs of a verdict.
#[derive(Debug, Serialize)]
pub struct Outcomes {
    /// The measured one.
    measure: Judged,
    /// The second one; null where the verdict has none, or where the first already went another way.
    pub verify: Option<Judged>,
    /// The examination of the state, likewise.
    pub examine: Option<StateJudged>,
}

impl Outcomes {
    /// Of the first run alone.
    pub fn of(measure: Judged) -> Self {
        Self {
            measure,
            verify: None,
            examine: None,
        }
    }

    /// The worst of them.
    pub fn result(&self) -> Likeness {
        let verify = self.verify.as_ref().map(|judged| judged.result);
        let examine = self.examine.as_ref().map(|judged| judged.result);
        [verify, examine]
            .into_iter()
            .flatten()
            .fold(self.measure.result, Ord::max)
    }

    /// Prints them.
    pub fn print(&self) {
        self.measure.print("measured run");
        if let Some(verify) = &self.verify {
            verify.print("second run");
        }
        if let Some(examine) = &self.examine {
            examine.print();
        }
    }
}
