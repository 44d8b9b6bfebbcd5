//! Author kit for gates written in Rust.
//!
//! A gate is a type that implements [`Gate`]: it describes itself and judges one bundle. The kit
//! turns that into the component contract `prism:gate` (`gates-wit/wit/`), reads the bundle
//! into a [`Bundle`], decodes the configuration into the gate's own type, and carries evidence and
//! facts back. What lives here has no opinion about bundles; rules live in the gates, the Python
//! syntax tree in `prism-pyast` (feature `python` brings it as [`mod@python`]), the manifest in `prism-manifest`.
//!
//! Features decide what a gate asks of its operator: none by default, `llm` for one chat call, `corpus` for
//! earlier submissions that resemble this one.
//!
//! The same code compiles natively, where [`judge`] runs a gate in a unit test without a component.
//!
//! ```
//! use prism_gate_sdk::{Descriptor, Evidence, Gate, Input, NoConfig, Report, export_gate};
//!
//! struct Shout;
//!
//! impl Gate for Shout {
//!     type Config = NoConfig;
//!
//!     fn describe() -> Descriptor {
//!         Descriptor::new("shout", "0.1.0", "Refuses files with an upper-case name.")
//!             .rule("example:no-shouting", "File names are lower case.")
//!     }
//!
//!     fn evaluate(input: &Input, _config: &NoConfig) -> Report {
//!         let mut report = Report::allow();
//!         for file in input.bundle.files().filter(|file| file.path().contains(char::is_uppercase)) {
//!             report.push(Evidence::error("example:no-shouting", "rename it to lower case").in_file(file.path()));
//!         }
//!         report.reject_on_errors()
//!     }
//! }
//!
//! export_gate!(Shout);
//! ```

mod bundle;
#[cfg(not(target_arch = "wasm32"))]
pub mod cases;
mod config;
#[cfg(feature = "corpus")]
pub mod corpus;
mod evidence;
mod export;
mod facts;
mod gate;
#[cfg(feature = "llm")]
pub mod llm;
pub mod log;
#[cfg(feature = "python")]
pub mod python;
mod report;

pub use bundle::{Bundle, NotText, SourceFile, line_text, lines};
pub use config::NoConfig;
pub use evidence::{Evidence, Severity, snippet_hash};
pub use facts::Facts;
pub use gate::{CapabilityUse, Context, Descriptor, Gate, Input, Rule, Submission, judge};
pub use report::{Decision, MAX_EVIDENCE, MAX_MESSAGE_CHARS, Report};
pub use serde_json::{Value, json};

#[doc(hidden)]
pub use export::{Exported, bindings};
