//! Leaderboard, architectures, weights.

use super::*;

#[tokio::test]
async fn the_leaderboard_is_of_the_current_epoch_unless_another_is_asked_for() {
    let fixture = Fixture::new();
    let worse = fixture.scored("a", 0.3, "x", "t").await;
    let best = fixture.scored("b", 0.6, "y", "t").await;
    fixture.scored("b", 0.2, "y", "t").await;
    fixture.failed("c", ReasonCode::GateRejected).await;
    let (status, board) = fixture.get("/v1/leaderboard").await;
    let expected = json!({
        "epoch_id": 0,
        "entries": [
            {"rank": 1, "hotkey": "b", "score": 0.6, "submission_id": best},
            {"rank": 2, "hotkey": "a", "score": 0.3, "submission_id": worse},
        ],
    });
    assert_eq!((status, board), (StatusCode::OK, expected));
    assert_eq!(
        fixture.get("/v1/leaderboard?epoch_id=7").await.1,
        json!({"epoch_id": 7, "entries": []})
    );
}

#[tokio::test]
async fn provisional_scores_are_shown_but_neither_rank_nor_earn_by_default() {
    let fixture = Fixture::with(|config| config.rank = Rank::Verified);
    let id = fixture.scored("a", 0.3, "x", "t").await;
    assert_eq!(
        fixture.get(&format!("/v1/submissions/{id}")).await.1["final_score"],
        0.3
    );
    assert_eq!(fixture.get("/v1/leaderboard").await.1["entries"], json!([]));
    assert_eq!(
        fixture.get("/v1/architectures").await.1["architectures"],
        json!([])
    );
    assert_eq!(
        fixture.internal("/internal/v1/get_weights").await.1["weights"],
        json!({})
    );
}

#[tokio::test]
async fn scores_of_another_course_leave_the_boards() {
    let fixture = Fixture::new();
    fixture.scored("a", 0.3, "x", "t").await;
    fixture.app.store.use_course("next", "official", 9).unwrap();
    assert_eq!(fixture.get("/v1/leaderboard").await.1["entries"], json!([]));
    fixture
        .app
        .store
        .use_course("course", "practice", 8)
        .unwrap();
    assert_eq!(
        fixture.get("/v1/leaderboard").await.1["entries"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn the_leaderboard_ends_after_fifty() {
    let fixture = Fixture::new();
    for n in 0..52u32 {
        fixture
            .scored(&format!("h{n}"), f64::from(n) / 100.0, "x", "t")
            .await;
    }
    let entries = fixture.get("/v1/leaderboard").await.1["entries"].clone();
    assert_eq!(
        (entries.as_array().unwrap().len(), &entries[49]["rank"]),
        (50, &json!(50))
    );
}

#[tokio::test]
async fn architectures_and_their_variants_have_the_contract_shape() {
    let fixture = Fixture::new();
    assert_eq!(
        fixture.get("/v1/architectures").await.1,
        json!({"epoch_id": 0, "architectures": []})
    );
    fixture.scored("founder", 0.3, "x", "t1").await;
    let best = fixture.scored("trainer", 0.6, "x", "t2").await;
    let list = fixture.get("/v1/architectures").await.1;
    let family = &list["architectures"][0];
    assert_eq!(
        (
            &family["rank"],
            &family["architecture_id"],
            &family["owner_hotkey"]
        ),
        (&json!(1), &json!("x"), &json!("founder"))
    );
    assert_eq!(
        (&family["best_submission_id"], &family["best_final_score"]),
        (&json!(best), &json!(0.6))
    );
    assert_eq!(
        (&family["variant_count"], &family["submission_count"]),
        (&json!(2), &json!(2))
    );
    let detail_row = fixture.get("/v1/architectures/x").await.1;
    assert!(detail_row.get("rank").is_none() && detail_row["first_seen_at"].is_string());
    let variants = fixture.get("/v1/architectures/x/variants").await.1;
    let current: Vec<_> = variants["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["is_current_best"].clone())
        .collect();
    assert_eq!(current, [json!(true), json!(false)]);
    assert_eq!(variants["variants"][0]["owner_hotkey"], "trainer");
    for path in [
        "/v1/architectures/nobody",
        "/v1/architectures/nobody/variants",
        "/v1/architectures/%ff",
    ] {
        assert_eq!(
            fixture.get(path).await,
            (StatusCode::NOT_FOUND, detail("architecture not found"))
        );
    }
    assert_eq!(
        fixture.get("/v1/architectures?epoch_id=3").await.1["architectures"],
        json!([])
    );
}

#[tokio::test]
async fn weights_want_token_then_slug() {
    let fixture = Fixture::new();
    let ask = |token: Option<&str>, slug: Option<&str>| {
        let mut request = Request::get("/internal/v1/get_weights");
        if let Some(token) = token {
            request = request.header("Authorization", token);
        }
        if let Some(slug) = slug {
            request = request.header("X-Base-Challenge-Slug", slug);
        }
        fixture.send(request.body(Body::empty()).unwrap())
    };
    let unauthorized = (
        StatusCode::UNAUTHORIZED,
        detail("Invalid internal authorization"),
    );
    assert_eq!(ask(None, Some("prism")).await, unauthorized);
    assert_eq!(ask(Some("Bearer wrong"), Some("wrong")).await, unauthorized);
    let slug = (
        StatusCode::BAD_REQUEST,
        detail("Invalid challenge slug header"),
    );
    assert_eq!(ask(Some("Bearer test-token"), None).await, slug);
    assert_eq!(ask(Some("Bearer test-token"), Some("PRISM")).await, slug);
    assert_eq!(
        ask(Some("Bearer test-token"), Some("prism")).await.0,
        StatusCode::OK
    );

    let open = Fixture::with(|config| config.shared_token_file = "/nonexistent".into());
    let answer = open.internal("/internal/v1/get_weights").await;
    assert_eq!(
        answer,
        (
            StatusCode::SERVICE_UNAVAILABLE,
            detail("Internal challenge token is not configured")
        )
    );
}

#[tokio::test]
async fn weights_are_two_tier_with_shares_from_the_runtime_configuration() {
    let fixture = Fixture::new();
    fixture.scored("founder", 0.3, "x", "t1").await;
    fixture.scored("trainer", 0.6, "x", "t2").await;
    fixture.scored("other", 0.5, "y", "t1").await;
    let answer = fixture.internal("/internal/v1/get_weights").await.1;
    assert_eq!(answer["weights"], json!({"founder": 0.6, "trainer": 0.4}));
    assert_eq!(answer["challenge_slug"], "prism");
    assert!(answer["epoch"].as_u64().unwrap() > 1_700_000_000);
    assert!(
        answer["metadata"]["computed_at"]
            .as_str()
            .unwrap()
            .ends_with("+00:00")
    );

    let at = prism_store::Timestamp(1);
    fixture
        .app
        .store
        .set_runtime(
            "reward_pools",
            json!({"architecture": 0.25, "training": 0.75}),
            at,
        )
        .unwrap();
    let answer = fixture.internal("/internal/v1/get_weights").await.1;
    assert_eq!(answer["weights"], json!({"founder": 0.25, "trainer": 0.75}));
    fixture
        .app
        .store
        .set_runtime(
            "reward_pools",
            json!({"architecture": 2}),
            prism_store::Timestamp(2),
        )
        .unwrap();
    assert_eq!(
        fixture.internal("/internal/v1/get_weights").await.0,
        StatusCode::INTERNAL_SERVER_ERROR
    );
}

#[tokio::test]
async fn work_units_are_the_pending_submissions_oldest_first() {
    let fixture = Fixture::new();
    let first = fixture.upload("a").await;
    let second = fixture.upload("b").await;
    let answer = fixture.internal("/internal/v1/work_units").await.1;
    let ids: Vec<_> = answer["work_units"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| unit["work_unit_id"].clone())
        .collect();
    assert_eq!(ids, [json!(first), json!(second)]);
    assert_eq!(answer["work_units"][0]["submission_ref"], "a");
    fixture
        .app
        .store
        .claim(&QueuePolicy::default())
        .unwrap()
        .unwrap();
    assert_eq!(
        fixture.internal("/internal/v1/work_units").await.1["work_units"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        fixture.get("/internal/v1/work_units").await,
        (StatusCode::UNAUTHORIZED, detail("invalid internal token"))
    );
}
