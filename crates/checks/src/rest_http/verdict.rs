use super::content::Examined;
use super::exchange::redirects;
use super::status::Statuses;
use crate::{CheckError, Expectation, Observation};
use model::State;
use net::http::is_gateway_error;
use reqwest::StatusCode;
use std::fmt;
use std::time::Duration;

/// Compares an answer with the expectations, and derives the state.
pub(super) struct Verdict {
    state: State,
    /// What is not as expected.
    complaints: Vec<String>,
    /// Notes, which do not affect the state.
    notes: Vec<String>,
    expectations: Vec<Expectation>,
}

impl Verdict {
    /// Starts with the status, which decides between `operational` and `down`. Without `wanted` it must be 200.
    pub(super) fn of(status: StatusCode, wanted: Option<&Statuses>) -> Self {
        let name = match status.canonical_reason() {
            Some(reason) => format!("{} {reason}", status.as_str()),
            None => status.as_str().to_owned(),
        };
        let met = is_wanted(status, wanted);
        let mut verdict = Self { state: State::Operational, complaints: Vec::new(), notes: Vec::new(), expectations: Vec::new() };
        if !met {
            verdict.state = State::Down;
            let without_address = if redirects(status) { ", but without an address to follow" } else { "" };
            let expected = wanted.map(|wanted| format!(", expected {wanted}")).unwrap_or_default();
            verdict.complaints.push(format!("HTTP {name}{without_address}{expected}"));
        }
        let expected = wanted.map_or_else(|| "status 200".to_owned(), |wanted| format!("status {wanted}"));
        verdict.expectations.push(Expectation::new(expected, name, met));
        verdict
    }

    /// Adds a note if the answer may be the proxy's own, which has these statuses if it cannot reach the server.
    pub(super) fn suspect(&mut self, proxy: impl fmt::Display, status: StatusCode) {
        if self.state == State::Down && is_gateway_error(status) {
            self.notes.push(format!("the answer came by way of the proxy {proxy}, which may have made it"));
        }
    }

    /// Adds an expectation. If it is not met, the service is `unhealthy`.
    pub(super) fn expect(&mut self, expectation: Expectation) {
        if !expectation.met {
            self.state = self.state.max(State::Unhealthy);
            self.complaints.push(expectation.complaint());
        }
        self.expectations.push(expectation);
    }

    /// Adds a note, which does not affect the state.
    pub(super) fn note(&mut self, note: &'static str) {
        self.notes.push(note.to_owned());
    }

    /// Adds the expectation of the elapsed time.
    pub(super) fn expect_in_time(&mut self, limit: Option<Duration>, elapsed: Duration) {
        if let Some(limit) = limit {
            let expected = format!("an answer within {} s", limit.as_secs_f64());
            self.expect(Expectation::new(expected, format!("one after {:.3} s", elapsed.as_secs_f64()), elapsed <= limit));
        }
    }

    /// Adds the result of the search in the body. Fails if that is undecided and nothing else is wrong.
    pub(super) fn expect_content(&mut self, examined: Examined) -> Result<(), CheckError> {
        self.complaints.extend(examined.complaints);
        self.expectations.extend(examined.expectations);
        self.notes.extend(examined.note);
        match examined.undecided {
            Some(reason) if self.complaints.is_empty() => return Err(CheckError::new(reason)),
            reason => self.complaints.extend(reason),
        }
        if !self.complaints.is_empty() {
            self.state = self.state.max(State::Unhealthy);
        }
        Ok(())
    }

    /// The row.
    pub(super) fn observation(self, node: &str, elapsed: Duration) -> Observation {
        let said: Vec<_> = self.complaints.into_iter().chain(self.notes).collect();
        let message = (!said.is_empty()).then(|| said.join("; "));
        Observation { message, expectations: self.expectations, ..Observation::new(node, self.state) }.with_elapsed(elapsed)
    }
}

/// Whether the status of an answer is as expected.
pub(super) fn is_wanted(status: StatusCode, wanted: Option<&Statuses>) -> bool {
    wanted.map_or(status == StatusCode::OK, |wanted| wanted.contains(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, wanted: Option<&str>, complaint: Option<&str>, expected: &str, seen: &str) {
        let read = |yaml: &str| yaml::parse("services.yaml", &format!("at: {yaml}")).unwrap().get("at").unwrap().read().unwrap();
        let wanted: Option<Statuses> = wanted.map(read);
        let verdict = Verdict::of(StatusCode::from_u16(status).unwrap(), wanted.as_ref());
        let observation = verdict.observation("n", Duration::ZERO);
        assert_eq!(observation.message.as_deref(), complaint);
        assert_eq!(observation.state, if complaint.is_some() { State::Down } else { State::Operational });
        assert_eq!(observation.expectations, [Expectation::new(expected, seen, complaint.is_none())]);
    }

    #[test]
    fn the_status_decides() {
        check(200, None, None, "status 200", "200 OK");
        check(204, None, Some("HTTP 204 No Content"), "status 200", "204 No Content");
        check(599, None, Some("HTTP 599"), "status 200", "599");
        check(302, None, Some("HTTP 302 Found, but without an address to follow"), "status 200", "302 Found");
        check(204, Some("[200, 204]"), None, "status 200, 204", "204 No Content");
        check(302, Some("3xx"), None, "status 300-399", "302 Found");
        check(
            503,
            Some("2xx"),
            Some("HTTP 503 Service Unavailable, expected 200-299"),
            "status 200-299",
            "503 Service Unavailable",
        );
        check(200, Some("404"), Some("HTTP 200 OK, expected 404"), "status 404", "200 OK");
    }

    #[test]
    fn all_that_is_wrong_is_reported_and_the_worst_counts() {
        let mut verdict = Verdict::of(StatusCode::OK, None);
        let limit = Some(Duration::from_millis(500));
        verdict.expect_in_time(None, Duration::from_secs(60));
        verdict.expect_in_time(limit, Duration::from_millis(499));
        assert_eq!(verdict.state, State::Operational);
        verdict.expect_in_time(limit, Duration::from_micros(1_234_567));
        let examined = Examined { complaints: vec!["a is missing".to_owned()], ..Examined::default() };
        verdict.expect_content(examined).unwrap();
        let observation = verdict.observation("n", Duration::ZERO);
        assert_eq!(observation.state, State::Unhealthy);
        assert_eq!(observation.message.as_deref(), Some("expected an answer within 0.5 s, got one after 1.235 s; a is missing"));
        assert_eq!(observation.expectations.len(), 3);

        let mut verdict = Verdict::of(StatusCode::BAD_GATEWAY, None);
        verdict.expect(Expectation::new("more", "less", false));
        let observation = verdict.observation("n", Duration::ZERO);
        assert_eq!(
            (observation.state, observation.message.as_deref()),
            (State::Down, Some("HTTP 502 Bad Gateway; expected more, got less"))
        );
    }

    #[test]
    fn a_note_changes_no_state() {
        let mut verdict = Verdict::of(StatusCode::OK, None);
        verdict.expect_content(Examined { note: Some("odd".to_owned()), ..Examined::default() }).unwrap();
        let observation = verdict.observation("n", Duration::ZERO);
        assert_eq!((observation.state, observation.message.as_deref()), (State::Operational, Some("odd")));
    }

    #[test]
    fn an_undecided_search_matters_where_nothing_else_is_wrong() {
        let undecided = || Examined { undecided: Some("too slow".to_owned()), ..Examined::default() };
        assert_eq!(Verdict::of(StatusCode::OK, None).expect_content(undecided()), Err(CheckError::new("too slow")));
        let mut verdict = Verdict::of(StatusCode::OK, None);
        verdict.expect(Expectation::new("more", "less", false));
        verdict.expect_content(undecided()).unwrap();
        assert_eq!(verdict.observation("n", Duration::ZERO).message.as_deref(), Some("expected more, got less; too slow"));
    }
}
