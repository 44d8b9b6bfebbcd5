//! The upload bridge, row by row of contracts/base.md 1.5, and what a hostile caller tries.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prism_store::BlobId;
use prism_store::records::{CodeForm, State};
use sha2::{Digest, Sha256};

use super::*;

const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn post_json(fixture: &Fixture, body: impl Into<Body>) -> (StatusCode, Value) {
    let request = bridge_request()
        .header("X-Base-Verified-Hotkey", "hot")
        .header(JSON.0, JSON.1);
    fixture.send(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn only_the_exact_bearer_token_gets_in_and_it_is_asked_first() {
    let fixture = Fixture::new();
    let wrong = [
        "",
        "Bearer",
        "bearer test-token",
        "Bearer test-token ",
        "Bearer  test-token",
        "Bearer other",
        "test-token",
    ];
    for value in wrong {
        // Everything else is wrong too: the hotkey is missing and the body broken.
        let request = Request::post("/internal/v1/bridge/submissions")
            .header("Authorization", value)
            .header(JSON.0, JSON.1);
        let answer = fixture.send(request.body(Body::from("{")).unwrap()).await;
        assert_eq!(
            answer,
            (StatusCode::UNAUTHORIZED, detail("invalid internal token")),
            "{value:?}"
        );
    }
    let absent = Request::post("/internal/v1/bridge/submissions")
        .body(Body::empty())
        .unwrap();
    assert_eq!(fixture.send(absent).await.0, StatusCode::UNAUTHORIZED);
    let twice = bridge_request()
        .header("Authorization", "Bearer other")
        .header("X-Base-Verified-Hotkey", "hot");
    assert_eq!(
        fixture.send(twice.body(Body::from("PK")).unwrap()).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert!(fixture.app.store.pending().unwrap().is_empty());
}

#[tokio::test]
async fn without_a_configured_token_nobody_gets_in() {
    let fixture = Fixture::with(|config| config.shared_token_file = "/nonexistent".into());
    let request = bridge_request()
        .header("X-Base-Verified-Hotkey", "hot")
        .body(Body::from("PK"))
        .unwrap();
    assert_eq!(
        fixture.send(request).await.0,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    let empty = tempfile::NamedTempFile::new().unwrap();
    let fixture = Fixture::with(|config| config.shared_token_file = empty.path().into());
    let request = Request::get("/internal/v1/work_units")
        .header("Authorization", "Bearer ")
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        fixture.send(request).await.0,
        StatusCode::INTERNAL_SERVER_ERROR
    );
}

#[tokio::test]
async fn a_hotkey_has_1_to_128_characters() {
    let fixture = Fixture::new();
    let longest = "h".repeat(128);
    for (hotkey, kind) in [
        ("", "string_too_short"),
        (&*"h".repeat(129), "string_too_long"),
        (&*"h".repeat(300), "string_too_long"),
    ] {
        let request = bridge_request()
            .header("X-Base-Verified-Hotkey", hotkey)
            .body(Body::from("PK"))
            .unwrap();
        let (status, answer) = fixture.send(request).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer["detail"][0]["type"], kind);
        assert_eq!(
            answer["detail"][0]["loc"],
            json!(["header", "X-Base-Verified-Hotkey"])
        );
    }
    let (status, answer) = fixture
        .send(bridge_request().body(Body::from("PK")).unwrap())
        .await;
    assert_eq!(
        (status, &answer["detail"][0]["type"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("missing"))
    );
    fixture.upload(&longest).await;
}

#[tokio::test]
async fn what_is_no_json_is_a_bad_request() {
    let fixture = Fixture::new();
    let bodies: [&[u8]; 5] = [
        b"",
        b"{",
        b"{\"code\": \"x\"} y",
        b"{\"code\": \"\xff\xfe\"}",
        b"\xff\xfe{\x00",
    ];
    for bytes in bodies {
        let answer = post_json(&fixture, bytes.to_vec()).await;
        assert_eq!(
            answer,
            (StatusCode::BAD_REQUEST, detail("invalid JSON submission")),
            "{bytes:?}"
        );
    }
    let deep = "[".repeat(3000);
    assert_eq!(post_json(&fixture, deep).await.0, StatusCode::BAD_REQUEST);
    let upper = bridge_request()
        .header("X-Base-Verified-Hotkey", "hot")
        .header("Content-Type", "Application/JSON; charset=utf-8");
    assert_eq!(
        fixture.send(upper.body(Body::from("{")).unwrap()).await.0,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_json_body_outside_the_model_is_told_field_by_field() {
    let fixture = Fixture::new();
    let cases = [
        (json!({}), "code", "missing"),
        (json!({"code": ""}), "code", "string_too_short"),
        (json!({"code": 5}), "code", "string_type"),
        (
            json!({"code": "x", "filename": "a.txt"}),
            "filename",
            "string_pattern_mismatch",
        ),
        (
            json!({"code": "x", "filename": "../a.py"}),
            "filename",
            "string_pattern_mismatch",
        ),
        (
            json!({"code": "x", "filename": "a b.py"}),
            "filename",
            "string_pattern_mismatch",
        ),
        (
            json!({"code": "x", "filename": ".py"}),
            "filename",
            "string_pattern_mismatch",
        ),
        (
            json!({"code": "x", "filename": "a.py\n"}),
            "filename",
            "string_pattern_mismatch",
        ),
        (
            json!({"code": "x", "filename": null}),
            "filename",
            "string_type",
        ),
        (
            json!({"code": "x", "metadata": []}),
            "metadata",
            "dict_type",
        ),
        (json!([]), "submission", "model_type"),
    ];
    for (body, field, kind) in cases {
        let (status, answer) = post_json(&fixture, body.to_string()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer["detail"][0]["loc"], json!(["body", field]), "{body}");
        assert_eq!(answer["detail"][0]["type"], kind, "{body}");
    }
    let two = post_json(&fixture, json!({"filename": "no"}).to_string())
        .await
        .1;
    assert_eq!(two["detail"].as_array().unwrap().len(), 2);
    assert!(fixture.app.store.pending().unwrap().is_empty());
}

#[tokio::test]
async fn an_accepted_upload_is_stored_before_it_is_answered() {
    let fixture = Fixture::new();
    let (status, answer) = post_json(
        &fixture,
        json!({"code": STANDARD.encode("PK\u{3}"), "filename": "b.zip", "metadata": {"x": 1}, "extra": 2}).to_string(),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let keys: Vec<_> = answer.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        keys,
        [
            "code_hash",
            "created_at",
            "epoch_id",
            "hotkey",
            "id",
            "status"
        ]
    );
    assert_eq!(
        (&answer["hotkey"], &answer["status"]),
        (&json!("hot"), &json!("pending"))
    );
    assert_eq!(
        answer["code_hash"],
        hex::encode(Sha256::digest(STANDARD.encode("PK\u{3}")))
    );
    assert!(answer["created_at"].as_str().unwrap().ends_with('Z'));

    let id = answer["id"].as_str().unwrap();
    let source = fixture.app.store.source(id).unwrap();
    assert_eq!(
        (source.form, source.blob, source.metadata["x"].clone()),
        (CodeForm::Archive, BlobId::of(b"PK\x03"), json!(1))
    );
    assert_eq!(
        fixture.app.store.submission(id).unwrap().unwrap().state,
        State::Pending
    );
    // Each upload is a submission of its own.
    assert_ne!(fixture.upload("hot").await, fixture.upload("hot").await);
}

#[tokio::test]
async fn what_can_not_be_a_bundle_is_taken_in_as_it_came() {
    let fixture = Fixture::new();
    for (body, filename) in [
        (json!({"code": "print(1)"}), "model.py"),
        (json!({"code": "not base64!", "filename": "b.zip"}), "b.zip"),
    ] {
        let (status, answer) = post_json(&fixture, body.to_string()).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let source = fixture
            .app
            .store
            .source(answer["id"].as_str().unwrap())
            .unwrap();
        assert_eq!(
            (source.form, source.filename.as_str()),
            (CodeForm::Text, filename)
        );
        let content = fixture.app.store.blobs().get(&source.blob).unwrap();
        assert_eq!(content, body["code"].as_str().unwrap().as_bytes());
    }
}

#[tokio::test]
async fn a_raw_body_is_an_archive_unless_it_is_called_otherwise() {
    let fixture = Fixture::new();
    let names = [
        (None, "submission.zip"),
        (Some("x.zip"), "x.zip"),
        (Some("evil.exe"), "submission.zip"),
        (Some("m.py"), "m.py"),
    ];
    for (sent, stored) in names {
        let mut request = bridge_request()
            .header("X-Base-Verified-Hotkey", "hot")
            .header("X-Base-Verified-Uid", "12");
        if let Some(sent) = sent {
            request = request.header("X-Submission-Filename", sent);
        }
        let (status, answer) = fixture.send(request.body(Body::from("PK")).unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!(
            answer["code_hash"],
            hex::encode(Sha256::digest(STANDARD.encode("PK")))
        );
        let source = fixture
            .app
            .store
            .source(answer["id"].as_str().unwrap())
            .unwrap();
        assert_eq!(source.filename, stored);
        assert_eq!(
            json!(source.metadata),
            json!({"content_type": "application/octet-stream", "bridge": true})
        );
    }
    for (name, body) in [("../../etc/x.zip", "PK"), ("x y.zip", "PK"), ("x.zip", "")] {
        let request = bridge_request()
            .header("X-Base-Verified-Hotkey", "hot")
            .header("X-Submission-Filename", name);
        let (status, _) = fixture.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name:?}");
    }
}

#[tokio::test]
async fn the_size_limit_counts_the_code_text() {
    let fixture = Fixture::new();
    let large = (
        StatusCode::PAYLOAD_TOO_LARGE,
        detail("submission too large"),
    );
    let json = |bytes: usize| json!({"code": "x".repeat(bytes)}).to_string();
    assert_eq!(post_json(&fixture, json(4000)).await.0, StatusCode::OK);
    assert_eq!(post_json(&fixture, json(4001)).await, large);
    // 1,334 characters of 3 bytes.
    assert_eq!(
        post_json(&fixture, json!({"code": "€".repeat(1334)}).to_string()).await,
        large
    );
    let raw = |bytes: usize| {
        let request = bridge_request().header("X-Base-Verified-Hotkey", "hot");
        fixture.send(request.body(Body::from(vec![0; bytes])).unwrap())
    };
    assert_eq!(raw(3000).await.0, StatusCode::OK);
    assert_eq!(raw(3001).await, large);
}

#[tokio::test]
async fn a_giant_body_is_refused_without_being_read() {
    let fixture = Fixture::new();
    let announced = bridge_request()
        .header("X-Base-Verified-Hotkey", "hot")
        .header("Content-Length", "10000000000");
    let never = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    assert_eq!(
        fixture.send(announced.body(never).unwrap()).await.0,
        StatusCode::PAYLOAD_TOO_LARGE
    );

    let endless = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 1000]));
    let request = bridge_request()
        .header("X-Base-Verified-Hotkey", "hot")
        .body(Body::from_stream(endless))
        .unwrap();
    assert_eq!(fixture.send(request).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let fixture = Fixture::new();
    let never = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let request = bridge_request()
        .header("X-Base-Verified-Hotkey", "hot")
        .body(never)
        .unwrap();
    assert_eq!(fixture.send(request).await.0, StatusCode::REQUEST_TIMEOUT);
    let broken = futures::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("gone")) });
    let request = bridge_request()
        .header("X-Base-Verified-Hotkey", "hot")
        .body(Body::from_stream(broken))
        .unwrap();
    assert_eq!(fixture.send(request).await.0, StatusCode::BAD_REQUEST);
}
