//! Findings: one violated rule at one place.

use std::collections::BTreeSet;

use prism_pyast::Position;

/// One violated rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Bundle path.
    pub path: String,
    /// Where it starts.
    pub position: Position,
    /// Rule id, one of [`crate::RULES`].
    pub rule: &'static str,
    /// What is wrong and what to write instead.
    pub message: String,
}

/// Findings without repetition: one for a rule at a place.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    /// Some file reaches `torch.jit.script`, which reads comments.
    pub(crate) scripts: bool,
    seen: BTreeSet<(String, Position, &'static str)>,
}

impl Findings {
    pub(crate) fn add(
        &mut self,
        path: &str,
        position: Position,
        rule: &'static str,
        message: String,
    ) {
        if self.seen.insert((path.to_owned(), position, rule)) {
            self.list.push(Finding {
                path: path.to_owned(),
                position,
                rule,
                message,
            });
        }
    }

    /// In the order of path and position.
    pub(crate) fn into_sorted(mut self) -> Vec<Finding> {
        self.list.sort();
        self.list
    }
}
