//! The gate `{{name}}`: every function is short enough to be read at once.

use prism_gate_sdk::python::{Sources, functions, line_count};
use prism_gate_sdk::{Descriptor, Evidence, Gate, Input, Report, export_gate, json};
use serde::Deserialize;

const TOO_LONG: &str = "{{name}}:function-length";

struct FunctionLength;

#[derive(Deserialize)]
#[serde(default)]
struct Config {
    /// Lines of a function at most.
    max_lines: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { max_lines: 60 }
    }
}

impl Gate for FunctionLength {
    type Config = Config;

    fn describe() -> Descriptor {
        Descriptor::new("{{name}}", env!("CARGO_PKG_VERSION"), "Refuses functions that are too long.")
            .rule(TOO_LONG, "A function has no more lines than configured.")
            .fact("longest_function")
            .config(json!({"max_lines": {"type": "integer", "minimum": 1, "default": 60}}))
    }

    fn evaluate(input: &Input, config: &Config) -> Report {
        let sources = match Sources::of(input) {
            Ok(sources) => sources,
            Err(unknown) => return Report::hold(unknown.to_string()),
        };
        let mut report = Report::allow();
        let mut longest = 0;
        for module in &sources.modules {
            for function in functions(module) {
                let lines = line_count(module, function);
                longest = longest.max(lines);
                if lines > config.max_lines {
                    let message = format!("`{}` has {lines} lines, at most {}; split it", function.name, config.max_lines);
                    report.push(Evidence::error(TOO_LONG, message).at_node(module, &function.name));
                }
            }
        }
        report.fact("longest_function", longest);
        report.reject_on_errors()
    }
}

export_gate!(FunctionLength);

#[cfg(test)]
mod tests {
    use super::*;
    use prism_gate_sdk::{cases, judge};

    #[test]
    fn every_case_is_judged_as_expected() {
        let run = cases::check("cases", |case| judge::<FunctionLength>(&case.input, &case.config));
        assert!(run.unwrap() > 0);
    }
}
