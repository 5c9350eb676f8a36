//! The HTTP clients. A client is large (it has TLS settings with some hundred authorities, and keeps connections), and there may be
//! thousands of services, so those that trust the same authorities and show the same certificate share one.

use super::timeline::{NotedConnector, NotedResolver, no_resumption};
use crate::plugins::PluginError;
use crate::plugins::network::tls::{self, TlsSettings};
use reqwest::Client;
use reqwest::redirect::Policy;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tower::layer::layer_fn;

/// Longer than the pause between frequent checks, so that these use a connection again. Shorter than the time after which servers
/// and balancers commonly give an idle connection up: one that ends just as the request goes out would look like an outage.
const IDLE_CONNECTION: Duration = Duration::from_secs(30);

/// For each server. A service is checked once at a time and checks are spread over time, so that this serves some ten thousand
/// services on one server; beyond it connections are made anew.
const MOST_IDLE_CONNECTIONS: usize = 128;

/// An HTTP/2 connection outlives the request that failed on it. Pings find out whether it is dead before the next check needs it.
const PING: Duration = Duration::from_secs(5);

thread_local! {
    /// Services that are loaded together are loaded by one thread. Another thread may belong to another runtime, whose connections
    /// end with it.
    static CLIENTS: RefCell<HashMap<Terms, Weak<Client>>> = RefCell::new(HashMap::new());
}

/// Which connection a check uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Connections {
    /// One that an earlier check has left, where there is one.
    Kept,
    /// A new one each time, whose certificate is told with the answer: a kept connection would go on showing the certificate with
    /// which it began, and may end in the moment in which a request goes out that must not be sent twice.
    New,
}

/// What services must have in common to share a client.
#[derive(PartialEq, Eq, Hash)]
struct Terms {
    verify: bool,
    ca: Option<String>,
    /// Certificate and key.
    identity: Option<(String, String)>,
    connections: Connections,
}

/// A client for these settings, shared with the other services that have the same ones and live now.
pub(super) fn shared(settings: TlsSettings<'_>, connections: Connections) -> Result<Arc<Client>, PluginError> {
    let terms = Terms {
        verify: settings.verify,
        ca: settings.ca().map(str::to_owned),
        identity: settings.identity()?.map(|(cert, key)| (cert.to_owned(), key.to_owned())),
        connections,
    };
    let known = CLIENTS.with_borrow(|clients| clients.get(&terms).and_then(Weak::upgrade));
    if let Some(client) = known {
        return Ok(client);
    }
    let client = Arc::new(client(settings, connections)?);
    CLIENTS.with_borrow_mut(|clients| {
        clients.retain(|_, client| client.strong_count() > 0);
        clients.insert(terms, Arc::downgrade(&client));
    });
    Ok(client)
}

fn client(settings: TlsSettings<'_>, connections: Connections) -> Result<Client, PluginError> {
    let mut tls = tls::client_config(settings, &["h2", "http/1.1"])?;
    tls.resumption = no_resumption();
    let builder = Client::builder()
        .tls_backend_preconfigured(tls)
        // Redirects are followed by the exchange, because the headers depend on where they lead.
        .redirect(Policy::none())
        // A monitor looks at the server that it says it looks at; proxies of the environment are meant for people.
        .no_proxy()
        .dns_resolver(NotedResolver)
        .connector_layer(layer_fn(NotedConnector))
        .http2_keep_alive_interval(PING)
        .http2_keep_alive_timeout(PING)
        .http2_keep_alive_while_idle(true);
    let builder = match connections {
        Connections::Kept => builder.pool_idle_timeout(IDLE_CONNECTION).pool_max_idle_per_host(MOST_IDLE_CONNECTIONS),
        Connections::New => builder.pool_max_idle_per_host(0).tls_info(true),
    };
    builder.build().map_err(|error| PluginError::new(format!("the HTTP client cannot be made: {}", error.without_url())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(verify: bool) -> TlsSettings<'static> {
        TlsSettings { verify, ca: Some(" "), cert: None, key: None }
    }

    #[test]
    fn services_share_what_they_have_in_common() {
        let one = shared(settings(true), Connections::Kept).unwrap();
        assert!(Arc::ptr_eq(&one, &shared(settings(true), Connections::Kept).unwrap()));
        let without_ca = TlsSettings { ca: None, ..settings(true) };
        assert!(Arc::ptr_eq(&one, &shared(without_ca, Connections::Kept).unwrap()));
        for (verify, connections) in [(false, Connections::Kept), (true, Connections::New), (false, Connections::New)] {
            assert!(!Arc::ptr_eq(&one, &shared(settings(verify), connections).unwrap()), "{verify} {connections:?}");
        }
    }

    #[test]
    fn a_client_ends_with_its_last_service() {
        let client = shared(settings(true), Connections::Kept).unwrap();
        let of_nobody = Arc::downgrade(&client);
        drop(client);
        assert!(of_nobody.upgrade().is_none());
        shared(settings(false), Connections::Kept).unwrap();
        assert_eq!(CLIENTS.with_borrow(HashMap::len), 1);
    }
}
