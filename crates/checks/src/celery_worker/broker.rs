//! The connection to the broker, for both protocols: bounded in time and size, and always closed.

use super::properties::Properties;
use net::advice::Keys;
use net::deadline::Deadline;
use net::host::HostName;
use net::stopwatch::Stopwatch;
use net::{dial, failure, tls};
use parking_lot::Mutex;
use rustls::ClientConfig;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard, WaitForCancellationFutureOwned};
use yaml::InvalidSetting;

/// Maximum number of bytes from a broker in one check: a thousand answers of 4 KiB.
const MOST_BYTES: usize = 4 << 20;

/// The address and TLS settings of the broker.
pub(super) struct Broker {
    pub(super) host: String,
    pub(super) port: u16,
    /// `None` for connections without TLS.
    tls: Option<Arc<ClientConfig>>,
    refusal: Refusal,
}

/// The TLS error after the handshake, if any: with TLS 1.3 a server rejects a client certificate only then. The protocol libraries
/// may hide it.
type Refusal = Arc<Mutex<Option<rustls::Error>>>;

impl Broker {
    pub(super) fn new(properties: &Properties) -> Result<Self, InvalidSetting> {
        let host = properties.host.trim();
        if host.is_empty() || host.contains(['/', '@', ' ']) {
            return Err(InvalidSetting::new("`host` must be a name or an address, without protocol, credentials and path"));
        }
        let tls = match properties.transport.is_encrypted() {
            true => Some(Arc::new(tls::client_config(properties.tls(), &[])?)),
            false => None,
        };
        Ok(Self { host: host.to_owned(), port: properties.port(), tls, refusal: Refusal::default() })
    }

    /// `host:port`, for messages.
    pub(super) fn server(&self) -> String {
        HostName::new(&self.host).with_port(self.port)
    }

    /// Connects. The connection is closed when the guard is dropped.
    pub(super) async fn connect(&self, deadline: Deadline, watch: &mut Stopwatch) -> Result<(Line, DropGuard), String> {
        self.refusal.lock().take();
        let stream = self.dial(deadline, watch).await?;
        let end = CancellationToken::new();
        let ended = Box::pin(end.clone().cancelled_owned());
        let line = Line { stream, ended, left: MOST_BYTES, refusal: Arc::clone(&self.refusal) };
        Ok((line, end.drop_guard()))
    }

    /// The TLS error that ended the last connection, if any.
    pub(super) fn refusal(&self) -> Option<String> {
        let refusal = self.refusal.lock();
        refusal.as_ref().map(|reason| failure::tls(reason, &self.server(), Keys::ALL))
    }

    async fn dial(&self, deadline: Deadline, watch: &mut Stopwatch) -> Result<Box<dyn Stream>, String> {
        let stream = dial::tcp(&self.host, self.port, deadline, watch).await.map_err(dial::DialError::into_message)?;
        let Some(config) = &self.tls else { return Ok(Box::new(stream)) };
        let secured = deadline.wait_for(dial::tls(stream, &self.host, self.port, Arc::clone(config), Keys::ALL, watch)).await;
        let secured = secured.map_err(|late| format!("no connection with {} {late}", self.server()))?;
        Ok(Box::new(secured.map_err(dial::DialError::into_message)?))
    }
}

/// Runs `work` until the deadline. `late` is the start of the error message.
pub(super) async fn hold<T>(deadline: Deadline, late: &str, work: impl Future<Output = T>) -> Result<T, String> {
    deadline.wait_for(work).await.map_err(|over| format!("{late} {over}"))
}

/// Fails if `end` is after the deadline.
pub(super) fn allows(deadline: Deadline, end: Instant) -> Result<(), String> {
    let late = || format!("the connection took so long that no time was left for the workers to answer {}", deadline.is_over());
    (end < deadline.end).then_some(()).ok_or_else(late)
}

/// A stream of bytes, with or without TLS.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for S {}

/// A connection that can be closed from outside, even while a library owns it, and that fails when more than the limit is
/// received.
pub(super) struct Line {
    stream: Box<dyn Stream>,
    ended: Pin<Box<WaitForCancellationFutureOwned>>,
    /// How many bytes may still be received.
    left: usize,
    refusal: Refusal,
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.ended.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        if self.left == 0 {
            return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.left = self.left.saturating_sub(buffer.filled().len() - before);
        if let Poll::Ready(Err(error)) = &read
            && let Some(reason) = dial::tls_reason(error)
        {
            *self.refusal.lock() = Some(reason.clone());
        }
        read
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    fn line(stream: impl Stream) -> (Line, CancellationToken) {
        let end = CancellationToken::new();
        let ended = Box::pin(end.clone().cancelled_owned());
        (Line { stream: Box::new(stream), ended, left: MOST_BYTES, refusal: Refusal::default() }, end)
    }

    #[tokio::test]
    async fn a_line_can_be_ended_while_somebody_waits_for_it() {
        let (near, _far) = duplex(64);
        let (mut line, end) = line(near);
        let reading = tokio::spawn(async move { line.read_u8().await });
        tokio::task::yield_now().await;
        end.cancel();
        assert_eq!(reading.await.unwrap().unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
    }

    #[tokio::test]
    async fn a_line_ends_when_too_much_comes() {
        let (near, mut far) = duplex(1 << 16);
        let (mut line, _end) = line(near);
        tokio::spawn(async move { while far.write_all(&[0; 1 << 12]).await.is_ok() {} });
        line.read_exact(&mut vec![0; MOST_BYTES]).await.unwrap();
        assert_eq!(line.read_u8().await.unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }

    #[tokio::test]
    async fn what_comes_too_late_is_reported() {
        let deadline = Deadline::after(Duration::from_millis(1));
        let late = hold(deadline, "no answer", std::future::pending::<()>()).await;
        assert_eq!(late, Err("no answer within 0.001 s".to_owned()));
        let deadline = Deadline::after(Duration::from_secs(60));
        assert_eq!(hold(deadline, "no answer", async { 1 }).await, Ok(1));
        assert_eq!(allows(deadline, Instant::now() + Duration::from_secs(59)), Ok(()));
        assert!(allows(deadline, Instant::now() + Duration::from_secs(60)).is_err());
    }
}
