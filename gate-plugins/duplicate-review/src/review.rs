//! From neighbours to a decision, with evidence function by function.

use std::collections::BTreeSet;

use prism_fingerprint::Part;
use prism_gate_sdk::corpus::{Corpus, CorpusError};
use prism_gate_sdk::{Evidence, Input, Report};

use crate::bundle_code::{BundleCode, OwnUnit, PARTS, place};
use crate::comparison::{Earlier, Likeness};
use crate::rules;
use crate::search;
use crate::settings::Config;

pub(crate) const FACTS: [&str; 7] = [
    "nearest_submission",
    "nearest_similarity",
    "architecture_similarity",
    "architecture_containment",
    "training_similarity",
    "training_containment",
    "matched_functions",
];

/// Findings at most.
const EVIDENCE: usize = 40;

/// Features in common from which a function is shown beside its counterpart.
const SHOWN: usize = 3;

/// A report without a comparison.
pub(crate) fn undecided(mut report: Report) -> Report {
    for fact in FACTS {
        report.facts.undecided(fact);
    }
    report
}

/// Asks the corpus and decides.
pub(crate) fn decide(
    corpus: &impl Corpus,
    input: &Input,
    code: &BundleCode,
    config: &Config,
) -> Report {
    let hotkey = input.submission.hotkey.as_str();
    let found = match search::neighbours(corpus, code, hotkey, config) {
        Ok(found) => found,
        Err(error) => return hold(&error),
    };
    let earlier: Vec<Earlier> = found
        .into_values()
        .filter_map(|neighbour| Earlier::of(code, neighbour, config))
        .collect();
    let case = Case {
        code,
        config,
        hotkey,
        earlier: &earlier,
    };
    let owners = case.owners();
    if owners.iter().any(|owner| owner != hotkey)
        && let Err(error) = search::keep(corpus, code, &owners)
    {
        return hold(&error);
    }
    case.report()
}

fn hold(error: &CorpusError) -> Report {
    let word = match error {
        CorpusError::Unavailable(_) => "corpus_unavailable",
        CorpusError::Malformed(_) => "corpus_malformed",
        CorpusError::BudgetExhausted => "corpus_budget_exhausted",
    };
    undecided(Report::hold(format!("{word}: {error}")))
}

struct Case<'a> {
    code: &'a BundleCode,
    config: &'a Config,
    hotkey: &'a str,
    earlier: &'a [Earlier],
}

impl Case<'_> {
    /// Whether a part has something of its own.
    fn counts(&self, part: Part) -> bool {
        self.code.own(part).len() >= self.config.min_features
    }

    fn others(&self) -> impl Iterator<Item = &Earlier> {
        self.earlier.iter().filter(|one| one.hotkey != self.hotkey)
    }

    /// Whether the miner submitted a part before, as the first.
    fn is_mine(&self, part: Part) -> bool {
        let mine = self.earlier.iter().filter(|one| one.hotkey == self.hotkey);
        mine.filter(|one| one.owner(part) == self.hotkey)
            .any(|one| one.is_verbatim || one.part(part).overlap >= self.config.reject_similarity)
    }

    /// How much of a part is found in an earlier submission where it is not the miner's own.
    fn found(&self, part: Part, earlier: &Earlier) -> f64 {
        if earlier.owner(part) == self.hotkey || self.is_mine(part) {
            return 0.0;
        }
        earlier.part(part).overlap
    }

    /// How much of all that has something of its own is found: the least of its parts.
    fn likeness(&self, earlier: &Earlier) -> f64 {
        let copied = earlier.is_verbatim && !self.code.is_published;
        let own = |part: &Part| earlier.owner(*part) == self.hotkey || self.is_mine(*part);
        if copied && !PARTS.iter().any(own) {
            return 1.0;
        }
        let parts = PARTS.iter().filter(|part| self.counts(**part));
        let least = parts
            .map(|part| self.found(*part, earlier))
            .fold(f64::INFINITY, f64::min);
        if least.is_finite() { least } else { 0.0 }
    }

    /// Who submitted each part first.
    fn owners(&self) -> [String; 2] {
        PARTS.map(|part| {
            let copied = |one: &&Earlier| {
                one.is_verbatim && self.likeness(one) >= 1.0
                    || self.found(part, one) >= self.config.reject_similarity
            };
            let first = self
                .others()
                .filter(copied)
                .max_by(|a, b| a.part(part).overlap.total_cmp(&b.part(part).overlap));
            first.map_or_else(|| self.hotkey.to_owned(), |one| one.owner(part).to_owned())
        })
    }

    /// The earlier submission of somebody else that is most alike. Of equal ones one that is no copy itself.
    fn nearest(&self) -> Option<(&Earlier, f64)> {
        let key = |one: &Earlier| {
            let original = PARTS.iter().all(|part| one.owner(*part) == one.hotkey);
            let parts = PARTS.map(|part| one.part(part).jaccard);
            (self.likeness(one), original, parts.iter().sum::<f64>())
        };
        // Of equal ones the last counts: the order is turned round to have the first.
        let mut others: Vec<&Earlier> = self.others().collect();
        others.reverse();
        let most = others.into_iter().max_by(|a, b| {
            let (a, b) = (key(a), key(b));
            a.0.total_cmp(&b.0)
                .then(a.1.cmp(&b.1))
                .then(a.2.total_cmp(&b.2))
        })?;
        Some((most, self.likeness(most)))
    }

    fn report(&self) -> Report {
        let Some((nearest, likeness)) = self.nearest() else {
            let mut report = undecided(Report::allow());
            report.fact("nearest_similarity", 0.0);
            report.fact("matched_functions", 0);
            return report;
        };
        let matches = self.matches(nearest);
        let id = &nearest.submission;
        let percent = (likeness * 100.0).floor();
        let mut report = if likeness >= self.config.reject_similarity {
            Report::reject(format!(
                "the bundle is submission {id}, which was taken in earlier: {percent}% of what it has of its own is \
                 found there. Submit work of your own; a new architecture or a new way to train one is enough."
            ))
        } else if likeness >= self.config.review_similarity {
            Report::hold(format!(
                "resembles_earlier: {percent}% of what the bundle has of its own is found in submission {id}, which was \
                 taken in earlier; a person has to look"
            ))
        } else {
            Report::allow()
        };
        let describe = if likeness >= self.config.reject_similarity {
            |message: String| Evidence::error(rules::DUPLICATE, message)
        } else {
            |message: String| Evidence::warning(rules::RESEMBLES, message)
        };
        if likeness >= self.config.review_similarity {
            if matches.is_empty() {
                let message = format!("both scripts are those of submission {id}, word for word");
                report.push(describe(message).in_file(&self.code.entry));
            }
            for found in matches.iter().take(EVIDENCE) {
                let mut evidence = describe(found.message(id)).in_file(&found.unit.path);
                evidence.line = Some(found.unit.line);
                report.push(evidence);
            }
        }
        report.fact("nearest_submission", id.as_str());
        report.fact("nearest_similarity", rounded(likeness));
        for (part, name) in PARTS.into_iter().zip(["architecture", "training"]) {
            let Likeness {
                jaccard, contained, ..
            } = nearest.part(part);
            report.fact(&format!("{name}_similarity"), rounded(jaccard));
            report.fact(&format!("{name}_containment"), rounded(contained));
        }
        report.fact("matched_functions", matches.len());
        report
    }

    /// Functions beside their counterparts, the largest first.
    fn matches(&self, earlier: &Earlier) -> Vec<Match<'_>> {
        let mut found = Vec::new();
        for part in PARTS {
            let noted = earlier.note.parts.get(place(part)).into_iter();
            let noted: Vec<_> = noted
                .flat_map(|part| &part.units)
                .map(|unit| (unit, unit.features().into_iter().collect::<BTreeSet<u64>>()))
                .collect();
            let units = self.code.units.iter().filter(|unit| unit.part == part);
            for unit in units {
                let common = |theirs: &BTreeSet<u64>| {
                    unit.features
                        .iter()
                        .filter(|feature| theirs.contains(feature))
                        .count()
                };
                let best = noted
                    .iter()
                    .map(|(noted, features)| (common(features), *noted))
                    .max_by_key(|(common, _)| *common);
                if let Some((common, noted)) = best.filter(|(common, _)| *common >= SHOWN) {
                    found.push(Match {
                        unit,
                        common,
                        earlier: format!("{} ({}:{})", noted.name, noted.path, noted.line),
                    });
                }
            }
        }
        found.sort_by(|a, b| {
            b.common
                .cmp(&a.common)
                .then_with(|| (&a.unit.path, a.unit.line).cmp(&(&b.unit.path, b.unit.line)))
        });
        found
    }
}

struct Match<'a> {
    unit: &'a OwnUnit,
    common: usize,
    earlier: String,
}

impl Match<'_> {
    fn message(&self, submission: &str) -> String {
        format!(
            "`{}` is {} of submission {submission}, taken in earlier: {} of its {} structural features are the same",
            self.unit.name,
            self.earlier,
            self.common,
            self.unit.features.len()
        )
    }
}

/// Three digits: more would only say how the hash fell.
fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}
