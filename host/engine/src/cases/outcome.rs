//! How a run differs from what its case expects.

use prism_store::verdict::{Decision, GateFault, GateRun};

use super::{Expected, Finding};
use crate::fault::in_words;

/// What came of one case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseOutcome {
    /// The case.
    pub name: String,
    /// What the gate said.
    pub run: GateRun,
    /// What it should have said else, one line each; empty when the case passed.
    pub differences: Vec<String>,
}

pub(super) fn differences(expected: &Expected, run: &GateRun) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(fault) = &run.fault
        && !(expected.verdict == Decision::Hold && was_told_so(fault, run))
    {
        out.push(format!("the gate broke: {}", in_words(fault)));
    }
    if run.verdict != expected.verdict {
        let (wanted, found) = (word(expected.verdict), word(run.verdict));
        let reason = if run.reason.is_empty() {
            String::new()
        } else {
            format!(": {}", run.reason)
        };
        out.push(format!("expected verdict {wanted}, got {found}{reason}"));
    }
    let mut missing = expected.rules.clone();
    missing.sort();
    for evidence in &run.evidence {
        let found = Finding {
            rule: evidence.rule.clone(),
            path: evidence.path.clone(),
            line: evidence.line,
        };
        match missing.iter().position(|wanted| *wanted == found) {
            Some(at) => {
                missing.remove(at);
            }
            None => out.push(format!("got {found}, not expected: {}", evidence.message)),
        }
    }
    out.extend(
        missing
            .iter()
            .map(|wanted| format!("expected {wanted}, not got")),
    );
    for (name, wanted) in &expected.facts {
        match run.facts.get(name) {
            Some(found) if found == wanted => {}
            Some(found) => out.push(format!("expected fact {name} = {wanted}, got {found}")),
            None => out.push(format!("expected fact {name} = {wanted}, got no such fact")),
        }
    }
    out
}

/// A gate that holds because the recording says that its capability was down did what it should. One whose recording
/// lacks an answer was not tested.
fn was_told_so(fault: &GateFault, run: &GateRun) -> bool {
    matches!(fault, GateFault::CapabilityDown(_))
        && run
            .host_calls
            .last()
            .is_some_and(|call| call.answer.get("error").is_some())
}

impl std::fmt::Display for Finding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.rule)?;
        match (&self.path, self.line) {
            (Some(path), Some(line)) => write!(formatter, " at {path}:{line}"),
            (Some(path), None) => write!(formatter, " in {path}"),
            (None, Some(line)) => write!(formatter, " at line {line}"),
            (None, None) => write!(formatter, " without a place"),
        }
    }
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "allow",
        Decision::Hold => "hold",
        Decision::Reject => "reject",
    }
}
