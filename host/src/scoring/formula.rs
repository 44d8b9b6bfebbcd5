//! The formula of the final score (contracts/base.md 6.2), with what a verified run adds to it as a value of its
//! own: a provisional score is the same formula without it.

use prism_store::records::Level;

/// A tie-break never outweighs this many bits per byte.
const TIE_RESOLUTION_BPB: f64 = 0.005;

/// Largest tie-break, before the penalty.
const TIE_CAP: f64 = 0.001;

/// Gap between held-out and trained level, in bits per byte, above which a model has memorised.
const MEMORISED_GAP: f64 = 1.0;

/// What memorisation leaves of the score.
const MEMORISED_PENALTY: f64 = 0.5;

/// What the held-out step of a verified run found, in bits per byte.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeldOut {
    /// A fresh random twin, at most 8, minus the trained model, both on the validation split.
    pub delta: f64,
    /// The trained model on the validation split minus on what it was trained on.
    pub gap: f64,
}

/// How a run was checked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Check {
    /// Not yet.
    Provisional,
    /// By a second run; none when its held-out step is missing or failed, which counts as memorised.
    Verified(Option<HeldOut>),
    /// Found too low, or the exported state is not the one that was measured.
    Void,
}

/// The final score and what it is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FinalScore {
    /// How far it can be trusted.
    pub level: Level,
    /// 1 / (1 + bpb).
    pub base: f64,
    /// 1, or what memorisation leaves.
    pub penalty: f64,
    /// Between equals, in favour of who learned more.
    pub tie_break: f64,
    /// 1, or 0 for a void run.
    pub multiplier: f64,
    /// (`base` x `penalty` + `tie_break`) x `multiplier`, at least 0; higher is better.
    pub value: f64,
}

/// 1 / (1 + bpb): higher is better, 1 for a perfect predictor, 1/9 for a uniform one.
#[must_use]
pub fn base(bpb: f64) -> f64 {
    1.0 / (1.0 + bpb.max(0.0))
}

impl FinalScore {
    /// The score of `bpb` bits per byte, checked like this.
    #[must_use]
    pub fn new(bpb: f64, check: Check) -> Self {
        let (level, held_out, multiplier) = match check {
            Check::Provisional => (
                Level::Provisional,
                Some(HeldOut {
                    delta: 0.0,
                    gap: 0.0,
                }),
                1.0,
            ),
            Check::Verified(held_out) => (Level::Verified, held_out, 1.0),
            Check::Void => (Level::Void, None, 0.0),
        };
        // Not `gap > limit`: a gap that is no number fails closed too.
        let learned =
            held_out.filter(|held_out| held_out.gap <= MEMORISED_GAP && held_out.delta.is_finite());
        let penalty = if learned.is_some() {
            1.0
        } else {
            MEMORISED_PENALTY
        };
        let base = base(bpb);
        let resolution = base - self::base(bpb + TIE_RESOLUTION_BPB);
        let cap = (TIE_CAP * penalty).min(0.5 * penalty * resolution);
        let tie_break = learned.map_or(0.0, |held_out| cap * held_out.delta.tanh());
        let value = ((base * penalty + tie_break) * multiplier).max(0.0);
        Self {
            level,
            base,
            penalty,
            tie_break,
            multiplier,
            value,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp, reason = "test")]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_uniform_byte_model_scores_a_ninth_and_a_void_run_nothing() {
        assert_eq!(base(0.0), 1.0);
        let uniform = FinalScore::new(8.0, Check::Provisional);
        assert!((uniform.value - 1.0 / 9.0).abs() < 1e-12);
        assert_eq!(
            (uniform.penalty, uniform.tie_break, uniform.multiplier),
            (1.0, 0.0, 1.0)
        );
        assert_eq!(FinalScore::new(1.0, Check::Void).value, 0.0);
    }

    #[test]
    fn what_was_not_held_out_counts_as_memorised() {
        let honest = FinalScore::new(
            2.0,
            Check::Verified(Some(HeldOut {
                delta: 5.0,
                gap: 0.1,
            })),
        );
        assert_eq!(honest.penalty, 1.0);
        assert!(honest.tie_break > 0.0);
        for gap in [1.01, f64::NAN, f64::INFINITY] {
            let memorised =
                FinalScore::new(2.0, Check::Verified(Some(HeldOut { delta: 5.0, gap })));
            assert_eq!(
                (memorised.penalty, memorised.value),
                (0.5, honest.base * 0.5),
                "{gap}"
            );
        }
        assert_eq!(FinalScore::new(2.0, Check::Verified(None)).penalty, 0.5);
    }

    proptest! {
        #[test]
        fn fewer_bits_never_score_worse(bpb in 0.0f64..64.0, less in 0.0f64..10.0) {
            let (better, worse) = ((bpb - less).max(0.0), bpb);
            for check in [Check::Provisional, Check::Verified(None), Check::Void] {
                prop_assert!(FinalScore::new(better, check).value >= FinalScore::new(worse, check).value);
            }
        }

        #[test]
        fn no_tie_break_outweighs_its_resolution(
            bpb in 0.0f64..64.0, good in -20.0f64..20.0, bad in -20.0f64..20.0, gap in -5.0f64..1.0,
        ) {
            let held_out = |delta| Check::Verified(Some(HeldOut { delta, gap }));
            let better = FinalScore::new(bpb, held_out(bad));
            let worse = FinalScore::new(bpb + TIE_RESOLUTION_BPB, held_out(good));
            prop_assert!(better.value >= worse.value - 1e-15, "{better:?} {worse:?}");
        }

        #[test]
        fn learning_more_never_scores_worse(bpb in 0.0f64..64.0, delta in -20.0f64..20.0, more in 0.0f64..5.0) {
            let held_out = |delta| Check::Verified(Some(HeldOut { delta, gap: 0.0 }));
            prop_assert!(FinalScore::new(bpb, held_out(delta + more)).value >= FinalScore::new(bpb, held_out(delta)).value);
        }
    }
}
