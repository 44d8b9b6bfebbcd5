//! The gate `duplicate-review`: is this bundle somebody else's?
//!
//! Each part of a bundle, its architecture and its training, is a set of structural features (`prism-fingerprint`)
//! without those of standard parts and published examples, which are nobody's. A bundle is a duplicate when no part
//! that has something of its own is new: each is found in one earlier submission of somebody else. So a new way to
//! train a known architecture is welcome, and so is the reverse.
//!
//! The first who submitted a part owns it. Each fingerprint is kept with the owner of each part as its own review
//! found it, so a copy never takes the place of what it copies, however often that is submitted again.

mod bundle_code;
mod comparison;
mod known;
mod note;
mod review;
mod rules;
mod search;
mod settings;

use prism_gate_sdk::corpus::{Corpus, HostCorpus};
use prism_gate_sdk::python::Sources;
use prism_gate_sdk::{Descriptor, Gate, Input, Report, export_gate};
use prism_manifest::Manifest;

use bundle_code::BundleCode;
use review::FACTS;
pub use settings::Config;

/// The gate.
#[derive(Debug)]
pub struct DuplicateReview;

impl Gate for DuplicateReview {
    type Config = Config;

    fn describe() -> Descriptor {
        let summary = "Compares what a bundle computes with earlier submissions; a copy of somebody else's is refused.";
        let mut descriptor =
            Descriptor::new("duplicate-review", env!("CARGO_PKG_VERSION"), summary)
                .capability(
                    "corpus",
                    "Asks which earlier submissions resemble this one, and keeps its fingerprint for later ones.",
                )
                .config(settings::schema());
        for (id, summary) in rules::ALL {
            descriptor = descriptor.rule(id, summary);
        }
        FACTS
            .iter()
            .fold(descriptor, |descriptor, fact| descriptor.fact(fact))
    }

    fn evaluate(input: &Input, config: &Config) -> Report {
        review(&HostCorpus, input, config)
    }
}

export_gate!(DuplicateReview);

/// Reviews a bundle with any corpus; the gate itself uses the host's.
#[must_use]
pub fn review(corpus: &impl Corpus, input: &Input, config: &Config) -> Report {
    let sources = match Sources::of(input) {
        Ok(sources) => sources,
        Err(unknown) => return review::undecided(Report::hold(unknown.to_string())),
    };
    // The contract gate refuses a bundle whose manifest can't be read; there is nothing to compare then.
    let Ok(manifest) = Manifest::from_files(input.bundle.as_map()) else {
        return review::undecided(Report::allow());
    };
    let code = BundleCode::read(input, &sources, &manifest);
    review::decide(corpus, input, &code, config)
}
