//! What an operator sees: the active revision, its gates, what drains, and every alarm.

use prism_store::records::{CrashPolicy, GateLimits, GateMode, ShadowCounts};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::activate::Draining;
use super::breaker::Crashes;
use super::{Platform, PlatformError};

/// The platform as it stands.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// The active revision.
    pub revision: Option<u64>,
    /// When it was made, RFC 3339.
    pub created_at: Option<String>,
    /// Who made it.
    pub created_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Its gates, in order.
    pub gates: Vec<GateStatus>,
    /// Older revisions that still judge.
    pub draining: Vec<Draining>,
    /// Evaluations that can run at one time; further ones wait.
    pub places: usize,
    /// Of these, free now.
    pub places_free: usize,
    /// Whether instances come from wasmtime's pool.
    pub pooling: bool,
    /// Submissions whose shadows were not asked since the start, for want of a place.
    pub shadows_skipped: u64,
    /// What needs an operator, in sentences; empty when all is well.
    pub alarms: Vec<String>,
}

/// One gate of the active revision.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct GateStatus {
    /// Gate id.
    pub gate: String,
    /// Version.
    pub version: String,
    /// SHA-256 of the component.
    pub digest: String,
    /// What its answer counts for.
    pub mode: GateMode,
    /// Whether it can judge; false for one that is off.
    pub ready: bool,
    /// Why it can't.
    pub why_not: Option<String>,
    /// Version of the contract it was built for.
    pub contract: Option<String>,
    /// Its configuration.
    #[schema(value_type = Object)]
    pub config: Value,
    /// What one evaluation may use.
    pub limits: GateLimits,
    /// What it means when it breaks.
    pub on_crash: CrashPolicy,
    /// Crashes in this revision since the start.
    pub crashes: Crashes,
    /// For a shadow: how often it agreed.
    pub shadow: Option<ShadowCounts>,
}

impl Platform {
    /// The platform as it stands.
    ///
    /// # Errors
    /// When the state can't be read.
    pub async fn status(&self) -> Result<Status, PlatformError> {
        let pipeline = self.pipeline();
        let number = pipeline.revision();
        let revision = self
            .ask(move |store| number.map_or(Ok(None), |number| store.revision(number)))
            .await?;
        let mut gates = Vec::new();
        let mut alarms = Vec::new();
        for entry in pipeline.entries() {
            let settings = &entry.settings;
            let crashes = self.breaker.crashes(number, &settings.digest);
            let shadow = if settings.mode == GateMode::Shadow {
                let digest = settings.digest.clone();
                Some(self.ask(move |store| store.shadow_counts(&digest)).await?)
            } else {
                None
            };
            if crashes.tripped {
                alarms.push(format!(
                    "{} crashed in {} of its last {} evaluations; `prism gate rollback` goes back to the revision before",
                    settings.gate, crashes.crashes, crashes.evaluations
                ));
            }
            if settings.mode == GateMode::Enforce
                && entry.gate.is_none()
                && let Some(why) = &entry.why_off
            {
                alarms.push(format!(
                    "{} can't judge, so submissions wait: {why}",
                    settings.gate
                ));
            }
            gates.push(GateStatus {
                gate: settings.gate.clone(),
                version: settings.version.clone(),
                digest: settings.digest.clone(),
                mode: settings.mode,
                ready: entry.gate.is_some(),
                why_not: entry.why_off.clone(),
                contract: entry.gate.as_ref().map(|gate| gate.contract().to_string()),
                config: settings.config.clone(),
                limits: settings.limits,
                on_crash: settings.on_crash,
                crashes,
                shadow,
            });
        }
        let (places_free, places) = self.runtime.places();
        drop(pipeline);
        Ok(Status {
            revision: number,
            created_at: revision
                .as_ref()
                .map(|revision| revision.created_at.rfc3339()),
            created_by: revision
                .as_ref()
                .map(|revision| revision.created_by.clone()),
            reason: revision.map(|revision| revision.reason),
            gates,
            draining: self.draining(),
            places,
            places_free,
            pooling: self.runtime.is_pooling(),
            shadows_skipped: self.shadows.skipped(),
            alarms,
        })
    }
}
