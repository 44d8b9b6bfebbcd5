//! Against a registry that lies: about digests, sizes and types, without end.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use prism_registry::manifest::{Blob, CONFIG_TYPE, MANIFEST_TYPE, Manifest};
use prism_registry::*;

use super::{at, component, place};

/// What is answered to a request, given its line: head without the status' `HTTP/1.1 `, and body. A body of `None` has
/// no end.
pub type Answer = (String, Option<Vec<u8>>);

pub struct Liar {
    pub address: String,
    /// The requests, with their headers.
    heard: Arc<Mutex<Vec<String>>>,
}

impl Liar {
    pub fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), heard.clone());
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, log) = (answer.clone(), log.clone());
                std::thread::spawn(move || serve(stream.unwrap(), &*answer, &log));
            }
        });
        Self { address, heard }
    }

    pub fn registry(&self, rest: &str) -> Registry {
        self.with(rest, Access::default())
    }

    pub fn with(&self, rest: &str, access: Access) -> Registry {
        at(&place(&self.address, rest), access)
    }

    pub fn heard(&self) -> String {
        self.heard.lock().unwrap().join("\n")
    }
}

fn serve(stream: TcpStream, answer: &dyn Fn(&str) -> Answer, log: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut line) = (String::new(), String::new());
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        head.push_str(&line);
        line.clear();
    }
    let length = head.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length: ")?
            .parse()
            .ok()
    });
    let _ = reader
        .take(length.unwrap_or(0))
        .read_to_end(&mut Vec::new());
    let (status, body) = answer(head.lines().next().unwrap_or_default());
    log.lock().unwrap().push(head);
    let mut stream = stream;
    let _ = write!(stream, "HTTP/1.1 {status}\r\nconnection: close\r\n");
    match body {
        Some(body) => {
            let _ = write!(stream, "content-length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(&body);
        }
        None => {
            let _ = write!(stream, "\r\n");
            // Until the client has had enough.
            while stream.write_all(&[b' '; 65536]).is_ok() {}
        }
    }
}

pub fn manifest_of(layers: Vec<Blob>) -> Manifest {
    Manifest {
        schema_version: 2,
        media_type: MANIFEST_TYPE.into(),
        config: Blob::of(CONFIG_TYPE, b"{}"),
        layers,
        annotations: [].into(),
    }
}

pub fn json(manifest: &Manifest) -> Answer {
    (
        format!("200 OK\r\ncontent-type: {MANIFEST_TYPE}"),
        Some(serde_json::to_vec(manifest).unwrap()),
    )
}

pub fn ok(body: Vec<u8>) -> Answer {
    ("200 OK".into(), Some(body))
}

pub fn wasm(bytes: &[u8]) -> Blob {
    Blob::of("application/wasm", bytes)
}

/// A registry with this manifest that answers each blob so.
pub fn with_blob(manifest: Manifest, blob: impl Fn() -> Answer + Send + Sync + 'static) -> Liar {
    Liar::start(move |line| {
        if line.contains("/manifests/") {
            json(&manifest)
        } else {
            blob()
        }
    })
}

#[tokio::test]
async fn honest_it_would_be_believed() {
    let bytes = component("x");
    let served = bytes.clone();
    let liar = with_blob(manifest_of(vec![wasm(&bytes)]), move || ok(served.clone()));
    let pulled = liar.registry(":1.0.0").pull().await.unwrap();
    // Pushed by another tool: a component without signatures.
    assert_eq!(
        (pulled.component, pulled.signatures, pulled.descriptor),
        (bytes, None, None)
    );
}

#[tokio::test]
async fn lies_about_a_blob_are_found() {
    let bytes = component("x");
    let manifest = || manifest_of(vec![wasm(&bytes)]);
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    let (short, long) = (
        bytes[..bytes.len() - 1].to_vec(),
        [&bytes[..], b"x"].concat(),
    );

    let error = with_blob(manifest(), move || ok(changed.clone()))
        .registry(":1.0.0")
        .pull()
        .await
        .unwrap_err();
    assert!(matches!(error, RegistryError::Digest { .. }), "{error}");
    let error = with_blob(manifest(), move || ok(short.clone()))
        .registry(":1.0.0")
        .pull()
        .await
        .unwrap_err();
    assert!(matches!(error, RegistryError::Size { .. }), "{error}");
    let error = with_blob(manifest(), move || ok(long.clone()))
        .registry(":1.0.0")
        .pull()
        .await
        .unwrap_err();
    assert!(matches!(error, RegistryError::TooLarge { .. }), "{error}");
    let error = with_blob(manifest(), || ("200 OK".into(), None))
        .registry(":1.0.0")
        .pull()
        .await
        .unwrap_err();
    assert!(matches!(error, RegistryError::TooLarge { .. }), "{error}");
    let error = with_blob(manifest(), || ("404 Not Found".into(), Some(vec![])))
        .registry(":1.0.0")
        .pull()
        .await;
    assert!(matches!(error, Err(RegistryError::NotFound(_))));
}

#[tokio::test]
async fn what_is_too_large_is_not_even_asked_for() {
    let mut huge = wasm(b"");
    huge.size = (64 << 20) + 1;
    let liar = with_blob(manifest_of(vec![huge]), || ("200 OK".into(), None));
    assert!(matches!(
        liar.registry(":1.0.0").pull().await,
        Err(RegistryError::TooLarge { .. })
    ));
    assert!(!liar.heard().contains("/blobs/"));

    let endless = Liar::start(|_| (format!("200 OK\r\ncontent-type: {MANIFEST_TYPE}"), None));
    assert!(matches!(
        endless.registry(":1.0.0").pull().await,
        Err(RegistryError::TooLarge { .. })
    ));
    let endless = Liar::start(|_| ("500 Oops".into(), None));
    let error = endless.registry(":1.0.0").pull().await.unwrap_err();
    assert!(
        matches!(error, RegistryError::Refused { status: 500, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_manifest_that_is_not_the_one_asked_for_is_refused() {
    let manifest = manifest_of(vec![wasm(&component("x"))]);
    let liar = Liar::start(move |_| json(&manifest));
    let pinned = format!("@sha256:{}", "a".repeat(64));
    assert!(matches!(
        liar.registry(&pinned).pull().await,
        Err(RegistryError::Digest { .. })
    ));
    // It contradicts itself.
    let other = manifest_of(vec![]);
    let liar = Liar::start(move |_| {
        let (head, body) = json(&other);
        (
            format!("{head}\r\ndocker-content-digest: sha256:{}", "b".repeat(64)),
            body,
        )
    });
    assert!(matches!(
        liar.registry(":1.0.0").pull().await,
        Err(RegistryError::Digest { .. })
    ));
}

#[tokio::test]
async fn foreign_and_broken_manifests_are_named() {
    let gate = || manifest_of(vec![wasm(&component("x"))]);
    let index = serde_json::json!({"schemaVersion": 2, "manifests": []}).to_string();
    let typed = |kind: &str, body: String| {
        (
            format!("200 OK\r\ncontent-type: {kind}"),
            Some(body.into_bytes()),
        )
    };
    let as_json = |change: &dyn Fn(&mut Manifest)| {
        let mut manifest = gate();
        change(&mut manifest);
        json(&manifest)
    };
    let cases = [
        (
            typed("application/vnd.oci.image.index.v1+json", index),
            "no gate: its manifest has the type",
        ),
        (
            typed("text/html", "<p>Welcome to the Wi-Fi".into()),
            "no gate: its manifest has the type `text/html`",
        ),
        (typed(MANIFEST_TYPE, "[".repeat(100_000)), "malformed"),
        (
            typed(MANIFEST_TYPE, "{}".into()),
            "malformed: missing field",
        ),
        (
            as_json(&|manifest| manifest.schema_version = 1),
            "schemaVersion",
        ),
        (
            as_json(&|manifest| {
                manifest.config.media_type = "application/vnd.oci.image.config.v1+json".into()
            }),
            "its config has the type",
        ),
        (
            as_json(&|manifest| manifest.layers.clear()),
            "has no component",
        ),
        (
            as_json(&|manifest| manifest.layers = vec![manifest.layers[0].clone(); 2]),
            "more than one layer",
        ),
        (
            as_json(&|manifest| manifest.layers[0].digest = "sha512:00".into()),
            "no sha256",
        ),
        (
            as_json(&|manifest| manifest.layers[0].digest = "sha256:../../x".into()),
            "no sha256",
        ),
        (
            as_json(&|manifest| manifest.layers[0].media_type = "text/plain".into()),
            "has no component",
        ),
    ];
    for (answer, says) in cases {
        let liar = Liar::start(move |_| answer.clone());
        let error = liar
            .registry(":1.0.0")
            .pull()
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(says), "{says}: {error}");
    }
}

#[tokio::test]
async fn signatures_of_another_component_and_what_is_no_gate_are_refused() {
    let bytes = component("x");
    let foreign = super::signed(b"another", &super::key("acme"))
        .to_bytes()
        .unwrap();
    let file = Blob::of("application/vnd.prism.gate.signature.v1+json", &foreign);
    let component_digest = wasm(&bytes).digest;
    let manifest = manifest_of(vec![wasm(&bytes), file]);
    let liar = Liar::start(move |line| match line {
        line if line.contains("/manifests/") => json(&manifest),
        line if line.contains(&component_digest) => ok(bytes.clone()),
        _ => ok(foreign.clone()),
    });
    let error = liar.registry(":1.0.0").pull().await.unwrap_err();
    assert!(
        error.to_string().contains("it is for the component"),
        "{error}"
    );

    let module = b"\0asm\x01\0\0\0".to_vec();
    let manifest = manifest_of(vec![wasm(&module)]);
    let error = with_blob(manifest, move || ok(module.clone()))
        .registry(":1.0.0")
        .pull()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("core module"), "{error}");
}
