//! From an answer to a report: what is believed, what holds, and why.

use prism_gate_sdk::llm::LlmError;
use prism_gate_sdk::{Bundle, Evidence, Report};
use thiserror::Error;

use crate::answer::{Answer, Finding, Verdict};
use crate::rules;
use crate::source::Source;

/// Why a review decides nothing. The text starts with a stable word for machines.
#[derive(Clone, Debug, PartialEq, Error)]
pub(crate) enum Hold {
    #[error("llm_unavailable: {0}")]
    Unavailable(String),
    #[error("llm_timed_out: the language model did not answer in time")]
    TimedOut,
    #[error("llm_refused: {0}")]
    Refused(String),
    #[error("llm_budget_exhausted: the budget for language model calls is spent")]
    Budget,
    #[error("llm_bad_delimiter: the host's delimiter is unusable or occurs in the bundle")]
    BadDelimiter,
    #[error("llm_malformed_answer: {detail}")]
    Malformed { detail: String },
    #[error("llm_invented_finding: the model points at {place}, and {why}")]
    Invented { place: String, why: &'static str },
    #[error("llm_inconsistent: {0}")]
    Inconsistent(&'static str),
    #[error("llm_unclear: {0}")]
    Unclear(String),
    #[error(
        "llm_low_confidence: the model says {verdict} with confidence {confidence:.2}, and {wanted:.2} is needed"
    )]
    LowConfidence {
        verdict: &'static str,
        confidence: f64,
        wanted: f64,
    },
}

impl From<LlmError> for Hold {
    fn from(error: LlmError) -> Self {
        match error {
            LlmError::Unavailable(why) => Self::Unavailable(printable(&why)),
            LlmError::TimedOut => Self::TimedOut,
            LlmError::Refused(why) => Self::Refused(printable(&why)),
            LlmError::BudgetExhausted => Self::Budget,
        }
    }
}

impl From<Hold> for Report {
    fn from(hold: Hold) -> Self {
        Self::hold(hold.to_string())
    }
}

/// Decides from an answer whose form is right.
pub(crate) fn decide(
    answer: &Answer,
    bundle: &Bundle,
    source: &Source<'_>,
    min_confidence: f64,
) -> Report {
    // Before anything else: who invents one finding is believed in nothing.
    if let Some(invented) = answer
        .findings
        .iter()
        .find_map(|finding| invented(finding, source))
    {
        return invented.into();
    }
    let summary = printable(&answer.summary);
    let hold = match answer.verdict {
        Verdict::Unclear => Some(Hold::Unclear(summary.clone())),
        Verdict::Reject if answer.findings.is_empty() => {
            Some(Hold::Inconsistent("the model rejects and shows no line"))
        }
        Verdict::Allow if !answer.findings.is_empty() => {
            Some(Hold::Inconsistent("the model allows and shows violations"))
        }
        _ if answer.confidence < min_confidence => {
            let verdict = if answer.verdict == Verdict::Allow {
                "allow"
            } else {
                "reject"
            };
            Some(Hold::LowConfidence {
                verdict,
                confidence: answer.confidence,
                wanted: min_confidence,
            })
        }
        Verdict::Allow | Verdict::Reject => None,
    };
    // What a held review found is there for whoever decides, but it is no proven violation.
    let describe = if hold.is_some() {
        Evidence::warning
    } else {
        Evidence::error
    };
    let mut report = match (hold, answer.verdict) {
        (Some(hold), _) => hold.into(),
        (None, Verdict::Reject) => Report::reject(summary),
        (None, _) => Report::allow(),
    };
    for finding in &answer.findings {
        let found = describe(&finding.rule, printable(&finding.message));
        report.push(found.at_line(bundle, &finding.path, finding.line));
    }
    report
}

fn invented(finding: &Finding, source: &Source<'_>) -> Option<Hold> {
    let place = format!("{}:{}", printable(&finding.path), finding.line);
    let hold = |why| Some(Hold::Invented { place, why });
    if !rules::reviewed().any(|(id, _)| id == finding.rule) {
        return hold("there is no such rule");
    }
    if !source.shows(&finding.path) {
        return hold("no such file was shown");
    }
    match source.line(&finding.path, finding.line) {
        None => hold("the file has no such line"),
        Some(line) if line.trim().is_empty() => hold("nothing runs in that line"),
        Some(_) => None,
    }
}

/// The model's words as they may be shown: it may repeat what the author wrote for terminals.
pub(crate) fn printable(text: &str) -> String {
    let harmless = |c: char| {
        let direction = matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || direction { ' ' } else { c }
    };
    text.chars()
        .take(prism_gate_sdk::MAX_MESSAGE_CHARS)
        .map(harmless)
        .collect()
}
