//! Where the time of a check goes. Many services share one HTTP client, whose hooks find here the check that they work for.

use crate::plugins::Phase;
use crate::plugins::network::stopwatch::Stopwatch;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use reqwest::dns::{Addrs, Resolve, Resolving};
use rustls::NamedGroup;
use rustls::client::{ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls12Resumption, Tls13ClientSessionValue};
use rustls::pki_types::ServerName;
use std::cell::RefCell;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::Service;

tokio::task_local! {
    /// Of the check that the current task is running.
    static TIMELINE: RefCell<Timeline>;
}

struct Timeline {
    watch: Stopwatch,
    /// What ends when the connection that is being made goes one step further.
    connecting: &'static str,
}

impl Timeline {
    fn start() -> Self {
        Self { watch: Stopwatch::start(), connecting: CONNECT }
    }
}

const CONNECT: &str = "connect";
const TLS: &str = "tls";

/// Runs a check, and returns its phases besides. A kept connection has neither `resolve` nor `connect` nor `tls`, and each server to
/// which a redirect leads may add its own.
pub(super) async fn noted<T>(check: impl Future<Output = T>) -> (T, Vec<Phase>) {
    let noted = async {
        let outcome = check.await;
        let timeline = TIMELINE.try_with(|timeline| timeline.replace(Timeline::start()));
        (outcome, timeline.map(|timeline| timeline.watch.into_phases()).unwrap_or_default())
    };
    TIMELINE.scope(RefCell::new(Timeline::start()), noted).await
}

/// Ends a phase of the check that the current task is running.
pub(super) fn lap(phase: &'static str) {
    update(|timeline| timeline.watch.lap(phase));
}

/// A connection that lost the race against one that became free is finished by a task of its own, which belongs to no check.
fn update(change: impl FnOnce(&mut Timeline)) {
    TIMELINE.try_with(|timeline| change(&mut timeline.borrow_mut())).ok();
}

/// Resolves names as the client would by itself, and notes how long that takes.
pub(super) struct NotedResolver;

impl Resolve for NotedResolver {
    fn resolve(&self, name: reqwest::dns::Name) -> Resolving {
        Box::pin(async move {
            let addresses = GaiResolver::new().call(Name::from_str(name.as_str())?).await?;
            lap("resolve");
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// Makes connections as the service in it does, and notes how long that takes.
#[derive(Clone)]
pub(super) struct NotedConnector<S>(pub(super) S);

impl<S, Target> Service<Target> for NotedConnector<S>
where
    S: Service<Target, Future: Send + 'static>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, target: Target) -> Self::Future {
        let connection = self.0.call(target);
        Box::pin(async move {
            update(|timeline| timeline.connecting = CONNECT);
            let connection = connection.await?;
            update(|timeline| timeline.watch.lap(timeline.connecting));
            Ok(connection)
        })
    }
}

/// No TLS session is resumed, as [`tls::client_config`](crate::plugins::network::tls::client_config) says. But this store is asked for
/// one at the moment in which a handshake begins, which nothing else tells.
pub(super) fn no_resumption() -> Resumption {
    Resumption::store(Arc::new(NoSessions)).tls12_resumption(Tls12Resumption::Disabled)
}

#[derive(Debug)]
struct NoSessions;

impl ClientSessionStore for NoSessions {
    fn take_tls13_ticket(&self, _server: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        update(|timeline| {
            timeline.watch.lap(CONNECT);
            timeline.connecting = TLS;
        });
        None
    }

    fn tls12_session(&self, _server: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn kx_hint(&self, _server: &ServerName<'_>) -> Option<NamedGroup> {
        None
    }

    fn set_kx_hint(&self, _server: ServerName<'static>, _group: NamedGroup) {}

    fn set_tls12_session(&self, _server: ServerName<'static>, _session: Tls12ClientSessionValue) {}

    fn remove_tls12_session(&self, _server: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _server: ServerName<'static>, _ticket: Tls13ClientSessionValue) {}
}
