//! Facts: named JSON values that later gates and the public record can read.

use std::collections::BTreeMap;

use serde_json::Value;

/// Named values; null is undecided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts(BTreeMap<String, Value>);

impl Facts {
    /// No facts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records a value, replacing an earlier one of that name.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Records that the gate could not decide: never a guess.
    pub fn undecided(&mut self, name: &str) {
        self.set(name, Value::Null);
    }

    /// The value of a fact; none when no gate produced it, null when it is undecided.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Every fact, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl FromIterator<(String, Value)> for Facts {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(facts: I) -> Self {
        Self(facts.into_iter().collect())
    }
}
