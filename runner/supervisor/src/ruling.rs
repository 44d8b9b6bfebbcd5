//! What a second run says of the first, and the number that follows.

use prism_course::{BundleSize, Score, ScoreError};
use prism_protocol::manifest::{Correction, Verification};
use prism_protocol::outcome::{Outcome, Ruling};

use crate::asking::Places;

/// The ruling over a first run, with the corrected number where it comes to one.
///
/// # Errors
/// When the first run's numbers are none.
pub fn rule(
    places: &Places,
    outcome: &Outcome,
    course_bytes: u64,
    bundle: &BundleSize,
) -> Result<(Verification, Option<Score>), ScoreError> {
    let (first, task) = (places.first(), places.task());
    let per_byte = |bits: f64| bits / course_bytes.max(1) as f64;
    let score = |added: f64| {
        let bits = first.parts.code_bits + added;
        Score::new(bits, first.bytes, course_bytes, bundle.bits)
    };
    let captured = score(0.0)?;
    let corrected = match places.plan() {
        Some(plan) => {
            let estimate = plan.estimate(task.level);
            let score = score(estimate.added_bits())?;
            let correction = Correction {
                verified_bpb: score.bpb,
                bpb: per_byte(estimate.correction_bits),
                standard_error_bpb: per_byte(estimate.standard_error_bits),
                lower_bound_bpb: per_byte(estimate.lower_bound_bits),
                estimate,
            };
            Some((correction, score))
        }
        None => None,
    };
    let (ruling, detail) = match (outcome, &corrected) {
        (Outcome::Completed { .. }, Some((correction, _)))
            if correction.lower_bound_bpb > task.margin_bpb =>
        {
            (
                Ruling::CapturedTooLow,
                Some(format!(
                    "at {} secret places the second run was charged {:.4} bpb more than the first had captured \
                     (standard error {:.4}); the lower bound {:.4} is above the margin of {} bpb",
                    correction.estimate.places,
                    correction.bpb,
                    correction.standard_error_bpb,
                    correction.lower_bound_bpb,
                    task.margin_bpb
                )),
            )
        }
        // A few absurd answers make the estimate too wide for a bound; what they add up to is no score all the same.
        (Outcome::Completed { .. }, Some((_, score))) if score.out_of_band() => (
            Ruling::CapturedTooLow,
            Some(format!(
                "at its secret places the second run was charged more than {} bits per byte would be",
                prism_course::MAX_BPB
            )),
        ),
        (Outcome::Completed { .. }, Some(_)) => (Ruling::Verified, None),
        (outcome, _) => (
            Ruling::NotRepeated,
            Some(match outcome {
                Outcome::Failed { reason, detail } => {
                    format!("the second run failed ({reason:?}): {detail}")
                }
                _ => "the second run opened no stream".to_owned(),
            }),
        ),
    };
    let (correction, score) = corrected.unzip();
    let verification = Verification {
        ruling,
        detail,
        seed: task.seed.clone(),
        level: task.level,
        margin_bpb: task.margin_bpb,
        captured_bpb: captured.bpb,
        first_stream_sha256: first.stream_sha256.clone(),
        correction,
        repeat_difference_bits: places.repeat_difference(),
        asking_seconds: 0.0,
    };
    let score = score.filter(|_| ruling != Ruling::NotRepeated);
    Ok((verification, score))
}
