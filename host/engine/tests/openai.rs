//! The HTTP side of the language-model capability, against an endpoint that answers what a row says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use prism_engine::{
    AnswerFormat, ChatRequest, ChatResponse, LanguageModel, ModelError, OpenAiModel, OpenAiSettings,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

const KEY: &str = "sk-very-secret";

/// What the endpoint does, request after request; the last answer repeats.
#[derive(Clone, Copy)]
enum Answer {
    Body(u16, &'static str),
    Endless,
    Never,
}

struct Endpoint {
    url: String,
    asked: Arc<AtomicUsize>,
    last: Arc<Mutex<String>>,
}

async fn endpoint(answers: &'static [Answer]) -> Endpoint {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let (asked, last) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(Mutex::new(String::new())),
    );
    let (count, seen) = (Arc::clone(&asked), Arc::clone(&last));
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let turn = count.fetch_add(1, Ordering::SeqCst);
            let mut request = vec![0; 65_536];
            let mut length = 0;
            // The body is JSON and ends with a brace; the head says so little that reading to it is enough.
            while !request[..length].ends_with(b"}") {
                length += stream.read(&mut request[length..]).await.unwrap();
            }
            *seen.lock().await = String::from_utf8_lossy(&request[..length]).into_owned();
            match answers.get(turn).or(answers.last()).copied().unwrap() {
                Answer::Never => std::future::pending::<()>().await,
                Answer::Endless => {
                    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
                    let _ = stream.write_all(head.as_bytes()).await;
                    while stream.write_all(&[b'a'; 65_536]).await.is_ok() {}
                }
                Answer::Body(status, body) => {
                    let length = body.len();
                    let text = format!(
                        "HTTP/1.1 {status} X\r\nconnection: close\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: {length}\r\n\r\n{body}"
                    );
                    let _ = stream.write_all(text.as_bytes()).await;
                }
            }
        }
    });
    Endpoint { url, asked, last }
}

async fn ask(endpoint: &Endpoint, retries: usize) -> Result<ChatResponse, ModelError> {
    let settings = OpenAiSettings {
        url: endpoint.url.clone(),
        model: "judge-1".into(),
        key: Some(KEY.into()),
        timeout: Duration::from_millis(2_000),
        retries,
        answer_format: AnswerFormat::default(),
    };
    let model = OpenAiModel::new(settings).unwrap();
    let shown = format!("{model:?}");
    assert!(
        !shown.contains(KEY) && !shown.contains("127.0.0.1"),
        "{shown}"
    );
    let request = ChatRequest {
        system: "s".into(),
        user: "u".into(),
        answer_schema: r#"{"type": "object"}"#.into(),
        max_tokens: 7,
    };
    model.complete(request).await
}

const GOOD: Answer = Answer::Body(
    200,
    r#"{"model": "judge-1b", "choices": [{"message": {"content": "{}"}}], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}"#,
);

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_read_and_the_request_is_bound_to_the_schema() {
    let endpoint = endpoint(&[GOOD]).await;
    let answer = ask(&endpoint, 0).await.unwrap();
    let wanted = ChatResponse {
        content: "{}".into(),
        model: "judge-1b".into(),
        prompt_tokens: 3,
        completion_tokens: 2,
    };
    assert_eq!(answer, wanted);
    let request = endpoint.last.lock().await.clone();
    assert!(
        request.starts_with("POST /v1/chat/completions "),
        "{request}"
    );
    assert!(request.contains(&format!("Bearer {KEY}")), "{request}");
    let body: serde_json::Value =
        serde_json::from_str(request.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(
        body["response_format"]["json_schema"]["schema"]["type"],
        "object"
    );
    assert_eq!(body["max_tokens"], 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_is_told_in_the_form_the_endpoint_wants() {
    let endpoint = endpoint(&[GOOD]).await;
    let settings = OpenAiSettings {
        url: endpoint.url.clone(),
        model: "judge-1".into(),
        key: None,
        timeout: Duration::from_secs(10),
        retries: 0,
        answer_format: AnswerFormat::JsonObject,
    };
    let request = ChatRequest {
        system: "s".into(),
        user: "u".into(),
        answer_schema: r#"{"type": "object"}"#.into(),
        max_tokens: 7,
    };
    let model = OpenAiModel::new(settings).unwrap();
    model.complete(request).await.unwrap();
    let sent = endpoint.last.lock().await.clone();
    let body: serde_json::Value =
        serde_json::from_str(sent.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(
        body["response_format"],
        serde_json::json!({"type": "json_object", "schema": {"type": "object"}})
    );
    assert!(!sent.contains("authorization"), "{sent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn outages_are_retried_and_judgements_are_not() {
    let rows: &[(&str, &'static [Answer], Result<(), &str>, usize)] = &[
        (
            "busy, then fine",
            &[Answer::Body(429, ""), Answer::Body(503, ""), GOOD],
            Ok(()),
            3,
        ),
        (
            "always broken",
            &[Answer::Body(500, "")],
            Err("Unavailable"),
            3,
        ),
        ("a bad request", &[Answer::Body(400, "")], Err("Refused"), 1),
        (
            "a wrong key",
            &[Answer::Body(401, "")],
            Err("Unreadable"),
            1,
        ),
        (
            "no credit left",
            &[Answer::Body(402, "")],
            Err("Unreadable"),
            1,
        ),
        (
            "a redirect that would carry the key away",
            &[Answer::Body(307, "")],
            Err("Unreadable"),
            1,
        ),
        (
            "a refusal",
            &[Answer::Body(
                200,
                r#"{"choices": [{"message": {"refusal": "no"}}]}"#,
            )],
            Err("Refused"),
            1,
        ),
        (
            "no JSON",
            &[Answer::Body(200, "<html>")],
            Err("Unreadable"),
            1,
        ),
        (
            "no choices",
            &[Answer::Body(200, "{}")],
            Err("Unreadable"),
            1,
        ),
        ("an endless body", &[Answer::Endless], Err("Unreadable"), 1),
        ("silence", &[Answer::Never], Err("TimedOut"), 1),
    ];
    for (what, answers, wanted, times) in rows {
        let endpoint = endpoint(answers).await;
        match (ask(&endpoint, 2).await, wanted) {
            (Ok(_), Ok(())) => {}
            (Err(error), Err(kind)) => {
                assert!(format!("{error:?}").starts_with(kind), "{what}: {error:?}");
                assert!(
                    !error.to_string().contains(KEY) && !error.to_string().contains("127.0.0.1"),
                    "{what}: {error}"
                );
            }
            (found, _) => panic!("{what}: {found:?}"),
        }
        assert_eq!(endpoint.asked.load(Ordering::SeqCst), *times, "{what}");
    }
    let nobody = Endpoint {
        url: "http://127.0.0.1:9/v1".into(),
        ..endpoint(&[GOOD]).await
    };
    let error = ask(&nobody, 1).await.unwrap_err();
    assert!(matches!(error, ModelError::Unavailable(_)), "{error:?}");
    assert!(!error.to_string().contains("127.0.0.1"), "{error}");
}
