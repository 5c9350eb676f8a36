//! Whether the receiver of a channel can be reached, found out without a request.

use super::{CONNECT, Endpoint};
use crate::notify::DeliveryError;
use crate::plugins::network::deadline::Deadline;
use crate::plugins::network::dial::{self, DialError};
use crate::plugins::network::stopwatch::Stopwatch;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;
use rustls::ClientConfig;
use std::sync::Arc;

/// Connects, with TLS if requests need it. Where requests go through a proxy of the environment, it connects to the proxy: what is
/// behind it can be asked by requests only.
pub(super) async fn test_connection(endpoint: &Endpoint, tls: &Arc<ClientConfig>) -> Result<(), DeliveryError> {
    let url = endpoint.url();
    let (mut watch, deadline) = (Stopwatch::start(), Deadline::after(CONNECT));
    if let Some((host, port)) = proxy(url) {
        return dial::tcp_in_time(&host, port, deadline, &mut watch).await.map(drop).map_err(unreachable);
    }
    let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
    let stream = dial::tcp_in_time(host, port, deadline, &mut watch).await.map_err(unreachable)?;
    if url.scheme() == "https" {
        dial::tls(stream, host, port, Arc::clone(tls), &mut watch).await.map_err(unreachable)?;
    }
    Ok(())
}

/// Host and port of the proxy that requests to this address take.
fn proxy(url: &Url) -> Option<(String, u16)> {
    // The path of a hook is a secret, and means nothing here.
    let origin = url.origin().ascii_serialization().parse().ok()?;
    let intercept = Matcher::from_env().intercept(&origin)?;
    let proxy = intercept.uri();
    let default = match proxy.scheme_str() {
        Some("https") => 443,
        Some(scheme) if scheme.starts_with("socks") => 1080,
        _ => 80,
    };
    Some((proxy.host()?.to_owned(), proxy.port_u16().unwrap_or(default)))
}

fn unreachable(error: DialError) -> DeliveryError {
    DeliveryError::later(error.into_message())
}
