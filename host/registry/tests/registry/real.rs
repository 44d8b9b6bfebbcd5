//! Against Debian's `docker-registry`, which keeps its blobs in a folder where they can be tampered with.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use prism_registry::*;

use super::{at, component, descriptor, key, place, signed};

/// `ann` with the password `correct horse`.
const HTPASSWD: &str = "ann:$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e\n";

struct Server {
    process: Child,
    address: String,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn start(auth: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let address = format!("127.0.0.1:{port}");
        let root = folder.path().display().to_string();
        let auth = if auth {
            fs::write(folder.path().join("htpasswd"), HTPASSWD).unwrap();
            format!("auth: {{htpasswd: {{realm: test, path: {root}/htpasswd}}}}\n")
        } else {
            String::new()
        };
        let config = format!(
            "version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\nstorage: {{filesystem: \
             {{rootdirectory: {root}/storage}}}}\nhttp: {{addr: \"{address}\"}}\n{auth}"
        );
        fs::write(folder.path().join("config.yml"), config).unwrap();
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(folder.path().join("config.yml"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("docker-registry: {error}; run scripts/setup, or `apt-get install docker-registry`")
            });
        let started = Instant::now();
        while TcpStream::connect(&address).is_err() {
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "docker-registry does not answer"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        Self {
            process,
            address,
            folder,
        }
    }

    fn reference(&self, rest: &str) -> Reference {
        place(&self.address, rest)
    }

    fn registry(&self, rest: &str) -> Registry {
        at(&self.reference(rest), Access::default())
    }

    fn blob(&self, digest: &str) -> PathBuf {
        let blobs = self
            .folder
            .path()
            .join("storage/docker/registry/v2/blobs/sha256");
        blobs.join(&digest[..2]).join(digest).join("data")
    }
}

#[tokio::test]
async fn what_was_pushed_is_pulled_by_version_and_by_digest() {
    let server = Server::start(false);
    let (bytes, about) = (component("one"), descriptor("1.0.0"));
    let signatures = signed(&bytes, &key("acme"));
    let package = Package {
        component: &bytes,
        signatures: Some(&signatures),
        descriptor: &about,
    };
    let registry = server.registry(":1.0.0");
    assert_eq!(registry.versions().await.unwrap(), []);
    assert!(matches!(
        registry.pull().await,
        Err(RegistryError::NotFound(_))
    ));
    let pushed = registry.push(&package).await.unwrap();
    assert!(!pushed.was_there && pushed.sent_bytes > bytes.len() as u64);

    let digest = pushed.reference.digest().unwrap();
    let by_digest = format!("@sha256:{digest}");
    for rest in [":1.0.0", &by_digest, &format!(":1.0.0{by_digest}")] {
        let pulled = server.registry(rest).pull().await.unwrap();
        assert_eq!(pulled.component, bytes);
        assert_eq!(pulled.read.digest, pushed.component);
        assert_eq!(pulled.signatures.as_ref(), Some(&signatures));
        assert_eq!(pulled.descriptor.as_ref(), Some(&about));
        assert_eq!(pulled.reference.digest(), Some(digest));
        assert_eq!(pulled.annotations["org.opencontainers.image.title"], "tabs");
    }
    let twin = pushed.reference.clone();
    assert_eq!(twin.to_string().parse::<Reference>().unwrap(), twin);
    assert_eq!(registry.descriptor().await.unwrap(), Some(about));
}

#[tokio::test]
async fn a_version_never_changes_and_the_same_push_again_changes_nothing() {
    let server = Server::start(false);
    let (bytes, about) = (component("one"), descriptor("1.0.0"));
    let package = Package {
        component: &bytes,
        signatures: None,
        descriptor: &about,
    };
    let registry = server.registry(":1.0.0");
    let first = registry.push(&package).await.unwrap();
    let again = registry.push(&package).await.unwrap();
    assert!(again.was_there && again.sent_bytes == 0);
    assert_eq!(again.reference, first.reference);

    let other = component("two");
    let error = registry
        .push(&Package {
            component: &other,
            ..package
        })
        .await
        .unwrap_err();
    assert!(matches!(error, RegistryError::Taken { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains(first.reference.digest().unwrap()),
        "{error}"
    );
    assert_eq!(registry.pull().await.unwrap().component, bytes);

    // The next version shares what did not change, and both are listed in their order.
    let next = descriptor("1.10.0");
    server
        .registry(":1.10.0")
        .push(&Package {
            descriptor: &next,
            ..package
        })
        .await
        .unwrap();
    let two = descriptor("1.2.0");
    server
        .registry(":1.2.0")
        .push(&Package {
            descriptor: &two,
            ..package
        })
        .await
        .unwrap();
    let versions = registry.versions().await.unwrap();
    assert_eq!(
        versions.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["1.0.0", "1.2.0", "1.10.0"]
    );
}

#[tokio::test]
async fn what_does_not_fit_together_is_not_pushed() {
    let server = Server::start(false);
    let (bytes, about) = (component("one"), descriptor("1.0.0"));
    let package = Package {
        component: &bytes,
        signatures: None,
        descriptor: &about,
    };
    let error = server.registry(":1.0.1").push(&package).await.unwrap_err();
    assert!(
        error.to_string().contains("says it is version 1.0.0"),
        "{error}"
    );
    let digest = format!("@sha256:{}", "a".repeat(64));
    let error = server.registry(&digest).push(&package).await.unwrap_err();
    assert!(error.to_string().contains("under a version"), "{error}");
    let foreign = signed(b"another", &key("acme"));
    let error = server
        .registry(":1.0.0")
        .push(&Package {
            signatures: Some(&foreign),
            ..package
        })
        .await
        .unwrap_err();
    assert!(matches!(error, RegistryError::Signatures(_)), "{error}");
    let error = server
        .registry(":1.0.0")
        .push(&Package {
            component: b"junk",
            ..package
        })
        .await
        .unwrap_err();
    assert!(matches!(error, RegistryError::Component { .. }), "{error}");
    assert_eq!(server.registry(":1.0.0").versions().await.unwrap(), []);
}

#[tokio::test]
async fn one_byte_changed_in_the_registrys_storage_is_found() {
    let (bytes, about) = (component("one"), descriptor("1.0.0"));
    let signatures = signed(&bytes, &key("acme"));
    let package = Package {
        component: &bytes,
        signatures: Some(&signatures),
        descriptor: &about,
    };
    for which in ["component", "signatures", "manifest"] {
        let server = Server::start(false);
        let registry = server.registry(":1.0.0");
        let pushed = registry.push(&package).await.unwrap();
        let digest = match which {
            "component" => pushed.component.clone(),
            "signatures" => prism_component::digest(&signatures.to_bytes().unwrap()),
            _ => pushed.reference.digest().unwrap().to_owned(),
        };
        let file = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open(server.blob(&digest))
            .unwrap();
        let (mut byte, middle) = ([0], file.metadata().unwrap().len() / 2);
        file.read_exact_at(&mut byte, middle).unwrap();
        file.write_all_at(&[byte[0] ^ 1], middle).unwrap();
        let error = registry.pull().await.unwrap_err();
        match which {
            // The registry itself may notice what became of its manifest.
            "manifest" => {}
            _ => assert!(
                matches!(error, RegistryError::Digest { .. }),
                "{which}: {error}"
            ),
        }
    }
}

#[tokio::test]
async fn something_else_under_the_same_version_is_named_and_never_replaced() {
    let server = Server::start(false);
    // As another tool would push a container image: manifest without blobs is refused, so it gets its config.
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let base = format!("http://{}/v2/gates/tabs", server.address);
    let config = b"{}";
    let digest = format!("sha256:{}", prism_component::digest(config));
    let started = client
        .post(format!("{base}/blobs/uploads/"))
        .send()
        .await
        .unwrap();
    let target = started.headers()["location"].to_str().unwrap().to_owned();
    let put = client
        .put(format!("{target}&digest={digest}"))
        .body(config.to_vec())
        .send()
        .await
        .unwrap();
    assert_eq!(put.status(), 201);
    let kinds = [
        (
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.config.v1+json",
        ),
        (
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.container.image.v1+json",
        ),
    ];
    for (number, (kind, config_kind)) in kinds.into_iter().enumerate() {
        let manifest = serde_json::json!({
            "schemaVersion": 2, "mediaType": kind, "layers": [],
            "config": {"mediaType": config_kind, "digest": digest, "size": config.len()},
        });
        let version = format!("1.0.{number}");
        let put = client
            .put(format!("{base}/manifests/{version}"))
            .header("content-type", kind)
            .body(manifest.to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(put.status(), 201);
        let registry = server.registry(&format!(":{version}"));
        let error = registry.pull().await.unwrap_err();
        assert!(matches!(error, RegistryError::Foreign { .. }), "{error}");
        let (bytes, about) = (component("one"), descriptor(&version));
        let package = Package {
            component: &bytes,
            signatures: None,
            descriptor: &about,
        };
        let error = registry.push(&package).await.unwrap_err();
        assert!(matches!(error, RegistryError::Taken { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_registry_that_asks_for_a_password_gets_the_right_one_only() {
    let server = Server::start(true);
    let (bytes, about) = (component("one"), descriptor("1.0.0"));
    let package = Package {
        component: &bytes,
        signatures: None,
        descriptor: &about,
    };
    let reference = server.reference(":1.0.0");
    let file = server.folder.path().join("password");
    let with = |credentials| {
        at(
            &reference,
            Access {
                credentials,
                ..Access::default()
            },
        )
    };

    let error = with(Credentials::Anonymous)
        .push(&package)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("docker login"), "{error}");
    fs::write(&file, "wrong horse\n").unwrap();
    let error = with(Credentials::from_file("ann", &file).unwrap())
        .push(&package)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("user or password is wrong")
            && !format!("{error:?}").contains("horse"),
        "{error}"
    );
    fs::write(&file, "correct horse\n").unwrap();
    with(Credentials::from_file("ann", &file).unwrap())
        .push(&package)
        .await
        .unwrap();

    // What `docker login` writes for the same.
    use base64::Engine as _;
    let docker = server.folder.path().join("config.json");
    let auth = base64::engine::general_purpose::STANDARD.encode("ann:correct horse");
    fs::write(
        &docker,
        serde_json::json!({"auths": {reference.registry(): {"auth": auth}}}).to_string(),
    )
    .unwrap();
    let credentials = Credentials::from_docker(&docker, reference.registry()).unwrap();
    assert_eq!(with(credentials).pull().await.unwrap().component, bytes);
}
