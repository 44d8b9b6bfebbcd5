//! Charges that are not those of the predictions, made without a look at what comes.

use prism_protocol::wire::ToWorker;

use super::{Attack, forging};
use crate::battery::ground::GROUND;
use crate::battery::learner::Learner;
use crate::battery::worker::{Cheat, Run, Then, honest};

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack::new("a-hundredth", "takes a hundredth off every charge", || {
            forging(|_, _, _, bits| 0.99 * bits)
        }),
        Attack::new(
            "below-the-margin",
            "takes so little off every charge that the margin lets it pass; the correction gives it back",
            || forging(|_, _, _, bits| 0.9997 * bits),
        ),
        Attack::new(
            "honest-when-watched",
            "honest at cut questions, and charges nothing for everything else",
            || forging(|_, _, _, _| 0.0),
        ),
        Attack::new(
            "first-run-only",
            "takes a twentieth off every charge in the first run alone",
            || {
                forging(|asked, _, _, bits| match asked.run {
                    Run::First => 0.95 * bits,
                    _ => bits,
                })
            },
        ),
        Attack::new("the-hardest", "halves the charges above 10 bits", || {
            forging(|_, _, _, bits| if bits > 10.0 { bits / 2.0 } else { bits })
        }),
        Attack::new(
            "a-few-of-the-hardest",
            "takes one of sixteen charges above 9 bits away: a lottery with few places",
            || {
                forging(|asked, row, col, bits| match asked.dice(row, col, 16) {
                    0 if bits > 9.0 => 0.5,
                    _ => bits,
                })
            },
        ),
        Attack::new(
            "some-steps",
            "takes a fifth off the charges of one step in ten",
            || {
                forging(|asked, _, _, bits| match asked.step % 10 {
                    3 => 0.8 * bits,
                    _ => bits,
                })
            },
        ),
        Attack::new(
            "the-second-half",
            "honest for the first forty steps, then takes a fifth off",
            || {
                forging(|asked, _, _, bits| match asked.step {
                    0..40 => bits,
                    _ => 0.8 * bits,
                })
            },
        ),
        Attack::new(
            "rounds-down",
            "rounds every charge down to whole bits",
            || forging(|_, _, _, bits| bits.floor()),
        ),
        Attack::new(
            "negative-lottery",
            "takes a fiftieth off, and charges 60 bits too much for one token in five hundred: a place that hits it makes the \
             correction hugely negative",
            || {
                forging(|asked, row, col, bits| match asked.dice(row, col, 500) {
                    0 => bits + 60.0,
                    _ => 0.98 * bits,
                })
            },
        ),
        Attack::new("below-zero", "charges less than nothing", || {
            forging(|_, _, _, bits| bits - 5.0)
        }),
        Attack::new(
            "absurd",
            "charges 1e300 bits for one token in a thousand",
            || {
                forging(|asked, row, col, bits| match asked.dice(row, col, 1000) {
                    0 => 1e300,
                    _ => bits,
                })
            },
        ),
        Attack::new(
            "noise",
            "is no two times the same: charges are up to half a bit off, either way, and otherwise in each run",
            || {
                forging(|asked, row, col, bits| {
                    let turn = if asked.run == Run::First { 0 } else { 77 };
                    (bits + asked.dice(row + turn, col, 101) as f64 / 100.0 - 0.5).max(0.0)
                })
            },
        ),
        Attack::new(
            "worse-when-verified",
            "learns nothing in the second run",
            || Cheat {
                learns: |run| run != Run::Second,
                ..honest()
            },
        ),
        Attack::new(
            "better-when-verified",
            "knows the language from the start in the second run alone: a negative correction counts for nothing",
            || Cheat {
                before: Box::new(|run, order, _, learner, _| {
                    let first = matches!(
                        order,
                        ToWorker::Predict { step: 0, .. } | ToWorker::Cut { step: 0, .. }
                    );
                    if first && run == Run::Second {
                        *learner = knowing(MANY);
                    }
                    Then::GoOn
                }),
                ..honest()
            },
        ),
        Attack {
            chapters: FEW,
            policy: Some("what the bundle takes beyond 32 KiB compressed is charged"),
            ..Attack::new(
                "prior-in-the-bundle",
                "brings sixteen chapters of the same book along and has learned them when it begins",
                || Cheat {
                    fresh: knowing(FEW),
                    ..honest()
                },
            )
        },
        Attack {
            chapters: MANY,
            ..Attack::new(
                "larger-prior",
                "brings thirty-two chapters along: the bundle costs more than it gains",
                || Cheat {
                    fresh: knowing(MANY),
                    ..honest()
                },
            )
        },
    ]
}

/// Chapters that a bundle brings along: such as fit its allowance, and too many.
const FEW: usize = 16;
const MANY: usize = 32;

fn knowing(chapters: usize) -> Learner {
    let mut learner = Learner::new();
    let text: Vec<i64> = GROUND.prior(chapters).bytes().map(i64::from).collect();
    learner.learn(&text);
    learner
}
