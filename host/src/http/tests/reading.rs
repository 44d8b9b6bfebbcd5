//! Shapes of what is read, and what is not answered.

use prism_protocol::event::Progress;
use prism_protocol::wire::Api;
use prism_store::records::{Level, Ruling, Verification};
use prism_store::verdict::{Decision, Verdict};

use super::*;
use crate::state::Activity;

#[tokio::test]
async fn health_and_version_say_what_base_asks_for() {
    let fixture = Fixture::new();
    let health = json!({"status": "ok", "slug": "prism", "version": "0.1.0"});
    assert_eq!(fixture.get("/health").await, (StatusCode::OK, health));
    let (status, version) = fixture.get("/version").await;
    assert_eq!(
        (status, &version["api_version"]),
        (StatusCode::OK, &json!("1.0"))
    );
    assert_eq!(
        (&version["challenge_version"], &version["sdk_version"]),
        (&json!("0.1.0"), &json!("base-challenge-1"))
    );
    let capabilities = version["capabilities"].as_array().unwrap();
    assert!(
        ["get_weights", "proxy_routes"]
            .iter()
            .all(|wanted| capabilities.contains(&json!(wanted)))
    );
}

#[tokio::test]
async fn an_unknown_path_is_not_found_and_nothing_redirects() {
    let fixture = Fixture::new();
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v1/leaderboard/",
        "//v1/leaderboard",
        "/V1/leaderboard",
        "/v1/submissions",
        "/v1/submissions/",
        "/v1/training-variants",
        "/v1/submissions/a/b",
        "/v1/../health",
        "/internal",
        "/%2e%2e/health",
    ] {
        assert_eq!(
            fixture.get(path).await,
            (StatusCode::NOT_FOUND, detail("Not Found")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn get_routes_answer_neither_head_nor_post() {
    let fixture = Fixture::new();
    for path in [
        "/health",
        "/version",
        "/v1/leaderboard",
        "/v1/submissions/x",
        "/internal/v1/get_weights",
    ] {
        for method in ["HEAD", "POST", "DELETE", "OPTIONS"] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .body(Body::empty())
                .unwrap();
            let response = fixture.router.clone().oneshot(request).await.unwrap();
            assert_eq!(
                response.status(),
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
            assert!(
                response.headers()["allow"]
                    .to_str()
                    .unwrap()
                    .contains("GET"),
                "{method} {path}"
            );
        }
    }
    let (status, answer) = fixture.get("/internal/v1/bridge/submissions").await;
    assert_eq!(
        (status, answer),
        (StatusCode::METHOD_NOT_ALLOWED, detail("Method Not Allowed"))
    );
}

#[tokio::test]
async fn answers_are_never_compressed() {
    let fixture = Fixture::new();
    let request = Request::get("/version")
        .header("Accept-Encoding", "gzip, br, zstd")
        .body(Body::empty())
        .unwrap();
    let response = fixture.router.clone().oneshot(request).await.unwrap();
    assert!(response.headers().get("content-encoding").is_none());
    assert_eq!(body(response).await["api_version"], "1.0");
}

#[tokio::test]
async fn a_status_has_every_field_before_and_after_the_score() {
    let fixture = Fixture::new();
    let id = fixture.upload("hot").await;
    let (status, pending) = fixture.get(&format!("/v1/submissions/{id}")).await;
    assert_eq!(status, StatusCode::OK);
    for field in [
        "error",
        "final_score",
        "q_arch",
        "q_recipe",
        "anti_cheat_multiplier",
        "diversity_bonus",
        "penalty",
    ] {
        assert_eq!(pending.get(field), Some(&Value::Null), "{field}");
    }
    assert_eq!(
        (&pending["id"], &pending["status"]),
        (&json!(id), &json!("pending"))
    );
    fixture
        .app
        .store
        .claim(&QueuePolicy::default())
        .unwrap()
        .unwrap();
    assert_eq!(
        fixture.get(&format!("/v1/submissions/{id}")).await.1["status"],
        "running"
    );

    let scored = fixture.scored("hot", 0.123_456_789_123, "x", "t").await;
    let status = fixture.get(&format!("/v1/submissions/{scored}")).await.1;
    assert_eq!(
        (&status["status"], &status["final_score"]),
        (&json!("completed"), &json!(0.123_456_789))
    );
    assert_eq!(
        (&status["q_arch"], &status["q_recipe"], &status["penalty"]),
        (&json!(0.123_456_789), &json!(0.0), &json!(0.0))
    );

    let rejected = fixture.failed("hot", ReasonCode::GateRejected).await;
    let status = fixture.get(&format!("/v1/submissions/{rejected}")).await.1;
    assert_eq!(
        (&status["status"], &status["error"]),
        (
            &json!("rejected"),
            &json!("architecture.py:3: why [prism:rule]")
        )
    );
    assert_eq!(status["final_score"], Value::Null);
}

#[tokio::test]
async fn an_id_that_is_none_is_not_found() {
    let fixture = Fixture::new();
    let long = "x".repeat(5000);
    for id in ["nobody", "..%2F..%2Fetc%2Fpasswd", "%ff", "%00", &long] {
        let answer = fixture.get(&format!("/v1/submissions/{id}")).await;
        assert_eq!(
            answer,
            (StatusCode::NOT_FOUND, detail("submission not found")),
            "{id}"
        );
        let answer = fixture.get(&format!("/v1/submissions/{id}/report")).await;
        assert_eq!(
            answer,
            (StatusCode::NOT_FOUND, detail("submission not found")),
            "{id}"
        );
        let answer = fixture.get(&format!("/v1/submissions/{id}/curve")).await;
        assert_eq!(
            answer,
            (StatusCode::NOT_FOUND, detail("submission curve not found")),
            "{id}"
        );
    }
}

#[tokio::test]
async fn the_report_has_verdict_and_live_progress() {
    let fixture = Fixture::new();
    let id = fixture.upload("hot").await;
    let claim = fixture
        .app
        .store
        .claim(&QueuePolicy::default())
        .unwrap()
        .unwrap();
    let verdict = Verdict {
        verdict: Decision::Allow,
        bundle: "ab".into(),
        revision: Some(3),
        facts: [("param_count".to_owned(), json!(7))].into(),
        not_evaluated: vec![],
        gates: vec![],
        context: None,
    };
    fixture.app.store.record_verdict(&claim, &verdict).unwrap();
    let progress = Progress {
        api: Api::Fast,
        step: 3,
        steps: 9,
        bytes: 30,
        course_bytes: 90,
        bpb: 2.123_456_789,
        tokens_per_second: 10.0,
        peak_rss_bytes: None,
    };
    fixture.app.live.set(&id, Activity::Running(progress));
    let (status, report) = fixture.get(&format!("/v1/submissions/{id}/report")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (
            &report["verdict"]["revision"],
            &report["verdict"]["facts"]["param_count"]
        ),
        (&json!(3), &json!(7))
    );
    assert_eq!(
        (&report["progress"]["stage"], &report["progress"]["bpb"]),
        (&json!("running"), &json!(2.1235))
    );
    assert_eq!(
        (
            &report["submission"]["status"],
            &report["score"],
            &report["run"]
        ),
        (&json!("running"), &Value::Null, &Value::Null)
    );

    let scored = fixture.scored("hot", 0.5, "x", "t").await;
    let report = fixture
        .get(&format!("/v1/submissions/{scored}/report"))
        .await
        .1;
    assert_eq!(
        (&report["score"]["level"], &report["score"]["bpb"]),
        (&json!("provisional"), &json!(1.0))
    );
    let rejected = fixture.failed("hot", ReasonCode::GateRejected).await;
    let report = fixture
        .get(&format!("/v1/submissions/{rejected}/report"))
        .await
        .1;
    assert_eq!(report["reason"]["code"], "gate_rejected");
}

#[tokio::test]
async fn query_numbers_are_checked_as_fastapi_does() {
    let fixture = Fixture::new();
    for (path, kind) in [
        ("/v1/leaderboard?epoch_id=-1", "greater_than_equal"),
        ("/v1/leaderboard?epoch_id=x", "int_parsing"),
        ("/v1/leaderboard?epoch_id=", "int_parsing"),
        ("/v1/architectures?epoch_id=1.5", "int_parsing"),
        ("/v1/epochs?limit=0", "greater_than_equal"),
        ("/v1/epochs?limit=201", "less_than_equal"),
        (
            "/v1/health/eval-jobs?limit=99999999999999999999999",
            "less_than_equal",
        ),
        ("/v1/submissions/history?days=367", "less_than_equal"),
        ("/v1/epochs?limit=5&limit=0", "greater_than_equal"),
    ] {
        let (status, answer) = fixture.get(path).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert_eq!(
            (&answer["detail"][0]["type"], &answer["detail"][0]["loc"][0]),
            (&json!(kind), &json!("query")),
            "{path}"
        );
    }
    assert_eq!(
        fixture.get("/v1/epochs?limit=0&limit=5").await.0,
        StatusCode::OK
    );
    assert_eq!(
        fixture.get("/v1/leaderboard?other=x&%ff=%fe").await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn epochs_jobs_and_history_list_what_came_in() {
    let fixture = Fixture::new();
    assert_eq!(fixture.get("/v1/epochs").await.1, json!([]));
    let id = fixture.upload("hot").await;
    fixture.upload("hot").await;
    let current = fixture.get("/v1/epochs/current").await.1;
    assert_eq!(current["epoch_seconds"], u32::MAX);
    let epochs = fixture.get("/v1/epochs").await.1;
    assert_eq!(
        (
            epochs.as_array().unwrap().len(),
            &epochs[0]["id"],
            &epochs[0]["status"]
        ),
        (1, &current["epoch_id"], &json!("open"))
    );
    let jobs = fixture.get("/v1/health/eval-jobs?limit=200").await.1;
    assert_eq!(
        (jobs.as_array().unwrap().len(), &jobs[1]["submission_id"]),
        (2, &json!(id))
    );
    let job = &jobs[0];
    assert_eq!(
        (&job["level"], &job["status"], &job["attempts"]),
        (&json!("l1"), &json!("pending"), &json!(0))
    );
    let history = fixture.get("/v1/submissions/history?days=1").await.1;
    let days = history.as_array().unwrap();
    assert_eq!(
        days.iter()
            .map(|day| day["count"].as_u64().unwrap())
            .sum::<u64>(),
        2
    );
    assert_eq!(days[0]["date"].as_str().unwrap().len(), 10);
}

#[tokio::test]
async fn a_void_run_says_why_and_the_next_of_its_hotkey_how_long_it_waits() {
    let fixture = Fixture::new();
    let id = fixture.upload("cheat").await;
    let store = &fixture.app.store;
    let claim = store.claim(&QueuePolicy::default()).unwrap().unwrap();
    let void = Score {
        level: Level::Void,
        anti_cheat_multiplier: 0.0,
        bpb: 2.5,
        verification: Some(Verification {
            ruling: Ruling::CapturedTooLow,
            detail: Some("charged too little at 40 of 1,024 places".into()),
            captured_bpb: 0.5,
            correction_bpb: Some(2.0),
            standard_error_bpb: Some(0.010_000_000_1),
            lower_bound_bpb: Some(1.9),
            places: 1024,
            held_out: None,
            second_run: prism_store::BlobId::of(b"second"),
            examination: None,
        }),
        ..score("whoever", 0, 0.0, "a", "t")
    };
    store
        .finish(&claim, Ended::Completed(Box::new(void)))
        .unwrap();
    let (_, status) = fixture.get(&format!("/v1/submissions/{id}")).await;
    assert_eq!(status["status"], "completed");
    assert_eq!(status["error"], "charged too little at 40 of 1,024 places");
    assert_eq!(
        (&status["final_score"], &status["anti_cheat_multiplier"]),
        (&json!(0.0), &json!(0.0))
    );
    let (_, report) = fixture.get(&format!("/v1/submissions/{id}/report")).await;
    assert_eq!(report["reason"]["code"], "captured_too_low");
    let shown = &report["score"];
    assert_eq!(
        (&shown["level"], &shown["bpb"]),
        (&json!("void"), &json!(2.5))
    );
    assert_eq!(shown["verification"]["ruling"], "captured_too_low");
    assert_eq!(shown["verification"]["standard_error_bpb"], 0.01);
    let (_, board) = fixture.get("/v1/leaderboard").await;
    assert_eq!(board["entries"], json!([]));

    for (hotkey, waits) in [("cheat", true), ("honest", false)] {
        let next = fixture.upload(hotkey).await;
        let (_, status) = fixture.get(&format!("/v1/submissions/{next}")).await;
        let told = status["error"].as_str().unwrap_or_default();
        assert_eq!(told.contains("was found void"), waits, "{status}");
        let (_, report) = fixture.get(&format!("/v1/submissions/{next}/report")).await;
        assert_eq!(report["cooldown_until"].is_string(), waits, "{report}");
    }
}
