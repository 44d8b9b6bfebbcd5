//! The operators' API: who may, what is refused and how it is told, and its OpenAPI document.

use prism_engine::{Runtime, Settings};
use serde_json::{Value, json};

use super::*;
use crate::operators::{Role, new_token};
use crate::platform::breaker::BreakerConfig;
use crate::platform::{Parts, Platform};

struct Admin {
    fixture: Fixture,
    router: Router,
    read: String,
    operate: String,
}

impl Admin {
    async fn new() -> Self {
        let (read, reader) = new_token("reader", Role::Read);
        let (operate, operator) = new_token("operator", Role::Operate);
        let fixture = Fixture::with(|config| {
            let file = config.data_dir.with_file_name("operators.toml");
            let entry = |one: &crate::operators::Operator| {
                let role = if one.role == Role::Read {
                    "read"
                } else {
                    "operate"
                };
                format!(
                    "[[token]]\nname = \"{}\"\nrole = \"{role}\"\nsha256 = \"{}\"\n",
                    one.name, one.sha256
                )
            };
            std::fs::write(&file, entry(&reader) + &entry(&operator)).unwrap();
            config.operators_file = Some(file);
        });
        let parts = Parts {
            store: fixture.app.store.clone(),
            runtime: Arc::new(Runtime::start(&Settings::default()).unwrap()),
            model: None,
            key_set: fixture.app.config.gate_keys_file(),
            gates: None,
            breaker: BreakerConfig::default(),
        };
        let platform = Platform::start(parts).await.unwrap();
        let router = super::super::router(Arc::clone(&fixture.app), platform);
        Self {
            fixture,
            router,
            read,
            operate,
        }
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &str,
    ) -> (StatusCode, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/internal/v1/admin{path}"))
            .header("Content-Type", "application/json");
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        (status, super::body(response).await)
    }
}

/// Every route that changes something, with a body it would take.
const CHANGES: [(&str, &str, &str); 8] = [
    ("POST", "/gates", ""),
    ("PUT", "/gates/threads/grants", "{\"grants\": []}"),
    ("POST", "/revisions", "{\"steps\": []}"),
    ("POST", "/rollback", "{}"),
    ("POST", "/replays", "{\"gate\": \"threads\"}"),
    ("DELETE", "/replays/1", ""),
    ("POST", "/held/requeue", "{}"),
    ("POST", "/verdicts", ""),
];

const READS: [&str; 8] = [
    "/status",
    "/gates",
    "/gates/threads",
    "/revisions",
    "/revisions/1",
    "/replays",
    "/submissions/1/verdict",
    "/events",
];

#[tokio::test]
async fn nobody_gets_in_without_an_operators_token_and_readers_change_nothing() {
    let admin = Admin::new().await;
    for (method, path, body) in CHANGES
        .into_iter()
        .chain(READS.map(|path| ("GET", path, "")))
    {
        for token in [None, Some(""), Some("wrong"), Some(TOKEN)] {
            let (status, answer) = admin.ask(method, path, token, body).await;
            assert_eq!(
                status,
                StatusCode::UNAUTHORIZED,
                "{method} {path} {token:?}"
            );
            assert_eq!(answer["detail"]["code"], "no_token");
        }
    }
    for (method, path, body) in CHANGES {
        let (status, answer) = admin.ask(method, path, Some(&admin.read), body).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path}");
        assert_eq!(answer["detail"]["code"], "role");
        let (status, _) = admin.ask(method, path, Some(&admin.operate), body).await;
        assert!(
            !matches!(status.as_u16(), 401 | 403),
            "{method} {path}: {status}"
        );
    }
    for path in READS {
        let (status, _) = admin.ask("GET", path, Some(&admin.read), "").await;
        assert!(!matches!(status.as_u16(), 401 | 403), "{path}: {status}");
    }
}

#[tokio::test]
async fn a_revoked_token_is_dead_at_once_and_a_broken_file_opens_nothing() {
    let admin = Admin::new().await;
    let file = admin.fixture.app.config.operators_file.clone().unwrap();
    let get = || admin.ask("GET", "/status", Some(&admin.operate), "");
    assert_eq!(get().await.0, StatusCode::OK);
    std::fs::write(&file, "").unwrap();
    assert_eq!(get().await.0, StatusCode::UNAUTHORIZED);
    for broken in ["[[token]]", "\0", "[[token]]\nname = 1"] {
        std::fs::write(&file, broken).unwrap();
        let (status, answer) = get().await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        // No path of the server, and nothing of the file.
        assert!(!answer.to_string().contains("operators.toml"), "{answer}");
    }
    std::fs::remove_file(&file).unwrap();
    assert_eq!(get().await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn bad_input_is_told_by_name_and_changes_nothing() {
    let admin = Admin::new().await;
    for (method, path, body, code, says) in [
        ("POST", "/plan", "{", "bad_body", "EOF"),
        ("POST", "/plan", "[]", "bad_body", "ChangeRequest"),
        (
            "POST",
            "/plan",
            "{\"steps\": [], \"step\": 1}",
            "bad_body",
            "step",
        ),
        (
            "POST",
            "/plan",
            "{\"steps\": [{\"do\": \"fly\"}]}",
            "bad_body",
            "fly",
        ),
        (
            "POST",
            "/plan",
            "{\"steps\": [{\"do\": \"set\", \"gate\": \"x\"}]}",
            "invalid",
            "`x`",
        ),
        (
            "POST",
            "/plan",
            "{\"steps\": [{\"do\": \"remove\", \"gate\": \"x\"}]}",
            "not_found",
            "x",
        ),
        (
            "POST",
            "/plan",
            "{\"steps\": [{\"do\": \"promote\", \"gate\": \"x\"}]}",
            "not_found",
            "prism gate shadow",
        ),
        ("POST", "/rollback", "{}", "not_found", "before"),
        (
            "POST",
            "/rollback",
            "{\"to\": 9}",
            "not_found",
            "revision 9",
        ),
        ("GET", "/revisions/x", "", "bad_path", "x"),
        ("GET", "/revisions?limit=-1", "", "bad_query", "limit"),
        ("GET", "/revisions?most=1", "", "bad_query", "most"),
        ("GET", "/gates/%1b%5b31m", "", "invalid", "no gate"),
        ("GET", "/replays/7", "", "not_found", "7"),
        (
            "POST",
            "/gates?grants=root",
            "",
            "unknown_capability",
            "root",
        ),
        (
            "POST",
            "/gates?origin=installation",
            "",
            "bad_origin",
            "origin",
        ),
        ("POST", "/gates", "no gate", "unsigned", "prism gate sign"),
        (
            "POST",
            "/held/requeue",
            "{\"submission_id\": \"nobody\"}",
            "not_found",
            "nobody",
        ),
    ] {
        let (status, answer) = admin.ask(method, path, Some(&admin.operate), body).await;
        assert!(
            status.is_client_error(),
            "{method} {path}: {status} {answer}"
        );
        assert_eq!(answer["detail"]["code"], code, "{method} {path}: {answer}");
        let message = answer["detail"]["message"].as_str().unwrap();
        assert!(message.contains(says), "{method} {path}: {message}");
        assert!(!message.contains('\u{1b}'));
    }
    let (_, status) = admin.ask("GET", "/status", Some(&admin.read), "").await;
    assert_eq!(status["revision"], Value::Null);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_before_it_is_read() {
    let admin = Admin::new().await;
    let large = format!("{{\"steps\": [], \"reason\": \"{}\"}}", "x".repeat(2 << 20));
    let (status, _) = admin
        .ask("POST", "/plan", Some(&admin.operate), &large)
        .await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let (status, answer) = admin
        .ask("POST", "/verdicts", Some(&admin.operate), &"x".repeat(5000))
        .await;
    assert_eq!(
        (status, answer),
        (StatusCode::PAYLOAD_TOO_LARGE, detail("archive too large"))
    );
}

/// Set `PRISM_UPDATE_GOLDEN` to write the file anew.
#[tokio::test]
async fn the_openapi_document_is_the_checked_in_one_and_names_every_route() {
    let admin = Admin::new().await;
    let (status, served) = admin.ask("GET", "/openapi.json", None, "").await;
    assert_eq!(status, StatusCode::OK);
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/admin/openapi.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&served).unwrap());
    if std::env::var_os("PRISM_UPDATE_GOLDEN").is_some() {
        std::fs::write(golden, &text).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(golden).unwrap(),
        text,
        "run with PRISM_UPDATE_GOLDEN=1 and look at the change"
    );
    for (method, path, _) in CHANGES
        .into_iter()
        .chain(READS.map(|path| ("GET", path, "")))
    {
        let path = path
            .replace("threads", "{reference}")
            .replace("/replays/1", "/replays/{id}")
            .replace("/submissions/1", "/submissions/{id}")
            .replace("/revisions/1", "/revisions/{number}");
        let operation =
            &served["paths"][format!("/internal/v1/admin{path}")][method.to_lowercase()];
        assert!(operation.is_object(), "{method} {path} is not documented");
    }
    assert_eq!(served["info"]["title"], json!("Prism operators' API"));
}
