//! From a [`Gate`] to the component contract: generated bindings, conversions and the export macro.

use std::marker::PhantomData;

use serde_json::Value;

use crate::bundle::Bundle;
use crate::evidence::{Evidence, Severity};
use crate::facts::Facts;
use crate::gate::{Context, Descriptor, Gate, Input, Submission, judge};
use crate::report::{Decision, Report};

use bindings::exports::prism::gate::gate as contract;
use bindings::prism::gate::{bundle as host, types};

/// Bindings generated from `gates-wit/wit`: the world the features ask for, in the oldest version of the
/// contract that has it, so that a gate runs on every host that can serve it.
#[doc(hidden)]
pub mod bindings {
    #![allow(
        missing_docs,
        unsafe_code,
        reason = "generated code; the items are documented in WIT"
    )]
    #![allow(
        clippy::all,
        clippy::restriction,
        clippy::indexing_slicing,
        reason = "generated code"
    )]

    #[cfg(not(any(feature = "llm", feature = "corpus")))]
    wit_bindgen::generate!({
        path: "../wit/1.0",
        world: "plain-gate",
        pub_export_macro: true,
        export_macro_name: "export_component",
        default_bindings_module: "prism_gate_sdk::bindings",
    });

    #[cfg(all(feature = "llm", not(feature = "corpus")))]
    wit_bindgen::generate!({
        path: "../wit/1.0",
        world: "llm-gate",
        pub_export_macro: true,
        export_macro_name: "export_component",
        default_bindings_module: "prism_gate_sdk::bindings",
    });

    #[cfg(all(feature = "corpus", not(feature = "llm")))]
    wit_bindgen::generate!({
        path: "../wit/1.1",
        world: "corpus-gate",
        pub_export_macro: true,
        export_macro_name: "export_component",
        default_bindings_module: "prism_gate_sdk::bindings",
    });

    #[cfg(all(feature = "llm", feature = "corpus"))]
    wit_bindgen::generate!({
        path: "../wit/1.1",
        world: "full-gate",
        pub_export_macro: true,
        export_macro_name: "export_component",
        default_bindings_module: "prism_gate_sdk::bindings",
    });
}

/// Makes the component exports of a [`Gate`]. Call it once, at the root of the gate's crate, which
/// must be a `cdylib`. In a native build it does nothing.
#[macro_export]
macro_rules! export_gate {
    ($gate:ty) => {
        #[cfg(target_arch = "wasm32")]
        mod prism_gate_export {
            #![allow(unsafe_code, reason = "generated component exports")]
            #[allow(unused_imports, reason = "the gate's type may be written with any path")]
            use super::*;
            type Component = $crate::Exported<$gate>;
            $crate::bindings::export_component!(Component with_types_in $crate::bindings);
        }
    };
}

/// Adapts a [`Gate`] to the generated contract.
#[doc(hidden)]
#[derive(Debug)]
pub struct Exported<G>(PhantomData<G>);

impl<G: Gate> contract::Guest for Exported<G> {
    fn describe() -> contract::Descriptor {
        explain_panics();
        G::describe().into()
    }

    fn evaluate(
        submission: contract::Submission,
        bundle: &contract::BundleFiles,
        config: String,
        facts: Vec<contract::Fact>,
    ) -> contract::Report {
        explain_panics();
        let input = Input {
            submission: submission.into(),
            bundle: read(bundle),
            facts: facts
                .into_iter()
                .map(|fact| (fact.name, fact.value.into()))
                .collect(),
        };
        judge::<G>(&input, &config).into()
    }
}

/// A panic becomes a trap without a text; its text goes to the log first.
fn explain_panics() {
    std::panic::set_hook(Box::new(|panic| {
        crate::log::error(&format!("the gate panicked: {panic}"))
    }));
}

/// Reads every file: a bundle is at most a few megabytes, and a copy of it is cheaper than the
/// bookkeeping that reading on demand would need.
fn read(files: &host::BundleFiles) -> Bundle {
    let read = |info: host::FileInfo| Some((files.read(&info.path).ok()?, info.path));
    Bundle::new(
        files
            .files()
            .into_iter()
            .filter_map(read)
            .map(|(bytes, path)| (path, bytes))
            .collect(),
    )
}

impl From<types::Submission> for Submission {
    fn from(given: types::Submission) -> Self {
        let types::Context {
            vocab_size,
            sequence_length,
            max_layers,
            max_parameters,
            seed,
            tokenizer,
            python_version,
        } = given.context;
        let context = Context {
            vocab_size,
            sequence_length,
            max_layers,
            max_parameters,
            seed,
            tokenizer,
            python_version,
        };
        Self {
            id: given.id,
            hotkey: given.hotkey,
            context,
        }
    }
}

impl From<types::FactValue> for Value {
    fn from(value: types::FactValue) -> Self {
        match value {
            types::FactValue::Undecided => Self::Null,
            types::FactValue::Boolean(value) => value.into(),
            types::FactValue::Integer(value) => value.into(),
            types::FactValue::Real(value) => value.into(),
            types::FactValue::Text(value) => value.into(),
            // The host has checked that it is JSON; what is not can only be undecided.
            types::FactValue::Json(text) => serde_json::from_str(&text).unwrap_or(Self::Null),
        }
    }
}

fn fact_value(value: &Value) -> types::FactValue {
    match value {
        Value::Null => types::FactValue::Undecided,
        Value::Bool(value) => types::FactValue::Boolean(*value),
        Value::String(value) => types::FactValue::Text(value.clone()),
        Value::Number(number) => match (number.as_i64(), number.is_f64(), number.as_f64()) {
            (Some(integer), ..) => types::FactValue::Integer(integer),
            (None, true, Some(real)) => types::FactValue::Real(real),
            _ => types::FactValue::Json(number.to_string()),
        },
        Value::Array(_) | Value::Object(_) => types::FactValue::Json(value.to_string()),
    }
}

impl From<Descriptor> for types::Descriptor {
    fn from(own: Descriptor) -> Self {
        let rules = own
            .rules
            .into_iter()
            .map(|rule| types::Rule {
                id: rule.id,
                summary: rule.summary,
            })
            .collect();
        let capabilities = own
            .capabilities
            .into_iter()
            .map(|capability| types::Capability {
                name: capability.name,
                reason: capability.reason,
            })
            .collect();
        Self {
            id: own.id,
            version: own.version,
            summary: own.summary,
            rules,
            facts: own.facts,
            capabilities,
            config_schema: own.config_schema.to_string(),
        }
    }
}

impl From<Evidence> for types::Evidence {
    fn from(own: Evidence) -> Self {
        let Evidence {
            rule,
            path,
            line,
            column,
            severity,
            message,
            snippet_hash,
        } = own;
        let severity = match severity {
            Severity::Info => types::Severity::Info,
            Severity::Warning => types::Severity::Warning,
            Severity::Error => types::Severity::Error,
        };
        Self {
            rule,
            path,
            line,
            column,
            severity,
            message,
            snippet_hash,
        }
    }
}

fn facts_out(facts: &Facts) -> Vec<types::Fact> {
    facts
        .iter()
        .map(|(name, value)| types::Fact {
            name: name.to_owned(),
            value: fact_value(value),
        })
        .collect()
}

impl From<Report> for types::Report {
    fn from(own: Report) -> Self {
        let decision = match own.decision {
            Decision::Allow => types::Decision::Allow,
            Decision::Reject => types::Decision::Reject,
            Decision::Hold => types::Decision::Hold,
        };
        let facts = facts_out(&own.facts);
        Self {
            decision,
            reason: own.reason,
            evidence: own.evidence.into_iter().map(Into::into).collect(),
            facts,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;

    #[test]
    fn facts_cross_the_boundary_and_come_back() {
        let values =
            serde_json::json!([null, true, -5, 18446744073709551615_u64, 0.25, "text", {"a": [1]}]);
        for value in values.as_array().unwrap() {
            assert_eq!(&Value::from(fact_value(value)), value);
        }
    }
}
