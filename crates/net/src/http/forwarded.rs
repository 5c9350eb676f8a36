//! Recognises answers and failures of a forwarding proxy, as opposed to those of the server behind it.

use super::error::HttpError;
use super::proxy::Proxy;
use crate::advice::Keys;
use hyper::StatusCode;
use hyper::header::{HeaderMap, SERVER};

/// The header of errors by squid itself.
const OF_SQUID: &str = "x-squid-error";

/// A header by which other proxies identify themselves.
const OF_PROXIES: &str = "proxy-agent";

/// Names in `Server` of proxies without a header of their own.
const NAMES: [&str; 4] = ["squid", "tinyproxy", "privoxy", "mitmproxy"];

/// Fails if the answer is the proxy's own and so says nothing about `server`, which is `host:port`. That is certain if the proxy
/// requires a login or marks the error as its own, and likely for a gateway error that identifies a proxy.
pub(super) fn judge(status: StatusCode, headers: &HeaderMap, proxy: &Proxy, server: &str) -> Result<(), HttpError> {
    if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        let reason = "it requires a user and a password (407); set or correct them in `proxy`";
        return Err(HttpError::Proxy(format!("the proxy {proxy} does not pass the request on to {server}: {reason}")));
    }
    let is_error = status.is_client_error() || status.is_server_error();
    // RFC 6585: 511 comes from an intermediary.
    let is_surely_own = is_error && says_own_error(headers) || status == StatusCode::NETWORK_AUTHENTICATION_REQUIRED;
    if is_surely_own || is_gateway_error(status) && calls_itself_proxy(headers) {
        return Err(HttpError::Proxy(format!("the proxy {proxy} gives no answer of {server}, but its own: HTTP {status}")));
    }
    Ok(())
}

/// Whether a gateway answers with this status if it cannot reach the server.
pub fn is_gateway_error(status: StatusCode) -> bool {
    matches!(status, StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT)
}

/// Whether the proxy says that the error is its own.
fn says_own_error(headers: &HeaderMap) -> bool {
    // RFC 9209
    let has_failed = text(headers, "proxy-status").is_some_and(|status| status.contains("error="));
    has_failed || headers.contains_key(OF_SQUID)
}

fn calls_itself_proxy(headers: &HeaderMap) -> bool {
    let is_named = text(headers, SERVER.as_str()).is_some_and(|server| NAMES.iter().any(|name| server.starts_with(name)));
    is_named || headers.contains_key(OF_PROXIES)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).to_lowercase())
}

/// The error of a request that `proxy` should have forwarded to `server`.
pub(super) fn failure(error: HttpError, proxy: &Proxy, server: &str, keys: Keys) -> HttpError {
    let message = match &error {
        HttpError::Late { over, answered: false } => {
            format!("the proxy {proxy} took the request for {server}, but gave no answer {over}")
        }
        HttpError::Late { over, answered: true } => {
            format!("the answer for {server} by way of the proxy {proxy} was not complete {over}")
        }
        HttpError::Exchange { .. } => {
            format!("the proxy, asked for {server}, gave no answer that can be read: {}", error.describe(&proxy.to_string(), keys))
        }
        _ => return error,
    };
    HttpError::Proxy(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderName;

    #[track_caller]
    fn check(status: u16, header: &str, expected: Option<&str>) {
        let (name, value) = header.split_once(": ").unwrap();
        let name: HeaderName = name.parse().unwrap();
        let headers = HeaderMap::from_iter([(name, value.parse().unwrap())]);
        let judged =
            judge(StatusCode::from_u16(status).unwrap(), &headers, &Proxy::parse("proxy.test:3128").unwrap(), "shop.test:80");
        assert_eq!(judged.map_err(|error| error.describe("", Keys::ALL)).err().as_deref(), expected, "{status} {header}");
    }

    #[test]
    fn answers_of_the_proxy_are_distinguished_from_those_of_the_server() {
        let login = "the proxy proxy.test:3128 does not pass the request on to shop.test:80: it requires a user and a password (407); \
                     set or correct them in `proxy`";
        check(407, "server: nginx", Some(login));
        let own = |status: &str| format!("the proxy proxy.test:3128 gives no answer of shop.test:80, but its own: HTTP {status}");
        check(503, "x-squid-error: ERR_CONNECT_FAIL 111", Some(&own("503 Service Unavailable")));
        check(502, "proxy-status: proxy.test; error=connection_refused", Some(&own("502 Bad Gateway")));
        check(504, "server: tinyproxy/1.11.1", Some(&own("504 Gateway Timeout")));
        check(502, "server: mitmproxy 9.0.1", Some(&own("502 Bad Gateway")));
        check(502, "proxy-status: proxy.test; received-status=502", None);
        check(503, "server: nginx", None);
        check(500, "x-squid-error: ERR_READ_ERROR 104", Some(&own("500 Internal Server Error")));
        check(403, "x-squid-error: ERR_ACCESS_DENIED 0", Some(&own("403 Forbidden")));
        check(511, "server: nginx", Some(&own("511 Network Authentication Required")));
        check(403, "server: squid", None);
        check(200, "proxy-agent: privoxy", None);
    }
}
