//! The property `search`: searches in a body.

#[cfg(test)]
mod tests;

use super::body::Body;
use super::budget::Budget;
use super::comparison::{self, Equality};
use super::pattern::{Match, Pattern};
use crate::Expectation;
use json::{Members, Value};
use yaml::InvalidSetting;

/// Maximum number of differences in one message.
const MOST_DIFFERENCES: usize = 3;

/// What must be in a body.
pub(super) struct Search {
    /// All of them must be found.
    wanted: Vec<Wanted>,
}

enum Wanted {
    Pattern(Pattern),
    /// The body is a JSON object with at least these members.
    Members(Members),
}

/// The result of one comparison.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Finding {
    AsExpected,
    /// The text is the message of the row.
    Unexpected(String),
    /// Not decided; the text is the reason.
    Undecided(String),
}

impl Search {
    /// Reads `search` of the service; `None` if nothing is expected. Fails for an invalid regular expression.
    pub(super) fn new(search: Value) -> Result<Option<Self>, InvalidSetting> {
        let mut wanted = Vec::new();
        collect(search, &mut wanted).map_err(|error| InvalidSetting::new(format!("`search`: {error}")))?;
        Ok((!wanted.is_empty()).then_some(Self { wanted }))
    }

    /// Whether it takes linear time.
    pub(super) fn is_linear(&self) -> bool {
        self.wanted.iter().all(|wanted| match wanted {
            Wanted::Pattern(pattern) => pattern.is_linear(),
            Wanted::Members(_) => true,
        })
    }

    /// Searches `text`, which is the text of `body`.
    pub(super) fn find(&self, text: &str, body: &Body, budget: &Budget) -> Vec<(Expectation, Finding)> {
        let found = self.wanted.iter().map(|wanted| match wanted {
            Wanted::Pattern(pattern) => (format!("{pattern} in the body"), find_pattern(pattern, text, body, budget)),
            Wanted::Members(members) => (expected_members(members), find_members(members, text, body)),
        });
        found.map(|(expected, finding)| (expectation(expected, &finding), finding)).collect()
    }
}

fn expectation(expected: String, finding: &Finding) -> Expectation {
    match finding {
        Finding::AsExpected => Expectation::new(expected, "found", true),
        Finding::Unexpected(message) | Finding::Undecided(message) => Expectation::new(expected, message, false),
    }
}

fn expected_members(members: &Members) -> String {
    let keys: Vec<_> = members.keys().map(|key| comparison::cut(key)).collect();
    format!("{} in the JSON object of the body", keys.join(", "))
}

fn collect(search: Value, wanted: &mut Vec<Wanted>) -> Result<(), String> {
    match search {
        Value::Null => {}
        Value::Array(entries) => entries.into_iter().try_for_each(|entry| collect(entry, wanted))?,
        Value::Object(members) if members.is_empty() => {}
        Value::Object(members) => wanted.push(Wanted::Members(*members)),
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => wanted.push(Wanted::Pattern(Pattern::new(&text)?)),
        Value::Bool(value) => wanted.push(Wanted::Pattern(Pattern::boolean(value)?)),
        Value::Number(number) => wanted.push(Wanted::Pattern(Pattern::literal(&number.to_string()))),
    }
    Ok(())
}

fn find_pattern(pattern: &Pattern, text: &str, body: &Body, budget: &Budget) -> Finding {
    match pattern.search(text, budget) {
        Match::Found => Finding::AsExpected,
        Match::Missing if body.is_cut() => Finding::Unexpected(format!(
            "{pattern} not found in the first {} bytes of the body, after which it was cut (`max_body`)",
            body.len()
        )),
        Match::Missing => Finding::Unexpected(format!("{pattern} not found in the body")),
        Match::GivenUp(reason) => Finding::Undecided(reason),
    }
}

fn find_members(expected: &Members, text: &str, body: &Body) -> Finding {
    let found = match json::parse(text) {
        Ok(Value::Object(found)) => found,
        Ok(_) => return Finding::Unexpected("the body is not a JSON object".to_owned()),
        Err(_) if body.is_cut() => {
            let length = body.len();
            return Finding::Unexpected(format!("the body was cut at {length} bytes (`max_body`), so it is no whole JSON object"));
        }
        Err(error) => return Finding::Unexpected(format!("the body is not a JSON object ({error})")),
    };
    // As in the original, which compared Python values.
    let mut differences = expected.iter().filter_map(|(key, value)| Equality::Python.difference(key, value, found.get(key)));
    let shown: Vec<_> = differences.by_ref().take(MOST_DIFFERENCES).collect();
    match (shown.is_empty(), differences.count()) {
        (true, _) => Finding::AsExpected,
        (false, 0) => Finding::Unexpected(shown.join("; ")),
        (false, more) => Finding::Unexpected(format!("{}; and {more} more", shown.join("; "))),
    }
}
