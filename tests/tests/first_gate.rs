//! From `prism gate new` to a gate that judges on a running service, through a real OCI registry, in ten lines of
//! shell (`tests/ten-lines.sh`); and what is refused on the way, with what to do.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;
use std::process::Command;

use prism_tests::home;
use prism_tests::markers;
use prism_tests::registry::Registry;
use prism_tests::service::{Said, Service};

fn ten_lines(language: &str) {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), "");
    let registry = Registry::start(folder.path());
    let work = folder.path().join("work");
    std::fs::create_dir(&work).unwrap();
    let path = format!(
        "{}:{}",
        home().root().join("bin").display(),
        std::env::var("PATH").unwrap()
    );
    let said = Said::of(
        Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("ten-lines.sh"))
            .arg(language)
            .current_dir(&work)
            .env("PATH", path)
            .env("PRISM_SERVER", &service.base)
            .env("PRISM_ADMIN_TOKEN_FILE", &service.operator)
            .env("KEYS", folder.path().join("gate-keys.toml"))
            .env("REGISTRY", &registry.address),
    )
    .ok();
    let gate = format!("first-{language}");
    let status = service.prism(&["gate", "status", "--json"]).json();
    let gates = status["gates"].as_array().unwrap();
    let active = gates
        .iter()
        .find(|entry| entry["gate"] == gate.as_str())
        .unwrap();
    assert_eq!(
        (active["mode"].as_str(), active["ready"].as_bool()),
        (Some("enforce"), Some(true)),
        "{}",
        said.out
    );
}

#[test]
fn a_rust_gate_goes_from_nothing_to_judging_in_ten_lines() {
    ten_lines("rust");
}

#[test]
fn a_python_gate_goes_from_nothing_to_judging_in_ten_lines() {
    ten_lines("python");
}

#[test]
fn what_must_not_be_installed_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), "");
    let trusted = markers::trusted_key(folder.path());
    markers::prism(
        folder.path(),
        &[
            "gate",
            "key",
            "new",
            "--id",
            "stranger",
            "--out",
            "stranger.key",
        ],
    )
    .ok();
    let install = |component: &Path, more: &[&str]| {
        let mut arguments = vec![
            "gate",
            "install",
            component.to_str().unwrap(),
            "--yes",
            "--reason",
            "test",
        ];
        arguments.extend(more);
        service.prism(&arguments)
    };
    let refused = |said: Said, words: &[&str]| {
        assert_eq!(said.code, 1, "{}", said.out);
        for word in words {
            assert!(
                said.err.contains(word),
                "{word:?} is missing in: {}",
                said.err
            );
        }
    };

    // Signed by a key nobody trusts.
    let stranger = folder.path().join("stranger.key");
    let unknown = markers::signed(folder.path(), "1.0.0", &stranger);
    refused(
        install(&unknown, &[]),
        &["stranger", "prism gate key trust"],
    );

    // Not signed at all.
    let unsigned = folder.path().join("unsigned.wasm");
    std::fs::write(&unsigned, markers::component("1.0.1", "1.0")).unwrap();
    refused(install(&unsigned, &[]), &["prism gate sign"]);

    // Changed by one byte after it was signed: the version in its data.
    let changed = markers::signed(folder.path(), "1.0.2", &trusted);
    let mut bytes = std::fs::read(&changed).unwrap();
    let at = bytes
        .windows(5)
        .position(|window| window == b"1.0.2")
        .unwrap();
    bytes[at] = b'2';
    std::fs::write(&changed, &bytes).unwrap();
    refused(
        install(&changed, &[]),
        &["this one is sha256:", "sign this one"],
    );

    // The same with the signature file made to fit: only the signature itself tells, and only the service asks it.
    let file = folder.path().join("marker-1.0.2.wasm.sig");
    let mut signed: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    signed["digest"] = format!("sha256:{}", prism_component::digest(&bytes)).into();
    std::fs::write(&file, signed.to_string()).unwrap();
    refused(
        install(&changed, &[]),
        &["author", "does not fit", "get both from the author again"],
    );

    // Asks for a capability that was not granted, by name.
    let review = folder.path().join("review.wasm");
    std::fs::copy(home().gates_dir().join("llm-review.wasm"), &review).unwrap();
    let sign = [
        "gate",
        "sign",
        review.to_str().unwrap(),
        "--key",
        trusted.to_str().unwrap(),
    ];
    markers::prism(folder.path(), &sign).ok();
    refused(install(&review, &[]), &["llm", "--grant llm"]);

    // Built for a contract that this host does not serve.
    let future = markers::signed(folder.path(), "1.0.3", &trusted);
    let mut bytes = std::fs::read(&future).unwrap();
    let old = b"prism:gate/gate@1.0.0";
    for at in 0..bytes.len() - old.len() {
        if &bytes[at..at + old.len()] == old {
            bytes[at + 16] = b'7';
        }
    }
    std::fs::write(&future, bytes).unwrap();
    let sign = [
        "gate",
        "sign",
        future.to_str().unwrap(),
        "--key",
        trusted.to_str().unwrap(),
    ];
    refused(
        markers::prism(folder.path(), &sign),
        &["prism:gate", "1.0.0, 1.1.0"],
    );

    // And nothing of all that is there.
    let gates = service
        .prism(&["gate", "list", "--remote", "--json"])
        .json();
    assert!(
        gates
            .as_array()
            .unwrap()
            .iter()
            .all(|gate| gate["origin"] == "installation")
    );
}
