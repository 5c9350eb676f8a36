//! Entry points for `crate::fuzzing`.

use super::body::Body;
use super::budget::Budget;
use super::charset::ContentType;
use super::coding::Codings;
use super::cookies::Cookies;
use super::json::Assertions;
use super::search::Search;
use json::Value;
use reqwest::header::HeaderMap;
use url::Url;

/// In bytes.
const BODY_LIMIT: usize = 64 << 10;

/// Headers of an answer, one per line, and its body after an empty line.
pub(crate) fn answer(bytes: &[u8]) {
    let (headers, body) = test_support::fuzz::headers_and_body(bytes);
    ContentType::of(&headers).decode(body);
    Codings::of(&headers).decode(body.to_vec(), false, BODY_LIMIT).ok();
    let own = HeaderMap::new();
    if let Ok(url) = Url::parse("https://shop.example/a/b?c") {
        let mut cookies = Cookies::default();
        cookies.take(&url, &own, &headers);
        cookies.add_to(&own, &url);
    }
}

/// A pattern in the first line, followed by the text to search.
pub(crate) fn pattern(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (pattern, body) = text.split_once('\n').unwrap_or((&text, ""));
    if let Ok(Some(search)) = Search::new(Value::String(pattern.to_owned())) {
        search.find(body, &Body::new(body, false), &Budget::new());
    }
}

/// Expectations in JSON in the first line, followed by the body.
pub(crate) fn json(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (expected, body) = text.split_once('\n').unwrap_or((&text, ""));
    let read = Body::new(body, false);
    if let Ok(assertions) = serde_json::from_str::<Assertions>(expected) {
        assertions.compare(body, &read, &Budget::new());
    }
    if let Ok(expected) = json::parse(expected)
        && let Ok(Some(search)) = Search::new(expected)
    {
        search.find(body, &read, &Budget::new());
    }
}
