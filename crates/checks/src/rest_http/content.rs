//! Expectations of the body of an answer.

use super::body::Body;
use super::budget::Budget;
use super::json::Assertions;
use super::search::{Finding, Search};
use crate::Expectation;
use std::num::NonZero;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;
use tokio::sync::Semaphore;

/// Larger bodies, in bytes, are searched on a blocking thread.
const LARGEST_QUICK_BODY: usize = 8 << 10;

/// Limits the concurrent searches of all services to the number of processors.
static LOOKS: LazyLock<Arc<Semaphore>> =
    LazyLock::new(|| Arc::new(Semaphore::new(available_parallelism().map_or(1, NonZero::get))));

/// The expectations of one service.
pub(super) struct Content {
    search: Option<Search>,
    json: Assertions,
    /// One permit. A search that continues after its check was cancelled keeps it, so that such searches do not accumulate.
    running: Arc<Semaphore>,
}

/// The result of a search.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Examined {
    /// All comparisons.
    pub(super) expectations: Vec<Expectation>,
    /// Messages about what is not as expected.
    pub(super) complaints: Vec<String>,
    /// Why a comparison was not decided.
    pub(super) undecided: Option<String>,
    /// A note about a body that is as expected.
    pub(super) note: Option<String>,
}

impl Content {
    /// `None` if nothing is expected, so that the body is not read.
    pub(super) fn new(search: Option<Search>, json: Assertions) -> Option<Self> {
        let is_expected = search.is_some() || !json.is_empty();
        is_expected.then(|| Self { search, json, running: Arc::new(Semaphore::new(1)) })
    }

    /// Searches `body`. Dropping the future does not end a search that has started.
    pub(super) async fn examine(self: &Arc<Self>, body: Body) -> Examined {
        if body.len() <= LARGEST_QUICK_BODY && self.is_linear() {
            return self.look(&body);
        }
        let Ok(permit) = Arc::clone(&self.running).try_acquire_owned() else {
            let slow = if self.json.is_linear() { "the pattern in `search`" } else { "the paths in `json`" };
            return Examined::undecided(format!("the search of an earlier check still runs; make {slow} simpler"));
        };
        let Ok(place) = Arc::clone(&LOOKS).acquire_owned().await else {
            return Examined::undecided("the search in the body broke off");
        };
        let content = Arc::clone(self);
        let work = tokio::task::spawn_blocking(move || {
            let _permits = (permit, place);
            content.look(&body)
        });
        work.await.unwrap_or_else(|_| Examined::undecided("the search in the body broke off"))
    }

    fn is_linear(&self) -> bool {
        self.search.as_ref().is_none_or(Search::is_linear) && self.json.is_linear()
    }

    fn look(&self, body: &Body) -> Examined {
        let text = body.text();
        let mut examined = Examined::default();
        let budget = Budget::new();
        for (expectation, finding) in self.search.iter().flat_map(|search| search.find(&text, body, &budget)) {
            examined.expectations.push(expectation);
            match finding {
                // Only the first pattern of a list that fails is reported.
                _ if !examined.complaints.is_empty() || examined.undecided.is_some() => {}
                Finding::AsExpected => {}
                Finding::Unexpected(complaint) => examined.complaints.push(complaint),
                Finding::Undecided(reason) => examined.undecided = Some(reason),
            }
        }
        for (expectation, finding) in self.json.compare(&text, body, &budget) {
            examined.expectations.push(expectation);
            match finding {
                Finding::AsExpected => {}
                Finding::Unexpected(complaint) => examined.complaints.push(complaint),
                Finding::Undecided(reason) => examined.undecided = examined.undecided.or(Some(reason)),
            }
        }
        match body.flaw() {
            Some(flaw) => examined.with_flaw(flaw),
            None => examined,
        }
    }
}

impl Examined {
    /// A failed comparison with a damaged body says nothing about the service.
    fn with_flaw(self, flaw: &str) -> Self {
        let flaw = Some(flaw.to_owned());
        match self.complaints.is_empty() && self.undecided.is_none() {
            true => Self { note: flaw, ..self },
            false => Self { complaints: Vec::new(), undecided: flaw, ..self },
        }
    }

    fn undecided(reason: impl Into<String>) -> Self {
        Self { undecided: Some(reason.into()), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn content(search: &str) -> Arc<Content> {
        let search = Search::new(json!(search).into()).unwrap();
        Arc::new(Content::new(search, Assertions::default()).unwrap())
    }

    #[tokio::test]
    async fn a_look_that_still_runs_is_not_joined_by_another() {
        let content = content("(?=b)c");
        let _running = Arc::clone(&content.running).try_acquire_owned().unwrap();
        let examined = content.examine(Body::new("a", false)).await;
        assert!(examined.undecided.unwrap().contains("still runs"));
    }

    #[tokio::test]
    async fn large_bodies_are_looked_at_like_small_ones() {
        let mut body = "a".repeat(LARGEST_QUICK_BODY * 2);
        body.push('b');
        let content = content("ab$");
        assert_eq!(content.examine(Body::new(body, false)).await.complaints, Vec::<String>::new());
        let examined = content.examine(Body::new("a".repeat(LARGEST_QUICK_BODY * 2), false)).await;
        assert_eq!(examined.complaints, ["“ab$” not found in the body"]);
        assert_eq!(content.running.available_permits(), 1);
    }

    #[tokio::test]
    async fn what_takes_too_long_is_undecided_in_search_and_json() {
        let runaway = "(?:(?=(?:(?=.*y).)*y).)*z";
        let text = "a".repeat(100_000) + "y";
        let search = content(runaway).examine(Body::new(text.clone(), false)).await;
        assert!(search.undecided.unwrap().contains("needs too much backtracking"));
        let json = Assertions::read(&format!("{{$.a: {{matches: '{runaway}'}}}}"));
        let json = Arc::new(Content::new(None, json).unwrap());
        let examined = json.examine(Body::new(format!(r#"{{"a": "{text}"}}"#), false)).await;
        assert!(examined.undecided.unwrap().contains("needs too much backtracking"));
        assert_eq!(examined.complaints, Vec::<String>::new(), "what is not known is no fault of the service");
    }

    #[test]
    fn a_flaw_of_the_body_is_not_blamed_on_the_search() {
        let flawed = |text: &str| Body::new(text, false).with_flaw("odd");
        let found = content("ok").look(&flawed("ok"));
        assert_eq!((found.note.as_deref(), found.undecided), (Some("odd"), None));
        let missing = content("ok").look(&flawed("no"));
        assert_eq!((missing.note, missing.undecided.as_deref(), missing.complaints.len()), (None, Some("odd"), 0));
        let too_slow = content(r"(a|aa)+(?!a)b\1").look(&flawed(&"a".repeat(100)));
        assert_eq!(too_slow.undecided.as_deref(), Some("odd"));
    }

    #[test]
    fn all_that_was_compared_is_listed() {
        let search = Search::new(json!(["up", "down", "away"]).into()).unwrap();
        let json = Assertions::read("{$.state: up, $.load: {less_than: 3}}");
        let content = Content::new(search, json).unwrap();
        let examined = content.look(&Body::new(r#"{"state": "up", "load": 4}"#, false));
        assert_eq!(examined.complaints, ["“down” not found in the body", "expected $.load < 3, got 4"]);
        let met: Vec<_> =
            examined.expectations.iter().map(|expectation| (expectation.expected.as_str(), expectation.met)).collect();
        assert_eq!(
            met,
            [
                ("“up” in the body", true),
                ("“down” in the body", false),
                ("“away” in the body", false),
                (r#"$.state = "up""#, true),
                ("$.load < 3", false)
            ]
        );
    }
}
