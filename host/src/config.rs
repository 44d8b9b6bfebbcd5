//! The service's settings: one TOML file, every key with a default, an unknown key an error. Secrets are not in
//! it: the shared token comes from a file or from the environment.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use prism_engine::AnswerFormat;
use prism_executor::{IsolationLevel, JailLimits, PreflightSettings};
use prism_protocol::spec::Limits;
use prism_store::QueuePolicy;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::platform::breaker::BreakerConfig;
use crate::verification;

/// Where BASE puts the challenge's token.
const TOKEN_FILE: &str = "/run/secrets/base/challenge_token";

/// Settings of the service.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address to listen on. Default `127.0.0.1:8080`. The service speaks plain HTTP: put it behind the proxy.
    pub listen: SocketAddr,
    /// Folder of the state. Default `/data`.
    pub data_dir: PathBuf,
    /// The challenge's slug. Default `prism`.
    pub slug: String,
    /// File with the shared token, read again at every request so that it can be rotated.
    /// Default `/run/secrets/base/challenge_token`.
    pub shared_token_file: PathBuf,
    /// Largest `code` text, in bytes. Default 7,500,000.
    pub max_code_bytes: usize,
    /// Length of an epoch, in seconds. Default 21,600.
    pub epoch_seconds: u64,
    /// Which scores rank and earn weight. Default `verified`: a captured score comes from a hostile process.
    pub rank: Rank,
    /// The course. Default: the installation's practice course, which is public and so no official course.
    pub course: Option<PathBuf>,
    /// File of the key of a sealed course (mode 600), opened by the supervisor alone. Default: none.
    pub course_key: Option<PathBuf>,
    /// Serve only about this many bytes of the course; not of a sealed one. Default: all of it.
    pub course_bytes: Option<u64>,
    /// The context miners see.
    pub context: ContextConfig,
    /// Clocks and quotas of a run, enforced by the supervisor.
    pub run: RunConfig,
    /// How scores are verified.
    pub verification: verification::Settings,
    /// File of the key that signs verdicts, in the form of `prism gate key new`. Default: `verdict.key` in `data_dir`, made at
    /// the first start with its public half beside it. Who has it can sign verdicts in this service's name.
    pub verdict_key_file: Option<PathBuf>,
    /// After a void run no other submission of its hotkey is begun for this long, in seconds; others go first. Default 3,600.
    /// A miner can take another hotkey; what it costs them is the registration.
    pub void_cooldown_seconds: u64,
    /// Limits of the jail.
    pub jail: JailLimits,
    /// Limits of the look under real torch that a bundle gets before its run.
    pub preflight: PreflightSettings,
    /// Least isolation level under which bundles are run. Default `local-full`: a service whose machine lacks a
    /// protection refuses to start rather than to run hostile code behind a missing wall.
    pub minimum_isolation: IsolationLevel,
    /// Submissions judged at one time. Default 4. Runs are made one at a time whatever this is.
    pub concurrency: usize,
    /// The language model of llm-review. Default: none, and llm-review is off.
    pub llm: Option<LlmConfig>,
    /// File with the operators' tokens, as hashes (`prism token new`), read again at every request. Default: none,
    /// and the operators' API answers nobody.
    pub operators_file: Option<PathBuf>,
    /// File with the keys whose signatures make a gate trusted (`prism gate key trust`), read again at every install
    /// and activation. Default: `gate-keys.toml` in `data_dir`; without the file only the installation's own gates
    /// are trusted.
    pub gate_keys_file: Option<PathBuf>,
    /// When a crashing gate raises the alarm, and whether the revision before then takes over.
    pub breaker: BreakerConfig,
}

/// Which scores rank and earn weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rank {
    /// Only scores that a second run at secret places has corrected.
    Verified,
    /// Captured scores too: for a demonstration and for miners one trusts.
    Provisional,
}

/// The context of the scored run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContextConfig {
    /// Columns of a row unless the miner asks for another number, in tokens. Default 128.
    pub sequence_length: u32,
    /// Told to miners, not enforced. Default 96.
    pub max_layers: u32,
    /// Parameter cap. Default 150,000,000.
    pub max_parameters: u64,
    /// The forced seed. Default 1337.
    pub seed: u64,
    /// The sentencepiece model (`tokenizer.model`) that bundles get which declare `tokenizer: llama`. Default: none. The
    /// contract gate's `tokenizers` must name `llama` too.
    pub llama: Option<PathBuf>,
}

/// Clocks and quotas of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunConfig {
    /// From the start of the jail to the worker's first word, in seconds. Default 180.
    pub startup_seconds: u64,
    /// Longest silence of the worker, in seconds. Default 300.
    pub stall_seconds: u64,
    /// The safety clock of the device class, in seconds. Default 1,200.
    pub safety_clock_seconds: Option<u64>,
    /// Most bytes of exported state beyond 4 a parameter of the cap. Default 64 MiB.
    pub state_buffer_bytes: u64,
    /// Most points kept of the loss curve. Default 500.
    pub curve_points: u32,
}

/// Where the language model is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LlmConfig {
    /// OpenAI-compatible endpoint, up to and without `/chat/completions`.
    pub url: String,
    /// Model name.
    pub model: String,
    /// File with the key.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
    /// Longest wait for an answer, in seconds. Default 60; each of three tries has as long, and the gate 300 in all.
    #[serde(default = "sixty")]
    pub timeout_seconds: u64,
    /// How the endpoint is told the answer's schema: `json_schema` (default) or `json_object`.
    #[serde(default)]
    pub answer_format: AnswerFormat,
    /// Tokens of all calls of one day (UTC), prompts and answers together. Default: no bound. What is over waits for
    /// the next day; a hostile miner can make others wait by sending many bundles.
    #[serde(default)]
    pub tokens_per_day: Option<u64>,
    /// Days an answer is remembered: the same source under the same prompt and model is not asked about again. Only
    /// answers that decided are. Default 30; 0 for never.
    #[serde(default = "thirty")]
    pub remember_days: u32,
    /// What the endpoint charges, to show costs. Default: unknown.
    #[serde(default)]
    pub price: Option<LlmPrice>,
}

/// US dollars for a million tokens.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LlmPrice {
    /// Of prompts.
    pub prompt: f64,
    /// Of answers.
    pub completion: f64,
}

impl LlmPrice {
    /// Dollars for so many tokens.
    #[must_use]
    pub fn dollars(&self, prompt_tokens: u64, completion_tokens: u64) -> f64 {
        (prompt_tokens as f64 * self.prompt + completion_tokens as f64 * self.completion) / 1e6
    }
}

fn thirty() -> u32 {
    30
}

fn sixty() -> u64 {
    60
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_dir: "/data".into(),
            slug: "prism".into(),
            shared_token_file: TOKEN_FILE.into(),
            max_code_bytes: 7_500_000,
            epoch_seconds: 21_600,
            rank: Rank::Verified,
            course: None,
            course_key: None,
            course_bytes: None,
            context: ContextConfig::default(),
            run: RunConfig::default(),
            verification: verification::Settings::default(),
            verdict_key_file: None,
            void_cooldown_seconds: 3600,
            jail: JailLimits::default(),
            preflight: PreflightSettings::default(),
            minimum_isolation: IsolationLevel::LocalFull,
            concurrency: 4,
            llm: None,
            operators_file: None,
            gate_keys_file: None,
            breaker: BreakerConfig::default(),
        }
    }
}

impl Default for ContextConfig {
    fn default() -> Self {
        Self {
            sequence_length: 128,
            max_layers: 96,
            max_parameters: 150_000_000,
            seed: 1337,
            llama: None,
        }
    }
}

impl Default for RunConfig {
    fn default() -> Self {
        Self {
            startup_seconds: 180,
            stall_seconds: 300,
            safety_clock_seconds: Some(1200),
            state_buffer_bytes: 64 << 20,
            curve_points: 500,
        }
    }
}

impl RunConfig {
    /// In the words of the run specification.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            startup_seconds: self.startup_seconds,
            stall_seconds: self.stall_seconds,
            safety_clock_seconds: self.safety_clock_seconds,
            state_buffer_bytes: self.state_buffer_bytes,
            curve_points: self.curve_points,
        }
    }
}

/// The settings can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is not valid.
    #[error("{}: {source}", .path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        #[source]
        source: Box<toml::de::Error>,
    },
}

impl Config {
    /// Reads a TOML file.
    ///
    /// # Errors
    /// With the line and the key that is wrong.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.to_owned(),
            source,
        })?;
        toml::from_str(&text).map_err(|source| ConfigError::Parse {
            path: path.to_owned(),
            source: Box::new(source),
        })
    }

    /// The file of trusted keys.
    #[must_use]
    pub fn gate_keys_file(&self) -> PathBuf {
        self.gate_keys_file
            .clone()
            .unwrap_or_else(|| self.data_dir.join("gate-keys.toml"))
    }

    /// The file of the key that signs verdicts.
    #[must_use]
    pub fn verdict_key_file(&self) -> PathBuf {
        self.verdict_key_file
            .clone()
            .unwrap_or_else(|| self.data_dir.join("verdict.key"))
    }

    /// How the queue treats what doesn't end well.
    #[must_use]
    pub fn queue_policy(&self) -> QueuePolicy {
        QueuePolicy {
            cooldown: Duration::from_secs(self.void_cooldown_seconds),
            ..QueuePolicy::default()
        }
    }

    /// The shared token: `PRISM_SHARED_TOKEN` or `CHALLENGE_SHARED_TOKEN`, else the content of the file that
    /// `PRISM_SHARED_TOKEN_FILE`, `CHALLENGE_SHARED_TOKEN_FILE` or this configuration names. None when there is none.
    #[must_use]
    pub fn token(&self) -> Option<Token> {
        let variable = |names: [&str; 2]| names.iter().find_map(|name| std::env::var(name).ok());
        let text = variable(["PRISM_SHARED_TOKEN", "CHALLENGE_SHARED_TOKEN"]).or_else(|| {
            let path = variable(["PRISM_SHARED_TOKEN_FILE", "CHALLENGE_SHARED_TOKEN_FILE"])
                .map_or_else(|| self.shared_token_file.clone(), PathBuf::from);
            std::fs::read_to_string(path).ok()
        })?;
        let text = text.trim();
        (!text.is_empty()).then(|| Token(text.to_owned()))
    }
}

/// The shared token. It is never printed.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Whether a header's value is exactly `Bearer <token>`, in a time that does not tell where it differs.
    #[must_use]
    pub fn is_bearer(&self, header: &[u8]) -> bool {
        format!("Bearer {}", self.0).as_bytes().ct_eq(header).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prism.toml");
        std::fs::write(&path, "rank = \"provisional\"\nlisten_on = 1\n").unwrap();
        let error = std::error::Error::source(&Config::read(&path).unwrap_err())
            .unwrap()
            .to_string();
        assert!(error.contains("listen_on"), "{error}");
    }

    #[test]
    fn an_empty_file_means_the_defaults_and_only_verified_scores_rank() {
        let config: Config = toml::from_str("").unwrap();
        assert_eq!(config.rank, Rank::Verified);
        assert_eq!(config.minimum_isolation, IsolationLevel::LocalFull);
    }

    #[test]
    fn a_token_is_compared_whole_and_never_shown() {
        let token = Token("secret".into());
        assert!(token.is_bearer(b"Bearer secret"));
        for wrong in [
            "",
            "secret",
            "Bearer",
            "Bearer secre",
            "Bearer secret ",
            "bearer secret",
        ] {
            assert!(!token.is_bearer(wrong.as_bytes()), "{wrong}");
        }
        assert!(!format!("{token:?}").contains("secret"));
    }
}
