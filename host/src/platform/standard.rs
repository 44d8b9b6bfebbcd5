//! The gates of the installation: installed at the first start, and the first revision.

use std::path::Path;

use prism_component::Component;
use prism_engine::{Entry, LoadError, LoadReason, Pipeline, STANDARD_GATES, standard_entries};
use prism_store::records::{GateMode, RevisionEntry};

use super::install::Delivery;
use super::{INSTALLATION, Platform, PlatformError};

impl Platform {
    /// Installs what the installation brought, makes the first revision of it where there is none, and loads the
    /// active one.
    pub(super) async fn seed(&self, folder: Option<&Path>) -> Result<(), PlatformError> {
        let _changing = self.changing.lock().await;
        let Some(folder) = folder else {
            if let Some(active) = self.ask(|store| store.active_pipeline()).await? {
                self.revive(&active.entries, active.number).await;
            }
            return Ok(());
        };
        for id in STANDARD_GATES {
            self.seed_gate(folder, id).await?;
        }
        let active = self.ask(|store| store.active_pipeline()).await?;
        let standard = self.standard().await?;
        match active {
            Some(active) if active.created_by != INSTALLATION => {
                if let Some(newer) = newer(&active.entries, &standard) {
                    tracing::warn!(
                        gate = newer,
                        "the installation brought another version than the active revision has; `prism gate plan --standard` shows the difference"
                    );
                }
                self.revive(&active.entries, active.number).await;
            }
            Some(active) if active.entries == standard => {
                self.revive(&active.entries, active.number).await;
            }
            active => {
                self.swap(
                    active,
                    standard,
                    false,
                    INSTALLATION,
                    "the installation's gates",
                )
                .await?;
            }
        }
        Ok(())
    }

    /// The standard pipeline with the newest gates the installation brought.
    pub(super) async fn standard(&self) -> Result<Vec<RevisionEntry>, PlatformError> {
        let gates = self.ask(|store| store.gates()).await?;
        STANDARD_GATES
            .into_iter()
            .map(|id| {
                let gate = gates
                    .iter()
                    .find(|gate| gate.descriptor.id == id && gate.origin == INSTALLATION)
                    .ok_or_else(|| {
                        PlatformError::NotFound(format!(
                            "the installation has no gate {id}: run `make setup`"
                        ))
                    })?;
                let dumb = self.capabilities.model.is_none()
                    && gate.grants.iter().any(|name| name == "llm");
                let place = (id, gate.descriptor.version.as_str(), gate.digest.as_str());
                Ok(standard_entries(&[place])
                    .into_iter()
                    .map(move |mut entry| {
                        if dumb {
                            entry.mode = GateMode::Off;
                        }
                        entry
                    }))
            })
            .collect::<Result<Vec<_>, PlatformError>>()
            .map(|places| places.into_iter().flatten().collect())
    }

    async fn seed_gate(&self, folder: &Path, id: &str) -> Result<(), PlatformError> {
        let path = folder.join(format!("{id}.wasm"));
        let component = std::fs::read(&path).map_err(|error| {
            PlatformError::NotFound(format!(
                "the gate {} of the installation can't be read ({error}): run `make setup`",
                path.display()
            ))
        })?;
        let found = Component::read(&component).map_err(|source| {
            PlatformError::Load(LoadError {
                name: id.to_owned(),
                reason: LoadReason::Component(source),
            })
        })?;
        let digest = found.digest.clone();
        let known = self.ask(move |store| store.gate(&digest)).await?;
        if known.is_some() {
            return Ok(());
        }
        let delivery = Delivery {
            component,
            signatures: Vec::new(),
            grants: found.capabilities,
            origin: INSTALLATION.to_owned(),
        };
        let by = INSTALLATION.to_owned();
        self.bring_in(delivery, by, "it came with the installation".to_owned())
            .await?;
        Ok(())
    }

    /// Loads a revision that was active before this start. A gate that can't be loaded holds what it should judge.
    async fn revive(&self, entries: &[RevisionEntry], number: u64) {
        let mut revived = Vec::new();
        for settings in entries {
            let (gate, why_off) = if settings.mode == GateMode::Off {
                let digest = settings.digest.clone();
                let record = self.ask(move |store| store.gate(&digest)).await;
                let why = record.ok().flatten().map(|record| self.why_off(&record));
                (None, why)
            } else {
                match self.revive_gate(settings).await {
                    Ok(gate) => (Some(gate), None),
                    Err(error) => {
                        tracing::error!(gate = settings.gate, digest = settings.digest, %error, "a gate of the active revision can't be used");
                        (None, Some(error.to_string()))
                    }
                }
            };
            revived.push(Entry {
                gate,
                settings: settings.clone(),
                why_off,
            });
        }
        self.put(Pipeline::new(
            std::sync::Arc::clone(&self.runtime),
            Some(number),
            revived,
        ));
    }

    async fn revive_gate(
        &self,
        settings: &RevisionEntry,
    ) -> Result<std::sync::Arc<prism_engine::Gate>, PlatformError> {
        let digest = settings.digest.clone();
        let record = self
            .ask(move |store| store.gate(&digest))
            .await?
            .ok_or_else(|| PlatformError::NotFound("it is not installed".to_owned()))?;
        if record.origin != INSTALLATION {
            self.keys()?.check(
                &record.digest,
                &record.signatures,
                prism_registry::Purpose::Use,
            )?;
        }
        self.gate(&record).await
    }
}

/// The first gate of the installation that the active list has in another version.
fn newer(active: &[RevisionEntry], standard: &[RevisionEntry]) -> Option<String> {
    standard
        .iter()
        .find(|entry| {
            active.iter().any(|other| {
                other.gate == entry.gate
                    && other.mode != GateMode::Shadow
                    && other.digest != entry.digest
            })
        })
        .map(|entry| entry.gate.clone())
}
