use super::Endpoint;
use crate::{DeliveryError, Outlook};
use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::time::Duration;

/// Nobody is waited for longer, whatever they ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// What a receiver has said.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// The beginning of it.
    pub(crate) body: Vec<u8>,
    /// How long it asks to be left alone.
    wait: Option<Duration>,
    message: String,
}

impl Answer {
    pub(super) fn new(endpoint: &Endpoint, status: StatusCode, headers: &HeaderMap, body: Vec<u8>) -> Self {
        let wait = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(|text| wait(text, Utc::now()));
        let excerpt = endpoint.excerpt(&body);
        let message = match excerpt.as_str() {
            "" => format!("{} answers {status}", endpoint.host()),
            _ => format!("{} answers {status}: {excerpt}", endpoint.host()),
        };
        Self { status, body, wait, message }
    }

    /// With what the text of the answer says about waiting, for receivers that do not say it in the head.
    pub(crate) fn asking_to_wait(mut self, seconds: Option<f64>) -> Self {
        self.wait = seconds.and_then(bounded).or(self.wait);
        self
    }

    /// Whether the message was taken, and what to expect otherwise. What is wrong with this very message stays wrong; all else can be
    /// mended, be it by the receiver or in the configuration.
    pub(crate) fn judge(self) -> Result<(), DeliveryError> {
        let outlook = match (self.status, self.wait) {
            (status, _) if status.is_success() => return Ok(()),
            (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE, Some(wait)) => Outlook::After(wait),
            (StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY, _) => Outlook::Refused,
            _ => Outlook::Later,
        };
        Err(DeliveryError { message: self.message, outlook })
    }

    /// The error of an answer that has to do with the configuration, although its status says that the message is wrong.
    pub(crate) fn mendable(self) -> DeliveryError {
        DeliveryError::later(self.message)
    }
}

/// Reads a header `Retry-After`: seconds (some send fractions), or a date.
fn wait(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    let text = text.trim();
    let seconds = text.parse::<f64>().ok();
    seconds.map_or_else(
        || {
            let date = DateTime::parse_from_rfc2822(text).ok()?;
            Some((date.to_utc() - now).to_std().unwrap_or_default().min(LONGEST_WAIT))
        },
        bounded,
    )
}

fn bounded(seconds: f64) -> Option<Duration> {
    // What is no number at all stays so, and is none.
    Duration::try_from_secs_f64(seconds.clamp(f64::NEG_INFINITY, LONGEST_WAIT.as_secs_f64())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaml::Secret;

    fn judge(status: u16, retry_after: Option<&str>, body: &str) -> Result<(), DeliveryError> {
        let endpoint = Endpoint::hook("url", &Secret::new("https://hooks.lan/s3cret")).unwrap();
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(RETRY_AFTER, value.parse().unwrap());
        }
        Answer::new(&endpoint, StatusCode::from_u16(status).unwrap(), &headers, body.as_bytes().to_vec()).judge()
    }

    #[test]
    fn answers_are_judged_by_their_status() {
        for taken in [200, 201, 202, 204] {
            assert_eq!(judge(taken, None, "whatever"), Ok(()));
        }
        for refused in [400, 413, 422] {
            assert_eq!(judge(refused, Some("5"), "").unwrap_err().outlook, Outlook::Refused, "{refused}");
        }
        for later in [301, 401, 403, 404, 408, 500, 502, 504] {
            assert_eq!(judge(later, Some("5"), "").unwrap_err().outlook, Outlook::Later, "{later}");
        }
        for asking in [429, 503] {
            assert_eq!(judge(asking, Some("5"), "").unwrap_err().outlook, Outlook::After(Duration::from_secs(5)));
            assert_eq!(judge(asking, Some("soon"), "").unwrap_err().outlook, Outlook::Later);
            assert_eq!(judge(asking, None, "").unwrap_err().outlook, Outlook::Later);
        }
    }

    #[test]
    fn an_answer_is_told_without_the_secret() {
        let error = judge(404, None, "<p>no hook\n at /s3cret</p>").unwrap_err();
        assert_eq!(error.message, "hooks.lan answers 404 Not Found: <p>no hook at [withheld]</p>");
        assert_eq!(judge(500, None, "").unwrap_err().message, "hooks.lan answers 500 Internal Server Error");
    }

    #[test]
    fn a_wait_is_seconds_or_a_date() {
        let now = DateTime::parse_from_rfc2822("Sun, 06 Nov 1994 08:49:37 GMT").unwrap().to_utc();
        for (text, expected) in [
            ("120", Some(Duration::from_secs(120))),
            (" 0.25 ", Some(Duration::from_millis(250))),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(Duration::from_secs(60))),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(Duration::ZERO)),
            ("Tue, 08 Nov 1994 08:49:37 GMT", Some(LONGEST_WAIT)),
            ("1e300", Some(LONGEST_WAIT)),
            ("inf", Some(LONGEST_WAIT)),
            ("-1", None),
            ("NaN", None),
            ("soon", None),
        ] {
            assert_eq!(wait(text, now), expected, "{text}");
        }
    }
}
