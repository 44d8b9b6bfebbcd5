//! What is nobody's: features of standard parts and of the published examples. Made by `build.rs` with the very same
//! fingerprint, so that they can't drift from it.

use std::collections::BTreeSet;

include!(concat!(env!("OUT_DIR"), "/known.rs"));

/// Whether nobody owns a feature.
pub(crate) fn is_common(feature: u64) -> bool {
    STANDARD.binary_search(&feature).is_ok() || PUBLISHED.binary_search(&feature).is_ok()
}

/// Whether all of a bundle stands in the published examples.
pub(crate) fn is_published(features: &BTreeSet<u64>) -> bool {
    !features.is_empty()
        && features
            .iter()
            .all(|feature| PUBLISHED.binary_search(feature).is_ok())
}
