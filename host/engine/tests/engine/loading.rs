//! What is no gate is not loaded, and each reason has its word.

use std::collections::BTreeSet;

use prism_engine::{Capability, Gate};

use crate::guests::{component, guest, on_demand, runtime};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_gate_is_not_loaded_and_says_why() {
    let (pooled, on_demand) = (runtime(), on_demand());
    let wat = |text: &str| wat::parse_str(text).unwrap();
    let named = |gate: &str, imports: &str| {
        wat(&format!(
            "(component {imports} (instance $gate) (export \"{gate}\" (instance $gate)))"
        ))
    };
    let cut = guest("allows").split_at(200).0.to_vec();
    let changed = |name: &str, from: &'static str, to: &'static str| {
        component(name, "1.1.0", move |text| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        })
    };
    let schema = "(data (i32.const 72) \"{}\")";
    for (what, bytes, kind, says) in [
        (
            "a WASI import",
            named(
                "prism:gate/gate@1.1.0",
                "(import \"wasi:clocks/monotonic-clock@0.2.0\" (instance))",
            ),
            "foreign_imports",
            "wasi:clocks/monotonic-clock@0.2.0",
        ),
        (
            "another version of the contract",
            named("prism:gate/gate@9.0.0", ""),
            "unknown_contract",
            "prism:gate/gate@9.0.0",
        ),
        ("no export", wat("(component)"), "no_gate", "export_gate!"),
        (
            "an export without functions",
            named("prism:gate/gate@1.1.0", ""),
            "unlinkable",
            "build it anew",
        ),
        (
            "a capability that its version lacks",
            named(
                "prism:gate/gate@1.0.0",
                "(import \"prism:gate/corpus@1.0.0\" (instance (export \"nearest\" (func))))",
            ),
            "unlinkable",
            "corpus",
        ),
        ("a core module", wat("(module)"), "malformed", "core module"),
        (
            "no WebAssembly",
            b"hello".to_vec(),
            "malformed",
            "not a valid",
        ),
        ("half a file", cut, "malformed", "not a valid"),
        ("nothing", vec![], "malformed", "not a valid"),
        (
            "a describe that traps",
            guest("describes-nothing"),
            "describe_trapped",
            "unreachable",
        ),
        (
            "an endless describe",
            guest("describes-forever"),
            "describe_out_of_fuel",
            "500000000",
        ),
        (
            "a describe that takes all memory",
            guest("describes-greedily"),
            "describe_out_of_memory",
            "linear memory",
        ),
        (
            "a memory too large from the start",
            changed(
                "allows",
                "(export \"memory\") 2)",
                "(export \"memory\") 30000)",
            ),
            "describe_out_of_memory",
            "linear memory",
        ),
        (
            "a table too large from the start",
            guest("starts-wide"),
            "describe_out_of_memory",
            "table elements",
        ),
        (
            "an id in capitals",
            guest("misnamed"),
            "bad_descriptor",
            "\"Guest\"",
        ),
        (
            "a version that is none",
            changed("allows", "\"1.0.0\"", "\"1.x.0\""),
            "bad_descriptor",
            "semantic version",
        ),
        (
            "a rule without a namespace",
            changed("allows", "prism:guest-rule", "prism-guest-rule"),
            "bad_descriptor",
            "namespace",
        ),
        (
            "a schema that is no object",
            changed("allows", schema, "(data (i32.const 72) \"[]\")"),
            "bad_descriptor",
            "not an object",
        ),
        (
            "a schema that is no JSON",
            changed("allows", schema, "(data (i32.const 72) \"{x\")"),
            "bad_descriptor",
            "not JSON",
        ),
        (
            "a capability it does not tell of",
            guest("asks-secretly"),
            "capability_undeclared",
            "[llm]",
        ),
    ] {
        for runtime in [&pooled, &on_demand] {
            let error = Gate::load(runtime, "x.wasm", &bytes, &Capability::ALL.into())
                .await
                .unwrap_err();
            let text = error.to_string();
            assert_eq!(error.kind(), kind, "{what}: {text}");
            assert!(
                text.contains("x.wasm") && text.contains(says),
                "{what}: {text}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capability_must_be_granted_by_name() {
    let runtime = runtime();
    for (name, capability, other) in [
        ("asks", Capability::Llm, Capability::Corpus),
        ("resembles", Capability::Corpus, Capability::Llm),
    ] {
        for grants in [BTreeSet::new(), BTreeSet::from([other])] {
            let error = Gate::load(&runtime, "x.wasm", &guest(name), &grants)
                .await
                .unwrap_err();
            assert_eq!(error.kind(), "ungranted");
            let option = format!("--grant {capability}");
            assert!(error.to_string().contains(&option), "{error}");
        }
        let gate = Gate::load(&runtime, "x.wasm", &guest(name), &[capability].into())
            .await
            .unwrap();
        assert_eq!(gate.capabilities(), &BTreeSet::from([capability]));
        assert_eq!(gate.descriptor().capabilities[0].name, capability.name());
    }
}
