//! What an operator asks for, and the list of gates that comes of it. Nothing here touches the running pipeline.

use prism_store::records::{CrashPolicy, GateLimits, GateMode, RevisionEntry};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{Platform, PlatformError};

/// Budget of a gate that nothing else is said of: some twenty times what the gates of the installation need.
pub const DEFAULT_LIMITS: GateLimits = GateLimits {
    fuel: 2_000_000_000,
    memory_bytes: 256 << 20,
    timeout_ms: 20_000,
};

/// A change of the active revision.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRequest {
    /// Applied in order.
    pub steps: Vec<Step>,
    /// Why; it stands in the revision and in the event log.
    #[serde(default)]
    pub reason: String,
    /// The revision the caller has seen; when another is active by now, nothing is changed.
    #[serde(default)]
    pub based_on: Option<u64>,
}

/// One step of a change.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Step {
    /// Puts a gate into the pipeline, or changes one that is there.
    Set(SetGate),
    /// Takes a gate out.
    Remove(RemoveGate),
    /// Lets the shadow of a gate take its place.
    Promote(PromoteGate),
    /// Back to the gates of the installation.
    Standard,
}

/// Puts a gate into the pipeline, or changes one that is there. What is not said stays as it is; a new gate takes its
/// settings from the enforced one of the same id, if there is one.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetGate {
    /// `id@version`, a digest or the beginning of one, or an id for its newest version.
    pub gate: String,
    /// `enforce` by default.
    #[serde(default)]
    pub mode: Option<GateMode>,
    /// Configuration, a JSON object.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub config: Option<Value>,
    /// Fuel of one evaluation.
    #[serde(default)]
    pub fuel: Option<u64>,
    /// Linear memory, in bytes.
    #[serde(default)]
    pub memory_bytes: Option<u64>,
    /// Wall-clock backstop, in milliseconds.
    #[serde(default)]
    pub timeout_ms: Option<u64>,
    /// What it means when the gate itself breaks.
    #[serde(default)]
    pub on_crash: Option<CrashPolicy>,
    /// Ask it only when no gate before it rejects. True by default for a gate with the capability `llm`.
    #[serde(default)]
    pub only_if_not_rejected: Option<bool>,
    /// Id of the gate it is put in front of; a new gate goes to the end otherwise.
    #[serde(default)]
    pub before: Option<String>,
}

/// Takes a gate out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveGate {
    /// Gate id.
    pub gate: String,
    /// Only its place of this mode; all its places otherwise.
    #[serde(default)]
    pub mode: Option<GateMode>,
}

/// Lets the shadow of a gate take its place.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromoteGate {
    /// Gate id.
    pub gate: String,
}

/// One difference between two revisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    /// Gate id.
    pub gate: String,
    /// `added`, `removed`, `moved` or the name of what changed.
    pub what: String,
    /// Before; null for what was not there.
    #[schema(value_type = Object)]
    pub from: Value,
    /// After; null for what is gone.
    #[schema(value_type = Object)]
    pub to: Value,
}

impl Platform {
    /// The list of gates that the steps make of this one.
    pub(super) async fn apply(
        &self,
        mut entries: Vec<RevisionEntry>,
        steps: &[Step],
    ) -> Result<Vec<RevisionEntry>, PlatformError> {
        for step in steps {
            match step {
                Step::Set(set) => self.set(&mut entries, set).await?,
                Step::Remove(RemoveGate { gate, mode }) => {
                    let before = entries.len();
                    entries.retain(|entry| {
                        entry.gate != *gate || mode.is_some_and(|mode| entry.mode != mode)
                    });
                    if entries.len() == before {
                        return Err(PlatformError::NotFound(format!(
                            "the active revision has no such place of the gate {gate}; `prism gate status` shows it"
                        )));
                    }
                }
                Step::Promote(PromoteGate { gate }) => promote(&mut entries, gate)?,
                Step::Standard => entries = self.standard().await?,
            }
        }
        Ok(entries)
    }

    async fn set(
        &self,
        entries: &mut Vec<RevisionEntry>,
        set: &SetGate,
    ) -> Result<(), PlatformError> {
        let reference = set.gate.clone();
        let record = self.ask(move |store| store.find_gate(&reference)).await?;
        let id = record.descriptor.id.clone();
        let mode = set.mode.unwrap_or(GateMode::Enforce);
        let shadow = mode == GateMode::Shadow;
        let place = |entries: &[RevisionEntry], shadow: bool| {
            entries
                .iter()
                .position(|entry| entry.gate == id && (entry.mode == GateMode::Shadow) == shadow)
        };
        let old = place(entries, shadow);
        let model = old
            .or_else(|| place(entries, false))
            .and_then(|index| entries.get(index))
            .cloned();
        let asks_model = record
            .descriptor
            .capabilities
            .iter()
            .any(|capability| capability.name == "llm");
        let mut entry = model.unwrap_or_else(|| RevisionEntry {
            gate: id.clone(),
            version: String::new(),
            digest: String::new(),
            mode,
            config: json!({}),
            limits: DEFAULT_LIMITS,
            on_crash: CrashPolicy::Hold,
            undecided_fact: None,
            only_if_not_rejected: asks_model,
        });
        entry.version = record.descriptor.version;
        entry.digest = record.digest;
        entry.mode = mode;
        if let Some(config) = &set.config {
            entry.config = config.clone();
        }
        let limits = &mut entry.limits;
        limits.fuel = set.fuel.unwrap_or(limits.fuel);
        limits.memory_bytes = set.memory_bytes.unwrap_or(limits.memory_bytes);
        limits.timeout_ms = set.timeout_ms.unwrap_or(limits.timeout_ms);
        entry.on_crash = set.on_crash.unwrap_or(entry.on_crash);
        entry.only_if_not_rejected = set
            .only_if_not_rejected
            .unwrap_or(entry.only_if_not_rejected);
        // A shadow stands right behind the gate it is to replace.
        let mut at = match old {
            Some(index) => {
                entries.remove(index);
                index
            }
            None if shadow => place(entries, false).map_or(entries.len(), |index| index + 1),
            None => entries.len(),
        };
        if let Some(before) = &set.before {
            at = entries
                .iter()
                .position(|other| other.gate == *before && other.gate != id)
                .ok_or_else(|| {
                    PlatformError::NotFound(format!(
                        "there is no other gate {before} to put {id} in front of"
                    ))
                })?;
        }
        // What decides from now on needs no shadow of itself.
        let digest = entry.digest.clone();
        entries.insert(at.min(entries.len()), entry);
        if !shadow {
            entries.retain(|entry| entry.mode != GateMode::Shadow || entry.digest != digest);
        }
        Ok(())
    }
}

fn promote(entries: &mut Vec<RevisionEntry>, gate: &str) -> Result<(), PlatformError> {
    let shadow = entries
        .iter()
        .position(|entry| entry.gate == gate && entry.mode == GateMode::Shadow)
        .ok_or_else(|| {
            PlatformError::NotFound(format!(
                "the gate {gate} has no shadow to promote: `prism gate shadow {gate}@VERSION` starts one"
            ))
        })?;
    let mut entry = entries.remove(shadow);
    entry.mode = GateMode::Enforce;
    let enforced = entries.iter().position(|other| other.gate == gate);
    match enforced.and_then(|index| entries.get_mut(index)) {
        Some(place) => *place = entry,
        None => entries.insert(shadow.min(entries.len()), entry),
    }
    Ok(())
}

/// What differs, gate by gate in the order of the new list, then what is gone.
#[must_use]
pub fn differences(old: &[RevisionEntry], new: &[RevisionEntry]) -> Vec<Difference> {
    let same_place = |a: &RevisionEntry, b: &RevisionEntry| {
        a.gate == b.gate && (a.mode == GateMode::Shadow) == (b.mode == GateMode::Shadow)
    };
    let difference = |entry: &RevisionEntry, what: &str, from: Value, to: Value| Difference {
        gate: entry.gate.clone(),
        what: what.to_owned(),
        from,
        to,
    };
    let brief = |entry: &RevisionEntry| json!({"version": entry.version, "digest": entry.digest, "mode": entry.mode});
    let mut found = Vec::new();
    // Order among those that are in both.
    let order = |list: &[RevisionEntry], other: &[RevisionEntry]| -> Vec<(String, GateMode)> {
        list.iter()
            .filter(|entry| other.iter().any(|there| same_place(entry, there)))
            .map(|entry| {
                let mode = if entry.mode == GateMode::Shadow {
                    GateMode::Shadow
                } else {
                    GateMode::Enforce
                };
                (entry.gate.clone(), mode)
            })
            .collect()
    };
    let (was, is) = (order(old, new), order(new, old));
    for entry in new {
        let Some(before) = old.iter().find(|other| same_place(entry, other)) else {
            found.push(difference(entry, "added", Value::Null, brief(entry)));
            continue;
        };
        let (from, to) = (json!(before), json!(entry));
        for field in [
            "version",
            "digest",
            "mode",
            "config",
            "limits",
            "on_crash",
            "undecided_fact",
            "only_if_not_rejected",
        ] {
            let (from, to) = (from.get(field).cloned(), to.get(field).cloned());
            if from != to {
                found.push(difference(
                    entry,
                    field,
                    from.unwrap_or_default(),
                    to.unwrap_or_default(),
                ));
            }
        }
    }
    if was != is {
        for (index, place) in is.iter().enumerate() {
            let before = was.iter().position(|other| other == place);
            if before != Some(index)
                && let Some(entry) = new.iter().find(|entry| entry.gate == place.0)
            {
                found.push(difference(
                    entry,
                    "moved",
                    json!(before.map(|at| at + 1)),
                    json!(index + 1),
                ));
            }
        }
    }
    for entry in old {
        if !new.iter().any(|other| same_place(entry, other)) {
            found.push(difference(entry, "removed", brief(entry), Value::Null));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

    use super::*;

    fn entry(gate: &str, version: &str, mode: GateMode) -> RevisionEntry {
        RevisionEntry {
            gate: gate.into(),
            version: version.into(),
            digest: format!("{gate}-{version}"),
            mode,
            config: json!({}),
            limits: DEFAULT_LIMITS,
            on_crash: CrashPolicy::Hold,
            undecided_fact: None,
            only_if_not_rejected: false,
        }
    }

    fn said(old: &[RevisionEntry], new: &[RevisionEntry]) -> Vec<String> {
        differences(old, new)
            .into_iter()
            .map(|difference| format!("{} {}", difference.gate, difference.what))
            .collect()
    }

    #[test]
    fn equal_lists_have_no_difference() {
        let list = [
            entry("a", "1.0.0", GateMode::Enforce),
            entry("b", "1.0.0", GateMode::Shadow),
        ];
        assert!(differences(&list, &list).is_empty());
    }

    #[test]
    fn each_change_is_named_by_gate_and_field() {
        let a = entry("a", "1.0.0", GateMode::Enforce);
        let b = entry("b", "1.0.0", GateMode::Enforce);
        let mut tighter = a.clone();
        tighter.limits.fuel = 1;
        tighter.mode = GateMode::Off;
        let newer = entry("a", "1.1.0", GateMode::Enforce);
        let shadow = entry("a", "1.1.0", GateMode::Shadow);
        assert_eq!(
            said(std::slice::from_ref(&a), &[newer]),
            ["a version", "a digest"]
        );
        assert_eq!(
            said(std::slice::from_ref(&a), &[tighter]),
            ["a mode", "a limits"]
        );
        assert_eq!(
            said(std::slice::from_ref(&a), &[a.clone(), shadow]),
            ["a added"]
        );
        assert_eq!(
            said(&[a.clone(), b.clone()], &[b.clone(), a.clone()]),
            ["b moved", "a moved"]
        );
        assert_eq!(said(&[a.clone(), b], &[a]), ["b removed"]);
    }

    #[test]
    fn a_promoted_shadow_takes_the_place_of_the_enforced_gate() {
        let mut entries = vec![
            entry("a", "1.0.0", GateMode::Enforce),
            entry("a", "1.1.0", GateMode::Shadow),
            entry("b", "1.0.0", GateMode::Enforce),
        ];
        promote(&mut entries, "a").unwrap();
        let places: Vec<_> = entries.iter().map(|entry| entry.digest.as_str()).collect();
        assert_eq!(places, ["a-1.1.0", "b-1.0.0"]);
        assert!(entries.iter().all(|entry| entry.mode == GateMode::Enforce));
        assert!(
            promote(&mut entries, "b")
                .unwrap_err()
                .to_string()
                .contains("prism gate shadow")
        );
    }
}
