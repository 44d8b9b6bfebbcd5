//! Push and pull against a real registry, and against one that lies.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test"
)]

#[path = "registry/elsewhere.rs"]
mod elsewhere;
#[path = "registry/liar.rs"]
mod liar;
#[path = "registry/real.rs"]
mod real;

use std::fs;

use prism_component::Component;
use prism_registry::*;
use prism_store::records::{CapabilityRequest, Descriptor, RuleInfo};

/// A component that the contract's reader takes for a gate. The text makes it another one.
fn component(text: &str) -> Vec<u8> {
    wat::parse_str(format!(
        "(component (import \"prism:gate/log@1.0.0\" (instance)) (instance $gate) \
         (export \"prism:gate/gate@1.0.0\" (instance $gate)) (@custom \"text\" \"{text}\"))"
    ))
    .unwrap()
}

fn descriptor(version: &str) -> Descriptor {
    Descriptor {
        id: "tabs".into(),
        version: version.into(),
        summary: "No tabs.".into(),
        rules: vec![RuleInfo {
            id: "acme:tabs".into(),
            summary: "A tab.".into(),
        }],
        facts: vec!["tabs".into()],
        capabilities: vec![CapabilityRequest {
            name: "llm".into(),
            reason: "to ask".into(),
        }],
        config_schema: serde_json::json!({"type": "object"}),
    }
}

fn signed(component: &[u8], key: &SecretKey) -> SignatureFile {
    let mut file = SignatureFile::new(&prism_component::digest(component));
    file.sign(key).unwrap();
    file
}

fn key(id: &str) -> SecretKey {
    SecretKey::generate(id.parse().unwrap()).unwrap()
}

fn place(registry: &str, rest: &str) -> Reference {
    format!("{registry}/gates/tabs{rest}").parse().unwrap()
}

fn at(reference: &Reference, access: Access) -> Registry {
    Registry::new(reference, access).unwrap()
}

#[test]
fn a_reference_names_registry_path_and_version_or_digest() {
    let digest = "a".repeat(64);
    for (text, registry, repository) in [
        (
            "registry.example.org/gates/contract:1.2.0".to_owned(),
            "registry.example.org",
            "gates/contract",
        ),
        ("oci://localhost/x:1.0.0-rc.1".to_owned(), "localhost", "x"),
        (
            format!("host:5000/a.b/c__d:1.0.0@sha256:{digest}"),
            "host:5000",
            "a.b/c__d",
        ),
        (
            format!("127.0.0.1:5000/a@sha256:{digest}"),
            "127.0.0.1:5000",
            "a",
        ),
    ] {
        let reference: Reference = text.parse().unwrap();
        assert_eq!(
            (reference.registry(), reference.repository()),
            (registry, repository)
        );
        assert_eq!(reference.to_string(), text.trim_start_matches("oci://"));
    }
    for (text, says) in [
        ("", "no registry"),
        ("contract:1.0.0", "no registry"),
        ("gates/contract:1.0.0", "no host[:port]"),
        ("host:0/x:1.0.0", "no host[:port]"),
        ("host:65536/x:1.0.0", "no host[:port]"),
        ("user@host.org/x:1.0.0", "no host[:port]"),
        ("https://host.org/x:1.0.0", "no host[:port]"),
        ("host.org/x", "neither a version nor a digest"),
        ("host.org/x:latest", "not a semantic version"),
        ("host.org/x:1.0", "not a semantic version"),
        ("host.org/x:v1.0.0", "not a semantic version"),
        ("host.org/x:1.0.0+build", "build metadata"),
        ("host.org/../x:1.0.0", "the path has parts"),
        ("host.org//x:1.0.0", "the path has parts"),
        ("host.org/X:1.0.0", "the path has parts"),
        ("host.org/x?y=z:1.0.0", "the path has parts"),
        ("host.org/x@sha256:abc", "64 lowercase hex"),
        ("host.org/x@md5:abc", "64 lowercase hex"),
        ("host.org/\u{1b}[2J:1.0.0", "the path has parts"),
    ] {
        let error = text.parse::<Reference>().unwrap_err().to_string();
        assert!(
            error.contains(says) && !error.contains('\u{1b}'),
            "{text}: {error}"
        );
    }
}

#[test]
fn the_version_to_compare_with_is_the_newest_release_of_the_same_range() {
    let published = [
        "0.1.0",
        "0.1.3",
        "0.2.0",
        "1.0.0",
        "1.1.0-rc.1",
        "1.4.0",
        "2.0.0",
    ]
    .map(|text| text.parse().unwrap());
    for (new, previous) in [
        ("0.1.4", Some("0.1.3")),
        ("0.3.0", None),
        ("1.4.1", Some("1.4.0")),
        ("1.3.0", Some("1.0.0")),
        ("1.4.0", Some("1.0.0")),
        ("1.5.0-rc.1", None),
        ("3.0.0", None),
        ("0.0.1", None),
    ] {
        let found = previous_in_range(&published, &new.parse().unwrap());
        assert_eq!(
            found.map(|found| found.to_string()).as_deref(),
            previous,
            "{new}"
        );
    }
}

#[test]
fn a_version_of_the_same_range_keeps_rules_facts_and_capabilities() {
    let old = descriptor("1.0.0");
    let mut wider = descriptor("1.1.0");
    wider.rules.push(RuleInfo {
        id: "acme:spaces".into(),
        summary: String::new(),
    });
    wider.facts.push("spaces".into());
    wider.capabilities[0].reason = "to ask better".into();
    assert_eq!(compatible(&old, &wider), Vec::<String>::new());
    let mut other = descriptor("1.1.0");
    other.id = "spaces".into();
    other.rules.clear();
    other.facts.clear();
    other.capabilities[0].name = "corpus".into();
    let broken = compatible(&old, &other).join("; ");
    for says in [
        "id was `tabs`",
        "rule `acme:tabs` is gone",
        "fact `tabs` is gone",
        "asks for the capability `corpus`",
        "no longer asks for the capability `llm`",
    ] {
        assert!(broken.contains(says), "{broken}");
    }
}

#[test]
fn the_component_of_these_tests_is_a_gate() {
    Component::read(&component("x")).unwrap();
}

#[test]
fn credentials_that_are_none_are_said_so_and_never_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    let docker = |text: &str| {
        fs::write(&path, text).unwrap();
        Credentials::from_docker(&path, "host.org")
            .map(|found| matches!(found, Credentials::Anonymous))
    };
    assert!(
        docker("{}").unwrap() && docker(r#"{"auths": {"other.org": {"auth": "YTpi"}}}"#).unwrap()
    );
    assert!(!docker(r#"{"auths": {"host.org": {"auth": "YTpi"}}}"#).unwrap());
    for (text, says) in [
        (
            r#"{"auths": {"host.org": {}}, "credsStore": "desktop"}"#,
            "credential helper",
        ),
        (
            r#"{"auths": {}, "credHelpers": {"host.org": "ecr"}}"#,
            "credential helper",
        ),
        (
            r#"{"auths": {"host.org": {"auth": "secret!"}}}"#,
            "docker login",
        ),
        (r#"{"auths": "secret"}"#, "docker login"),
        ("secret", "docker login"),
    ] {
        let error = docker(text).unwrap_err().to_string();
        assert!(error.contains(says) && !error.contains("secret"), "{error}");
    }
    fs::write(&path, "\n").unwrap();
    assert!(Credentials::from_file("ann", &path).is_err());
    fs::write(&path, "secret").unwrap();
    assert!(Credentials::from_file("a:b", &path).is_err());
    assert!(Credentials::from_file("ann", &folder.path().join("missing")).is_err());
    fs::remove_file(&path).unwrap();
    assert!(matches!(
        Credentials::from_docker(&path, "host.org"),
        Ok(Credentials::Anonymous)
    ));
}
