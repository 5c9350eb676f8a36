//! Compares values in a JSON body, selected by JSONPath (RFC 9535), with the expectations.

mod condition;
mod cost;
mod nesting;
mod path;
mod query;
#[cfg(test)]
mod tests;

use super::body::Body;
use super::budget::Budget;
use super::comparison;
use super::search::Finding;
use crate::Expectation;
use condition::Condition;
use json::Value;
use path::Path;
use query::Queryable;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// The expectations of one service in the order of the file: a map from a path to a value or to a map of conditions.
#[derive(Default)]
pub(super) struct Assertions(Vec<Assertion>);

struct Assertion {
    path: Path,
    conditions: Vec<Condition>,
}

impl Assertions {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether comparing takes time in proportion to the body.
    pub(super) fn is_linear(&self) -> bool {
        self.0.iter().all(|assertion| assertion.path.is_linear() && assertion.conditions.iter().all(Condition::is_linear))
    }

    /// Compares `text`, which is the text of `body`.
    pub(super) fn compare(&self, text: &str, body: &Body, budget: &Budget) -> Vec<(Expectation, Finding)> {
        if self.is_empty() {
            return Vec::new();
        }
        let found = match json::parse(text) {
            Ok(found) => found,
            Err(error) => {
                let seen = match body.is_cut() {
                    true => format!("one that was cut at {} bytes (`max_body`)", body.len()),
                    false => format!("something else ({error})"),
                };
                return vec![judged(Expectation::new("a body in JSON", seen, false))];
            }
        };
        let found = Queryable::new(&found);
        self.0.iter().flat_map(|assertion| assertion.compare(&found, budget)).collect()
    }

    #[cfg(test)]
    pub(super) fn read(yaml: &str) -> Self {
        yaml::parse("services.yaml", yaml).unwrap().read().unwrap()
    }
}

impl Assertion {
    fn compare(&self, body: &Queryable<'_>, budget: &Budget) -> Vec<(Expectation, Finding)> {
        let cost = self.path.cost();
        if cost.is_to_be_counted()
            && let values = body.size()
            && cost.is_too_high(values)
        {
            let path = comparison::cut(&self.path.to_string());
            let reason = format!("the filter of {path} would take too long in a body of {values} values; make the path simpler");
            return vec![(Expectation::new(format!("{path} as given"), &reason, false), Finding::Undecided(reason))];
        }
        let found = body.find(self.path.query());
        let compared = self.conditions.iter().map(|condition| {
            let expectation = condition.compare(&self.path, &found, budget);
            match budget.take_reason() {
                Some(reason) => (expectation, Finding::Undecided(reason)),
                None => judged(expectation),
            }
        });
        compared.collect()
    }
}

fn judged(expectation: Expectation) -> (Expectation, Finding) {
    let finding = if expectation.met { Finding::AsExpected } else { Finding::Unexpected(expectation.complaint()) };
    (expectation, finding)
}

impl<'de> Deserialize<'de> for Assertions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AssertionsVisitor)
    }
}

struct AssertionsVisitor;

impl<'de> Visitor<'de> for AssertionsVisitor {
    type Value = Assertions;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSONPaths and what is expected there, such as `$.status: ok`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Assertions, A::Error> {
        let mut assertions = Assertions::default();
        while let Some(path) = entries.next_key()? {
            let Conditions(conditions) = entries.next_value()?;
            assertions.0.push(Assertion { path, conditions });
        }
        Ok(assertions)
    }

    /// An empty string in the file means the same as an absent key.
    fn visit_str<E: Error>(self, text: &str) -> Result<Assertions, E> {
        if text.is_empty() { Ok(Assertions::default()) } else { Err(E::invalid_type(serde::de::Unexpected::Str(text), &self)) }
    }
}

/// A map contains conditions; any other value is the expected one.
struct Conditions(Vec<Condition>);

impl<'de> Deserialize<'de> for Conditions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Object(members) if members.is_empty() => Err(D::Error::custom("say what is expected there")),
            Value::Object(members) => {
                let conditions =
                    members.into_iter().map(|(name, operand)| Condition::read(&name, operand).map_err(D::Error::custom));
                conditions.collect::<Result<_, _>>().map(Self)
            }
            value => Ok(Self(vec![Condition::equals(value)])),
        }
    }
}

impl JsonSchema for Assertions {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Assertions".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "object"})
    }
}
