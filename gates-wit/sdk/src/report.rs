//! What a gate answers: a decision, one sentence, evidence and facts.

use crate::evidence::{Evidence, Severity};
use crate::facts::Facts;

/// Findings a report carries at most. A hostile bundle may break a rule on every line; beyond this
/// the report says how many more there were.
pub const MAX_EVIDENCE: usize = 200;

/// Characters of a message or reason at most; what a bundle puts into one is cut here.
pub const MAX_MESSAGE_CHARS: usize = 1000;

/// What a gate decides. The pipeline combines them: reject > hold > allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing stands against the bundle.
    Allow,
    /// The bundle is at fault.
    Reject,
    /// A person, or a later retry, must decide.
    Hold,
}

/// The answer of one gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// What the gate decides.
    pub decision: Decision,
    /// One sentence; empty for a plain allow.
    pub reason: String,
    /// The findings.
    pub evidence: Vec<Evidence>,
    /// The facts it produced.
    pub facts: Facts,
}

impl Report {
    /// A plain allow.
    #[must_use]
    pub fn allow() -> Self {
        Self {
            decision: Decision::Allow,
            reason: String::new(),
            evidence: Vec::new(),
            facts: Facts::new(),
        }
    }

    /// A hold, with its reason.
    #[must_use]
    pub fn hold(reason: impl Into<String>) -> Self {
        Self {
            decision: Decision::Hold,
            reason: reason.into(),
            ..Self::allow()
        }
    }

    /// A rejection, with its reason.
    #[must_use]
    pub fn reject(reason: impl Into<String>) -> Self {
        Self {
            decision: Decision::Reject,
            reason: reason.into(),
            ..Self::allow()
        }
    }

    /// Adds a finding.
    pub fn push(&mut self, evidence: Evidence) {
        self.evidence.push(evidence);
    }

    /// Records a fact.
    pub fn fact(&mut self, name: &str, value: impl Into<crate::Value>) {
        self.facts.set(name, value);
    }

    /// Rejects when there is a finding of severity error; the reason is then the first one's place
    /// and message. A report that already rejects or holds stays as it is.
    #[must_use]
    pub fn reject_on_errors(mut self) -> Self {
        if self.decision != Decision::Allow {
            return self;
        }
        let errors = self
            .evidence
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .count();
        let Some(first) = self
            .evidence
            .iter()
            .find(|found| found.severity == Severity::Error)
        else {
            return self;
        };
        let place = match (&first.path, first.line) {
            (Some(path), Some(line)) => format!("{path}:{line}: "),
            (Some(path), None) => format!("{path}: "),
            (None, _) => String::new(),
        };
        let more = if errors > 1 {
            format!(" (and {} more)", errors - 1)
        } else {
            String::new()
        };
        self.reason = format!("{place}{}{more}", first.message);
        self.decision = Decision::Reject;
        self
    }

    /// Brings the report under the limits that every report has to keep.
    pub(crate) fn bounded(mut self) -> Self {
        if self.evidence.len() > MAX_EVIDENCE {
            // The gravest survive; a stable sort keeps them in the gate's order.
            self.evidence
                .sort_by_key(|found| std::cmp::Reverse(found.severity));
            let more = self.evidence.len() - MAX_EVIDENCE;
            self.evidence.truncate(MAX_EVIDENCE);
            cut(&mut self.reason, MAX_MESSAGE_CHARS - 40);
            self.reason
                .push_str(&format!(" [{more} more findings not listed]"));
        }
        cut(&mut self.reason, MAX_MESSAGE_CHARS);
        for found in &mut self.evidence {
            cut(&mut found.message, MAX_MESSAGE_CHARS);
        }
        self
    }
}

fn cut(text: &mut String, chars: usize) {
    if let Some((at, _)) = text.char_indices().nth(chars) {
        text.truncate(at);
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;

    #[test]
    fn errors_reject_and_warnings_do_not() {
        let mut report = Report::allow();
        report.push(Evidence::warning("r", "odd"));
        assert_eq!(report.clone().reject_on_errors().decision, Decision::Allow);
        report.push(Evidence::error("r", "bad").at("a.py", "x", 1, 1));
        report.push(Evidence::error("r", "bad too"));
        let report = report.reject_on_errors();
        assert_eq!(report.decision, Decision::Reject);
        assert_eq!(report.reason, "a.py:1: bad (and 1 more)");
    }

    #[test]
    fn a_flood_of_findings_keeps_the_gravest() {
        let mut report = Report::allow();
        (0..MAX_EVIDENCE + 4).for_each(|_| report.push(Evidence::warning("r", "w".repeat(5000))));
        report.push(Evidence::error("r", "the one"));
        let report = report.reject_on_errors().bounded();
        assert_eq!(report.evidence.len(), MAX_EVIDENCE);
        assert_eq!(report.evidence.first().unwrap().message, "the one");
        assert_eq!(
            report.evidence.last().unwrap().message.chars().count(),
            MAX_MESSAGE_CHARS + 1
        );
        assert_eq!(report.reason, "the one [5 more findings not listed]");
    }
}
