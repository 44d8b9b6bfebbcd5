//! prism.yaml, beside the two scripts it names by default.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use prism_manifest::Manifest;

fuzz_target!(|data: &[u8]| {
    let files = BTreeMap::from([
        ("prism.yaml".to_owned(), data.to_vec()),
        ("architecture.py".to_owned(), Vec::new()),
        ("training.py".to_owned(), Vec::new()),
    ]);
    if let Ok(manifest) = Manifest::from_files(&files) {
        assert!(files.contains_key(&manifest.architecture.entrypoint));
        assert!(files.contains_key(&manifest.training.entrypoint));
    }
});
