//! Stands between the driver and the servers. The driver parses documents by recursion without a bound, already before a login, so that a
//! hostile server could exhaust the stack and with it end the process. It has no place at which messages could be checked in between,
//! but it can use a proxy. The guard is one, on the loopback address and for its own driver only: it opens the connections, with
//! TLS if that is wanted, and ends those whose messages are too long, malformed or nested too deeply.

mod failure;
#[cfg(test)]
pub(crate) mod fuzz;
mod message;
mod nesting;
mod relay;
mod route;
mod socks;
#[cfg(test)]
mod tests;

pub use failure::{Failure, Refusal};
pub use route::Route;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mongodb::options::Socks5Proxy;
use parking_lot::Mutex;
use relay::End;
use rustls::crypto::ring;
use socks::Target;
use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Maximum number of connections at the same time. The driver has two or three for each member, and those of its pool for one of them.
const MOST_CONNECTIONS: usize = 256;

/// Maximum number of servers whose failures are kept. A replica set has 50 members at most.
const MOST_SERVERS: usize = 64;

/// Time that the greeting of the driver may take.
const GREETING: Duration = Duration::from_secs(5);

/// Pause after a connection of the driver could not be accepted.
const PAUSE: Duration = Duration::from_millis(100);

/// Bytes of the password by which the driver is recognised.
const PASSWORD: usize = 24;

/// The guard of one driver. Its connections end when this is dropped.
pub struct Guard {
    address: SocketAddr,
    password: String,
    outcomes: Arc<Outcomes>,
    _connections: JoinSet<()>,
}

impl Guard {
    /// Must be called within a Tokio runtime.
    pub fn open(route: Route) -> io::Result<Self> {
        // A machine may have only one of the two.
        let loopback = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
        let listener = std::net::TcpListener::bind(&loopback[..])?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = TcpListener::from_std(listener)?;
        let mut password = [0; PASSWORD];
        let random = ring::default_provider().secure_random.fill(&mut password);
        random.map_err(|_| io::Error::other("this machine has no random numbers"))?;
        let password = URL_SAFE_NO_PAD.encode(password);
        let outcomes = Arc::new(Outcomes::default());
        let mut connections = JoinSet::new();
        connections.spawn(accept(listener, password.clone(), Arc::new(route), Arc::clone(&outcomes)));
        Ok(Self { address, password, outcomes, _connections: connections })
    }

    /// What the driver must use as its proxy.
    pub fn proxy(&self) -> Socks5Proxy {
        Socks5Proxy::builder()
            // The driver puts no brackets around it.
            .host(if self.address.is_ipv6() { format!("[{}]", self.address.ip()) } else { self.address.ip().to_string() })
            .port(self.address.port())
            .authentication(("platus".to_owned(), self.password.clone()))
            .build()
    }

    /// Why the latest connection with this server, which is `host:port` as the driver knows it, was not made or broke off. `None` if
    /// the server or the driver ended it, or it is still open.
    pub fn failure(&self, server: &str) -> Option<Arc<Failure>> {
        self.outcomes.by_server.lock().get(server).cloned()
    }

    /// The same, for a driver that knows one server only.
    pub fn only_failure(&self) -> Option<Arc<Failure>> {
        let own = self.outcomes.own.lock().clone();
        own.or_else(|| self.outcomes.by_server.lock().values().next().cloned())
    }

    /// How the latest connection reached its server, once.
    pub fn take_route(&self) -> model::Route {
        std::mem::take(&mut *self.outcomes.route.lock())
    }

    /// The first answer that was refused, among the latest failures, with its server.
    pub fn refusal(&self) -> Option<(String, Refusal)> {
        self.outcomes.by_server.lock().iter().find_map(|(server, failure)| match **failure {
            Failure::Refused(refusal) => Some((server.clone(), refusal)),
            _ => None,
        })
    }
}

/// Without the password.
impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("address", &self.address).finish_non_exhaustive()
    }
}

/// What became of the latest connections.
#[derive(Default)]
struct Outcomes {
    /// How they failed. Those that ended in another way are absent.
    by_server: Mutex<HashMap<String, Arc<Failure>>>,
    /// Why connections of the driver cannot be accepted.
    own: Mutex<Option<Arc<Failure>>>,
    /// How the latest one reached its server.
    route: Mutex<model::Route>,
}

impl Outcomes {
    fn note(&self, target: &Target, end: End) {
        let Target { host, port } = target;
        let server = format!("{host}:{port}");
        let mut by_server = self.by_server.lock();
        match end {
            End::Failed(failure) if by_server.len() < MOST_SERVERS || by_server.contains_key(&server) => {
                by_server.insert(server, Arc::new(failure));
            }
            End::Server => {
                by_server.remove(&server);
            }
            End::Failed(_) | End::Driver => {}
        }
    }
}

async fn accept(listener: TcpListener, password: String, route: Arc<Route>, outcomes: Arc<Outcomes>) {
    let password: Arc<str> = password.into();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                Ok((driver, _)) => {
                    *outcomes.own.lock() = None;
                    connections.spawn(serve(driver, Arc::clone(&password), Arc::clone(&route), Arc::clone(&outcomes)));
                }
                Err(error) => {
                    *outcomes.own.lock() = Some(Arc::new(error.into()));
                    sleep(PAUSE).await;
                }
            },
            Some(ended) = connections.join_next() => if let Err(error) = ended {
                tracing::error!(%error, "A connection with MongoDB failed unexpectedly.");
            },
        }
    }
}

async fn serve(mut driver: TcpStream, password: Arc<str>, route: Arc<Route>, outcomes: Arc<Outcomes>) {
    // Others on this machine may try.
    let Ok(Ok(target)) = timeout(GREETING, socks::greet(&mut driver, &password)).await else { return };
    relay::relay(driver, &target, &route, |reached| *outcomes.route.lock() = reached, |end| outcomes.note(&target, end)).await;
}
