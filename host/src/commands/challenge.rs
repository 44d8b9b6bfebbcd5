//! `prism challenge`: whether one design is better than another by more than noise, over the verdicts of both on the same
//! courses and seeds. The test is `prism_verification`'s; the runs were made before (`prism run --verify --verdict`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use prism_host::verdict::{self, Document, MAX_BYTES, PAYLOAD_TYPE};
use prism_registry::Envelope;
use prism_store::records::Level;
use prism_verification::{Answer, Challenge, Look, noise};
use serde_json::json;

/// Exit status when the challenger is not better.
const NOT_BETTER: u8 = 6;
/// Exit status when more rounds must tell.
const NOT_YET: u8 = 9;

/// Says whether a challenger is better than a champion, from verified verdicts of both.
///
/// A round is a verdict of each on the same course with the same seed, matched by that. The answer is "better", "not better"
/// or "not yet, would need n more", at the level over all rounds together; looking after each round is allowed for.
/// Exit status: 0 better, 6 not better, 9 not yet, 2 usage, 1 internal error.
#[derive(clap::Args)]
pub struct Args {
    /// Verdicts of the champion, one a round
    #[arg(long, required = true, num_args = 1.., value_name = "VERDICT")]
    champion: Vec<PathBuf>,
    /// Verdicts of the challenger, one a round
    #[arg(long, required = true, num_args = 1.., value_name = "VERDICT")]
    challenger: Vec<PathBuf>,
    /// By how many bits per byte it must be better [default: the noise of the champion's verdicts on one course, of which three
    /// are needed then]
    #[arg(long, value_name = "BPB")]
    margin: Option<f64>,
    /// How often a challenger that is not better may win, over all rounds
    #[arg(long, default_value_t = 0.05)]
    level: f64,
    /// The most rounds there will be; set it before the first
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(2..=1000))]
    max_rounds: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What a round is made on: course, its bytes, and the seed.
type Round = (String, u64, u64);

/// Prints the answer.
pub fn challenge(args: Args) -> anyhow::Result<ExitCode> {
    if !(args.level > 0.0 && args.level < 0.5) {
        bail!("--level is a probability above 0 and below 0.5");
    }
    let champion = rounds(&args.champion)?;
    let challenger = rounds(&args.challenger)?;
    let differences = paired(&champion, &challenger)?;
    if differences.len() > args.max_rounds as usize {
        bail!(
            "there are {} rounds and --max-rounds is {}: the number is set before the first round",
            differences.len(),
            args.max_rounds
        );
    }
    let margin_bpb = match args.margin {
        Some(margin) if margin.is_finite() && margin >= 0.0 => margin,
        Some(_) => bail!("--margin is a number of bits per byte, 0 or more"),
        None => measured(&champion, args.level)?,
    };
    let rules = Challenge {
        margin_bpb,
        level: args.level,
        max_rounds: args.max_rounds,
    };
    let look = rules.look(&differences);
    if args.json {
        let document = json!({"rules": rules, "differences_bpb": differences, "look": look});
        println!("{}", serde_json::to_string_pretty(&document)?);
    } else {
        print(&rules, &differences, &look);
    }
    Ok(ExitCode::from(match look.answer {
        Answer::Better => 0,
        Answer::NotBetter => NOT_BETTER,
        Answer::NotYet { .. } => NOT_YET,
    }))
}

fn print(rules: &Challenge, differences: &[f64], look: &Look) {
    let answer = match look.answer {
        Answer::Better => "better".to_owned(),
        Answer::NotBetter => "not better".to_owned(),
        Answer::NotYet { more_rounds } => {
            format!("not yet, would need {more_rounds} more")
        }
    };
    println!("answer           {answer}");
    println!(
        "rounds           {} of at most {}",
        differences.len(),
        rules.max_rounds
    );
    println!(
        "difference       {:+.4} bpb (standard error {:.4}), champion minus challenger",
        look.mean, look.standard_error
    );
    println!(
        "margin           {:.4} bpb at level {}",
        rules.margin_bpb, rules.level
    );
}

/// Verified bits per byte by what they were made on.
fn rounds(paths: &[PathBuf]) -> anyhow::Result<BTreeMap<Round, f64>> {
    let mut rounds = BTreeMap::new();
    for path in paths {
        let document = read(path)?;
        let manifest = document
            .runs
            .measure
            .manifest()
            .with_context(|| path.display().to_string())?;
        if document.score.level != Level::Verified {
            bail!(
                "{}: the score is {}; only verified ones are compared (prism run --verify --verdict FILE)",
                path.display(),
                document.score.level.name()
            );
        }
        let course = manifest.course;
        let round = (course.fingerprint, course.bytes, manifest.run.seed);
        if rounds.insert(round, document.score.bpb).is_some() {
            bail!(
                "{}: a verdict on this course and seed is there already",
                path.display()
            );
        }
    }
    Ok(rounds)
}

fn read(path: &Path) -> anyhow::Result<Document> {
    let of_file = || path.display().to_string();
    let bytes = super::read_at_most(path, MAX_BYTES)?;
    let envelope = Envelope::parse(&bytes, PAYLOAD_TYPE).with_context(of_file)?;
    let read = verdict::read(envelope.payload()).with_context(of_file)?;
    match read.changed.first() {
        Some(changed) => bail!("{}: {changed}", path.display()),
        None => Ok(read.document),
    }
}

/// Champion minus challenger, a round each.
fn paired(
    champion: &BTreeMap<Round, f64>,
    challenger: &BTreeMap<Round, f64>,
) -> anyhow::Result<Vec<f64>> {
    if let Some((course, bytes, seed)) = challenger.keys().find(|one| !champion.contains_key(one)) {
        bail!(
            "the champion has no verdict on course {} ({bytes} bytes) with seed {seed}",
            course.get(..12).unwrap_or(course)
        );
    }
    let pairs = challenger.iter().filter_map(|(round, bpb)| {
        let champion = champion.get(round)?;
        Some(champion - bpb)
    });
    Ok(pairs.collect())
}

/// The noise of the champion alone: its verdicts on the course it has most of.
fn measured(champion: &BTreeMap<Round, f64>, level: f64) -> anyhow::Result<f64> {
    let mut courses: BTreeMap<(&str, u64), Vec<f64>> = BTreeMap::new();
    for ((course, bytes, _), bpb) in champion {
        courses.entry((course, *bytes)).or_default().push(*bpb);
    }
    let most = courses.into_values().max_by_key(Vec::len);
    let noise = most
        .filter(|runs| runs.len() >= 3)
        .and_then(|runs| noise(&runs, level));
    match noise {
        Some(noise) => Ok(noise.margin_bpb),
        None => bail!(
            "the champion has fewer than three verdicts on one course, so its noise is unknown: give --margin, or more of its verdicts with other seeds"
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;

    fn round(course: &str, seed: u64) -> Round {
        (course.repeat(16), 1000, seed)
    }

    #[test]
    fn rounds_are_matched_by_course_and_seed_and_none_is_left_over() {
        let champion = BTreeMap::from([(round("a", 1), 2.0), (round("b", 1), 3.0)]);
        let challenger = BTreeMap::from([(round("b", 1), 2.5), (round("a", 1), 1.9)]);
        let differences = paired(&champion, &challenger).unwrap();
        assert_eq!(differences.len(), 2);
        assert!((differences.iter().sum::<f64>() - 0.6).abs() < 1e-12);
        let alone = BTreeMap::from([(round("a", 2), 1.0)]);
        let error = paired(&champion, &alone).unwrap_err().to_string();
        assert!(error.contains("seed 2"), "{error}");
    }

    #[test]
    fn a_margin_is_measured_from_one_course_alone() {
        let mut champion = BTreeMap::from([(round("a", 1), 2.0), (round("b", 1), 3.0)]);
        champion.insert(round("b", 2), 3.1);
        let error = measured(&champion, 0.05).unwrap_err().to_string();
        assert!(error.contains("--margin"), "{error}");
        champion.insert(round("b", 3), 2.9);
        let margin = measured(&champion, 0.05).unwrap();
        // Spread 0.1, t of 2 degrees of freedom 2.92.
        assert!(
            (margin - 0.1 * 2.919_986 * 2f64.sqrt()).abs() < 1e-4,
            "{margin}"
        );
    }
}
