//! What answers a gate's host calls: one module a capability, and what they share. Each call is counted, answered
//! out of a recording or by the live thing, and recorded with the run.

pub(crate) mod corpus;
mod ledger;
mod llm;

use std::future::Future;
use std::sync::Arc;

use prism_store::verdict::HostCall;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::llm::LanguageModel;
use crate::recording::{Recording, Tape};
use corpus::Corpus;
pub use ledger::Ledger;

pub(crate) use corpus::CALLS as CORPUS_CALLS;
pub(crate) use llm::{CALLS as LLM_CALLS, COMPLETE as LLM_COMPLETE};

/// What the host calls of one evaluation are answered with. A recorded answer comes first; where there is none
/// the live thing is asked, and where that is missing too the capability is down.
#[derive(Clone, Default)]
pub struct Capabilities {
    /// Answers `llm`.
    pub model: Option<Arc<dyn LanguageModel>>,
    /// Books what the model is asked and remembers its answers; without one every call is made, and none counted.
    pub ledger: Option<Arc<dyn Ledger>>,
    /// Answers `corpus`; without one, and without a recording, nothing resembles the bundle.
    pub corpus: Option<Arc<dyn Corpus>>,
    /// Answers both, as they were answered before.
    pub recorded: Option<Recording>,
}

impl std::fmt::Debug for Capabilities {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Capabilities")
            .field("model", &self.model.is_some())
            .field("ledger", &self.ledger.is_some())
            .field("corpus", &self.corpus.is_some())
            .field("recorded", &self.recorded)
            .finish()
    }
}

/// An answer as it is recorded: `{"ok": ...}` or `{"error": ...}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Answer<T> {
    Ok(T),
    Error(Failure),
}

/// Why there is no answer. What the gate did wrong itself is not recorded: it does it again in a replay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Failure {
    /// The text is for people.
    Unavailable(String),
    TimedOut,
    /// The operator's budget is spent; it comes back by itself.
    BudgetExhausted,
    /// The text is for people. It is a judgement, not an outage.
    Refused(String),
}

/// The host calls of one evaluation.
pub(crate) struct Calls {
    /// Every answered one, in order.
    pub(crate) made: Vec<HostCall>,
    /// The one that is being answered right now.
    pub(crate) under_way: Option<&'static str>,
    /// Why a capability could not answer, when it could not.
    pub(crate) down: Option<String>,
    tape: Option<Tape>,
}

impl Calls {
    pub(crate) fn new(recorded: Option<&Recording>) -> Self {
        Self {
            made: Vec::new(),
            under_way: None,
            down: None,
            tape: recorded.map(Recording::rewound),
        }
    }

    /// Answers one call: recorded, live, or not at all. `live` is what would be waited for, if there is anything to
    /// ask, and says whether its answer was remembered; `keeps_request` says whether the request itself is worth
    /// recording.
    pub(crate) async fn answer<T: Serialize + DeserializeOwned>(
        &mut self,
        function: &'static str,
        hash: String,
        keeps_request: Option<Value>,
        live: Option<impl Future<Output = (Answer<T>, bool)>>,
    ) -> Answer<T> {
        let recorded = self
            .tape
            .as_mut()
            .and_then(|tape| tape.next(function, Some(&hash)));
        let (answer, remembered) = match (recorded, live) {
            (Some(answer), _) => {
                let answer = serde_json::from_value(answer).unwrap_or_else(|error| {
                    Answer::Error(Failure::Unavailable(format!(
                        "the recorded answer to {function} can't be read: {error}"
                    )))
                });
                (answer, false)
            }
            (None, Some(live)) => {
                self.under_way = Some(function);
                let answer = live.await;
                self.under_way = None;
                answer
            }
            (None, None) => {
                let text = format!("no recorded answer to {function} for the request {hash}");
                self.down = Some(text.clone());
                // Nothing was answered, so there is nothing to record.
                return Answer::Error(Failure::Unavailable(text));
            }
        };
        match &answer {
            Answer::Error(Failure::Unavailable(text)) => self.down = Some(text.clone()),
            Answer::Error(Failure::TimedOut) => {
                self.down = Some(format!("{function} was not answered in time"));
            }
            Answer::Error(Failure::BudgetExhausted) => {
                self.down = Some(format!("the budget for {function} is spent for today"));
            }
            Answer::Ok(_) | Answer::Error(Failure::Refused(_)) => {}
        }
        self.made.push(HostCall {
            function: function.into(),
            request_hash: Some(hash),
            request: keeps_request,
            // A map of plain values always becomes JSON.
            answer: serde_json::to_value(&answer).unwrap_or(Value::Null),
            remembered,
        });
        answer
    }

    /// Whether a missing live answer is to be made up for by the recording alone.
    pub(crate) fn is_replay(&self) -> bool {
        self.tape.is_some()
    }

    /// The recorded value of a call that asks nothing, else a fresh one; recorded either way.
    pub(crate) fn value(
        &mut self,
        function: &'static str,
        fresh: impl FnOnce() -> String,
    ) -> String {
        let recorded = self
            .tape
            .as_mut()
            .and_then(|tape| tape.next(function, None))
            .and_then(|answer| Some(answer.get("ok")?.as_str()?.to_owned()));
        let value = recorded.unwrap_or_else(fresh);
        self.made.push(HostCall {
            function: function.into(),
            request_hash: None,
            request: None,
            answer: serde_json::json!({ "ok": value }),
            remembered: false,
        });
        value
    }
}
