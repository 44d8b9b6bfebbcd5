//! A tiny gate that says which version of it judged: as the fact `marker_version`, out of its own code.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::home;
use crate::service::Said;

/// Its id.
pub const ID: &str = "marker";

/// The fact that names the version.
pub const FACT: &str = "marker_version";

/// What a marker does with every bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Lets it pass.
    Allow,
    /// Rejects it.
    Reject,
    /// Breaks.
    Trap,
    /// Never comes to an end.
    Loop,
}

/// What a marker of this version and contract looks like; its descriptor lies in memory as the canonical ABI wants it.
fn module(version: &str, contract: &str, behaviour: Behaviour) -> String {
    let length = version.len();
    let act = match behaviour {
        Behaviour::Allow => "",
        Behaviour::Reject => "(i32.store8 (i32.const 256) (i32.const 1))",
        Behaviour::Trap => "(unreachable)",
        Behaviour::Loop => "(loop $again (br $again))",
    };
    format!(
        r#"(module
  (import "prism:gate/bundle@{contract}" "[resource-drop]bundle-files" (func $drop-bundle (param i32)))
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get 3)))
    (local.get $at))
  (data (i32.const 16) "{ID}")
  (data (i32.const 32) "{version}")
  (data (i32.const 48) "{FACT}")
  (data (i32.const 64) "{{}}")
  ;; id, version, summary, rules, facts, capabilities, config-schema
  (data (i32.const 128)
    "\10\00\00\00\06\00\00\00" "\20\00\00\00\{length:02x}\00\00\00" "\00\00\00\00\00\00\00\00"
    "\00\00\00\00\00\00\00\00" "\c0\00\00\00\01\00\00\00" "\00\00\00\00\00\00\00\00" "\40\00\00\00\02\00\00\00")
  (data (i32.const 192) "\30\00\00\00\0e\00\00\00")
  ;; report: allow, no reason, no evidence, one fact
  (data (i32.const 256)
    "\00\00\00\00" "\00\00\00\00\00\00\00\00" "\00\00\00\00\00\00\00\00" "\40\01\00\00\01\00\00\00")
  ;; the fact: name, text
  (data (i32.const 320)
    "\30\00\00\00\0e\00\00\00" "\04\00\00\00\00\00\00\00" "\20\00\00\00\{length:02x}\00\00\00")
  (func (export "prism:gate/gate@{contract}#describe") (result i32) (i32.const 128))
  ;; All arguments lie in memory; the bundle's handle, which must be given back, at offset 64.
  (func (export "prism:gate/gate@{contract}#evaluate") (param i32) (result i32)
    (call $drop-bundle (i32.load offset=64 (local.get 0)))
    {act}
    (i32.const 256)))"#
    )
}

/// The component of a version that lets everything pass, for contract `1.0` or `1.1`.
pub fn component(version: &str, contract: &str) -> Vec<u8> {
    behaving(version, contract, Behaviour::Allow)
}

/// With cases that expect one verdict on a small bundle.
pub fn with_case(component: &[u8], verdict: &str) -> Vec<u8> {
    let mut cases = prism_component::cases::Files::new();
    let expected = format!("{{\"verdict\": \"{verdict}\", \"rules\": []}}");
    cases.insert("small/expected.json".to_owned(), expected.into_bytes());
    for (path, content) in &*crate::files("example-small") {
        cases.insert(format!("small/bundle/{path}"), content.clone());
    }
    prism_component::cases::embed(component, &cases).unwrap()
}

/// The component of a version that behaves so.
pub fn behaving(version: &str, contract: &str, behaviour: Behaviour) -> Vec<u8> {
    let mut module = wat::parse_str(module(version, &format!("{contract}.0"), behaviour)).unwrap();
    let mut resolve = wit_parser::Resolve::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../gates-wit/wit")
        .join(contract);
    let (package, _) = resolve.push_path(folder).unwrap();
    let world = resolve
        .select_world(&[package], Some("plain-gate"))
        .unwrap();
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

/// Makes a signing key in the folder and puts it into the folder's `gate-keys.toml`.
pub fn trusted_key(folder: &Path) -> PathBuf {
    let key = folder.join("author.key");
    prism(
        folder,
        &[
            "gate",
            "key",
            "new",
            "--id",
            "author",
            "--out",
            "author.key",
        ],
    )
    .ok();
    prism(
        folder,
        &[
            "gate",
            "key",
            "trust",
            "author.key.pub",
            "--keys",
            "gate-keys.toml",
        ],
    )
    .ok();
    key
}

/// A signed component of a version as a file.
pub fn signed(folder: &Path, version: &str, key: &Path) -> PathBuf {
    let path = folder.join(format!("{ID}-{version}.wasm"));
    std::fs::write(&path, component(version, "1.0")).unwrap();
    let arguments = [
        "gate",
        "sign",
        path.to_str().unwrap(),
        "--key",
        key.to_str().unwrap(),
    ];
    prism(folder, &arguments).ok();
    path
}

/// The command in a folder.
pub fn prism(folder: &Path, arguments: &[&str]) -> Said {
    Said::of(
        Command::new(home().root().join("bin/prism"))
            .args(arguments)
            .current_dir(folder),
    )
}
