//! What `prism check` and `prism run` share: opening a bundle and judging it by the installed gates, exactly as
//! the service does.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use prism_bundle::{Bundle, OpenError};
use prism_engine::{
    AnswerFormat, Capabilities, Capability, LanguageModel, OpenAiModel, OpenAiSettings, Pipeline,
    Runtime, STANDARD_GATES,
};
use prism_executor::Home;
use prism_host::config::ContextConfig;
use prism_host::context;
use prism_host::service::{engine_settings, python_version};
use prism_store::verdict::{Decision, Evidence, GateRun, Severity, Verdict};

use super::excerpt::excerpt;

/// The language model of `llm-review`, as the environment names it.
#[derive(clap::Args)]
pub struct ModelArgs {
    /// OpenAI-compatible endpoint for llm-review, up to and without /chat/completions
    #[arg(long, env = "PRISM_LLM_URL", value_name = "URL")]
    llm_url: Option<String>,
    /// Model to ask
    #[arg(
        long,
        env = "PRISM_LLM_MODEL",
        value_name = "NAME",
        default_value = "gateway-default"
    )]
    llm_model: String,
    /// File with the endpoint's key
    #[arg(long, env = "PRISM_LLM_KEY_FILE", value_name = "FILE")]
    llm_key_file: Option<std::path::PathBuf>,
    /// How the endpoint is told the answer's schema
    #[arg(
        long,
        env = "PRISM_LLM_ANSWER_FORMAT",
        value_name = "FORMAT",
        default_value = "json-schema"
    )]
    llm_answer_format: FormatArg,
    /// Longest wait for one answer, in seconds
    #[arg(
        long,
        env = "PRISM_LLM_TIMEOUT",
        value_name = "SECONDS",
        default_value_t = 60
    )]
    llm_timeout: u64,
}

/// The forms of [`AnswerFormat`], as arguments.
#[derive(Clone, Copy, clap::ValueEnum)]
enum FormatArg {
    /// OpenAI, OpenRouter, vLLM, llama.cpp
    JsonSchema,
    /// llama-cpp-python, Together
    JsonObject,
}

impl From<FormatArg> for AnswerFormat {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::JsonSchema => Self::JsonSchema,
            FormatArg::JsonObject => Self::JsonObject,
        }
    }
}

impl ModelArgs {
    /// The model, when an endpoint is configured.
    pub fn model(&self) -> anyhow::Result<Option<Arc<dyn LanguageModel>>> {
        let Some(url) = self.llm_url.clone() else {
            return Ok(None);
        };
        let key = self
            .llm_key_file
            .as_ref()
            .map(|path| {
                std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read {}", path.display()))
            })
            .transpose()?;
        let settings = OpenAiSettings {
            url,
            model: self.llm_model.clone(),
            key: key.map(|key| key.trim().to_owned()),
            timeout: Duration::from_secs(self.llm_timeout),
            retries: 2,
            answer_format: self.llm_answer_format.into(),
        };
        Ok(Some(Arc::new(OpenAiModel::new(settings)?)))
    }
}

/// The gates of the installation, ready. Without a model, `llm-review` is off unless it is wanted `anyway`.
pub async fn pipeline(home: &Home, with_review: bool) -> anyhow::Result<Pipeline> {
    let runtime = Arc::new(Runtime::start(&engine_settings(home))?);
    let mut components = Vec::new();
    for id in STANDARD_GATES {
        let path = home.gates_dir().join(format!("{id}.wasm"));
        let component = std::fs::read(&path)
            .with_context(|| format!("cannot read {}: run `make setup`", path.display()))?;
        components.push((id.to_owned(), component));
    }
    let everything = Capability::ALL.into();
    Ok(Pipeline::standard(runtime, &components, &everything, with_review).await?)
}

/// Opens and judges. The bundle is there whenever it is closed.
pub async fn judge(
    home: &Home,
    pipeline: &Pipeline,
    model: Option<Arc<dyn LanguageModel>>,
    path: &Path,
) -> anyhow::Result<(Verdict, Option<Bundle>)> {
    let started = Instant::now();
    match Bundle::open(path) {
        Ok(bundle) => {
            let closed_in = started.elapsed();
            let context = context::run_context(&ContextConfig::default(), &bundle);
            let submission = context::submission(&context, &python_version(home), "", "");
            let capabilities = Capabilities {
                model,
                ..Capabilities::default()
            };
            let verdict = pipeline
                .judge(&submission, &bundle, &capabilities, closed_in)
                .await?;
            Ok((verdict, Some(bundle)))
        }
        Err(OpenError::Refused(refusal)) => {
            Ok((pipeline.refuse(&refusal, started.elapsed()), None))
        }
        Err(error @ OpenError::Io { .. }) => Err(error.into()),
    }
}

/// A verdict for people, with the source lines of its findings where there is a bundle.
pub fn print(verdict: &Verdict, bundle: Option<&Bundle>) {
    for run in &verdict.gates {
        let fuel = if run.fuel == 0 {
            String::new()
        } else {
            format!("  fuel {}", run.fuel)
        };
        println!(
            "{:<20} {:<7} {:>9}{fuel}",
            run.gate,
            word(run.verdict),
            micros(run.micros)
        );
        let repeated = |evidence: &Evidence| evidence.message == run.reason;
        if !run.reason.is_empty() && !run.evidence.iter().any(repeated) {
            println!("    {}", run.reason);
        }
        for evidence in &run.evidence {
            let mark = match evidence.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "info",
            };
            let message = evidence.message.trim_end().replace('\n', "\n    ");
            println!("    {mark}: {message} [{}]", evidence.rule);
            if let Some(place) = place(evidence) {
                println!("      --> {place}");
            }
            let source = bundle.and_then(|bundle| excerpt(bundle, evidence));
            for line in source.iter().flat_map(|source| source.lines()) {
                println!("       {line}");
            }
        }
    }
    for skipped in &verdict.not_evaluated {
        println!("{:<20} not evaluated: {}", skipped.gate, skipped.reason);
    }
    super::parameters::print(verdict);
    println!("verdict              {}", word(verdict.verdict));
}

/// `path:line:column`, as far as it is known.
pub fn place(evidence: &Evidence) -> Option<String> {
    let path = evidence.path.as_ref()?;
    Some(match (evidence.line, evidence.column) {
        (Some(line), Some(column)) => format!("{path}:{line}:{column}"),
        (Some(line), None) => format!("{path}:{line}"),
        _ => path.clone(),
    })
}

/// The gate whose word was the verdict, when the verdict is not allow.
pub fn deciding(verdict: &Verdict) -> Option<&GateRun> {
    verdict
        .gates
        .iter()
        .find(|run| run.verdict == verdict.verdict && run.verdict != Decision::Allow)
}

/// Its first finding, or its reason, in one line.
pub fn summary(run: &GateRun) -> String {
    match run.deciding() {
        Some(evidence) => format!(
            "{}: {} [{}]",
            place(evidence).unwrap_or_else(|| run.gate.clone()),
            evidence.message,
            evidence.rule
        ),
        None => format!("{}: {}", run.gate, run.reason),
    }
}

/// `allow`, `reject` or `hold`.
pub fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "allow",
        Decision::Reject => "reject",
        Decision::Hold => "hold",
    }
}

fn micros(micros: u64) -> String {
    if micros < 10_000 {
        format!("{micros} us")
    } else {
        format!("{} ms", micros / 1000)
    }
}
