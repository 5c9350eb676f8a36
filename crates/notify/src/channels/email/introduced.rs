use super::talk::{Features, Talk};
use lettre::transport::smtp::client::AsyncTokioStream;
use std::fmt::Debug;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, BufReader, ReadBuf};

/// A connection on which greeting and EHLO are done, in the form in which lettre takes it. Lettre would do both itself: it reads them
/// here as if the server had just answered, and the EHLO that it sends goes nowhere.
#[derive(Debug)]
pub(super) struct Introduced<S> {
    stream: BufReader<S>,
    peer: Option<SocketAddr>,
    /// What is read before anything that the server sends.
    replayed: Vec<u8>,
    n_replayed: usize,
    /// Whether the command of lettre's has been dropped.
    is_introduced: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Introduced<S> {
    pub(super) fn new(talk: Talk<'_, S>, peer: Option<SocketAddr>, features: &Features) -> Self {
        let mechanisms: Vec<&str> = features.mechanisms().collect();
        let replayed = match mechanisms.as_slice() {
            [] => "220 ready\r\n250 server\r\n".to_owned(),
            mechanisms => format!("220 ready\r\n250-server\r\n250 AUTH {}\r\n", mechanisms.join(" ")),
        };
        Self { stream: talk.into_stream(), peer, replayed: replayed.into_bytes(), n_replayed: 0, is_introduced: false }
    }
}

impl<S: AsyncRead + AsyncWrite + Debug + Send + Sync + Unpin> AsyncTokioStream for Introduced<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.peer.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Introduced<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let rest = self.replayed.get(self.n_replayed..).unwrap_or_default();
        if rest.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        let count = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest[..count]);
        self.n_replayed += count;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Introduced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_introduced {
            return Pin::new(&mut self.stream).poll_write(cx, bytes);
        }
        let end = bytes.iter().position(|&byte| byte == b'\n');
        self.is_introduced = end.is_some();
        Poll::Ready(Ok(end.map_or(bytes.len(), |end| end + 1)))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
