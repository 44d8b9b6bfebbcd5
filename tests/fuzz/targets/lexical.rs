//! The lexical rules: one Python file. What they accept is shallow enough for the parser behind them.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use prism_bundle::Bundle;
use prism_pyast::{Module, ParseErrorKind, PythonVersion};

fuzz_target!(|data: &[u8]| {
    let files = BTreeMap::from([("architecture.py".to_owned(), data.to_vec())]);
    let Ok(bundle) = Bundle::from_files(files) else {
        return;
    };
    let again = Bundle::from_files((**bundle.files()).clone());
    assert_eq!(again.as_ref().map(Bundle::digest), Ok(bundle.digest()));
    for content in bundle.files().values() {
        if let Err(error) = Module::parse("architecture.py", content, PythonVersion::PY311) {
            assert_eq!(error.kind, ParseErrorKind::Syntax, "{error}");
        }
    }
});
