//! Security headers of every response.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};

/// Content security policy for everything but the page: nothing is loaded, and no script runs.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The headers of every response that does not set them itself.
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
    // A year, without subdomains, which may belong to others.
    let over_tls = (STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    let headers = always.into_iter().chain(is_https.then_some(over_tls));
    headers.map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}

/// Content security policy of the page. Its inline script has this nonce, which differs for each response. WebAssembly needs
/// `wasm-unsafe-eval`.
pub fn policy_of_page(nonce: &str) -> Option<HeaderValue> {
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).ok()
}
