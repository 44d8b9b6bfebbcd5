//! The archive reader: bytes as uploaded. What it accepts is closed: closing it again changes nothing.

#![no_main]

use libfuzzer_sys::fuzz_target;
use prism_bundle::Bundle;

fuzz_target!(|data: &[u8]| {
    if let Ok(bundle) = Bundle::from_zip(data) {
        let again = Bundle::from_files((**bundle.files()).clone());
        assert_eq!(again.as_ref().map(Bundle::digest), Ok(bundle.digest()));
    }
});
