//! Runs the self-test cases natively, with their recorded answers in place of a model.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test"
)]

use prism_gate_llm_review::{Config, review};
use prism_gate_sdk::llm::{ChatModel, LlmError, Request, Response};
use prism_gate_sdk::{Value, cases};

/// Answers each function with what was recorded for it.
struct Recorded<'a>(&'a [Value]);

impl Recorded<'_> {
    fn answer(&self, function: &str) -> &Value {
        let call = self.0.iter().find(|call| call["function"] == function);
        &call.unwrap_or_else(|| panic!("nothing recorded for {function}"))["answer"]
    }
}

impl ChatModel for Recorded<'_> {
    fn delimiter(&self) -> String {
        self.answer("llm.delimiter")["ok"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn complete(&self, _request: &Request) -> Result<Response, LlmError> {
        let answer = self.answer("llm.complete");
        if let Some(why) = answer["error"]["unavailable"].as_str() {
            return Err(LlmError::Unavailable(why.to_owned()));
        }
        let text = |key: &str| answer["ok"][key].as_str().unwrap().to_owned();
        let number = |key: &str| answer["ok"][key].as_u64().unwrap().try_into().unwrap();
        Ok(Response {
            content: text("content"),
            model: text("model"),
            prompt_tokens: number("prompt_tokens"),
            completion_tokens: number("completion_tokens"),
        })
    }
}

#[test]
fn every_case_gets_its_expected_verdict_and_findings() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/cases");
    let run = cases::check(folder, |case| {
        let config: Config = serde_json::from_str(&case.config).unwrap();
        review(&Recorded(&case.host_calls), &case.input, &config)
    });
    assert!(run.unwrap() >= 3);
}
