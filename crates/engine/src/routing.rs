//! Routes: which channels are notified of which failures.

use super::hours::Hours;
use crate::Service;
use chrono::{DateTime, FixedOffset};
use model::{Roles, State};
use regex::Regex;

/// A channel and the failures of which it is notified. Absent conditions exclude nothing.
#[derive(Clone, Debug, Default)]
pub struct Route {
    pub channel: String,
    /// Services that one of these roles may see.
    pub roles: Option<Roles>,
    /// Services of these groups (`data.type`).
    pub types: Option<Vec<String>>,
    /// Services whose id matches one of these.
    pub services: Option<Vec<Pattern>>,
    /// Failures in one of these states.
    pub states: Option<Vec<State>>,
    /// Failures that are confirmed at one of these times.
    pub hours: Option<Vec<Hours>>,
}

/// The id of a service, with `*` for any letters.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    matcher: Regex,
}

impl Pattern {
    pub fn new(text: &str) -> Result<Self, regex::Error> {
        let pattern = regex::escape(text).replace(r"\*", ".*");
        let matcher = Regex::new(&format!("(?s)^{pattern}$"))?;
        Ok(Self { text: text.to_owned(), matcher })
    }

    pub fn matches(&self, text: &str) -> bool {
        self.matcher.is_match(text)
    }

    /// The text from which it was made.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Route {
    /// Notifies this channel of everything.
    pub fn all(channel: &str) -> Self {
        Self { channel: channel.to_owned(), ..Self::default() }
    }

    /// Whether the channel is notified of failures of this service in this state.
    pub fn matches(&self, service: &Service, state: State, at: DateTime<FixedOffset>) -> bool {
        self.roles.as_ref().is_none_or(|roles| roles.iter().any(|role| service.roles.contains(role)))
            && self.types.as_ref().is_none_or(|types| types.contains(&service.group))
            && self.services.as_ref().is_none_or(|patterns| patterns.iter().any(|pattern| pattern.matches(service.id.as_str())))
            && self.states.as_ref().is_none_or(|states| states.contains(&state))
            && self.hours.as_ref().is_none_or(|hours| hours.iter().any(|weekly| weekly.contains(at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::operational;
    use State::{Down, Unhealthy, Unknown};
    use test_support::noon;

    #[track_caller]
    fn check(route: Route, state: State, expected: bool) {
        let mut service = operational("db-primary", &["ops", "dba"]);
        service.group = "Infra".to_owned();
        assert_eq!(route.matches(&service, state, noon()), expected, "{route:?}");
    }

    fn patterns(texts: &[&str]) -> Option<Vec<Pattern>> {
        Some(texts.iter().map(|text| Pattern::new(text).unwrap()).collect())
    }

    #[test]
    fn every_condition_excludes_something() {
        let all = || Route::all("slack");
        check(all(), Unknown, true);
        check(Route { roles: Some(["dba", "dev"].into_iter().collect()), ..all() }, Down, true);
        check(Route { roles: Some(["dev"].into_iter().collect()), ..all() }, Down, false);
        check(Route { types: Some(vec!["Infra".to_owned()]), ..all() }, Down, true);
        check(Route { types: Some(vec!["infra".to_owned()]), ..all() }, Down, false);
        check(Route { states: Some(vec![Down, Unhealthy]), ..all() }, Down, true);
        check(Route { states: Some(vec![Down, Unhealthy]), ..all() }, Unknown, false);
        check(Route { services: patterns(&["web", "db-*"]), ..all() }, Down, true);
        check(Route { services: patterns(&["db"]), ..all() }, Down, false);
    }

    #[test]
    fn a_pattern_matches_the_whole_id_and_only_the_star_is_special() {
        for (pattern, name, expected) in [
            ("db-*", "db-", true),
            ("*", "anything at all", true),
            ("*-primary", "db-primary-old", false),
            ("d.b", "dxb", false),
            ("d.b", "d.b", true),
            ("a*c*e", "abcde", true),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap().matches(name), expected, "{pattern} {name}");
        }
    }
}
