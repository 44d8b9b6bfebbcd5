//! What a new version of a gate may not do to those who configured the old one.

use std::collections::BTreeSet;

use prism_store::records::Descriptor;
use semver::{Comparator, Op, Version};

/// The published version that a new one must stay compatible with: the newest earlier release of the same `^` range
/// (as Cargo counts it: `^0.2.1` ends before `0.3.0`). Pre-releases promise nothing and are passed over; none when
/// the new version is one itself.
#[must_use]
pub fn previous_in_range(published: &[Version], new: &Version) -> Option<Version> {
    if !new.pre.is_empty() {
        return None;
    }
    published
        .iter()
        .filter(|version| version.pre.is_empty() && *version < new)
        .filter(|version| {
            Comparator {
                op: Op::Caret,
                major: version.major,
                minor: Some(version.minor),
                patch: Some(version.patch),
                pre: version.pre.clone(),
            }
            .matches(new)
        })
        .max()
        .cloned()
}

/// What breaks the promise of a version in the same range: a rule or fact that is gone (a threshold, a later gate or
/// a report may name it), another set of capabilities (a grant no longer fits), another id. Empty when nothing does.
#[must_use]
pub fn compatible(old: &Descriptor, new: &Descriptor) -> Vec<String> {
    let mut broken = Vec::new();
    if old.id != new.id {
        broken.push(format!(
            "the gate's id was `{}` and is `{}`",
            old.id, new.id
        ));
    }
    let rules = |of: &Descriptor| -> BTreeSet<String> {
        of.rules.iter().map(|rule| rule.id.clone()).collect()
    };
    let facts = |of: &Descriptor| -> BTreeSet<String> { of.facts.iter().cloned().collect() };
    let capabilities = |of: &Descriptor| -> BTreeSet<String> {
        of.capabilities
            .iter()
            .map(|wish| wish.name.clone())
            .collect()
    };
    for rule in rules(old).difference(&rules(new)) {
        broken.push(format!("the rule `{rule}` is gone"));
    }
    for fact in facts(old).difference(&facts(new)) {
        broken.push(format!("the fact `{fact}` is gone"));
    }
    let (before, after) = (capabilities(old), capabilities(new));
    for name in after.difference(&before) {
        broken.push(format!(
            "it asks for the capability `{name}`, which it did not before"
        ));
    }
    for name in before.difference(&after) {
        broken.push(format!("it no longer asks for the capability `{name}`"));
    }
    broken
}
