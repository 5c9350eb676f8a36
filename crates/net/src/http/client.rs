//! Sends requests, on a kept connection or on a new one.

use super::connection::Connection;
use super::connector::{Connector, Origin};
use super::error::HttpError;
use super::forwarded;
use super::idle::{Idle, Lease, Reuse};
use super::request::Request;
use super::response::Response;
use crate::deadline::Deadline;
use crate::host::HostName;
use crate::stopwatch::Stopwatch;
use hyper::StatusCode;
use hyper::body::Incoming;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::time::{Instant, timeout_at};
use url::Url;

/// The phase from a sent request to the head of its answer. It ends with the caller's [`Stopwatch::lap`].
pub const FIRST_BYTE: &str = "first byte";

/// Sends the requests of one service.
pub struct Client {
    connector: Connector,
    /// The host that the operator named.
    host: HostName,
    idle: Idle,
    /// Whether an answer had more headers than a usual connection accepts.
    many_headers: AtomicBool,
}

/// An answer, and the connection on which it came.
type Answered = Result<(hyper::Response<Incoming>, Connection), HttpError>;

impl Client {
    pub fn new(connector: Connector, host: HostName, reuse: Reuse) -> Self {
        Self { connector, host, idle: Idle::new(reuse), many_headers: AtomicBool::new(false) }
    }

    /// Connects to the server of a URL as a request would, with TLS and proxy, but sends no request.
    pub async fn test_connection(&self, url: &Url, deadline: Deadline) -> Result<(), HttpError> {
        let origin = Origin::of(url, &self.host);
        self.connector.connect(&origin, None, false, deadline, &mut Stopwatch::start()).await.map(drop)
    }

    /// Sends a request, and returns when the head of the answer has arrived.
    ///
    /// A kept connection is used only while its address is still one of the server, and only for idempotent requests: if it
    /// breaks, or does not answer within half of the remaining time, the request is sent once more on a new connection. The time
    /// until then does not count.
    pub async fn send(&self, request: &Request<'_>, deadline: Deadline, watch: &mut Stopwatch) -> Result<Response, HttpError> {
        // The address of an earlier request, perhaps to another server, does not apply.
        watch.connected_to(None);
        let origin = Origin::of(request.url, &self.host);
        let answered = self.answered(request, &origin, deadline, watch).await;
        let (answer, connection) = answered.map_err(|error| match self.connector.forwarder(&origin) {
            Some(proxy) => forwarded::failure(error, &proxy, &origin.server(), self.connector.keys),
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

    /// Sends on a kept connection. If it does not answer, it may only be slow, so a new connection is opened beside it, and the
    /// first answer counts.
    async fn send_again(
        &self,
        request: &Request<'_>,
        origin: &Origin,
        mut kept: Connection,
        deadline: Deadline,
        watch: &mut Stopwatch,
    ) -> Answered {
        let mark = watch.mark();
        watch.begin(FIRST_BYTE);
        let left = deadline.end.saturating_duration_since(Instant::now());
        let mut first = pin!(async move { (kept.send(request).await, kept) });
        match timeout_at(deadline.end - left / 2, &mut first).await {
            // The server has closed this connection for being idle, which says nothing about a new one.
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

    /// Sends on a new connection, and like browsers on another one if that breaks before an answer. Requests that are not
    /// idempotent are sent once.
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
        // Requests that are not idempotent cannot be repeated, so they always accept many headers.
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
        watch.begin(FIRST_BYTE);
        let received = connection.received();
        match deadline.wait_for(connection.send(request)).await {
            Ok(answer) => Ok((answer?, connection)),
            Err(over) => Err(HttpError::Late { over, answered: received.is_something() }),
        }
    }
}
