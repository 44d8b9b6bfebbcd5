//! The trait a gate implements, and what it is given.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::bundle::Bundle;
use crate::config;
use crate::facts::Facts;
use crate::report::Report;

/// A gate: describes itself and judges one bundle.
///
/// The answer must depend on nothing but the arguments and the answers of granted capabilities, so
/// that it is the same on every machine.
pub trait Gate {
    /// The configuration object. Derive `Deserialize` with `#[serde(default)]`; keys that it does
    /// not know are refused by the kit.
    type Config: DeserializeOwned;

    /// What the gate is, which rules it can raise and which facts it can produce.
    fn describe() -> Descriptor;

    /// Judges one bundle.
    fn evaluate(input: &Input, config: &Self::Config) -> Report;
}

/// What a gate judges.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// What the host knows beside the bundle.
    pub submission: Submission,
    /// The files.
    pub bundle: Bundle,
    /// The facts of the gates before this one.
    pub facts: Facts,
}

/// What the host knows of the submission beside the bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    /// Submission id; empty in a local check.
    pub id: String,
    /// The miner's hotkey; empty in a local check.
    pub hotkey: String,
    /// The values of the context `build_model(ctx)` will get.
    pub context: Context,
}

/// The scored run's context, as far as gates need it. The default is the one of an official run, for tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Ids of the declared tokenizer.
    pub vocab_size: u32,
    /// Columns of a row, in tokens.
    pub sequence_length: u32,
    /// Layers at most; not enforced by gates.
    pub max_layers: u32,
    /// Parameter cap, in parameters.
    pub max_parameters: u64,
    /// The forced seed.
    pub seed: u64,
    /// The tokenizer's name.
    pub tokenizer: String,
    /// The Python that will run the bundle, as `major.minor`: its grammar is the one that counts.
    pub python_version: String,
}

impl Default for Context {
    fn default() -> Self {
        Self {
            vocab_size: 257,
            sequence_length: 128,
            max_layers: 96,
            max_parameters: 150_000_000,
            seed: 1337,
            tokenizer: "bytes".to_owned(),
            python_version: "3.12".to_owned(),
        }
    }
}

/// What `describe` says of a gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Descriptor {
    /// Gate id: lowercase letters, digits and dashes.
    pub id: String,
    /// Semantic version.
    pub version: String,
    /// One sentence for people.
    pub summary: String,
    /// Every rule the gate can raise.
    pub rules: Vec<Rule>,
    /// Every fact name the gate can produce.
    pub facts: Vec<String>,
    /// The capabilities it imports and what for.
    pub capabilities: Vec<CapabilityUse>,
    /// JSON Schema of the configuration object.
    pub config_schema: Value,
}

/// One rule of a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// For example `prism:no-process`.
    pub id: String,
    /// One sentence: what the rule forbids.
    pub summary: String,
}

/// A capability a gate asks the operator for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapabilityUse {
    /// The name of the imported interface: `llm` or `corpus`.
    pub name: String,
    /// One sentence for the operator: what the gate does with it.
    pub reason: String,
}

impl Descriptor {
    /// A gate with no rule, no fact, no capability and nothing to configure.
    #[must_use]
    pub fn new(id: &str, version: &str, summary: &str) -> Self {
        Self {
            id: id.to_owned(),
            version: version.to_owned(),
            summary: summary.to_owned(),
            rules: Vec::new(),
            facts: Vec::new(),
            capabilities: Vec::new(),
            config_schema: serde_json::json!({
                "type": "object", "properties": {}, "additionalProperties": false
            }),
        }
    }

    /// Adds a rule.
    #[must_use]
    pub fn rule(mut self, id: &str, summary: &str) -> Self {
        self.rules.push(Rule {
            id: id.to_owned(),
            summary: summary.to_owned(),
        });
        self
    }

    /// Adds the name of a fact.
    #[must_use]
    pub fn fact(mut self, name: &str) -> Self {
        self.facts.push(name.to_owned());
        self
    }

    /// Declares a capability, as the feature of the kit is called that brings it, with one sentence for the
    /// operator who grants it. The host refuses a gate that imports one it doesn't declare, or the reverse.
    #[must_use]
    pub fn capability(mut self, name: &str, reason: &str) -> Self {
        self.capabilities.push(CapabilityUse {
            name: name.to_owned(),
            reason: reason.to_owned(),
        });
        self
    }

    /// Sets the properties of the configuration object, as JSON Schema.
    #[must_use]
    pub fn config(mut self, properties: Value) -> Self {
        self.config_schema = serde_json::json!({
            "type": "object", "properties": properties, "additionalProperties": false
        });
        self
    }
}

/// Runs a gate as the host would: decodes the configuration, judges, keeps the report in bounds.
///
/// A configuration that does not fit holds: the operator wrote it, the bundle is not to blame.
#[must_use]
pub fn judge<G: Gate>(input: &Input, config: &str) -> Report {
    match config::decode::<G::Config>(config) {
        Ok(config) => G::evaluate(input, &config).bounded(),
        Err(error) => Report::hold(error.to_string()).bounded(),
    }
}
