//! Opens HTTP connections: directly or through a proxy, with or without TLS.

use super::connection::{Connection, Parts};
use super::error::HttpError;
use super::proxy::{Proxy, ProxyChoice};
use super::stream::Stream;
use super::tunnel;
use crate::advice::Keys;
use crate::deadline::Deadline;
use crate::dial;
use crate::dial::DialError;
use crate::host::HostName;
use crate::stopwatch::Stopwatch;
use rustls::ClientConfig;
use std::net::SocketAddr;
use std::sync::Arc;
use url::Url;

/// The ALPN name of HTTP/2.
const H2: &[u8] = b"h2";

/// A server, and whether it uses TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    is_https: bool,
    host: HostName,
    port: u16,
}

impl Origin {
    /// The server of a URL. `named` is the configured host, which may have a zone that URLs cannot hold.
    pub fn of(url: &Url, named: &HostName) -> Self {
        let host = HostName::new(url.host_str().unwrap_or_default());
        let is_named = host.lookup() == named.lookup() || host.address().is_some_and(|address| Some(address) == named.address());
        let port = url.port_or_known_default().unwrap_or_default();
        Self { is_https: url.scheme() == "https", host: if is_named { named.clone() } else { host }, port }
    }

    pub(super) fn server(&self) -> String {
        self.host.with_port(self.port)
    }
}

/// How connections are opened.
#[derive(Clone)]
pub struct Connector {
    pub tls: Arc<ClientConfig>,
    pub proxy: ProxyChoice,
    /// The keys that messages may advise.
    pub keys: Keys,
}

impl Connector {
    /// The host that is connected to on the way to `origin`.
    pub(super) fn next_hop<'a>(&'a self, origin: &'a Origin, proxy: Option<&'a Proxy>) -> (&'a HostName, u16) {
        proxy.map_or((&origin.host, origin.port), |proxy| (&proxy.host, proxy.port))
    }

    /// The proxy that is used on the way to `origin`, if one is.
    pub(super) fn proxy(&self, origin: &Origin) -> Option<Proxy> {
        self.proxy.of(origin.is_https, &origin.host, origin.port)
    }

    /// The proxy that forwards requests to `origin`. `None` with TLS, where a proxy only forwards bytes.
    pub(super) fn forwarder(&self, origin: &Origin) -> Option<Proxy> {
        self.proxy(origin).filter(|_| !origin.is_https)
    }

    /// The addresses of the next hop; `None` if it is an address itself.
    pub(super) async fn resolve(
        &self,
        origin: &Origin,
        deadline: Deadline,
        watch: &mut Stopwatch,
    ) -> Result<Option<Vec<SocketAddr>>, HttpError> {
        let proxy = self.proxy(origin);
        let (host, port) = self.next_hop(origin, proxy.as_ref());
        if host.plain_address().is_some() {
            return Ok(None);
        }
        dial::resolve(host, port, deadline, watch).await.map(Some).map_err(|error| of_hop(error, proxy.as_ref()))
    }

    /// Connects to `origin`, whose next hop has these addresses. The phases are `resolve` (without given addresses), `connect` and
    /// `tls`.
    pub(super) async fn connect(
        &self,
        origin: &Origin,
        addresses: Option<Vec<SocketAddr>>,
        many_headers: bool,
        deadline: Deadline,
        watch: &mut Stopwatch,
    ) -> Result<Connection, HttpError> {
        let proxy = self.proxy(origin);
        let (host, port) = self.next_hop(origin, proxy.as_ref());
        let addresses = match (addresses, host.plain_address()) {
            (Some(addresses), _) => addresses,
            (None, Some(address)) => vec![SocketAddr::new(address, port)],
            (None, None) => dial::resolve(host, port, deadline, watch).await.map_err(|error| of_hop(error, proxy.as_ref()))?,
        };
        if let Some(proxy) = &proxy {
            watch.note(format!("through the proxy {proxy}"));
        }
        let dialled = dial::connect(host, port, &addresses, deadline, watch).await;
        let stream = dialled.map_err(|error| of_hop(error, proxy.as_ref()))?;
        if proxy.is_some() {
            watch.connected_to(None);
        }
        let peer = stream.peer_addr().map_or(addresses[0].ip(), |peer| peer.ip());
        let late = |over| HttpError::Late { over, answered: false };
        let mut stream: Box<dyn Stream> = Box::new(stream);
        if let Some(proxy) = &proxy {
            watch.begin("proxy");
            let passed = deadline.wait_for(self.pass(proxy, origin, stream)).await;
            let silent = |over| HttpError::Proxy(format!("the proxy {proxy} did not connect to {} {over}", origin.server()));
            stream = passed.map_err(silent)??;
            watch.lap("proxy");
        }
        let (mut certificate, mut speaks_http2) = (None, false);
        if origin.is_https {
            let name = origin.host.server_name().ok_or_else(|| no_certificate(&origin.host))?;
            let handshake = dial::handshake(stream, name, Arc::clone(&self.tls), watch);
            let secured = deadline.wait_for(handshake).await.map_err(late)?.map_err(HttpError::Tls)?;
            let session = secured.get_ref().1;
            certificate = session.peer_certificates().and_then(<[_]>::first).map(|certificate| certificate.clone().into_owned());
            speaks_http2 = session.alpn_protocol() == Some(H2);
            stream = Box::new(secured);
        }
        let forwarder = proxy.filter(|_| !origin.is_https);
        let parts = Parts { stream, peer, certificate, speaks_http2, forwarder };
        let opened = deadline.wait_for(Connection::open(parts, many_headers)).await.map_err(late)?;
        opened.map_err(|error| HttpError::Exchange { error, answered: false })
    }

    /// Starts TLS with an HTTPS proxy, and asks it for a tunnel to a server with TLS.
    async fn pass(&self, proxy: &Proxy, origin: &Origin, stream: Box<dyn Stream>) -> Result<Box<dyn Stream>, HttpError> {
        let mut stream = stream;
        if proxy.is_https {
            let name = proxy.host.server_name().ok_or_else(|| no_certificate(&proxy.host))?;
            // Proxies speak HTTP/1.1.
            let mut config = ClientConfig::clone(&self.tls);
            config.alpn_protocols.clear();
            let secured = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await;
            let failed = |error| {
                HttpError::Proxy(format!("the proxy {proxy}: {}", dial::handshake_failure(&error, &proxy.server(), self.keys)))
            };
            stream = Box::new(secured.map_err(failed)?);
        }
        if origin.is_https {
            tunnel::open(&mut stream, &origin.host.in_url(), origin.port, proxy, &origin.server()).await?;
        }
        Ok(stream)
    }
}

fn of_hop(error: DialError, proxy: Option<&Proxy>) -> HttpError {
    match proxy {
        None => HttpError::Dial(error),
        Some(_) => HttpError::Proxy(format!("the proxy cannot be used: {}", error.into_message())),
    }
}

fn no_certificate(host: &HostName) -> HttpError {
    HttpError::Dial(DialError::Untrusted(format!("`{host}` is not a name that a certificate can have")))
}
