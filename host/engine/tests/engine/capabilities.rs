//! Host calls: answered live, out of a recording, or not at all.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use prism_engine::{
    Asker, Capabilities, ChatRequest, ChatResponse, Corpus, CorpusError, Fingerprint,
    LanguageModel, Limits, ModelError, Neighbour, Recording,
};
use prism_store::verdict::{Decision, GateFault, HostCall};
use serde_json::json;

use crate::guests::{LIMITS, component, evaluate, evaluate_with, gate, load, runtime};

const SHORT: Limits = Limits {
    timeout: Duration::from_millis(300),
    ..LIMITS
};

/// Answers, is down, or never comes back.
struct Mock(&'static str);

#[async_trait::async_trait]
impl LanguageModel for Mock {
    fn name(&self) -> &str {
        "mock"
    }

    async fn complete(&self, _: ChatRequest) -> Result<ChatResponse, ModelError> {
        match self.0 {
            "pends" => std::future::pending().await,
            "down" => Err(ModelError::Unavailable("nobody listens".into())),
            "refuses" => Err(ModelError::Refused("no".into())),
            content => Ok(ChatResponse {
                content: content.into(),
                model: "m".into(),
                prompt_tokens: 1,
                completion_tokens: 1,
            }),
        }
    }
}

fn model(name: &'static str) -> Capabilities {
    Capabilities {
        model: Some(Arc::new(Mock(name))),
        ..Capabilities::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_model_can_answer_be_down_or_never_come_back() {
    let runtime = runtime();
    let gate = gate(&runtime, "asks").await;
    let down = "the language model can't be reached: nobody listens";
    for (name, fault) in [
        ("{}", None),
        ("refuses", None),
        ("down", Some(GateFault::CapabilityDown(down.into()))),
        (
            "pends",
            Some(GateFault::HostCallStalled("llm.complete".into())),
        ),
    ] {
        let run = evaluate_with(&runtime, &gate, &SHORT, &model(name)).await;
        assert_eq!((run.verdict, run.fault), (Decision::Hold, fault), "{name}");
        assert_eq!(run.host_calls.len(), usize::from(name != "pends"), "{name}");
    }
    let none = evaluate(&runtime, &gate, &SHORT).await;
    let down = GateFault::CapabilityDown("no language model is configured".into());
    assert_eq!(none.fault, Some(down));
}

/// Knows one earlier submission, or can't be read.
#[derive(Default)]
struct Earlier {
    down: bool,
    stalls: bool,
    asked: Mutex<Vec<(Asker, Fingerprint, u32)>>,
}

#[async_trait::async_trait]
impl Corpus for Earlier {
    async fn nearest(
        &self,
        asks: &Asker,
        fingerprint: &Fingerprint,
        limit: u32,
    ) -> Result<Vec<Neighbour>, CorpusError> {
        let asked = (asks.clone(), fingerprint.clone(), limit);
        self.asked.lock().unwrap().push(asked);
        if self.stalls {
            std::future::pending::<()>().await;
        }
        if self.down {
            return Err(CorpusError::Unavailable("disk".into()));
        }
        Ok(vec![
            Neighbour {
                submission: "s".into(),
                hotkey: "h".into(),
                similarity: 0.9,
                note: "n".into(),
            };
            100
        ])
    }
}

fn corpus(corpus: &Arc<Earlier>) -> Capabilities {
    Capabilities {
        corpus: Some(Arc::clone(corpus) as Arc<dyn Corpus>),
        ..Capabilities::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_corpus_answers_within_the_limits_of_the_contract() {
    let runtime = runtime();
    let gate = gate(&runtime, "resembles").await;
    let empty = evaluate(&runtime, &gate, &LIMITS).await;
    assert_eq!((empty.verdict, empty.fault), (Decision::Allow, None));
    let earlier = Arc::new(Earlier::default());
    let run = evaluate_with(&runtime, &gate, &LIMITS, &corpus(&earlier)).await;
    assert_eq!((run.verdict, run.fault), (Decision::Reject, None));
    let (_, fingerprint, limit) = earlier.asked.lock().unwrap()[0].clone();
    assert_eq!(
        (fingerprint.scheme.as_str(), fingerprint.sketch.len()),
        ("functions-1", 128)
    );
    assert_eq!(limit, 64, "never more than the contract says");
    let call = &run.host_calls[0];
    assert_eq!(call.function, "corpus.nearest");
    assert_eq!(call.request.as_ref().unwrap()["limit"], 64);
    for (down, stalls, fault) in [
        (true, false, "CapabilityDown"),
        (false, true, "HostCallStalled(\"corpus.nearest\")"),
    ] {
        let earlier = Arc::new(Earlier {
            down,
            stalls,
            ..Earlier::default()
        });
        let run = evaluate_with(&runtime, &gate, &SHORT, &corpus(&earlier)).await;
        let found = format!("{:?}", run.fault.unwrap());
        assert!(found.starts_with(fault), "{found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fingerprint_that_breaks_a_limit_never_reaches_the_corpus() {
    let runtime = runtime();
    for (what, from, to) in [
        (
            "127 values",
            "(i32.const 128)  ;; sketch",
            "(i32.const 127)  ;; sketch",
        ),
        (
            "129 values",
            "(i32.const 128)  ;; sketch",
            "(i32.const 129)  ;; sketch",
        ),
        (
            "no scheme",
            "(i32.const 11)     ;; scheme",
            "(i32.const 0)     ;; scheme",
        ),
        (
            "a long scheme",
            "(i32.const 11)     ;; scheme",
            "(i32.const 65)     ;; scheme",
        ),
        ("a loud scheme", "\"functions-1\"", "\"Functions-1\""),
        (
            "a long note",
            "(i32.const 3)  ;; note",
            "(i32.const 65537)  ;; note",
        ),
    ] {
        let bytes = component("resembles", "1.1.0", |text| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        let gate = load(&runtime, &bytes).await;
        let earlier = Arc::new(Earlier::default());
        let run = evaluate_with(&runtime, &gate, &LIMITS, &corpus(&earlier)).await;
        // The gate's own mistake, so no capability was down.
        assert_eq!((run.verdict, run.fault), (Decision::Hold, None), "{what}");
        assert!(earlier.asked.lock().unwrap().is_empty(), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seventeenth_question_to_the_corpus_is_not_asked() {
    let runtime = runtime();
    let earlier = Arc::new(Earlier::default());
    let gate = gate(&runtime, "nags").await;
    let run = evaluate_with(&runtime, &gate, &LIMITS, &corpus(&earlier)).await;
    assert_eq!((run.verdict, run.fault), (Decision::Allow, None));
    assert_eq!(earlier.asked.lock().unwrap().len(), 16);
    assert_eq!(run.host_calls.len(), 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_verdict_is_reached_again_without_what_answered() {
    let runtime = runtime();
    for (name, capabilities) in [
        ("asks", model("{}")),
        ("asks", model("down")),
        ("resembles", corpus(&Arc::new(Earlier::default()))),
        ("nags", corpus(&Arc::new(Earlier::default()))),
    ] {
        let gate = gate(&runtime, name).await;
        let mut first = evaluate_with(&runtime, &gate, &LIMITS, &capabilities).await;
        let recorded = Capabilities {
            recorded: Some(Recording::from(first.host_calls.clone())),
            ..Capabilities::default()
        };
        let mut again = evaluate_with(&runtime, &gate, &LIMITS, &recorded).await;
        (first.micros, again.micros) = (0, 0);
        assert_eq!(again, first, "{name}");
    }
}

fn written(request_hash: Option<&str>, answer: serde_json::Value) -> HostCall {
    HostCall {
        function: "llm.complete".into(),
        request_hash: request_hash.map(str::to_owned),
        request: None,
        answer,
        remembered: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_answers_by_request_then_by_hand_and_holds_when_it_has_nothing() {
    let runtime = runtime();
    let gate = gate(&runtime, "asks").await;
    let live = evaluate_with(&runtime, &gate, &LIMITS, &model("live")).await;
    let hash = live.host_calls[0].request_hash.clone().unwrap();
    let ok = |content: &str| json!({"ok": {"content": content}});
    let run = async |calls: Vec<HostCall>, model| {
        let capabilities = Capabilities {
            recorded: Some(Recording::from(calls)),
            model,
            ..Capabilities::default()
        };
        evaluate_with(&runtime, &gate, &LIMITS, &capabilities).await
    };
    let said = |run: &prism_store::verdict::GateRun| {
        run.host_calls[0].answer["ok"]["content"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let by_hash = run(
        vec![written(None, ok("hand")), written(Some(&hash), ok("hash"))],
        None,
    )
    .await;
    assert_eq!(said(&by_hash), "hash");
    let by_hand = run(
        vec![
            written(Some("other"), ok("other")),
            written(None, ok("hand")),
        ],
        None,
    )
    .await;
    assert_eq!(said(&by_hand), "hand");
    let other = vec![written(Some("other"), ok("other"))];
    let none = run(other.clone(), None).await;
    let Some(GateFault::CapabilityDown(text)) = &none.fault else {
        panic!("{:?}", none.fault);
    };
    assert!(
        text.starts_with("no recorded answer to llm.complete"),
        "{text}"
    );
    assert_eq!(none.verdict, Decision::Hold);
    let model = || Some(Arc::new(Mock("live")) as Arc<dyn LanguageModel>);
    assert_eq!(said(&run(other, model()).await), "live");
    let broken = run(vec![written(None, json!({"ok": 5}))], None).await;
    assert!(matches!(broken.fault, Some(GateFault::CapabilityDown(_))));
}
