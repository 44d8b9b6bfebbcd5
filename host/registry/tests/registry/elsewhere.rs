//! Against a registry that sends elsewhere, asks for passwords and never comes to an end.

use std::sync::Mutex;

use prism_registry::*;

use super::liar::{Liar, json, manifest_of, ok, wasm, with_blob};
use super::{component, descriptor};

#[tokio::test]
async fn nobody_is_sent_to_another_host_but_where_the_operator_allows_it() {
    let bytes = component("x");
    let served = bytes.clone();
    let storage = Liar::start(move |_| ok(served.clone()));
    let there = storage.address.clone();
    let manifest = manifest_of(vec![wasm(&bytes)]);
    let liar = with_blob(manifest, move || {
        (
            format!("307 Temporary Redirect\r\nlocation: http://{there}/blob"),
            Some(vec![]),
        )
    });
    let error = liar.registry(":1.0.0").pull().await.unwrap_err();
    assert!(error.to_string().contains(&storage.address), "{error}");
    assert_eq!(storage.heard(), "");
    let access = Access {
        blob_hosts: vec![storage.address.clone()],
        ..Access::default()
    };
    assert_eq!(
        liar.with(":1.0.0", access).pull().await.unwrap().component,
        bytes
    );

    // A manifest comes from the registry or not at all.
    let there = storage.address.clone();
    let moved = Liar::start(move |_| {
        (
            format!("302 Found\r\nlocation: http://{there}/"),
            Some(vec![]),
        )
    });
    let access = Access {
        blob_hosts: vec![storage.address.clone()],
        ..Access::default()
    };
    assert!(matches!(
        moved.with(":1.0.0", access).pull().await,
        Err(RegistryError::Redirect { .. })
    ));
    // A circle ends.
    let circle = with_blob(manifest_of(vec![wasm(&bytes)]), || {
        ("302 Found\r\nlocation: /v2/again".into(), Some(vec![]))
    });
    assert!(
        circle
            .registry(":1.0.0")
            .pull()
            .await
            .unwrap_err()
            .to_string()
            .contains("again and again")
    );
}

#[tokio::test]
async fn the_password_stays_with_the_registry() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "correct horse").unwrap();
    let credentials = Credentials::from_file("ann", &file).unwrap();
    let bytes = component("x");
    let served = bytes.clone();
    let storage = Liar::start(move |_| ok(served.clone()));
    let there = storage.address.clone();
    let manifest = manifest_of(vec![wasm(&bytes)]);
    // Asks for a password once, then serves the manifest and sends blobs and uploads elsewhere.
    let asked = Mutex::new(false);
    let liar = Liar::start(move |line| {
        if !std::mem::replace(&mut *asked.lock().unwrap(), true) {
            (
                "401 Unauthorized\r\nwww-authenticate: Basic realm=\"x\"".into(),
                Some(vec![]),
            )
        } else if line.contains("/manifests/1.0.0 ") {
            json(&manifest)
        } else if line.starts_with("HEAD") || line.contains("/manifests/") {
            ("404 Not Found".into(), Some(vec![]))
        } else {
            let status = if line.starts_with("POST") {
                "202 Accepted"
            } else {
                "302 Found"
            };
            (
                format!("{status}\r\nlocation: http://{there}/"),
                Some(vec![]),
            )
        }
    });
    let access = Access {
        credentials,
        blob_hosts: vec![storage.address.clone()],
        ..Access::default()
    };
    liar.with(":1.0.0", access.clone()).pull().await.unwrap();
    assert!(
        liar.heard()
            .to_ascii_lowercase()
            .contains("authorization: basic")
    );
    assert!(
        storage.heard().contains("GET /")
            && !storage
                .heard()
                .to_ascii_lowercase()
                .contains("authorization")
    );
    // And so do the bytes to upload: storage is allowed to send, not to receive.
    let about = descriptor("1.0.1");
    let package = Package {
        component: &bytes,
        signatures: None,
        descriptor: &about,
    };
    let error = liar
        .with(":1.0.1", access)
        .push(&package)
        .await
        .unwrap_err();
    assert!(matches!(error, RegistryError::Redirect { .. }), "{error}");
    assert!(!storage.heard().contains("PUT"));
}

#[tokio::test]
async fn a_token_is_fetched_where_the_registry_says_and_used() {
    let bytes = component("x");
    let (served, manifest) = (bytes.clone(), manifest_of(vec![wasm(&bytes)]));
    let tokens = Liar::start(|_| {
        ok(br#"{"token": "t0k3n", "access_token": "t0k3n", "expires_in": 60}"#.to_vec())
    });
    let realm = tokens.address.clone();
    let asked = Mutex::new(false);
    let liar = Liar::start(move |line| {
        if !std::mem::replace(&mut *asked.lock().unwrap(), true) {
            let challenge = format!(
                "Bearer realm=\"http://{realm}/token\",service=\"s\",scope=\"repository:gates/tabs:pull\""
            );
            (
                format!("401 Unauthorized\r\nwww-authenticate: {challenge}"),
                Some(vec![]),
            )
        } else if line.contains("/manifests/") {
            json(&manifest)
        } else {
            ok(served.clone())
        }
    });
    assert_eq!(
        liar.registry(":1.0.0").pull().await.unwrap().component,
        bytes
    );
    assert!(
        tokens
            .heard()
            .contains("GET /token?service=s&scope=repository%3Agates%2Ftabs%3Apull"),
        "{}",
        tokens.heard()
    );
    assert!(
        liar.heard()
            .to_ascii_lowercase()
            .contains("authorization: bearer t0k3n")
    );

    for body in ["", "{}", r#"{"token": "a\r\nb"}"#, r#"{"token": 7}"#] {
        let tokens = Liar::start(|_| ok(body.into()));
        let realm = tokens.address.clone();
        let liar = Liar::start(move |_| {
            (
                format!("401 Unauthorized\r\nwww-authenticate: Bearer realm=\"http://{realm}/\""),
                Some(vec![]),
            )
        });
        let error = liar.registry(":1.0.0").pull().await.unwrap_err();
        assert!(
            matches!(error, RegistryError::Malformed { .. }),
            "{body}: {error}"
        );
    }
    for challenge in [
        "",
        "Bearer",
        "Bearer realm=\"",
        "Bearer realm=\"ftp://x/\"",
        "Negotiate",
        "Basic",
    ] {
        let liar = Liar::start(move |_| {
            (
                format!("401 Unauthorized\r\nwww-authenticate: {challenge}"),
                Some(vec![]),
            )
        });
        assert!(liar.registry(":1.0.0").pull().await.is_err(), "{challenge}");
    }
}

#[tokio::test]
async fn a_list_of_versions_has_an_end_and_stays_on_the_registry() {
    let page = |link: &str| {
        (
            format!("200 OK\r\nlink: <{link}>; rel=\"next\""),
            Some(br#"{"tags": ["1.0.0", "latest"]}"#.to_vec()),
        )
    };
    let circle = Liar::start(move |_| page("/v2/gates/tabs/tags/list?last=1.0.0"));
    assert!(
        circle
            .registry(":1.0.0")
            .versions()
            .await
            .unwrap_err()
            .to_string()
            .contains("no end")
    );
    let elsewhere = Liar::start(move |_| page("http://127.0.0.1:9/v2"));
    assert!(matches!(
        elsewhere.registry(":1.0.0").versions().await,
        Err(RegistryError::Redirect { .. })
    ));
    let none = Liar::start(|_| ok(br#"{"tags": null}"#.to_vec()));
    assert_eq!(none.registry(":1.0.0").versions().await.unwrap(), []);
}
