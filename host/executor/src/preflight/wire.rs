//! What host and preflight say to each other: one JSON object a line over a Unix socket.
//!
//! The process inside is hostile. Lines, their number, and every text and list in them are bounded here, and a rule
//! or phase that is not in the list is refused.

use prism_protocol::spec::Context;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Bytes of one line, the line end included.
pub(super) const LINE_BYTES: usize = 1 << 20;
/// Lines of one preflight.
pub(super) const LINES: usize = 256;
/// Findings that are kept.
const FINDINGS: usize = 32;
/// Characters of a finding's message.
const MESSAGE: usize = 4_000;
/// Characters of a name or path.
const NAME: usize = 512;
/// Of a count: names of lazy parameters, largest tensors and their dimensions, and classes of modules that are kept.
const LAZY: usize = 64;
const LARGEST: usize = 16;
const DIMENSIONS: usize = 16;
const KINDS: usize = 256;

/// What is asked.
#[derive(Serialize)]
pub(super) struct Request<'a> {
    pub(super) context: &'a Context,
    pub(super) device: super::Device,
    pub(super) state_buffer_bytes: u64,
    pub(super) max_cells: u64,
}

/// One line from inside.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Message {
    Ready(Ready),
    Phase(Phase),
    Counts(Counts),
    Finding(Finding),
    Done(Done),
}

/// The interpreter and torch of a preflight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ready {
    /// For example `3.11.7`.
    pub python: String,
    /// For example `2.11.0+cpu`.
    pub torch: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Done {
    pub(super) facts: Map<String, Value>,
}

/// A part of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Importing both scripts.
    Import,
    /// `build_model(ctx)`.
    Build,
    /// The first forward, after which lazy layers have their sizes.
    Forward,
    /// Building again, under this seed and another.
    Seeds,
    /// `train(ctx)` up to its first batch.
    Rehearsal,
    /// The form of the output.
    Output,
    /// Whether a prediction knows what it must not.
    Causality,
}

impl Phase {
    /// What it does, to follow "while".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Import => "importing the scripts",
            Self::Build => "running build_model",
            Self::Forward => "running the model for the first time",
            Self::Seeds => "building the model again",
            Self::Rehearsal => "running train up to its first batch",
            Self::Output => "checking the output",
            Self::Causality => "testing causality",
        }
    }
}

/// The rules a preflight can raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Rule {
    /// Import or `build_model` raised.
    #[serde(rename = "prism:build-model-instantiation")]
    Instantiation,
    /// `build_model` returned no module.
    #[serde(rename = "prism:build-model-return-type")]
    ReturnType,
    /// Out of memory or time.
    #[serde(rename = "prism:build-model-resource")]
    Resource,
    /// Too many parameters, or too much state.
    #[serde(rename = "prism:param-cap")]
    ParamCap,
    /// The output has not the one announced form.
    #[serde(rename = "prism:output-contract")]
    OutputContract,
    /// A prediction depends on later tokens.
    #[serde(rename = "prism:causality")]
    Causality,
    /// A prediction depends on other rows.
    #[serde(rename = "prism:row-dependence")]
    RowDependence,
    /// A layer that the fast API does not allow.
    #[serde(rename = "prism:fast-api-layer")]
    FastApiLayer,
    /// `train` did not get to its first batch.
    #[serde(rename = "prism:train-before-first-batch")]
    BeforeFirstBatch,
    /// Initial values that the seed does not change.
    #[serde(rename = "prism:seed-independent")]
    SeedIndependent,
    /// Other initial values under the same seed.
    #[serde(rename = "prism:not-repeatable")]
    NotRepeatable,
    /// Initial values that are no numbers.
    #[serde(rename = "prism:initial-value")]
    InitialValue,
}

impl Rule {
    /// Its id.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Instantiation => "prism:build-model-instantiation",
            Self::ReturnType => "prism:build-model-return-type",
            Self::Resource => "prism:build-model-resource",
            Self::ParamCap => "prism:param-cap",
            Self::OutputContract => "prism:output-contract",
            Self::Causality => "prism:causality",
            Self::RowDependence => "prism:row-dependence",
            Self::FastApiLayer => "prism:fast-api-layer",
            Self::BeforeFirstBatch => "prism:train-before-first-batch",
            Self::SeedIndependent => "prism:seed-independent",
            Self::NotRepeatable => "prism:not-repeatable",
            Self::InitialValue => "prism:initial-value",
        }
    }
}

/// How grave a finding is: an error rejects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably a mistake.
    Warning,
    /// A violated rule.
    Error,
}

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// How grave it is.
    pub severity: Severity,
    /// Bundle path, not yet checked against the bundle.
    pub path: Option<String>,
    /// 1-based line.
    pub line: Option<u32>,
    /// What is wrong and what to do, without control characters but line ends.
    pub message: String,
}

/// What the model holds, in elements unless it says bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Unique registered parameters, after the first forward.
    pub parameters: u64,
    /// The same before it.
    pub parameters_built: u64,
    /// Registered buffers.
    pub buffers: u64,
    /// Tensors alive outside both.
    pub held_elements: u64,
    /// Bytes of parameters and persistent buffers: what is exported.
    pub state_bytes: u64,
    /// Bytes of tensors alive outside both.
    pub held_bytes: u64,
    /// Names of lazy parameters that never got a shape.
    pub lazy: Vec<String>,
    /// The largest tensors, largest first.
    pub largest: Vec<LargestTensor>,
    /// Parameters by the class of the module that owns them.
    pub kinds: std::collections::BTreeMap<String, u64>,
}

/// One of the largest tensors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LargestTensor {
    /// Its name in the model.
    pub name: String,
    /// Its shape.
    pub shape: Vec<u64>,
    /// Its elements.
    pub elements: u64,
}

impl Message {
    /// Reads a line; `findings` came before.
    ///
    /// # Errors
    /// In words, when it is not one the harness says.
    pub(super) fn read(line: &[u8], findings: usize) -> Result<Self, String> {
        let mut message: Self = serde_json::from_slice(line)
            .map_err(|error| format!("a line that is no message: {error}"))?;
        match &mut message {
            Self::Ready(ready) => {
                clean(&mut ready.python, 64);
                clean(&mut ready.torch, 64);
            }
            Self::Finding(finding) => {
                if findings >= FINDINGS {
                    return Err(format!("more than {FINDINGS} findings"));
                }
                clean(&mut finding.message, MESSAGE);
                if let Some(path) = &mut finding.path {
                    clean(path, NAME);
                }
            }
            Self::Counts(counts) => {
                // A model may well have more names than are worth keeping.
                counts.lazy.truncate(LAZY);
                counts.lazy.iter_mut().for_each(|name| clean(name, NAME));
                counts.largest.truncate(LARGEST);
                for tensor in &mut counts.largest {
                    clean(&mut tensor.name, NAME);
                    tensor.shape.truncate(DIMENSIONS);
                }
                let kinds = std::mem::take(&mut counts.kinds).into_iter().take(KINDS);
                counts.kinds = kinds
                    .map(|(mut kind, count)| {
                        clean(&mut kind, NAME);
                        (kind, count)
                    })
                    .collect();
            }
            Self::Phase(_) | Self::Done(_) => {}
        }
        Ok(message)
    }
}

/// Takes out what a terminal might obey, and cuts.
fn clean(text: &mut String, characters: usize) {
    *text = text
        .chars()
        .filter(|character| !character.is_control() || matches!(character, '\n' | '\t'))
        .take(characters)
        .collect();
}
