use super::super::budget::Budget;
use super::super::comparison::{Equality, cut, shown};
use super::super::pattern::{Match, Pattern};
use super::path::Path;
use crate::Expectation;
use json::{Members, Number, Value};
use std::cmp::Ordering;
use yaml::suggestion;

/// All conditions of a path.
const NAMES: [&str; 11] =
    ["equals", "not_equals", "less_than", "at_most", "greater_than", "at_least", "one_of", "matches", "exists", "count", "length"];

/// The conditions of a number.
const NAMES_OF_NUMBERS: [&str; 6] = ["equals", "not_equals", "less_than", "at_most", "greater_than", "at_least"];

/// A condition on the values that a path finds.
pub(super) enum Condition {
    /// Whether it finds anything.
    Exists(bool),
    /// How many values it finds.
    Count(Vec<Comparison>),
    /// Every value must meet it, and there must be one.
    Value(Comparison),
    /// The length of every value in characters, entries or members; there must be one.
    Length(Vec<Comparison>),
}

/// A condition on one value.
pub(super) enum Comparison {
    Equals(Value),
    NotEquals(Value),
    LessThan(Number),
    AtMost(Number),
    GreaterThan(Number),
    AtLeast(Number),
    OneOf(Vec<Value>),
    Matches(Pattern),
}

impl Condition {
    pub(super) fn equals(value: Value) -> Self {
        Self::Value(Comparison::Equals(value))
    }

    /// Reads the condition `name`. Fails if the name is unknown or the operand is invalid.
    pub(super) fn read(name: &str, operand: Value) -> Result<Self, String> {
        let read = match name {
            "exists" => match operand {
                Value::Bool(exists) => Ok(Self::Exists(exists)),
                _ => Err("expected true or false".to_owned()),
            },
            "count" => Comparison::read_of_number(operand).map(Self::Count),
            "length" => Comparison::read_of_number(operand).map(Self::Length),
            known if NAMES.contains(&known) => Comparison::read(known, operand).map(Self::Value),
            _ => {
                let suggestion = suggestion(name, &NAMES, "conditions");
                return Err(format!("unknown condition; {suggestion}. A map that the value equals stands behind `equals`"));
            }
        };
        read.map_err(|problem| format!("`{name}`: {problem}"))
    }

    pub(super) fn is_linear(&self) -> bool {
        !matches!(self, Self::Value(Comparison::Matches(pattern)) if !pattern.is_linear())
    }

    /// Compares the values that `path` found.
    pub(super) fn compare(&self, path: &Path, found: &[&Value], budget: &Budget) -> Expectation {
        match self {
            Self::Exists(expected) => {
                let expected_text = format!("{path} {}", if *expected { "to exist" } else { "not to exist" });
                let seen = found.first().map_or_else(|| "nothing".to_owned(), |value| seen(path, value));
                Expectation::new(expected_text, seen, found.is_empty() != *expected)
            }
            Self::Count(comparisons) => {
                let count = Value::Number(found.len().into());
                let expected = format!("count of {path} {}", joined(comparisons));
                let met = comparisons.iter().all(|comparison| comparison.holds(&count, budget));
                Expectation::new(expected, count.to_string(), met)
            }
            Self::Value(comparison) => {
                let expected = match path.is_secret() {
                    true => format!("{path} as given"),
                    false => format!("{path} {}", comparison.shown()),
                };
                compare_each(
                    expected,
                    found,
                    |value| comparison.holds(value, budget),
                    |value| match path.is_secret() {
                        true => "another value".to_owned(),
                        false => comparison.seen(path, value),
                    },
                )
            }
            Self::Length(comparisons) => {
                let holds = |value: &&Value| {
                    length(value).is_some_and(|length| {
                        let length = Value::Number(length.into());
                        comparisons.iter().all(|comparison| comparison.holds(&length, budget))
                    })
                };
                let seen = |value: &Value| length(value).map_or_else(|| seen(path, value), |length| length.to_string());
                compare_each(format!("length of {path} {}", joined(comparisons)), found, |value| holds(&value), seen)
            }
        }
    }
}

fn compare_each(
    expected: String,
    found: &[&Value],
    holds: impl Fn(&Value) -> bool,
    seen: impl Fn(&Value) -> String,
) -> Expectation {
    let mut unmet = found.iter().filter(|value| !holds(value));
    match (found, unmet.next()) {
        ([], _) => Expectation::new(expected, "nothing", false),
        ([value], None) => Expectation::new(expected, seen(value), true),
        (all, None) => Expectation::new(expected, format!("so in all {}", all.len()), true),
        ([_], Some(value)) => Expectation::new(expected, seen(value), false),
        (all, Some(value)) => {
            Expectation::new(expected, format!("{} in {} of {}", seen(value), 1 + unmet.count(), all.len()), false)
        }
    }
}

/// A value for a message, unless it may be a secret.
fn seen(path: &Path, value: &Value) -> String {
    if path.is_secret() { "a value".to_owned() } else { shown(value) }
}

fn length(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => Some(text.chars().count()),
        Value::Array(entries) => Some(entries.len()),
        Value::Object(members) => Some(members.len()),
        _ => None,
    }
}

fn joined(comparisons: &[Comparison]) -> String {
    comparisons.iter().map(Comparison::shown).collect::<Vec<_>>().join(" and ")
}

impl Comparison {
    fn read(name: &str, operand: Value) -> Result<Self, String> {
        let number = || match &operand {
            Value::Number(number) => Some(number.clone()),
            Value::String(text) => Number::parse(text.trim()),
            _ => None,
        };
        let number = || number().filter(Number::is_finite).ok_or_else(|| "expected a number".to_owned());
        Ok(match name {
            "less_than" => Self::LessThan(number()?),
            "at_most" => Self::AtMost(number()?),
            "greater_than" => Self::GreaterThan(number()?),
            "at_least" => Self::AtLeast(number()?),
            "not_equals" => Self::NotEquals(operand),
            "one_of" => match operand {
                Value::Array(values) if !values.is_empty() => Self::OneOf(values),
                _ => return Err("expected a list of values".to_owned()),
            },
            "matches" => match operand {
                Value::String(pattern) => Self::Matches(Pattern::new(&pattern)?),
                _ => return Err("expected a regular expression".to_owned()),
            },
            _ => Self::Equals(operand),
        })
    }

    /// Reads a number or a map of conditions on a number.
    fn read_of_number(operand: Value) -> Result<Vec<Self>, String> {
        let conditions = match operand {
            Value::Object(conditions) if !conditions.is_empty() => *conditions,
            Value::Number(_) => Members::from_iter([("equals".to_owned(), operand)]),
            _ => return Err("expected a number, or a map such as `at_least: 1`".to_owned()),
        };
        let read = |(name, operand): (String, Value)| match NAMES_OF_NUMBERS.contains(&name.as_str()) {
            true if matches!(operand, Value::Number(_)) => Self::read(&name, operand),
            true => Err(format!("`{name}`: expected a number")),
            false => Err(suggestion(&name, &NAMES_OF_NUMBERS, "conditions of a number")),
        };
        conditions.into_iter().map(read).collect()
    }

    fn holds(&self, value: &Value, budget: &Budget) -> bool {
        let compared_with = |limit| match value {
            Value::Number(number) => number.compare(limit),
            _ => None,
        };
        match self {
            Self::Equals(expected) => Equality::Json.are_equal(expected, value),
            Self::NotEquals(unwanted) => !Equality::Json.are_equal(unwanted, value),
            Self::LessThan(limit) => compared_with(limit).is_some_and(Ordering::is_lt),
            Self::AtMost(limit) => compared_with(limit).is_some_and(Ordering::is_le),
            Self::GreaterThan(limit) => compared_with(limit).is_some_and(Ordering::is_gt),
            Self::AtLeast(limit) => compared_with(limit).is_some_and(Ordering::is_ge),
            Self::OneOf(values) => values.iter().any(|expected| Equality::Json.are_equal(expected, value)),
            Self::Matches(pattern) => text(value).is_some_and(|text| match pattern.search(&text, budget) {
                Match::Found => true,
                Match::Missing => false,
                Match::GivenUp(reason) => {
                    budget.give_up(reason);
                    false
                }
            }),
        }
    }

    /// For example `< 100`.
    fn shown(&self) -> String {
        match self {
            Self::Equals(Value::Array(_) | Value::Object(_)) => "as given".to_owned(),
            Self::Equals(expected) => format!("= {}", shown(expected)),
            Self::NotEquals(unwanted) => format!("≠ {}", shown(unwanted)),
            Self::LessThan(limit) => format!("< {}", cut(&limit.to_string())),
            Self::AtMost(limit) => format!("≤ {}", cut(&limit.to_string())),
            Self::GreaterThan(limit) => format!("> {}", cut(&limit.to_string())),
            Self::AtLeast(limit) => format!("≥ {}", cut(&limit.to_string())),
            Self::OneOf(values) => cut(&format!("one of {}", values.iter().map(shown).collect::<Vec<_>>().join(", "))),
            Self::Matches(pattern) => format!("to match {pattern}"),
        }
    }

    /// The value for a message, with the difference to an expected list or object.
    fn seen(&self, path: &Path, value: &Value) -> String {
        match self {
            Self::Equals(expected @ (Value::Array(_) | Value::Object(_))) => {
                Equality::Json.difference(&path.to_string(), expected, Some(value)).unwrap_or_else(|| shown(value))
            }
            _ => shown(value),
        }
    }
}

/// The text of a string, number or boolean.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
