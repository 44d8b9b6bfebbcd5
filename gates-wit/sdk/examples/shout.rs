//! The smallest useful gate that reads no Python; `prism gate new` makes one that does. As a component:
//! `cargo build --profile gate --target wasm32-unknown-unknown -p prism-gate-sdk --example shout`,
//! then `prism-componentize` on the module.

use prism_gate_sdk::{Descriptor, Evidence, Gate, Input, Report, export_gate, json};
use serde::Deserialize;

/// The gate.
#[derive(Debug)]
pub struct Shout;

/// Its configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Names that may shout.
    exempt: Vec<String>,
}

impl Gate for Shout {
    type Config = Config;

    fn describe() -> Descriptor {
        Descriptor::new("shout", "0.1.0", "Refuses files with an upper-case name.")
            .rule("example:no-shouting", "File names are lower case.")
            .fact("file_count")
            .config(json!({"exempt": {"type": "array", "items": {"type": "string"}}}))
    }

    fn evaluate(input: &Input, config: &Config) -> Report {
        let mut report = Report::allow();
        report.fact("file_count", input.bundle.files().count());
        for file in input.bundle.files() {
            let shouts = file.path().contains(char::is_uppercase);
            if shouts && !config.exempt.iter().any(|path| path == file.path()) {
                report.push(
                    Evidence::error("example:no-shouting", "rename it to lower case")
                        .in_file(file.path()),
                );
            }
        }
        report.reject_on_errors()
    }
}

export_gate!(Shout);
