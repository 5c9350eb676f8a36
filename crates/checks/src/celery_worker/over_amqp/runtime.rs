//! Gives the AMQP library an open connection. By itself it would connect with its own TLS settings, without limits, and on a
//! thread that cannot be stopped.

use super::frames::Frames;
use crate::celery_worker::broker::Line;
use async_rs::traits::Reactor;
use async_rs::util::RuntimeParts;
use async_rs::{Runtime, Tokio};
use futures::Stream;
use futures::io::{AsyncRead, AsyncWrite};
use lapin::uri::AMQPUri;
use lapin::{AsyncTcpStream, Connection, ConnectionProperties};
use parking_lot::Mutex;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd};
use std::time::{Duration, Instant};
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};

/// Logs in on this line. If it breaks, the library cannot reconnect.
pub(super) async fn open(line: Line, uri: AMQPUri, properties: ConnectionProperties) -> lapin::Result<Connection> {
    let runtime = Runtime::new(RuntimeParts::new(Tokio::current(), Lines(Tokio::current())));
    let line = Mutex::new(Some(line));
    let take = async move |_: AMQPUri, _: Runtime<RuntimeParts<Tokio, Lines>>| {
        let line = line.lock().take();
        let line = line.ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected))?;
        Ok(AsyncTcpStream::Plain(Frames::of(line).compat()))
    };
    Connection::connector(uri, runtime, take, properties).await
}

/// Tokio with another type of connection.
#[derive(Clone, Debug)]
struct Lines(Tokio);

impl Reactor for Lines {
    type TcpStream = Compat<Frames>;
    type Sleep = tokio::time::Sleep;

    fn register<H: Read + Write + AsFd + AsRawFd + Send + 'static>(
        &self,
        socket: H,
    ) -> io::Result<impl AsyncRead + AsyncWrite + Send + Unpin + 'static> {
        self.0.register(socket)
    }

    fn sleep(&self, duration: Duration) -> Self::Sleep {
        self.0.sleep(duration)
    }

    fn interval(&self, duration: Duration) -> impl Stream<Item = Instant> + Send + 'static {
        self.0.interval(duration)
    }

    fn tcp_connect_addr(&self, _address: SocketAddr) -> impl Future<Output = io::Result<Self::TcpStream>> + Send + 'static {
        std::future::ready(Err(io::ErrorKind::Unsupported.into()))
    }
}
