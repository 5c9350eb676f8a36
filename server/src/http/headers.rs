//! What every answer tells a browser about what it may do with it.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};

/// For whatever is no page: nothing is loaded and nothing runs.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The headers of every answer that does not set them itself.
pub fn of_every_answer(is_https: bool) -> Vec<(HeaderName, HeaderValue)> {
    let always = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    // A year; without the hosts below this one, which are not ours.
    let over_tls = (STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    let headers = always.into_iter().chain(is_https.then_some(over_tls));
    headers.map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}

/// For the page, whose one script of its own carries this word, which is another each time. WebAssembly counts as evaluating text.
pub fn policy_of_page(nonce: &str) -> Option<HeaderValue> {
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).ok()
}
