//! The gate `llm-review`: a bundle, and as the file `answer.json` what the language model says about it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use prism_gate_llm_review::{Config, LlmReview, review};
use prism_gate_sdk::llm::{ChatModel, LlmError, Request, Response};

struct Recorded(String);

impl ChatModel for Recorded {
    fn delimiter(&self) -> String {
        "00112233445566778899aabbccddeeff".to_owned()
    }

    fn complete(&self, _request: &Request) -> Result<Response, LlmError> {
        Ok(Response {
            content: self.0.clone(),
            model: self.0.chars().take(300).collect(),
            prompt_tokens: 1,
            completion_tokens: 1,
        })
    }
}

fuzz_target!(|data: &[u8]| {
    let mut files = prism_fuzz::files(data);
    let answer = files.remove("answer.json").unwrap_or_default();
    let model = Recorded(String::from_utf8_lossy(&answer).into_owned());
    let report = review(&model, &prism_fuzz::input(files), &Config::default());
    prism_fuzz::check::<LlmReview>(&report);
});
