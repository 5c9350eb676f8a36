//! URLs of requests.

use super::properties::Protocol;
use net::host::HostName;
use reqwest::Url;
use yaml::InvalidSetting;

/// Builds the URL. `path` is path and query; it may be empty or without the leading slash.
///
/// The errors never contain the path, since a query may contain a key.
pub(super) fn address(protocol: Protocol, host: &str, port: u16, path: &str) -> Result<Url, InvalidSetting> {
    let host = host.trim();
    // These characters would end the host and start something else, for example a user name or a path.
    if host.is_empty() || host.contains(|c: char| c.is_whitespace() || "/\\?#@".contains(c)) {
        return Err(InvalidSetting::new("`host` must be a name or an address alone: put path and query into `url` of `data`"));
    }
    if path.contains("://") && !path.starts_with(['/', '?']) {
        return Err(InvalidSetting::new("`url` must be path and query alone: put the rest into `protocol`, `host` and `port`"));
    }
    let protocol = match protocol {
        Protocol::Http => "http",
        Protocol::Https => "https",
    };
    let host = HostName::new(host).in_url();
    let slash = if path.starts_with(['/', '?']) { "" } else { "/" };
    let url = Url::parse(&format!("{protocol}://{host}:{port}{slash}{path}"))
        .map_err(|error| InvalidSetting::new(format!("`host` and `url` do not make an address: {error}")))?;
    Ok(without_fragment(url))
}

/// The part after `#` is never sent.
pub(super) fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

/// The server of a URL for messages: host and port, without anything that could be a secret.
pub(super) fn server(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

/// Whether credentials for the server of `from` may be sent to the server of `to`: they have the same origin, or the redirect is
/// from HTTP to HTTPS on the same host and the default ports. Python's requests applies the same rule.
pub(super) fn may_share_credentials(from: &Url, to: &Url) -> bool {
    let upgrade = from.scheme() == "http"
        && to.scheme() == "https"
        && from.host() == to.host()
        && from.port_or_known_default() == Some(80)
        && to.port_or_known_default() == Some(443);
    upgrade || from.origin() == to.origin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_put_together() {
        let cases = [
            (Protocol::Https, "example.org", 443, "", "https://example.org/"),
            (Protocol::Http, "example.org", 80, "/", "http://example.org/"),
            (Protocol::Http, "example.org", 443, "/status", "http://example.org:443/status"),
            (Protocol::Https, "example.org", 8443, "status?full=1", "https://example.org:8443/status?full=1"),
            (Protocol::Https, "example.org", 443, "?full=1", "https://example.org/?full=1"),
            (Protocol::Https, "example.org", 443, "//other.test/x", "https://example.org//other.test/x"),
            (Protocol::Https, "example.org", 443, "/go?to=http://other.test", "https://example.org/go?to=http://other.test"),
            (Protocol::Https, "example.org", 443, "/a b#part", "https://example.org/a%20b"),
            (Protocol::Http, "::1", 80, "/ok", "http://[::1]/ok"),
            (Protocol::Http, "[::1]", 8080, "/ok", "http://[::1]:8080/ok"),
            (Protocol::Http, "[fe80::1%25eth0]", 8080, "/ok", "http://[fe80::1]:8080/ok"),
            (Protocol::Http, "münchen.example", 80, "/ok", "http://xn--mnchen-3ya.example/ok"),
            (Protocol::Http, "127.0.0.1", 8080, "@other.test/", "http://127.0.0.1:8080/@other.test/"),
        ];
        for (protocol, host, port, path, expected) in cases {
            assert_eq!(address(protocol, host, port, path).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn hosts_that_are_more_than_a_host_are_refused() {
        for host in ["", " ", "example.org/path", "https://example.org", "user:marker@example.org", "example.org?x", "a b", "[::1"]
        {
            let error = address(Protocol::Https, host, 443, "/?key=marker").unwrap_err().to_string();
            assert!(error.contains("`host`") && !error.contains("marker"), "{host}: {error}");
        }
        let error = address(Protocol::Https, "example.org", 443, "https://example.org/marker").unwrap_err().to_string();
        assert!(error.contains("`url`") && !error.contains("marker"), "{error}");
    }

    #[test]
    fn credentials_stay_with_their_server() {
        let cases = [
            ("https://a.test/x", "https://a.test/y?z", true),
            ("https://a.test/x", "https://a.test:443/y", true),
            ("http://a.test/", "https://a.test/", true),
            ("https://a.test/", "http://a.test/", false),
            ("http://a.test:8080/", "https://a.test:8443/", false),
            ("https://a.test/", "https://a.test:8443/", false),
            ("https://a.test/", "https://b.a.test/", false),
            ("https://a.test/", "https://b.test/", false),
        ];
        for (from, to, expected) in cases {
            let shared = may_share_credentials(&from.parse().unwrap(), &to.parse().unwrap());
            assert_eq!(shared, expected, "{from} -> {to}");
        }
    }
}
