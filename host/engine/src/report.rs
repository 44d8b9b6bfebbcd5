//! A gate's report, checked: a broken or hostile gate must not flood the store or speak for another.

use prism_gates_wit::v1_1::prism::gate::types;
use prism_store::verdict::{Decision, Evidence, Facts, GateFault, Severity};
use serde_json::Value;

use crate::gate::Gate;

/// Findings of one report.
const MAX_EVIDENCE: usize = 256;

/// Bytes of one text.
const MAX_TEXT: usize = 8 << 10;

/// Bytes of one fact.
const MAX_FACT: usize = 256 << 10;

/// Bytes of all texts together.
const MAX_REPORT: usize = 1 << 20;

/// Facts of one report.
const MAX_FACTS: usize = 64;

/// A report in the words of the store.
pub(crate) struct Report {
    pub(crate) decision: Decision,
    pub(crate) reason: String,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) facts: Facts,
}

/// Checks the report against the limits and the gate's own descriptor.
pub(crate) fn checked(gate: &Gate, report: types::Report) -> Result<Report, GateFault> {
    let count = |what: &str, found: usize, limit: usize| {
        if found > limit {
            let text = format!("{found} {what}; the limit is {limit}");
            return Err(GateFault::ReportTooLarge(text));
        }
        Ok(())
    };
    count("findings", report.evidence.len(), MAX_EVIDENCE)?;
    count("facts", report.facts.len(), MAX_FACTS)?;
    let mut total = 0;
    let mut text = |text: &str, limit: usize| {
        total += text.len();
        count("bytes in one text", text.len(), limit)?;
        count("bytes of text", total, MAX_REPORT)
    };
    text(&report.reason, MAX_TEXT)?;
    for evidence in &report.evidence {
        text(&evidence.rule, MAX_TEXT)?;
        text(&evidence.message, MAX_TEXT)?;
        text(evidence.path.as_deref().unwrap_or_default(), MAX_TEXT)?;
        text(evidence.snippet_hash.as_deref().unwrap_or_default(), 64)?;
        if !gate.raises(&evidence.rule) {
            return Err(undescribed("rule", &evidence.rule));
        }
    }
    let mut facts = Facts::new();
    for fact in report.facts {
        text(&fact.name, MAX_TEXT)?;
        if !gate.produces(&fact.name) {
            return Err(undescribed("fact", &fact.name));
        }
        if let types::FactValue::Text(value) | types::FactValue::Json(value) = &fact.value {
            text(value, MAX_FACT)?;
        }
        let value = value(fact.value)
            .map_err(|reason| GateFault::BadReport(format!("the fact {:?} {reason}", fact.name)))?;
        facts.insert(fact.name, value);
    }
    Ok(Report {
        decision: match report.decision {
            types::Decision::Allow => Decision::Allow,
            types::Decision::Reject => Decision::Reject,
            types::Decision::Hold => Decision::Hold,
        },
        reason: report.reason,
        evidence: report.evidence.into_iter().map(evidence).collect(),
        facts,
    })
}

fn undescribed(what: &str, name: &str) -> GateFault {
    let name: String = name.chars().take(80).collect();
    GateFault::BadReport(format!("the {what} {name:?} is not in its descriptor"))
}

/// Facts as a gate gets them.
pub(crate) fn for_guest(facts: &Facts) -> Vec<types::Fact> {
    let value = |value: &Value| match value {
        Value::Null => types::FactValue::Undecided,
        Value::Bool(value) => types::FactValue::Boolean(*value),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => types::FactValue::Integer(integer),
            (None, Some(real)) => types::FactValue::Real(real),
            (None, None) => types::FactValue::Undecided,
        },
        Value::String(text) => types::FactValue::Text(text.clone()),
        other => types::FactValue::Json(other.to_string()),
    };
    facts
        .iter()
        .map(|(name, content)| types::Fact {
            name: name.clone(),
            value: value(content),
        })
        .collect()
}

fn value(value: types::FactValue) -> Result<Value, &'static str> {
    Ok(match value {
        types::FactValue::Undecided => Value::Null,
        types::FactValue::Boolean(value) => value.into(),
        types::FactValue::Integer(value) => value.into(),
        types::FactValue::Real(value) => serde_json::Number::from_f64(value)
            .map(Value::Number)
            .ok_or("is not a finite number")?,
        types::FactValue::Text(value) => value.into(),
        types::FactValue::Json(value) => serde_json::from_str(&value).map_err(|_| "is not JSON")?,
    })
}

fn evidence(evidence: types::Evidence) -> Evidence {
    Evidence {
        rule: evidence.rule,
        path: evidence.path,
        line: evidence.line,
        column: evidence.column,
        severity: match evidence.severity {
            types::Severity::Info => Severity::Info,
            types::Severity::Warning => Severity::Warning,
            types::Severity::Error => Severity::Error,
        },
        message: evidence.message,
        snippet_hash: evidence.snippet_hash,
    }
}
