//! The rules the gate can raise.

/// The bundle is an earlier one by somebody else.
pub(crate) const DUPLICATE: &str = "prism:duplicate";

/// It resembles one so much that a person has to look.
pub(crate) const RESEMBLES: &str = "prism:resembles-earlier";

pub(crate) const ALL: [(&str, &str); 2] = [
    (
        DUPLICATE,
        "A bundle brings something of its own: its architecture or its training is not found in an earlier \
         submission by somebody else.",
    ),
    (
        RESEMBLES,
        "A bundle does not resemble an earlier submission by somebody else so much that a person has to look.",
    ),
];
