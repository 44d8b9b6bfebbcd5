//! What a gate says of itself, held against the limits of the contract and against what it imports.

use std::collections::BTreeSet;

use prism_component::Capability;
use prism_gates_wit::v1_1::prism::gate::types;
use prism_store::records::{CapabilityRequest, Descriptor, RuleInfo};

use crate::load_error::LoadReason;

/// Characters of an id.
const MAX_ID: usize = 64;

/// Rules of one gate.
const MAX_RULES: usize = 512;

/// Fact names of one gate.
const MAX_FACTS: usize = 64;

/// Capabilities named in a descriptor; there are far fewer to ask for.
const MAX_CAPABILITIES: usize = 16;

/// Bytes of all texts together.
const MAX_TEXT: usize = 256 << 10;

pub(super) fn checked(
    said: types::Descriptor,
    imported: &BTreeSet<Capability>,
) -> Result<Descriptor, LoadReason> {
    let wrong = |text: String| Err(LoadReason::BadDescriptor(text));
    for (what, found, limit) in [
        ("rules", said.rules.len(), MAX_RULES),
        ("facts", said.facts.len(), MAX_FACTS),
        ("capabilities", said.capabilities.len(), MAX_CAPABILITIES),
        ("bytes of text", text_bytes(&said), MAX_TEXT),
    ] {
        if found > limit {
            return wrong(format!("it has {found} {what}; the limit is {limit}"));
        }
    }
    if !is_id(&said.id) {
        let id = &said.id;
        return wrong(format!(
            "its id {id:?} is not 1 to {MAX_ID} of a-z, 0-9 and -"
        ));
    }
    if !is_semantic_version(&said.version) {
        let version = &said.version;
        return wrong(format!(
            "its version {version:?} is not a semantic version, for example 1.4.0"
        ));
    }
    if let Some(rule) = twice(said.rules.iter().map(|rule| &rule.id)) {
        return wrong(format!("it lists the rule {rule:?} twice"));
    }
    let named = |rule: &&types::Rule| {
        let parts = rule.id.split_once(':');
        parts.is_none_or(|(space, name)| space.is_empty() || name.is_empty())
    };
    if let Some(rule) = said.rules.iter().find(named) {
        return wrong(format!(
            "its rule {:?} is not a namespace, a colon and a name, for example prism:no-process",
            rule.id
        ));
    }
    if let Some(fact) = twice(said.facts.iter()) {
        return wrong(format!("it lists the fact {fact:?} twice"));
    }
    let config_schema = match serde_json::from_str(&said.config_schema) {
        Ok(schema @ serde_json::Value::Object(_)) => schema,
        Ok(_) => return wrong("its config schema is JSON, but not an object".into()),
        Err(error) => return wrong(format!("its config schema is not JSON: {error}")),
    };
    capabilities(&said, imported)?;
    Ok(Descriptor {
        id: said.id,
        version: said.version,
        summary: said.summary,
        rules: said
            .rules
            .into_iter()
            .map(|rule| RuleInfo {
                id: rule.id,
                summary: rule.summary,
            })
            .collect(),
        facts: said.facts,
        capabilities: said
            .capabilities
            .into_iter()
            .map(|capability| CapabilityRequest {
                name: capability.name,
                reason: capability.reason,
            })
            .collect(),
        config_schema,
    })
}

/// An operator decides by the descriptor what to grant, so it must not say less than the imports.
fn capabilities(
    said: &types::Descriptor,
    imported: &BTreeSet<Capability>,
) -> Result<(), LoadReason> {
    let list = |names: &mut dyn Iterator<Item = &str>| names.collect::<Vec<_>>().join(", ");
    let declared: BTreeSet<&str> = said
        .capabilities
        .iter()
        .map(|capability| capability.name.as_str())
        .collect();
    let wanted: BTreeSet<&str> = imported
        .iter()
        .map(|capability| capability.name())
        .collect();
    if declared != wanted || declared.len() != said.capabilities.len() {
        return Err(LoadReason::CapabilityUndeclared {
            imported: list(&mut wanted.into_iter()),
            declared: list(&mut said.capabilities.iter().map(|one| one.name.as_str())),
        });
    }
    Ok(())
}

fn text_bytes(said: &types::Descriptor) -> usize {
    let pair = |first: &String, second: &String| first.len() + second.len();
    let rules: usize = said
        .rules
        .iter()
        .map(|rule| pair(&rule.id, &rule.summary))
        .sum();
    let capabilities = said.capabilities.iter();
    let capabilities: usize = capabilities.map(|one| pair(&one.name, &one.reason)).sum();
    pair(&said.id, &said.version)
        + pair(&said.summary, &said.config_schema)
        + rules
        + capabilities
        + said.facts.iter().map(String::len).sum::<usize>()
}

fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.len() <= MAX_ID && text.bytes().all(plain)
}

fn is_semantic_version(text: &str) -> bool {
    let numbers: Vec<_> = text
        .split(['-', '+'])
        .next()
        .unwrap_or_default()
        .split('.')
        .collect();
    let number =
        |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse::<u32>().is_ok();
    text.len() <= MAX_ID && numbers.len() == 3 && numbers.iter().all(number)
}

fn twice<'a>(mut names: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let mut seen = BTreeSet::new();
    names.find(|name| !seen.insert(*name))
}
