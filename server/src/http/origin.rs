//! Keeps other sites from sending commands in the name of somebody who is logged in here.

use super::errors::{ApiError, PageError, is_below_api};
use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses commands that a browser sends from another site. Programs that are no browser send neither header and pass: they have no
/// cookies of anybody else.
pub async fn refuse_foreign_commands(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || !is_foreign(request.headers()) {
        return next.run(request).await;
    }
    match is_below_api(request.uri().path()) {
        true => ApiError::ForeignOrigin.into_response(),
        false => PageError::ForeignOrigin.into_response(),
    }
}

/// Whether a page of another site has made the browser send this.
pub fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // A browser says itself where a request comes from, and no script can change that.
    if let Some(site) = headers.get("sec-fetch-site") {
        return !matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    match (headers.contains_key(ORIGIN), text(ORIGIN), text(HOST)) {
        (false, ..) => false,
        (true, Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, origin)| origin != host),
        (true, ..) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], foreign: bool) {
        let headers: HeaderMap = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        assert_eq!(is_foreign(&headers), foreign, "{headers:?}");
    }

    #[test]
    fn only_browsers_on_other_sites_are_foreign() {
        check(&[("host", "platus.lan")], false);
        check(&[("host", "platus.lan"), ("origin", "https://platus.lan")], false);
        check(&[("host", "platus.lan:5001"), ("origin", "http://platus.lan:5001")], false);
        check(&[("host", "platus.lan"), ("origin", "https://evil.example")], true);
        check(&[("host", "platus.lan"), ("origin", "https://platus.lan.evil.example")], true);
        check(&[("host", "platus.lan"), ("origin", "null")], true);
        check(&[("origin", "https://platus.lan")], true);
        check(&[("sec-fetch-site", "same-origin"), ("host", "inner"), ("origin", "https://platus.lan")], false);
        check(&[("sec-fetch-site", "none")], false);
        check(&[("sec-fetch-site", "cross-site"), ("host", "platus.lan"), ("origin", "https://platus.lan")], true);
        check(&[("sec-fetch-site", "same-site")], true);
    }
}
