//! What `services.yaml` may say about a service of this type.

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
/// No setting may let one answer take the memory that the whole process needs.
const LARGEST_MAX_BODY: u64 = 64 << 20;

/// How to connect.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// Name or address, without protocol, port and path; IPv6 addresses with or without brackets. Also the name of the row.
    pub(super) host: String,
    /// Port; 443 whatever the protocol is.
    #[serde(default = "default_port")]
    pub(super) port: u16,
    /// `https` (default) or `http`, in any case.
    #[serde(default, deserialize_with = "any_case::lower")]
    pub(super) protocol: Protocol,
    /// `GET` when absent; or `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE`, `OPTIONS`. It is sent at every check, so it should change nothing.
    #[serde(default, deserialize_with = "any_case::upper")]
    pub(super) method: Method,
    /// Text that is sent as the body of the request, as JSON unless `request_headers` gives another `Content-Type`; nothing when absent.
    body: Option<Secret>,
    /// User name of HTTP Basic authentication.
    username: Option<String>,
    /// Password of HTTP Basic authentication.
    password: Option<Secret>,
    /// Sent as `Authorization: Bearer TOKEN`, or as the value of the header that `token_header` names.
    token: Option<Secret>,
    /// Name of the header that takes the token, without `Bearer`.
    token_header: Option<String>,
    /// Certificate of the client in PEM, followed by those of the intermediate authorities. Needs `key`.
    cert: Option<Secret>,
    /// Private key of `cert` in PEM, not encrypted. It stays in memory.
    key: Option<Secret>,
    /// Media type that the request has as `Content-Type` and as `Accept`, as in the first Platus. Default: `application/json`. Headers of
    /// `request_headers` win over it.
    request_format: Option<String>,
    /// Further headers by name. They replace the defaults; an empty value takes a default away. `Cookie` is sent to this server together
    /// with the cookies that are set during the check; `Accept-Encoding` says which content codings are offered (default: gzip, deflate,
    /// br, zstd).
    request_headers: Option<BTreeMap<String, Option<Secret>>>,
    /// Seconds for the whole check, fractions allowed; 30 when absent. The `timeout` of the service wins over it.
    // The house reads it and hands it on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
    /// Whether the certificate of the server is verified; `true` when absent.
    #[serde(default = "default_verify")]
    pub(super) verify: bool,
    /// Authorities in PEM that are trusted for this service, besides those of the system.
    ca: Option<String>,
    /// How connections are used: `new` makes one for each check, as a user who comes anew does; `reuse` keeps one as long as the server
    /// does; `{max_age: SECONDS}` keeps one for so long after it was made. `{max_age: 30}` when absent, so that a service that is
    /// checked every minute has a new one each time. A kept one is given up when its name has other addresses. Requests that must not
    /// be sent twice, and those with `min_tls_days`, always have a new one.
    #[serde(default)]
    connection: Connection,
    /// URL of a proxy that speaks HTTP, as `http://proxy.example.org:3128`, also with `USER:PASSWORD@` before the host. When absent, the
    /// variables `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` of the environment decide; with `none` there is no proxy. What
    /// is known to be a failure of the proxy makes the service `unknown`, not `down`.
    proxy: Option<Secret>,
    /// How many bytes of the body, after decompression, are read at most; 1 MiB when absent, and 64 MiB at most.
    #[serde(default = "default_max_body")]
    max_body: u64,
}

/// How to speak to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Protocol {
    #[default]
    Https,
    Http,
}

/// What to ask of the server.
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
    /// Path and query, `/` when absent. Queries hold keys often enough that the whole of it is treated as a secret.
    url: Option<Secret>,
    /// What the body must hold: a text is a regular expression, another scalar is looked for as it is, of a list every entry must be
    /// found, and of a map every key must be in the JSON object of the body with an equal value. Values are equal as in Python: `true`
    /// equals 1, and `1.0` equals 1. Whole numbers of any length are compared exactly. Expressions with look-around or back-references
    /// have 100 ms of CPU time for each check; a check that needs more is `unknown`.
    #[serde(default)]
    pub(super) search: Value,
    /// Which status of the answer is right, any other being `down`: a status, a range as `200-299`, a class as `2xx`, or a list of these;
    /// 200 when absent. A redirect whose status is named here is not followed.
    expect_status: Option<Statuses>,
    /// Seconds, fractions allowed, after which an answer is too slow and the service `unhealthy`: until the answer begins or, where its
    /// body is looked at, has arrived. No limit but `timeout` when absent.
    max_elapsed: Option<f64>,
    /// What the JSON body must hold: a map from a JSON path (RFC 9535) to the value there, as `$.status: ok`, or to conditions, as
    /// `$.queue.length: {less_than: 100}`. Conditions are `equals`, `not_equals`, `less_than`, `at_most`, `greater_than`, `at_least`,
    /// `one_of` (a list), `matches` (a regular expression) and `length` (a number, or conditions of one), each of which every value
    /// must meet that the path finds; `count` (how many it finds; a number, or conditions of one) and `exists` (true or false). Numbers of
    /// any length are compared exactly, but within a filter of a path (`[?@.id == 1]`) only up to 2^53.
    pub(super) json: Option<Assertions>,
    /// Days for which the certificate of the server must still be valid, the service being `unhealthy` otherwise; as long as it is valid
    /// when absent. Needs `protocol: https`. Each check then makes a new connection, which shows the certificate of today.
    min_tls_days: Option<u32>,
}

/// An empty text in the file means the same as an absent key, as it did in Python.
impl Properties {
    /// User name and password, when Basic authentication is wanted.
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

    /// Whether user name and token want the same header. The first Platus knew the user name only, so it wins.
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

    /// How connections are used again by a service that is checked at this interval. One that would be too old for the next check is
    /// not kept: it would only take a place at both ends.
    pub(super) fn reuse(&self, interval: Option<Duration>) -> Result<Reuse, InvalidSetting> {
        match self.connection.reuse()? {
            Reuse::For(limit) if interval.is_some_and(|interval| interval >= limit) => Ok(Reuse::Never),
            reuse => Ok(reuse),
        }
    }

    /// What the requests go through. `environment` is what the environment says.
    pub(super) fn proxy(&self, environment: &Proxies) -> Result<ProxyChoice, InvalidSetting> {
        match filled(&self.proxy) {
            None => Ok(ProxyChoice::Environment(environment.clone())),
            Some(text) if text.eq_ignore_ascii_case("none") => Ok(ProxyChoice::Direct),
            Some(text) => {
                Proxy::parse(text).map(ProxyChoice::This).map_err(|problem| InvalidSetting::new(format!("`proxy`: {problem}")))
            }
        }
    }

    /// What is sent as the body.
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

    /// The statuses that the operator wants, if he says so.
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
