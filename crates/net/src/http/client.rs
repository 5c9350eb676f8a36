//! Sends requests, on a kept connection or a new one.

use super::connection::Connection;
use super::connector::{Connector, Origin};
use super::error::HttpError;
use super::forwarded;
use super::idle::{Idle, Lease, Reuse};
use super::response::Response;
use crate::deadline::Deadline;
use crate::host::HostName;
use crate::stopwatch::Stopwatch;
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use hyper::{Method, StatusCode};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::time::{Instant, timeout_at};
use url::Url;

/// Sends the requests of one service.
pub struct Client {
    connector: Connector,
    /// The host that the operator named.
    host: HostName,
    idle: Idle,
    /// Whether an answer came with more headers than connections usually have room for.
    many_headers: AtomicBool,
}

/// What is to be sent.
pub struct Request<'a> {
    pub method: &'a Method,
    pub url: &'a Url,
    pub headers: &'a HeaderMap,
    pub body: Option<&'a [u8]>,
}

/// An answer, and the connection on which it came.
type Answered = Result<(hyper::Response<Incoming>, Connection), HttpError>;

impl Client {
    pub fn new(connector: Connector, host: HostName, reuse: Reuse) -> Self {
        Self { connector, host, idle: Idle::new(reuse), many_headers: AtomicBool::new(false) }
    }

    /// Connects to the server of a URL, with TLS and through a proxy where requests do so, and sends no request.
    pub async fn test_connection(&self, url: &Url, deadline: Deadline) -> Result<(), HttpError> {
        let origin = Origin::of(url, &self.host);
        self.connector.connect(&origin, None, false, deadline, &mut Stopwatch::start()).await.map(drop)
    }

    /// Sends a request, and returns when the head of the answer is there.
    ///
    /// A connection of an earlier check is used only while the name of the server still has its address, and only for what may be sent
    /// twice: where it breaks off, or says nothing for half of the time that is left, the request is sent once anew on a new one. What
    /// was waited for till then does not count.
    pub async fn send(&self, request: &Request<'_>, deadline: Deadline, watch: &mut Stopwatch) -> Result<Response, HttpError> {
        // That of an earlier request, perhaps to another server, says nothing of this one.
        watch.connected_to(None);
        let origin = Origin::of(request.url, &self.host);
        let answered = self.answered(request, &origin, deadline, watch).await;
        let (answer, connection) = answered.map_err(|error| match self.connector.forwarder(&origin) {
            Some(proxy) => forwarded::failure(error, &proxy, &origin.server()),
            None => error,
        })?;
        if let Some(proxy) = &connection.forwarder {
            forwarded::judge(answer.status(), answer.headers(), proxy, &origin.server())?;
        }
        let lease = Lease { idle: self.idle.clone(), origin, connection: Some(connection) };
        Ok(Response::new(answer, request.url.clone(), lease))
    }

    async fn answered(&self, request: &Request<'_>, origin: &Origin, deadline: Deadline, watch: &mut Stopwatch) -> Answered {
        let kept = self.idle.take(origin).filter(|_| request.method.is_idempotent());
        match kept {
            None => self.send_twice(request, origin, deadline, watch).await,
            Some(kept) => {
                let addresses = self.connector.resolve(origin, deadline, watch).await?;
                let is_there = |addresses: &Vec<SocketAddr>| addresses.iter().any(|address| address.ip() == kept.peer);
                if addresses.as_ref().is_none_or(is_there) {
                    self.send_again(request, origin, kept, deadline, watch).await
                } else {
                    self.send_anew(request, origin, addresses, deadline, watch).await
                }
            }
        }
    }

    /// Sends on a connection that was kept. One that says nothing is not given up at once, for the server may be slow: whichever of it
    /// and a new one has an answer first is believed.
    async fn send_again(
        &self,
        request: &Request<'_>,
        origin: &Origin,
        mut kept: Connection,
        deadline: Deadline,
        watch: &mut Stopwatch,
    ) -> Answered {
        let mark = watch.mark();
        let left = deadline.end.saturating_duration_since(Instant::now());
        let mut first = pin!(async move { (kept.send(request).await, kept) });
        match timeout_at(deadline.end - left / 2, &mut first).await {
            // The server has waited too long on this connection, which says nothing of a new one.
            Ok((Ok(answer), _)) if answer.status() == StatusCode::REQUEST_TIMEOUT => {
                watch.forget_since(mark);
                return self.send_anew(request, origin, None, deadline, watch).await;
            }
            Ok((Ok(answer), kept)) => return Ok((answer, kept)),
            Ok((Err(HttpError::Request), _)) => return Err(HttpError::Request),
            Ok((Err(_), _)) => {
                watch.forget_since(mark);
                return self.send_anew(request, origin, None, deadline, watch).await;
            }
            Err(_) => {}
        }
        let mut watch_anew = watch.clone();
        watch_anew.forget_since(mark);
        let answered = {
            let mut anew = pin!(self.send_anew(request, origin, None, deadline, &mut watch_anew));
            tokio::select! {
                (answer, kept) = &mut first => match answer {
                    Ok(answer) => return Ok((answer, kept)),
                    Err(_) => anew.await,
                },
                answered = &mut anew => answered,
            }
        };
        *watch = watch_anew;
        answered
    }

    /// Sends on a new connection, and on another when that breaks off before an answer, as browsers do; but nothing that may not be
    /// sent twice.
    async fn send_twice(&self, request: &Request<'_>, origin: &Origin, deadline: Deadline, watch: &mut Stopwatch) -> Answered {
        let mark = watch.mark();
        match self.send_anew(request, origin, None, deadline, watch).await {
            Err(HttpError::Exchange { answered: false, .. }) if request.method.is_idempotent() => {
                watch.forget_since(mark);
                self.send_anew(request, origin, None, deadline, watch).await
            }
            answered => answered,
        }
    }

    /// Sends on a new connection.
    async fn send_anew(
        &self,
        request: &Request<'_>,
        origin: &Origin,
        addresses: Option<Vec<SocketAddr>>,
        deadline: Deadline,
        watch: &mut Stopwatch,
    ) -> Answered {
        let mark = watch.mark();
        // What may not be sent twice is sent with room for anything.
        let many_headers = !request.method.is_idempotent() || self.many_headers.load(Ordering::Relaxed);
        match self.attempt(request, origin, addresses, many_headers, deadline, watch).await {
            Err(error) if error.is_too_large() && !many_headers => {
                self.many_headers.store(true, Ordering::Relaxed);
                watch.forget_since(mark);
                self.attempt(request, origin, None, true, deadline, watch).await
            }
            answered => answered,
        }
    }

    async fn attempt(
        &self,
        request: &Request<'_>,
        origin: &Origin,
        addresses: Option<Vec<SocketAddr>>,
        many_headers: bool,
        deadline: Deadline,
        watch: &mut Stopwatch,
    ) -> Answered {
        let mut connection = self.connector.connect(origin, addresses, many_headers, deadline, watch).await?;
        let received = connection.received();
        match deadline.wait_for(connection.send(request)).await {
            Ok(answer) => Ok((answer?, connection)),
            Err(over) => Err(HttpError::Late { over, answered: received.is_something() }),
        }
    }
}
