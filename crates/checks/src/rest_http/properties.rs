//! The keys of a service of this type in `services.yaml`.

use super::connection::Connection;
use super::json::Assertions;
use super::status::Statuses;
use crate::any_case;
use json::Value;
use net::http::{Proxies, Proxy, ProxyChoice, Reuse};
use net::tls::TlsSettings;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;
use yaml::{InvalidSetting, Secret};

const DEFAULT_PORT: u16 = 443;
const DEFAULT_MAX_BODY: u64 = 1 << 20;
/// Protects the memory of Platus.
const LARGEST_MAX_BODY: u64 = 64 << 20;

/// How to connect.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// Name or address, without protocol, port and path; IPv6 addresses with or without brackets. Also the name of the row.
    pub(super) host: String,
    /// Port. Default: 443, also for `http`.
    #[serde(default = "default_port")]
    pub(super) port: u16,
    /// `https` or `http`; case is ignored. Default: `https`.
    #[serde(default, deserialize_with = "any_case::lower")]
    pub(super) protocol: Protocol,
    /// Method: `GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE` or `OPTIONS`. Every check sends the request, so it should not
    /// change anything. Default: `GET`.
    #[serde(default, deserialize_with = "any_case::upper")]
    pub(super) method: Method,
    /// Body of the request, sent as JSON unless `request_headers` contains another `Content-Type`. Default: none.
    body: Option<Secret>,
    /// User name of HTTP Basic authentication.
    username: Option<String>,
    /// Password of HTTP Basic authentication.
    password: Option<Secret>,
    /// Token, sent as `Authorization: Bearer TOKEN`, or as the value of the header in `token_header`.
    token: Option<Secret>,
    /// Name of the header for the token, which is then sent without `Bearer`.
    token_header: Option<String>,
    /// Client certificate in PEM, followed by those of the intermediate authorities. Requires `key`.
    cert: Option<Secret>,
    /// Private key of `cert` in PEM, unencrypted. It is kept in memory only.
    key: Option<Secret>,
    /// Media type of `Content-Type` and `Accept`. `request_headers` take precedence. Default: `application/json`.
    request_format: Option<String>,
    /// Further headers by name. They override the defaults; an empty value removes a default. `Cookie` is sent to this server
    /// together with the cookies that are set during the check. `Accept-Encoding` is `gzip, deflate, br, zstd` by default.
    request_headers: Option<BTreeMap<String, Option<Secret>>>,
    /// Timeout of the whole check in seconds, fractions allowed. Default: 30. The `timeout` of the service takes precedence.
    // Parsed by the core and passed on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
    /// Whether the server certificate is verified. Default: `true`.
    #[serde(default = "default_verify")]
    pub(super) verify: bool,
    /// Authorities in PEM that are trusted for this service, in addition to those of the system.
    ca: Option<String>,
    /// How connections are used: `new` opens one for each check, as a new client does; `reuse` keeps one as long as the server
    /// does; `{max_age: SECONDS}` keeps one for that time. A kept connection is closed when the addresses of its name change.
    /// Requests that must not be sent twice, and those with `min_tls_days`, always use a new one. Default: `{max_age: 30}`, so a
    /// service that is checked every minute has a new one each time.
    #[serde(default)]
    connection: Connection,
    /// URL of an HTTP proxy, such as `http://proxy.example.org:3128`, optionally with `USER:PASSWORD@` before the host, or `none`
    /// for no proxy. A failure of the proxy makes the service `unknown`, not `down`. Default: the environment variables
    /// `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`.
    proxy: Option<Secret>,
    /// Maximum number of bytes of the body that are read, after decompression; up to 64 MiB. Default: 1 MiB.
    #[serde(default = "default_max_body")]
    max_body: u64,
}

/// The protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Protocol {
    #[default]
    Https,
    Http,
}

/// The method of the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Method {
    #[default]
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

impl From<Method> for reqwest::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Head => Self::HEAD,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Patch => Self::PATCH,
            Method::Delete => Self::DELETE,
            Method::Options => Self::OPTIONS,
        }
    }
}

/// What to check.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// Path and query. Queries often contain keys, so it is treated as a secret. Default: `/`.
    url: Option<Secret>,
    /// What the body must contain: a string is a regular expression, another scalar is searched as it is, all entries of a list
    /// must be found, and all keys of a map must be in the JSON object of the body with an equal value. Equality is that of
    /// Python: `true` equals 1, and `1.0` equals 1. Integers of any length are compared exactly. Expressions with look-around or
    /// back-references have 100 ms of CPU time per check; a check that needs more is `unknown`.
    #[serde(default)]
    pub(super) search: Value,
    /// Expected status: a status, a range such as `200-299`, a class such as `2xx`, or a list of these. Any other status is
    /// `down`. A redirect with an expected status is not followed. Default: 200.
    expect_status: Option<Statuses>,
    /// Seconds after which an answer is too slow and the service `unhealthy`, fractions allowed. Measured until the start of the
    /// answer or, if its body is checked, until its end. Default: no limit except `timeout`.
    max_elapsed: Option<f64>,
    /// What the JSON body must contain: a map from a JSONPath (RFC 9535) to the expected value, such as `$.status: ok`, or to
    /// conditions, such as `$.queue.length: {less_than: 100}`. Every value that the path finds must meet `equals`, `not_equals`,
    /// `less_than`, `at_most`, `greater_than`, `at_least`, `one_of` (a list), `matches` (a regular expression) and `length` (a
    /// number, or conditions on it). `count` is the number of values found (a number, or conditions on it), and `exists` is true
    /// or false. Numbers of any length are compared exactly, but in a filter of a path (`[?@.id == 1]`) only up to 2^53.
    pub(super) json: Option<Assertions>,
    /// Days for which the server certificate must still be valid; fewer are `unhealthy`. Requires `protocol: https`. Each check
    /// then opens a new connection, which shows the current certificate. Default: no minimum.
    min_tls_days: Option<u32>,
}

/// An empty string in the file means the same as an absent key, as in the original.
impl Properties {
    /// User name and password of Basic authentication, if configured.
    pub(super) fn basic(&self) -> Result<Option<(&str, &str)>, InvalidSetting> {
        match (self.username.as_deref().filter(|name| !name.is_empty()), filled(&self.password)) {
            (Some(name), _) if name.contains(':') => Err(InvalidSetting::new("`username` must not contain a colon")),
            (Some(name), password) => Ok(Some((name, password.unwrap_or_default()))),
            (None, Some(_)) => Err(InvalidSetting::new("`password` needs a `username`")),
            (None, None) => Ok(None),
        }
    }

    pub(super) fn token(&self) -> Option<&str> {
        filled(&self.token)
    }

    pub(super) fn token_header(&self) -> Option<&str> {
        self.token_header.as_deref().filter(|name| !name.is_empty())
    }

    /// Whether user name and token need the same header. The user name wins, since the original has no token.
    pub(super) fn sends_no_token(&self) -> bool {
        self.token().is_some() && self.token_header().is_none() && matches!(self.basic(), Ok(Some(_)))
    }

    pub(super) fn request_format(&self) -> Option<&str> {
        self.request_format.as_deref().filter(|format| !format.is_empty())
    }

    pub(super) fn tls(&self) -> TlsSettings<'_> {
        TlsSettings { verify: self.verify, ca: self.ca.as_deref(), cert: self.cert.as_ref(), key: self.key.as_ref() }
    }

    pub(super) fn request_headers(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.request_headers.iter().flatten().map(|(name, value)| (name.as_str(), filled(value)))
    }

    /// How connections are reused by a service with this interval. A connection that would be too old for the next check is not
    /// kept.
    pub(super) fn reuse(&self, interval: Option<Duration>) -> Result<Reuse, InvalidSetting> {
        match self.connection.reuse()? {
            Reuse::For(limit) if interval.is_some_and(|interval| interval >= limit) => Ok(Reuse::Never),
            reuse => Ok(reuse),
        }
    }

    /// The proxy of the requests. `environment` are the proxies of the environment.
    pub(super) fn proxy(&self, environment: &Proxies) -> Result<ProxyChoice, InvalidSetting> {
        match filled(&self.proxy) {
            None => Ok(ProxyChoice::Environment(environment.clone())),
            Some(text) if text.eq_ignore_ascii_case("none") => Ok(ProxyChoice::Direct),
            Some(text) => {
                Proxy::parse(text).map(ProxyChoice::This).map_err(|problem| InvalidSetting::new(format!("`proxy`: {problem}")))
            }
        }
    }

    /// The body of the request.
    pub(super) fn body(&self) -> Option<&str> {
        filled(&self.body)
    }

    pub(super) fn max_body(&self) -> Result<usize, InvalidSetting> {
        usize::try_from(self.max_body)
            .ok()
            .filter(|_| (1..=LARGEST_MAX_BODY).contains(&self.max_body))
            .ok_or_else(|| InvalidSetting::new(format!("`max_body` must be from 1 to {LARGEST_MAX_BODY} bytes")))
    }
}

impl Data {
    pub(super) fn url(&self) -> &str {
        filled(&self.url).unwrap_or_default()
    }

    /// The expected statuses, if configured.
    pub(super) fn expect_status(&self) -> Option<&Statuses> {
        self.expect_status.as_ref().filter(|statuses| !statuses.is_empty())
    }

    pub(super) fn max_elapsed(&self, timeout: Duration) -> Result<Option<Duration>, InvalidSetting> {
        let Some(seconds) = self.max_elapsed else { return Ok(None) };
        match Duration::try_from_secs_f64(seconds) {
            Ok(limit) if !limit.is_zero() && limit <= timeout => Ok(Some(limit)),
            _ => Err(InvalidSetting::new(format!(
                "`max_elapsed` must be more than 0 and at most the `timeout`, which is {} s",
                timeout.as_secs_f64()
            ))),
        }
    }

    pub(super) fn min_tls_days(&self, protocol: Protocol) -> Result<Option<u32>, InvalidSetting> {
        match (self.min_tls_days, protocol) {
            (Some(_), Protocol::Http) => {
                Err(InvalidSetting::new("`min_tls_days` needs `protocol: https`: HTTP shows no certificate"))
            }
            (days, _) => Ok(days),
        }
    }
}

fn filled(secret: &Option<Secret>) -> Option<&str> {
    secret.as_ref().map(Secret::expose).filter(|text| !text.is_empty())
}

fn default_port() -> u16 {
    DEFAULT_PORT
}

fn default_max_body() -> u64 {
    DEFAULT_MAX_BODY
}

fn default_verify() -> bool {
    true
}
