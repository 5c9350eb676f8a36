//! Selects the proxy of a request.

use crate::ProxyVariables;
use crate::host::HostName;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::Uri;
use hyper::header::HeaderValue;
use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::percent_decode_str;
use std::fmt;
use std::sync::{Arc, OnceLock};
use url::Url;
use yaml::Secret;

/// A proxy. Prints as `host:port`, without its credentials.
#[derive(Clone)]
pub struct Proxy {
    pub(super) is_https: bool,
    pub(super) host: HostName,
    pub(super) port: u16,
    login: Option<HeaderValue>,
}

/// The proxies of the environment, and the servers that are reached directly.
#[derive(Clone, Default)]
pub struct Proxies(Option<Arc<Environment>>);

static OF_PROCESS: OnceLock<Proxies> = OnceLock::new();

struct Environment {
    http: Option<Proxy>,
    https: Option<Proxy>,
    /// Applies `NO_PROXY`: it names a proxy for all other servers.
    matcher: Matcher,
    /// Entries of `NO_PROXY` with a port, which the matcher does not support.
    with_ports: Vec<(String, u16)>,
}

/// The proxy setting of one service.
#[derive(Clone)]
pub enum ProxyChoice {
    /// The proxies of the environment.
    Environment(Proxies),
    This(Proxy),
    /// No proxy, regardless of the environment.
    Direct,
}

impl Proxy {
    /// Reads `http://user:password@host:port`; `http://` is optional. The error does not contain the text.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&with_scheme).map_err(|_| "expected the URL of a proxy, for example http://proxy.example.org:3128")?;
        let is_https = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err("expected a proxy that speaks http or https; others, such as socks5, are not supported"),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("expected the host of a proxy")?;
        let port = url.port_or_known_default().unwrap_or(if is_https { 443 } else { 80 });
        Ok(Self { is_https, host: HostName::new(host), port, login: login(&url) })
    }

    /// The value of `Proxy-Authorization`.
    pub(super) fn login(&self) -> Option<&HeaderValue> {
        self.login.as_ref()
    }

    pub(super) fn server(&self) -> String {
        self.host.with_port(self.port)
    }
}

fn login(url: &Url) -> Option<HeaderValue> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pair = format!("{}:{}", decoded(url.username()), decoded(url.password().unwrap_or_default()));
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.server())
    }
}

/// Omits the credentials.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let environment = self.0.as_deref();
        let (http, https) = (environment.and_then(|of| of.http.as_ref()), environment.and_then(|of| of.https.as_ref()));
        f.debug_struct("Proxies").field("http", &http).field("https", &https).finish_non_exhaustive()
    }
}

impl Proxies {
    /// The proxies of this process, for channels and Vault; none before [`Self::keep`].
    pub fn of_process() -> Self {
        OF_PROCESS.get().cloned().unwrap_or_default()
    }

    /// Sets the proxies of this process. Only the first call has an effect.
    pub fn keep(self) {
        OF_PROCESS.set(self).ok();
    }

    /// Ignores a variable whose proxy cannot be used, with a warning.
    pub fn new(variables: &ProxyVariables) -> Self {
        let read = |name: &str, value: &Option<Secret>| {
            let text = value.as_ref().map(Secret::expose).filter(|text| !text.trim().is_empty())?;
            Proxy::parse(text)
                .inspect_err(|problem| tracing::warn!("The variable {name} of the environment is not used: {problem}."))
                .ok()
        };
        let all = read("ALL_PROXY", &variables.all);
        let http = read("HTTP_PROXY", &variables.http).or_else(|| all.clone());
        let https = read("HTTPS_PROXY", &variables.https).or(all);
        if http.is_none() && https.is_none() {
            return Self::default();
        }
        let none_for = variables.no.as_deref().unwrap_or_default();
        let (with_ports, others): (Vec<_>, Vec<_>) =
            none_for.split([',', ' ']).map(str::trim).partition(|entry| port(entry).is_some());
        let others: Vec<_> = others.into_iter().map(|entry| HostName::new(entry).lookup().to_owned()).collect();
        let matcher = Matcher::builder().all("http://proxy.invalid").no(others.join(",")).build();
        let with_ports = with_ports.into_iter().filter_map(port).map(|(host, port)| (host.to_lowercase(), port)).collect();
        Self(Some(Arc::new(Environment { http, https, matcher, with_ports })))
    }

    fn of(&self, is_https: bool, host: &HostName, port: u16) -> Option<Proxy> {
        let Environment { http, https, matcher, with_ports } = self.0.as_deref()?;
        let proxy = if is_https { https.as_ref() } else { http.as_ref() }?;
        let name = host.in_url().to_lowercase();
        let is_excepted = |(excepted, its_port): &(String, u16)| {
            let excepted = excepted.trim_start_matches('.');
            *its_port == port && (name == excepted || name.strip_suffix(excepted).is_some_and(|rest| rest.ends_with('.')))
        };
        let uri: Uri = format!("http://{name}/").parse().ok()?;
        let is_through = matcher.intercept(&uri).is_some() && !with_ports.iter().any(is_excepted);
        is_through.then(|| proxy.clone())
    }
}

/// The parts of `host:port`.
fn port(entry: &str) -> Option<(&str, u16)> {
    let (host, port) = entry.rsplit_once(':')?;
    let is_one = !host.contains(':') || (host.starts_with('[') && host.ends_with(']'));
    port.parse().ok().filter(|_| is_one && !host.is_empty()).map(|port| (host, port))
}

impl ProxyChoice {
    pub(super) fn of(&self, is_https: bool, host: &HostName, port: u16) -> Option<Proxy> {
        match self {
            Self::Environment(proxies) => proxies.of(is_https, host, port),
            Self::This(proxy) => Some(proxy.clone()),
            Self::Direct => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(http: &str, https: &str, all: &str, no: &str) -> Proxies {
        let secret = |text: &str| Some(Secret::new(text)).filter(|_| !text.is_empty());
        Proxies::new(&ProxyVariables { http: secret(http), https: secret(https), all: secret(all), no: Some(no.to_owned()) })
    }

    #[track_caller]
    fn check(proxies: &Proxies, url: &str, expected: Option<&str>) {
        let url = Url::parse(url).unwrap();
        let host = HostName::new(url.host_str().unwrap());
        let found = proxies.of(url.scheme() == "https", &host, url.port_or_known_default().unwrap());
        assert_eq!(found.map(|proxy| proxy.to_string()).as_deref(), expected, "{url}");
    }

    #[test]
    fn proxies_are_read() {
        for (text, is_https, shown, login) in [
            ("http://proxy.test:3128", false, "proxy.test:3128", None),
            ("proxy.test:80", false, "proxy.test:80", None),
            ("https://proxy.test", true, "proxy.test:443", None),
            ("http://[::1]:8080/", false, "[::1]:8080", None),
            ("http://bob:p%40ss@proxy.test:3128", false, "proxy.test:3128", Some("Basic Ym9iOnBAc3M=")),
            ("bob@bücher.test:3128", false, "xn--bcher-kva.test:3128", Some("Basic Ym9iOg==")),
        ] {
            let proxy = Proxy::parse(text).unwrap();
            assert_eq!((proxy.is_https, proxy.to_string().as_str()), (is_https, shown), "{text}");
            assert_eq!(proxy.login().map(|login| login.to_str().unwrap()), login, "{text}");
            assert!(!format!("{proxy:?}").contains("bob"));
        }
        for wrong in ["", "socks5://marker:1080", "http://", "http://mar ker"] {
            assert!(!Proxy::parse(wrong).unwrap_err().contains("mar"), "{wrong}");
        }
    }

    #[test]
    fn the_environment_names_proxies_by_scheme() {
        let both = environment("http://a.test:1", "http://b.test:2", "http://c.test:3", "");
        check(&both, "http://shop.test/", Some("a.test:1"));
        check(&both, "https://shop.test/", Some("b.test:2"));
        let all = environment("", "", "c.test:3", "");
        check(&all, "http://shop.test/", Some("c.test:3"));
        check(&all, "https://[::1]/", Some("c.test:3"));
        let one = environment("", "b.test:2", "", "");
        check(&one, "http://shop.test/", None);
        check(&environment("socks5://a.test:1", "", "", ""), "http://shop.test/", None);
        check(&environment("", "", "", ""), "http://shop.test/", None);
    }

    #[test]
    fn no_proxy_names_servers_that_are_reached_directly() {
        let proxies = environment("", "", "c.test:3", "localhost, .corp.test,shop.test,10.0.0.0/8,::1,api.test:8443 MÜNCHEN.test");
        for direct in [
            "http://localhost/",
            "http://a.corp.test/",
            "https://shop.test/",
            "https://www.SHOP.test/",
            "http://10.2.3.4/",
            "http://[::1]:8080/",
            "https://api.test:8443/",
            "https://v1.api.test:8443/",
            "http://münchen.test/",
        ] {
            check(&proxies, direct, None);
        }
        for through in ["http://notshop.test/", "http://11.0.0.1/", "https://api.test/", "https://notapi.test:8443/"] {
            check(&proxies, through, Some("c.test:3"));
        }
        check(&environment("", "", "c.test:3", "*"), "http://shop.test/", None);
    }
}
