//! The gate `llm-review`: one turn with a language model over the whole source.
//!
//! The model sees what runs: no comments, no docstrings. The bundle is data behind a delimiter that
//! its author could not know; the answer is bound to a JSON schema and believed only as far as it can
//! be checked. The model can reject on its own only
//! when it is sure and every finding points at a line that exists. Whatever else happens, from a
//! refusal to an invented line, holds: a person decides, and the bundle is not to blame.

mod answer;
mod outcome;
mod prompt;
mod rules;
mod source;

use prism_gate_sdk::llm::{ChatModel, HostModel, Request};
use prism_gate_sdk::{Descriptor, Evidence, Facts, Gate, Input, Report, export_gate, json};
use serde::Deserialize;

use outcome::Hold;
pub use prompt::version as prompt_version;
use source::{CannotShow, Source};

/// The gate.
#[derive(Debug)]
pub struct LlmReview;

/// The gate's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Characters of Python source at most, comments and docstrings not counted; a longer bundle is
    /// rejected, because a review of a part would be worth nothing. 200,000 by default: some 60,000
    /// tokens a review.
    pub max_source_chars: usize,
    /// Confidence from which a verdict is believed, 0 to 1; 0.7 by default. Lower saves operators
    /// work and lets a doubtful model decide.
    pub min_confidence: f64,
    /// Upper bound on the answer, in tokens; 2,048 by default.
    pub max_answer_tokens: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_source_chars: 200_000,
            min_confidence: 0.7,
            max_answer_tokens: 2048,
        }
    }
}

const FACTS: [&str; 5] = [
    "llm_model",
    "llm_prompt_version",
    "llm_prompt_tokens",
    "llm_completion_tokens",
    "llm_confidence",
];

impl Gate for LlmReview {
    type Config = Config;

    fn describe() -> Descriptor {
        let summary = "A language model reads the whole source once; what it can't show in a line decides nothing.";
        let mut descriptor = Descriptor::new("llm-review", env!("CARGO_PKG_VERSION"), summary)
            .capability(
                "llm",
                "Shows a model the bundle's whole source, once, and asks for a verdict.",
            )
            .config(json!({
                "max_source_chars": {
                    "type": "integer", "minimum": 1, "default": 200_000,
                    "description": "Characters of source at most, without comments and docstrings; a longer bundle is rejected.",
                },
                "min_confidence": {
                    "type": "number", "minimum": 0, "maximum": 1, "default": 0.7,
                    "description": "Confidence from which a verdict is believed.",
                },
                "max_answer_tokens": {
                    "type": "integer", "minimum": 256, "default": 2048,
                    "description": "Upper bound on the answer, in tokens.",
                },
            }));
        for rule in &rules::ALL {
            descriptor = descriptor.rule(rule.id, rule.summary);
        }
        FACTS
            .iter()
            .fold(descriptor, |descriptor, fact| descriptor.fact(fact))
    }

    fn evaluate(input: &Input, config: &Config) -> Report {
        review(&HostModel, input, config)
    }
}

export_gate!(LlmReview);

/// Reviews a bundle with any model; the gate itself uses the host's.
#[must_use]
pub fn review(model: &impl ChatModel, input: &Input, config: &Config) -> Report {
    let mut facts: Facts = FACTS
        .iter()
        .map(|name| ((*name).to_owned(), json!(null)))
        .collect();
    facts.set("llm_prompt_version", prompt::version());
    let report = match Source::gather(input, config.max_source_chars) {
        Err(refusal) => refuse(input, &refusal),
        Ok(source) => ask(model, input, config, &source, &mut facts),
    };
    Report { facts, ..report }
}

fn refuse(input: &Input, refusal: &CannotShow) -> Report {
    let Some(rule) = refusal.rule() else {
        return Report::hold(refusal.to_string());
    };
    let mut report = Report::allow();
    let found = Evidence::error(rule, refusal.to_string());
    report.push(match refusal.place() {
        Some((path, position)) => found.at_line(&input.bundle, path, position.line),
        None => found,
    });
    report.reject_on_errors()
}

fn ask(
    model: &impl ChatModel,
    input: &Input,
    config: &Config,
    source: &Source<'_>,
    facts: &mut Facts,
) -> Report {
    let delimiter = model.delimiter();
    if !source.is_safe(&delimiter) {
        return Hold::BadDelimiter.into();
    }
    let request = Request {
        system: prompt::system(&delimiter),
        user: prompt::framed(source, &delimiter),
        answer_schema: answer::schema().to_string(),
        max_tokens: config.max_answer_tokens,
    };
    let response = match model.complete(&request) {
        Ok(response) => response,
        Err(error) => return Hold::from(error).into(),
    };
    facts.set("llm_model", outcome::printable(&response.model));
    facts.set("llm_prompt_tokens", response.prompt_tokens);
    facts.set("llm_completion_tokens", response.completion_tokens);
    match answer::parse(&response.content) {
        Ok(answer) => {
            facts.set("llm_confidence", answer.confidence);
            outcome::decide(&answer, &input.bundle, source, config.min_confidence)
        }
        Err(hold) => hold.into(),
    }
}
