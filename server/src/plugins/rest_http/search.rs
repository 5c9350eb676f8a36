//! Compares a body with what the operator expects in it.

mod comparison;
mod pattern;
mod python_syntax;
#[cfg(test)]
mod tests;

use super::body::Body;
use crate::plugins::PluginError;
use pattern::{Match, Pattern};
use serde_json::{Map, Value};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Larger bodies are searched beside the tasks of the runtime, which must not wait. In bytes.
const LARGEST_QUICK_BODY: usize = 64 << 10;

/// Most differences that one message names.
const MOST_DIFFERENCES: usize = 3;

/// What must be in a body.
pub(super) struct Search {
    /// All of them must hold.
    expectations: Vec<Expectation>,
    /// One permit. A search that goes on after its check has been given up keeps it, so that such searches do not pile up.
    running: Arc<Semaphore>,
}

enum Expectation {
    Pattern(Pattern),
    /// The body is a JSON object with at least these members.
    Members(Map<String, Value>),
}

/// What a search came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Finding {
    AsExpected,
    /// In words for the person who is on call.
    Unexpected(String),
    /// It could not be told; the text says why.
    Undecided(String),
}

impl Search {
    /// Reads `search` of the service; `None` when nothing is expected. Fails for a text that is no regular expression.
    pub(super) fn new(search: Value) -> Result<Option<Self>, PluginError> {
        let mut expectations = Vec::new();
        collect(search, &mut expectations)?;
        Ok((!expectations.is_empty()).then(|| Self { expectations, running: Arc::new(Semaphore::new(1)) }))
    }

    /// Searches `body`. Dropping the future does not end a search that takes long, but such a search is bounded itself.
    pub(super) async fn run(self: &Arc<Self>, body: Body) -> Finding {
        if body.len() <= LARGEST_QUICK_BODY && self.is_linear() {
            return self.find(&body);
        }
        let Ok(permit) = Arc::clone(&self.running).try_acquire_owned() else {
            return Finding::Undecided(
                "the search of an earlier check still runs; make the pattern in `search` simpler".to_owned(),
            );
        };
        let search = Arc::clone(self);
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            search.find(&body)
        });
        work.await.unwrap_or_else(|_| Finding::Undecided("the search in the body broke off".to_owned()))
    }

    fn is_linear(&self) -> bool {
        self.expectations.iter().all(|expectation| match expectation {
            Expectation::Pattern(pattern) => pattern.is_linear(),
            Expectation::Members(_) => true,
        })
    }

    fn find(&self, body: &Body) -> Finding {
        let text = body.text();
        let findings = self.expectations.iter().map(|expectation| match expectation {
            Expectation::Pattern(pattern) => find_pattern(pattern, &text, body),
            Expectation::Members(expected) => find_members(expected, &text, body),
        });
        findings.into_iter().find(|finding| *finding != Finding::AsExpected).unwrap_or(Finding::AsExpected)
    }
}

fn collect(search: Value, expectations: &mut Vec<Expectation>) -> Result<(), PluginError> {
    match search {
        Value::Null => {}
        Value::Array(entries) => entries.into_iter().try_for_each(|entry| collect(entry, expectations))?,
        Value::Object(members) if members.is_empty() => {}
        Value::Object(members) => expectations.push(Expectation::Members(members)),
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => expectations.push(Expectation::Pattern(Pattern::new(&text)?)),
        Value::Bool(value) => expectations.push(Expectation::Pattern(Pattern::boolean(value)?)),
        Value::Number(number) => expectations.push(Expectation::Pattern(Pattern::literal(&number.to_string())?)),
    }
    Ok(())
}

fn find_pattern(pattern: &Pattern, text: &str, body: &Body) -> Finding {
    match pattern.search(text) {
        Match::Found => Finding::AsExpected,
        Match::Missing if body.is_cut() => Finding::Unexpected(format!(
            "{pattern} not found in the first {} bytes of the body, after which it was cut (`max_body`)",
            body.len()
        )),
        Match::Missing => Finding::Unexpected(format!("{pattern} not found in the body")),
        Match::GivenUp(reason) => Finding::Undecided(reason),
    }
}

fn find_members(expected: &Map<String, Value>, text: &str, body: &Body) -> Finding {
    let Ok(Value::Object(found)) = serde_json::from_str(text) else {
        return Finding::Unexpected(match body.is_cut() {
            true => format!("the body was cut at {} bytes (`max_body`), so it is no whole JSON object", body.len()),
            false => "the body is not a JSON object".to_owned(),
        });
    };
    let mut differences = expected.iter().filter_map(|(key, value)| comparison::difference(key, value, found.get(key)));
    let shown: Vec<_> = differences.by_ref().take(MOST_DIFFERENCES).collect();
    match (shown.is_empty(), differences.count()) {
        (true, _) => Finding::AsExpected,
        (false, 0) => Finding::Unexpected(shown.join("; ")),
        (false, more) => Finding::Unexpected(format!("{}; and {more} more", shown.join("; "))),
    }
}
