//! Guests as components, and the few things every test needs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use prism_bundle::Bundle;
use prism_engine::{Call, Capabilities, Capability, Gate, Limits, Runtime, Settings, Submission};
use prism_store::verdict::{Facts, GateRun};

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests")
}

/// A guest as a component of contract 1.1.
pub fn guest(name: &str) -> Vec<u8> {
    component(name, "1.1.0", |text| text)
}

/// A guest as a component of this contract, with its text changed.
pub fn component(name: &str, contract: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let read = |file: &str| std::fs::read_to_string(folder().join(file)).unwrap();
    // A guest owes its borrowed bundle back before it returns.
    let text = format!(
        "(module (import \"prism:gate/bundle@1.1.0\" \"[resource-drop]bundle-files\" \
         (func $drop-bundle (param i32))) {} {})",
        read(&format!("{name}.wat")),
        read("prelude.wat")
    );
    let mut module =
        wat::parse_str(change(text).replace("@1.1.0", &format!("@{contract}"))).unwrap();
    let mut resolve = wit_parser::Resolve::default();
    let version = &contract[..3];
    let (mut package, _) = resolve
        .push_path(folder().join("../../../../gates-wit/wit").join(version))
        .unwrap();
    let mut world = match name {
        "asks" | "asks-secretly" => "llm-gate",
        "resembles" | "nags" => "corpus-gate",
        _ => "plain-gate",
    };
    if name == "hoards" {
        let hoard = "package guest:hoard; interface stash { resource thing; } \
             world hoarder { include prism:gate/plain-gate@1.1.0; export stash; }";
        package = resolve.push_str("hoard.wit", hoard).unwrap();
        world = "hoarder";
    }
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    wit_component::embed_component_metadata(
        &mut module,
        &resolve,
        world,
        wit_component::StringEncoding::UTF8,
    )
    .unwrap();
    wit_component::ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .unwrap()
        .encode()
        .unwrap()
}

pub fn runtime() -> Runtime {
    Runtime::start(&Settings {
        concurrency: 4,
        ..Settings::default()
    })
    .unwrap()
}

/// A runtime that finds no address space for the pool.
pub fn on_demand() -> Runtime {
    let runtime = Runtime::start(&Settings {
        concurrency: 60_000,
        ..Settings::default()
    })
    .unwrap();
    assert!(!runtime.is_pooling());
    runtime
}

pub async fn gate(runtime: &Runtime, name: &str) -> Gate {
    load(runtime, &guest(name)).await
}

pub async fn load(runtime: &Runtime, component: &[u8]) -> Gate {
    Gate::load(runtime, "guest", component, &Capability::ALL.into())
        .await
        .unwrap()
}

/// A closed bundle with one file of some 60 kB.
pub fn bundle() -> Bundle {
    let long = "# a line of a long comment\n".repeat(2_200);
    let files = [
        (
            "architecture.py",
            format!("def build_model(ctx): ...\n{long}"),
        ),
        ("training.py", "def train(ctx): ...\n".to_owned()),
    ];
    Bundle::from_files(
        files
            .map(|(path, text)| (path.to_owned(), text.into()))
            .into(),
    )
    .unwrap()
}

pub const LIMITS: Limits = Limits {
    fuel: 50_000_000,
    memory_bytes: 128 << 20,
    timeout: Duration::from_secs(20),
};

pub async fn evaluate(runtime: &Runtime, gate: &Gate, limits: &Limits) -> GateRun {
    evaluate_with(runtime, gate, limits, &Capabilities::default()).await
}

pub async fn evaluate_with(
    runtime: &Runtime,
    gate: &Gate,
    limits: &Limits,
    capabilities: &Capabilities,
) -> GateRun {
    let bundle = bundle();
    let call = Call {
        submission: &Submission::local(&bundle),
        bundle: &bundle,
        config: "{}",
        facts: &Facts::new(),
        limits,
        capabilities,
    };
    gate.evaluate(runtime, &call).await.unwrap()
}
